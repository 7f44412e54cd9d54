/*-------------------------------------------------------------------------
 *
 * unstopped.h
 *		How many times the rows of each node grow if nothing stops the plan.
 *
 * The first step of a projection. Pure C, as work_node.h; nothing here raises an
 * error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_UNSTOPPED_H
#define PERFCHECK_WORK_UNSTOPPED_H

#include "work/work_node.h"

/*
 * Sets the growth, at a scale, of a node and of all below it. more is the same
 * node of a run with raised limits, which tells more of the scans, or NULL.
 */
extern void unstopped_settle(WorkNode *node, const WorkNode *more,
							 double scale);

/*
 * Returns the growth of the rows that all children of a role return in a loop
 * together; of those that grow most if there are none today. 1 without a child.
 * The children must be settled.
 */
extern double unstopped_rows_of(const WorkNode *node, WorkRole role);

/*
 * Returns how many times as many rows the functions of a node return: as the
 * statement in them whose rows grow most; 1 if they execute none. The statements
 * must be settled.
 */
extern double unstopped_function_rows(const WorkNode *node);

#endif /* PERFCHECK_WORK_UNSTOPPED_H */
