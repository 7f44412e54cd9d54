/*-------------------------------------------------------------------------
 *
 * estimates.h
 *		Compares the rows that the planner expected of nodes with those found.
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
 * Returns the node whose estimate is off by more than ESTIMATES_OFF and costs
 * most, or NULL if there is none: a scan, or what drives a nested loop, which was
 * chosen for the rows that were expected of it. more is the run of the plan with
 * raised limits, or NULL. Nodes that were stopped are left out: they might have
 * found more.
 */
extern const WorkNode *estimates_worst(const WorkNode *root,
									   const WorkNode *more);

/*
 * Returns the one that costs most of those that decided on the plan, or NULL. Sets
 * driven to the rows that nested loops examined for its rows; 0 if there is no
 * such loop, and the planner took for absent what many rows have.
 */
extern const WorkNode *estimates_deciding(const WorkNode *root,
										  const WorkNode *more, double *driven);

/* Returns the rows a loop that the node returned; 0 if it never ran. */
extern double estimates_found(const WorkNode *node);

#endif /* PERFCHECK_WORK_ESTIMATES_H */
