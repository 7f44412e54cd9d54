/*-------------------------------------------------------------------------
 *
 * nested.c
 *		Counts the statements that functions of a query execute.
 *
 * A function in SQL or in a procedural language runs its statements through the
 * executor as well, once for each row that calls it, as a policy's function does.
 * While watch_run() executes a plan, the hooks see each of these executions, know
 * from watch_current() which node called the function, and watch the statement's
 * own plan. A thousand calls execute the same plan a thousand times, so executions
 * are summed: those that one node called, and whose plans have the same nodes on
 * the same tables. A node of such a plan may call functions in turn; a statement
 * that calls itself is summed with the call above.
 *
 * The tree of WorkNodes is read from an execution while it ends, when the executor
 * still knows it. What it says of a node, whether its index finds few rows for one,
 * rests on all executions so far, so it is read again whenever their number has
 * doubled; the counts are those of all executions. One that is never ended, as
 * that of a function whose rows a LIMIT cuts off, is read after it has run.
 *
 * A function may catch the error of a statement, whose execution then never ends:
 * ExecutorRun's hook restores the node that runs, and what was counted stays.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "executor/executor.h"
#include "optimizer/planner.h"

#include "base/compat.h"
#include "plan/plan_tree.h"
#include "work/nested.h"
#include "work/node_counts.h"
#include "work/watch.h"

/* Different plans of one query; more of them cannot be told apart any longer. */
#define NESTED_MOST_PLANS 200

/* Calls within calls. */
#define NESTED_MOST_DEPTH 20

/*
 * The trees hang on each other, and the projection recurses as deep as that; see
 * NODE_COUNTS_MAX_DEPTH.
 */
#define NESTED_MOST_NODES 1000

typedef struct NestedPlan
{
	struct NestedPlan
		*parent;  /* has the node that calls; NULL: the query has */
	int caller;   /* id of that node */
	uint64 shape; /* a hash of the nodes */
	int nnodes;
	WatchedNode *counts; /* of all executions, in the order of watch_list() */
	int depth;           /* of calls within calls; 1 if the query calls it */
	int below; /* nodes on the longest way from the root of the query into it */
	int64 calls;
	double asked;   /* rows that each call wants; 0: all; negative: none ran */
	WorkNode *tree; /* NULL until an execution has returned a row */
} NestedPlan;

/* An execution that has not ended. */
typedef struct NestedRun
{
	QueryDesc *desc;
	NestedPlan *plan;
	bool ran;
} NestedRun;

struct Nested
{
	MemoryContext context;
	List *plans;     /* NestedPlan * */
	List *running;   /* NestedRun * */
	List *relations; /* OIDs of the tables that they scan */
	List *indexes;   /* OIDs of the indexes that they read */
	Nested *outer;   /* what was counted before, by another execution */
};

static planner_hook_type nested_previous_planner = NULL;
static ExecutorStart_hook_type nested_previous_start = NULL;
static ExecutorRun_hook_type nested_previous_run = NULL;
static ExecutorEnd_hook_type nested_previous_end = NULL;

/* What is being counted; NULL while nothing is. */
static Nested *nested_counting = NULL;

/* ---- plans ---- */

static uint64
nested_shape(const List *nodes)
{
	uint64 shape = (uint64) list_length(nodes);
	ListCell *cell;

	foreach(cell, nodes)
	{
		PlanState *node = lfirst(cell);
		List *conditions;
		Oid index = plan_tree_scanned_index(node, &conditions);

		shape = hash_combine64(shape, (uint64) nodeTag(node->plan));
		shape = hash_combine64(shape, plan_tree_scanned_relation(node));
		shape = hash_combine64(shape, index);
		shape = hash_combine64(shape, (uint64) list_length(conditions));
		shape = hash_combine64(shape, (uint64) list_length(node->plan->qual));
	}
	return shape;
}

/* Returns the plan with these nodes that the node caller calls; it may be new. */
static NestedPlan *
nested_find_plan(const WatchedNode *caller, const List *nodes)
{
	NestedPlan *parent = caller->owner;
	uint64 shape = nested_shape(nodes);
	NestedPlan *plan;
	ListCell *cell;

	/* A statement that calls itself. */
	for (plan = parent; plan != NULL; plan = plan->parent)
		if (plan->shape == shape)
			return plan;
	foreach(cell, nested_counting->plans)
	{
		plan = lfirst(cell);
		if (plan->parent == parent && plan->caller == caller->id &&
			plan->shape == shape)
			return plan;
	}
	if (list_length(nested_counting->plans) >= NESTED_MOST_PLANS)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("functions of the query execute more than %d different "
					   "plans",
					   NESTED_MOST_PLANS),
				errhint("Split the query, or set enabled to false in "
						"perfcheck_query."));
	if (parent != NULL && parent->depth >= NESTED_MOST_DEPTH)
		ereport(ERROR, errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				errmsg("functions of the query call each other more than %d "
					   "levels deep",
					   NESTED_MOST_DEPTH),
				errhint("Split the query, or set enabled to false in "
						"perfcheck_query."));
	plan = palloc0(sizeof(*plan));
	plan->depth = parent == NULL ? 1 : parent->depth + 1;
	plan->parent = parent;
	plan->caller = caller->id;
	plan->shape = shape;
	plan->asked = -1;
	plan->nnodes = list_length(nodes);
	plan->counts = palloc0(plan->nnodes * sizeof(WatchedNode));
	nested_counting->plans = lappend(nested_counting->plans, plan);
	return plan;
}

