/*-------------------------------------------------------------------------
 *
 * first_match.c
 *		Counts what the nodes below a Limit read up to their first match.
 *
 * The executor has no hook between two nodes, so this is invasive: it replaces
 * ExecProcNodeReal of the node below each Limit, the function that produces its
 * next row. ExecProcNode stays as it is: ExecProcNodeFirst, and from the second
 * call on ExecProcNodeInstr, which counts the rows that ExecProcNodeReal returns
 * (execProcnode.c). The replacement calls the
 * real function, and when that returns its first row reads the counters of all
 * nodes below. Later rows are passed through. The PlanStates belong to this one
 * execution, so nothing is put back.
 *
 * A PlanState has no room for a pointer of ours: the watched nodes are in a list
 * that a static variable points to while the plan runs. An Incremental Sort
 * below the Limit sorts 32 rows before it returns one (DEFAULT_MIN_GROUP_SIZE),
 * so its input is watched in its place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "executor/instrument.h"

#include "base/compat.h"
#include "plan/plan_tree.h"
#include "work/first_match.h"

/* The node below a Limit, and the function that was replaced. */
typedef struct Watched
{
	PlanState *node;
	ExecProcNodeMtd real;
	bool seen;
} Watched;

typedef struct Watch
{
	List *watched; /* Watched * */
	List *rows;    /* FirstMatch * */
	MemoryContext context;
} Watch;

/* Of the plan that is being executed; NULL while there is none. */
static Watch *first_match_watch = NULL;

static Watched *
first_match_find(const Watch *watch, const PlanState *node)
{
	ListCell *cell;

	foreach(cell, watch->watched)
		if (((Watched *) lfirst(cell))->node == node)
			return lfirst(cell);
	return NULL;
}

static bool
first_match_note(PlanState *node, void *arg)
{
	const Watched *watched = arg;
	Instrumentation *counts = node->instrument;
	FirstMatch *row;

	/* What is below another Limit belongs to that Limit's first row. */
	if (IsA(node, LimitState))
		return false;
	if (counts != NULL)
	{
		row = palloc(sizeof(*row));
		row->node = node;
		row->examined = counts->ntuples + counts->tuplecount +
						counts->nfiltered1 + counts->nfiltered2;
		/* The row is counted only after this function has returned it. */
		if (node == watched->node)
			row->examined++;
		first_match_watch->rows = lappend(first_match_watch->rows, row);
	}
	return true;
}

static TupleTableSlot *
first_match_next(PlanState *node)
{
	Watched *watched = first_match_find(first_match_watch, node);
	TupleTableSlot *slot = watched->real(node);

	if (!watched->seen && !TupIsNull(slot))
	{
		MemoryContext old = MemoryContextSwitchTo(first_match_watch->context);

		watched->seen = true;
		plan_tree_walk_once(node, first_match_note, NULL, watched);
		MemoryContextSwitchTo(old);
	}
	return slot;
}

static bool
first_match_prepare(PlanState *node, void *arg)
{
	Watch *watch = arg;

	if (IsA(node, LimitState))
	{
		PlanState *input = outerPlanState(node);
		Watched *watched;

		while (IsA(input, IncrementalSortState))
			input = outerPlanState(input);
		/* A node that is watched twice would call itself without end. */
		Assert(first_match_find(watch, input) == NULL);
		watched = palloc0(sizeof(*watched));
		watched->node = input;
		watched->real = watched->node->ExecProcNodeReal;
		watched->node->ExecProcNodeReal = first_match_next;
		watch->watched = lappend(watch->watched, watched);
	}
	return true;
}

List *
first_match_run(QueryDesc *desc)
{
	Watch watch = {.context = CurrentMemoryContext};
	/* A function in the query may execute another plan through here. */
	Watch *outer = first_match_watch;

	plan_tree_walk_once(desc->planstate, first_match_prepare, NULL, &watch);
	PG_TRY();
	{
		first_match_watch = &watch;
		compat_executor_run(desc);
	}
	PG_FINALLY();
	{
		first_match_watch = outer;
	}
	PG_END_TRY();
	return watch.rows;
}
