/*-------------------------------------------------------------------------
 *
 * work.c
 *		Executes a plan and counts the rows that it examines.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type_d.h"
#include "executor/executor.h"
#include "executor/nodeSubplan.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "tcop/dest.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "forecast.h"
#include "guard.h"
#include "projection.h"
#include "work.h"

/* What a run does with the limits of the plan. */
typedef enum WorkLimits
{
	WORK_LIMITS_KEPT,
	WORK_LIMITS_RAISED,
	WORK_LIMITS_LOWERED
} WorkLimits;

/* A raised limit lets through this many times as many rows. */
#define WORK_RAISE 8

/* ---- parameters ---- */

static void
work_param_error_context(void *arg)
{
	errcontext("value of parameter $%d", *(int *) arg);
}

ParamListInfo
work_params(const ContractStatement *statement, const ContractCase *one)
{
	ParamListInfo params = makeParamList(statement->nparams);
	int number = 0;
	ErrorContextCallback callback = {
		.previous = error_context_stack,
		.callback = work_param_error_context,
		.arg = &number,
	};
	int level;

	if (one->nargs != statement->nparams)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("case \"%s\" has %d values, but the query has %d "
					   "parameters",
					   one->label, one->nargs, statement->nparams));
	error_context_stack = &callback;
	level = guard_enter_settings();
	for (int i = 0; i < statement->nparams; i++)
	{
		ParamExternData *param = &params->params[i];
		Oid input;
		Oid ioparam;

		number = i + 1;
		getTypeInputInfo(statement->param_types[i], &input, &ioparam);
		param->ptype = statement->param_types[i];
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = one->args[i] == NULL;
		param->value = OidInputFunctionCall(input, one->args[i], ioparam, -1);
	}
	guard_leave_settings(level);
	error_context_stack = callback.previous;
	return params;
}

/* ---- from the executor's tree to WorkNodes ---- */

static bool
work_is_equality(Oid method, int strategy)
{
	return (method == BTREE_AM_OID && strategy == BTEqualStrategyNumber) ||
		   (method == HASH_AM_OID && strategy == HTEqualStrategyNumber);
}

/* The index column (from 1) and strategy of a condition; false if it has none.
 */
static bool
work_condition(Oid index, Node *condition, int *column, bool *equality)
{
	Oid operator;
	Node *left;
	Oid family;

	if (IsA(condition, OpExpr))
	{
		operator= castNode(OpExpr, condition)->opno;
		left = linitial(castNode(OpExpr, condition)->args);
	}
	else if (IsA(condition, ScalarArrayOpExpr))
	{
		operator= castNode(ScalarArrayOpExpr, condition)->opno;
		left = linitial(castNode(ScalarArrayOpExpr, condition)->args);
	}
	else if (IsA(condition, RowCompareExpr))
	{
		operator= linitial_oid(castNode(RowCompareExpr, condition)->opnos);
		left = linitial(castNode(RowCompareExpr, condition)->largs);
	}
	else
		return false;
	if (IsA(left, RelabelType))
		left = (Node *) castNode(RelabelType, left)->arg;
	if (!IsA(left, Var))
		return false;
	*column = castNode(Var, left)->varattno;
	family = get_opclass_family(get_index_column_opclass(index, *column));
	*equality = !IsA(condition, RowCompareExpr) &&
				work_is_equality(plan_index_method(index),
								 get_op_opfamily_strategy(operator, family));
	return true;
}

/*
 * Whether a column's number of distinct values grows with the table, so that
 * a value keeps its few rows: ANALYZE then stores it as a fraction of the rows.
 */
static bool
work_distinct_grows(Oid relation, AttrNumber column)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation),
						Int16GetDatum(column), BoolGetDatum(false));
	bool grows;

	if (!HeapTupleIsValid(tuple))
		return false;
	grows = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct < 0;
	ReleaseSysCache(tuple);
	return grows;
}

/* Whether equality conditions leave a scan as many rows at any table size. */
static bool
work_pinned_by_index(Oid index, List *conditions)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	Bitmapset *equal_columns = NULL;
	bool pinned = false;
	int column;
	ListCell *cell;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	foreach(cell, conditions)
	{
		int column;
		bool equality;

		if (work_condition(index, lfirst(cell), &column, &equality) && equality)
			equal_columns = bms_add_member(equal_columns, column);
	}
	/* Only conditions on the leading columns narrow what is read. */
	for (column = 1; column <= form->indnkeyatts && !pinned &&
					 bms_is_member(column, equal_columns);
		 column++)
		pinned = (form->indisunique && column == form->indnkeyatts) ||
				 (form->indkey.values[column - 1] > 0 &&
				  work_distinct_grows(form->indrelid,
									  form->indkey.values[column - 1]));
	ReleaseSysCache(tuple);
	return pinned;
}

