/*-------------------------------------------------------------------------
 *
 * advice.c
 *		Why a query does too much work, and the statement that mends it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"

#include "advice/advice.h"
#include "advice/index_candidates.h"
#include "advice/multicolumn.h"
#include "advice/proof.h"
#include "advice/rewrite.h"
#include "advice/stale_statistics.h"
#include "base/relation.h"
#include "contract/statement.h"
#include "query/table_conditions.h"

/* A trial builds an index, and takes as long. */
#define ADVICE_MOST_TRIALS 16

/* A trial that leaves this share of the rows or less is worth a second one. */
#define ADVICE_IMPROVES 0.5

typedef struct AdviceContext
{
	const AdviceRequest *request;
	bool generic;
	bool custom_is_enough; /* the generic plan alone does too much */
	List *tables;          /* QueryTable *, the largest first */
	List *candidates;
} AdviceContext;

/* ---- trials ---- */

static Proof *
advice_try(const AdviceContext *context, const Candidate *candidate)
{
	const AdviceRequest *request = context->request;
	ContractStatement statement = *request->statement;
	ProofRequest proof = {
		.statement = &statement,
		.one = request->one,
		.mode = context->generic && !candidate->custom ? PLAN_MODE_GENERIC
													   : PLAN_MODE_CUSTOM,
		.custom = candidate->custom,
		.scale = request->scale,
		.budget = request->budget,
		.statements = candidate->statements,
		.tables = candidate->tables,
		.expected = request->expected,
		.cases = request->cases,
		.largest_scale = request->largest_scale,
	};

	if (candidate->query != NULL)
		statement.query = candidate->query;
	return proof_try(&proof);
}

/* Whether the candidate mends the case; what the trial showed is noted. */
static bool
advice_is_proven(const AdviceContext *context, Candidate *candidate)
{
	const AdviceRequest *request = context->request;
	Proof *proof;

	if (candidate->statements == NIL && candidate->query == NULL &&
		!candidate->custom)
		return false;
	proof = advice_try(context, candidate);
	/* A condition that fails on the values does not mean the same. */
	if (candidate->query == NULL || !proof->made)
		candidate->obstacle = proof->obstacle;
	if (proof->work == NULL || !proof->serves)
		return false;
	candidate->examined = proof->work->examined_projected;
	/* The same condition, written otherwise, returns as many rows. */
	if (candidate->query != NULL &&
		proof->work->rows_returned != request->work->rows_returned)
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
	return advice;
}

static Advice *
advice_proven(const Candidate *candidate)
{
	Advice *advice = advice_make(candidate);

	advice->proven = true;
	advice->proof = psprintf(
		"%.0f rows examined with it%s%s", candidate->examined,
		candidate->custom ? "; it is for the role of the application" : "",
		candidate->others == 0
			? ""
			: psprintf(", not enough for %d other %s", candidate->others,
					   candidate->others == 1 ? "case" : "cases"));
	return advice;
}

/* Tries a candidate: it, if it mends more cases than the best so far. */
static Candidate *
advice_better(const AdviceContext *context, Candidate *candidate,
			  Candidate *best)
{
	return advice_is_proven(context, candidate) &&
				   (best == NULL || candidate->others < best->others)
			   ? candidate
			   : best;
}

/* The first that mends all cases of the query, or else most of them. */
static Candidate *
advice_best_proven(const AdviceContext *context)
{
	Candidate *best = NULL;
	int trials = 0;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (trials++ == ADVICE_MOST_TRIALS)
			break;
		best = advice_better(context, candidate, best);
		if (best != NULL && best->others == 0)
			break;
	}
	return best;
}

/* ---- two faults at once ---- */

static Candidate *
advice_most_helpful(const AdviceContext *context)
{
	Candidate *best = NULL;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->examined >= 0 &&
			candidate->examined <=
				context->request->work->examined_projected * ADVICE_IMPROVES &&
			(best == NULL || candidate->examined < best->examined))
			best = candidate;
	}
	return best;
}

