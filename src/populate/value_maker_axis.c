/*-------------------------------------------------------------------------
 *
 * value_maker_axis.c
 *		Makes values of types that are numbers of 64 bits.
 *
 * The values of an interval are cut into as many strata as it has items, and
 * each item is a random value of its stratum. So items are in order, and differ
 * as long as there are values enough. Columns that must be unique get a wider
 * range where there are not.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "populate/value_axis.h"
#include "populate/value_code.h"
#include "populate/value_families.h"
#include "synth/permute.h"

/* Steps are looked for in this many values at least. */
#define VALUES_FOR_STEP 20

/* A range that is so little larger than the rows is one without gaps. */
#define DENSE 1.05

typedef struct AxisState
{
	ValueAxis axis;
	int64 last; /* the largest number of all intervals */
	double
		gap; /* from one row's number to the next one's, in a rising column */
} AxisState;

typedef struct AxisInterval
{
	int64 first;
	uint64 count; /* of values, step apart */
} AxisInterval;

/* ---- what the statistics say ---- */

static uint64
greatest_divisor(uint64 a, uint64 b)
{
	while (b != 0)
	{
		uint64 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Learns from all texts, and then finds the step of their numbers. */
static void
learn_values(ValueMaker *maker, ValueAxis *axis, char **texts, int n,
			 uint64 *step, int64 *first, int *found)
{
	for (int i = 0; texts != NULL && i < n; i++)
		value_axis_learn(axis, texts[i], value_plan_read(maker, texts[i]));
	for (int i = 0; texts != NULL && i < n; i++)
	{
		int64 number;

		if (!axis->read(axis, value_plan_read(maker, texts[i]), &number))
			continue;
		if ((*found)++ == 0)
			*first = number;
		*step = greatest_divisor(
			*step, number > *first ? (uint64) number - (uint64) *first
								   : (uint64) *first - (uint64) number);
	}
}

static void
axis_start(ValueMaker *maker)
{
	const ColumnStatistics *stats = maker->spec.stats;
	AxisState *state = palloc0(sizeof(*state));
	uint64 step = 0;
	int64 first = 0;
	int found = 0;

	if (!value_axis_find(&state->axis, maker->base_type, maker->base_typmod) &&
		!value_code_find(&state->axis, maker))
	{
		maker->problem = "of more bits than are made";
		return;
	}
	maker->state = state;
	/* Twice, as what is learned from the last may change the first's number. */
	for (int pass = 0; pass < 2; pass++)
	{
		step = 0;
		found = 0;
		learn_values(maker, &state->axis, stats->common, stats->ncommon, &step,
					 &first, &found);
		learn_values(maker, &state->axis, stats->bounds, stats->nbounds, &step,
					 &first, &found);
		learn_values(maker, &state->axis, stats->sample, stats->nsample, &step,
					 &first, &found);
	}
	if (found >= VALUES_FOR_STEP && step > 1 && step < PG_INT64_MAX &&
		!state->axis.ids_differ)
		state->axis.step = (int64) step;
	state->last = state->axis.least;
	state->gap = state->axis.step;
}

static bool
axis_position(ValueMaker *maker, Datum value, double *position)
{
	const AxisState *state = maker->state;
	int64 number;

	if (!state->axis.read(&state->axis, value, &number))
		return false;
	*position = (double) number;
	return true;
}

/* ---- the range ---- */

/* Whether new rows continue the column's values where those of today end. */
static bool
continues(const ValueMaker *maker, const ValueAxis *axis)
{
	const ColumnSpec *spec = &maker->spec;

	return spec->existing > 0 && axis->rises &&
		   (spec->serial || spec->unique || spec->stats->correlation > 0.9);
}

/* Returns a number that is so much larger, or the type's last one. */
static int64
add_limited(const ValueAxis *axis, int64 number, double more)
{
	double sum = (double) number + more;

	if (!(sum > (double) axis->least))
		return axis->least;
	if (!(sum < (double) axis->largest))
		return axis->largest;
	return number + (int64) more;
}

/*
 * Moves and stretches the numbers linearly, such that the first becomes start
 * and all of them keep their distances, times factor. Distances are multiples
 * of the step.
 */
static void
stretch(const ValueAxis *axis, int64 *numbers, int n, int64 start,
		double factor)
{
	int64 first = numbers[0];

	for (int i = 0; i < n; i++)
	{
		double steps = (double) (numbers[i] - first) / axis->step * factor;

		numbers[i] = add_limited(axis, start,
								 (double) (int64) steps * (double) axis->step);
	}
	numbers[0] = start;
}

/* Makes room for as many different numbers as there are rows. */
static int
make_room(AxisState *state, const ColumnSpec *spec, int64 *numbers, int n)
{
	ValueAxis *axis = &state->axis;
	uint64 range = (uint64) numbers[n - 1] - (uint64) numbers[0];
	uint64 rows = (uint64) spec->rows;

	if (axis->ids_differ || rows < 2)
		return n;
	if (spec->existing == 0 && range < (double) rows * DENSE)
		axis->step = 1;
	if (range / (uint64) axis->step >=
		(uint64) ((double) rows * (spec->serial ? DENSE : 1)))
		return n;
	/* Numbers from 1 on, unless it is seen that they begin elsewhere */
	if (spec->existing == 0 && axis->type != DATEOID && numbers[0] > 0 &&
		numbers[0] <= spec->rows / 50 + 1)
		numbers[0] = 1;
	if (range / (uint64) axis->step < rows)
		axis->step = axis->step > 1 && spec->existing > 0 ? axis->step : 1;
	numbers[0] =
		Min(numbers[0], axis->largest - (int64) (rows - 1) * axis->step);
	numbers[0] = Max(numbers[0], axis->least);
	numbers[1] =
		add_limited(axis, numbers[0], (double) (rows - 1) * axis->step);
	return 2;
}

/* Returns the numbers between which a column without a histogram lies. */
static int
numbers_without_bounds(ValueMaker *maker, const ValueAxis *axis, int64 *numbers)
{
	const ColumnStatistics *stats = maker->spec.stats;
	bool any = false;
	int64 number;

	numbers[0] = 0;
	numbers[1] = 0;
	for (int i = 0; stats->common != NULL && i < stats->ncommon; i++)
	{
		if (!axis->read(axis, value_plan_read(maker, stats->common[i]),
						&number))
			continue;
		numbers[0] = any ? Min(numbers[0], number) : number;
		numbers[1] = any ? Max(numbers[1], number) : number;
		any = true;
	}
	if (!any)
		numbers[0] = axis->least > 1 ? axis->least : 1;
	if (numbers[0] >= numbers[1])
		numbers[1] =
			add_limited(axis, numbers[0], (double) Max(maker->spec.rows, 100));
	return 2;
}

static int64
number_of_text(const ValueMaker *maker, const ValueAxis *axis, const char *text,
			   int64 otherwise)
{
	int64 number;

	if (text != NULL && axis->read(axis, value_plan_read(maker, text), &number))
		return number;
	return otherwise;
}

static int
axis_adjust(ValueMaker *maker, Datum *bounds, int nbounds)
{
	AxisState *state = maker->state;
	ValueAxis *axis = &state->axis;
	const ColumnSpec *spec = &maker->spec;
	const ColumnStatistics *stats = spec->stats;
	int64 *numbers = palloc(sizeof(int64) * (nbounds + 2));
	int n = 0;
	double rows_then = stats->rows > 0 ? stats->rows : (double) spec->rows;

	for (int i = 0; i < nbounds; i++)
		(void) axis->read(axis, bounds[i], &numbers[n++]);
	if (n == 0 || (n == 1 && spec->unique))
		n = numbers_without_bounds(maker, axis, numbers);
	state->gap = Max((double) (numbers[n - 1] - numbers[0]) / Max(rows_then, 1),
					 axis->step);
	if (continues(maker, axis))
	{
		int64 largest =
			number_of_text(maker, axis, spec->largest, numbers[n - 1]);

		stretch(axis, numbers, n, add_limited(axis, largest, axis->step),
				(double) spec->rows / Max(rows_then, 1));
	}
	else if (spec->serial && rows_then != (double) spec->rows)
		stretch(axis, numbers, n, numbers[0],
				(double) spec->rows / Max(rows_then, 1));
	/* More rows than there were may need numbers in between. */
	if (stats->ndistinct < 0 && n > 1 &&
		((double) numbers[n - 1] - (double) numbers[0]) / (double) axis->step <
			-stats->ndistinct * (double) spec->rows)
		axis->step = 1;
	if (spec->unique)
		n = make_room(state, spec, numbers, n);
	for (int i = 0; i < n; i++)
		bounds[i] = axis->write(axis, numbers[i], 0);
	state->last = numbers[n - 1];
	return n;
}

/* ---- items ---- */

static double
axis_capacity(ValueMaker *maker, ValueInterval *interval)
{
	const AxisState *state = maker->state;
	const ValueAxis *axis = &state->axis;
	AxisInterval *range = palloc(sizeof(*range));
	int64 high;

	interval->state = range;
	if (!axis->read(axis, interval->low, &range->first) ||
		!axis->read(axis, interval->high, &high))
		return 0;
	range->count =
		((uint64) high - (uint64) range->first) / (uint64) axis->step;
	/* the first, but for the last */
	if (!interval->low_in)
	{
		range->first += axis->step;
		range->count -= range->count > 0;
	}
	range->count += interval->high_in;
	if (axis->ids_differ)
	{
		range->count = Max(range->count, 1);
		return (double) ROWS_SPREAD_MAX_ROWS;
	}
	return (double) range->count;
}

/* Returns k * count / n without overflow; k and n are below 2^32. */
static uint64
stratum_start(uint64 count, uint64 k, uint64 n)
{
	return count / n * k + count % n * k / n;
}

static Datum
axis_between(ValueMaker *maker, ValueInterval *interval, int64 k, int64 id)
{
	const AxisState *state = maker->state;
	const AxisInterval *range = interval->state;
	uint64 n = (uint64) Max(interval->items, 1);
	uint64 start;
	uint64 length;

	if (range == NULL)
		return state->axis.write(&state->axis, state->last, (uint64) id);
	start = stratum_start(range->count, (uint64) k, n);
	length = stratum_start(range->count, (uint64) k + 1, n) - start;
	if (k == interval->items - 1 && interval->high_in && k > 0)
		start += length > 0 ? length - 1 : 0;
	else if (length > 1 && !(k == 0 && interval->low_in))
		start += length <= PG_UINT32_MAX
					 ? permute_upto(permute_number(maker->key, (uint64) id),
									(uint32_t) length)
					 : permute_number(maker->key, (uint64) id) % length;
	return state->axis.write(&state->axis,
							 range->first +
								 (int64) (start * (uint64) state->axis.step),
							 (uint64) id);
}

static Datum
axis_beyond(ValueMaker *maker, int64 n, int64 id)
{
	const AxisState *state = maker->state;
	const ValueAxis *axis = &state->axis;
	int64 gap = Max((int64) state->gap / axis->step, 1) * axis->step;
	int64 number =
		add_limited(axis, state->last, (double) gap * (double) (n + 1));
	uint64 numbers =
		((uint64) axis->largest - (uint64) axis->least) / (uint64) axis->step;

	/* Where the numbers end, as those of a code do, any of them may be free. */
	if (number >= axis->largest && numbers < PG_UINT32_MAX)
		number = axis->least + (int64) (permute_number(maker->key, (uint64) n) %
										(numbers + 1)) *
								   axis->step;
	return axis->write(axis, number, (uint64) id);
}

const ValueFamily value_family_axis = {
	.start = axis_start,
	.position = axis_position,
	.adjust = axis_adjust,
	.capacity = axis_capacity,
	.between = axis_between,
	.beyond = axis_beyond,
};
