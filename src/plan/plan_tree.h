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

/* The nodes directly below: inputs, members, plans of subqueries. */
extern List *plan_tree_children(PlanState *node);

/* Called before a node's children; false leaves them out. */
typedef bool (*PlanEnter)(PlanState *node, void *arg);
typedef void (*PlanVisitor)(PlanState *node, void *arg);

/*
 * Visits root and all nodes below it, each PlanState once. The plan of a
 * correlated subquery is one PlanState that is reached from every node whose
 * expressions call it, as from each partition's scan. again, if not NULL, is
 * called where the walk comes to a node that it has visited; leave, if not
 * NULL, after a node's children. Errors: statement_too_complex where the tree
 * is too deep for the stack.
 */
extern void plan_tree_walk_once(PlanState *root, PlanEnter enter,
								PlanVisitor leave, PlanVisitor again,
								void *arg);

/* The table that a scan reads; InvalidOid for another node. */
extern Oid plan_tree_scanned_relation(PlanState *node);

/* The index that a scan uses, InvalidOid for none, and its conditions. */
extern Oid plan_tree_scanned_index(PlanState *node, List **conditions);

#endif /* PERFCHECK_PLAN_PLAN_TREE_H */
