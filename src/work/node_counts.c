/*-------------------------------------------------------------------------
 *
 * node_counts.c
 *		Reads an executed plan into WorkNodes, with the rows each node examined.
 *
 * The counts are those of EXPLAIN ANALYZE: ntuples, nfiltered1 and nfiltered2 of
 * each node's Instrumentation. The rest of a WorkNode tells projection.c how
 * these counts grow, and is found in the plan and in statistics: the kind from
 * the type of the node, the exponents of a scan from its conditions
 * (scan_growth.h), those of joins and groups from their columns (node_growth.h).
 *
 * A plan is a tree but for subplans, which several nodes may call, and CTEs,
 * which several nodes may scan. A subplan's nodes are read at the first node that
 * calls it; others get an empty node in its place, so that nothing counts twice.
 * A scan of a CTE points to the subplan that fills the CTE.
 *
 * On the way down the reader notes which parameters have another value in each
 * loop: those that a nested loop hands to its inner side, the arguments of a
 * correlated subquery, and what a step of a recursion left for the next one. A
 * recursion that finds the next value of a column in each step, by a condition
 * such as column > the last one with a LIMIT or min(), has as many steps as the column has
 * values. Any other one is as deep at any size.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "base/relation.h"
#include "plan/plan_facts.h"
#include "plan/plan_tree.h"
#include "work/node_blocks.h"
#include "work/node_counts.h"
#include "work/node_growth.h"
#include "work/scan_growth.h"
#include "work/skip_scan.h"
#include "work/value_growth.h"

/*
 * How deep a plan may be nested. The functions of projection.h and estimates.h
 * recurse as deep as this, without check_stack_depth(), since they are pure; a
 * level takes less than 1 kB of stack.
 */
#define NODE_COUNTS_MAX_DEPTH 500

/* How even the rows of loops are that are no chance, and of how many loops at least. */
#define NODE_COUNTS_SAME 0.5
#define NODE_COUNTS_LOOPS 10

/* ---- what a node is ---- */

static WorkKind
node_counts_kind(PlanState *node)
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
		case T_FunctionScanState:
		case T_TableFuncScanState:
		case T_ValuesScanState:
		case T_CteScanState:
		case T_WorkTableScanState:
		case T_NamedTuplestoreScanState:
		case T_ForeignScanState:
		case T_CustomScanState:
			return WORK_SCAN;
		case T_BitmapIndexScanState:
			return WORK_BITMAP_INDEX;
		case T_BitmapAndState:
			return WORK_BITMAP_AND;
		case T_BitmapOrState:
			return WORK_BITMAP_OR;
		case T_NestLoopState:
			return WORK_NESTED_LOOP;
		case T_MergeJoinState:
			return WORK_MERGE_JOIN;
		case T_HashJoinState:
			return WORK_HASH_JOIN;
		case T_LimitState:
			return WORK_LIMIT;
		case T_RecursiveUnionState:
			return WORK_RECURSION;
		case T_AggState:
			/* Of sorted rows a group is complete when the next one begins. */
			return ((Agg *) node->plan)->aggstrategy == AGG_SORTED ? WORK_STREAM
																   : WORK_BLOCK;
		case T_ResultState:
		case T_ProjectSetState:
		case T_AppendState:
		case T_MergeAppendState:
		case T_SubqueryScanState:
		case T_IncrementalSortState:
		case T_MaterialState:
		case T_MemoizeState:
		case T_LockRowsState:
		case T_GatherState:
		case T_GatherMergeState:
		case T_GroupState:
		case T_UniqueState:
			return WORK_STREAM;
		default:
			return WORK_BLOCK;
	}
}

static bool
node_counts_is_scan(const WorkNode *work)
{
	return work->kind == WORK_SCAN || work->kind == WORK_BITMAP_INDEX;
}

static bool
node_counts_is_join(const WorkNode *work)
{
	return work->kind == WORK_NESTED_LOOP || work->kind == WORK_HASH_JOIN ||
		   work->kind == WORK_MERGE_JOIN;
}

