/*-------------------------------------------------------------------------
 *
 * size_verdict.c
 *		Judges a case at every size from today's to the target.
 *
 * Planning is cheap, and executing is not. So a case is planned for sizes that
 * are a step apart, and only plans that it is not given at the target size are
 * executed, on today's rows. As work grows with the table, it is enough to
 * project the work of a plan to the largest size at which it is made; and a plan
 * that would still be ok at the next step is ok wherever it ends, so the end is
 * looked for only where it decides.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "verdict/generic_switch.h"
#include "verdict/size_verdict.h"
#include "verdict/size_walk.h"

/* Each size that is looked at is this many times the one before. */
#define SIZE_VERDICT_STEP 2.0

typedef struct SizeVerdictContext
{
	List *cases;
	const CaseVerdict *target;
	const CaseVerdict *worst; /* of the sizes that are not ok; or NULL */
	const CaseVerdict *last;  /* of the last size that was judged, or NULL */
} SizeVerdictContext;

bool
size_verdict_is_worse(const CaseVerdict *a, const CaseVerdict *b)
{
	if (a->ok != b->ok)
		return !a->ok;
	if (!a->ok && a->mode != b->mode)
		return a->mode < b->mode;
	if (a->work == NULL || b->work == NULL)
		return a->work == NULL && b->work != NULL;
	return a->work->examined_projected > b->work->examined_projected;
}

/* Returns the verdict on the plan of a scale, which is asked for twice. */
static const CaseVerdict *
size_verdict_at(const SizeWalk *walk, double scale)
{
	SizeVerdictContext *context = walk->arg;

	if (context->last == NULL || context->last->scale != scale)
		context->last =
			case_verdict_judge_at(walk->judge, walk->one, walk->mode, scale);
	return context->last;
}

/* Is it the plan of the target size, which was found to be ok? */
static bool
size_verdict_is_target_plan(const SizeWalk *walk, double planned)
{
	const SizeVerdictContext *context = walk->arg;
	const ExplainedPlan *plan =
		case_verdict_explain(walk->judge, walk->one, walk->mode, planned);

	return context->target->ok && plan != NULL &&
		   strcmp(plan->facts->signature,
				  context->target->work->facts->signature) == 0;
}

/* Would the server use the plan of this mode at a size? */
static bool
size_verdict_is_used(const SizeWalk *walk, double scale)
{
	const SizeVerdictContext *context = walk->arg;

	return walk->mode == PLAN_MODE_CUSTOM ||
		   generic_switch_happens(walk->judge, context->cases, scale);
}

static bool
size_verdict_seeks_end(const SizeWalk *walk, double planned, double high)
{
	const CaseVerdict *verdict;

	if (size_verdict_is_target_plan(walk, planned))
		return false;
	verdict = size_verdict_at(walk, planned);
	return verdict->work != NULL &&
		   !case_verdict_project(walk->judge, verdict, high)->ok;
}

/*
 * Returns the verdict on a plan, made from low to high, that decides: at today's
 * size if it is not ok there, as anyone can see it then; else at the largest size
 * at which it is used.
 */
static const CaseVerdict *
size_verdict_of_plan(const SizeWalk *walk, double planned, double low,
					 double high)
{
	const CaseVerdict *verdict = size_verdict_at(walk, planned);
	const CaseVerdict *at;

	if (verdict->work == NULL)
		return verdict;
	at = case_verdict_project(walk->judge, verdict, low);
	if (low == 1 && !at->ok && size_verdict_is_used(walk, low))
		return at;
	for (double scale = high;; scale = Max(scale / SIZE_VERDICT_STEP, low))
	{
		at = case_verdict_project(walk->judge, verdict, scale);
		if (at->ok || scale <= low || size_verdict_is_used(walk, scale))
			return at;
	}
}

/* Notes the plan if it is not ok at a size at which it is used. */
static void
size_verdict_found(const SizeWalk *walk, double planned, double low,
				   double high)
{
	SizeVerdictContext *context = walk->arg;
	const CaseVerdict *verdict;

	if (size_verdict_is_target_plan(walk, planned) ||
		(context->worst != NULL && context->worst->scale == 1))
		return;
	verdict = size_verdict_of_plan(walk, planned, low, high);
	if (!verdict->ok && size_verdict_is_used(walk, verdict->scale) &&
		(context->worst == NULL ||
		 size_verdict_is_worse(verdict, context->worst)))
		context->worst = verdict;
}

const CaseVerdict *
size_verdict_worst(Judge *judge, List *cases, const CaseVerdict *target)
{
	SizeVerdictContext context = {.cases = cases, .target = target};
	SizeWalk walk = {
		.judge = judge,
		.one = target->one,
		.mode = target->mode,
		.largest = target->scale,
		.step = SIZE_VERDICT_STEP,
		.found = size_verdict_found,
		.seeks_end = size_verdict_seeks_end,
		.arg = &context,
	};

	if (judge->scale <= 1 ||
		(!target->ok && size_verdict_is_used(&walk, target->scale)))
		return target;
	/* A plan that is never the same was judged at the sizes until then. */
	(void) size_walk(&walk);
	return context.worst == NULL ? target : context.worst;
}

const CaseVerdict *
size_verdict_judge(Judge *judge, List *cases, const Case *one, PlanMode mode)
{
	return size_verdict_worst(judge, cases,
							  case_verdict_judge(judge, one, mode));
}
