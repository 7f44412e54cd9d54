/*-------------------------------------------------------------------------
 *
 * advice.c
 *		Why a query does too much work, and the fix for it.
 *
 * Several modules look for causes and return them as candidates; they are put
 * into one list, and fix_choice.c tries them and finds the best one, or the best
 * set of them. What the trials showed is said here.
 *
 * If nothing is proven, the advice names, in this order: planner settings that are
 * in the way, what is an improvement, the candidate that promises most of those that
 * could not be tried, a cause that has no fix, and last that the planner prefers its
 * plan, after trying it with some planner settings turned off.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/advice.h"
#include "advice/fix_choice.h"
#include "advice/fix_rank.h"
#include "advice/fix_trial.h"
#include "advice/fix_variants.h"
#include "advice/index_arms.h"
#include "advice/index_candidates.h"
#include "advice/multicolumn.h"
#include "advice/plain_cause.h"
#include "advice/planner_settings.h"
#include "advice/proof.h"
#include "advice/rewrite.h"
#include "advice/rewrite_structure.h"
#include "advice/same_rows.h"
#include "advice/stale_statistics.h"
#include "advice/vacuum.h"
#include "base/relation.h"
#include "contract/statement.h"
#include "query/table_conditions.h"
#include "work/plan_text.h"

/* What examines no less than this part of the rows is no better plan. */
#define ADVICE_PREFERS 0.5

typedef struct AdviceContext
{
	const AdviceRequest *request;
	bool custom_is_enough; /* only the generic plan does too much work */
	List *tables;          /* QueryTable *, the largest first */
	List *candidates;
	List *sets; /* of candidates, that were tried */
} AdviceContext;

/* ---- what the trials showed ---- */

static Advice *
advice_make(const Candidate *candidate)
{
	Advice *advice = palloc0(sizeof(*advice));

	advice->cause = candidate->cause;
	advice->fix = candidate->fix;
	advice->rewrite = candidate->rewrite;
	advice->suggestion = candidate->suggestion;
	return advice;
}

/* Notes what the fix's index takes; which of several takes what is not known. */
static void
advice_note_index(Advice *advice, const Candidate *candidate)
{
	if (candidate->nindexes != 1 || candidate->bytes <= 0)
		return;
	advice->index_bytes = candidate->bytes;
	advice->build_ms = candidate->ms;
}

/* Returns "with it about 27 rows are examined at 1000000 rows". */
static char *
advice_examined(const AdviceContext *context, const Candidate *candidate,
				const char *instead)
{
	const AdviceRequest *request = context->request;

	if (request->scale == 1)
		return psprintf("with it %.0f rows are examined%s", candidate->examined,
						instead);
	return psprintf("with it about %.0f rows are examined at %.0f rows%s",
					candidate->examined, request->rows, instead);
}

static Advice *
advice_proven(const AdviceContext *context, const Candidate *candidate)
{
	Advice *advice = advice_make(candidate);

	advice_note_index(advice, candidate);
	advice->proven = true;
	advice->before = context->request->work->examined_projected;
	advice->after = candidate->examined;
	advice->limit = context->request->budget;
	advice->proof = psprintf(
		"%s%s", advice_examined(context, candidate, ""),
		candidate->custom ? "; it is for the role of the application" : "");
	return advice;
}

/* Returns the advice on what helps, and leaves the query over its budget. */
static Advice *
advice_improvement(const AdviceContext *context, const Candidate *candidate)
{
	const AdviceRequest *request = context->request;
	Advice *advice = advice_make(candidate);

	advice_note_index(advice, candidate);
	advice->improvement = true;
	advice->before = request->work->examined_projected;
	advice->after = candidate->examined;
	advice->limit = request->budget;
	advice->failing = candidate->failing + request->hopeless;
	advice->proof = advice_examined(
		context, candidate, psprintf(", instead of %.0f", advice->before));
	if (!candidate->enough && advice->after > advice->limit)
	{
		Candidate *aggregate = plain_cause_of_aggregate(
			request->statement, request->one, request->work, context->tables,
			request->at);

		advice->proof = psprintf("%s; %.0f are still over the limit of %.0f",
								 advice->proof, advice->after, advice->limit);
		/* What the fix finds, all of it is wanted. */
		if (aggregate != NULL)
		{
			advice->cause =
				psprintf("%s; and %s", aggregate->cause, advice->cause);
			advice->suggestion = aggregate->suggestion;
		}
	}
	else if (candidate->keyed > 0)
		advice->proof = psprintf("%s; up to %.0f where nothing matches",
								 advice->proof, candidate->keyed);
	else if (candidate->failing > 0)
		advice->proof = psprintf("%s; not enough for %d %s, of up to %.0f rows",
								 advice->proof, candidate->failing,
								 candidate->failing == 1 ? "case" : "cases",
								 candidate->worst);
	if (candidate->hurts != NULL)
		advice->proof = psprintf("%s; but %s", advice->proof, candidate->hurts);
	if (request->hopeless > 0)
		advice->proof =
			psprintf("%s; %d %s too many rows with any fix", advice->proof,
					 request->hopeless,
					 request->hopeless == 1 ? "case returns" : "cases return");
	return advice;
}

