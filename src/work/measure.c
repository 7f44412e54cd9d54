/*-------------------------------------------------------------------------
 *
 * measure.c
 *		Executes a plan and counts the rows that it examines.
 *
 * A plan is started once without being executed, to read its facts and to turn
 * conditions that hide index entries into filters (index_entries.h). Then it is
 * executed up to three times: as it is; without those conditions in its bitmap
 * index scans, if it has such; and with its limits raised to 8 times, if a LIMIT
 * stopped it. The counts of one execution are compared with those of another
 * node by node, so projection_same_shape() must hold for each after the first.
 * Limits are raised before the execution, when there are no counts yet; that walk
 * checks the number of each node on its way.
 *
 * The copies of plans and what the executor leaves behind are allocated in the
 * current memory context, which the caller deletes. Results go into a context
 * that the caller names.
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
#include "contract/statement.h"
#include "plan/plan_facts.h"
#include "plan/plan_tree.h"
#include "work/estimates.h"
#include "work/first_match.h"
#include "work/index_entries.h"
#include "work/measure.h"
#include "work/node_counts.h"

/* LIMIT + OFFSET is raised to this many times as many rows. */
#define MEASURE_RAISE 8

/* ---- runs ---- */

/*
 * Raises the error for two executions of one plan that have different nodes.
 * This happens when partitions are pruned at executor start by the result of a
 * function that returns another value each time.
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

/*
 * Raises the limits of a started plan. run has the nodes of an earlier run of the
 * plan: a Limit's count is known only after that.
 */
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
	{
		double rows = run->limit * MEASURE_RAISE - run->offset;
		Const *count = makeConst(INT8OID, -1, InvalidOid, sizeof(int64),
								 Int64GetDatum((int64) Min(rows, 1e15)), false,
								 FLOAT8PASSBYVAL);
		MemoryContext old = MemoryContextSwitchTo(node->state->es_query_cxt);

		castNode(LimitState, node)->limitCount =
			ExecInitExpr((Expr *) count, node);
		MemoryContextSwitchTo(old);
	}
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
 * Executes a plan and returns its nodes with their counts, allocated in results.
 * like has the nodes of an earlier run of the plan, whose limits are raised then,
 * and which this run must have too; or it is NULL.
 */
static WorkNode *
measure_run(PlannedStmt *plan, const ContractStatement *statement,
			ParamListInfo params, const WorkNode *like, MemoryContext results)
{
	QueryDesc *desc =
		measure_start(plan, statement, params, INSTRUMENT_ROWS, 0);
	MemoryContext old;
	WorkNode *nodes;
	List *first_rows;

	if (like != NULL)
		measure_raise_limits(desc->planstate, like);
	first_rows = first_match_run(desc);
	ExecutorFinish(desc);
	old = MemoryContextSwitchTo(results);
	nodes = node_counts_tree(desc->planstate, first_rows);
	MemoryContextSwitchTo(old);
	measure_end(desc);
	if (like != NULL && !projection_same_shape(nodes, like))
		measure_differs();
	return nodes;
}

/* ---- index entries ---- */

/* Returns the node of that id in or below node, or NULL. */
static const WorkNode *
measure_find_node(const WorkNode *node, int id)
{
	const WorkNode *found = node->id == id ? node : NULL;

	for (int i = 0; found == NULL && i < node->nchildren; i++)
		found = measure_find_node(node->children[i], id);
	return found;
}

/*
 * Nodes are paired by their ids and not by their places: the filter that takes
 * in the conditions of a bitmap may call subqueries, which hang on another node
 * then.
 */
static void
measure_copy_bitmap_counts(WorkNode *to, const WorkNode *wide)
{
	if (to->kind == WORK_BITMAP_INDEX)
	{
		const WorkNode *from = measure_find_node(wide, to->id);

		if (from == NULL)
			measure_differs();
		to->examined = from->examined;
	}
	for (int i = 0; i < to->nchildren; i++)
		measure_copy_bitmap_counts(to->children[i], wide);
}

/* ---- measuring ---- */

