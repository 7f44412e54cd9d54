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
 * was executed, so that no plan is executed twice for the same values; what was
 * measured without the fix is remembered from the start.
 *
 * A plan that is no better is often much worse, and would take most of the time of
 * a search. So an execution ends when it has examined so many rows that the fix
 * cannot be one: more than are allowed, and either more than without the fix at the
 * target size, or many times as many as that takes today.
 *
 * What each case does is compared with what it does without the fix
 * (proof_harm.h). A case without a row whose values another query cannot take, as
 * a text that is no uuid, tells nothing of that query, and is left out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "portability/instr_time.h"

#include "advice/proof.h"
#include "advice/proof_ddl.h"
#include "advice/proof_harm.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/plan_facts.h"
#include "verdict/case_verdict.h"
#include "verdict/generic_switch.h"
#include "verdict/size_verdict.h"

/* Whoever examines this much more than he returns cannot be bettered by much. */
#define PROOF_FLOOR_TIMES 2.0
#define PROOF_FLOOR_ROWS 20.0

/* Whoever examines this many times as many rows as without the fix is stopped. */
#define PROOF_MUCH_TIMES 10.0

/* And fewer rows than these are executed in no time. */
#define PROOF_FEW_ROWS 1000.0

/* A value that less than one row in so many has is none of the common ones. */
#define PROOF_SPARSE_TIMES 10.0

typedef struct ProofContext
{
	const ProofRequest *request;
	Judge judge;
	Proof *proof;
} ProofContext;

static Judge
proof_judge(const ProofRequest *request, const ContractStatement *statement)
{
	return (Judge){.statement = statement,
				   .scale = request->scale,
				   .budget = request->budget,
				   .block_budget = request->block_budget,
				   .most_returned = request->most_returned,
				   .any_scale = request->scale > 1};
}

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
 * Sets how many rows an execution for a case may examine. What is examined
 * today is no more than at the target size. times is how many times as many as
 * without the fix are of interest there.
 */
static void
proof_limit(ProofContext *context, const Work *today, double times)
{
	double few = Max(context->request->budget, PROOF_FEW_ROWS);

	context->judge.most_examined =
		today == NULL ? 0
					  : Min(PROOF_MUCH_TIMES * Max(today->rows_examined, few),
							Max(times * today->examined_projected, few));
}

/* Likewise for a case that may be made worse: see proof_harm.h. */
static void
proof_limit_harm(ProofContext *context, const Case *one)
{
	const CaseVerdict *before =
		proof_harm_before(context->request->verdicts, one);

	proof_limit(context, before == NULL ? NULL : before->work,
				PROOF_HARM_TIMES);
}

/*
 * Judges a case, at all sizes if it is one of several. Returns NULL if it tells
 * nothing of a rewritten query. If its query fails, that is the obstacle of the
 * trial.
 */
static const CaseVerdict *
proof_judge_case(ProofContext *context, const Case *one, PlanMode mode)
{
	List *cases = context->request->cases;
	const CaseVerdict *judged =
		cases == NIL ? case_verdict_judge(&context->judge, one, mode)
					 : size_verdict_judge(&context->judge, cases, one, mode);

	if (judged->work != NULL)
		return judged;
	if (context->request->rewritten && case_is_unusual(one))
		return NULL;
	if (context->proof->obstacle == NULL)
		context->proof->obstacle =
			psprintf("judging it again failed, %s", judged->reason);
	return judged;
}

/* Takes in what a case does with the fix. */
static void
proof_note_case(Proof *proof, const CaseVerdict *judged)
{
	const Work *work = judged->work;

	if (work == NULL)
		return;
	proof->verdicts =
		lappend(proof->verdicts, unconstify(CaseVerdict *, judged));
	proof->worst = Max(proof->worst, work->examined_projected);
	proof->sum += work->examined_projected;
	proof->floor =
		proof->floor &&
		work->examined_projected <=
			PROOF_FLOOR_TIMES * work->returned_projected + PROOF_FLOOR_ROWS;
}

/* Does a case pass many more rows than it returns? */
static bool
proof_is_sparse(const CaseVerdict *judged)
{
	const Work *work = judged->work;

	return work != NULL &&
		   work->examined_projected >
			   PROOF_SPARSE_TIMES * Max(work->returned_projected, 1);
}

/* Judges all cases under one plan mode, and returns how many fail. */
static int
proof_judge_cases(ProofContext *context, PlanMode mode)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	int failing = 0;
	ListCell *cell;

	foreach(cell, request->cases)
	{
		const Case *one = lfirst(cell);
		const CaseVerdict *judged;
		double keyed;

		proof_limit_harm(context, one);
		judged = proof_judge_case(context, one, mode);
		if (judged == NULL)
			continue;
		keyed = proof_harm_unmatched(
			&context->judge, judged,
			request->walks || (request->sparse && proof_is_sparse(judged)));
		proof->keyed = Max(proof->keyed, keyed);
		proof->unmatched =
			Max(proof->unmatched,
				proof_harm_unmatched(&context->judge, judged, true));
		if (!judged->ok || keyed > 0)
			failing++;
		proof_note_case(proof, judged);
		/* A smaller size may decide on it; at the target it is planned already. */
		if (judged->scale != request->scale)
			judged = case_verdict_judge(&context->judge, one, mode);
		if (proof->hurts == NULL && !(request->upkeep && judged->ok))
			proof->hurts =
				proof_harm_find(&context->judge, request->verdicts, judged);
	}
	return failing;
}