/* ---- the generic plan ---- */

static Candidate *
advice_force_custom(const AdviceContext *context)
{
	const AdviceRequest *request = context->request;
	Candidate *candidate = candidate_make(
		request->mode == PLAN_MODE_GENERIC
			? psprintf("the generic plan is made without the values, and takes "
					   "%s",
					   plan_text_short(request->work, request->at))
			: pstrdup("prepared statements would then switch to a plan that is "
					  "made without the values"));

	candidate->fix =
		psprintf("ALTER ROLE %s SET plan_cache_mode = force_custom_plan",
				 request->role == NULL ? "<the application's role>"
									   : quote_identifier(request->role));
	candidate->custom = true;
	return candidate;
}

/* ---- what the planner did not choose ---- */

static double
advice_examined_once(const Work *work)
{
	return work->examined_projected - work->again_projected;
}

/*
 * Turns off planner settings, and returns the work of the plan that then
 * examines the fewest rows, or NULL if none examines less than half of what the
 * chosen plan does. Rows that a bitmap points to are not counted twice.
 */
static Work *
advice_best_other(const AdviceContext *context)
{
	static const char *const off[][3] = {
		{"enable_seqscan", NULL, NULL},
		{"enable_seqscan", "enable_indexscan", "enable_indexonlyscan"},
		{"enable_bitmapscan", "enable_seqscan", NULL},
		{"enable_nestloop", NULL, NULL},
		{"enable_hashjoin", "enable_mergejoin", NULL},
		{"enable_sort", NULL, NULL},
	};
	const AdviceRequest *request = context->request;
	const Work *chosen = request->work;
	Work *best = NULL;

	for (int i = 0; i < lengthof(off); i++)
	{
		ProofRequest other = {
			.statement = request->statement,
			.one = request->one,
			.mode = request->mode,
			.before = chosen,
			.today = chosen,
			.at = request->at,
			.scale = request->at,
		};
		Proof *proof;

		for (int j = 0; j < lengthof(off[i]) && off[i][j] != NULL; j++)
			other.settings = lappend(other.settings, pstrdup(off[i][j]));
		proof = proof_try(&other);
		if (proof->work != NULL &&
			advice_examined_once(proof->work) <
				ADVICE_PREFERS * advice_examined_once(chosen) &&
			(best == NULL ||
			 advice_examined_once(proof->work) < advice_examined_once(best)))
			best = proof->work;
	}
	return best;
}

/* Where nothing that perfcheck knows of is missing. */
static Advice *
advice_preference(const AdviceContext *context)
{
	const Work *chosen = context->request->work;
	/* Plans beside one that ran for too long may all do. */
	const Work *other = context->request->expected == NULL && !chosen->timed_out
							? advice_best_other(context)
							: NULL;
	Advice *advice = palloc0(sizeof(*advice));
	char *access = plan_text_short(chosen, context->request->at);

	if (context->request->expected != NULL)
		advice->cause = psprintf("the planner prefers %s to any %s index",
								 access, context->request->expected);
	else if (chosen->timed_out)
		advice->cause =
			psprintf("the planner prefers %s, and no fix is known", access);
	else if (other != NULL)
		advice->cause =
			psprintf("the planner prefers %s (%.0f rows examined) to %s (%.0f)",
					 access, advice_examined_once(chosen),
					 plan_text_short(other, context->request->at),
					 advice_examined_once(other));
	else
		advice->cause = psprintf("the planner prefers %s, and no other plan "
								 "examines fewer rows",
								 access);
	return advice;
}

