/*-------------------------------------------------------------------------
 *
 * value_plan.c
 *		The pieces of a column's values: common values and what lies between.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "commands/vacuum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "populate/value_plan.h"
#include "synth/distinct.h"
#include "synth/shuffle.h"

/* ANALYZE reads so many rows for each step of the statistics target. */
#define ROWS_PER_TARGET 300

/* A value of the histogram, a common value, or both */
typedef struct ValuePoint
{
	Datum value;
	double position;
	double freq; /* if it is common */
	int nbounds; /* how often it is a bound */
	int is_common;
} ValuePoint;

/* What pieces are made from. */
typedef struct PlanInput
{
	ValueMaker *maker;
	FmgrInfo *compare; /* NULL if the type has no order */
	ValuePoint *points;
	int npoints;
	int nbounds;
	double bucket; /* weight of one */
	double rest;   /* weight of all that is not common */
} PlanInput;

Datum
value_plan_read(const ValueMaker *maker, const char *text)
{
	Oid input;
	Oid argument;

	getTypeInputInfo(maker->base_type, &input, &argument);
	return OidInputFunctionCall(input, unconstify(char *, text), argument,
								maker->base_typmod);
}

/* ---- points ---- */

static int
compare_points(const void *one, const void *other, void *arg)
{
	const PlanInput *input = arg;

	return DatumGetInt32(
		FunctionCall2Coll(input->compare, input->maker->spec.collation,
						  ((const ValuePoint *) one)->value,
						  ((const ValuePoint *) other)->value));
}

static void
add_point(PlanInput *input, Datum value, double freq, bool is_common)
{
	ValuePoint *point = &input->points[input->npoints++];

	point->value = value;
	point->position = 0;
	point->freq = freq;
	point->nbounds = is_common ? 0 : 1;
	point->is_common = is_common;
	if (input->maker->family->position != NULL)
		(void) input->maker->family->position(input->maker, value,
											  &point->position);
}

/* Adds the bounds that are on the axis, as the family wants them. */
static void
add_bounds(PlanInput *input)
{
	ValueMaker *maker = input->maker;
	const ColumnStatistics *stats = maker->spec.stats;
	Datum *bounds = palloc(sizeof(Datum) * (stats->nbounds + 2));
	int nbounds = 0;
	double position;

	for (int i = 0; stats->bounds != NULL && i < stats->nbounds; i++)
	{
		bounds[nbounds] = value_plan_read(maker, stats->bounds[i]);
		if (maker->family->position(maker, bounds[nbounds], &position))
			nbounds++;
	}
	if (maker->family->adjust != NULL)
		nbounds = maker->family->adjust(maker, bounds, nbounds);
	for (int i = 0; i < nbounds; i++)
		add_point(input, bounds[i], 0, false);
	input->nbounds = nbounds;
}

/* Sorts the points and makes one of those that are equal. */
static void
merge_points(PlanInput *input)
{
	int n = 0;

	if (input->compare == NULL || input->npoints == 0)
		return;
	qsort_arg(input->points, input->npoints, sizeof(ValuePoint), compare_points,
			  input);
	for (int i = 1; i < input->npoints; i++)
	{
		ValuePoint *last = &input->points[n];
		const ValuePoint *point = &input->points[i];

		if (compare_points(last, point, input) != 0)
		{
			input->points[++n] = *point;
			continue;
		}
		last->freq += point->freq;
		last->nbounds += point->nbounds;
		last->is_common |= point->is_common;
	}
	input->npoints = n + 1;
}

static void
collect_points(PlanInput *input)
{
	ValueMaker *maker = input->maker;
	const ColumnStatistics *stats = maker->spec.stats;
	TypeCacheEntry *type =
		lookup_type_cache(maker->base_type, TYPECACHE_CMP_PROC_FINFO);
	double common = 0;

	if (OidIsValid(type->cmp_proc_finfo.fn_oid))
		input->compare = &type->cmp_proc_finfo;
	input->points =
		palloc0(sizeof(ValuePoint) * (stats->ncommon + stats->nbounds + 3));
	/* Of a unique column nothing is common, whatever a stale file says. */
	for (int i = 0;
		 !maker->spec.unique && stats->common != NULL && i < stats->ncommon;
		 i++)
	{
		add_point(input, value_plan_read(maker, stats->common[i]),
				  stats->freqs[i], true);
		common += stats->freqs[i];
	}
	input->rest = Max(1 - stats->null_frac - common, 0);
	if (maker->family->position != NULL && input->compare != NULL)
		add_bounds(input);
	/* What rounding left over is no tail. */
	if (input->nbounds == 0 && common > 0 && stats->ndistinct > 0 &&
		stats->ndistinct <= stats->ncommon)
		input->rest = 0;
	if (input->nbounds > 1)
		input->bucket = input->rest / (input->nbounds - 1);
	merge_points(input);
}

