/*-------------------------------------------------------------------------
 *
 * load_progress.c
 *		Tells how far a load of rows is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/progress.h"
#include "utils/backend_progress.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "seed/load_progress.h"

/* At least this many milliseconds lie between two progress messages. */
#define LOAD_PROGRESS_MS 1000

/* A run that takes less than this many milliseconds sends none. */
#define LOAD_SILENT_MS 3000

void
load_progress_next(LoadProgress *progress, Oid relid, int64 rows,
				   const char *label)
{
	progress->relid = relid;
	progress->rows = rows;
	progress->label = label;
	progress->start = GetCurrentTimestamp();
}

void
load_progress_start(LoadProgress *progress, Oid relid, int64 rows,
					const char *label)
{
	load_progress_next(progress, relid, rows, label);
	progress->told = TimestampTzPlusMilliseconds(
		progress->start, LOAD_SILENT_MS - LOAD_PROGRESS_MS);
}

void
load_progress_tell(LoadProgress *progress, int64 done, const char *next)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!perfcheck_progress ||
		!TimestampDifferenceExceeds(progress->told, now, LOAD_PROGRESS_MS))
		return;
	progress->told = now;
	ereport(INFO,
			errmsg("%s " INT64_FORMAT " of " INT64_FORMAT
				   " rows (%d %%), %.0f rows/s%s",
				   progress->label, done, progress->rows,
				   (int) (done * 100 / progress->rows),
				   done * (double) USECS_PER_SEC / (now - progress->start),
				   next));
}

void
load_progress_show(LoadProgress *progress, int64 done)
{
	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, progress->relid);
	pgstat_progress_update_param(PROGRESS_COPY_TUPLES_PROCESSED, done);
	if (done > 0 && done < progress->rows)
		load_progress_tell(progress, done, "");
}

void
load_progress_end(void)
{
	pgstat_progress_end_command();
}
