/*-------------------------------------------------------------------------
 *
 * client_worker.c
 *		A client of perfcheck_time: a background worker.
 *
 * It connects as the caller's session did, makes the caller's settings, becomes
 * the caller's user, and does its work in one transaction. What it sampled goes
 * to the caller when all of that is done, so that sending disturbs no execution.
 * It ends by itself after that; before, the caller ends it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/shm_toc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "base/sandbox.h"
#include "run/client_job.h"
#include "run/client_share.h"

/* Samples in a message: what is sent at once must fit into memory twice. */
#define CLIENT_WORKER_SAMPLES 65536

extern PGDLLEXPORT void perfcheck_time_client(Datum arg);

typedef struct ClientWorker
{
	ClientShare *share;
	shm_mq_handle *queue;
	int number; /* from 0 */
	ClientJob *job;
	MemoryContext memory; /* of the job and the samples */
} ClientWorker;

/* ---- sending ---- */

/* A caller that is gone does not read any more, and that is no error. */
static void
client_worker_send(ClientWorker *self, const ClientMessage *message,
				   const void *more, Size length)
{
	shm_mq_iovec parts[] = {
		{.data = (const char *) message, .len = sizeof(*message)},
		{.data = more, .len = length},
	};

	if (shm_mq_sendv(self->queue, parts, length > 0 ? 2 : 1, false, true) !=
		SHM_MQ_SUCCESS)
		proc_exit(0);
}

static void
client_worker_send_case(ClientWorker *self, int number)
{
	const PreparedSamples *samples = &self->job->work.samples[number];
	ClientMessage message = {
		.kind = CLIENT_CASE, .number = number, .sums = *samples};

	client_worker_send(self, &message, samples->error,
					   samples->error == NULL ? 0 : strlen(samples->error) + 1);
	message.kind = CLIENT_SAMPLES;
	for (int64 i = 0; i < samples->n; i += CLIENT_WORKER_SAMPLES)
		client_worker_send(self, &message, samples->ns + i,
						   Min(samples->n - i, CLIENT_WORKER_SAMPLES) *
							   sizeof(int64));
}

static void
client_worker_send_results(ClientWorker *self)
{
	ClientMessage message = {.kind = CLIENT_DONE};

	for (int i = 0; i < self->job->work.ncases; i++)
		client_worker_send_case(self, i);
	client_worker_send(self, &message, NULL, 0);
}

static void
client_worker_append(StringInfo text, const char *part)
{
	if (part != NULL)
		appendBinaryStringInfo(text, part, strlen(part));
	appendStringInfoChar(text, '\0');
}

static void
client_worker_send_error(ClientWorker *self, const ErrorData *error)
{
	ClientMessage message = {.kind = CLIENT_ERROR, .number = error->sqlerrcode};
	StringInfoData text;

	initStringInfo(&text);
	client_worker_append(&text, error->message);
	client_worker_append(&text, error->detail);
	client_worker_append(&text, error->hint);
	client_worker_send(self, &message, text.data, text.len);
}

/* ---- working ---- */

static void
client_worker_wait(void *arg)
{
	ClientWorker *self = arg;

	BarrierArriveAndWait(&self->share->barrier, PG_WAIT_EXTENSION);
}

/* With the rights of the server: the caller had the right to make them. */
static void
client_worker_set(List *settings)
{
	ListCell *cell;

	foreach(cell, settings)
	{
		const CaseSetting *setting = lfirst(cell);

		(void) set_config_option(setting->name, setting->value, PGC_SUSET,
								 PGC_S_SESSION, GUC_ACTION_SET, true, ERROR,
								 false);
	}
}

static void
client_worker_work(ClientWorker *self)
{
	char activity[64];

	snprintf(activity, sizeof(activity), "perfcheck_time, client %d of %d",
			 self->number + 1, self->share->nclients);
	SetCurrentStatementStartTimestamp();
	pgstat_report_activity(STATE_RUNNING, activity);
	StartTransactionCommand();
	MemoryContextSwitchTo(self->memory);
	client_worker_set(self->job->settings);
	(void) sandbox_enter_user(self->job->user);
	self->job->work.seed = self->number;
	timed_work_run(&self->job->work, client_worker_wait, self);
	CommitTransactionCommand();
	MemoryContextSwitchTo(self->memory);
	pgstat_report_activity(STATE_IDLE, NULL);
}

/* The error is the caller's to raise: the server's log does not need it. */
static void
client_worker_try(ClientWorker *self)
{
	ErrorData *volatile error = NULL;

	PG_TRY();
	{
		client_worker_work(self);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(self->memory);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
	}
	PG_END_TRY();
	if (error != NULL)
		client_worker_send_error(self, error);
	else
		client_worker_send_results(self);
}

void
perfcheck_time_client(Datum arg)
{
	ClientWorker self = {.number = 0};
	dsm_segment *segment;
	shm_toc *toc;
	shm_mq *queue;
	char *job;

	/* As the server's own sessions: at once, but not within a signal handler. */
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();

	memcpy(&self.number, MyBgworkerEntry->bgw_extra, sizeof(self.number));
	self.memory = AllocSetContextCreate(TopMemoryContext, "perfcheck client",
										ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(self.memory);
	segment = dsm_attach(DatumGetUInt32(arg));
	toc = segment == NULL ? NULL
						  : shm_toc_attach(CLIENT_SHARE_MAGIC,
										   dsm_segment_address(segment));
	/* The caller is gone. */
	if (toc == NULL)
		proc_exit(0);
	self.share = shm_toc_lookup(toc, CLIENT_SHARE_KEY, false);
	queue = shm_toc_lookup(toc, CLIENT_SHARE_KEY_QUEUE + self.number, false);
	shm_mq_set_sender(queue, MyProc);
	self.queue = shm_mq_attach(queue, segment, NULL);

	BackgroundWorkerInitializeConnectionByOid(self.share->database,
											  self.share->login, 0);
	self.share->connected[self.number] = true;
	job = shm_toc_lookup(toc, CLIENT_SHARE_KEY_JOB, false);
	MemoryContextSwitchTo(self.memory);
	self.job = client_job_read(job, self.share->job_length);
	client_worker_try(&self);
	proc_exit(0);
}
