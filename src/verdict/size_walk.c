/*-------------------------------------------------------------------------
 *
 * size_walk.c
 *		Follows the plan of a case through the sizes, as tables grow.
 *
 * The query is planned for sizes that are a step apart, and not executed. Where
 * two neighbours have different plans, bisection on the logarithm of the size
 * narrows down where the first plan ends, and the search goes on from there with
 * the plan that follows, of which there may be several within a step. A caller
 * who need not know where a plan ends is spared the bisection, and plans that
 * are made between two steps alone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "plan/plan_facts.h"
#include "verdict/size_walk.h"

/* Plans that one case is followed through at the most. */
#define SIZE_WALK_MOST 100

static const char *
size_walk_signature(const SizeWalk *walk, double scale)
{
	const ExplainedPlan *plan =
		case_verdict_explain(walk->judge, walk->one, walk->mode, scale);

	return plan == NULL ? "" : plan->facts->signature;
}

/*
 * Narrows down where the plan of low ends. Afterwards that plan is still made at
 * low, and another one at high.
 */
static void
size_walk_narrow(const SizeWalk *walk, const char *signature, double *low,
				 double *high)
{
	while (*high / *low > SIZE_WALK_PRECISION)
	{
		double middle = sqrt(*low * *high);

		if (strcmp(size_walk_signature(walk, middle), signature) == 0)
			*low = middle;
		else
			*high = middle;
	}
}

char *
size_walk(const SizeWalk *walk)
{
	double low = Min(1, walk->largest);
	double start = low;   /* where the plan begins */
	double planned = low; /* a scale at which it is made */
	const char *signature = size_walk_signature(walk, low);
	int changes = 0;

	while (low < walk->largest)
	{
		double next = Min(low * walk->step, walk->largest);
		const char *next_signature = size_walk_signature(walk, next);

		/* There may be a third plan between the two, and a fourth. */
		while (strcmp(next_signature, signature) != 0)
		{
			double high = next;

			/* It would never end where the plan of one size is not one. */
			if (++changes > SIZE_WALK_MOST)
				return psprintf(
					"the plan changes more than %d times as the "
					"tables grow (hint: Declare a function VOLATILE "
					"that returns another value at each call.)",
					SIZE_WALK_MOST);
			if (walk->seeks_end == NULL || walk->seeks_end(walk, planned, next))
				size_walk_narrow(walk, signature, &low, &high);
			else
				low = next;
			walk->found(walk, planned, start, low);
			start = low;
			planned = high;
			low = high;
			signature = size_walk_signature(walk, high);
		}
		low = next;
	}
	walk->found(walk, planned, start, walk->largest);
	return NULL;
}
