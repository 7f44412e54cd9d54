/*-------------------------------------------------------------------------
 *
 * poisson_mix.c
 *		By which weights children have to be dealt out by chance.
 *
 * Chance adds to the differences between parents: of those that should have three
 * children some get one, and some six. So the weights must differ less than the numbers
 * of children. They are the mixture of Poisson distributions that is most likely to give
 * these numbers, found by expectation and maximization.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "populate/poisson_mix.h"

/* The weights that are mixed: 0, and these that grow by a factor. */
#define LEAST_MIXED 0.02
#define LARGEST_MIXED 90.0

#define ROUNDS 200

/* The probability of n children at a mean of this many. */
static double
poisson(double mean, int n)
{
	if (mean == 0)
		return n == 0 ? 1 : 0;
	return exp(n * log(mean) - mean - lgamma(n + 1));
}

void
poisson_mix(PoissonMixture *mixture, const double *shares)
{
	double(*chances)[POISSON_MOST + 1] =
		palloc(POISSON_MIXED * sizeof(*chances));

	for (int k = 0; k < POISSON_MIXED; k++)
	{
		mixture->weights[k] =
			k == 0 ? 0
				   : LEAST_MIXED * pow(LARGEST_MIXED / LEAST_MIXED,
									   (k - 1) / (POISSON_MIXED - 2.0));
		mixture->shares[k] = 1.0 / POISSON_MIXED;
		for (int n = 0; n <= POISSON_MOST; n++)
			chances[k][n] = poisson(mixture->weights[k], n);
	}
	for (int round = 0; round < ROUNDS; round++)
	{
		double next[POISSON_MIXED] = {0};

		for (int n = 0; n <= POISSON_MOST; n++)
		{
			double sum = 0;

			if (shares[n] == 0)
				continue;
			for (int k = 0; k < POISSON_MIXED; k++)
				sum += mixture->shares[k] * chances[k][n];
			for (int k = 0; sum > 0 && k < POISSON_MIXED; k++)
				next[k] += shares[n] * mixture->shares[k] * chances[k][n] / sum;
		}
		memcpy(mixture->shares, next, sizeof(next));
	}
	pfree(chances);
}

double
poisson_mix_at(const PoissonMixture *mixture, double share)
{
	double sum = 0;

	for (int k = 0; k < POISSON_MIXED; k++)
	{
		double next = sum + mixture->shares[k];

		if (share < next || k == POISSON_MIXED - 1)
		{
			double low = k == 0 ? 0 : mixture->weights[k - 1];
			double high = mixture->weights[Min(k + 1, POISSON_MIXED - 1)];
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
