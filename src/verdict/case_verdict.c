/*-------------------------------------------------------------------------
 *
 * case_verdict.c
 *		Judges one plan of a query with the values of one case.
 *
 * Everything happens within the sandbox: the values become parameters, the
 * statement is planned for the size that is asked for, and the plan is started
 * once to read its facts. Its signature tells whether a plan that does the same
 * with the same values has been measured before; that work is taken then, with
 * the estimates of the new plan. A Judge remembers what was measured and what
 * was planned, in the memory context of its caller. Plans and parameters are
 * made in a scratch context; what is returned is in the caller's.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/rest.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "contract/statement.h"
#include "plan/fixed_tables.h"
#include "plan/forecast.h"
#include "plan/growth.h"
#include "plan/plan_facts.h"
#include "plan/todays_rows.h"
#include "verdict/case_verdict.h"

/* A query may always examine this many times the rows that it returns. */
#define CASE_VERDICT_ROWS_PER_RETURNED 2.0

/* And touch this many blocks: that of the row, and one of an index. */
#define CASE_VERDICT_BLOCKS_PER_RETURNED 2.0

/* At this scale a measurement makes all the runs that projections need. */
#define CASE_VERDICT_ANY_SCALE 2.0

/* The work of a plan with the values of a case, measured before. */
typedef struct KnownWork
{
	const Case *one;
	const Work *work;
} KnownWork;

/* What was planned before: an error if plan is NULL. */
typedef struct KnownPlan
{
	const Case *one;
	PlanMode mode;
	double scale;
	ExplainedPlan *plan;
} KnownPlan;

/* Which values a plan is made for. */
typedef enum PlanSource
{
	PLAN_FOR_VALUES, /* those that it is executed with: the custom plan */
	PLAN_FOR_OTHERS, /* those of another case, which it does not contain */
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
	/* Its text is wanted, and nothing is measured; executed to have its rows. */
	bool print;
	bool execute;
	ExplainFormat format;
	char *text;
	PlannedStmt *planned; /* as the planner made it */
	Work *work;           /* NULL if the plan was not executed */
	ExplainedPlan *explained;
} JudgeRun;

double
case_verdict_allowed_blocks(double block_budget, const Work *work)
{
	return Max(block_budget + work->blocks_due,
			   CASE_VERDICT_BLOCKS_PER_RETURNED * work->returned_projected);
}

double
case_verdict_row_limit(double budget, const Work *work)
{
	return Max(budget,
			   CASE_VERDICT_ROWS_PER_RETURNED * work->returned_projected);
}

CaseFault
case_verdict_fault(const Judge *judge, const Work *work)
{
	double allowed = Max(judge->budget, CASE_VERDICT_ROWS_PER_RETURNED *
												work->returned_projected +
											work->again_projected);

	if (work->timed_out)
		return CASE_FAULT_TIMED_OUT;
	if (work->returned_projected > judge->most_returned)
		return CASE_FAULT_RETURNED;
	if (work->examined_projected > allowed)
		return CASE_FAULT_EXAMINED;
	return work->blocks_projected >
				   case_verdict_allowed_blocks(judge->block_budget, work)
			   ? CASE_FAULT_BLOCKS
			   : CASE_FAULT_NONE;
}

static char *
case_verdict_timeout_text(const Work *work, double scale)
{
	double today = 0;
	double then = 0;
	ListCell *cell;

	if (work->stopped)
		return psprintf("it had examined %.0f rows when it was ended",
						work->rows_examined);
	foreach(cell, work->facts->relations)
	{
		double rows = relation_rows(lfirst_oid(cell));

		today = Max(today, rows);
		then =
			Max(then, rows * pow(scale, growth_of_relation(lfirst_oid(cell))));
	}
	if (scale == 1 || today == 0)
		return psprintf("it ran longer than perfcheck.statement_timeout "
						"(%d ms)",
						perfcheck_statement_timeout);
	return psprintf("the plan for %.0f rows ran longer than "
					"perfcheck.statement_timeout (%d ms) on today's %.0f",
					then, perfcheck_statement_timeout, today);
}

