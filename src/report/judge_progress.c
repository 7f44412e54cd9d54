/*-------------------------------------------------------------------------
 *
 * judge_progress.c
 *		Tells how far a run is that judges many queries.
 *
 * The server has no view for the progress of an extension. The one of COPY counts
 * rows and bytes, and is used as a load of rows uses it. Trials of indexes, and each
 * subtransaction that is rolled back, as that of every case is, end what a backend
 * tells, so that it is told anew after each.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/progress.h"
#include "miscadmin.h"
#include "utils/backend_progress.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "report/judge_progress.h"

/* Milliseconds between two messages, and before the first one. */
#define JUDGE_PROGRESS_MS 1000
#define JUDGE_SILENT_MS 3000

/* What is told now; -1 while nothing is judged. */
static int judge_progress_judged = -1;
static int judge_progress_queries = 0;

static void
judge_progress_tell(void)
{
	const int columns[] = {PROGRESS_COPY_TUPLES_PROCESSED,
						   PROGRESS_COPY_BYTES_PROCESSED,
						   PROGRESS_COPY_BYTES_TOTAL};
	const int64 values[] = {judge_progress_judged, judge_progress_judged,
							judge_progress_queries};

	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, InvalidOid);
	pgstat_progress_update_multi_param(lengthof(columns), columns, values);
}

static void
judge_progress_subtransaction_ended(SubXactEvent event, SubTransactionId subid,
									SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB && judge_progress_judged >= 0)
		judge_progress_tell();
}

/* A backend has its own callbacks, also where the postmaster has loaded the library. */
static void
judge_progress_register(void)
{
	static int registered_in = 0;

	if (registered_in == MyProcPid)
		return;
	RegisterSubXactCallback(judge_progress_subtransaction_ended, NULL);
	registered_in = MyProcPid;
}

void
judge_progress_start(JudgeProgress *progress, int queries)
{
	judge_progress_register();
	progress->queries = queries;
	progress->start = GetCurrentTimestamp();
	progress->told = TimestampTzPlusMilliseconds(
		progress->start, JUDGE_SILENT_MS - JUDGE_PROGRESS_MS);
}

void
judge_progress_show(JudgeProgress *progress, int judged, const char *name)
{
	TimestampTz now = GetCurrentTimestamp();

	judge_progress_judged = judged;
	judge_progress_queries = progress->queries;
	judge_progress_tell();
	if (!perfcheck_progress ||
		!TimestampDifferenceExceeds(progress->told, now, JUDGE_PROGRESS_MS))
		return;
	progress->told = now;
	ereport(INFO,
			errmsg("judged %d of %d queries in %.0f s, now \"%s\"", judged,
				   progress->queries,
				   (now - progress->start) / (double) USECS_PER_SEC, name));
}

void
judge_progress_end(void)
{
	judge_progress_judged = -1;
	pgstat_progress_end_command();
}