static NestedRun *
nested_find_run(const QueryDesc *desc)
{
	ListCell *cell;

	foreach(cell, nested_counting->running)
		if (((NestedRun *) lfirst(cell))->desc == desc)
			return lfirst(cell);
	return NULL;
}

/* Watches an execution that was started. */
static void
nested_watch(QueryDesc *desc, const WatchedNode *caller)
{
	MemoryContext old = MemoryContextSwitchTo(desc->estate->es_query_cxt);
	List *nodes = watch_list(desc->planstate);
	NestedRun *run;
	ListCell *cell;

	MemoryContextSwitchTo(nested_counting->context);
	/* Of one that never ended, after an error that a function caught. */
	run = nested_find_run(desc);
	if (run == NULL)
	{
		run = palloc(sizeof(*run));
		nested_counting->running = lappend(nested_counting->running, run);
	}
	run->desc = desc;
	run->ran = false;
	run->plan = nested_find_plan(caller, nodes);
	run->plan->calls++;
	watch_install(nodes, run->plan->counts);
	foreach(cell, nodes)
	{
		List *conditions;
		Oid relation = plan_tree_scanned_relation(lfirst(cell));
		Oid index = plan_tree_scanned_index(lfirst(cell), &conditions);

		run->plan->counts[foreach_current_index(cell)].owner = run->plan;
		if (OidIsValid(relation))
			nested_counting->relations =
				list_append_unique_oid(nested_counting->relations, relation);
		if (OidIsValid(index))
			nested_counting->indexes =
				list_append_unique_oid(nested_counting->indexes, index);
	}
	MemoryContextSwitchTo(old);
}

/* Reads the tree of a plan from an execution that has not been ended yet. */
static void
nested_read(const NestedRun *run)
{
	NestedPlan *plan = run->plan;
	MemoryContext old = MemoryContextSwitchTo(nested_counting->context);

	watch_resume(watch_current());
	plan->tree = node_counts_tree(run->desc->planstate);
	watch_leave_out();
	MemoryContextSwitchTo(old);
}

/*
 * An execution has returned the rows that were asked for, 0 if all were. One that
 * is asked again, as by a loop over a cursor, is taken to run to its end.
 */
static void
nested_note_run(NestedRun *run, double asked)
{
	NestedPlan *plan = run->plan;

	if (run->ran || (plan->asked >= 0 && plan->asked != asked))
		asked = 0;
	plan->asked = asked;
	run->ran = true;
	if (plan->tree == NULL)
		nested_read(run);
}

/* An execution has run to its end, or until its caller wanted no more rows. */
static void
nested_end_run(NestedRun *run)
{
	const NestedPlan *plan = run->plan;

	nested_counting->running = list_delete_ptr(nested_counting->running, run);
	if (!watch_is_running())
		return;
	for (int i = 0; i < plan->nnodes; i++)
		InstrEndLoop(&plan->counts[i].counts);
	if ((plan->calls & (plan->calls - 1)) == 0)
		nested_read(run);
}

/* ---- hooks ---- */

static void
nested_executor_start(QueryDesc *desc, int flags)
{
	const WatchedNode *caller =
		nested_counting == NULL ? NULL : watch_current();

	if (flags & EXEC_FLAG_EXPLAIN_ONLY)
		caller = NULL;
	if (caller != NULL)
		desc->instrument_options |= INSTRUMENT_ROWS;
	if (nested_previous_start != NULL)
		nested_previous_start(desc, flags);
	else
		standard_ExecutorStart(desc, flags);
	if (caller != NULL)
		nested_watch(desc, caller);
}

static void
nested_pass_run(COMPAT_EXECUTOR_RUN_PARAMETERS)
{
	if (nested_previous_run != NULL)
		nested_previous_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(COMPAT_EXECUTOR_RUN_ARGUMENTS);
}

static void
nested_executor_run(COMPAT_EXECUTOR_RUN_PARAMETERS)
{
	WatchedNode *caller = watch_current();
	NestedRun *run;

	if (nested_counting == NULL || !watch_is_running())
	{
		nested_pass_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
		return;
	}
	PG_TRY();
	{
		nested_pass_run(COMPAT_EXECUTOR_RUN_ARGUMENTS);
	}
	PG_FINALLY();
	{
		watch_resume(caller);
	}
	PG_END_TRY();
	run = nested_find_run(desc);
	if (run != NULL)
		nested_note_run(run, (double) count);
}

