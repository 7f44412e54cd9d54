/*-------------------------------------------------------------------------
 *
 * advice.c
 *		Why a query does too much work, and the fix for it.
 *
 * Several modules look for causes and return them as candidates; they are put
 * into one list with the likeliest first, and each one is tried by proof.c
 * until one is enough for all cases of the query. If none is, the one that is
 * enough for most cases wins.
 *
 * A query can have two faults at once, each hiding what the fix of the other
 * is worth. So where one candidate helps, but not enough, it is combined with
 * each of the others, and the pairs are tried in the same way.
 *
 * If nothing is proven, the advice names, in this order: the first candidate
 * that could not be tried, the one that helped most, a cause that has no fix,
 * and last that the planner prefers its plan, after trying it with some
 * planner settings turned off.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"

#include "advice/advice.h"
#include "advice/index_arms.h"
#include "advice/index_candidates.h"
#include "advice/multicolumn.h"
#include "advice/plain_cause.h"
#include "advice/proof.h"
#include "advice/rewrite.h"
#include "advice/rewrite_structure.h"
#include "advice/same_rows.h"
#include "advice/stale_statistics.h"
#include "base/relation.h"
#include "contract/statement.h"
#include "query/table_conditions.h"

/* A trial takes as long as building its index; the pairs are counted anew. */
#define ADVICE_MOST_TRIALS 16

/* A fix that leaves at most this fraction of the rows is worth combining. */
#define ADVICE_IMPROVES 0.5

typedef struct AdviceContext
{
	const AdviceRequest *request;
	bool custom_is_enough; /* only the generic plan does too much work */
	List *tables;          /* QueryTable *, the largest first */
	List *candidates;
} AdviceContext;

/* ---- trials ---- */

/* Is the candidate's fix enough for the case? Notes what the trial showed. */
static bool
advice_is_proven(const AdviceContext *context, Candidate *candidate)
{
	const AdviceRequest *request = context->request;
	ContractStatement statement = *request->statement;
	ProofRequest trial = {
		.statement = &statement,
		.one = request->one,
		.mode = candidate->custom ? PLAN_MODE_CUSTOM : request->mode,
		.custom = candidate->custom,
		.before = candidate->query == NULL ? request->work : NULL,
		.at = request->at,
		.scale = request->scale,
		.budget = request->budget,
		.most_returned = request->most_returned,
		.block_budget = request->block_budget,
		.statements = candidate->statements,
		.tables = candidate->tables,
		.expected = request->expected,
		.cases = request->cases,
		.largest_scale = request->largest_scale,
	};
	Proof *proof;

	if (candidate->statements == NIL && candidate->query == NULL &&
		!candidate->custom)
		return false;
	if (candidate->query != NULL)
		statement.query = candidate->query;
	else if (request->work->timed_out)
		trial.known = request->work;
	proof = proof_try(&trial);
	/* A rewrite that fails on the values does not mean the same; no obstacle. */
	if (candidate->query == NULL || !proof->made)
		candidate->obstacle = proof->obstacle;
	if (proof->work == NULL || !proof->serves)
		return false;
	candidate->examined = proof->work->examined_projected;
	/* A rewrite must return as many rows as the query does. */
	if (candidate->query != NULL &&
		proof->work->rows_returned != request->work->rows_returned)
	{
		candidate->examined = -1;
		return false;
	}
	if (candidate->query != NULL &&
		same_rows_difference(request->statement, &statement, request->one) !=
			NULL)
	{
		candidate->examined = -1;
		return false;
	}
	candidate->others = proof->others;
	return proof->enough;
}

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

static Advice *
advice_proven(const AdviceContext *context, const Candidate *candidate)
{
	Advice *advice = advice_make(candidate);
	int others = candidate->others + context->request->hopeless;

	advice->proven = true;
	advice->proof = psprintf(
		"%.0f rows examined with it%s%s", candidate->examined,
		candidate->custom ? "; it is for the role of the application" : "",
		others == 0 ? ""
					: psprintf(", not enough for %d other %s", others,
							   others == 1 ? "case" : "cases"));
	return advice;
}

/*
 * Tries candidates, and returns the first that is enough for all cases of the
 * query, or else the one that is enough for most; NULL if none is enough for
 * the case.
 */
