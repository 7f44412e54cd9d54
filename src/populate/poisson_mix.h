/*-------------------------------------------------------------------------
 *
 * poisson_mix.h
 *		By which weights children have to be dealt out by chance.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_POISSON_MIX_H
#define PERFCHECK_POPULATE_POISSON_MIX_H

/* What chance adds to more children is of no concern. */
#define POISSON_MOST 64

#define POISSON_MIXED 96

typedef struct PoissonMixture
{
	double weights[POISSON_MIXED];
	double shares[POISSON_MIXED];
} PoissonMixture;

/*
 * Finds the mixture by which these shares of the parents have 0, 1, 2 ... up to
 * POISSON_MOST children.
 */
extern void poisson_mix(PoissonMixture *mixture, const double *shares);

/* Returns the weight of which a share of the parents, from 0 to 1, has less. */
extern double poisson_mix_at(const PoissonMixture *mixture, double share);

#endif /* PERFCHECK_POPULATE_POISSON_MIX_H */
