/*-------------------------------------------------------------------------
 *
 * region.c
 *		What one Limit stops, and how counts grow in it.
 *
 * projection.c tells the rules and what their letters stand for.
 *
 *-------------------------------------------------------------------------
 */
#include "work/region.h"

#include <math.h>
#include <stddef.h>

/* What exceeds the even spread this many times has a prefix before it. */
#define REGION_PREFIX 5.0

/* A first match so late that it is less likely than this is no even spread. */
#define REGION_CHANCE 0.01

/* Fewer matches tell neither how they are spread, nor whether they grow. */
#define REGION_FEW 3.0

/*
 * Ran out: M matches came from a rows, fewer than the k that the Limit asks for.
 * A larger table has more matches, so the Limit is reached before its end if
 * they are spread evenly, which the first match tells: it came after first rows.
 */
static double
region_ran_out(const Region *region, double a, double M, double first,
			   double growth, double apart)
{
	double all = a * growth;
	double until = M > 0 ? region->wanted_then * a / M * apart : all;

	if (M <= 0 || until >= all)
		return all;
	/* Nothing was removed: each row is one that the Limit asks for. */
	if (a <= M)
		return until;
	if (M * region->loops < REGION_FEW)
		return all;
	/*
	 * If each of M matches is at any of a rows with the same probability, none
	 * is among the first x rows with a probability of (1 - x / a)^M.
	 */
	if (pow(1 - fmin(first / a, 1), M) >= REGION_CHANCE)
		return until;
	return all;
}

/*
 * Stopped early: a rows were examined for k matches, and b rows for m. The
 * matches after the first k are r rows apart. If a is far more than k of these
 * distances, the rest of it is a prefix without matches, which grows with the
 * table.
 */
static double
region_stopped(const Region *region, double a, double b, double first,
			   double growth, double apart)
{
	double k = region->wanted;
	double m = region->more_matches;
	double further = apart * region->wanted_then / k;
	double needed;
	double r;

	/* The limit of a subquery is not raised, so that only a is known. */
	if (region->more_loops <= 0)
		return a > REGION_PREFIX * k ? a * growth : a * further;
	/* k matches are all there are, as on the last page. */
	if (m <= k)
		return region_ran_out(region, fmax(a, b), k, first, growth, apart);
	r = b > a ? (b - a) / (m - k) : 0;
	needed = k * r + region->batch;
	if (a - region->batch > REGION_PREFIX * k * r &&
		a - region->batch > REGION_PREFIX * k)
		return (a - needed) * growth + needed * further;
	return a * further;
}

double
region_count(const Region *region, double today, double more, double first,
			 double growth)
{
	double a;
	double b;
	double apart;
	double then;

	if (!region->limited || region->loops <= 0 || today <= 0)
		return today * growth * region->calls;
	growth = fmax(growth, 1);
	apart = fmax(growth / region->rows, 1);
	a = today / region->loops;
	b = region->more_loops > 0 ? more / region->more_loops : a;
	if (first <= 0)
		first = region->first * a;
	if (region->matches < region->wanted)
		then = region_ran_out(region, a, region->matches, first, growth, apart);
	else
		then = region_stopped(region, a, b, first, growth, apart);
	return then * region->loops * region->calls;
}

double
region_examined(const WorkRuns *at, const Region *region, double loops,
				double scale)
{
	const WorkNode *node = at->run;
	double more = at->more == NULL ? 0 : at->more->examined;
	double growth = loops * node->growth.read;
	double all =
		region_count(region, node->examined, more, node->first, growth);
	double hot = node->examined * node->hot;
	double hot_growth = pow(scale, node->hot_read);
	double rest;

	if (hot <= 0)
		return all;
	if (region->limited && node->hot_rows > 0)
		hot_growth =
			fmin(hot_growth,
				 fmax(region->wanted_then *
						  fmin(region->loops, node->hot_loops) / node->hot_rows,
					  1));
	if (at->more != NULL)
		more -= more * at->more->hot;
	rest = region_count(region, node->examined - hot, more, 0, growth);
	return fmax(all, rest + hot * hot_growth);
}

double
region_loops(const WorkRuns *at, const Region *region, double loops)
{
	double more = at->more == NULL ? 0 : at->more->loops;

	if (at->run->loops <= 0)
		return loops * region->calls;
	return region_count(region, at->run->loops, more, 0, loops) /
		   at->run->loops;
}