/* Marks the offsets of all Limits as a share of the rows. */
static void
measure_grow_offsets(WorkNode *node)
{
	node->offset_grows = node->offset > 0;
	for (int i = 0; i < node->nchildren; i++)
		measure_grow_offsets(node->children[i]);
}

void
measure_take_estimates(Work *work, const PlannedStmt *plan)
{
	work->cost = plan->planTree->total_cost;
	/* The formula of cached_plan_cost() in plancache.c. */
	work->planning_cost =
		1000.0 * cpu_operator_cost * (list_length(plan->rtable) + 1);
	work->rows_estimated = plan->planTree->plan_rows;
}

MeasuredPlan *
measure_prepare(PlannedStmt *plan, const ContractStatement *statement,
				ParamListInfo params, MemoryContext results)
{
	MeasuredPlan *measured = palloc0(sizeof(*measured));
	MemoryContext old;
	QueryDesc *desc;

	measured->statement = statement;
	measured->plan = copyObject(plan);
	desc = measure_start(measured->plan, statement, params, 0,
						 EXEC_FLAG_EXPLAIN_ONLY);
	old = MemoryContextSwitchTo(results);
	measured->facts = plan_facts_read(desc->planstate);
	MemoryContextSwitchTo(old);
	plan_tree_walk_once(desc->planstate, index_entries_expose, NULL,
						&measured->hides_entries);
	measure_end(desc);
	return measured;
}

Work *
measure_work(const MeasuredPlan *measured, ParamListInfo params, double scale,
			 MemoryContext results)
{
	MemoryContext scratch = MemoryContextSwitchTo(results);
	Work *work = palloc0(sizeof(*work));
	WorkNode *nodes;
	const WorkNode *worst = NULL;

	MemoryContextSwitchTo(scratch);
	guc_scope_set("synchronize_seqscans", "off");
	work->facts = measured->facts;
	nodes =
		measure_run(measured->plan, measured->statement, params, NULL, results);
	if (measured->hides_entries)
	{
		PlannedStmt *wide = copyObject(measured->plan);
		QueryDesc *desc = measure_start(wide, measured->statement, params, 0,
										EXEC_FLAG_EXPLAIN_ONLY);

		/* Only another run tells what the bitmap index scans read. */
		plan_tree_walk_once(desc->planstate, index_entries_expose_bitmap, NULL,
							NULL);
		measure_end(desc);
		measure_copy_bitmap_counts(nodes, measure_run(wide, measured->statement,
													  params, NULL, scratch));
	}
	if (measured->deep_offset)
		measure_grow_offsets(nodes);
	work->runs.run = nodes;
	if (scale > 1 && work->facts->relations != NIL &&
		projection_needs_more(nodes))
		work->runs.more = measure_run(measured->plan, measured->statement,
									  params, nodes, results);

	MemoryContextSwitchTo(results);
	measure_take_estimates(work, measured->plan);
	work->rows_returned = nodes->rows;
	work->rows_examined = projection_examined(nodes);
	measure_project(work, scale);
	if (!measured->unusual)
		worst = estimates_worst(nodes, scale);
	if (worst != NULL)
		work->misestimate =
			psprintf("%s: %.0f rows expected, %.0f found", worst->name,
					 estimates_expected(worst, scale), estimates_found(worst));
	MemoryContextSwitchTo(scratch);
	return work;
}

void
measure_project(Work *work, double scale)
{
	Projection projection;

	/* Without a table nothing grows. */
	if (work->facts->relations == NIL)
		scale = 1;
	projection = projection_project(&work->runs, scale);
	work->examined_projected = projection.examined;
	work->again_projected = projection.again;
	work->returned_projected = projection.returned;
}

uint64
measure_as_sent(const PlannedStmt *plan, const ContractStatement *statement,
				ParamListInfo params, DestReceiver *receiver)
{
	QueryDesc *desc = CreateQueryDesc(
		unconstify(PlannedStmt *, plan), statement->sql, GetActiveSnapshot(),
		InvalidSnapshot, receiver, params, NULL, 0);
	uint64 rows;

	ExecutorStart(desc, 0);
	compat_executor_run(desc);
	ExecutorFinish(desc);
	rows = desc->estate->es_processed;
	measure_end(desc);
	return rows;
}
