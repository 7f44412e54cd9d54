/*-------------------------------------------------------------------------
 *
 * fix_choice.c
 *		Which of the possible fixes is the best.
 *
 * Each candidate is tried by itself, those that promise most first, and the best
 * of those that are proven is taken. The search ends before where one with a
 * single index comes to the rows that are returned anyway, which none can better.
 *
 * A query can have several faults at once, each hiding what the fix of another is
 * worth. So if none is proven, the candidate that helps most is tried together
 * with each of the others, the best of these pairs with each of the rest, and so
 * on, up to four. Where nothing helps alone, as with a condition on either of two
 * tables, all indexes are made at once. What is proven so loses, one by one, what
 * the proof does not need.
 *
 * An index of the order alone is tried as any other, but not in a set of all
 * indexes: there the planner may walk it past the rows that do not match.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "advice/fix_choice.h"
#include "advice/fix_rank.h"
#include "advice/fix_trial.h"
#include "advice/fix_variants.h"

/* A trial takes as long as building its indexes; each search has so many. */
#define FIX_CHOICE_MOST_TRIALS 16

#define FIX_CHOICE_MOST_MEMBERS 4

/* So many statements and rewrites need no great gain to be worth it. */
#define FIX_CHOICE_FEW_PARTS 2

/* All indexes at once: more would take too long to build. */
#define FIX_CHOICE_MOST_INDEXES 8

/* Other ways to write the query that are tried with all indexes. */
#define FIX_CHOICE_MOST_QUERIES 3

/* Indexes that cover the query. */
#define FIX_CHOICE_MOST_COVERING 2

/* What leaves more of the rows than this is not worth combining ... */
#define FIX_CHOICE_HELPS 0.9

/* ... or not worth telling of. */
#define FIX_CHOICE_IMPROVES 0.5

/* Improvements that are judged in all cases. */
#define FIX_CHOICE_MOST_IMPROVEMENTS 3

static bool
fix_choice_is_better(const Candidate *a, const Candidate *b)
{
	return a != NULL && fix_trial_is_proven(a) &&
		   (b == NULL || fix_trial_compare(a, b) < 0);
}

/*
 * Can a candidate that was not tried be better than the best that was? One that
 * keeps up nothing cannot be bettered; and where the best reads no more than is
 * returned, with one index, only a shorter index is better. One of a page is as
 * short as it can be.
 */
static bool
fix_choice_may_better(const Candidate *candidate, const Candidate *best)
{
	if (best == NULL)
		return true;
	if (fix_trial_is_free(best) ||
		fix_trial_tier(candidate) > fix_trial_tier(best))
		return false;
	if (fix_trial_tier(candidate) < fix_trial_tier(best))
		return true;
	if (!best->floor || best->nindexes > 1 || best->order_alone ||
		(best->definition != NULL && candidate->query == NULL))
		return true;
	return candidate->query == NULL && !best->paged &&
		   !candidate->order_alone && candidate->columns < best->columns;
}

/* Tries candidates one by one, and returns the best that is proven, or NULL. */
static Candidate *
fix_choice_try_each(const AdviceRequest *request, List *candidates)
{
	Candidate *best = NULL;
	int trials = 0;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (!fix_choice_may_better(candidate, best) ||
			(candidate->custom && candidate->members == NIL &&
			 request->mode == PLAN_MODE_CUSTOM))
			continue;
		if (trials++ == FIX_CHOICE_MOST_TRIALS)
			break;
		fix_trial_run(request, candidate, false);
		if (fix_choice_is_better(candidate, best))
			best = candidate;
	}
	return best;
}

/* ---- less ---- */

/*
 * Is a set as good without a part of it: proven, and nothing is walked that the set
 * does not walk? An arm that stays without an index is within the budget for the
 * values of the cases, and read to the end for those that it has no row of.
 */
static bool
fix_choice_is_as_good(const Candidate *less, const Candidate *whole)
{
	return fix_trial_is_proven(less) && less->unmatched <= whole->unmatched;
}

