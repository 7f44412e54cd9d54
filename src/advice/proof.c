/*-------------------------------------------------------------------------
 *
 * proof.c
 *		Tries a fix on a case: executed, judged, rolled back.
 *
 * One sandbox holds a trial: proof_ddl executes the statements in it, and
 * case_verdict, whose runs are sandboxes within this one, sees the new indexes
 * and statistics. A fix that is given as another query or as planner settings
 * has no statements and takes the same way.
 *
 * A fix that leaves the plan as it was is not executed. The case that failed is
 * judged first, and the others only if it passes, each at all sizes up to the
 * target, since a fix for one of them may not be for all. For prepared statements
 * the others are judged under the generic plan as well: with a cheaper generic
 * plan, plancache.c may now switch to it. The one Judge of a trial remembers what
 * was executed, so that no plan is executed twice for the same values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "advice/proof.h"
#include "advice/proof_ddl.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/plan_facts.h"
#include "verdict/case_verdict.h"
#include "verdict/generic_switch.h"
#include "verdict/size_verdict.h"

typedef struct ProofContext
{
	const ProofRequest *request;
	Judge judge;
	Proof *proof;
} ProofContext;

/* Would the expected method serve the case at a size up to the largest? */
static bool
proof_serves_case(ProofContext *context, const Case *one)
{
	const ProofRequest *request = context->request;
	double scale = 1;

	for (;;)
	{
		const ExplainedPlan *plan =
			case_verdict_explain(&context->judge, one, request->mode, scale);

		if (plan != NULL &&
			plan_facts_index_of_method(plan->facts->indexes,
									   request->expected) != NULL)
			return true;
		if (scale >= request->largest_scale)
			return false;
		scale = Min(scale * 10, request->largest_scale);
	}
}

/*
 * Judges a case, at all sizes if it is one of several. If its query fails, that is
 * the obstacle of the trial.
 */
static const CaseVerdict *
proof_judge_case(ProofContext *context, const Case *one, PlanMode mode)
{
	List *cases = context->request->cases;
	const CaseVerdict *judged =
		cases == NIL ? case_verdict_judge(&context->judge, one, mode)
					 : size_verdict_judge(&context->judge, cases, one, mode);

	if (judged->work == NULL && context->proof->obstacle == NULL)
		context->proof->obstacle =
			psprintf("judging it again failed, %s", judged->reason);
	return judged;
}

/* Judges all cases under one plan mode, and returns how many fail. */
static int
proof_judge_cases(ProofContext *context, PlanMode mode)
{
	int failing = 0;
	ListCell *cell;

	foreach(cell, context->request->cases)
		if (!proof_judge_case(context, lfirst(cell), mode)->ok)
			failing++;
	return failing;
}

/*
 * Does the case get the plan that it had before? Then it does the same work, and
 * the fix is no fix, unless an index was asked for that serves at another size.
 */
static bool
proof_changes_nothing(ProofContext *context)
{
	const ProofRequest *request = context->request;
	const ExplainedPlan *plan;

	if (request->before == NULL || request->expected != NULL)
		return false;
	plan = case_verdict_explain(&context->judge, request->one, request->mode,
								request->at);
	return plan != NULL && strcmp(plan->facts->signature,
								  request->before->facts->signature) == 0;
}

static void
proof_inside(void *arg)
{
	ProofContext *context = arg;
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	const CaseVerdict *judged;
	ListCell *cell;

	if (request->statements != NIL)
		proof->obstacle =
			proof_ddl_execute(request->statements, request->tables);
	if (proof->obstacle != NULL)
		return;
	proof->made = true;
	foreach(cell, request->settings)
		guc_scope_set(lfirst(cell), "off");
	proof->serves = request->expected == NULL;
	if (proof_changes_nothing(context))
	{
		proof->work = palloc(sizeof(Work));
		*proof->work = *request->before;
		return;
	}
	foreach(cell, request->cases)
		proof->serves =
			proof->serves || proof_serves_case(context, lfirst(cell));
	judged = proof_judge_case(context, request->one, request->mode);
	proof->work = judged->work;
	proof->enough = proof->serves && judged->ok;
	if (!proof->enough)
		return;
	proof->others = proof_judge_cases(context, request->mode);
	/* Under the generic plan, if prepared statements would switch to it now. */
	if (request->mode == PLAN_MODE_CUSTOM && !request->custom &&
		generic_switch_happens(&context->judge, request->cases, request->scale))
		proof->others =
			Max(proof->others, proof_judge_cases(context, PLAN_MODE_GENERIC));
}

Proof *
proof_try(const ProofRequest *request)
{
	Proof *proof = palloc0(sizeof(*proof));
	ProofContext context = {
		.request = request,
		.judge = {.statement = request->statement,
				  .scale = request->scale,
				  .budget = request->budget,
				  .block_budget = request->block_budget,
				  .most_returned = request->most_returned,
				  .any_scale = request->scale > 1},
		.proof = proof,
	};
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
	if (request->known != NULL)
		case_verdict_remember(&context.judge, request->one, request->known);
	error = sandbox_run(proof_inside, &context, perfcheck_statement_timeout);
	case_verdict_forget_plans(&context.judge);
	if (error != NULL)
		proof->obstacle = psprintf("%s, %s",
								   proof->made ? "judging it again failed"
											   : "it could not be made",
								   error->message);
	if (proof->obstacle != NULL)
		proof->work = NULL;
	return proof;
}
