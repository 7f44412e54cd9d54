/*-------------------------------------------------------------------------
 *
 * judge_progress.c
 *		Tells how far a run is that judges many queries.
 *
 * The server has no view for the progress of an extension. The one of COPY counts
 * rows, and is used as a load of rows uses it. Trials of indexes and subtransactions
 * that are rolled back end it, so that it is started anew for each query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/progress.h"
#include "utils/backend_progress.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "report/judge_progress.h"

/* Milliseconds between two messages, and before the first one. */
#define JUDGE_PROGRESS_MS 1000
#define JUDGE_SILENT_MS 3000

void
judge_progress_start(JudgeProgress *progress, int queries)
{
	progress->queries = queries;
	progress->start = GetCurrentTimestamp();
	progress->told = TimestampTzPlusMilliseconds(
		progress->start, JUDGE_SILENT_MS - JUDGE_PROGRESS_MS);
}

void
judge_progress_show(JudgeProgress *progress, int judged, const char *name)
{
	TimestampTz now = GetCurrentTimestamp();

	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, InvalidOid);
	pgstat_progress_update_param(PROGRESS_COPY_TUPLES_PROCESSED, judged);
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
	pgstat_progress_end_command();
}