/* Returns a set without one of its members, tried; NULL if that is not enough. */
static Candidate *
fix_choice_without(const AdviceRequest *request, const Candidate *set, int i)
{
	List *members = list_delete_nth_cell(list_copy(set->members), i);
	Candidate *less = list_length(members) == 1
						  ? candidate_with_statements(
								linitial(members),
								((Candidate *) linitial(members))->statements)
						  : candidate_set(members);

	fix_trial_run(request, less, false);
	return fix_choice_is_as_good(less, set) ? less : NULL;
}

/*
 * Returns a candidate without one of its statements, and without the ANALYZE that
 * follow it, as those of an expression do; NULL if that is not enough.
 */
static Candidate *
fix_choice_without_statement(const AdviceRequest *request,
							 const Candidate *candidate, int i)
{
	List *statements = list_copy(candidate->statements);
	Candidate *less;

	do
		statements = list_delete_nth_cell(statements, i);
	while (i < list_length(statements) &&
		   pg_strncasecmp(list_nth(statements, i), "ANALYZE", 7) == 0);
	if (statements == NIL && candidate->query == NULL)
		return NULL;
	less = candidate_with_statements(candidate, statements);
	fix_trial_run(request, less, false);
	return fix_choice_is_as_good(less, candidate) ? less : NULL;
}

/* Leaves out of a fix that is proven whatever the proof does not need. */
static Candidate *
fix_choice_least(const AdviceRequest *request, Candidate *proven)
{
	for (int i = list_length(proven->members) - 1; i >= 0; i--)
	{
		Candidate *less =
			i < list_length(proven->members) && list_length(proven->members) > 1
				? fix_choice_without(request, proven, i)
				: NULL;

		if (less != NULL)
			proven = less;
	}
	if (list_length(proven->members) > 1)
		return proven;
	for (int i = list_length(proven->statements) - 1; i >= 0; i--)
	{
		Candidate *less =
			i < list_length(proven->statements) &&
					pg_strncasecmp(list_nth(proven->statements, i), "CREATE",
								   6) == 0
				? fix_choice_without_statement(request, proven, i)
				: NULL;

		if (less != NULL)
			proven = less;
	}
	return proven;
}

/* ---- sets ---- */

/* Returns the rows that the case examines without a fix. */
static double
fix_choice_today(const AdviceRequest *request)
{
	return request->work->examined_projected;
}

/* Does a candidate that was tried leave at most a part of the rows? */
static bool
fix_choice_helps(const AdviceRequest *request, const Candidate *candidate,
				 double part)
{
	return candidate->enough ||
		   (candidate->examined >= 0 &&
			candidate->examined <= fix_choice_today(request) * part);
}

/* Returns the candidate that helps most, or NULL. */
static Candidate *
fix_choice_most_helpful(const AdviceRequest *request, List *candidates,
						double part)
{
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		/* What is good for some values alone is nothing to build on. */
		if (candidate->walks ||
			(candidate->custom && candidate->members == NIL) ||
			(candidate->hurts != NULL && !fix_trial_is_free(candidate)) ||
			!fix_choice_helps(request, candidate, part))
			continue;
		if (best == NULL || (candidate->enough && !best->enough) ||
			(candidate->enough == best->enough &&
			 (candidate->enough && candidate->failing != best->failing
				  ? candidate->failing < best->failing
				  : fix_trial_weigh(candidate, candidate->examined) <
						fix_trial_weigh(best, best->examined))))
			best = candidate;
	}
	return best;
}

/* Can a candidate be tried together with those of a set? */
static bool
fix_choice_goes_with(const Candidate *set, Candidate *other)
{
	if (set->custom || other == set || list_member_ptr(set->members, other) ||
		(set->query != NULL && other->query != NULL))
		return false;
	/* A setting helps where the case itself is mended, and others are not. */
	if (other->custom)
		return set->enough;
	return other->statements != NIL || other->query != NULL;
}