/* NULL where they are not to be combined. */
static Candidate *
advice_pair(const Candidate *a, const Candidate *b)
{
	Candidate *pair;

	if (a == b || b->fix == NULL || b->statements == NIL || a->custom ||
		b->custom || (a->query != NULL && b->query != NULL))
		return NULL;
	pair = candidate_make(psprintf("%s; and %s", a->cause, b->cause), NULL);
	pair->fix = a->fix == NULL ? b->fix : psprintf("%s; %s", a->fix, b->fix);
	pair->rewrite = a->rewrite != NULL ? a->rewrite : b->rewrite;
	pair->query = a->query != NULL ? a->query : b->query;
	pair->statements = list_concat_copy(a->statements, b->statements);
	pair->tables = list_union_oid(a->tables, b->tables);
	return pair;
}

/* The first pair that mends all cases, or else the one that mends most. */
static Candidate *
advice_proven_pair(const AdviceContext *context, const Candidate *first)
{
	Candidate *best = NULL;
	int trials = 0;
	ListCell *cell;

	foreach(cell, context->candidates)
	{
		Candidate *pair = advice_pair(first, lfirst(cell));

		if (pair == NULL)
			continue;
		if (trials++ == ADVICE_MOST_TRIALS)
			break;
		best = advice_better(context, pair, best);
		if (best != NULL && best->others == 0)
			break;
	}
	return best;
}

/* ---- the same query, written otherwise ---- */

static Candidate *
advice_from_rewrite(const Rewrite *rewrite)
{
	Candidate *candidate = candidate_make(rewrite->cause, NULL);

	candidate->rewrite = psprintf("WHERE %s", rewrite->condition);
	candidate->query = rewrite->query;
	return candidate;
}

/* A column that is cast: the condition without it, with an index if need be. */
static List *
advice_casts(const AdviceContext *context, const QueryTable *table)
{
	Rewrite *rewrite = rewrite_casts(context->request->statement, table);
	Candidate *candidate;
	Candidate *index;

	if (rewrite == NULL)
		return NIL;
	candidate = advice_from_rewrite(rewrite);
	index = index_candidates_column(table, rewrite->attnum);
	if (index != NULL && index->statements != NIL)
	{
		candidate->fix = index->fix;
		candidate->statements = index->statements;
		candidate->tables = index->tables;
	}
	return list_make1(candidate);
}

/* A cursor needs the index of its order, where there is none. */
static void
advice_add_order(const AdviceContext *context, Candidate *candidate)
{
	ListCell *cell;

	foreach(cell, context->tables)
	{
		const Candidate *order = index_candidates_order(lfirst(cell));

		if (order == NULL || order->statements == NIL)
			continue;
		candidate->fix = order->fix;
		candidate->statements = order->statements;
		candidate->tables = order->tables;
		return;
	}
}

static List *
advice_cursors(const AdviceContext *context)
{
	List *rewrites = rewrite_cursors(context->request->statement);
	List *candidates = NIL;
	ListCell *cell;

	foreach(cell, rewrites)
	{
		Candidate *candidate = advice_from_rewrite(lfirst(cell));

		advice_add_order(context, candidate);
		candidates = lappend(candidates, candidate);
	}
	return candidates;
}

/* ---- the generic plan ---- */

static char *
advice_generic_cause(const AdviceContext *context)
{
	return psprintf("the generic plan is made without the values, and takes %s",
					context->request->work->facts->access);
}

static Candidate *
advice_force_custom(const AdviceContext *context)
{
	Candidate *candidate =
		candidate_make(advice_generic_cause(context),
					   pstrdup("ALTER ROLE CURRENT_USER SET plan_cache_mode = "
							   "force_custom_plan"));

	candidate->custom = true;
	return candidate;
}

/* Whether the same values with a custom plan are within what is allowed. */
static bool
advice_custom_is_enough(const AdviceContext *context)
{
	Candidate *custom = advice_force_custom(context);

	return context->request->expected == NULL &&
		   advice_is_proven(context, custom);
}

/* ---- what the planner did not choose ---- */

static Proof *
advice_other_plan(const AdviceContext *context, List *settings)
{
	const AdviceRequest *request = context->request;
	ProofRequest other = {
		.statement = request->statement,
		.one = request->one,
		.mode = request->mode,
		.scale = request->scale,
		.settings = settings,
	};

	return proof_try(&other);
}

