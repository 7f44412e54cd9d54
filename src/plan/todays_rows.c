/*-------------------------------------------------------------------------
 *
 * todays_rows.c
 *		How many rows the planner expects of the nodes of a plan today.
 *
 * The planner expects as many rows of a table under the same conditions whatever
 * it scans it with, and of the same tables whatever it joins them with. So a node
 * of one plan is looked for in the other one by what it stands for. The numbers
 * of tables are the same in both, since they are plans of one statement. An index
 * that is scanned alone has conditions of its own, and is the same only in the
 * same kind of node.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"
#include "optimizer/optimizer.h"

#include "base/relation.h"
#include "plan/todays_rows.h"

/* What a node stands for. */
typedef struct TodaysNode
{
	int id;             /* plan_node_id */
	Bitmapset *tables;  /* that are read in it and below it */
	bool joins;         /* it is a join, of join_type; else a scan */
	JoinType join_type; /* of a join */
	Oid index;          /* that is scanned alone; or InvalidOid */
	NodeTag kind;       /* of the node, if so */
	List *conditions;   /* of a scan */
	double rows;
} TodaysNode;

typedef struct TodaysWalk
{
	List *nodes; /* TodaysNode *, of what has a meaning of its own */
	int workers; /* of the Gather above */
	int highest; /* plan_node_id */
} TodaysWalk;

/* What is known of a node when it is left. */
typedef struct TodaysBelow
{
	Bitmapset *tables;
	bool shared; /* each process returns a part of the rows */
} TodaysBelow;

/* Returns the plans below a node, beside its two sides. */
static List *
todays_rows_members(const Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_Append:
			return ((const Append *) plan)->appendplans;
		case T_MergeAppend:
			return ((const MergeAppend *) plan)->mergeplans;
		case T_BitmapAnd:
			return ((const BitmapAnd *) plan)->bitmapplans;
		case T_BitmapOr:
			return ((const BitmapOr *) plan)->bitmapplans;
		case T_SubqueryScan:
			return list_make1(((const SubqueryScan *) plan)->subplan);
		default:
			return NIL;
	}
}

/* Sets what a scan stands for; returns false for a node that is none. */
static bool
todays_rows_read_scan(const Plan *plan, TodaysNode *node)
{
	node->kind = nodeTag(plan);
	switch (node->kind)
	{
		case T_SeqScan:
		case T_SampleScan:
			node->conditions = plan->qual;
			break;
		case T_IndexScan:
			node->conditions = list_concat_copy(
				((const IndexScan *) plan)->indexqualorig, plan->qual);
			break;
		case T_BitmapHeapScan:
			node->conditions = list_concat_copy(
				((const BitmapHeapScan *) plan)->bitmapqualorig, plan->qual);
			break;
		case T_IndexOnlyScan:
			node->index = ((const IndexOnlyScan *) plan)->indexid;
			node->conditions = list_concat_copy(
				((const IndexOnlyScan *) plan)->indexqual, plan->qual);
			break;
		case T_BitmapIndexScan:
			node->index = ((const BitmapIndexScan *) plan)->indexid;
			/* The rows of a BRIN are blocks. */
			if (relation_index_method(node->index) == BRIN_AM_OID)
				return false;
			node->conditions = ((const BitmapIndexScan *) plan)->indexqualorig;
			break;
		default:
			return false;
	}
	node->tables = bms_make_singleton(((const Scan *) plan)->scanrelid);
	return true;
}

static bool
todays_rows_joins(const Plan *plan)
{
	return IsA(plan, NestLoop) || IsA(plan, HashJoin) || IsA(plan, MergeJoin);
}

/* Returns the processes that share rows, as get_parallel_divisor() has it. */
static double
todays_rows_processes(int workers)
{
	double processes = workers;

	if (parallel_leader_participation)
		processes += Max(1.0 - 0.3 * workers, 0);
	return Max(processes, 1);
}

static TodaysBelow
todays_rows_walk(TodaysWalk *walk, const Plan *plan)
{
	int workers = walk->workers;
	TodaysNode *node = palloc0(sizeof(*node));
	TodaysBelow below = {0};
	ListCell *cell;

	check_stack_depth();
	if (IsA(plan, Gather))
		walk->workers = ((const Gather *) plan)->num_workers;
	else if (IsA(plan, GatherMerge))
		walk->workers = ((const GatherMerge *) plan)->num_workers;
	if (plan->righttree != NULL)
		below.tables = bms_copy(todays_rows_walk(walk, plan->righttree).tables);
	if (plan->lefttree != NULL)
	{
		TodaysBelow left = todays_rows_walk(walk, plan->lefttree);

		below.tables = bms_add_members(below.tables, left.tables);
		below.shared = left.shared;
	}
	foreach(cell, todays_rows_members(plan))
		below.tables = bms_add_members(
			below.tables, todays_rows_walk(walk, lfirst(cell)).tables);
	below.shared = (below.shared || plan->parallel_aware) &&
				   !IsA(plan, Gather) && !IsA(plan, GatherMerge);

	node->joins = todays_rows_joins(plan);
	if (node->joins)
		node->join_type = ((const Join *) plan)->jointype;
	if (node->joins || todays_rows_read_scan(plan, node))
	{
		below.tables = bms_add_members(below.tables, node->tables);
		node->id = plan->plan_node_id;
		node->tables = below.tables;
		node->rows = plan->plan_rows;
		if (below.shared)
			node->rows *= todays_rows_processes(walk->workers);
		walk->nodes = lappend(walk->nodes, node);
	}
	walk->highest = Max(walk->highest, plan->plan_node_id);
	walk->workers = workers;
	return below;
}

/* Returns the nodes of a plan, and of its subqueries. */
static List *
todays_rows_nodes(const PlannedStmt *plan, int *highest)
{
	TodaysWalk walk = {.nodes = NIL};
	ListCell *cell;

	(void) todays_rows_walk(&walk, plan->planTree);
	foreach(cell, plan->subplans)
		if (lfirst(cell) != NULL)
			(void) todays_rows_walk(&walk, lfirst(cell));
	*highest = walk.highest;
	return walk.nodes;
}

static bool
todays_rows_same(const TodaysNode *a, const TodaysNode *b)
{
	if (a->joins != b->joins || !bms_equal(a->tables, b->tables))
		return false;
	if (a->joins)
		return a->join_type == b->join_type;
	if (a->index != b->index || (OidIsValid(a->index) && a->kind != b->kind))
		return false;
	return list_difference(a->conditions, b->conditions) == NIL &&
		   list_difference(b->conditions, a->conditions) == NIL;
}

TodaysRows *
todays_rows_read(const PlannedStmt *plan, const PlannedStmt *today)
{
	TodaysRows *found = palloc0(sizeof(*found));
	int highest;
	List *nodes_today = todays_rows_nodes(today, &highest);
	List *nodes = todays_rows_nodes(plan, &highest);
	ListCell *cell;
	ListCell *other;

	found->nodes = highest + 1;
	found->rows = palloc0(found->nodes * sizeof(double));
	foreach(cell, nodes)
	{
		const TodaysNode *node = lfirst(cell);

		foreach(other, nodes_today)
			if (todays_rows_same(node, lfirst(other)))
			{
				found->rows[node->id] = ((TodaysNode *) lfirst(other))->rows;
				break;
			}
	}
	return found;
}