static bool
work_is_pinned(PlanState *node)
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
				   work_is_pinned(outerPlanState(node));
		default:
			return OidIsValid(index) && work_pinned_by_index(index, conditions);
	}
}

/*
 * A B-tree scan whose conditions leave out the leading column reads the index
 * from end to end, and the executor counts only what passed the conditions.
 */
static bool
work_reads_whole_index(Oid index, List *conditions)
{
	ListCell *cell;

	if (conditions == NIL || plan_index_method(index) != BTREE_AM_OID)
		return false;
	foreach(cell, conditions)
	{
		int column;
		bool equality;

		if (!work_condition(index, lfirst(cell), &column, &equality) ||
			column == 1)
			return false;
	}
	return true;
}

static WorkKind
work_kind(PlanState *node)
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

/* stopped: a Limit above had enough before the node came to its end. */
static double
work_examined(PlanState *node, WorkKind kind, bool stopped)
{
	Instrumentation *counts = node->instrument;
	double rows = counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
	List *conditions;
	Oid index;

	switch (kind)
	{
		case WORK_SCAN:
		case WORK_BITMAP_INDEX:
			index = plan_scanned_index(node, &conditions);
			if (OidIsValid(index) && !stopped && !compat_has_skip_scan() &&
				work_reads_whole_index(index, conditions))
				return Max(rows, plan_relation_rows(index) * counts->nloops);
			return rows;
		case WORK_NESTED_LOOP:
		case WORK_JOIN:
			return rows;
		default:
			return 0;
	}
}

/* What a reading of the tree has seen so far. */
typedef struct WorkReader
{
	Bitmapset *plan_ids; /* of subplans: several nodes may share one */
	List *roots;         /* PlanState *, of subplans */
	List *nodes;         /* WorkNode *, of the same */
} WorkReader;

/* The subquery of parent that child is the plan of, or NULL. */
static SubPlanState *
work_subplan(PlanState *parent, PlanState *child, bool *is_init)
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
work_read_limit(LimitState *limit, WorkNode *work)
{
	/* Before its first row a Limit has not computed them. */
	if (work->loops == 0 || limit->noCount)
		return;
	work->limit = (double) limit->count + (double) limit->offset;
	work->offset = (double) limit->offset;
}

/* A CTE grows as the plan that fills it does. */
static WorkNode *
work_cte_source(const WorkReader *reader, const CteScanState *scan)
{
	ListCell *root;
	ListCell *node;

	forboth(root, reader->roots, node, reader->nodes)
		if (lfirst(root) == scan->cteplanstate)
			return lfirst(node);
	return NULL;
}

static WorkNode *work_read(WorkReader *reader, PlanState *node, bool stopped);

static WorkNode *
work_read_subplan(WorkReader *reader, const SubPlanState *subplan, bool is_init)
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
		work = work_read(reader, subplan->planstate, false);
		reader->roots = lappend(reader->roots, subplan->planstate);
		reader->nodes = lappend(reader->nodes, work);
	}
	work->role = WORK_SUBPLAN;
	work->once = is_init || subplan->subplan->useHashTable;
	return work;
}

static WorkNode *
work_read_child(WorkReader *reader, PlanState *parent, const WorkNode *above,
				PlanState *child, bool stopped)
{
	bool is_init;
	const SubPlanState *subplan = work_subplan(parent, child, &is_init);
	bool inner = innerPlanState(parent) == child;
	WorkNode *work;

	if (subplan != NULL)
		return work_read_subplan(reader, subplan, is_init);
	if (above->kind == WORK_LIMIT)
		stopped = above->limit > 0 && projection_reached(above);
	else if (inner || above->kind == WORK_BLOCK || above->kind == WORK_SCAN)
		stopped = false;
	work = work_read(reader, child, stopped);
	work->role = inner ? WORK_INNER : WORK_OUTER;
	return work;
}

static WorkNode *
work_read(WorkReader *reader, PlanState *node, bool stopped)
{
	WorkNode *work = palloc0(sizeof(*work));
	List *children = plan_children(node);
	ListCell *cell;

	check_stack_depth();
	work->kind = work_kind(node);
	if (node->instrument != NULL)
	{
		InstrEndLoop(node->instrument);
		work->loops = node->instrument->nloops;
		work->rows = node->instrument->ntuples;
		work->examined = work_examined(node, work->kind, stopped);
	}
	if (work->kind == WORK_SCAN || work->kind == WORK_BITMAP_INDEX)
		work->pinned = work_is_pinned(node);
	if (IsA(node, AggState))
		work->one_row = ((Agg *) node->plan)->aggstrategy == AGG_PLAIN;
	if (IsA(node, LimitState))
		work_read_limit(castNode(LimitState, node), work);
	work->children = palloc(Max(list_length(children), 1) * sizeof(WorkNode *));
	foreach(cell, children)
		work->children[work->nchildren++] =
			work_read_child(reader, node, work, lfirst(cell), stopped);
	if (IsA(node, CteScanState))
		work->source = work_cte_source(reader, castNode(CteScanState, node));
	return work;
}

