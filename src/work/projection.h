/*-------------------------------------------------------------------------
 *
 * projection.h
 *		Projects the rows examined today to the target size.
 *
 * Owns the rules by which counted work grows with the tables. Pure C without any
 * call of the server, as work_node.h. No function here raises an error or
 * allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_PROJECTION_H
#define PERFCHECK_WORK_PROJECTION_H

#include "work/work_node.h"

typedef struct Projection
{
	double examined;
	/*
	 * Of these, the rows that were counted before: those that a bitmap's indexes
	 * pointed to, and the pairs of rows that a join returned.
	 */
	double again;
	double returned;
	double blocks; /* touched */
	/* Of blocks, what rows that are read by pointers and look-ups always take. */
	double due;
	double look_ups; /* of due, those on the way down a B-tree */
} Projection;

/*
 * Returns whether two executions of a plan have the same nodes at the same
 * places. They may not: partitions that are pruned at executor start can differ
 * from one execution to the next. Counts of two executions must not be compared
 * node by node unless this holds.
 */
extern bool projection_same_shape(const WorkNode *a, const WorkNode *b);

/*
 * Returns the rows that all nodes of the tree examined, those of the statements of
 * functions included.
 */
extern double projection_examined(const WorkNode *node);

/*
 * Returns whether a Limit stopped what is below it, so that a run with raised
 * limits is needed to project the plan.
 */
extern bool projection_needs_more(const WorkNode *node);

/*
 * Returns the rows examined and returned, and the blocks touched, at a scale, which
 * may be 1. Only what is projected of the nodes is changed.
 */
extern Projection projection_project(const WorkRuns *runs, double scale);

#endif /* PERFCHECK_WORK_PROJECTION_H */