/* ---- the tree ---- */

/* A recursive union whose nodes are being read. */
typedef struct Recursion
{
	int param; /* that its steps are handed on by */
	WorkNode *work;
} Recursion;

/* What has been read of the tree so far. */
typedef struct NodeCountsReader
{
	Bitmapset *plan_ids; /* of the subplans that were read */
	int depth;           /* of the node that is being read */
	List *works;         /* WorkNode *, of all nodes */
	List *subqueries;    /* ReadSubquery *, of the subplans */
	List *params;        /* VaryingParam *, that the nodes above set */
	Bitmapset *varying;  /* their ids */
	List *recursions;    /* Recursion * */
	PlanState *heap;     /* the bitmap heap scan above, or NULL */
	int level;           /* of the CTEs that were scanned; see WorkCte */
	bool limited;        /* a Limit or a min() above, within the recursion */
	double beyond;       /* ScanGrowth.beyond of the scans below such nodes */
} NodeCountsReader;

static void
node_counts_add_param(NodeCountsReader *reader, int id, Plan *plan,
					  Node *expression)
{
	VaryingParam *param = palloc(sizeof(*param));

	param->id = id;
	param->plan = plan;
	param->expression = expression;
	reader->params = lappend(reader->params, param);
	reader->varying = bms_add_member(bms_copy(reader->varying), id);
}

/* Notes the parameters that a node sets for its inner side. */
static void
node_counts_add_params(NodeCountsReader *reader, PlanState *node)
{
	ListCell *cell;

	if (IsA(node, NestLoopState))
		foreach(cell, ((NestLoop *) node->plan)->nestParams)
		{
			const NestLoopParam *param = lfirst(cell);

			node_counts_add_param(reader, param->paramno, node->plan,
								  (Node *) param->paramval);
		}
	else if (IsA(node, RecursiveUnionState))
		node_counts_add_param(reader, ((RecursiveUnion *) node->plan)->wtParam,
							  NULL, NULL);
}

/* Returns the subquery of parent that has child as its plan, or NULL. */
static SubPlanState *
node_counts_subplan(PlanState *parent, PlanState *child, bool *is_init)
{
	ListCell *cell;

	foreach(cell, parent->initPlan)
		if (lfirst_node(SubPlanState, cell)->planstate == child)
		{
			*is_init = true;
			return lfirst(cell);
		}
	*is_init = false;
	foreach(cell, parent->subPlan)
		if (lfirst_node(SubPlanState, cell)->planstate == child)
			return lfirst(cell);
	return NULL;
}

static WorkNode *node_counts_read(NodeCountsReader *reader, PlanState *node);

static WorkNode *
node_counts_read_subplan(NodeCountsReader *reader, PlanState *parent,
						 PlanState *child, const SubPlan *subplan, bool is_init)
{
	int level = reader->level;
	ReadSubquery *subquery;
	WorkNode *work;
	WorkCte *cte;
	ListCell *id;
	ListCell *argument;

	if (bms_is_member(subplan->plan_id, reader->plan_ids))
	{
		work = palloc0(sizeof(*work));
		work->id = child->plan->plan_node_id;
		work->kind = WORK_STREAM;
		work->role = WORK_SUBPLAN;
		return work;
	}
	reader->plan_ids = bms_add_member(reader->plan_ids, subplan->plan_id);
	forboth(id, subplan->parParam, argument, subplan->args)
		node_counts_add_param(reader, lfirst_int(id), parent->plan,
							  lfirst(argument));
	reader->level = 0;
	work = node_counts_read(reader, child);
	work->role = WORK_SUBPLAN;
	/* One that depends on the rows of a lateral join runs again for each. */
	work->once = (is_init || subplan->useHashTable) && work->loops <= 1;
	work->per_input = node_growth_is_per_input(parent, subplan);
	if (subplan->subLinkType == EXISTS_SUBLINK && !subplan->useHashTable)
		work->asked = 1;
	cte = palloc0(sizeof(*cte));
	cte->plan = work;
	cte->level = reader->level + 1;
	reader->level = Max(level, reader->level);
	if (subplan->subLinkType == CTE_SUBLINK)
		work->fills = cte;
	subquery = palloc(sizeof(*subquery));
	subquery->root = child;
	subquery->subplan = subplan;
	subquery->cte = cte;
	reader->subqueries = lappend(reader->subqueries, subquery);
	return work;
}

