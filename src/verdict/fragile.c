/*-------------------------------------------------------------------------
 *
 * fragile.c
 *		Runs every case with the plans of the other cases, to find fragile ones.
 *
 * The sample of ANALYZE is random, and a prepared statement's plan is used with
 * other values, so a case may get the plan of another case some day. Plans are
 * told apart by their signatures: one that several cases have is tried once, and
 * case_verdict.c executes no plan twice with the same values. How the generic
 * plan does is known already, since every case was judged with it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "verdict/fragile.h"

static bool
fragile_is_right(const CaseVerdict *verdict)
{
	return verdict->work != NULL && verdict->ok && verdict->one->required;
}

/*
 * Returns the verdict on the generic plan with the values of a case, or NULL if
 * there is none.
 */
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
			known =
				known ||
				strcmp(((CaseVerdict *) lfirst(other))->work->facts->signature,
					   plan->work->facts->signature) == 0;
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
