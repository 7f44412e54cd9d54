/*-------------------------------------------------------------------------
 *
 * range_plan.c
 *		Ranges that do not overlap, for exclusion constraints.
 *
 * A range begins at its number times a step, and is three quarters of a step long.
 * The steps fill the time, or the numbers, that the statistics tell of, if these
 * have room for the row with the largest number; otherwise they go beyond.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "shared/splitmix64.h"

#include "base/compat.h"
#include "populate/ordinal.h"
#include "populate/range_plan.h"

struct RangePlan
{
	const RowsSpread *spread; /* that counts the rows; NULL: all of the table */
	AttrNumber counts_by;     /* whose it is; 0 if there is none */
	uint64 random;
	TypeCacheEntry *type;
	Oid element;
	int64 begin; /* in the units of the element: microseconds, days, ones */
	int64 step;
};

/* What a step is if nothing is known. */
static int64
usual_step(Oid type)
{
	if (type == TIMESTAMPOID || type == TIMESTAMPTZOID)
		return USECS_PER_HOUR;
	return type == DATEOID ? 4 : 10;
}

static int64
usual_begin(Oid type)
{
	if (type == DATEOID)
		return 24 * 365;
	return type == TIMESTAMPOID || type == TIMESTAMPTZOID
			   ? 24 * 365 * USECS_PER_DAY
			   : 0;
}

/* Returns the largest number of rows that an item has. */
static int64
largest_count(const RowsSpread *spread, int64 rows)
{
	int64 items = spread == NULL ? 0 : rows_spread_items(spread);
	int64 largest = 1;

	if (items == 0)
		return Max(rows, 1);
	for (int32 piece = rows_spread_piece(spread, items - 1); piece >= 0;
		 piece--)
		largest = Max(largest, rows_spread_count(spread, rows_spread_first_item(
															 spread, piece)) +
								   1);
	return largest;
}

/* Are its ranges those of another exclusion constraint as well? */
static bool
is_shared(const TableMaker *table, const ModelExclusion *exclusion)
{
	ListCell *cell;

	foreach(cell, table->model->exclusions)
	{
		const ModelExclusion *other = lfirst(cell);

		if (other != exclusion && other->known &&
			other->range == exclusion->range && other->from == exclusion->from)
			return true;
	}
	return false;
}

/* Does a CHECK speak of a column? What it refuses would have to change. */
static bool
is_checked(const TableMaker *table, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, table->model->checks)
		if (bms_is_member(attnum, ((ModelCheck *) lfirst(cell))->columns))
			return true;
	return false;
}

/*
 * The spread that counts the rows of equal values, if there is such a one: else all
 * ranges stand one behind the other.
 */
static void
find_spread(RangePlan *plan, TableMaker *table, const ModelExclusion *exclusion)
{
	if (is_shared(table, exclusion))
		return;
	for (int i = 0; i < exclusion->nequal; i++)
	{
		AttrNumber attnum = exclusion->equal[i];
		const ColumnPlan *column = &table->columns[attnum - 1];

		if (is_checked(table, attnum))
			continue;
		if (column->source == COLUMN_MAKER &&
			rows_spread_nulls(column->maker->spread) == 0)
			plan->spread = column->maker->spread;
		if (column->source == COLUMN_KEY && column->key->nagree == 0 &&
			column->key->within == NULL && !column->key->itself &&
			rows_spread_nulls(column->key->spread) == 0)
			plan->spread = column->key->spread;
		if (plan->spread != NULL)
		{
			plan->counts_by = attnum;
			return;
		}
	}
}

AttrNumber
range_plan_counts_by(const RangePlan *plan)
{
	return plan->counts_by;
}

/* What is known of the first and the last value. */
static bool
find_extent(const RangePlan *plan, TableMaker *table,
			const ModelExclusion *exclusion, int64 *first, int64 *last)
{
	AttrNumber from = exclusion->range ? exclusion->range : exclusion->from;
	AttrNumber until = exclusion->range ? exclusion->range : exclusion->until;
	const char *low = exclusion->range ? "pg_catalog.lower" : "";
	const char *high = exclusion->range ? "pg_catalog.upper" : "";
	bool no_first;
	bool no_last;
	Datum begins;
	Datum ends;

	if (table->existing == 0)
		return false;
	if (SPI_execute(
			psprintf(
				"SELECT pg_catalog.min(%s(%s)), pg_catalog.max(%s(%s)) "
				"FROM %s",
				low,
				quote_identifier(table_model_column(table->model, from)->name),
				high,
				quote_identifier(table_model_column(table->model, until)->name),
				table->model->name),
			false, 0) != SPI_OK_SELECT)
		return false;
	begins = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
						   &no_first);
	ends = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2,
						 &no_last);
	return !no_first && !no_last && ordinal_of(plan->element, begins, first) &&
		   ordinal_of(plan->element, ends, last);
}

