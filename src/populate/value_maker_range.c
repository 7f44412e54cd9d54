/*-------------------------------------------------------------------------
 *
 * value_maker_range.c
 *		Makes ranges and multiranges: where they begin, and how long they are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/datetime.h"
#include "utils/lsyscache.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/texts.h"
#include "populate/value_axis.h"
#include "populate/value_families.h"
#include "populate/value_maker.h"
#include "synth/permute.h"

typedef struct RangeState
{
	TypeCacheEntry *type; /* of the range */
	TypeCacheEntry *multirange;
	ValueAxis axis; /* of the subtype */
	double unit;    /* axis numbers in a length of 1 */
	ValueMaker *starts;
	int nlengths;
	double *lengths; /* quantiles, in numbers of the axis */
	double empty;
	bool low_in;
	bool high_in;
} RangeState;

static int
compare_lengths(const void *one, const void *other)
{
	double a = *(const double *) one;
	double b = *(const double *) other;

	return a < b ? -1 : a > b;
}

/* ---- what is known ---- */

/* Reads ranges of text, and adds their starts and, if asked for, lengths. */
static void
learn_ranges(RangeState *state, ColumnStatistics *starts, char **texts, int n,
			 bool with_lengths, bool learning)
{
	Oid input;
	Oid argument;

	getTypeInputInfo(state->type->type_id, &input, &argument);
	for (int i = 0; texts != NULL && i < n; i++)
	{
		RangeType *range = DatumGetRangeTypeP(
			OidInputFunctionCall(input, texts[i], argument, -1));
		RangeBound low;
		RangeBound high;
		bool empty;
		int64 from;
		int64 to;

		range_deserialize(state->type, range, &low, &high, &empty);
		if (empty || low.infinite)
			continue;
		if (learning)
		{
			value_axis_learn(
				&state->axis,
				texts_of_value(state->type->rngelemtype->type_id, low.val),
				low.val);
			continue;
		}
		state->low_in = low.inclusive;
		state->high_in = high.inclusive && !high.infinite;
		starts->bounds[starts->nbounds++] =
			texts_of_value(state->type->rngelemtype->type_id, low.val);
		if (!with_lengths)
			continue;
		if (high.infinite)
			state->lengths[state->nlengths++] = INFINITY;
		else if (state->axis.read(&state->axis, low.val, &from) &&
				 state->axis.read(&state->axis, high.val, &to))
			state->lengths[state->nlengths++] = (double) to - (double) from;
	}
}

/* What a difference of 1 by the type's subdiff function is on the axis */
static double
length_unit(const ValueAxis *axis)
{
	switch (axis->type)
	{
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case TIMEOID:
			return USECS_PER_SEC;
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			return pow(10, axis->scale);
		default:
			return 1;
	}
}

static void
learn_all(ValueMaker *maker, RangeState *state, ColumnStatistics *starts)
{
	const ColumnStatistics *stats = maker->spec.stats;
	bool histogram = stats->range_bounds != NULL && stats->nrange_bounds > 1;
	int room = stats->nrange_bounds + stats->nbounds + stats->nsample +
			   stats->ncommon + 8;

	starts->bounds = palloc(sizeof(char *) * room);
	state->lengths = palloc(sizeof(double) * (room + stats->nrange_lengths));
	for (int pass = 0; pass < 2; pass++)
	{
		bool lengths = stats->nrange_lengths == 0;

		if (histogram)
			learn_ranges(state, starts, stats->range_bounds,
						 stats->nrange_bounds, false, pass == 0);
		if (histogram && !lengths)
			continue;
		learn_ranges(state, starts, stats->bounds, stats->nbounds, lengths,
					 pass == 0);
		learn_ranges(state, starts, stats->sample, stats->nsample, lengths,
					 pass == 0);
		if (starts->nbounds == 0)
			learn_ranges(state, starts, stats->common, stats->ncommon, lengths,
						 pass == 0);
	}
	state->unit = length_unit(&state->axis);
	for (int i = 0; i < stats->nrange_lengths; i++)
	{
		double length = strtod(stats->range_lengths[i], NULL);

		state->lengths[state->nlengths++] = length * state->unit;
	}
	qsort(state->lengths, state->nlengths, sizeof(double), compare_lengths);
}