/* ---- runs ---- */

static void
work_set_limit(LimitState *limit, const WorkNode *run, WorkLimits limits)
{
	double rows = limits == WORK_LIMITS_LOWERED
					  ? 1
					  : run->limit * WORK_RAISE - run->offset;
	Const *count = makeConst(INT8OID, -1, InvalidOid, sizeof(int64),
							 Int64GetDatum((int64) Min(rows, 1e15)), false,
							 FLOAT8PASSBYVAL);
	MemoryContext old = MemoryContextSwitchTo(limit->ps.state->es_query_cxt);

	limit->limitCount = ExecInitExpr((Expr *) count, &limit->ps);
	MemoryContextSwitchTo(old);
}

/* The executor's tree beside the WorkNodes of an earlier run: one shape. */
static void
work_change_limits(PlanState *node, const WorkNode *run, WorkLimits limits)
{
	List *children = plan_children(node);
	ListCell *cell;

	if (IsA(node, LimitState) && run->limit > 0)
		work_set_limit(castNode(LimitState, node), run, limits);
	foreach(cell, children)
	{
		const WorkNode *child = run->children[foreach_current_index(cell)];

		/* A scalar subquery must not return a second row. */
		if (child->role != WORK_SUBPLAN)
			work_change_limits(lfirst(cell), child, limits);
	}
}

static QueryDesc *
work_start(PlannedStmt *plan, const ContractStatement *statement,
		   ParamListInfo params, int instrument, int flags)
{
	QueryDesc *desc = CreateQueryDesc(plan, statement->sql, GetActiveSnapshot(),
									  InvalidSnapshot, None_Receiver, params,
									  NULL, instrument);

	/* The leader alone: counts of workers would differ from run to run. */
	plan->parallelModeNeeded = false;
	plan->jitFlags = PGJIT_NONE;
	ExecutorStart(desc, flags);
	return desc;
}

static void
work_end(QueryDesc *desc)
{
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
}

/* kept: the nodes of the run with the limits kept; NULL for that run. */
static WorkNode *
work_run(PlannedStmt *plan, const ContractStatement *statement,
		 ParamListInfo params, const WorkNode *kept, WorkLimits limits,
		 PlanFacts **facts)
{
	QueryDesc *desc = work_start(plan, statement, params, INSTRUMENT_ROWS, 0);
	WorkReader reader = {0};
	WorkNode *nodes;

	if (kept != NULL)
		work_change_limits(desc->planstate, kept, limits);
	compat_executor_run(desc);
	ExecutorFinish(desc);
	nodes = work_read(&reader, desc->planstate, false);
	if (facts != NULL)
		*facts = plan_facts(desc->planstate);
	work_end(desc);
	return nodes;
}

Work *
work_measure(PlannedStmt *plan, const ContractStatement *statement,
			 ParamListInfo params, double scale)
{
	Work *work = palloc0(sizeof(*work));
	WorkRuns runs = {0};
	WorkNode *nodes;
	Projection projection;

	guard_set_local("synchronize_seqscans", "off");
	nodes =
		work_run(plan, statement, params, NULL, WORK_LIMITS_KEPT, &work->facts);
	runs.run = nodes;
	/* Without a table nothing grows. */
	if (work->facts->relations == NIL)
		scale = 1;
	if (scale > 1 && projection_needs_more(nodes))
		runs.more =
			work_run(plan, statement, params, nodes, WORK_LIMITS_RAISED, NULL);
	if (scale > 1 && projection_needs_first(nodes))
		runs.first =
			work_run(plan, statement, params, nodes, WORK_LIMITS_LOWERED, NULL);
	projection = projection_project(&runs, scale);

	work->rows_estimated = plan->planTree->plan_rows;
	work->rows_returned = nodes->rows;
	work->rows_examined = projection_examined(nodes);
	work->returned_projected = projection.returned;
	work->examined_projected =
		scale == 1 ? work->rows_examined : projection.examined;
	return work;
}

uint64
work_count(PlannedStmt *plan, const ContractStatement *statement,
		   ParamListInfo params)
{
	QueryDesc *desc = work_start(plan, statement, params, 0, 0);
	uint64 rows;

	compat_executor_run(desc);
	ExecutorFinish(desc);
	rows = desc->estate->es_processed;
	work_end(desc);
	return rows;
}

PlanFacts *
work_explain(PlannedStmt *plan, const ContractStatement *statement,
			 ParamListInfo params)
{
	QueryDesc *desc =
		work_start(plan, statement, params, 0, EXEC_FLAG_EXPLAIN_ONLY);
	PlanFacts *facts = plan_facts(desc->planstate);

	work_end(desc);
	return facts;
}
