/*-------------------------------------------------------------------------
 *
 * proof.c
 *		Whether a proposed statement mends a case: made, judged, rolled back.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "advice/proof.h"
#include "advice/proof_ddl.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/forecast.h"
#include "verdict/case_verdict.h"
#include "verdict/generic_switch.h"

typedef struct ProofContext
{
	const ProofRequest *request;
	Proof *proof;
	bool made; /* an error after this is the query's, not the statements' */
} ProofContext;

/* ---- the judgement ---- */

static bool
proof_method_is_in(const PlanFacts *facts, const char *method)
{
	ListCell *cell;

	foreach(cell, facts->methods)
		if (strcmp(lfirst(cell), method) == 0)
			return true;
	return false;
}

/* Whether the expected method serves a case at a size up to the largest. */
static bool
proof_serves_case(const ProofRequest *request, const Case *one)
{
	ParamListInfo params = case_params(request->statement, one);
	double scale = 1;

	for (;;)
	{
		PlannedStmt *plan = forecast_plan(
			request->statement, request->generic ? NULL : params, scale);

		CHECK_FOR_INTERRUPTS();
		if (proof_method_is_in(
				measure_explain(plan, request->statement, params),
				request->expected))
			return true;
		if (scale >= request->largest_scale)
			return false;
		scale = Min(scale * 10, request->largest_scale);
	}
}

static bool
proof_serves(const ProofRequest *request)
{
	ListCell *cell;

	if (request->expected == NULL)
		return true;
	foreach(cell, request->cases)
		if (proof_serves_case(request, lfirst(cell)))
			return true;
	return false;
}

static Work *
proof_measure(const ProofRequest *request, const Case *one, bool generic)
{
	MemoryContext results = CurrentMemoryContext;
	MemoryContext scratch = AllocSetContextCreate(results, "perfcheck proof",
												  ALLOCSET_DEFAULT_SIZES);
	ParamListInfo params;
	PlannedStmt *plan;
	Work *work;

	CHECK_FOR_INTERRUPTS();
	MemoryContextSwitchTo(scratch);
	params = case_params(request->statement, one);
	plan = forecast_plan(request->statement, generic ? NULL : params,
						 request->scale);
	MemoryContextSwitchTo(results);
	work = measure_measure(plan, request->statement, params, request->scale);
	MemoryContextDelete(scratch);
	return work;
}

static bool
proof_is_enough(const ProofRequest *request, const Work *work)
{
	Judge judge = {.budget = request->budget};

	return work->examined_projected <= case_verdict_allowed(&judge, work);
}

/* CaseVerdicts of the cases under one plan mode, as far as work goes. */
static List *
proof_cases(const ProofRequest *request, bool generic)
{
	List *judged = NIL;
	ListCell *cell;

	foreach(cell, request->cases)
	{
		CaseVerdict *one = palloc0(sizeof(*one));

		one->one = lfirst(cell);
		one->work = proof_measure(request, one->one, generic);
		one->ok = proof_is_enough(request, one->work);
		judged = lappend(judged, one);
	}
	return judged;
}

static int
proof_failing(List *judged)
{
	int failing = 0;
	ListCell *cell;

	foreach(cell, judged)
		if (!((CaseVerdict *) lfirst(cell))->ok)
			failing++;
	return failing;
}

/*
 * The cases that do too much work with the statements made, under the generic
 * plan as well where prepared statements would turn to it then.
 */
static int
proof_others(const ProofRequest *request)
{
	List *judged = proof_cases(request, request->generic);
	List *generic;
	int failing = proof_failing(judged);

	if (request->generic || request->custom || request->statement->nparams == 0)
		return failing;
	generic = proof_cases(request, true);
	return generic_switch_turn_generic(judged, generic)
			   ? Max(failing, proof_failing(generic))
			   : failing;
}

static void
proof_judge(ProofContext *context)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	ListCell *cell;

	foreach(cell, request->settings)
		guc_scope_set(lfirst(cell), "off");
	proof->serves = proof_serves(request);
	proof->work = proof_measure(request, request->one, request->generic);
	proof->enough = proof->serves && proof_is_enough(request, proof->work);
	if (proof->enough)
		proof->others = proof_others(request);
}

static void
proof_inside(void *arg)
{
	ProofContext *context = arg;

	if (context->request->statements != NIL)
	{
		context->proof->obstacle = proof_ddl_execute(
			context->request->statements, context->request->tables);
		if (context->proof->obstacle != NULL)
			return;
	}
	context->made = true;
	proof_judge(context);
}

Proof *
proof_try(const ProofRequest *request)
{
	Proof *proof = palloc0(sizeof(*proof));
	ProofContext context = {.request = request, .proof = proof};
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	error = sandbox_run(proof_inside, &context, perfcheck_statement_timeout);
	if (error != NULL)
	{
		proof->work = NULL;
		proof->made = context.made;
		proof->obstacle = psprintf("%s, %s",
								   context.made ? "judging it again failed"
												: "it could not be made",
								   error->message);
	}
	return proof;
}
