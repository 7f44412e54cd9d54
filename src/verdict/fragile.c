/*-------------------------------------------------------------------------
 *
 * fragile.c
 *		Finds cases that are ok only as long as the planner tells them apart.
 *
 * The sample of ANALYZE is random, and a prepared statement's plan may be used
 * again, so the planner may take one value for another. The plans of all cases
 * with the values of all others are a matrix; a plan that several cases have
 * is a single row of it, and case_verdict.c executes nothing twice.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "verdict/fragile.h"

static bool
fragile_same_plan(const CaseVerdict *a, const CaseVerdict *b)
{
	return strcmp(a->work->facts->signature, b->work->facts->signature) == 0;
}

static bool
fragile_is_right(const CaseVerdict *verdict)
{
	return verdict->work != NULL && verdict->ok && verdict->one->required;
}

/* Returns what the generic plan came to with the values of a case, or NULL. */
static const CaseVerdict *
fragile_find_generic(List *verdicts, const Case *one)
{
	ListCell *cell;

	foreach(cell, verdicts)
	{
		const CaseVerdict *verdict = lfirst(cell);

		if (verdict->one == one && verdict->mode == PLAN_MODE_GENERIC)
			return verdict->work == NULL ? NULL : verdict;
	}
	return NULL;
}

Fragile *
fragile_find(Judge *judge, List *verdicts, const CaseVerdict *verdict)
{
	List *tried = list_make1(unconstify(CaseVerdict *, verdict));
	Fragile *most = NULL;
	ListCell *cell;

	if (verdict->mode == PLAN_MODE_GENERIC || !fragile_is_right(verdict))
		return NULL;
	foreach(cell, verdicts)
	{
		CaseVerdict *plan = lfirst(cell);
		bool generic = plan->mode == PLAN_MODE_GENERIC;
		const CaseVerdict *outcome;
		bool known = !fragile_is_right(plan);
		ListCell *other;

		foreach(other, tried)
			known = known || fragile_same_plan(lfirst(other), plan);
		if (known)
			continue;
		tried = lappend(tried, plan);
		outcome = generic
					  ? fragile_find_generic(verdicts, verdict->one)
					  : case_verdict_judge_borrowed(judge, verdict->one, plan);
		if (outcome == NULL || outcome->ok ||
			(most != NULL && outcome->work->examined_projected <= most->rows))
			continue;
		if (most == NULL)
			most = palloc(sizeof(*most));
		most->access = outcome->work->facts->access;
		most->plan_for = generic ? "any value" : plan->one->label;
		most->rows = outcome->work->examined_projected;
	}
	return most;
}
