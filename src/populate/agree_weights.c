/*-------------------------------------------------------------------------
 *
 * agree_weights.c
 *		How likely each parent is, where it is drawn among those that agree.
 *
 * Which rows of the child agree with a parent is not known before they are made, so
 * each row draws its parent by chance. Chance adds to the differences between the
 * parents: of those that should have three children some get one, and some six. So the
 * differences of the weights must be smaller than those of the children. They are found
 * as the mixture of Poisson distributions that is most likely to give as many children
 * as the spread has, by expectation and maximization.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "shared/splitmix64.h"

#include "populate/agree_weights.h"
#include "populate/key_plan.h"

/* What chance adds to more children is of no concern. */
#define MOST_CHILDREN 64

/* The weights that are mixed: 0, and these that grow by a factor. */
#define MIXED 96
#define LEAST_MIXED 0.02
#define LARGEST_MIXED 90.0

#define ROUNDS 200

typedef struct Mixture
{
	double weights[MIXED];
	double shares[MIXED];
} Mixture;

/* The probability of n children at a mean of this many. */
static double
poisson(double mean, int n)
{
	if (mean == 0)
		return n == 0 ? 1 : 0;
	return exp(n * log(mean) - mean - lgamma(n + 1));
}

/* Finds the mixture by which these shares of the parents have 0, 1, 2 ... children. */
static void
mix(Mixture *mixture, const double *shares)
{
	double(*chances)[MOST_CHILDREN + 1] = palloc(MIXED * sizeof(*chances));

	for (int k = 0; k < MIXED; k++)
	{
		mixture->weights[k] =
			k == 0 ? 0
				   : LEAST_MIXED * pow(LARGEST_MIXED / LEAST_MIXED,
									   (k - 1) / (MIXED - 2.0));
		mixture->shares[k] = 1.0 / MIXED;
		for (int n = 0; n <= MOST_CHILDREN; n++)
			chances[k][n] = poisson(mixture->weights[k], n);
	}
	for (int round = 0; round < ROUNDS; round++)
	{
		double next[MIXED] = {0};

		for (int n = 0; n <= MOST_CHILDREN; n++)
		{
			double sum = 0;

			if (shares[n] == 0)
				continue;
			for (int k = 0; k < MIXED; k++)
				sum += mixture->shares[k] * chances[k][n];
			for (int k = 0; sum > 0 && k < MIXED; k++)
				next[k] += shares[n] * mixture->shares[k] * chances[k][n] / sum;
		}
		memcpy(mixture->shares, next, sizeof(next));
	}
	pfree(chances);
}

/* The weight of which this share of the parents has less. */
static double
weight_at(const Mixture *mixture, double share)
{
	double sum = 0;

	for (int k = 0; k < MIXED; k++)
	{
		double next = sum + mixture->shares[k];

		if (share < next || k == MIXED - 1)
		{
			double low = k == 0 ? 0 : mixture->weights[k - 1];
			double high = mixture->weights[Min(k + 1, MIXED - 1)];
			double part =
				mixture->shares[k] > 0
					? Min(Max((share - sum) / mixture->shares[k], 0), 1)
					: 0.5;

			/* Neighbors of the mixture stand for what lies between. */
			return k == 0 ? 0
						  : (mixture->weights[k] + low) / 2 * (1 - part) +
								(mixture->weights[k] + high) / 2 * part;
		}
		sum = next;
	}
	return 0;
}

float *
agree_weights_make(const KeyPlan *plan)
{
	int64 parents = plan->parent->nheld + plan->parent->rows;
	float *weights =
		MemoryContextAllocHuge(CurrentMemoryContext,
							   Max(parents, 1) * sizeof(float));
	double shares[MOST_CHILDREN + 1] = {0};
	double before[MOST_CHILDREN + 1];
	double few = 0;
	double sum = 0;
	Mixture mixture;

	memset(weights, 0, Max(parents, 1) * sizeof(float));
	key_plan_children(plan, weights);
	for (int64 i = 0; i < parents; i++)
		if (weights[i] <= MOST_CHILDREN)
		{
			shares[(int) weights[i]]++;
			few++;
		}
	for (int n = 0; n <= MOST_CHILDREN; n++)
	{
		shares[n] /= Max(few, 1);
		before[n] = sum;
		sum += shares[n];
	}
	mix(&mixture, shares);
	/* Those with more children get a larger weight. */
	for (int64 i = 0; i < parents; i++)
	{
		int n = weights[i] <= MOST_CHILDREN ? (int) weights[i] : -1;
		double at =
			(double) (splitmix64_number(plan->random, i) >> 11) / (UINT64_C(1) << 53);

		if (n >= 0)
			weights[i] = weight_at(&mixture, before[n] + shares[n] * at);
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return weights;
}