/* The same from the statistics' bounds, which are text. */
static bool
read_bound(const RangePlan *plan, const char *text, bool range, bool upper,
		   int64 *number)
{
	Oid type = range ? plan->type->type_id : plan->element;
	Oid input;
	Oid ioparam;
	Datum value;
	RangeBound low;
	RangeBound high;
	bool empty;

	getTypeInputInfo(type, &input, &ioparam);
	value = OidInputFunctionCall(input, unconstify(char *, text), ioparam, -1);
	if (range)
	{
		range_deserialize(plan->type, DatumGetRangeTypeP(value), &low, &high,
						  &empty);
		if (empty || (upper ? high.infinite : low.infinite))
			return false;
		value = upper ? high.val : low.val;
	}
	return ordinal_of(plan->element, value, number);
}

static bool
find_told_extent(const RangePlan *plan, TableMaker *table,
				 const ModelExclusion *exclusion, int64 *first, int64 *last)
{
	const ColumnStatistics *from;
	const ColumnStatistics *until;
	bool range = exclusion->range > 0;

	if (table->statistics == NULL)
		return false;
	from = table->statistics
			   ->columns[(range ? exclusion->range : exclusion->from) - 1];
	until = table->statistics
				->columns[(range ? exclusion->range : exclusion->until) - 1];
	if (from == NULL || until == NULL)
		return false;
	if (range)
		return from->range_bounds != NULL && from->nrange_bounds > 1 &&
			   read_bound(plan, from->range_bounds[0], true, false, first) &&
			   read_bound(plan, from->range_bounds[from->nrange_bounds - 1],
						  true, true, last);
	return from->bounds != NULL && from->nbounds > 1 && until->bounds != NULL &&
		   until->nbounds > 1 &&
		   read_bound(plan, from->bounds[0], false, false, first) &&
		   read_bound(plan, until->bounds[until->nbounds - 1], false, true,
					  last);
}

RangePlan *
range_plan_create(TableMaker *table, const ModelExclusion *exclusion)
{
	RangePlan *plan = palloc0(sizeof(RangePlan));
	int64 count;
	int64 first = 0;
	int64 last = 0;

	plan->type = lookup_type_cache(exclusion->range_type, TYPECACHE_RANGE_INFO);
	plan->element = plan->type->rngelemtype->type_id;
	plan->random = population_random(table->random, exclusion->name);
	if (!ordinal_known(plan->element))
		return NULL;
	find_spread(plan, table, exclusion);
	count = largest_count(plan->spread, table->rows);
	plan->begin = usual_begin(plan->element);
	plan->step = usual_step(plan->element);
	if (find_extent(plan, table, exclusion, &first, &last))
	{
		/* Behind all that there are, and as dense as these. */
		plan->begin = last + 1;
		plan->step = Max(plan->step / 4, (last - first) / Max(count, 1));
	}
	else if (find_told_extent(plan, table, exclusion, &first, &last) &&
			 last > first)
	{
		plan->begin = first;
		plan->step = (last - first) / count;
	}
	plan->step = Max(plan->step, 4);
	return plan;
}

bool
range_plan_value(const RangePlan *plan, int64 row, int part, Datum *value)
{
	int64 number = row;
	int64 item;
	int64 begin;
	int64 end;
	RangeBound low = {.inclusive = true, .lower = true};
	RangeBound high = {.inclusive = false};

	if (plan->spread != NULL)
		(void) rows_spread_item(plan->spread, row, &item, &number);
	begin = plan->begin + number * plan->step;
	end = begin + plan->step / 4 +
		  (int64) (splitmix64_number(plan->random, row) %
				   (uint64) Max(plan->step * 3 / 4 - 1, 1));
	low.val = ordinal_value(plan->element, begin);
	high.val = ordinal_value(plan->element, Max(end, begin + 1));
	if (part > 0)
		*value = part == 1 ? low.val : high.val;
	else
		*value = RangeTypePGetDatum(compat_make_range(plan->type, &low, &high));
	return true;
}