static WorkNode *
node_counts_read_child(NodeCountsReader *reader, PlanState *parent,
					   PlanState *child)
{
	bool is_init;
	const SubPlanState *subplan = node_counts_subplan(parent, child, &is_init);
	int nparams = list_length(reader->params);
	Bitmapset *varying = reader->varying;
	bool inner = innerPlanState(parent) == child;
	WorkNode *work;

	if (subplan != NULL)
		work = node_counts_read_subplan(reader, parent, child, subplan->subplan,
										is_init);
	else
	{
		if (inner)
			node_counts_add_params(reader, parent);
		work = node_counts_read(reader, child);
		work->role = inner ? WORK_INNER : WORK_OUTER;
		node_growth_of_kept(parent, child, reader->params, reader->varying,
							work);
		if (inner && node_growth_asks_once(parent))
			work->asked = 1;
	}
	/* What a node sets holds for what is below it. */
	reader->params = list_truncate(reader->params, nparams);
	reader->varying = varying;
	return work;
}

/* Does an expression contain a parameter with another value in each loop? */
static bool
node_counts_has_varying(Node *expression, NodeCountsReader *reader)
{
	if (expression == NULL)
		return false;
	if (IsA(expression, Param) &&
		castNode(Param, expression)->paramkind == PARAM_EXEC)
		return bms_is_member(castNode(Param, expression)->paramid,
							 reader->varying);
	return expression_tree_walker(expression, node_counts_has_varying, reader);
}

/*
 * Does a node reject rows by its conditions? A row comparison behind an index
 * condition on its first column is there for the rows at its very end.
 */
static bool
node_counts_rejects(PlanState *node)
{
	List *conditions = NIL;
	ListCell *cell;

	(void) plan_tree_scanned_index(node, &conditions);
	foreach(cell, node->plan->qual)
		if (conditions == NIL || !IsA(lfirst(cell), RowCompareExpr))
			return true;
	return false;
}

/*
 * Do the loops of a scan that read something return about as many rows each, where
 * chance would spread these (their variance would be their mean)? Then a condition
 * looks them up, as the version of a document that is the current one.
 */
static bool
node_counts_returns_same(const WorkNode *work)
{
	double loops = 0;
	double rows = 0;
	double squares = 0;
	double mean;

	for (int i = 0; i < work->nkept_loops; i++)
	{
		const WorkLoop *loop = &work->kept_loops[i];

		loops += loop->examined > 0;
		rows += loop->rows;
		squares += loop->rows * loop->rows;
	}
	if (loops < NODE_COUNTS_LOOPS)
		return false;
	mean = rows / loops;
	return squares / loops - mean * mean < NODE_COUNTS_SAME * mean;
}

