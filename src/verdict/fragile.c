/*-------------------------------------------------------------------------
 *
 * fragile.c
 *		The plans of a query against the values of its cases.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "verdict/fragile.h"

static bool
fragile_is_generic(const CaseVerdict *judged)
{
	return strcmp(judged->plan_mode, "generic") == 0;
}

static bool
fragile_same_plan(const CaseVerdict *a, const CaseVerdict *b)
{
	return strcmp(a->work->facts->signature, b->work->facts->signature) == 0;
}

/* The plans that are right for a required case, each once, custom ones first.
 */
static List *
fragile_plans(List *cases)
{
	List *plans = NIL;
	ListCell *cell;
	ListCell *other;

	foreach(cell, cases)
	{
		CaseVerdict *judged = lfirst(cell);
		bool known = false;

		if (judged->work == NULL || !judged->ok || !judged->one->required)
			continue;
		foreach(other, plans)
			known = known || fragile_same_plan(lfirst(other), judged);
		if (!known)
			plans = lappend(plans, judged);
	}
	return plans;
}

/* What the generic plan came to with the values of a case. */
static CaseVerdict *
fragile_find_generic(List *cases, const Case *one)
{
	ListCell *cell;

	foreach(cell, cases)
	{
		CaseVerdict *judged = lfirst(cell);

		if (judged->one == one && fragile_is_generic(judged))
			return judged->work == NULL ? NULL : judged;
	}
	return NULL;
}

static void
fragile_try(Judge *judge, List *cases, CaseVerdict *judged,
			const CaseVerdict *plan)
{
	bool generic = fragile_is_generic(plan);
	const CaseVerdict *tried =
		generic ? fragile_find_generic(cases, judged->one)
				: case_verdict_borrowed(judge, judged->one, plan);

	if (tried == NULL || tried->ok ||
		tried->work->examined_projected <= judged->fragile_rows)
		return;
	judged->fragile_rows = tried->work->examined_projected;
	judged->fragile_access = tried->work->facts->access;
	judged->fragile_for = generic ? "any value" : plan->one->label;
}

void
fragile_judge(Judge *judge, List *cases)
{
	List *plans = fragile_plans(cases);
	ListCell *cell;
	ListCell *plan;

	foreach(cell, cases)
	{
		CaseVerdict *judged = lfirst(cell);

		if (fragile_is_generic(judged) || judged->work == NULL || !judged->ok ||
			!judged->one->required)
			continue;
		foreach(plan, plans)
			if (!fragile_same_plan(lfirst(plan), judged))
				fragile_try(judge, cases, judged, lfirst(plan));
	}
}
