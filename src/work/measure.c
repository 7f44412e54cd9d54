/*-------------------------------------------------------------------------
 *
 * measure.c
 *		Executes a plan and counts the rows that it examines.
 *
 * A plan is started once without being executed, to read its facts and to turn
 * conditions that hide index entries into filters (index_entries.h). Then it is
 * executed, as often as it takes:
 *
 * - as it is;
 * - once more if blocks were touched that belong to no scan, since the first
 *   execution in a session also reads the catalogs, and if functions executed
 *   statements, whose plans are then made for the target size as well;
 * - with the conditions where they were, if that hid entries of an index scan: its
 *   rows come from the first execution and its blocks from this one;
 * - without those conditions in its bitmap index scans, if it has such;
 * - with its limits raised to 8 times, if a LIMIT stopped it.
 *
 * The counts of one execution are compared with those of another node by node, so
 * projection_same_shape() must hold for each after the first. Limits are raised
 * before the execution, when there are no counts yet; that walk checks the number
 * of each node on its way.
 *
 * Each execution runs in a subtransaction of its own, under the resource owner
 * that it was started with, as a cursor's does. If the timer of the sandbox
 * cancels it, only that subtransaction is rolled back, and the counts so far can
 * be read: the plan is still open. It is not ended then; the end of the sandbox
 * does that.
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
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/subtransaction.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "plan/plan_facts.h"
#include "plan/plan_tree.h"
#include "work/estimates.h"
#include "work/index_entries.h"
#include "work/measure.h"
#include "work/nested.h"
#include "work/node_counts.h"
#include "work/sent_rows.h"
#include "work/unmatched.h"
#include "work/watch.h"

/* LIMIT + OFFSET is raised to this many times as many rows. */
#define MEASURE_RAISE 8

/* And such an execution may examine this many times as many rows. */
#define MEASURE_RAISED_WORK 10.0

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
			  ParamListInfo params, DestReceiver *receiver, int instrument,
			  int flags)
{
	QueryDesc *desc =
		CreateQueryDesc(plan, statement->sql, GetActiveSnapshot(),
						InvalidSnapshot, receiver, params, NULL, instrument);
	int jit = plan->jitFlags;

	/* The leader alone: counts of workers would differ from run to run. */
	plan->parallelModeNeeded = false;
	plan->jitFlags = PGJIT_NONE;
	ExecutorStart(desc, flags);
	plan->jitFlags = jit;
	return desc;
}

static void
measure_end(QueryDesc *desc)
{
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
}

/* One execution of a plan. */
typedef struct Execution
{
	QueryDesc *desc;
	ResourceOwner owner; /* that it was started with */
	WorkNode *nodes;
	double sent;     /* blocks that were read to send the rows */
	bool nested;     /* functions executed statements */
	List *relations; /* OIDs of the tables that these scan */
	List *indexes;   /* OIDs of the indexes that these read */
	WatchLimit limit;
	/* By the sandbox's timer, or limit; the counts are those until then. */
	bool timed_out;
} Execution;

static void
measure_execute(void *arg)
{
	Execution *run = arg;

	CurrentResourceOwner = run->owner;
	run->sent = watch_run(run->desc, &run->limit);
	ExecutorFinish(run->desc);
}

/*
 * Executes a plan and reads its nodes with their counts, allocated in results.
 * like has the nodes of an earlier run of the plan, whose limits are raised then,
 * and which this run must have too; or it is NULL.
 */
static Execution
measure_run(const MeasuredPlan *measured, PlannedStmt *plan,
			ParamListInfo params, const WorkNode *like, MemoryContext results)
{
	Execution run = {.owner = CurrentResourceOwner};
	MemoryContext old;
	List *nodes;
	Nested *nested;
	ErrorData *error;

	run.desc =
		measure_start(plan, measured->statement, params,
					  like == NULL ? sent_rows_receiver() : None_Receiver,
					  INSTRUMENT_ROWS, 0);
	run.limit.most = measured->most_examined;
	if (like != NULL)
	{
		measure_raise_limits(run.desc->planstate, like);
		run.limit.most *= MEASURE_RAISED_WORK;
	}
	nodes = watch_list(run.desc->planstate);
	watch_install(nodes, palloc0(list_length(nodes) * sizeof(WatchedNode)));
	old = MemoryContextSwitchTo(results);
	nested = nested_begin();
	MemoryContextSwitchTo(old);
	error = subtransaction_run_and_roll_back(measure_execute, &run);
	nested_end(nested);
	if (error != NULL && !run.limit.reached && !sandbox_take_timeout(error))
		ReThrowError(error);
	run.timed_out = error != NULL;
	run.nested = nested_found(nested);
	run.relations = nested_relations(nested);
	run.indexes = nested_indexes(nested);
	MemoryContextSwitchTo(results);
	run.nodes = node_counts_tree(run.desc->planstate);
	MemoryContextSwitchTo(old);
	run.nodes->blocks->sent = run.sent;
	nested_attach(nested, run.nodes);
	if (!run.timed_out)
		measure_end(run.desc);
	if (like != NULL && !projection_same_shape(run.nodes, like))
		measure_differs();
	return run;
}

