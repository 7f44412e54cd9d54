/*-------------------------------------------------------------------------
 *
 * verdict.c
 *		Facts and work -> ok or not, with the reason and the fix.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "advice/pending_list.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "verdict/fragile.h"
#include "verdict/generic_switch.h"
#include "verdict/verdict.h"

/* The expected index method must serve at some size up to this many rows. */
#define VERDICT_LARGE_TABLE 1000000.0

typedef struct VerdictContext
{
	QueryVerdict *verdict;
	ContractStatement *statement;
	Judge judge;
	bool advise;
} VerdictContext;

/* ---- the expected index method ---- */

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
verdict_serves_at(VerdictContext *context, double scale)
{
	QueryVerdict *verdict = context->verdict;
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		CaseVerdict *judged = lfirst(cell);
		PlanFacts *facts;
		const char *index;

		if (!judged->counts)
			continue;
		facts =
			case_verdict_explain(&context->judge, judged->one, false, scale);
		if (facts == NULL)
			continue;
		index = verdict_index_of_method(facts, verdict->query->expected);
		if (index == NULL)
			continue;
		verdict->later_index = pstrdup(index);
		verdict->later_rows = verdict->table_rows * scale;
		return true;
	}
	return false;
}

/* The largest size at which the expected method may begin to serve. */
static double
verdict_largest_scale(const VerdictContext *context)
{
	double rows = Max(context->verdict->table_rows, 1);

	return Max(VERDICT_LARGE_TABLE / rows, context->verdict->scale);
}

static bool
verdict_method_serves(VerdictContext *context)
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

/*
 * Whether a is worse than b: a failure first, of a custom plan before one of
 * the generic plan, which may have the same cause; then the more work.
 */
static bool
verdict_worse(const CaseVerdict *a, const CaseVerdict *b)
{
	int modes;

	if (b == NULL || a->ok != b->ok)
		return b == NULL || !a->ok;
	modes = strcmp(a->plan_mode, b->plan_mode);
	if (!a->ok && modes != 0)
		return modes < 0;
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
				Max(verdict->table_rows, relation_rows(lfirst_oid(cell)));
	if (!judged->counts)
		return;
	if (judged->work != NULL)
	{
		verdict_add_indexes(verdict, judged->work->facts);
		verdict->tables = list_concat_unique_oid(
			verdict->tables, judged->work->facts->relations);
	}
	if (verdict_worse(judged, verdict->worst))
		verdict->worst = judged;
}

static void
verdict_judge_cases(VerdictContext *context, List *cases)
{
	QueryVerdict *verdict = context->verdict;
	List *custom = NIL;
	List *generic = NIL;
	ListCell *cell;

	foreach(cell, cases)
		custom =
			lappend(custom, case_verdict_custom(&context->judge, lfirst(cell)));
	/* Without parameters the two are the same. */
	if (context->statement->nparams > 0)
		foreach(cell, cases)
			generic = lappend(
				generic, case_verdict_generic(&context->judge, lfirst(cell)));
	verdict->turns_generic = generic_switch_turn_generic(custom, generic);
	foreach(cell, custom)
	{
		CaseVerdict *judged = lfirst(cell);

		judged->counts = judged->one->required;
		verdict_note_case(verdict, judged);
	}
	foreach(cell, generic)
	{
		CaseVerdict *judged = lfirst(cell);

		judged->counts = judged->one->required && verdict->turns_generic;
		if (judged->reason != NULL && !verdict->turns_generic)
			judged->reason =
				psprintf("%s; information: prepared statements keep to custom "
						 "plans",
						 judged->reason);
		verdict_note_case(verdict, judged);
	}
	fragile_judge(&context->judge, verdict->cases);
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
verdict_advise(VerdictContext *context, const char *expected)
{
	QueryVerdict *verdict = context->verdict;
	const CaseVerdict *worst = verdict->worst;
	AdviceRequest request = {
		.statement = context->statement,
		.scale = context->verdict->scale,
		.expected = expected,
	};
	ListCell *cell;

	if (!context->advise || worst == NULL || worst->work == NULL)
		return;
	request.one = worst->one;
	request.plan_mode = worst->plan_mode;
	request.work = worst->work;
	request.budget = verdict->budget;
	request.largest_scale = verdict_largest_scale(context);
	foreach(cell, verdict->cases)
	{
		const CaseVerdict *judged = lfirst(cell);

		if (judged->counts)
			request.cases = list_append_unique_ptr(
				request.cases, unconstify(Case *, judged->one));
	}
	verdict->advice = advice_find(&request);
}

static void
verdict_decide(VerdictContext *context)
{
	QueryVerdict *verdict = context->verdict;

	if (verdict->worst == NULL || !verdict_returned_rows(verdict))
	{
		if (derive_tables_are_empty(context->statement, verdict->cases == NIL))
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
	VerdictContext *context = arg;
	QueryVerdict *verdict = context->verdict;

	context->statement = contract_analyze(verdict->query);
	context->judge.statement = context->statement;
	guc_scope_enter_search_path(verdict->query->search_path);
	verdict_judge_cases(context,
						derive_read(verdict->query, context->statement));
	verdict->notes = pending_list_notes(verdict->tables, verdict->indexes);
	verdict_decide(context);
}

static QueryVerdict *
verdict_judge_query(const ContractQuery *query, double scale, bool advise)
{
	QueryVerdict *verdict = palloc0(sizeof(*verdict));
	VerdictContext context = {.verdict = verdict, .advise = advise};
	ErrorData *error;

	verdict->query = query;
	verdict->scale = scale;
	verdict->budget = settings_row_budget(query->max_rows);
	context.judge.scale = scale;
	context.judge.budget = verdict->budget;
	error = sandbox_run(verdict_judge_inside, &context, 0);
	if (error != NULL)
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = case_verdict_error_text(error);
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
