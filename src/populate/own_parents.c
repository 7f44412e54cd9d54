/*-------------------------------------------------------------------------
 *
 * own_parents.c
 *		Which row before it a row of the same table refers to.
 *
 * There are two kinds of such tables. Answers refer to what was written before them,
 * mostly of late: the parent stands at a share of the way to the row, which is a power of
 * a random number. The exponent makes the correlation come out. Trees such as that of
 * categories refer to few rows, which the statistics show, and which stand before most
 * others: parents are drawn from these, and the first rows have none.
 *
 * How many children a row has is left to chance, by weights that are a function of the
 * row. So nothing need be kept.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "shared/splitmix64.h"

#include "populate/own_parents.h"
#include "populate/poisson_mix.h"

/* Where nothing tells how near parents are, later ones are likelier. */
#define OWN_USUAL 2.0
#define OWN_LEAST 0.05
#define OWN_LARGEST 1e6

/* Keys that follow the rows less do not tell how near parents are. */
#define OWN_ORDERED 0.5
#define OWN_NEAR 0.3

/* If no row beyond this part of the table has children, it is a tree. */
#define OWN_TREE 0.5

/* Common values that have so much of the rows are all parents. */
#define OWN_ALL 0.8

/* A common value of less may be one by chance. */
#define OWN_COMMON 0.002

#define OWN_DRAWS 24

/* So many rows of a thread are looked at to find a parent. */
#define OWN_LOOK 24

#define OWN_WEIGHT_MOST 8.0
#define OWN_STEPS 64

struct OwnParents
{
	double power; /* of a random number: 0 if parents are drawn */
	int nparents; /* rows between which the parents lie, in order */
	int64 *parents;
	int ncommon;
	double *common_until; /* sums of their shares */
	int64 *common;
	bool all_common;
	bool weighted;
	double shrink;
	double mean;
	double most;
	PoissonMixture mixture;
};

/* ---- how near ---- */

/* The share of the parents before a place, if places are powers of random numbers. */
static double
place_share(double place, double exponent)
{
	if (fabs(exponent - 1) < 1e-6)
		exponent += 1e-5;
	return place + (pow(place, exponent) - place) / (1 - exponent);
}

static double
place_correlation(double exponent)
{
	double sum = 0;

	for (int i = 0; i < OWN_STEPS; i++)
		for (int k = 0; k < OWN_STEPS; k++)
		{
			double at = (i + 0.5) / OWN_STEPS;
			double part = pow((k + 0.5) / OWN_STEPS, 1 / exponent);

			sum += at * place_share(at * part, exponent);
		}
	return 12 * sum / (OWN_STEPS * OWN_STEPS) - 3;
}

static double
exponent_for(double correlation)
{
	double low = log(OWN_LEAST);
	double high = log(OWN_LARGEST);

	for (int i = 0; i < 30; i++)
	{
		double middle = (low + high) / 2;

		if (place_correlation(exp(middle)) < correlation)
			low = middle;
		else
			high = middle;
	}
	return exp(high);
}

/* How much the children differ since the first rows have had more time for them. */
static double
place_variance(double exponent)
{
	double sum = 0;

	for (int i = 0; i < OWN_STEPS * 4; i++)
	{
		double width = 1.0 / (OWN_STEPS * 4);
		double density = (place_share((i + 1) * width, exponent) -
						  place_share(i * width, exponent)) /
						 width;

		sum += (density - 1) * (density - 1) * width;
	}
	return sum;
}

/* ---- weights ---- */