/* ---- pieces ---- */

static ValuePiece *
add_piece(ValuePlan *plan, double weight)
{
	ValuePiece *piece = &plan->pieces[plan->npieces++];

	memset(piece, 0, sizeof(*piece));
	piece->weight = weight;
	piece->capacity = ROWS_SPREAD_MAX_ROWS;
	return piece;
}

/* Adds a value that is a piece of its own. */
static void
add_fixed(ValuePlan *plan, Datum value, double weight)
{
	ValuePiece *piece = add_piece(plan, weight);

	piece->common = true;
	piece->value = value;
	piece->interval.items = 1;
}

/* Whether a point is a piece: common, or the bounds of a bucket alike. */
static bool
point_is_fixed(const ValuePoint *point, int nbounds)
{
	return point->is_common || point->nbounds > 1 || nbounds == 1;
}

/*
 * Adds what lies between a point and the next one. The bucket goes from the
 * point "first" to the point "last", and its rows are split by position.
 */
static void
add_interval(PlanInput *input, ValuePlan *plan, int i, int first, int last,
			 bool is_last_bucket)
{
	const ValuePoint *points = input->points;
	ValueMaker *maker = input->maker;
	double width = points[last].position - points[first].position;
	double share = 1.0 / (last - first);
	ValuePiece *piece;

	if (width > 0)
		share = (points[i + 1].position - points[i].position) / width;
	if (!(share > 0))
		return;
	piece = add_piece(plan, input->bucket * Min(share, 1));
	piece->interval.bounded = true;
	piece->interval.low = points[i].value;
	piece->interval.high = points[i + 1].value;
	piece->interval.low_in = !point_is_fixed(&points[i], input->nbounds);
	piece->interval.high_in = is_last_bucket && i + 1 == last &&
							  !point_is_fixed(&points[i + 1], input->nbounds);
	if (maker->family->capacity != NULL)
		piece->capacity = maker->family->capacity(maker, &piece->interval);
	if (piece->capacity < 1)
		plan->npieces--;
}

/* Returns the next point after i that is a bound, or -1. */
static int
next_bound(const PlanInput *input, int i)
{
	for (i++; i < input->npoints; i++)
		if (input->points[i].nbounds > 0)
			return i;
	return -1;
}

static ValuePlan *
make_pieces(PlanInput *input)
{
	ValuePlan *plan = palloc0(sizeof(*plan));
	int first = -1; /* the bucket that a point is in */
	int last = -1;

	plan->pieces = palloc(sizeof(ValuePiece) * (2 * input->npoints + 1));
	for (int i = 0; i < input->npoints; i++)
	{
		const ValuePoint *point = &input->points[i];

		if (point_is_fixed(point, input->nbounds))
			add_fixed(plan, point->value,
					  point->freq +
						  (input->nbounds == 1
							   ? input->rest * point->nbounds
							   : input->bucket * Max(point->nbounds - 1, 0)));
		if (point->nbounds > 0)
		{
			first = i;
			last = next_bound(input, i);
		}
		if (first >= 0 && last >= 0)
			add_interval(input, plan, i, first, last,
						 next_bound(input, last) < 0);
	}
	if (input->nbounds == 0 && input->rest > 0)
		add_piece(plan, input->rest);
	return plan;
}

/* ---- how many items ---- */

static double
piece_items(const ValuePiece *piece, double per_weight, double held)
{
	double least = piece->interval.low_in ? 1 : 0;
	double items = Max(piece->weight * per_weight, least);

	return Min(items, Min(piece->capacity, Max(piece->weight * held, least)));
}