static Candidate *
advice_best_proven(const AdviceContext *context, List *candidates)
{
	Candidate *best = NULL;
	int trials = 0;
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (trials++ == ADVICE_MOST_TRIALS)
			break;
		if (advice_is_proven(context, candidate) &&
			(best == NULL || candidate->others < best->others))
			best = candidate;
		if (best != NULL && best->others == 0)
			break;
	}
	return best;
}

/* ---- two faults at once ---- */

/*
 * Combines a candidate with each of the others where both fixes can be made at
 * once; see advice_best_proven().
 */
static Candidate *
advice_best_proven_pair(const AdviceContext *context, const Candidate *a)
{
	List *pairs = NIL;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		const Candidate *b = lfirst(cell);
		Candidate *pair;

		if (a == b || b->fix == NULL || b->statements == NIL || a->custom ||
			b->custom || (a->query != NULL && b->query != NULL))
			continue;
		pair = candidate_make(psprintf("%s; and %s", a->cause, b->cause));
		pair->fix =
			a->fix == NULL ? b->fix : psprintf("%s; %s", a->fix, b->fix);
		pair->rewrite = a->rewrite != NULL ? a->rewrite : b->rewrite;
		pair->query = a->query != NULL ? a->query : b->query;
		pair->statements = list_concat_copy(a->statements, b->statements);
		pair->tables = list_union_oid(a->tables, b->tables);
		pairs = lappend(pairs, pair);
	}
	return advice_best_proven(context, pairs);
}

/* ---- the same query, written otherwise ---- */

static Candidate *
advice_from_rewrite(const Rewrite *rewrite)
{
	Candidate *candidate = candidate_make(rewrite->cause);

	candidate->kind = CANDIDATE_REWRITE;
	candidate->rewrite = psprintf("WHERE %s", rewrite->condition);
	candidate->query = rewrite->query;
	return candidate;
}

/*
 * Returns the query with its cursors as row comparisons, with the index for the
 * order of the LIMIT if there is none.
 */
static List *
advice_cursors(const AdviceContext *context)
{
	List *rewrites = rewrite_cursors(context->request->statement);
	List *candidates = NIL;
	const Candidate *order = NULL;
	ListCell *cell;

	if (rewrites == NIL)
		return NIL;
	foreach(cell, context->tables)
		if (order == NULL || order->statements == NIL)
			order = index_candidates_order(lfirst(cell));
	foreach(cell, rewrites)
	{
		Candidate *candidate = advice_from_rewrite(lfirst(cell));

		if (order != NULL)
			candidate_take_fix(candidate, order);
		candidates = lappend(candidates, candidate);
	}
	return candidates;
}

/* ---- the generic plan ---- */

static Candidate *
advice_force_custom(const AdviceContext *context)
{
	Candidate *candidate = candidate_make(
		psprintf("the generic plan is made without the values, and takes %s",
				 context->request->work->facts->access));

	candidate->fix = pstrdup("ALTER ROLE CURRENT_USER SET plan_cache_mode = "
							 "force_custom_plan");
	candidate->custom = true;
	return candidate;
}

/* ---- what the planner did not choose ---- */

