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

#include "work/watch.h"
#include "work/work_node.h"

/*
 * Returns the root of the WorkNodes of a plan, all in the current memory context.
 * The plan was executed by watch_run(), and has not been ended. Errors:
 * statement_too_complex if the plan is nested too deep.
 */
extern WorkNode *node_counts_tree(PlanState *root);

/*
 * Sets the counts of all nodes of a tree to those that counts, an array, has for
 * them: of all executions of the plan, while the tree was read from one. No
 * errors.
 */
extern void node_counts_renew(WorkNode *tree, const WatchedNode *counts,
							  int ncounts);

#endif /* PERFCHECK_WORK_NODE_COUNTS_H */
