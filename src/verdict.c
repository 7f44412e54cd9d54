/*-------------------------------------------------------------------------
 *
 * verdict.c
 *		Facts and work -> ok or not, with the reason and the fix.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "cases.h"
#include "forecast.h"
#include "guard.h"
#include "settings.h"
#include "verdict.h"

/* The expected index method must serve at some size up to this many rows. */
#define VERDICT_LARGE_TABLE 1000000.0

/* A query may always examine this many times the rows that it returns. */
#define VERDICT_ROWS_PER_RETURNED 2.0

typedef struct JudgeContext
{
	QueryVerdict *verdict;
	ContractStatement *statement;
	const ContractCase *one;
	CaseVerdict *judged;
	double scale;
	bool advise;
	PlanFacts *facts;
} JudgeContext;

/* ---- one case ---- */

static void
verdict_measure(void *arg)
{
	JudgeContext *context = arg;
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck case",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	PlannedStmt *plan;

	MemoryContextSwitchTo(scratch);
	params = work_params(context->statement, context->one);
	plan = forecast_plan(context->statement, params, context->scale);
	MemoryContextSwitchTo(results);
	context->judged->work =
		work_measure(plan, context->statement, params, context->scale);
	MemoryContextDelete(scratch);
}

static double
verdict_allowed(const QueryVerdict *verdict, const Work *work)
{
	return Max(verdict->budget,
			   VERDICT_ROWS_PER_RETURNED * work->returned_projected);
}

static char *
verdict_error_text(const ErrorData *error)
{
	const char *hint = contract_error_hint(error);

	if (hint == NULL)
		return pstrdup(error->message);
	return psprintf("%s (hint: %s)", error->message, hint);
}

static CaseVerdict *
verdict_judge_case(JudgeContext *context, const ContractCase *one)
{
	CaseVerdict *judged = palloc0(sizeof(*judged));
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	judged->one = one;
	judged->plan_mode = "custom";
	context->one = one;
	context->judged = judged;
	error = guard_run(verdict_measure, context, perfcheck_statement_timeout);
	if (error != NULL)
	{
		judged->work = NULL;
		judged->reason = verdict_error_text(error);
		return judged;
	}
	if (judged->work->examined_projected <=
		verdict_allowed(context->verdict, judged->work))
	{
		judged->ok = true;
		return judged;
	}
	judged->reason = pstrdup(judged->work->examined_projected >
									 judged->work->rows_examined * 1.5
								 ? "work grows with the table"
								 : "too many rows examined");
	return judged;
}

/* ---- the expected index method ---- */

static void
verdict_explain(void *arg)
{
	JudgeContext *context = arg;
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck plan",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	PlannedStmt *plan;

	MemoryContextSwitchTo(scratch);
	params = work_params(context->statement, context->one);
	plan = forecast_plan(context->statement, params, context->scale);
	MemoryContextSwitchTo(results);
	context->facts = work_explain(plan, context->statement, params);
	MemoryContextDelete(scratch);
}

static const char *
verdict_index_of_method(const PlanFacts *facts, const char *method)
{
	ListCell *index;
	ListCell *cell;

	forboth(index, facts->indexes, cell, facts->methods)
		if (strcmp(lfirst(cell), method) == 0)
			return lfirst(index);
	return NULL;
}

/* Whether the method serves a required case when planned for another size. */
static bool
verdict_serves_at(JudgeContext *context, double scale)
{
	QueryVerdict *verdict = context->verdict;
	double kept = context->scale;
	const char *index = NULL;
	ListCell *cell;

	context->scale = scale;
	foreach(cell, verdict->cases)
	{
		CaseVerdict *judged = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!judged->one->required)
			continue;
		context->one = judged->one;
		if (guard_run(verdict_explain, context, perfcheck_statement_timeout) !=
			NULL)
			continue;
		index =
			verdict_index_of_method(context->facts, verdict->query->expected);
		if (index != NULL)
			break;
	}
	context->scale = kept;
	if (index == NULL)
		return false;
	verdict->later_index = pstrdup(index);
	verdict->later_rows = verdict->table_rows * scale;
	return true;
}

/* The largest size at which the expected method may begin to serve. */
static double
verdict_largest_scale(const JudgeContext *context)
{
	double rows = Max(context->verdict->table_rows, 1);

	return Max(VERDICT_LARGE_TABLE / rows, context->scale);
}

static bool
verdict_method_serves(JudgeContext *context)
{
	QueryVerdict *verdict = context->verdict;
	const char *expected = verdict->query->expected;
	double largest = verdict_largest_scale(context);
	ListCell *cell;

	if (expected == NULL)
		return true;
	foreach(cell, verdict->methods)
		if (strcmp(lfirst(cell), expected) == 0)
			return true;
	for (double scale = 1; scale < largest; scale *= 10)
		if (verdict_serves_at(context, scale))
			return true;
	return verdict_serves_at(context, largest);
}

/* ---- one query ---- */

static void
verdict_add_indexes(QueryVerdict *verdict, const PlanFacts *facts)
{
	ListCell *index;
	ListCell *method;

	forboth(index, facts->indexes, method, facts->methods)
	{
		ListCell *cell;
		bool known = false;
		bool expected = verdict->query->expected != NULL &&
						strcmp(lfirst(method), verdict->query->expected) == 0;

		foreach(cell, verdict->indexes)
			known = known || strcmp(lfirst(cell), lfirst(index)) == 0;
		if (known)
			continue;
		if (expected)
		{
			verdict->indexes = lcons(lfirst(index), verdict->indexes);
			verdict->methods = lcons(lfirst(method), verdict->methods);
		}
		else
		{
			verdict->indexes = lappend(verdict->indexes, lfirst(index));
			verdict->methods = lappend(verdict->methods, lfirst(method));
		}
	}
}