/* Returns the set of a candidate, which may be a set itself, and another one. */
static Candidate *
fix_choice_join(Candidate *set, Candidate *other)
{
	List *members =
		set->members == NIL ? list_make1(set) : list_copy(set->members);

	return candidate_set(lappend(members, other));
}

/*
 * Adds to the candidate that helps most the one that helps most with it, until the
 * set is proven or nothing helps any more. Appends the sets to *sets.
 */
static Candidate *
fix_choice_grow(const AdviceRequest *request, List *candidates, List **sets)
{
	Candidate *set =
		fix_choice_most_helpful(request, candidates, FIX_CHOICE_HELPS);
	int members = 1;

	while (set != NULL && members++ < FIX_CHOICE_MOST_MEMBERS)
	{
		List *larger = NIL;
		Candidate *best;
		ListCell *cell;

		foreach(cell, candidates)
			if (fix_choice_goes_with(set, lfirst(cell)))
				larger = lappend(larger, fix_choice_join(set, lfirst(cell)));
		best = fix_choice_try_each(request, larger);
		*sets = list_concat(*sets, larger);
		if (best != NULL)
			return best;
		best = fix_choice_most_helpful(request, larger, FIX_CHOICE_HELPS);
		/* Is it better than without the last one? */
		if (best == NULL ||
			(best->enough == set->enough && best->failing >= set->failing &&
			 best->examined >= set->examined * FIX_CHOICE_HELPS))
			return NULL;
		set = best;
	}
	return NULL;
}

/*
 * Would a person make so much of a set? Three indexes and a rewrite that leave half
 * of the rows are no answer to a query whose fault is what it returns.
 */
static bool
fix_choice_is_worth(const AdviceRequest *request, const Candidate *set)
{
	int parts = set->nindexes + (set->query != NULL);

	return set->nindexes <= FIX_CHOICE_MOST_MEMBERS &&
		   (parts <= FIX_CHOICE_FEW_PARTS ||
			request->work->examined_projected <= request->budget ||
			set->examined <=
				request->work->examined_projected * FIX_CHOICE_IMPROVES);
}

/* Tries all indexes at once, and with each other way to write the query. */
static Candidate *
fix_choice_all(const AdviceRequest *request, List *candidates)
{
	List *indexes = NIL;
	List *sets;
	List *queries = NIL;
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->query != NULL &&
			list_length(queries) < FIX_CHOICE_MOST_QUERIES)
			queries = lappend(queries, candidate);
		if (candidate->query == NULL && !candidate->order_alone &&
			!candidate->walks && candidate->nindexes > 0 &&
			candidate->obstacle == NULL &&
			list_length(indexes) < FIX_CHOICE_MOST_INDEXES)
			indexes = lappend(indexes, candidate);
	}
	if (indexes == NIL)
		return NULL;
	sets = list_make1(candidate_set(indexes));
	foreach(cell, queries)
		sets = lappend(sets,
					   candidate_set(lcons(lfirst(cell), list_copy(indexes))));
	best = fix_choice_try_each(request, sets);
	/* A set is printed only if a person would make it. */
	if (best != NULL)
		best = fix_choice_least(request, best);
	return best != NULL && fix_choice_is_worth(request, best) ? best : NULL;
}

/* ---- the search ---- */

/* Returns the candidates for a page that cover the query, the best ones alone. */
static List *
fix_choice_covering(List *candidates, List *tables)
{
	List *covering = NIL;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *variant = fix_variants_covering(lfirst(cell), tables);

		if (variant != NULL && list_length(covering) < FIX_CHOICE_MOST_COVERING)
			covering = lappend(covering, variant);
	}
	return covering;
}