/* An execution whose functions plan their statements for the target size. */
typedef struct ForecastRun
{
	const MeasuredPlan *measured;
	ParamListInfo params;
	MemoryContext results;
	Execution run;
} ForecastRun;

static void
measure_run_forecast(void *arg)
{
	ForecastRun *forecast = arg;

	forecast->run = measure_run(forecast->measured, forecast->measured->plan,
								forecast->params, NULL, forecast->results);
}

/*
 * Executes the plan, and again if that tells more: see the head of this file. A
 * second execution that is too slow leaves the counts of the first one.
 */
static Execution
measure_run_settled(const MeasuredPlan *measured, ParamListInfo params,
					double scale, MemoryContext results)
{
	Execution run =
		measure_run(measured, measured->plan, params, NULL, results);
	ForecastRun forecast = {measured, params, results, {0}};
	Execution again;

	if (run.timed_out || !(run.nested || block_projection_unknown(run.nodes)))
		return run;
	if (run.nested && scale != 1)
	{
		forecast_run(scale, measure_run_forecast, &forecast);
		again = forecast.run;
	}
	else
		again = measure_run(measured, measured->plan, params, NULL, results);
	run.timed_out = again.timed_out;
	run.limit = again.limit;
	return again.timed_out ? run : again;
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

/*
 * Likewise the blocks, of the plan whose index scans hide entries. A node that this
 * run does not have keeps those of the first one, which are too many.
 */
static void
measure_copy_blocks(WorkNode *to, const WorkNode *as_planned)
{
	const WorkNode *from = measure_find_node(as_planned, to->id);

	if (from != NULL)
		to->blocks = from->blocks;
	for (int i = 0; i < to->nchildren; i++)
		measure_copy_blocks(to->children[i], as_planned);
}

/*
 * Executes the plan with the conditions where they were, or without them in its
 * bitmap index scans, and takes from that what the first execution could not
 * count. Returns false if the sandbox's timer ended one.
 */
static bool
measure_hidden_entries(const MeasuredPlan *measured, ParamListInfo params,
					   Work *work, MemoryContext results)
{
	WorkNode *nodes = work->runs.run;
	MemoryContext scratch = CurrentMemoryContext;
	Execution run;

	if (measured->as_planned != NULL)
	{
		run =
			measure_run(measured, measured->as_planned, params, NULL, results);
		work->stopped = run.limit.reached;
		if (run.timed_out)
			return false;
		measure_copy_blocks(nodes, run.nodes);
	}
	if (measured->entries.hidden)
	{
		PlannedStmt *wide = copyObject(measured->plan);
		QueryDesc *desc =
			measure_start(wide, measured->statement, params, None_Receiver, 0,
						  EXEC_FLAG_EXPLAIN_ONLY);

		/* Only another run tells what the bitmap index scans read. */
		plan_tree_walk_once(desc->planstate, index_entries_expose_bitmap, NULL,
							NULL);
		measure_end(desc);
		run = measure_run(measured, wide, params, NULL, scratch);
		work->stopped = run.limit.reached;
		if (run.timed_out)
			return false;
		measure_copy_bitmap_counts(nodes, run.nodes);
	}
	return true;
}

/* Executes the plan with its limits raised, with the same result. */
static bool
measure_raised(const MeasuredPlan *measured, ParamListInfo params, Work *work,
			   MemoryContext results)
{
	Execution run =
		measure_run(measured, measured->plan, params, work->runs.run, results);

	work->stopped = run.limit.reached;
	if (run.timed_out)
		return false;
	work->runs.more = run.nodes;
	/* Their blocks are those of a plan that is not executed. */
	if (measured->as_planned != NULL)
		block_projection_forget(run.nodes);
	return true;
}

/* ---- estimates ---- */

static void
measure_take_expected(const TodaysRows *todays, WorkNode *node)
{
	if (node->id < todays->nodes)
		node->expected = todays->rows[node->id];
	for (int i = 0; i < node->nchildren; i++)
		measure_take_expected(todays, node->children[i]);
}

static char *
measure_describe_estimate(const WorkNode *node)
{
	return psprintf("%s: %.0f %s expected, %.0f found", node->name,
					node->expected, node->expected == 1 ? "row" : "rows",
					estimates_found(node));
}

/* Holds what was found against what the planner expects. */
static void
measure_compare_estimates(const TodaysRows *todays, Work *work)
{
	const WorkNode *node;
	double driven;

	measure_take_expected(todays, work->runs.run);
	node = estimates_worst(work->runs.run, work->runs.more);
	if (node != NULL)
	{
		work->misestimate = measure_describe_estimate(node);
		work->misestimated = node->table;
	}
	node = estimates_deciding(work->runs.run, work->runs.more, &driven);
	if (node == NULL)
		return;
	if (driven > 0)
		work->deciding_misestimate =
			psprintf("%s, for which a nested loop examines %.0f rows",
					 measure_describe_estimate(node), driven);
	else
		work->deciding_misestimate =
			psprintf("%s; ANALYZE, or CREATE STATISTICS on the columns",
					 measure_describe_estimate(node));
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
	work->compiled = (plan->jitFlags & PGJIT_PERFORM) != 0;
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
	desc = measure_start(measured->plan, statement, params, None_Receiver, 0,
						 EXEC_FLAG_EXPLAIN_ONLY);
	old = MemoryContextSwitchTo(results);
	measured->facts = plan_facts_read(desc->planstate);
	MemoryContextSwitchTo(old);
	plan_tree_walk_once(desc->planstate, index_entries_expose, NULL,
						&measured->entries);
	measure_end(desc);
	if (measured->entries.changed)
		measured->as_planned = copyObject(plan);
	return measured;
}

Work *
measure_work(const MeasuredPlan *measured, ParamListInfo params, double scale,
			 MemoryContext results)
{
	MemoryContext scratch = MemoryContextSwitchTo(results);
	Work *work = palloc0(sizeof(*work));
	Execution run;

	MemoryContextSwitchTo(scratch);
	guc_scope_set("synchronize_seqscans", "off");
	/* For the statements of functions, whose plans may ask for workers. */
	guc_scope_set("max_parallel_workers", "0");
	run = measure_run_settled(measured, params, scale, results);
	work->facts = measured->facts;
	if (run.relations != NIL)
	{
		work->facts = MemoryContextAlloc(results, sizeof(PlanFacts));
		*work->facts = *measured->facts;
		MemoryContextSwitchTo(results);
		work->facts->relations =
			list_union_oid(measured->facts->relations, run.relations);
		work->facts->nested_indexes = list_copy(run.indexes);
		MemoryContextSwitchTo(scratch);
	}
	work->runs.run = run.nodes;
	work->stopped = run.limit.reached;
	work->timed_out = run.timed_out ||
					  !measure_hidden_entries(measured, params, work, results);
	if (measured->deep_offset)
		measure_grow_offsets(run.nodes);
	if (!work->timed_out && scale > 1 && work->facts->relations != NIL &&
		projection_needs_more(run.nodes))
		work->timed_out = !measure_raised(measured, params, work, results);

	MemoryContextSwitchTo(results);
	measure_take_estimates(work, measured->plan);
	work->rows_returned = run.nodes->rows;
	work->rows_examined = projection_examined(run.nodes);
	work->blocks = block_projection_today(run.nodes);
	measure_project(work, scale);
	if (!measured->unusual && !work->timed_out && measured->todays_rows != NULL)
		measure_compare_estimates(measured->todays_rows, work);
	MemoryContextSwitchTo(scratch);
	return work;
}

void
measure_project(Work *work, double scale)
{
	Projection projection;
	Unmatched unmatched;

	/* Without a table nothing grows. */
	if (work->facts->relations == NIL)
		scale = 1;
	projection = projection_project(&work->runs, scale);
	unmatched = unmatched_project(work->runs.run, scale);
	work->unmatched_projected = projection.examined + unmatched.examined;
	work->keyed_projected = unmatched.keyed;
	work->spills = block_projection_spills(work->runs.run, &work->spill);
	work->examined_projected = projection.examined;
	work->again_projected = projection.again;
	work->returned_projected = projection.returned;
	work->blocks_projected = projection.blocks;
	work->blocks_due = projection.due;
	work->look_ups_projected = projection.look_ups;
	/* Of a plan that was not executed to its end. */
	if (work->timed_out)
	{
		work->examined_projected =
			Max(work->examined_projected, work->rows_examined);
		work->blocks_projected = Max(work->blocks_projected, work->blocks);
	}
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