/* parents: of which those with children are a part. */
static void
plan_weights(OwnParents *own, const KeyStatistics *statistics, double parents,
			 double variance)
{
	double shares[POISSON_MOST + 1] = {0};
	double with;
	double squares = 0;

	if (statistics == NULL || statistics->nfan_out < 2 ||
		statistics->parents <= 0)
		return;
	with = Min(statistics->with_children / Max(parents, 1), 1);
	shares[0] = 1 - with;
	for (int i = 0; i + 1 < statistics->nfan_out; i++)
	{
		double middle =
			(statistics->fan_out[i] + statistics->fan_out[i + 1]) / 2;

		shares[(int) Min(rint(middle), POISSON_MOST)] +=
			with / (statistics->nfan_out - 1);
	}
	poisson_mix(&own->mixture, shares);
	for (int i = 0; i < 1000; i++)
	{
		double weight = poisson_mix_at(&own->mixture, (i + 0.5) / 1000);

		own->mean += weight / 1000;
		squares += weight * weight / 1000;
	}
	if (own->mean <= 0)
		return;
	squares = squares / (own->mean * own->mean) - 1;
	own->shrink = squares > variance ? sqrt(1 - variance / squares) : 0;
	own->most =
		Min(poisson_mix_at(&own->mixture, 0.999) / own->mean, OWN_WEIGHT_MOST);
	own->most = 1 + (own->most - 1) * own->shrink;
	own->weighted = own->most > 1;
}

static double
chance(uint64 random)
{
	return (double) (splitmix64_mix(random) >> 11) / (UINT64CONST(1) << 53);
}

/* How likely a row is to be a parent, next to the likeliest. */
static double
weight_of(const KeyPlan *plan, int64 row)
{
	const OwnParents *own = plan->own;
	double weight;

	if (!own->weighted)
		return 1;
	weight = poisson_mix_at(&own->mixture,
							chance(splitmix64_number(plan->random, row))) /
			 own->mean;
	return (1 + (weight - 1) * own->shrink) / own->most;
}

/* ---- planning ---- */

static int
compare_rows(const void *one, const void *other)
{
	int64 a = *(const int64 *) one;
	int64 b = *(const int64 *) other;

	return a < b ? -1 : a > b;
}

static void
plan_common(OwnParents *own, const ColumnStatistics *column,
			const int64 *wanted)
{
	double sum = 0;
	double held = 1 - column->null_frac;

	own->common = palloc(Max(column->ncommon, 1) * sizeof(int64));
	own->common_until = palloc(Max(column->ncommon, 1) * sizeof(double));
	for (int i = 0; i < column->ncommon; i++)
		sum += wanted[i] >= 0 ? column->freqs[i] : 0;
	own->all_common = held > 0 && sum >= OWN_ALL * held;
	sum = 0;
	for (int i = 0; i < column->ncommon; i++)
	{
		if (wanted[i] < 0 ||
			(!own->all_common && column->freqs[i] < OWN_COMMON))
			continue;
		sum += column->freqs[i] / held;
		own->common[own->ncommon] = wanted[i];
		own->common_until[own->ncommon++] = sum;
	}
	/* What rounding left over */
	for (int i = 0; own->all_common && i < own->ncommon; i++)
		own->common_until[i] /= sum;
}

static void
plan_parents(OwnParents *own, const ColumnStatistics *column,
			 const int64 *bounds)
{
	own->parents = palloc(Max(column->nbounds, 1) * sizeof(int64));
	for (int i = 0; i < column->nbounds; i++)
		if (bounds[i] >= 0)
			own->parents[own->nparents++] = bounds[i];
	qsort(own->parents, own->nparents, sizeof(int64), compare_rows);
}

