/*-------------------------------------------------------------------------
 *
 * clients.c
 *		Clients of perfcheck_time that execute at the same time.
 *
 * The workers are registered by this session, and work through the same cases,
 * with a barrier before each. What they sampled comes through a queue of each. A
 * worker that ends before it said that it is done, or says that it failed, makes
 * this session raise an error, and every error here, and the end of the session,
 * terminates the workers and waits until they are gone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/shm_toc.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "run/client_job.h"
#include "run/client_share.h"
#include "run/clients.h"

#define CLIENTS_QUEUE_BYTES 65536
/* A worker that could not start tells nobody. */
#define CLIENTS_LOOK_AGAIN_MS 1000

typedef struct Client
{
	BackgroundWorkerHandle *worker;
	shm_mq_handle *queue;
	bool done;
} Client;

typedef struct Clients
{
	const TimedWork *work;
	int count;   /* that are wanted */
	int started; /* that have a worker */
	Client *clients;
	dsm_segment *segment;
	ClientShare *share;
	PreparedSamples *samples;
} Clients;

/* ---- shared memory ---- */

/*
 * Whom the workers connect as: the session user, or, if that one was taken by SET
 * SESSION AUTHORIZATION and may not log in, who has logged in.
 */
static Oid
clients_login(void)
{
	Oid user = GetSessionUserId();
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(user));
	bool may = false;

	if (HeapTupleIsValid(tuple))
	{
		may = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
		ReleaseSysCache(tuple);
	}
	return may ? user : GetAuthenticatedUserId();
}

static void
clients_share(Clients *self)
{
	Size share_size =
		offsetof(ClientShare, connected) + self->count * sizeof(bool);
	ClientJob job = {.user = GetUserId(),
					 .settings = client_job_session_settings(),
					 .work = *self->work};
	StringInfoData bytes;
	shm_toc_estimator estimator;
	shm_toc *toc;
	Size size;
	char *to;

	initStringInfo(&bytes);
	client_job_write(&bytes, &job);
	shm_toc_initialize_estimator(&estimator);
	shm_toc_estimate_chunk(&estimator, share_size);
	shm_toc_estimate_chunk(&estimator, bytes.len);
	for (int i = 0; i < self->count; i++)
		shm_toc_estimate_chunk(&estimator, CLIENTS_QUEUE_BYTES);
	shm_toc_estimate_keys(&estimator, 2 + self->count);
	size = shm_toc_estimate(&estimator);

	self->segment = dsm_create(size, 0);
	toc = shm_toc_create(CLIENT_SHARE_MAGIC, dsm_segment_address(self->segment),
						 size);
	self->share = shm_toc_allocate(toc, share_size);
	memset(self->share, 0, share_size);
	self->share->database = MyDatabaseId;
	self->share->login = clients_login();
	self->share->nclients = self->count;
	self->share->job_length = bytes.len;
	BarrierInit(&self->share->barrier, self->count);
	shm_toc_insert(toc, CLIENT_SHARE_KEY, self->share);
	to = shm_toc_allocate(toc, bytes.len);
	memcpy(to, bytes.data, bytes.len);
	shm_toc_insert(toc, CLIENT_SHARE_KEY_JOB, to);
	for (int i = 0; i < self->count; i++)
	{
		shm_mq *queue = shm_mq_create(
			shm_toc_allocate(toc, CLIENTS_QUEUE_BYTES), CLIENTS_QUEUE_BYTES);

		shm_toc_insert(toc, CLIENT_SHARE_KEY_QUEUE + i, queue);
		shm_mq_set_receiver(queue, MyProc);
		self->clients[i].queue = shm_mq_attach(queue, self->segment, NULL);
	}
}

/* ---- workers ---- */

compat_noreturn static void clients_too_few(int wanted, int found);

static void
clients_too_few(int wanted, int found)
{
	ereport(ERROR, errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			errmsg("%d clients need a background worker each, and there are "
				   "only %d",
				   wanted, found),
			errdetail("max_worker_processes is %d, which other background "
					  "workers count against too.",
					  max_worker_processes),
			errhint("Raise max_worker_processes and restart the server, or "
					"give fewer clients."));
}

static void
clients_start(Clients *self)
{
	BackgroundWorker worker = {
		.bgw_flags =
			BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_ConsistentState,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_notify_pid = MyProcPid,
	};

	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name),
			 "$libdir/perfcheck");
	snprintf(worker.bgw_function_name, BGW_MAXLEN, "perfcheck_time_client");
	snprintf(worker.bgw_type, BGW_MAXLEN, "perfcheck_time client");
	worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(self->segment));
	for (int i = 0; i < self->count; i++)
	{
		Client *client = &self->clients[i];

		snprintf(worker.bgw_name, BGW_MAXLEN,
				 "perfcheck_time client %d of session %d", i + 1, MyProcPid);
		memcpy(worker.bgw_extra, &i, sizeof(i));
		if (!RegisterDynamicBackgroundWorker(&worker, &client->worker))
			clients_too_few(self->count, i);
		self->started++;
		shm_mq_set_handle(client->queue, client->worker);
	}
}

