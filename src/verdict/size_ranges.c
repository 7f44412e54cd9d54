/*-------------------------------------------------------------------------
 *
 * size_ranges.c
 *		Finds the sizes between which a plan stays the same, as tables grow.
 *
 * For each case and plan mode, the query is planned for sizes that double. Where
 * two neighbours have different plans, bisection on the logarithm of the size
 * narrows down where the first plan ends, and the search goes on from there with
 * the plan that follows. A plan is executed once; its work is then projected to
 * both ends of its range, and a second bisection finds where the work goes over
 * the budget. That it does so at most once in a range is taken for granted, as
 * work only grows with the table.
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
#include "plan/plan_facts.h"
#include "verdict/size_ranges.h"

/* Each size that is looked at is this many times the one before. */
#define SIZE_RANGES_STEP 2.0

/* A change is narrowed down until the sizes around it differ by this much. */
#define SIZE_RANGES_PRECISION 1.01

/* Plans that one case is followed through at the most. */
#define SIZE_RANGES_MOST 100

typedef struct SizeRangesContext
{
	QuerySizeRanges *found;
	Judge judge;
	double rows;     /* of the largest table today */
	double max_rows; /* up to which the caller wants to know */
} SizeRangesContext;

/* A case under one plan mode, followed through the sizes. */
typedef struct Walk
{
	SizeRangesContext *context;
	const Case *one;
	PlanMode mode;
} Walk;

/* ---- where the plan changes ---- */

static const char *
size_ranges_signature(const Walk *walk, double scale)
{
	PlanFacts *facts = case_verdict_explain(&walk->context->judge, walk->one,
											walk->mode, scale);

	return facts == NULL ? "" : facts->signature;
}

/*
 * Narrows down where the plan of low ends. Afterwards that plan is still made at
 * low, and another one at high.
 */
static void
size_ranges_narrow(const Walk *walk, const char *signature, double *low,
				   double *high)
{
	while (*high / *low > SIZE_RANGES_PRECISION)
	{
		double middle = sqrt(*low * *high);

		if (strcmp(size_ranges_signature(walk, middle), signature) == 0)
			*low = middle;
		else
			*high = middle;
	}
}

/* ---- where the work goes over the budget ---- */

static bool
size_ranges_ok_at(const Walk *walk, Work *work, double scale)
{
	measure_project(work, scale);
	return work->examined_projected <=
		   case_verdict_allowed(walk->context->judge.budget, work);
}

static void
size_ranges_add(const Walk *walk, const Work *work, double low, double high)
{
	SizeRangesContext *context = walk->context;
	SizeRange *range = palloc0(sizeof(*range));

	range->one = walk->one;
	range->mode = walk->mode;
	range->from_rows = rint(context->rows * low);
	range->to_rows = rint(context->rows * high);
	range->work = palloc(sizeof(Work));
	*range->work = *work;
	range->ok = size_ranges_ok_at(walk, range->work, high);
	context->found->ranges = lappend(context->found->ranges, range);
}

/*
 * Adds one plan from low to high, as two ranges if its verdict changes between
 * them. planned is a scale at which this plan is made.
 */
static void
size_ranges_add_plan(const Walk *walk, double planned, double low, double high)
{
	Judge *judge = &walk->context->judge;
	CaseVerdict *verdict;
	bool ok;
	double last = low;
	double beyond = high;

	judge->scale = planned;
	verdict = case_verdict_judge(judge, walk->one, walk->mode);
	if (verdict->work == NULL)
		ereport(ERROR, errcode(ERRCODE_QUERY_CANCELED),
				errmsg("%s, %s plan: %s", walk->one->label,
					   plan_mode_name(verdict->mode), verdict->reason));
	ok = size_ranges_ok_at(walk, verdict->work, low);
	if (ok == size_ranges_ok_at(walk, verdict->work, high))
	{
		size_ranges_add(walk, verdict->work, low, high);
		return;
	}
	while (beyond / last > SIZE_RANGES_PRECISION)
	{
		double middle = sqrt(last * beyond);

		if (size_ranges_ok_at(walk, verdict->work, middle) == ok)
			last = middle;
		else
			beyond = middle;
	}
	size_ranges_add(walk, verdict->work, low, last);
	size_ranges_add(walk, verdict->work, last, high);
}

/* ---- one case, one query ---- */

static void
size_ranges_walk(const Walk *walk)
{
	double largest =
		Max(1, walk->context->max_rows / Max(walk->context->rows, 1));
	double start = 1;   /* where the plan begins */
	double planned = 1; /* a scale at which it is made */
	double low = 1;
	const char *signature = size_ranges_signature(walk, 1);
	int changes = 0;

	while (low < largest)
	{
		double next = Min(low * SIZE_RANGES_STEP, largest);
		const char *next_signature = size_ranges_signature(walk, next);

		/* There may be a third plan between the two, and a fourth. */
		while (strcmp(next_signature, signature) != 0)
		{
			double high = next;

			/* It would never end where the plan of one size is not one. */
			if (++changes > SIZE_RANGES_MOST)
				ereport(ERROR,
						errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the plan changes more than %d times as the "
							   "tables grow",
							   SIZE_RANGES_MOST),
						errhint("Declare a function VOLATILE that returns "
								"another value at each call."));
			size_ranges_narrow(walk, signature, &low, &high);
			size_ranges_add_plan(walk, planned, start, low);
			start = low;
			planned = high;
			low = high;
			signature = size_ranges_signature(walk, high);
		}
		low = next;
	}
	size_ranges_add_plan(walk, planned, start, largest);
}

/* Returns the rows of the largest table that the plan of a case reads. */
static double
size_ranges_table_rows(SizeRangesContext *context, const Case *one)
{
	PlanFacts *facts =
		case_verdict_explain(&context->judge, one, PLAN_MODE_CUSTOM, 1);
	double rows = 0;
	ListCell *cell;

	if (facts != NULL)
		foreach(cell, facts->relations)
			rows = Max(rows, relation_rows(lfirst_oid(cell)));
	return rows;
}

static void
size_ranges_opened_query(const ContractStatement *statement, void *arg)
{
	SizeRangesContext *context = arg;
	List *cases = derive_read(context->found->query, statement);
	ListCell *cell;

	context->judge.statement = statement;
	foreach(cell, cases)
	{
		Walk walk = {.context = context, .one = lfirst(cell)};

		context->rows =
			Max(context->rows, size_ranges_table_rows(context, walk.one));
		size_ranges_walk(&walk);
		walk.mode = PLAN_MODE_GENERIC;
		if (statement->nparams > 0)
			size_ranges_walk(&walk);
	}
}

static QuerySizeRanges *
size_ranges_of_query(const ContractQuery *query, double max_rows)
{
	QuerySizeRanges *found = palloc0(sizeof(*found));
	SizeRangesContext context = {.found = found, .max_rows = max_rows};
	ErrorData *error;

	found->query = query;
	context.judge.budget = settings_row_budget(query->max_rows);
	context.judge.any_scale = true;
	error = contract_open(query, size_ranges_opened_query, &context, 0);
	if (error != NULL)
	{
		found->ranges = NIL;
		found->error = case_verdict_error_text(error);
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
