/*-------------------------------------------------------------------------
 *
 * case_verdict.c
 *		One plan of a query, executed with the values of one case.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/forecast.h"
#include "verdict/case_verdict.h"

/* A query may always examine this many times the rows that it returns. */
#define CASE_VERDICT_ROWS_PER_RETURNED 2.0

/* A scale that a projection needs all runs for. */
#define CASE_VERDICT_ANY_SCALE 2.0

/* What executing a plan with the values of a case came to. */
typedef struct KnownWork
{
	const Case *one;
	const Work *work;
} KnownWork;

/* Which values a plan is made for. */
typedef enum PlanSource
{
	PLAN_FOR_VALUES, /* those that it is executed with: the custom plan */
	PLAN_FOR_OTHERS, /* those of another case, without being bound to them */
	PLAN_FOR_ANY     /* none: the generic plan */
} PlanSource;

typedef struct JudgeRun
{
	Judge *judge;
	const Case *one;
	PlanSource source;
	const CaseVerdict *other; /* PLAN_FOR_OTHERS */
	double scale;
	bool explain_only;
	Work *work; /* NULL: not executed */
	PlanFacts *facts;
} JudgeRun;

double
case_verdict_allowed(const Judge *judge, const Work *work)
{
	return Max(judge->budget,
			   CASE_VERDICT_ROWS_PER_RETURNED * work->returned_projected);
}

char *
case_verdict_error_text(const ErrorData *error)
{
	const char *hint = contract_error_hint(error);

	if (hint == NULL)
		return pstrdup(error->message);
	return psprintf("%s (hint: %s)", error->message, hint);
}

/* ---- inside of the guard ---- */

/*
 * Parameters that are not marked as constants serve the planner's estimates
 * only; the plan keeps them as parameters.
 */
static ParamListInfo
case_verdict_estimates(const ContractStatement *statement, const Case *one)
{
	ParamListInfo params = case_params(statement, one);

	for (int i = 0; i < params->numParams; i++)
		params->params[i].pflags = 0;
	return params;
}

static PlannedStmt *
case_verdict_plan(const JudgeRun *run, ParamListInfo params)
{
	const ContractStatement *statement = run->judge->statement;

	switch (run->source)
	{
		case PLAN_FOR_OTHERS:
			params = case_verdict_estimates(statement, run->other->one);
			break;
		case PLAN_FOR_ANY:
			params = NULL;
			break;
		case PLAN_FOR_VALUES:
			break;
	}
	return forecast_plan(statement, params, run->scale);
}

static const Work *
case_verdict_find_known(const Judge *judge, const Case *one,
						const char *signature)
{
	ListCell *cell;

	foreach(cell, judge->known)
	{
		const KnownWork *known = lfirst(cell);

		if (known->one == one &&
			strcmp(known->work->facts->signature, signature) == 0)
			return known->work;
	}
	return NULL;
}

static void
case_verdict_remember(Judge *judge, const Case *one, const Work *work)
{
	KnownWork *known = palloc(sizeof(*known));

	known->one = one;
	known->work = work;
	judge->known = lappend(judge->known, known);
}

static void
case_verdict_measure(JudgeRun *run, PlannedStmt *plan, ParamListInfo params,
					 const char *signature)
{
	Judge *judge = run->judge;
	const Work *known = case_verdict_find_known(judge, run->one, signature);

	if (known != NULL)
	{
		/* What was counted is the same, what was estimated is not. */
		run->work = palloc(sizeof(Work));
		*run->work = *known;
		measure_take_estimates(run->work, plan);
	}
	else
	{
		run->work = measure_measure(
			plan, judge->statement, params,
			judge->any_scale ? Max(run->scale, CASE_VERDICT_ANY_SCALE)
							 : run->scale);
		case_verdict_remember(judge, run->one, run->work);
	}
	if (judge->any_scale)
		measure_project(run->work, run->scale);
}

static void
case_verdict_run_inside(void *arg)
{
	JudgeRun *run = arg;
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck case",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	PlannedStmt *plan;

	MemoryContextSwitchTo(scratch);
	params = case_params(run->judge->statement, run->one);
	plan = case_verdict_plan(run, params);
	MemoryContextSwitchTo(results);
	run->facts = measure_explain(plan, run->judge->statement, params);
	/* Not every plan can do without its values: a prefix of LIKE is one. */
	if (!run->explain_only && (run->source != PLAN_FOR_OTHERS ||
							   strcmp(run->facts->signature,
									  run->other->work->facts->signature) == 0))
		case_verdict_measure(run, plan, params, run->facts->signature);
	MemoryContextDelete(scratch);
}

/* ---- from the outside ---- */

static CaseVerdict *
case_verdict_run(Judge *judge, const Case *one, PlanSource source,
				 const CaseVerdict *other)
{
	CaseVerdict *judged = palloc0(sizeof(*judged));
	JudgeRun run = {.judge = judge,
					.one = one,
					.source = source,
					.other = other,
					.scale = judge->scale};
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	judged->one = one;
	judged->plan_mode = source == PLAN_FOR_ANY ? "generic" : "custom";
	error =
		sandbox_run(case_verdict_run_inside, &run, perfcheck_statement_timeout);
	if (error != NULL)
	{
		judged->reason = case_verdict_error_text(error);
		return judged;
	}
	judged->work = run.work;
	if (run.work == NULL)
		return judged;
	judged->ok =
		run.work->examined_projected <= case_verdict_allowed(judge, run.work);
	if (!judged->ok)
		judged->reason =
			pstrdup(run.work->examined_projected > run.work->rows_examined * 1.5
						? "work grows with the table"
						: "too many rows examined");
	return judged;
}

CaseVerdict *
case_verdict_custom(Judge *judge, const Case *one)
{
	return case_verdict_run(judge, one, PLAN_FOR_VALUES, NULL);
}

CaseVerdict *
case_verdict_generic(Judge *judge, const Case *one)
{
	return case_verdict_run(judge, one, PLAN_FOR_ANY, NULL);
}

CaseVerdict *
case_verdict_borrowed(Judge *judge, const Case *one, const CaseVerdict *other)
{
	CaseVerdict *judged = case_verdict_run(judge, one, PLAN_FOR_OTHERS, other);

	return judged->work == NULL ? NULL : judged;
}

PlanFacts *
case_verdict_explain(Judge *judge, const Case *one, bool generic, double scale)
{
	JudgeRun run = {.judge = judge,
					.one = one,
					.source = generic ? PLAN_FOR_ANY : PLAN_FOR_VALUES,
					.scale = scale,
					.explain_only = true};

	CHECK_FOR_INTERRUPTS();
	if (sandbox_run(case_verdict_run_inside, &run,
					perfcheck_statement_timeout) != NULL)
		return NULL;
	return run.facts;
}