/* Returns the candidates that are queries of another structure, or the others. */
static List *
fix_choice_of_structure(List *candidates, bool structural)
{
	List *chosen = NIL;
	ListCell *cell;

	foreach(cell, candidates)
		if (((const Candidate *) lfirst(cell))->structural == structural)
			chosen = lappend(chosen, lfirst(cell));
	return chosen;
}

Candidate *
fix_choice_find(const AdviceRequest *request, List *candidates, List *tables,
				List **sets)
{
	List *ordered = fix_rank_order(candidates);
	List *plain = fix_choice_of_structure(ordered, false);
	List *structural = fix_choice_of_structure(ordered, true);
	Candidate *proven = fix_choice_try_each(request, plain);

	*sets = NIL;
	if (proven == NULL)
		proven =
			fix_choice_try_each(request, fix_choice_covering(plain, tables));
	if (proven == NULL)
		proven = fix_choice_grow(request, plain, sets);
	/* Nobody writes a query anew that indexes or a condition mend. */
	if (proven == NULL)
		proven = fix_choice_try_each(request, structural);
	if (proven == NULL && structural != NIL)
		proven = fix_choice_grow(request, ordered, sets);
	if (proven != NULL)
		proven = fix_choice_least(request, proven);
	if (proven != NULL && fix_choice_is_worth(request, proven))
		return proven;
	return fix_choice_all(request, ordered);
}

/*
 * Do statistics leave a walk past all rows that do not match? Then they hide what
 * is wrong for some values, and the walk is the cause.
 */
static bool
fix_choice_still_walks(const Candidate *candidate)
{
	return fix_trial_is_statistics(candidate) && candidate->nindexes == 0 &&
		   candidate->query == NULL && candidate->keyed > 0;
}

/*
 * Returns the best of what helps without making a case worse, or NULL. Rows that a
 * bitmap points to are not counted twice: reading them once is no improvement.
 */
static Candidate *
fix_choice_harmless(const AdviceRequest *request, List *candidates)
{
	List *left = list_copy(candidates);
	double today = fix_choice_today(request);
	double once = today - request->work->again_projected;
	double part = FIX_CHOICE_IMPROVES * (today > 0 ? once / today : 1);

	for (int i = 0; i < FIX_CHOICE_MOST_IMPROVEMENTS; i++)
	{
		Candidate *best = fix_choice_most_helpful(request, left, part);

		if (best == NULL)
			return NULL;
		if (!best->judged)
			fix_trial_run(request, best, true);
		if (best->judged && best->hurts == NULL &&
			!fix_choice_still_walks(best) && fix_choice_is_worth(request, best))
			return best;
		left = list_delete_ptr(left, best);
	}
	return NULL;
}

Candidate *
fix_choice_improvement(const AdviceRequest *request, List *candidates,
					   List *sets)
{
	Candidate *one = fix_choice_harmless(request, candidates);
	Candidate *set = fix_choice_harmless(request, sets);

	/* A second statement has to be worth it. */
	if (one == NULL || set == NULL)
		return one != NULL ? one : set;
	if (one->enough != set->enough)
		return one->enough ? one : set;
	if (set->failing != one->failing)
		return set->failing < one->failing ? set : one;
	return set->worst < one->worst * FIX_CHOICE_IMPROVES ? set : one;
}

Candidate *
fix_choice_trade(const AdviceRequest *request, List *candidates)
{
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->enough && candidate->judged && candidate->failing == 0 &&
			candidate->hurts != NULL &&
			candidate->unmatched <=
				fix_choice_today(request) / FIX_CHOICE_HELPS &&
			candidate->kind == CANDIDATE_INDEX && candidate->query == NULL &&
			!candidate->walks && !candidate->order_alone &&
			(best == NULL || fix_trial_compare(candidate, best) < 0))
			best = candidate;
	}
	return best;
}

Candidate *
fix_choice_untried(List *candidates)
{
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->obstacle != NULL && candidate->hurts == NULL &&
			(best == NULL || fix_rank_compare(candidate, best) < 0))
			best = candidate;
	}
	return best;
}