void
own_parents_plan(KeyPlan *plan, const KeyStatistics *statistics,
				 const ColumnStatistics *column, const int64 *wanted,
				 const int64 *bounds, double own_order)
{
	OwnParents *own = palloc0(sizeof(OwnParents));
	double rows = plan->parent->nheld + plan->parent->rows;
	int64 last = -1;
	double exponent = OWN_USUAL;
	bool ordered = fabs(own_order) >= OWN_ORDERED;

	plan_common(own, column, wanted);
	plan_parents(own, column, bounds);
	for (int i = 0; i < own->ncommon; i++)
		last = Max(last, own->common[i]);
	if (own->nparents > 0)
		last = Max(last, own->parents[own->nparents - 1]);
	plan->own = own;
	/* The first rows are the roots of a tree. */
	if (last >= 0 && last < rows * OWN_TREE && plan->parent->nheld == 0)
		plan->roots =
			(int64) Min(floor(column->null_frac * rows + 0.5), last + 1);
	if (own->all_common)
		return;
	if (own->nparents > 1 && ordered &&
		(last < rows * OWN_TREE || column->correlation < OWN_NEAR))
	{
		plan_weights(own, statistics, own->parents[own->nparents - 1] + 1, 0);
		return;
	}
	if (ordered)
		exponent = exponent_for(column->correlation);
	own->power = 1 / exponent;
	plan_weights(own, statistics, statistics == NULL ? 0 : statistics->parents,
				 place_variance(exponent));
}

/* ---- rows ---- */

bool
own_parents_are_common(const OwnParents *own)
{
	return own->all_common;
}

int64
own_parents_near(const KeyPlan *plan, int64 row, uint64 random)
{
	double power = plan->own == NULL || plan->own->power == 0
					   ? 1 / OWN_USUAL
					   : plan->own->power;

	return (int64) ((double) (plan->parent->nheld + row) *
					pow(chance(random), power));
}

/* A row between two neighbors of those that are known to be parents */
static int64
draw_parent(const OwnParents *own, double at)
{
	double place = at * (own->nparents - 1);
	int low = Min((int) place, own->nparents - 2);

	return own->parents[low] +
		   (int64) (rint((place - low) *
						 (own->parents[low + 1] - own->parents[low])));
}

/* A common parent, by its share; -1 for the others. */
static int64
draw_common(const OwnParents *own, double at)
{
	for (int i = 0; i < own->ncommon; i++)
		if (at < own->common_until[i])
			return own->common[i];
	return -1;
}

int64
own_parents_find(const KeyPlan *plan, int64 row, int attempt)
{
	const OwnParents *own = plan->own;
	int64 at = plan->parent->nheld + row;
	int64 parent = -1;

	for (int i = 0; i < OWN_DRAWS; i++)
	{
		uint64 random = splitmix64_number(
			splitmix64_number(plan->random + attempt, row), i);
		int64 drawn = draw_common(own, chance(random));

		if (drawn < 0 && own->all_common)
			break;
		if (drawn < 0 && own->power > 0)
			drawn = own_parents_near(plan, row, random + 1);
		else if (drawn < 0)
			drawn = own->nparents > 1 ? draw_parent(own, chance(random + 1))
									  : own_parents_near(plan, row, random + 1);
		else if (drawn < at)
			return drawn;
		if (drawn >= at)
			continue;
		parent = drawn;
		if (chance(random + 2) < weight_of(plan, drawn))
			break;
	}
	return parent;
}

/*
 * In a tree, a row's parent is one before it, of the same thread: of some of these, that
 * which is nearest to where it should be.
 */
int64
own_parents_within(const KeyPlan *plan, int64 row, int attempt)
{
	uint64 random = splitmix64_number(plan->random + attempt, row);
	const RowsSpread *threads = plan->within->spread;
	int64 near = own_parents_near(plan, row, random) - plan->parent->nheld;
	int64 best = -1;
	int64 item;
	int64 count;

	if (!rows_spread_item(threads, row, &item, NULL))
		return -1;
	count = rows_spread_count(threads, item);
	for (int64 i = 0; i < Min(count, OWN_LOOK); i++)
	{
		int64 other = rows_spread_row(
			threads, item,
			count <= OWN_LOOK ? i
							  : (int64) (splitmix64_number(random, i) % count));

		if (other < row &&
			(best < 0 || llabs(other - near) < llabs(best - near)))
			best = other;
	}
	return best < 0 ? -1 : plan->parent->nheld + best;
}
