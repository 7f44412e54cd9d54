/*-------------------------------------------------------------------------
 *
 * node_growth.h
 *		How the rows of joins and groups grow, and how often a node runs.
 *
 * Reads from the plan what projection.h needs to know of nodes above the scans.
 * All functions raise the errors of plan/growth.h alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_NODE_GROWTH_H
#define PERFCHECK_WORK_NODE_GROWTH_H

#include "nodes/execnodes.h"

#include "work/work_node.h"

/* A parameter of the executor that has another value in each loop. */
typedef struct VaryingParam
{
	int id;
	Plan *plan;       /* the node that sets it; NULL: a step of a recursion */
	Node *expression; /* from this one, over the node's inputs */
} VaryingParam;

/* Sets keys, keeps and single of a join. */
extern void node_growth_of_join(PlanState *node, WorkNode *work);

/*
 * Sets grouped and groups, or one_row, of a node that returns a row for each
 * group, and batch and groups of an Incremental Sort; does nothing for others. The counts of work must be set.
 */
extern void node_growth_of_groups(PlanState *node, WorkNode *work);

/*
 * Sets kept and kept_values of a child whose result its parent keeps, so that it
 * does not run again in each loop. params are VaryingParam *, varying their ids.
 */
extern void node_growth_of_kept(PlanState *parent, PlanState *child,
								const List *params, const Bitmapset *varying,
								WorkNode *work);

/* Returns whether a subquery is called for the rows that an aggregate takes in. */
extern bool node_growth_is_per_input(PlanState *node, const SubPlan *subplan);

/* Returns whether a join asks for one row of its inner side, and no more. */
extern bool node_growth_asks_once(PlanState *node);

#endif /* PERFCHECK_WORK_NODE_GROWTH_H */
