/*-------------------------------------------------------------------------
 *
 * first_match.c
 *		What the scans of a plan had read when the first row came out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "executor/instrument.h"

#include "base/compat.h"
#include "plan/plan_tree.h"
#include "work/first_match.h"

/* The input of a Limit, and what it does when no one is watching. */
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

/* Of the plan that is being executed: a PlanState has no room for it. */
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

	/* A Limit further below has its own first row. */
	if (IsA(node, LimitState))
		return false;
	if (OidIsValid(plan_tree_scanned_relation(node)) && counts != NULL)
	{
		row = palloc(sizeof(*row));
		row->scan = node;
		row->examined = counts->ntuples + counts->tuplecount +
						counts->nfiltered1 + counts->nfiltered2;
		/* Its own row is counted only when it has been handed on. */
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
		plan_tree_walk_once(node, first_match_note, NULL, NULL, watched);
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
		/* Watched twice it would call itself without end. */
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
	/* A function of the query may judge queries itself. */
	Watch *outer = first_match_watch;

	plan_tree_walk_once(desc->planstate, first_match_prepare, NULL, NULL,
						&watch);
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

double
first_match_examined(const List *rows, const PlanState *scan)
{
	ListCell *cell;

	foreach(cell, rows)
	{
		const FirstMatch *row = lfirst(cell);

		if (row->scan == scan)
			return row->examined;
	}
	return 0;
}