/* Sets what only scans and bitmap index scans have. */
static void
node_counts_read_scan(NodeCountsReader *reader, PlanState *node, WorkNode *work)
{
	ScanGrowth growth = scan_growth_read(
		node, IsA(node, BitmapIndexScanState) ? reader->heap : NULL,
		reader->varying);
	SkipScan skip;
	List *conditions;
	ListCell *cell;

	(void) plan_tree_scanned_index(node, &conditions);
	/* Entries that the executor does not count. */
	if (skip_scan_read(node, &skip))
	{
		work->removed += Max(skip.entries - work->examined, 0);
		work->examined = Max(work->examined, skip.entries);
		if (skip.searches >= 0 && skip.searches < growth.read)
			growth.read = Max(skip.searches, growth.found);
	}
	work->read = growth.read;
	work->found = growth.found;
	work->whole = growth.whole;
	work->hot = growth.hot;
	work->hot_rows = growth.hot_rows;
	work->hot_loops = growth.hot_loops;
	work->hot_read = growth.hot_read;
	work->keyed = node_counts_has_varying((Node *) node->plan->qual, reader);
	work->leaves_one =
		work_node_leaves_one(work->examined, work->rows, work->loops) &&
		(work->keyed || (node_counts_has_varying((Node *) conditions, reader) &&
						 node_counts_returns_same(work)));
	work->table = plan_tree_scanned_relation(node);
	if (reader->limited)
		reader->beyond = Max(reader->beyond, growth.beyond);
	work->by_pointer = IsA(node, IndexScanState) ||
					   IsA(node, BitmapHeapScanState) ||
					   IsA(node, TidScanState);
	/* plan_facts_scan_text() leaves this one to the index scans below it. */
	if (IsA(node, BitmapHeapScanState))
		work->name = psprintf("Bitmap Heap Scan on %s",
							  get_rel_name(plan_tree_scanned_relation(node)));
	else
		work->name = plan_facts_scan_text(node);
	if (IsA(node, WorkTableScanState))
		foreach(cell, reader->recursions)
		{
			const Recursion *recursion = lfirst(cell);

			if (recursion->param == ((WorkTableScan *) node->plan)->wtParam)
				work->recursion = recursion->work;
		}
}

/* Sets the counts of a node. */
static void
node_counts_read_counts(WorkNode *work, const WatchedNode *counts)
{
	work->loops = counts->counts.nloops;
	work->rows = counts->counts.ntuples;
	if (node_counts_is_scan(work) || node_counts_is_join(work))
		work->examined = counts->counts.ntuples + counts->counts.nfiltered1 +
						 counts->counts.nfiltered2;
	if (node_counts_is_scan(work) || node_counts_is_join(work))
		work->removed = counts->counts.nfiltered1 + counts->counts.nfiltered2;
	work->first = counts->first;
	work->gap = counts->gap;
	work->last = counts->gap_mark + counts->counts.ntuples;
	work->nkept_loops = counts->nkept;
	/* What is watched goes with the execution. */
	if (counts->nkept > 1)
	{
		WorkLoop *loops = palloc(counts->nkept * sizeof(WorkLoop));

		memcpy(loops, counts->kept, counts->nkept * sizeof(WorkLoop));
		work->kept_loops = loops;
	}
}

/*
 * Sets the limit of a node. A window function that ends at a number of rows
 * (row_number() OVER (...) <= 10) stops its input as a Limit does.
 */
static void
node_counts_read_limit(PlanState *node, WorkNode *work)
{
	if (IsA(node, WindowAggState))
	{
		const WindowAgg *window = (WindowAgg *) node->plan;

		/* The row that it ended at was read and not returned. */
		if (window->runCondition != NIL && window->partNumCols == 0 &&
			work->rows > 0 && work->loops > 0 && work->nchildren == 1 &&
			work->children[0]->rows > work->rows)
		{
			work->kind = WORK_LIMIT;
			work->limit = work->rows / work->loops;
		}
		return;
	}
	/* A Limit computes its count when it is first asked for a row. */
	if (IsA(node, LimitState) && work->loops > 0 &&
		!castNode(LimitState, node)->noCount)
	{
		work->offset = (double) castNode(LimitState, node)->offset;
		work->limit = (double) castNode(LimitState, node)->count + work->offset;
	}
}