/* Whether a is worse than b: a failure first, then the more work. */
static bool
verdict_worse(const CaseVerdict *a, const CaseVerdict *b)
{
	if (b == NULL || a->ok != b->ok)
		return b == NULL || !a->ok;
	if (a->work == NULL || b->work == NULL)
		return a->work == NULL && b->work != NULL;
	return a->work->examined_projected > b->work->examined_projected;
}

static void
verdict_note_case(QueryVerdict *verdict, CaseVerdict *judged)
{
	ListCell *cell;

	verdict->cases = lappend(verdict->cases, judged);
	if (judged->work != NULL)
		foreach(cell, judged->work->facts->relations)
			verdict->table_rows =
				Max(verdict->table_rows, plan_relation_rows(lfirst_oid(cell)));
	if (!judged->one->required)
		return;
	if (judged->work != NULL)
		verdict_add_indexes(verdict, judged->work->facts);
	if (verdict_worse(judged, verdict->worst))
		verdict->worst = judged;
}

static const char *
verdict_opaque(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const CaseVerdict *judged = lfirst(cell);

		if (judged->work != NULL && judged->work->facts->opaque != NULL)
			return judged->work->facts->opaque;
	}
	return NULL;
}

static bool
verdict_returned_rows(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const CaseVerdict *judged = lfirst(cell);

		if (judged->work == NULL || judged->work->rows_returned > 0)
			return true;
	}
	return false;
}

static void
verdict_skip(QueryVerdict *verdict, char *reason)
{
	verdict->status = VERDICT_SKIP;
	verdict->reason = reason;
}

/* Why the worst case is not ok; expected: the method that serves it nowhere. */
static void
verdict_advise(JudgeContext *context, const char *expected)
{
	QueryVerdict *verdict = context->verdict;
	const CaseVerdict *worst = verdict->worst;
	AdviceRequest request = {
		.statement = context->statement,
		.scale = context->scale,
		.expected = expected,
	};

	if (!context->advise || worst == NULL || worst->work == NULL)
		return;
	request.one = worst->one;
	request.plan_mode = worst->plan_mode;
	request.work = worst->work;
	request.allowed = verdict_allowed(verdict, worst->work);
	request.largest_scale = verdict_largest_scale(context);
	verdict->advice = advice_find(&request);
}

static void
verdict_decide(JudgeContext *context)
{
	QueryVerdict *verdict = context->verdict;

	if (verdict->worst == NULL || !verdict_returned_rows(verdict))
	{
		if (cases_tables_are_empty(context->statement, verdict->cases == NIL))
		{
			verdict_skip(verdict, pstrdup("no rows"));
			return;
		}
		if (verdict->cases == NIL)
			ereport(ERROR, errcode(ERRCODE_NO_DATA_FOUND),
					errmsg("no value can be derived from the rows"),
					errhint("Add cases with perfcheck_add_case()."));
	}
	if (verdict_opaque(verdict) != NULL)
		verdict_skip(verdict, psprintf("the work of a %s cannot be seen from "
									   "here",
									   verdict_opaque(verdict)));
	else if (verdict->worst != NULL && !verdict->worst->ok)
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = verdict->worst->reason;
		verdict_advise(context, NULL);
	}
	else if (!verdict_method_serves(context))
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = psprintf("no %s index serves it at any size",
								   verdict->query->expected);
		verdict_advise(context, verdict->query->expected);
	}
}

static void
verdict_judge_inside(void *arg)
{
	JudgeContext *context = arg;
	QueryVerdict *verdict = context->verdict;
	List *cases;
	ListCell *cell;

	context->statement = contract_analyze(verdict->query);
	guard_enter_search_path(verdict->query->search_path);
	cases = cases_read(verdict->query, context->statement);
	foreach(cell, cases)
		verdict_note_case(verdict, verdict_judge_case(context, lfirst(cell)));
	verdict_decide(context);
}

static QueryVerdict *
verdict_judge_query(const ContractQuery *query, double scale, bool advise)
{
	QueryVerdict *verdict = palloc0(sizeof(*verdict));
	JudgeContext context = {
		.verdict = verdict, .scale = scale, .advise = advise};
	ErrorData *error;

	verdict->query = query;
	verdict->scale = scale;
	verdict->budget =
		query->max_rows > 0 ? query->max_rows : perfcheck_max_rows_examined;
	error = guard_run(verdict_judge_inside, &context, 0);
	if (error != NULL)
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = verdict_error_text(error);
		verdict->cases = NIL;
		verdict->worst = NULL;
	}
	return verdict;
}

static void
verdict_check_scale(double scale)
{
	if (!(scale >= PERFCHECK_MIN_SCALE && scale <= PERFCHECK_MAX_SCALE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("scale must be between %g and %.0f", PERFCHECK_MIN_SCALE,
					   PERFCHECK_MAX_SCALE),
				errhint("1 is the tables as they are, 100 is a hundred times "
						"their rows."));
}

List *
verdict_judge(const char *name, double scale, bool advise)
{
	List *queries = contract_read(name);
	List *verdicts = NIL;
	ListCell *cell;

	verdict_check_scale(scale);
	foreach(cell, queries)
	{
		CHECK_FOR_INTERRUPTS();
		verdicts =
			lappend(verdicts, verdict_judge_query(lfirst(cell), scale, advise));
	}
	return verdicts;
}