/* Of the other plans the one that examines the fewest rows; NULL: none fewer.
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
	const Work *chosen = context->request->work;
	Work *best = NULL;

	for (int i = 0; i < lengthof(off); i++)
	{
		List *settings = NIL;
		Proof *proof;

		for (int j = 0; j < lengthof(off[i]) && off[i][j] != NULL; j++)
			settings = lappend(settings, pstrdup(off[i][j]));
		proof = advice_other_plan(context, settings);
		if (proof->work != NULL &&
			proof->work->examined_projected < chosen->examined_projected &&
			(best == NULL ||
			 proof->work->examined_projected < best->examined_projected))
			best = proof->work;
	}
	return best;
}

static Advice *
advice_preference(const AdviceContext *context)
{
	const Work *chosen = context->request->work;
	const Work *other =
		context->request->expected == NULL ? advice_best_other(context) : NULL;
	Advice *advice = palloc0(sizeof(*advice));

	if (context->request->expected != NULL)
		advice->cause =
			psprintf("the planner prefers %s to any %s index",
					 chosen->facts->access, context->request->expected);
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

/* The same table twice in FROM gives the same index twice. */
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

/* The likeliest first; what names the cause best before what only helps. */
static List *
advice_candidates(const AdviceContext *context)
{
	List *candidates = NIL;
	ListCell *cell;

	foreach(cell, context->tables)
		candidates =
			list_concat(candidates, advice_casts(context, lfirst(cell)));
	foreach(cell, context->tables)
		candidates =
			advice_add_new(candidates, index_candidates_missing(lfirst(cell)));
	candidates = list_concat(candidates, advice_cursors(context));
	if (!context->generic)
		candidates = list_concat(
			candidates, stale_statistics_candidates(context->request->statement,
													context->request->one,
													context->tables));
	foreach(cell, context->tables)
		candidates = advice_add_new(
			candidates, multicolumn_candidates(lfirst(cell),
											   context->request->work->facts));
	if (context->custom_is_enough)
	{
		foreach(cell, candidates)
			((Candidate *) lfirst(cell))->cause = advice_generic_cause(context);
		candidates = lappend(candidates, advice_force_custom(context));
	}
	return candidates;
}

/* The first that could not be tried, if it says how to mend it. */
static Candidate *
advice_first_untried(List *candidates)
{
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->obstacle != NULL)
			return candidate;
	}
	return NULL;
}

static Candidate *
advice_first_hopeless(List *candidates)
{
	ListCell *cell;

	foreach(cell, candidates)
	{
		Candidate *candidate = lfirst(cell);

		if (candidate->fix == NULL && candidate->rewrite == NULL)
			return candidate;
	}
	return NULL;
}

static Advice *
advice_unproven(const AdviceContext *context)
{
	Candidate *untried = advice_first_untried(context->candidates);
	Candidate *helpful = advice_most_helpful(context);
	Candidate *hopeless = advice_first_hopeless(context->candidates);
	Candidate *pair;
	Advice *advice;

	if (helpful != NULL)
	{
		pair = advice_proven_pair(context, helpful);
		if (pair != NULL)
			return advice_proven(pair);
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
	return hopeless != NULL ? advice_make(hopeless)
							: advice_preference(context);
}

/* The tables that can have an index of their own. */
static List *
advice_tables(const AdviceRequest *request)
{
	List *all =
		table_conditions_read(request->statement->query,
							  case_params(request->statement, request->one));
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, all)
	{
		Oid relid = ((QueryTable *) lfirst(cell))->relid;
		char kind = get_rel_relkind(relid);

		if (!IsCatalogRelationOid(relid) &&
			(kind == RELKIND_RELATION || kind == RELKIND_MATVIEW ||
			 kind == RELKIND_PARTITIONED_TABLE))
			tables = lappend(tables, lfirst(cell));
	}
	return tables;
}

Advice *
advice_find(const AdviceRequest *request)
{
	AdviceContext context = {.request = request};
	Candidate *proven;

	context.generic = request->mode == PLAN_MODE_GENERIC;
	context.tables = advice_tables(request);
	list_sort(context.tables, advice_compare_tables);
	context.custom_is_enough =
		context.generic && advice_custom_is_enough(&context);
	context.candidates = advice_candidates(&context);
	proven = advice_best_proven(&context);
	if (proven != NULL && proven->others > 0)
	{
		Candidate *pair = advice_proven_pair(&context, proven);

		/* A second statement is worth it where it mends the query. */
		if (pair != NULL && pair->others == 0)
			proven = pair;
	}
	return proven != NULL ? advice_proven(proven) : advice_unproven(&context);
}