/* Also when the session ends, so nothing here may fail. */
static void
clients_stop(int code, Datum arg)
{
	Clients *self = (Clients *) DatumGetPointer(arg);

	/* A second cancel must not leave workers behind. */
	HOLD_INTERRUPTS();
	for (int i = 0; i < self->started; i++)
		TerminateBackgroundWorker(self->clients[i].worker);
	for (int i = 0; i < self->started; i++)
		(void) WaitForBackgroundWorkerShutdown(self->clients[i].worker);
	RESUME_INTERRUPTS();
}

/* ---- what they say ---- */

static void
clients_take_case(Clients *self, int number, const ClientMessage *message,
				  const char *text, Size length)
{
	PreparedSamples *samples =
		&self->samples[number * self->work->ncases + message->number];

	*samples = message->sums;
	samples->memory = CurrentMemoryContext;
	samples->room = samples->n;
	samples->n = 0;
	samples->ns = MemoryContextAllocHuge(CurrentMemoryContext,
										 Max(samples->room, 1) * sizeof(int64));
	samples->error = length > 0 ? pstrdup(text) : NULL;
}

static void
clients_take_samples(Clients *self, int number, const ClientMessage *message,
					 const char *bytes, Size length)
{
	PreparedSamples *samples =
		&self->samples[number * self->work->ncases + message->number];
	int64 n = length / sizeof(int64);

	if (samples->n + n > samples->room)
		elog(ERROR, "a client sent more samples than it has");
	memcpy(samples->ns + samples->n, bytes, length);
	samples->n += n;
}

static void
clients_raise(const Clients *self, int number, const ClientMessage *message,
			  const char *text)
{
	const char *detail = text + strlen(text) + 1;
	const char *hint = detail + strlen(detail) + 1;

	ereport(ERROR, errcode(message->number),
			errmsg("client %d of %d failed: %s", number + 1, self->count, text),
			detail[0] != '\0' ? errdetail_internal("%s", detail) : 0,
			hint[0] != '\0' ? errhint("%s", hint) : 0);
}

static void
clients_take(Clients *self, int number, const char *bytes, Size length)
{
	ClientMessage message;
	const char *more = bytes + sizeof(message);

	if (length < sizeof(message))
		elog(ERROR, "a client sent a message that is too short");
	memcpy(&message, bytes, sizeof(message));
	length -= sizeof(message);
	switch (message.kind)
	{
		case CLIENT_CASE:
			clients_take_case(self, number, &message, more, length);
			break;
		case CLIENT_SAMPLES:
			clients_take_samples(self, number, &message, more, length);
			break;
		case CLIENT_DONE:
			self->clients[number].done = true;
			break;
		case CLIENT_ERROR:
			clients_raise(self, number, &message, more);
			break;
	}
}

static void
clients_lost(const Clients *self, int number)
{
	if (self->share->connected[number])
		ereport(
			ERROR, errcode(ERRCODE_ADMIN_SHUTDOWN),
			errmsg("client %d of %d was terminated", number + 1, self->count),
			errdetail("The other clients were stopped."),
			errhint("The server's log may say why; call the function "
					"again."));
	ereport(ERROR, errcode(ERRCODE_CONNECTION_FAILURE),
			errmsg("client %d of %d could not connect to the database",
				   number + 1, self->count),
			errdetail("A client connects as the session user."),
			errhint("The server's log says why."));
}

/* Returns whether anything came. */
static bool
clients_listen(Clients *self, int number)
{
	Client *client = &self->clients[number];
	bool came = false;

	while (!client->done)
	{
		Size length;
		void *bytes;
		shm_mq_result result =
			shm_mq_receive(client->queue, &length, &bytes, true);

		if (result == SHM_MQ_WOULD_BLOCK)
			break;
		if (result == SHM_MQ_DETACHED)
			clients_lost(self, number);
		clients_take(self, number, bytes, length);
		came = true;
	}
	return came;
}

static void
clients_wait(Clients *self)
{
	for (;;)
	{
		int done = 0;
		bool came = false;

		for (int i = 0; i < self->count; i++)
		{
			came = clients_listen(self, i) || came;
			done += self->clients[i].done;
		}
		if (done == self->count)
			break;
		if (!came)
			(void) WaitLatch(MyLatch,
							 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
							 CLIENTS_LOOK_AGAIN_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	/* Their places are free for the next call. */
	for (int i = 0; i < self->count; i++)
		(void) WaitForBackgroundWorkerShutdown(self->clients[i].worker);
}

void
clients_check(int clients)
{
	if (clients > 1 && clients > max_worker_processes)
		clients_too_few(clients, max_worker_processes);
}

PreparedSamples *
clients_run(const TimedWork *work)
{
	Clients self = {.work = work, .count = work->options.clients};

	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		ereport(NOTICE,
				errmsg("clients do not see what this transaction has written"),
				errhint("Commit it before, or time with one client."));
	self.clients = palloc0(self.count * sizeof(Client));
	self.samples = palloc0((Size) self.count * Max(work->ncases, 1) *
						   sizeof(PreparedSamples));
	clients_share(&self);
	PG_ENSURE_ERROR_CLEANUP(clients_stop, PointerGetDatum(&self));
	{
		clients_start(&self);
		clients_wait(&self);
	}
	PG_END_ENSURE_ERROR_CLEANUP(clients_stop, PointerGetDatum(&self));
	dsm_detach(self.segment);
	return self.samples;
}