/* Compares the cases that no fix can help, under their custom plans. */
static void
proof_compare_others(ProofContext *context)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	ListCell *cell;

	foreach(cell, request->verdicts)
	{
		const CaseVerdict *before = lfirst(cell);

		if (proof->hurts != NULL || before->work == NULL ||
			before->work->timed_out ||
			list_member_ptr(request->cases, before->one))
			continue;
		proof_limit_harm(context, before->one);
		proof->hurts = proof_harm_find(
			&context->judge, request->verdicts,
			case_verdict_judge(&context->judge, before->one, PLAN_MODE_CUSTOM));
	}
}

/*
 * Returns what the query itself does, to be compared with another query under its
 * generic plan: under its own generic plan if some five executions make prepared
 * statements go over to that as well.
 */
static List *
proof_before_generic(const ProofContext *context, Judge *original)
{
	const ProofRequest *request = context->request;
	List *before = NIL;
	ListCell *cell;

	if (generic_switch_cause(original, request->cases) == NULL)
		return request->verdicts;
	foreach(cell, request->cases)
	{
		const CaseVerdict *judged =
			case_verdict_judge(original, lfirst(cell), PLAN_MODE_GENERIC);

		before = lappend(before, unconstify(CaseVerdict *, judged));
	}
	return before;
}

/*
 * Compares what another query does under its generic plan, if prepared statements
 * go over to that after some five executions, though not after the usual ones.
 */
static void
proof_compare_generic(ProofContext *context)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;
	Judge original;
	List *before;
	ListCell *cell;

	if (!request->rewritten || proof->hurts != NULL ||
		generic_switch_cause(&context->judge, request->cases) == NULL)
		return;
	original = proof_judge(request, request->original);
	before = proof_before_generic(context, &original);
	foreach(cell, request->cases)
	{
		const Case *one = lfirst(cell);

		if (proof->hurts == NULL)
			proof->hurts = proof_harm_find(
				&context->judge, before,
				case_verdict_judge(&context->judge, one, PLAN_MODE_GENERIC));
	}
	case_verdict_forget_plans(&original);
}

/* Judges all cases, as the server would plan them. */
static void
proof_judge_all(ProofContext *context)
{
	const ProofRequest *request = context->request;
	Proof *proof = context->proof;

	proof->judged = true;
	proof->floor = true;
	proof->failing = proof_judge_cases(context, request->mode);
	/* Under the generic plan, if prepared statements would switch to it now. */
	if (request->mode == PLAN_MODE_CUSTOM && !request->custom)
	{
		if (generic_switch_happens(&context->judge, request->cases,
								   request->scale))
		{
			int generic = proof_judge_cases(context, PLAN_MODE_GENERIC);

			proof->failing = Max(proof->failing, generic);
		}
		else
			proof_compare_generic(context);
	}
	proof_compare_others(context);
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

/* Lets plans that are the same with the fix be judged by what was measured. */
static void
proof_remember(ProofContext *context)
{
	const ProofRequest *request = context->request;
	ListCell *cell;

	if (request->rewritten)
		return;
	if (request->before != NULL && request->before->timed_out)
		case_verdict_remember(&context->judge, request->one, request->before);
	foreach(cell, request->statements)
		if (pg_strncasecmp(lfirst(cell), "ANALYZE", strlen("ANALYZE")) == 0)
			return;
	foreach(cell, request->verdicts)
	{
		const CaseVerdict *before = lfirst(cell);

		if (before->work != NULL)
			case_verdict_remember(&context->judge, before->one, before->work);
	}
}

/* Returns the size of the tables' indexes, those of partitions included. */
static double
proof_index_bytes(List *tables)
{
	double blocks = 0;
	ListCell *cell;

	foreach(cell, tables)
		blocks += relation_index_blocks(lfirst_oid(cell));
	return blocks * BLCKSZ;
}

/*
 * Returns the verdict on the case that failed; of a rewritten query that does not
 * take its values, that on another case.
 */
static const CaseVerdict *
proof_judge_first(ProofContext *context)
{
	const ProofRequest *request = context->request;
	const CaseVerdict *judged;
	ListCell *cell;

	proof_limit(context, request->today, 1);
	judged = proof_judge_case(context, request->one, request->mode);
	foreach(cell, request->cases)
		if (judged == NULL)
		{
			proof_limit_harm(context, lfirst(cell));
			judged = proof_judge_case(context, lfirst(cell), request->mode);
		}
	return judged;
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
	{
		instr_time start;
		instr_time took;

		proof->bytes = -proof_index_bytes(request->tables);
		INSTR_TIME_SET_CURRENT(start);
		proof->obstacle =
			proof_ddl_execute(request->statements, request->tables);
		INSTR_TIME_SET_CURRENT(took);
		INSTR_TIME_SUBTRACT(took, start);
		proof->ms = INSTR_TIME_GET_MILLISEC(took);
		proof->bytes += proof_index_bytes(request->tables);
	}
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
	proof_remember(context);
	foreach(cell, request->cases)
		proof->serves =
			proof->serves || proof_serves_case(context, lfirst(cell));
	judged = proof_judge_first(context);
	/* What was not executed to its end is no fix, whatever it had done. */
	if (judged == NULL || (judged->work != NULL && judged->work->timed_out))
		return;
	proof->work = judged->work;
	proof->enough = proof->serves && judged->ok;
	if (request->cases != NIL && (proof->enough || request->whole))
		proof_judge_all(context);
}

Proof *
proof_try(const ProofRequest *request)
{
	Proof *proof = palloc0(sizeof(*proof));
	ProofContext context = {
		.request = request,
		.judge = proof_judge(request, request->statement),
		.proof = proof,
	};
	ErrorData *error;

	CHECK_FOR_INTERRUPTS();
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