static void
nested_executor_end(QueryDesc *desc)
{
	NestedRun *run = nested_counting == NULL ? NULL : nested_find_run(desc);

	if (run != NULL)
		nested_end_run(run);
	if (nested_previous_end != NULL)
		nested_previous_end(desc);
	else
		standard_ExecutorEnd(desc);
}

static PlannedStmt *
nested_pass_plan(COMPAT_PLANNER_PARAMETERS)
{
	return nested_previous_planner != NULL
			   ? nested_previous_planner(COMPAT_PLANNER_ARGUMENTS)
			   : standard_planner(COMPAT_PLANNER_ARGUMENTS);
}

/*
 * The session keeps the plans of functions' statements, so what it touches and
 * calls to make one is not counted to the query.
 */
static PlannedStmt *
nested_planner(COMPAT_PLANNER_PARAMETERS)
{
	WatchedNode *caller = watch_current();
	PlannedStmt *plan = NULL;

	if (caller == NULL)
		return nested_pass_plan(COMPAT_PLANNER_ARGUMENTS);
	watch_resume(NULL);
	PG_TRY();
	{
		plan = nested_pass_plan(COMPAT_PLANNER_ARGUMENTS);
	}
	PG_FINALLY();
	{
		watch_leave_out();
		watch_resume(caller);
	}
	PG_END_TRY();
	return plan;
}

void
nested_init(void)
{
	nested_previous_planner = planner_hook;
	planner_hook = nested_planner;
	nested_previous_start = ExecutorStart_hook;
	ExecutorStart_hook = nested_executor_start;
	nested_previous_run = ExecutorRun_hook;
	ExecutorRun_hook = nested_executor_run;
	nested_previous_end = ExecutorEnd_hook;
	ExecutorEnd_hook = nested_executor_end;
}

/* ---- counting ---- */

Nested *
nested_begin(void)
{
	Nested *nested = palloc0(sizeof(*nested));

	nested->context = CurrentMemoryContext;
	nested->outer = nested_counting;
	nested_counting = nested;
	return nested;
}

void
nested_end(Nested *nested)
{
	nested_counting = nested->outer;
}

bool
nested_found(const Nested *nested)
{
	return nested->plans != NIL;
}

List *
nested_relations(const Nested *nested)
{
	return nested->relations;
}

List *
nested_indexes(const Nested *nested)
{
	return nested->indexes;
}

/* Returns the node of that id in or below node, or NULL. */
static WorkNode *
nested_find_node(WorkNode *node, int id)
{
	WorkNode *found = node->id == id ? node : NULL;

	for (int i = 0; found == NULL && i < node->nchildren; i++)
		found = nested_find_node(node->children[i], id);
	return found;
}

static int
nested_height(const WorkNode *node)
{
	int most = 0;

	for (int i = 0; i < node->nchildren; i++)
		most = Max(most, nested_height(node->children[i]));
	return most + 1;
}

void
nested_attach(Nested *nested, WorkNode *tree)
{
	MemoryContext old = MemoryContextSwitchTo(nested->context);
	ListCell *cell;

	foreach(cell, nested->plans)
	{
		NestedPlan *plan = lfirst(cell);
		WorkNode *above = plan->parent == NULL ? tree : plan->parent->tree;
		WorkNode *caller =
			above == NULL ? NULL : nested_find_node(above, plan->caller);

		/* Of an execution that ended in an error nothing is known. */
		if (caller == NULL || plan->tree == NULL)
			continue;
		plan->below =
			nested_height(plan->tree) +
			(plan->parent == NULL ? nested_height(tree) : plan->parent->below);
		if (plan->below > NESTED_MOST_NODES)
			ereport(ERROR, errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
					errmsg("the plans of the functions of the query are nested "
						   "more than %d nodes deep",
						   NESTED_MOST_NODES),
					errhint("Split the query, or set enabled to false in "
							"perfcheck_query."));
		for (int i = 0; i < plan->nnodes; i++)
			InstrEndLoop(&plan->counts[i].counts);
		node_counts_renew(plan->tree, plan->counts, plan->nnodes);
		plan->tree->role = WORK_SUBPLAN;
		plan->tree->asked = Max(plan->asked, 0);
		/* As for the bounds of an index scan, which are computed once a loop. */
		plan->tree->per_loop = (double) plan->calls <= caller->loops;
		caller->nested = caller->nnested == 0
							 ? palloc(sizeof(WorkNode *))
							 : repalloc(caller->nested, (caller->nnested + 1) *
															sizeof(WorkNode *));
		caller->nested[caller->nnested++] = plan->tree;
	}
	MemoryContextSwitchTo(old);
}