/* ---- choice ---- */

static int
advice_compare_tables(const ListCell *a, const ListCell *b)
{
	double of_a = relation_rows(((QueryTable *) lfirst(a))->relid);
	double of_b = relation_rows(((QueryTable *) lfirst(b))->relid);

	return of_a < of_b ? 1 : of_a > of_b ? -1 : 0;
}

/*
 * Appends more to candidates, but for fixes that are there already: a table that
 * stands twice in FROM lacks the same index twice.
 */
static List *
advice_add_new(List *candidates, List *more)
{
	ListCell *cell;
	ListCell *old;

	foreach(cell, more)
	{
		Candidate *candidate = lfirst(cell);
		bool known = false;

		foreach(old, candidates)
		{
			Candidate *other = lfirst(old);

			known = known || (candidate->fix != NULL && other->fix != NULL &&
							  strcmp(candidate->fix, other->fix) == 0 &&
							  other->query == candidate->query);
		}
		if (!known)
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}

/*
 * Returns all candidates, the likeliest first; what names the cause best stands
 * before what only helps.
 */
static List *
advice_candidates(const AdviceContext *context)
{
	List *candidates = NIL;
	ListCell *cell;

	candidates = rewrite_candidates(context->request->statement,
									context->request->one, context->tables);
	foreach(cell, context->tables)
		candidates =
			advice_add_new(candidates, index_candidates_missing(lfirst(cell)));
	candidates = list_concat(
		candidates,
		rewrite_structure_candidates(context->request->statement,
									 context->request->one, context->tables));
	if (context->request->mode == PLAN_MODE_CUSTOM)
		candidates = list_concat(
			candidates,
			stale_statistics_candidates(
				context->request->statement, context->request->one,
				context->request->work, context->request->at, context->tables));
	foreach(cell, context->tables)
		candidates = advice_add_new(
			candidates, multicolumn_candidates(lfirst(cell),
											   context->request->work->facts));
	candidates = advice_add_new(
		candidates,
		index_arms_candidates(context->tables, context->request->work->facts));
	candidates = advice_add_new(
		candidates,
		fix_variants_of_rewrites(
			candidates,
			case_params(context->request->statement, context->request->one),
			context->request->work->facts));
	candidates = list_concat(candidates, vacuum_candidates(context->tables));
	if (context->custom_is_enough)
	{
		Candidate *custom = advice_force_custom(context);

		/* Whatever the fix is, the generic plan alone does too much work. */
		foreach(cell, candidates)
		{
			Candidate *other = lfirst(cell);

			other->cause = other->kind == CANDIDATE_INDEX
							   ? psprintf("%s; %s", custom->cause, other->cause)
							   : custom->cause;
		}
		candidates = lappend(candidates, custom);
	}
	else if (context->request->mode == PLAN_MODE_CUSTOM &&
			 context->request->statement->nparams > 0)
		candidates = lappend(candidates, advice_force_custom(context));
	return candidates;
}

/* Returns the best of other ways to write conditions that were tried, or NULL. */
static Candidate *
advice_tried_rewrite(const AdviceContext *context)
{
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *one = lfirst(cell);

		if (one->rewrite != NULL && one->query != NULL && !one->structural &&
			(best == NULL ||
			 (one->examined >= 0 &&
			  (best->examined < 0 || one->examined < best->examined))))
			best = one;
	}
	return best;
}

/*
 * Returns the cause of a condition that no index can have, or NULL: that of another
 * way to write conditions, though it was not enough, says more than that the
 * condition is none for an index. It is told what it leaves if that is less, and
 * the rows of all cases are the same.
 */
