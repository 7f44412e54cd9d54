/*-------------------------------------------------------------------------
 *
 * baseline.h
 *		Which queries are worse than a snapshot says that they were.
 *
 * Owns the way from reports to the SQL functions that make and compare snapshots.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_BASELINE_H
#define PERFCHECK_REPORT_BASELINE_H

#include "nodes/pg_list.h"

typedef struct BaselineChange
{
	char *query;
	char *why; /* how it is worse, and since what */
} BaselineChange;

/*
 * Returns a BaselineChange for each query of the reports, which were judged at scale
 * to be reported, that is worse than in the snapshot. Errors:
 * invalid_parameter_value for a text that is no snapshot, or one of another scale.
 */
extern List *baseline_worse(List *reports, double scale, bool strict,
							const char *snapshot);

/* Returns the change of a query, or NULL. No errors. */
extern const BaselineChange *baseline_change(List *changes, const char *query);

#endif /* PERFCHECK_REPORT_BASELINE_H */
