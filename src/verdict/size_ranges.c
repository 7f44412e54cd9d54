/*-------------------------------------------------------------------------
 *
 * size_ranges.c
 *		Finds the sizes between which a plan stays the same, as tables grow.
 *
 * For each case and plan mode, size_walk.h tells the plans that are made at sizes
 * that double, and where each one ends. A plan is executed once; its work is then
 * projected to both ends of its range, and a bisection finds where it goes over
 * the budget. That it does so at most once in a range is taken for granted, as
 * work only grows with the table. A case that raises an error is a range of its
 * own, and the other cases follow.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/relation.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/growth.h"
#include "plan/plan_facts.h"
#include "verdict/size_ranges.h"
#include "verdict/size_walk.h"

/* Each size that is looked at is this many times the one before. */
#define SIZE_RANGES_STEP 2.0

/* The largest scale: a table that hardly grows needs a large one. */
#define SIZE_RANGES_LARGEST 1e18

typedef struct SizeRangesContext
{
	QuerySizeRanges *found;
	Judge judge;
	double rows;     /* of the largest table today */
	double growth;   /* the exponent by which they grow; 1 if they do not */
	double max_rows; /* up to which the caller wants to know */
} SizeRangesContext;

/* ---- one plan ---- */

/* Adds a range without work, for a case whose query raises an error. */
static void
size_ranges_add_error(const SizeWalk *walk, double low, double high,
					  char *reason)
{
	SizeRangesContext *context = walk->arg;
	SizeRange *range = palloc0(sizeof(*range));

	range->one = walk->one;
	range->mode = walk->mode;
	range->from_rows = rint(context->rows * pow(low, context->growth));
	range->to_rows = rint(context->rows * pow(high, context->growth));
	range->reason = reason;
	context->found->ranges = lappend(context->found->ranges, range);
}

static void
size_ranges_add(const SizeWalk *walk, const CaseVerdict *verdict, double low,
				double high)
{
	SizeRangesContext *context = walk->arg;
	SizeRange *range;

	double examined = case_verdict_project(walk->judge, verdict, low)
						  ->work->examined_projected;

	verdict = case_verdict_project(walk->judge, verdict, high);
	size_ranges_add_error(walk, low, high, verdict->reason);
	range = llast(context->found->ranges);
	range->examined_at_from = examined;
	range->work = verdict->work;
	range->ok = verdict->ok;
	range->opaque = verdict->work->facts->opaque != NULL;
	if (range->opaque)
		range->reason = case_verdict_opaque_text(verdict->work->facts->opaque);
}

/*
 * Adds one plan from low to high, as two ranges if its verdict changes between
 * them. planned is a scale at which this plan is made.
 */
static void
size_ranges_add_plan(const SizeWalk *walk, double planned, double low,
					 double high)
{
	Judge *judge = walk->judge;
	const CaseVerdict *verdict =
		case_verdict_judge_at(judge, walk->one, walk->mode, planned);
	bool ok;
	double last = low;
	double beyond = high;

	if (verdict->work == NULL)
	{
		size_ranges_add_error(walk, low, high, verdict->reason);
		return;
	}
	ok = case_verdict_project(judge, verdict, low)->ok;
	if (ok == case_verdict_project(judge, verdict, high)->ok)
	{
		size_ranges_add(walk, verdict, low, high);
		return;
	}
	while (beyond / last > SIZE_WALK_PRECISION)
	{
		double middle = sqrt(last * beyond);

		if (case_verdict_project(judge, verdict, middle)->ok == ok)
			last = middle;
		else
			beyond = middle;
	}
	size_ranges_add(walk, verdict, low, last);
	size_ranges_add(walk, verdict, last, high);
}

/* ---- one case, one query ---- */

static void
size_ranges_follow(SizeRangesContext *context, const Case *one, PlanMode mode)
{
	SizeWalk walk = {
		.judge = &context->judge,
		.one = one,
		.mode = mode,
		.largest = Max(1, Min(pow(context->max_rows / Max(context->rows, 1),
								  1 / context->growth),
							  SIZE_RANGES_LARGEST)),
		.step = SIZE_RANGES_STEP,
		.found = size_ranges_add_plan,
		.arg = context,
	};
	List *before = list_copy(context->found->ranges);
	char *reason = size_walk(&walk);

	if (reason == NULL)
		return;
	/* A part of the sizes would look like all of them. */
	context->found->ranges = before;
	size_ranges_add_error(&walk, 1, walk.largest, reason);
}

/* Notes the largest table, as the plan of a case may read a larger one. */
static void
size_ranges_note_tables(SizeRangesContext *context, const Case *one)
{
	const ExplainedPlan *plan =
		case_verdict_explain(&context->judge, one, PLAN_MODE_CUSTOM, 1);
	ListCell *cell;

	if (plan == NULL)
		return;
	foreach(cell, plan->facts->relations)
	{
		double rows = relation_rows(lfirst_oid(cell));

		if (rows <= context->rows)
			continue;
		context->rows = rows;
		context->growth = growth_of_relation(lfirst_oid(cell));
		/* Its rows name the scale all the same. */
		if (context->growth <= 0)
			context->growth = 1;
	}
}

static void
size_ranges_opened_query(const ContractStatement *statement, void *arg)
{
	SizeRangesContext *context = arg;
	List *cases = derive_read(context->found->query, statement);
	ListCell *cell;

	context->judge.statement = statement;
	if (cases == NIL)
		context->found->empty = derive_why_none(statement);
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		size_ranges_note_tables(context, one);
		size_ranges_follow(context, one, PLAN_MODE_CUSTOM);
		if (statement->nparams > 0)
			size_ranges_follow(context, one, PLAN_MODE_GENERIC);
		case_verdict_forget_plans(&context->judge);
	}
}

static QuerySizeRanges *
size_ranges_of_query(const ContractQuery *query, double max_rows)
{
	QuerySizeRanges *found = palloc0(sizeof(*found));
	SizeRangesContext context = {
		.found = found, .growth = 1, .max_rows = max_rows};
	ErrorData *error;

	found->query = query;
	context.judge.budget = settings_row_budget(query->max_rows);
	context.judge.most_returned =
		settings_rows_returned(query->max_rows_returned);
	context.judge.block_budget = settings_block_budget(query->max_blocks);
	context.judge.any_scale = true;
	error = contract_open(query, size_ranges_opened_query, &context, 0);
	if (error != NULL)
	{
		found->ranges = NIL;
		found->error = contract_error_text(error);
	}
	return found;
}

List *
size_ranges_find(const char *name, double max_rows)
{
	List *queries = contract_read(name);
	List *found = NIL;
	ListCell *cell;

	if (max_rows < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("max_rows must be at least 1"),
				errhint("It is how many rows the largest table of a query may "
						"come to hold: 1000000000, say."));
	foreach(cell, queries)
		found = lappend(found, size_ranges_of_query(lfirst(cell), max_rows));
	return found;
}
