/*-------------------------------------------------------------------------
 *
 * count.c
 *		The tree of an executed plan -> WorkNodes, with what each one examined.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "utils/lsyscache.h"

#include "bounds.h"
#include "count.h"
#include "first_row.h"
#include "forecast.h"
#include "plan.h"

static bool
count_is_pinned(PlanState *node)
{
	List *conditions;
	Oid index = plan_scanned_index(node, &conditions);
	Oid relation = OidIsValid(index) ? IndexGetRelation(index, false)
									 : plan_scanned_relation(node);

	if (OidIsValid(relation) && forecast_is_fixed(relation))
		return true;
	switch (nodeTag(node))
	{
		case T_FunctionScanState:
		case T_TableFuncScanState:
		case T_ValuesScanState:
		case T_TidScanState:
			return true;
		case T_BitmapHeapScanState:
			/* As its index part. */
			return outerPlanState(node) != NULL &&
				   count_is_pinned(outerPlanState(node));
		default:
			return OidIsValid(index) && bounds_pin(index, conditions);
	}
}

static WorkKind
count_kind(PlanState *node)
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
		case T_NestLoopState:
			return WORK_NESTED_LOOP;
		case T_MergeJoinState:
		case T_HashJoinState:
			return WORK_JOIN;
		case T_LimitState:
			return WORK_LIMIT;
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
		case T_BitmapAndState:
		case T_BitmapOrState:
			return WORK_STREAM;
		default:
			return WORK_BLOCK;
	}
}

static double
count_examined(PlanState *node, WorkKind kind)
{
	Instrumentation *counts = node->instrument;

	switch (kind)
	{
		case WORK_SCAN:
		case WORK_BITMAP_INDEX:
		case WORK_NESTED_LOOP:
		case WORK_JOIN:
			return counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
		default:
			return 0;
	}
}

static const char *
count_scan_name(PlanState *node)
{
	if (IsA(node, BitmapHeapScanState))
		return psprintf("Bitmap Heap Scan on %s",
						get_rel_name(plan_scanned_relation(node)));
	return plan_scan_text(node);
}

/* What a reading of the tree has seen so far. */
typedef struct CountReader
{
	Bitmapset *plan_ids; /* of subplans: several nodes may share one */
	List *roots;         /* PlanState *, of subplans */
	List *nodes;         /* WorkNode *, of the same */
	const List *first_rows;
} CountReader;

/* The subquery of parent that child is the plan of, or NULL. */
static SubPlanState *
count_subplan(PlanState *parent, PlanState *child, bool *is_init)
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

static void
count_read_limit(LimitState *limit, WorkNode *work)
{
	/* Before its first row a Limit has not computed them. */
	if (work->loops == 0 || limit->noCount)
		return;
	work->limit = (double) limit->count + (double) limit->offset;
	work->offset = (double) limit->offset;
}

/* A CTE grows as the plan that fills it does. */
static WorkNode *
count_cte_source(const CountReader *reader, const CteScanState *scan)
{
	ListCell *root;
	ListCell *node;

	forboth(root, reader->roots, node, reader->nodes)
		if (lfirst(root) == scan->cteplanstate)
			return lfirst(node);
	return NULL;
}

static WorkNode *count_read(CountReader *reader, PlanState *node);

static WorkNode *
count_read_subplan(CountReader *reader, const SubPlanState *subplan,
				   bool is_init)
{
	int id = subplan->subplan->plan_id;
	WorkNode *work;

	if (bms_is_member(id, reader->plan_ids))
	{
		work = palloc0(sizeof(*work));
		work->kind = WORK_STREAM;
	}
	else
	{
		reader->plan_ids = bms_add_member(reader->plan_ids, id);
		work = count_read(reader, subplan->planstate);
		reader->roots = lappend(reader->roots, subplan->planstate);
		reader->nodes = lappend(reader->nodes, work);
	}
	work->role = WORK_SUBPLAN;
	work->once = is_init || subplan->subplan->useHashTable;
	return work;
}

static WorkNode *
count_read_child(CountReader *reader, PlanState *parent, PlanState *child)
{
	bool is_init;
	const SubPlanState *subplan = count_subplan(parent, child, &is_init);
	bool inner = innerPlanState(parent) == child;
	WorkNode *work;

	if (subplan != NULL)
		return count_read_subplan(reader, subplan, is_init);
	work = count_read(reader, child);
	work->role = inner ? WORK_INNER : WORK_OUTER;
	return work;
}

static WorkNode *
count_read(CountReader *reader, PlanState *node)
{
	WorkNode *work = palloc0(sizeof(*work));
	List *children = plan_children(node);
	ListCell *cell;

	check_stack_depth();
	work->kind = count_kind(node);
	if (node->instrument != NULL)
	{
		InstrEndLoop(node->instrument);
		work->loops = node->instrument->nloops;
		work->rows = node->instrument->ntuples;
		work->examined = count_examined(node, work->kind);
	}
	if (work->kind == WORK_SCAN || work->kind == WORK_BITMAP_INDEX)
	{
		work->pinned = count_is_pinned(node);
		work->expected = node->plan->plan_rows;
		work->name = count_scan_name(node);
		work->first = first_row_examined(reader->first_rows, node);
	}
	if (IsA(node, AggState))
		work->one_row = ((Agg *) node->plan)->aggstrategy == AGG_PLAIN;
	if (IsA(node, LimitState))
		count_read_limit(castNode(LimitState, node), work);
	work->children = palloc(Max(list_length(children), 1) * sizeof(WorkNode *));
	foreach(cell, children)
		work->children[work->nchildren++] =
			count_read_child(reader, node, lfirst(cell));
	if (IsA(node, CteScanState))
		work->source = count_cte_source(reader, castNode(CteScanState, node));
	return work;
}

WorkNode *
count_tree(PlanState *root, const List *first_rows)
{
	CountReader reader = {.first_rows = first_rows};

	return count_read(&reader, root);
}