/*
 * Deals the tail's items out to the intervals: by their rows, but no more than
 * an interval has values or, unless the column is unique, rows. These are held
 * rows for a weight of 1.
 */
static void
deal_items(ValuePlan *plan, double wanted, double held)
{
	double limit = plan->unique ? held * 1e6 : held;
	double low = 0;
	double high = limit * 10;

	for (int k = 0; k < 60; k++)
	{
		double middle = (low + high) / 2;
		double sum = 0;

		for (int i = 0; i < plan->npieces; i++)
			if (!plan->pieces[i].common)
				sum += piece_items(&plan->pieces[i], middle, limit);
		if (sum < wanted)
			low = middle;
		else
			high = middle;
	}
	for (int i = 0; i < plan->npieces; i++)
		if (!plan->pieces[i].common)
			plan->pieces[i].items = piece_items(&plan->pieces[i], high, limit);
}

/* Returns how many distinct values ANALYZE finds in so many rows. */
static double
found(const ValuePlan *plan, const ColumnStatistics *stats, double held)
{
	int target =
		Max(default_statistics_target, Max(stats->nbounds - 1, stats->ncommon));
	DistinctTable table = {0};

	for (int i = 0; i < plan->npieces; i++)
		if (!plan->pieces[i].common)
			distinct_add(&table, plan->pieces[i].items,
						 plan->pieces[i].weight * held,
						 (double) target * ROWS_PER_TARGET *
							 (1 - stats->null_frac) / (held * plan->weight));
	table.rows = held * plan->weight;
	table.sampled = Min(table.rows, (double) target * ROWS_PER_TARGET *
										(1 - stats->null_frac));
	table.common = plan->common;
	return distinct_found(&table);
}

/* Deals out as many items as it takes for ANALYZE to find so many values. */
static void
deal_for(ValuePlan *plan, const ColumnStatistics *stats, double asked,
		 double held)
{
	double low = 0;
	double high = plan->tail * held;

	for (int k = 0; k < 40 && high - low > 0.5; k++)
	{
		double middle = (low + high) / 2;

		deal_items(plan, middle, held);
		if (found(plan, stats, held) < asked)
			low = middle;
		else
			high = middle;
	}
	deal_items(plan, high, held);
}

static double
items_in_all(const ValuePlan *plan)
{
	double sum = 0;

	for (int i = 0; i < plan->npieces; i++)
		sum += plan->pieces[i].common ? 0 : plan->pieces[i].items;
	return sum;
}

/* Of the items, only those that a share of their rows still shows */
static void
thin_items(ValuePlan *plan, double held_then, double share)
{
	for (int i = 0; i < plan->npieces; i++)
	{
		ValuePiece *piece = &plan->pieces[i];

		if (!piece->common)
			piece->items =
				distinct_seen(piece->items, piece->weight * held_then, share);
	}
}

/*
 * If a family's values are composed of parts, some come out the same. Returns
 * how many items there have to be for so many values.
 */
static double
items_for_values(const ValueMaker *maker, double values, double most)
{
	if (maker->composable <= 0)
		return values;
	if (values > maker->composable * 0.95)
		return most;
	return Min(-maker->composable * log1p(-values / maker->composable), most);
}

/* Sets the items of the intervals. */
static void
set_items(ValueMaker *maker)
{
	ValuePlan *plan = maker->plan;
	const ColumnStatistics *stats = maker->spec.stats;
	double rows = (double) maker->spec.rows;
	double rows_then = stats->rows > 0 ? stats->rows : rows;
	double share = (1 - stats->null_frac) / plan->weight;
	double asked = stats->ndistinct;
	double held = rows * share;
	double due = 0;

	plan->unique = maker->spec.unique;
	plan->distinct =
		plan->unique || asked == 0 || -asked > (1 - stats->null_frac) * 0.99999;
	if (plan->distinct)
		deal_items(plan, plan->tail * held, held);
	else if (asked < 0)
		deal_for(plan, stats, -asked * rows, held);
	else
	{
		/* as many as there were, or as so few rows of that table would show */
		deal_for(plan, stats, asked, rows_then * share);
		if (rows < rows_then)
			thin_items(plan, rows_then * share, rows / rows_then);
		if (rows != rows_then)
			deal_for(plan, stats, Min(asked, found(plan, stats, held)), held);
	}
	if (!plan->distinct && maker->composable > 0)
		deal_items(
			plan,
			items_for_values(maker, items_in_all(plan), plan->tail * held),
			held);
	for (int i = 0; i < plan->npieces; i++)
	{
		ValuePiece *piece = &plan->pieces[i];

		if (piece->common)
			continue;
		due += piece->items;
		piece->interval.items =
			(int64) Min(Max(floor(due + 0.5), 0), piece->capacity);
		due -= piece->interval.items;
		/* In a unique column the rows follow on the items. */
		if (plan->unique)
			piece->weight = piece->interval.items;
	}
}