char *
case_verdict_fault_text(CaseFault fault, const Work *work, double scale)
{
	switch (fault)
	{
		case CASE_FAULT_NONE:
			break;
		case CASE_FAULT_TIMED_OUT:
			return case_verdict_timeout_text(work, scale);
		case CASE_FAULT_BLOCKS:
			return pstrdup(work->blocks_projected > work->blocks * 1.5
							   ? "blocks grow with the table"
							   : "too many blocks touched");
		case CASE_FAULT_RETURNED:
			/* A LIMIT that is too high returns as many rows at any size. */
			return pstrdup(work->returned_projected > work->rows_returned
							   ? "returns all it finds"
							   : "returns too many rows");
		case CASE_FAULT_EXAMINED:
			return pstrdup(work->examined_projected > work->rows_examined * 1.5
							   ? "work grows with the table"
							   : "too many rows examined");
	}
	return NULL;
}

char *
case_verdict_opaque_text(const char *opaque)
{
	return psprintf("the work of a %s cannot be seen from here", opaque);
}

/* ---- inside the sandbox ---- */

static PlannedStmt *
case_verdict_plan(const JudgeRun *run, ParamListInfo params, double scale)
{
	const ContractStatement *statement = run->judge->statement;
	const Case *made_for = run->one;
	PlannedStmt *plan;
	int level;

	switch (run->source)
	{
		case PLAN_FOR_OTHERS:
			/*
			 * The planner uses parameters that are not marked as constants for
			 * its estimates only, and leaves them in the plan.
			 */
			made_for = run->other->one;
			params = case_params(statement, made_for);
			for (int i = 0; i < params->numParams; i++)
				params->params[i].pflags = 0;
			break;
		case PLAN_FOR_ANY:
			params = NULL;
			break;
		case PLAN_FOR_VALUES:
			break;
	}
	level = case_enter_settings(made_for);
	plan = forecast_plan(statement, params, scale);
	guc_scope_leave(level);
	return plan;
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

void
case_verdict_remember(Judge *judge, const Case *one, const Work *work)
{
	KnownWork *known = palloc(sizeof(*known));

	known->one = one;
	known->work = work;
	judge->known = lappend(judge->known, known);
}

/*
 * Has the planner say what it expects today of the custom plan for the values. A
 * generic plan is made for any values, so that nothing is said of these.
 */
static void
case_verdict_expect(const JudgeRun *run, MeasuredPlan *plan,
					ParamListInfo params)
{
	if (run->source == PLAN_FOR_VALUES)
		plan->todays_rows = todays_rows_read(
			run->planned,
			run->scale == 1 ? run->planned : case_verdict_plan(run, params, 1));
}

/*
 * Measures the plan, unless it was measured before with these values. results
 * is the memory context that is current outside the sandbox.
 */
static void
case_verdict_measure(JudgeRun *run, MeasuredPlan *plan, ParamListInfo params,
					 MemoryContext results)
{
	Judge *judge = run->judge;
	const Work *known =
		case_verdict_find_known(judge, run->one, plan->facts->signature);
	MemoryContext scratch;

	if (known == NULL)
	{
		case_verdict_expect(run, plan, params);
		known = measure_work(plan, params,
							 judge->any_scale
								 ? Max(run->scale, CASE_VERDICT_ANY_SCALE)
								 : run->scale,
							 results);
		scratch = MemoryContextSwitchTo(results);
		case_verdict_remember(judge, run->one, known);
		MemoryContextSwitchTo(scratch);
	}
	/* The counts are the same, but the estimates are those of this plan. */
	run->work = MemoryContextAlloc(results, sizeof(Work));
	*run->work = *known;
	measure_take_estimates(run->work, plan->plan);
	if (judge->any_scale)
		measure_project(run->work, run->scale);
}

static ExplainedPlan *
case_verdict_note_plan(const MeasuredPlan *plan, MemoryContext results)
{
	ExplainedPlan *explained = MemoryContextAlloc(results, sizeof(*explained));
	Work estimates;

	measure_take_estimates(&estimates, plan->plan);
	explained->facts = plan->facts;
	explained->cost = estimates.cost;
	explained->planning_cost = estimates.planning_cost;
	return explained;
}

static void
case_verdict_run_inside(void *arg)
{
	JudgeRun *run = arg;
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck case",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	MeasuredPlan *plan;

	MemoryContextSwitchTo(scratch);
	fixed_tables_hold(run->judge->held);
	/* The plan for another case is made for that one's values. */
	growth_take_denser(run->source == PLAN_FOR_OTHERS
						   ? run->other->one->whole_range
						   : run->one->whole_range);
	(void) case_enter_settings(run->one);
	params = case_params(run->judge->statement, run->one);
	run->planned = case_verdict_plan(run, params, run->scale);
	if (run->print)
	{
		char *text = explain_plan(run->planned, run->judge->statement, params,
								  run->format, run->execute);

		run->text = MemoryContextStrdup(results, text);
		MemoryContextSwitchTo(results);
		MemoryContextDelete(scratch);
		return;
	}
	plan =
		measure_prepare(run->planned, run->judge->statement, params, results);
	growth_take_denser(run->one->whole_range);
	plan->deep_offset = run->one->offset_grows;
	plan->unusual = case_is_unusual(run->one);
	plan->most_examined = run->judge->most_examined;
	run->explained = case_verdict_note_plan(plan, results);
	/*
	 * A plan for other values that differs from the one that other was given
	 * contains these values, such as a prefix of LIKE.
	 */
	if (!run->explain_only && (run->source != PLAN_FOR_OTHERS ||
							   strcmp(plan->facts->signature,
									  run->other->work->facts->signature) == 0))
		case_verdict_measure(run, plan, params, results);
	MemoryContextSwitchTo(results);
	MemoryContextDelete(scratch);
}

/* ---- outside the sandbox ---- */

/* Runs a case as its own, and takes back how tables grow for it alone. */
static ErrorData *
case_verdict_run_sandboxed(JudgeRun *run)
{
	ErrorData *volatile error = NULL;

	CHECK_FOR_INTERRUPTS();
	PG_TRY();
	{
		error = sandbox_run(case_verdict_run_inside, run,
							perfcheck_statement_timeout);
	}
	PG_FINALLY();
	{
		growth_take_denser(false);
		fixed_tables_hold(InvalidOid);
	}
	PG_END_TRY();
	if (sandbox_may_rest())
		rest_between_cases();
	return error;
}

static const KnownPlan *
case_verdict_find_plan(const Judge *judge, const Case *one, PlanMode mode,
					   double scale)
{
	ListCell *cell;

	foreach(cell, judge->explained)
	{
		const KnownPlan *known = lfirst(cell);

		if (known->one == one && known->mode == mode && known->scale == scale)
			return known;
	}
	return NULL;
}

/* Returns the context of the judge's plans. */
static MemoryContext
case_verdict_plans(Judge *judge)
{
	if (judge->plans == NULL)
		judge->plans = AllocSetContextCreate(
			CurrentMemoryContext, "perfcheck plans", ALLOCSET_DEFAULT_SIZES);
	return judge->plans;
}

static const KnownPlan *
case_verdict_keep_plan(const JudgeRun *run, PlanMode mode)
{
	Judge *judge = run->judge;
	const KnownPlan *known =
		case_verdict_find_plan(judge, run->one, mode, run->scale);
	MemoryContext old;
	KnownPlan *added;

	if (known != NULL)
		return known;
	old = MemoryContextSwitchTo(case_verdict_plans(judge));
	added = palloc(sizeof(*added));
	added->one = run->one;
	added->mode = mode;
	added->scale = run->scale;
	added->plan = run->explained;
	judge->explained = lappend(judge->explained, added);
	MemoryContextSwitchTo(old);
	return added;
}

static CaseVerdict *
case_verdict_make(const Case *one, PlanMode mode, double scale)
{
	CaseVerdict *verdict = palloc0(sizeof(*verdict));

	verdict->one = one;
	verdict->mode = mode;
	verdict->scale = scale;
	return verdict;
}

static void
case_verdict_decide(CaseVerdict *verdict, const Judge *judge)
{
	CaseFault fault = case_verdict_fault(judge, verdict->work);

	verdict->ok = fault == CASE_FAULT_NONE;
	verdict->blocks_decide = fault == CASE_FAULT_BLOCKS;
	verdict->reason =
		case_verdict_fault_text(fault, verdict->work, verdict->scale);
}

static CaseVerdict *
case_verdict_run(Judge *judge, const Case *one, PlanSource source,
				 const CaseVerdict *other, double scale)
{
	PlanMode mode =
		source == PLAN_FOR_ANY ? PLAN_MODE_GENERIC : PLAN_MODE_CUSTOM;
	CaseVerdict *verdict = case_verdict_make(one, mode, scale);
	JudgeRun run = {.judge = judge,
					.one = one,
					.source = source,
					.other = other,
					.scale = scale};
	ErrorData *error;

	error = case_verdict_run_sandboxed(&run);
	/* An execution that fails has a plan, too. */
	if (source != PLAN_FOR_OTHERS && run.explained != NULL)
		(void) case_verdict_keep_plan(&run, mode);
	if (error != NULL)
	{
		verdict->reason = contract_error_text(error);
		/* Errors of that class tell of the query's text, others of what it meets. */
		verdict->holds_value = ERRCODE_TO_CATEGORY(error->sqlerrcode) !=
							   ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION;
		return verdict;
	}
	verdict->work = run.work;
	if (run.work != NULL)
		case_verdict_decide(verdict, judge);
	return verdict;
}

CaseVerdict *
case_verdict_judge_at(Judge *judge, const Case *one, PlanMode mode,
					  double scale)
{
	Assert(scale == judge->scale || judge->any_scale);
	return case_verdict_run(
		judge, one, mode == PLAN_MODE_GENERIC ? PLAN_FOR_ANY : PLAN_FOR_VALUES,
		NULL, scale);
}

CaseVerdict *
case_verdict_judge(Judge *judge, const Case *one, PlanMode mode)
{
	return case_verdict_judge_at(judge, one, mode, judge->scale);
}

CaseVerdict *
case_verdict_judge_borrowed(Judge *judge, const Case *one,
							const CaseVerdict *other)
{
	CaseVerdict *verdict =
		case_verdict_run(judge, one, PLAN_FOR_OTHERS, other, judge->scale);

	return verdict->work == NULL ? NULL : verdict;
}

CaseVerdict *
case_verdict_project(const Judge *judge, const CaseVerdict *verdict,
					 double scale)
{
	CaseVerdict *projected =
		case_verdict_make(verdict->one, verdict->mode, scale);

	Assert(judge->any_scale && verdict->work != NULL);
	projected->work = palloc(sizeof(Work));
	*projected->work = *verdict->work;
	measure_project(projected->work, scale);
	case_verdict_decide(projected, judge);
	return projected;
}

const ExplainedPlan *
case_verdict_explain(Judge *judge, const Case *one, PlanMode mode, double scale)
{
	const KnownPlan *known = case_verdict_find_plan(judge, one, mode, scale);
	JudgeRun run = {.judge = judge,
					.one = one,
					.source = mode == PLAN_MODE_GENERIC ? PLAN_FOR_ANY
														: PLAN_FOR_VALUES,
					.scale = scale,
					.explain_only = true};
	MemoryContext old;

	if (known != NULL)
		return known->plan;
	old = MemoryContextSwitchTo(case_verdict_plans(judge));
	if (case_verdict_run_sandboxed(&run) != NULL)
		run.explained = NULL;
	MemoryContextSwitchTo(old);
	return case_verdict_keep_plan(&run, mode)->plan;
}

char *
case_verdict_plan_text(Judge *judge, const Case *one, PlanMode mode,
					   ExplainFormat format)
{
	JudgeRun run = {.judge = judge,
					.one = one,
					.source = mode == PLAN_MODE_GENERIC ? PLAN_FOR_ANY
														: PLAN_FOR_VALUES,
					.scale = judge->scale,
					.print = true,
					.execute = true,
					.format = format};
	ErrorData *error = case_verdict_run_sandboxed(&run);

	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
	{
		ereport(NOTICE,
				errmsg("the plan is shown without counts: it ran longer than "
					   "perfcheck.statement_timeout (%d ms)",
					   perfcheck_statement_timeout));
		run.execute = false;
		error = case_verdict_run_sandboxed(&run);
	}
	if (error != NULL)
		ReThrowError(error);
	return run.text;
}

void
case_verdict_forget_plans(Judge *judge)
{
	if (judge->plans != NULL)
		MemoryContextDelete(judge->plans);
	judge->plans = NULL;
	judge->explained = NIL;
}
