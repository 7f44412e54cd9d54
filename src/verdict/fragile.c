/*-------------------------------------------------------------------------
 *
 * fragile.c
 *		Runs every case with the plans of the other cases, to find fragile ones.
 *
 * The sample of ANALYZE is random, and a prepared statement's plan is used with
 * other values, so a case may get the plan of another case some day. Plans are
 * told apart by their signatures: one that several cases have is tried once, and
 * case_verdict.c executes no plan twice with the same values. How the generic
 * plan does is known already, since every case was judged with it; it is told of
 * only if there are five executions after which the server would take it.
 *
 * Where tables are judged at sizes that were told, the statistics of the few rows
 * that are here only resemble those of the many: which of two plans these lead to is
 * more open than it is otherwise, and a report tells of such a case.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "verdict/fragile.h"
#include "work/plan_text.h"

char *
fragile_text(const Fragile *fragile)
{
	if (fragile == NULL)
		return NULL;
	if (fragile->after != NULL)
		return psprintf("%s, generic plan after five executions with %s: "
						"about %.0f rows",
						fragile->access, fragile->after, fragile->rows);
	return psprintf("%s, for %s: about %.0f rows", fragile->access,
					fragile->plan_for, fragile->rows);
}

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

static Fragile *
fragile_make(const CaseVerdict *outcome, const char *plan_for,
			 const Case *after, bool sizes_told)
{
	Fragile *fragile = palloc(sizeof(*fragile));

	fragile->access = plan_text_short(outcome->work, outcome->scale);
	fragile->plan_for = plan_for;
	fragile->after = after == NULL ? NULL : after->label;
	/* Where sizes are told, other rows than these stand behind the statistics. */
	fragile->likely = after != NULL
						  ? !case_is_unusual(after)
						  : sizes_told && !case_is_unusual(outcome->one);
	fragile->rows = outcome->work->examined_projected;
	return fragile;
}

Fragile *
fragile_find(Judge *judge, List *verdicts, const CaseVerdict *verdict,
			 const Case *cause, bool all_plans, bool sizes_told)
{
	List *tried = list_make1(unconstify(CaseVerdict *, verdict));
	const CaseVerdict *outcome =
		cause == NULL ? NULL : fragile_find_generic(verdicts, verdict->one);
	Fragile *most = NULL;
	ListCell *cell;

	if (verdict->mode == PLAN_MODE_GENERIC || !fragile_is_right(verdict))
		return NULL;
	if (outcome != NULL && !outcome->ok)
		return fragile_make(outcome, NULL, cause, sizes_told);
	if (!all_plans && !sizes_told)
		return NULL;
	foreach(cell, verdicts)
	{
		CaseVerdict *plan = lfirst(cell);
		bool known = !fragile_is_right(plan) || plan->mode == PLAN_MODE_GENERIC;
		ListCell *other;

		foreach(other, tried)
			known =
				known ||
				strcmp(((CaseVerdict *) lfirst(other))->work->facts->signature,
					   plan->work->facts->signature) == 0;
		if (known)
			continue;
		tried = lappend(tried, plan);
		outcome = case_verdict_judge_borrowed(judge, verdict->one, plan);
		/* What is told of a plan is its rows. */
		if (outcome != NULL && !outcome->ok && !outcome->blocks_decide &&
			(most == NULL || outcome->work->examined_projected > most->rows))
			most = fragile_make(outcome, plan->one->label, NULL, sizes_told);
	}
	return most;
}
