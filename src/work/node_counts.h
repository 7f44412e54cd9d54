/*-------------------------------------------------------------------------
 *
 * node_counts.h
 *		Reads an executed plan into WorkNodes, with the rows each node examined.
 *
 * Scans examine the rows that they return, and those that a filter or a recheck
 * removes; bitmap index scans the TIDs that they return; joins the pairs that
 * they try.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_NODE_COUNTS_H
#define PERFCHECK_WORK_NODE_COUNTS_H

#include "nodes/execnodes.h"

#include "work/projection.h"

/*
 * Returns the root of the WorkNodes of a plan, all in the current memory context.
 * The plan was executed by first_match_run(), which returned first_rows, and
 * ended by ExecutorFinish(). Errors: statement_too_complex if the plan is nested
 * too deep.
 */
extern WorkNode *node_counts_tree(PlanState *root, const List *first_rows);

#endif /* PERFCHECK_WORK_NODE_COUNTS_H */