static void
node_counts_read_children(NodeCountsReader *reader, PlanState *node,
						  WorkNode *work)
{
	List *children = plan_tree_children(node);
	PlanState *heap = reader->heap;
	bool limited = reader->limited;
	double beyond = reader->beyond;
	ListCell *cell;

	if (IsA(node, RecursiveUnionState))
	{
		Recursion *recursion = palloc(sizeof(*recursion));

		recursion->param = ((RecursiveUnion *) node->plan)->wtParam;
		recursion->work = work;
		reader->recursions = lappend(reader->recursions, recursion);
		reader->limited = false;
		reader->beyond = 0;
	}
	else if (IsA(node, LimitState) ||
			 (IsA(node, AggState) &&
			  ((Agg *) node->plan)->aggstrategy == AGG_PLAIN))
		reader->limited = true;
	else if (IsA(node, BitmapHeapScanState))
		reader->heap = node;
	work->children = palloc(Max(list_length(children), 1) * sizeof(WorkNode *));
	foreach(cell, children)
		work->children[work->nchildren++] =
			node_counts_read_child(reader, node, lfirst(cell));
	if (IsA(node, RecursiveUnionState))
	{
		work->steps = reader->beyond;
		reader->beyond = beyond;
	}
	reader->limited = limited;
	reader->heap = heap;
}

/* Finds what fills the CTE that is scanned. */
static void
node_counts_read_cte(NodeCountsReader *reader, PlanState *node, WorkNode *work)
{
	ListCell *cell;

	foreach(cell, reader->subqueries)
	{
		const ReadSubquery *subquery = lfirst(cell);
		WorkCte *cte = subquery->cte;

		if (subquery->root != castNode(CteScanState, node)->cteplanstate)
			continue;
		work->cte = cte;
		cte->scan = work;
		cte->scans++;
		reader->level = Max(reader->level, cte->level);
	}
}

static WorkNode *
node_counts_read(NodeCountsReader *reader, PlanState *node)
{
	WorkNode *work = palloc0(sizeof(*work));
	ValuePlace place = {.node = node};

	check_stack_depth();
	if (reader->depth >= NODE_COUNTS_MAX_DEPTH)
		ereport(ERROR, errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				errmsg("the plan is nested more than %d nodes deep",
					   NODE_COUNTS_MAX_DEPTH),
				errhint("Split the query, or set enabled to false in "
						"perfcheck_query."));
	reader->depth++;
	work->id = node->plan->plan_node_id;
	work->kind = node_counts_kind(node);
	InstrEndLoop(node->instrument);
	if (watch_counts(node)->heap != NULL)
		watch_end_loops(watch_counts(node));
	node_counts_read_counts(work, watch_counts(node));
	node_counts_read_children(reader, node, work);
	if (node_counts_is_scan(work))
		node_counts_read_scan(reader, node, work);
	if (node_counts_is_join(work))
	{
		node_growth_of_join(node, work);
		work->name = work->kind == WORK_NESTED_LOOP ? "Nested Loop"
					 : work->kind == WORK_HASH_JOIN ? "Hash Join"
													: "Merge Join";
	}
	work->filtered = node_counts_rejects(node);
	if (node_counts_is_join(work))
		work->filtered =
			work->filtered || ((Join *) node->plan)->joinqual != NIL;
	if (work->name == NULL)
		work->name = plan_facts_step_name(node);
	node_growth_of_groups(node, work);
	node_counts_read_limit(node, work);
	/* Only now: a scan may have the subplan that fills its CTE below itself. */
	if (IsA(node, CteScanState))
		node_counts_read_cte(reader, node, work);
	work->is_function =
		IsA(node, FunctionScanState) || IsA(node, ProjectSetState);
	place.works = reader->works;
	place.subqueries = reader->subqueries;
	place.params = reader->params;
	value_growth_read(&place, work);
	reader->works = lappend(reader->works, work);
	node_blocks_read(work, node);
	reader->depth--;
	return work;
}

WorkNode *
node_counts_tree(PlanState *root)
{
	NodeCountsReader reader = {0};

	return node_counts_read(&reader, root);
}

void
node_counts_renew(WorkNode *tree, const WatchedNode *counts, int ncounts)
{
	for (int i = 0; i < tree->nchildren; i++)
		node_counts_renew(tree->children[i], counts, ncounts);
	/* An empty node stands where a subplan was read before. */
	if (tree->blocks == NULL)
		return;
	for (int i = 0; i < ncounts; i++)
		if (counts[i].id == tree->id)
		{
			node_counts_read_counts(tree, &counts[i]);
			node_blocks_renew(tree, &counts[i]);
		}
}