/*
 * Turns off planner settings, and returns the work of the plan that then
 * examines the fewest rows, or NULL if none examines fewer than the chosen plan.
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
			.at = request->at,
			.scale = request->at,
		};
		Proof *proof;

		for (int j = 0; j < lengthof(off[i]) && off[i][j] != NULL; j++)
			other.settings = lappend(other.settings, pstrdup(off[i][j]));
		proof = proof_try(&other);
		if (proof->work != NULL &&
			proof->work->examined_projected < chosen->examined_projected &&
			(best == NULL ||
			 proof->work->examined_projected < best->examined_projected))
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

	if (context->request->expected != NULL)
		advice->cause =
			psprintf("the planner prefers %s to any %s index",
					 chosen->facts->access, context->request->expected);
	else if (chosen->timed_out)
		advice->cause = psprintf("the planner prefers %s, and no fix is known",
								 chosen->facts->access);
	else if (other != NULL)
		advice->cause =
			psprintf("the planner prefers %s (%.0f rows examined) to %s (%.0f)",
					 chosen->facts->access, chosen->examined_projected,
					 other->facts->access, other->examined_projected);
	else
		advice->cause = psprintf("the planner prefers %s, and no other plan "
								 "examines fewer rows",
								 chosen->facts->access);
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

	/* The query without casts of a column, with an index on it if it has none. */
	foreach(cell, context->tables)
	{
		const QueryTable *table = lfirst(cell);
		Rewrite *rewrite = rewrite_casts(context->request->statement, table);
		Candidate *candidate;
		Candidate *index;

		if (rewrite == NULL)
			continue;
		candidate = advice_from_rewrite(rewrite);
		index = index_candidates_column(table, rewrite->attnum);
		if (index != NULL)
			candidate_take_fix(candidate, index);
		candidates = lappend(candidates, candidate);
	}
	foreach(cell, context->tables)
		candidates =
			advice_add_new(candidates, index_candidates_missing(lfirst(cell)));
	candidates = list_concat(candidates, advice_cursors(context));
	candidates = list_concat(
		candidates,
		rewrite_structure_candidates(context->request->statement,
									 context->request->one, context->tables));
	if (context->request->mode == PLAN_MODE_CUSTOM)
		candidates = list_concat(
			candidates, stale_statistics_candidates(
							context->request->statement, context->request->one,
							context->request->work, context->tables));
	foreach(cell, context->tables)
		candidates = advice_add_new(
			candidates, multicolumn_candidates(lfirst(cell),
											   context->request->work->facts));
	candidates = advice_add_new(
		candidates,
		index_arms_candidates(context->tables, context->request->work->facts));
	if (context->custom_is_enough)
	{
		Candidate *custom = advice_force_custom(context);

		/* Whatever the fix is, the generic plan alone does too much work. */
		foreach(cell, candidates)
			((Candidate *) lfirst(cell))->cause = custom->cause;
		candidates = lappend(candidates, custom);
	}
	return candidates;
}

static Advice *
advice_unproven(const AdviceContext *context)
{
	const Candidate *helpful = NULL; /* that helped most, though not enough */
	const Candidate *untried = NULL;
	const Candidate *hopeless = NULL;
	Advice *advice;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		const Candidate *candidate = lfirst(cell);

		if (candidate->examined >= 0 &&
			candidate->examined <=
				context->request->work->examined_projected * ADVICE_IMPROVES &&
			(helpful == NULL || candidate->examined < helpful->examined))
			helpful = candidate;
		if (untried == NULL && candidate->obstacle != NULL)
			untried = candidate;
		if (hopeless == NULL && candidate->fix == NULL &&
			candidate->rewrite == NULL)
			hopeless = candidate;
	}
	if (helpful != NULL)
	{
		Candidate *pair = advice_best_proven_pair(context, helpful);

		if (pair != NULL)
			return advice_proven(context, pair);
	}
	if (untried != NULL)
	{
		advice = advice_make(untried);
		advice->proof = untried->obstacle;
		return advice;
	}
	if (helpful != NULL)
	{
		advice = advice_make(helpful);
		advice->proof =
			psprintf("%.0f rows are still examined with it", helpful->examined);
		return advice;
	}
	if (hopeless == NULL)
		hopeless = plain_cause_find(
			context->request->statement, context->request->one,
			context->request->work, context->tables, context->request->at);
	return hopeless != NULL ? advice_make(hopeless)
							: advice_preference(context);
}

Advice *
advice_find(const AdviceRequest *request)
{
	AdviceContext context = {.request = request};
	List *tables =
		table_conditions_read(request->statement->query,
							  case_params(request->statement, request->one));
	Candidate *proven;
	ListCell *cell;

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
	context.custom_is_enough =
		request->mode == PLAN_MODE_GENERIC && request->expected == NULL &&
		advice_is_proven(&context, advice_force_custom(&context));
	context.candidates = advice_candidates(&context);
	proven = advice_best_proven(&context, context.candidates);
	if (proven != NULL && proven->others > 0)
	{
		Candidate *pair = advice_best_proven_pair(&context, proven);

		/* A second statement is worth it where it is enough for all cases. */
		if (pair != NULL && pair->others == 0)
			proven = pair;
	}
	return proven != NULL ? advice_proven(&context, proven)
						  : advice_unproven(&context);
}