/* Lengths of ranges of which nothing is known: some hours, days or numbers. */
static void
guess_lengths(RangeState *state)
{
	static const double few[] = {1, 1, 2, 3, 5, 8, 24};
	double unit =
		state->axis.type == TIMESTAMPOID || state->axis.type == TIMESTAMPTZOID
			? SECS_PER_HOUR * state->unit
			: state->unit;

	for (int i = 0; i < lengthof(few); i++)
		state->lengths[state->nlengths++] = few[i] * unit;
}

/* Lets the axis know of starts that were guessed. */
static void
learn_guess(RangeState *state)
{
	const ColumnStatistics *guess = state->starts->spec.stats;
	double unit = state->unit;

	for (int i = 0; guess->bounds != NULL && i < guess->nbounds; i++)
		value_axis_learn(&state->axis, guess->bounds[i],
						 value_plan_read(state->starts, guess->bounds[i]));
	state->unit = length_unit(&state->axis);
	for (int i = 0; i < state->nlengths; i++)
		state->lengths[i] *= state->unit / unit;
}

static void
range_start(ValueMaker *maker)
{
	RangeState *state = palloc0(sizeof(*state));
	ColumnStatistics *starts = palloc0(sizeof(*starts));
	ColumnSpec spec = maker->spec;
	TypeCacheEntry *type = lookup_type_cache(
		maker->base_type, TYPECACHE_RANGE_INFO | TYPECACHE_MULTIRANGE_INFO);

	maker->state = state;
	if (type->rngtype != NULL)
	{
		state->multirange = type;
		type = type->rngtype;
	}
	state->type = type;
	if (type->rngelemtype == NULL ||
		!value_axis_find(&state->axis, getBaseType(type->rngelemtype->type_id),
						 -1))
	{
		maker->problem = "a range of a type whose values are not known";
		return;
	}
	state->low_in = true;
	state->empty = maker->spec.stats->range_empty;
	/* The texts of multiranges are no ranges. */
	if (state->multirange == NULL || maker->spec.stats->range_bounds != NULL)
		learn_all(maker, state, starts);
	else
		state->lengths = palloc(sizeof(double) * 8);
	if (state->unit == 0)
		state->unit = length_unit(&state->axis);
	if (state->nlengths == 0)
		guess_lengths(state);
	starts->rows = (double) spec.rows;
	starts->ndistinct = -1;
	starts->correlation = 1;
	spec.type = type->rngelemtype->type_id;
	spec.typmod = -1;
	spec.not_null = true;
	spec.serial = false;
	spec.unique = false;
	spec.existing = 0;
	spec.stats = starts->nbounds > 1 ? starts : NULL;
	state->starts = value_maker_create(&spec);
	maker->problem = state->starts->problem;
	if (starts->nbounds <= 1 && maker->problem == NULL)
		learn_guess(state);
}

/* ---- ranges ---- */

static double
draw_length(const RangeState *state, uint64 random)
{
	double at =
		(double) (random >> 11) / 9007199254740992.0 * (state->nlengths - 1);
	int low = (int) at;
	int high = Min(low + 1, state->nlengths - 1);
	double below = state->lengths[low];
	double above = state->lengths[high];

	if (isinf(above))
		return at - low < 0.5 ? below : above;
	return below + (above - below) * (at - low);
}

static Datum
range_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const RangeState *state = maker->state;
	uint64 random = permute_number(maker->key, (uint64) id);
	int64 starts = rows_spread_items(state->starts->spread);
	int64 items = Max(interval->items, k + 1);
	RangeBound low = {0};
	RangeBound high = {0};
	RangeType *range;
	bool empty = (double) (permute_mix(random) >> 40) <
				 state->empty * (double) (1 << 24);
	double length = draw_length(state, random);
	int64 number;

	low.lower = true;
	low.inclusive = state->low_in;
	low.val =
		value_maker_item(state->starts, (int64) ((double) k * starts / items));
	high.inclusive = state->high_in;
	high.infinite =
		isinf(length) || !state->axis.read(&state->axis, low.val, &number);
	if (!high.infinite)
	{
		double end = (double) number + length;

		if (end > (double) state->axis.largest)
			high.infinite = true;
		else
			high.val = state->axis.write(
				&state->axis,
				number + (int64) Max(length, state->high_in ? 0 : 1), 0);
	}
	range = empty ? make_empty_range(state->type)
				  : compat_make_range(state->type, &low, &high);
	if (state->multirange == NULL)
		return RangeTypePGetDatum(range);
	return MultirangeTypePGetDatum(make_multirange(
		state->multirange->type_id, state->type, empty ? 0 : 1, &range));
}

const ValueFamily value_family_range = {
	.start = range_start,
	.between = range_between,
};
