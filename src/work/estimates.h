/*-------------------------------------------------------------------------
 *
 * estimates.h
 *		Compares the rows that the planner expected of scans with those found.
 *
 * Pure C, like projection.h: node_counts.c fills the trees. No function here
 * raises an error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_ESTIMATES_H
#define PERFCHECK_WORK_ESTIMATES_H

#include "work/work_node.h"

/* An estimate that is wrong by more than this factor is reported. */
#define ESTIMATES_OFF 10.0

/*
 * Returns the larger number of rows divided by the smaller one, which counts as
 * 1 row at least. 0 if both are under 10 rows, which no estimate can tell apart.
 */
extern double estimates_times(double expected, double found);

/*
 * Returns the scan whose estimate is the furthest off, or NULL if none is off by
 * more than ESTIMATES_OFF. The plan was made for scale times the size of its
 * tables. Scans that a Limit stopped are left out: they might have found more.
 */
extern const WorkNode *estimates_worst(const WorkNode *root, double scale);

/* Returns the rows a loop that the planner expects of today's tables. */
extern double estimates_expected(const WorkNode *scan, double scale);

/* Returns the rows a loop that the scan returned; 0 if it never ran. */
extern double estimates_found(const WorkNode *scan);

#endif /* PERFCHECK_WORK_ESTIMATES_H */