/* Sums the pieces up. */
static void
weigh(ValuePlan *plan)
{
	for (int i = 0; i < plan->npieces; i++)
	{
		plan->weight += plan->pieces[i].weight;
		plan->common += plan->pieces[i].common;
		plan->tail += plan->pieces[i].common ? 0 : plan->pieces[i].weight;
	}
}

/* Takes pieces out that have no items. */
static void
drop_empty(ValuePlan *plan)
{
	int n = 0;

	for (int i = 0; i < plan->npieces; i++)
		if (plan->pieces[i].interval.items > 0 && plan->pieces[i].weight > 0)
			plan->pieces[n++] = plan->pieces[i];
	plan->npieces = n;
}

static void
make_spread(ValueMaker *maker)
{
	ValuePlan *plan = maker->plan;
	const ColumnStatistics *stats = maker->spec.stats;
	RowsSpreadPiece *pieces = palloc(sizeof(*pieces) * (plan->npieces + 1));
	RowsSpreadSpec spec = {0};

	for (int i = 0; i < plan->npieces; i++)
	{
		pieces[i].items = plan->distinct && !plan->pieces[i].common
							  ? ROWS_SPREAD_DISTINCT
							  : plan->pieces[i].interval.items;
		pieces[i].weight = plan->pieces[i].weight;
	}
	spec.key = maker->key;
	spec.rows = maker->spec.rows;
	spec.null_share = maker->spec.not_null ? 0 : stats->null_frac;
	spec.correlation = stats->correlation;
	spec.npieces = plan->npieces;
	spec.pieces = pieces;
	maker->spread =
		rows_spread_init(palloc(rows_spread_size(plan->npieces)), &spec);
	for (int i = 0; i < plan->npieces; i++)
		plan->pieces[i].interval.items =
			rows_spread_first_item(maker->spread, i + 1) -
			rows_spread_first_item(maker->spread, i);
}

void
value_plan_make(ValueMaker *maker)
{
	PlanInput input = {0};

	input.maker = maker;
	collect_points(&input);
	maker->plan = make_pieces(&input);
	weigh(maker->plan);
	if (maker->plan->tail > 0)
		set_items(maker);
	drop_empty(maker->plan);
	make_spread(maker);
}

void
value_plan_make_blank(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	ValuePlan *plan = palloc0(sizeof(*plan));
	double rest = 1 - stats->null_frac;
	int ncommon = maker->spec.unique ? 0 : stats->ncommon;

	maker->plan = plan;
	plan->pieces = palloc(sizeof(ValuePiece) * (2 * ncommon + 1));
	for (int i = 0; i < ncommon; i++)
		rest -= stats->freqs[i];
	if (ncommon > 0 &&
		(rest < 0 || (stats->ndistinct > 0 && stats->ndistinct <= ncommon)))
		rest = 0;
	for (int i = 0; i < 2 * ncommon + 1; i++)
	{
		if (i % 2 == 1)
		{
			/* The most common ones come first in stats; spread them out. */
			Shuffle shuffle = shuffle_make(maker->key, (uint64) ncommon);

			add_fixed(plan, (Datum) 0,
					  stats->freqs[shuffle_forward(&shuffle, i / 2)]);
		}
		else if (rest > 0)
			add_piece(plan, rest / (ncommon + 1));
	}
	weigh(plan);
	if (plan->tail > 0)
		set_items(maker);
	drop_empty(plan);
	make_spread(maker);
}
