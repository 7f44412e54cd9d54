/*-------------------------------------------------------------------------
 *
 * agree_weights.c
 *		How likely each parent is, where it is drawn among those that agree.
 *
 * Which rows of the child agree with a parent is not known before they are made, so
 * each row draws its parent by chance.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "shared/splitmix64.h"

#include "populate/agree_weights.h"
#include "populate/key_plan.h"
#include "populate/poisson_mix.h"

float *
agree_weights_make(const KeyPlan *plan)
{
	int64 parents = plan->parent->nheld + plan->parent->rows;
	float *weights = MemoryContextAllocHuge(CurrentMemoryContext,
											Max(parents, 1) * sizeof(float));
	double shares[POISSON_MOST + 1] = {0};
	double before[POISSON_MOST + 1];
	double few = 0;
	double sum = 0;
	PoissonMixture mixture;

	memset(weights, 0, Max(parents, 1) * sizeof(float));
	key_plan_children(plan, weights);
	for (int64 i = 0; i < parents; i++)
		if (weights[i] <= POISSON_MOST)
		{
			shares[(int) weights[i]]++;
			few++;
		}
	for (int n = 0; n <= POISSON_MOST; n++)
	{
		shares[n] /= Max(few, 1);
		before[n] = sum;
		sum += shares[n];
	}
	poisson_mix(&mixture, shares);
	/* Those with more children get a larger weight. */
	for (int64 i = 0; i < parents; i++)
	{
		int n = weights[i] <= POISSON_MOST ? (int) weights[i] : -1;
		double at = (double) (splitmix64_number(plan->random, i) >> 11) /
					(UINT64_C(1) << 53);

		if (n >= 0)
			weights[i] = poisson_mix_at(&mixture, before[n] + shares[n] * at);
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return weights;
}
