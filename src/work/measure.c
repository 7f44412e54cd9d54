/*-------------------------------------------------------------------------
 *
 * measure.c
 *		Executes a plan and counts the rows that it examines.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type_d.h"
#include "executor/executor.h"
#include "jit/jit.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "tcop/dest.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "plan/plan_tree.h"
#include "work/estimates.h"
#include "work/first_match.h"
#include "work/index_entries.h"
#include "work/measure.h"
#include "work/node_counts.h"

/* A raised limit lets through this many times as many rows. */
#define MEASURE_RAISE 8

/* ---- runs ---- */

static void
measure_raise_limit(LimitState *limit, const WorkNode *run)
{
	double rows = run->limit * MEASURE_RAISE - run->offset;
	Const *count = makeConst(INT8OID, -1, InvalidOid, sizeof(int64),
							 Int64GetDatum((int64) Min(rows, 1e15)), false,
							 FLOAT8PASSBYVAL);
	MemoryContext old = MemoryContextSwitchTo(limit->ps.state->es_query_cxt);

	limit->limitCount = ExecInitExpr((Expr *) count, &limit->ps);
	MemoryContextSwitchTo(old);
}

/*
 * Two executions of one plan differ where partitions are pruned by what a
 * function returns when the executor starts. Their counts tell nothing then.
 */
static void
measure_differs(void)
{
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("the work cannot be judged: two executions of the plan have "
				   "different nodes"),
			errdetail("The partitions that are left out when an execution "
					  "starts are not the same each time."),
			errhint("Declare a function VOLATILE that returns another value at "
					"each call."));
}

/* The executor's tree beside the WorkNodes of an earlier run. */
static void
measure_raise_limits(PlanState *node, const WorkNode *run)
{
	List *children = plan_tree_children(node);
	ListCell *cell;

	check_stack_depth();
	if (node->plan->plan_node_id != run->id ||
		list_length(children) != run->nchildren)
		measure_differs();
	if (IsA(node, LimitState) && run->limit > 0)
		measure_raise_limit(castNode(LimitState, node), run);
	foreach(cell, children)
	{
		const WorkNode *child = run->children[foreach_current_index(cell)];

		/* A scalar subquery must not return a second row. */
		if (child->role != WORK_SUBPLAN)
			measure_raise_limits(lfirst(cell), child);
	}
}

static QueryDesc *
measure_start(PlannedStmt *plan, const ContractStatement *statement,
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
measure_end(QueryDesc *desc)
{
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
}

/*
 * like: the nodes of an earlier run of the plan, which this one must have too;
 * or NULL. raise: raises their limits.
 */
static WorkNode *
measure_run(PlannedStmt *plan, const ContractStatement *statement,
			ParamListInfo params, const WorkNode *like, bool raise)
{
	QueryDesc *desc =
		measure_start(plan, statement, params, INSTRUMENT_ROWS, 0);
	WorkNode *nodes;
	List *first_rows;

	if (raise)
		measure_raise_limits(desc->planstate, like);
	first_rows = first_match_run(desc);
	ExecutorFinish(desc);
	nodes = node_counts_tree(desc->planstate, first_rows);
	measure_end(desc);
	if (like != NULL && !projection_same_shape(nodes, like))
		measure_differs();
	return nodes;
}

/* ---- index entries ---- */

static void
measure_copy_bitmap_counts(WorkNode *to, const WorkNode *from)
{
	if (to->kind == WORK_BITMAP_INDEX)
		to->examined = from->examined;
	for (int i = 0; i < to->nchildren; i++)
		measure_copy_bitmap_counts(to->children[i], from->children[i]);
}

/* Puts the entries that bitmap index scans read into nodes. */
static void
measure_count_bitmaps(PlannedStmt *plan, const ContractStatement *statement,
					  ParamListInfo params, WorkNode *nodes)
{
	PlannedStmt *wide = copyObject(plan);
	QueryDesc *desc =
		measure_start(wide, statement, params, 0, EXEC_FLAG_EXPLAIN_ONLY);
	bool found = index_entries_expose_bitmaps(desc->planstate);

	measure_end(desc);
	if (found)
		measure_copy_bitmap_counts(
			nodes, measure_run(wide, statement, params, nodes, false));
}

/* The facts of plan, whose index scans are made to count their entries. */
static PlanFacts *
measure_prepare(PlannedStmt *plan, const ContractStatement *statement,
				ParamListInfo params)
{
	QueryDesc *desc =
		measure_start(plan, statement, params, 0, EXEC_FLAG_EXPLAIN_ONLY);
	PlanFacts *facts = plan_facts_read(desc->planstate);

	index_entries_expose(desc->planstate);
	measure_end(desc);
	return facts;
}

/* ---- measuring ---- */

static char *
measure_misestimate(const WorkNode *nodes, double scale)
{
	const WorkNode *scan = estimates_worst(nodes, scale);

	if (scan == NULL)
		return NULL;
	return psprintf("%s: %.0f rows expected, %.0f found", scan->name,
					estimates_expected(scan, scale), estimates_found(scan));
}

/* What plancache.c charges for planning, in units of cost. */
static double
measure_planning_cost(const PlannedStmt *plan)
{
	return 1000.0 * cpu_operator_cost * (list_length(plan->rtable) + 1);
}

void
measure_take_estimates(Work *work, const PlannedStmt *plan)
{
	work->cost = plan->planTree->total_cost;
	work->planning_cost = measure_planning_cost(plan);
	work->rows_estimated = plan->planTree->plan_rows;
}

Work *
measure_measure(PlannedStmt *original, const ContractStatement *statement,
				ParamListInfo params, double scale)
{
	Work *work = palloc0(sizeof(*work));
	PlannedStmt *plan = copyObject(original);
	double planned_for = scale;
	WorkNode *nodes;

	guc_scope_set("synchronize_seqscans", "off");
	work->facts = measure_prepare(plan, statement, params);
	nodes = measure_run(plan, statement, params, NULL, false);
	measure_count_bitmaps(plan, statement, params, nodes);
	work->runs.run = nodes;
	/* Without a table nothing grows. */
	if (work->facts->relations == NIL)
		scale = 1;
	if (scale > 1 && projection_needs_more(nodes))
		work->runs.more = measure_run(plan, statement, params, nodes, true);

	work->misestimate = measure_misestimate(nodes, planned_for);
	measure_take_estimates(work, plan);
	work->rows_returned = nodes->rows;
	work->rows_examined = projection_examined(nodes);
	measure_project(work, scale);
	return work;
}

void
measure_project(Work *work, double scale)
{
	Projection projection = {work->rows_examined, work->rows_returned};

	if (scale != 1 && work->facts->relations != NIL)
		projection = projection_project(&work->runs, scale);
	work->examined_projected = projection.examined;
	work->returned_projected = projection.returned;
}

uint64
measure_count(PlannedStmt *plan, const ContractStatement *statement,
			  ParamListInfo params)
{
	QueryDesc *desc = measure_start(plan, statement, params, 0, 0);
	uint64 rows;

	compat_executor_run(desc);
	ExecutorFinish(desc);
	rows = desc->estate->es_processed;
	measure_end(desc);
	return rows;
}

PlanFacts *
measure_explain(PlannedStmt *plan, const ContractStatement *statement,
				ParamListInfo params)
{
	QueryDesc *desc =
		measure_start(plan, statement, params, 0, EXEC_FLAG_EXPLAIN_ONLY);
	PlanFacts *facts = plan_facts_read(desc->planstate);

	measure_end(desc);
	return facts;
}
