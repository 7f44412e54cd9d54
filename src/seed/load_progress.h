/*-------------------------------------------------------------------------
 *
 * load_progress.h
 *		Tells how far a load of rows is.
 *
 * Owns the INFO messages of a load, and what pg_stat_progress_copy shows of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_LOAD_PROGRESS_H
#define PERFCHECK_SEED_LOAD_PROGRESS_H

#include "datatype/timestamp.h"

typedef struct LoadProgress
{
	const char *label; /* what stands before "1 of 2 rows" */
	Oid relid;
	int64 rows; /* that were asked for */
	TimestampTz start;
	/*
	 * When the last message was sent. It starts in the future, so that the first
	 * message comes after the load took three seconds.
	 */
	TimestampTz told;
} LoadProgress;

/* Begins the load of a table, and of the next one of the same call. */
extern void load_progress_start(LoadProgress *progress, Oid relid, int64 rows,
								const char *label);
extern void load_progress_next(LoadProgress *progress, Oid relid, int64 rows,
							   const char *label);

/*
 * Sends a message of how many rows are in, at most once a second, if
 * perfcheck.progress is on. next is what comes now, such as ", now building indexes".
 */
extern void load_progress_tell(LoadProgress *progress, int64 done,
							   const char *next);

/*
 * Shows progress as that of a COPY, and sends a message. A command that the table's
 * triggers run clears it, so it is started anew each time.
 */
extern void load_progress_show(LoadProgress *progress, int64 done);

/* The load is over. */
extern void load_progress_end(void);

#endif /* PERFCHECK_SEED_LOAD_PROGRESS_H */
