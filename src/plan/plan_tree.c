/*-------------------------------------------------------------------------
 *
 * plan_tree.c
 *		Walks over the executor's tree of a plan, and what its scans read.
 *
 * planstate_tree_walker() comes to the plan of a correlated subquery once for
 * each node whose expressions call it, and to a subquery within that one as
 * often again. So the walk keeps the addresses of the nodes that it has visited
 * in a hash table. planstate_tree_walker() checks the depth of the stack.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/hsearch.h"
#include "utils/rel.h"

#include "plan/plan_tree.h"

typedef struct PlanWalk
{
	HTAB *visited; /* PlanState * */
	PlanEnter enter;
	PlanAgain again;
	void *arg;
} PlanWalk;

static bool
plan_tree_collect(PlanState *node, void *context)
{
	List **children = context;

	*children = lappend(*children, node);
	return false;
}

List *
plan_tree_children(PlanState *node)
{
	List *children = NIL;

	planstate_tree_walker(node, plan_tree_collect, &children);
	return children;
}

static bool
plan_tree_walk_node(PlanState *node, void *context)
{
	const PlanWalk *walk = context;
	bool found;

	(void) hash_search(walk->visited, &node, HASH_ENTER, &found);
	if (found)
	{
		if (walk->again != NULL)
			walk->again(node, walk->arg);
		return false;
	}
	if (walk->enter(node, walk->arg))
		(void) planstate_tree_walker(node, plan_tree_walk_node, context);
	return false;
}

void
plan_tree_walk_once(PlanState *root, PlanEnter enter, PlanAgain again,
					void *arg)
{
	HASHCTL control = {
		.keysize = sizeof(PlanState *),
		.entrysize = sizeof(PlanState *),
		.hcxt = CurrentMemoryContext,
	};
	PlanWalk walk = {
		.visited = hash_create("perfcheck plan nodes", 64, &control,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT),
		.enter = enter,
		.again = again,
		.arg = arg,
	};

	(void) plan_tree_walk_node(root, &walk);
	hash_destroy(walk.visited);
}

Oid
plan_tree_scanned_relation(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_SeqScanState:
		case T_SampleScanState:
		case T_IndexScanState:
		case T_IndexOnlyScanState:
		case T_BitmapHeapScanState:
		case T_TidScanState:
		case T_TidRangeScanState:
		case T_ForeignScanState:
		case T_CustomScanState:
		{
			Relation relation = ((ScanState *) node)->ss_currentRelation;

			return relation == NULL ? InvalidOid : RelationGetRelid(relation);
		}
		default:
			return InvalidOid;
	}
}

Oid
plan_tree_scanned_index(PlanState *node, List **conditions)
{
	switch (nodeTag(node->plan))
	{
		case T_IndexScan:
			*conditions = ((IndexScan *) node->plan)->indexqual;
			return ((IndexScan *) node->plan)->indexid;
		case T_IndexOnlyScan:
			*conditions = ((IndexOnlyScan *) node->plan)->indexqual;
			return ((IndexOnlyScan *) node->plan)->indexid;
		case T_BitmapIndexScan:
			*conditions = ((BitmapIndexScan *) node->plan)->indexqual;
			return ((BitmapIndexScan *) node->plan)->indexid;
		default:
			*conditions = NIL;
			return InvalidOid;
	}
}
