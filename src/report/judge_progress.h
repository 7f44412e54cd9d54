/*-------------------------------------------------------------------------
 *
 * judge_progress.h
 *		Tells how far a run is that judges many queries.
 *
 * Owns its INFO messages, and what pg_stat_progress_copy shows of it: the queries
 * that were judged, as tuples_processed and bytes_processed, and all, as bytes_total.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_JUDGE_PROGRESS_H
#define PERFCHECK_REPORT_JUDGE_PROGRESS_H

#include "datatype/timestamp.h"

typedef struct JudgeProgress
{
	int queries;
	TimestampTz start;
	TimestampTz told; /* when the last message was sent */
} JudgeProgress;

/* Begins a run. Raises no error, nor do the other functions. */
extern void judge_progress_start(JudgeProgress *progress, int queries);

/*
 * Shows that so many queries were judged, and that one of that name is next; sends
 * a message after three seconds, at most once a second, if perfcheck.progress is on.
 */
extern void judge_progress_show(JudgeProgress *progress, int judged,
								const char *name);

/* The run is over; to be called after an error as well. */
extern void judge_progress_end(void);

#endif /* PERFCHECK_REPORT_JUDGE_PROGRESS_H */