static Candidate *
advice_hopeless(const AdviceContext *context)
{
	const AdviceRequest *request = context->request;
	Candidate *rewrite = advice_tried_rewrite(context);
	Candidate *hopeless = NULL;
	Candidate *named;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *one = lfirst(cell);

		if (hopeless == NULL && one->fix == NULL && one->rewrite == NULL)
			hopeless = one;
	}
	if (rewrite == NULL)
		return hopeless;
	named = candidate_make(rewrite->cause);
	foreach(cell, context->tables)
		named->tables =
			lappend_oid(named->tables, ((QueryTable *) lfirst(cell))->relid);
	if (rewrite->examined < 0 ||
		rewrite->examined >= request->work->examined_projected)
		return named;
	fix_trial_run(request, rewrite, true);
	if (rewrite->examined >= 0 && rewrite->judged && rewrite->hurts == NULL)
		named->suggestion =
			psprintf("%s%s%s leaves about %.0f of the %.0f rows",
					 rewrite->rewrite, rewrite->fix == NULL ? "" : " with ",
					 rewrite->fix == NULL ? "" : rewrite->fix,
					 rewrite->examined, request->work->examined_projected);
	return named;
}

/* Returns what autovacuum would do as well and mends the case, or NULL. */
static Candidate *
advice_upkeep(const AdviceContext *context)
{
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *one = lfirst(cell);

		if (fix_trial_is_free(one) && one->enough && one->judged)
			return one;
	}
	return NULL;
}

/* Returns the first candidate that tells what to do, which no SQL does; or NULL. */
static Candidate *
advice_advised(const AdviceContext *context)
{
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *one = lfirst(cell);

		if (one->fix == NULL && one->rewrite == NULL && one->suggestion != NULL)
			return one;
	}
	return NULL;
}

static Advice *
advice_unproven(const AdviceContext *context)
{
	Candidate *candidate = fix_choice_improvement(
		context->request, context->candidates, context->sets);
	Advice *advice;

	if (candidate == NULL)
		candidate = fix_choice_trade(context->request, context->candidates);
	if (candidate == NULL)
		candidate = advice_upkeep(context);
	if (candidate != NULL)
		return advice_improvement(context, candidate);
	candidate = fix_choice_untried(context->candidates);
	if (candidate != NULL)
	{
		advice = advice_make(candidate);
		advice->proof = candidate->obstacle;
		return advice;
	}
	candidate = advice_advised(context);
	if (candidate != NULL)
		return advice_make(candidate);
	candidate = advice_hopeless(context);
	if (context->request->expected == NULL)
		candidate =
			plain_cause_find(context->request->statement, context->request->one,
							 context->request->work, context->tables,
							 context->request->at, candidate);
	return candidate != NULL ? advice_make(candidate)
							 : advice_preference(context);
}

/* Would custom plans alone be enough, where only the generic one is at fault? */
static bool
advice_custom_is_enough(const AdviceContext *context)
{
	const AdviceRequest *request = context->request;
	Candidate *custom;

	if (request->mode != PLAN_MODE_GENERIC || request->expected != NULL)
		return false;
	custom = advice_force_custom(context);
	fix_trial_run(request, custom, false);
	return custom->enough;
}

Advice *
advice_find(const AdviceRequest *request)
{
	AdviceRequest own = *request;
	AdviceContext context = {.request = &own};
	List *tables =
		table_conditions_read(request->statement->query,
							  case_params(request->statement, request->one));
	Candidate *proven;
	ListCell *cell;

	own.same = same_rows_begin(request->statement);
	/* Only tables that their owner can create an index on. */
	foreach(cell, tables)
	{
		Oid relid = ((QueryTable *) lfirst(cell))->relid;
		char kind = get_rel_relkind(relid);

		if (!IsCatalogRelationOid(relid) &&
			(kind == RELKIND_RELATION || kind == RELKIND_MATVIEW ||
			 kind == RELKIND_PARTITIONED_TABLE))
			context.tables = lappend(context.tables, lfirst(cell));
	}
	list_sort(context.tables, advice_compare_tables);
	/* The same values with a custom plan. */
	context.custom_is_enough = advice_custom_is_enough(&context);
	context.candidates = advice_candidates(&context);
	fix_rank_set(context.candidates, context.tables);
	proven = fix_choice_find(&own, context.candidates, context.tables,
							 &context.sets);
	if (proven == NULL)
	{
		Candidate *settings = planner_settings_find(&own);

		return settings != NULL ? advice_make(settings)
								: advice_unproven(&context);
	}
	/* What returns too many rows is still over its budget. */
	return request->hopeless == 0 ? advice_proven(&context, proven)
								  : advice_improvement(&context, proven);
}
