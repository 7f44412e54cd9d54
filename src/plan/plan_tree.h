/*-------------------------------------------------------------------------
 *
 * plan_tree.h
 *		Walks over the executor's tree of a plan, and what its scans read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_PLAN_TREE_H
#define PERFCHECK_PLAN_PLAN_TREE_H

#include "nodes/execnodes.h"

/*
 * Returns the nodes directly below a node, as PlanState *: plans of initplans,
 * inputs, members of an Append, plans of subqueries, in this order. A subquery's
 * plan is there once for each expression that calls it. Errors:
 * statement_too_complex if the stack is too deep.
 */
extern List *plan_tree_children(PlanState *node);

/* Called before the children of a node; returns false to leave them out. */
typedef bool (*PlanEnter)(PlanState *node, void *arg);
typedef void (*PlanAgain)(PlanState *node, void *arg);

/*
 * Visits root and all nodes below it, each PlanState once. The plan of a
 * correlated subquery is one PlanState that is reached from every node whose
 * expressions call it, as from each partition's scan. again, if not NULL, is
 * called where the walk comes to a node that it has visited. Errors:
 * statement_too_complex if the tree is too deep for the stack, and those of the
 * functions called.
 */
extern void plan_tree_walk_once(PlanState *root, PlanEnter enter,
								PlanAgain again, void *arg);

/* Returns the table that a scan reads; InvalidOid for any other node. */
extern Oid plan_tree_scanned_relation(PlanState *node);

/*
 * Returns the index that a scan uses, and sets conditions to its indexqual.
 * InvalidOid and NIL for a node that uses no index.
 */
extern Oid plan_tree_scanned_index(PlanState *node, List **conditions);

#endif /* PERFCHECK_PLAN_PLAN_TREE_H */
