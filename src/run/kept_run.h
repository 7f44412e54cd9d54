/*-------------------------------------------------------------------------
 *
 * kept_run.h
 *		Runs of perfcheck_time that are kept.
 *
 * Owns what the rows of perfcheck_result hold whose source is "time".
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_KEPT_RUN_H
#define PERFCHECK_RUN_KEPT_RUN_H

#include "nodes/pg_list.h"

#include "run/timed_work.h"

/*
 * Stores TimingResults in perfcheck_result, but for those that have an error, with
 * the options and all that else decides how fast they were. label names the run,
 * or is NULL; then the samples are left out. Returns the number of rows. Errors:
 * those of INSERT, such as insufficient_privilege.
 */
extern int kept_run_store(List *results, const TimedOptions *options,
						  const char *label);

#endif /* PERFCHECK_RUN_KEPT_RUN_H */
