/*-------------------------------------------------------------------------
 *
 * scaled_statistics.c
 *		The statistics of a column as they will be in a larger table.
 *
 * Let f be the growth of the distinct values, and so of the time that they span.
 * The common values take a share m of the rows today and M in the larger table,
 * where most of them have become 1 / f of what they were; nulls take n in both.
 * The histogram stands for the other 1 - n - m today, which are (1 - n - m) / f
 * of the larger table, among the 1 - n - M that its histogram stands for. So
 * today's histogram becomes the first
 *
 *		today = ((1 - n - m) / f) / (1 - n - M)
 *
 * of the new one. Its bins hold equal numbers of rows, and a bin must not hold
 * both today's values and new ones, or a range of today's values would be taken
 * for one of the bin's average. So there are as many bins as today's values need
 * to fill a whole number of them, up to SCALED_STATISTICS_BINS.
 *
 * The planner puts the column's real end in place of the first or the last bound
 * of a histogram, if there is an index and a value lies in the first or the last
 * bin. That is today's end, which is right for the first bound; and no value
 * of today lies in the last bin, unless the table hardly grows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "plan/scaled_statistics.h"

/*
 * The most bins of a histogram. ANALYZE makes 100 by default; 2,000 keep 20 of
 * today's in a table that is 100 times as large.
 */
#define SCALED_STATISTICS_BINS 2000

/* The bins of a histogram of new values alone. */
#define SCALED_STATISTICS_NEW_BINS 100

/* A value that has more rows than this many average ones stands for many. */
#define SCALED_STATISTICS_FREQUENT 10.0

/* The row that is being made. */
typedef struct ScaledStatistics
{
	HeapTuple today;
	const GrowthColumn *growth;
	bool beyond;  /* new values lie beyond today's, and can be told */
	double times; /* how many times the distinct values there will be */
	Datum values[Natts_pg_statistic];
	bool nulls[Natts_pg_statistic];
	bool replaces[Natts_pg_statistic];
	double null_share;
	double common_today; /* share of the most common values */
	double common;       /* the same in the larger table */
	/* The ends of the common values that go with the time, if there are any. */
	bool ends_known;
	double least;
	double greatest;
} ScaledStatistics;

static void
scaled_statistics_set(ScaledStatistics *scaled, int attnum, Datum value)
{
	scaled->values[attnum - 1] = value;
	scaled->nulls[attnum - 1] = false;
	scaled->replaces[attnum - 1] = true;
}

/* ---- values as numbers ---- */

/* Returns the greatest finite value of a type that can go on; 0 for others. */
static double
scaled_statistics_greatest(Oid type)
{
	switch (getBaseType(type))
	{
		case INT2OID:
			return PG_INT16_MAX;
		case INT4OID:
			return PG_INT32_MAX;
		case INT8OID:
			/* The next number below that a double can hold. */
			return (double) (PG_INT64_MAX - 1023);
		case DATEOID:
			return DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return (double) (END_TIMESTAMP - 1023);
		default:
			return 0;
	}
}

/* Returns the least one. */
static double
scaled_statistics_least(Oid type)
{
	switch (getBaseType(type))
	{
		case DATEOID:
			return DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE;
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return (double) MIN_TIMESTAMP;
		default:
			return -scaled_statistics_greatest(type);
	}
}

/* Sets the number that a value is; false for infinity. */
static bool
scaled_statistics_number(Oid type, Datum value, double *number)
{
	switch (getBaseType(type))
	{
		case INT2OID:
			*number = DatumGetInt16(value);
			return true;
		case INT4OID:
			*number = DatumGetInt32(value);
			return true;
		case INT8OID:
			*number = (double) DatumGetInt64(value);
			return true;
		case DATEOID:
			*number = DatumGetDateADT(value);
			return !DATE_NOT_FINITE(DatumGetDateADT(value));
		default:
			*number = (double) DatumGetTimestamp(value);
			return !TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value));
	}
}

static Datum
scaled_statistics_datum(Oid type, double number)
{
	number = rint(Min(number, scaled_statistics_greatest(type)));
	switch (getBaseType(type))
	{
		case INT2OID:
			return Int16GetDatum((int16) number);
		case INT4OID:
			return Int32GetDatum((int32) number);
		case DATEOID:
			return DateADTGetDatum((DateADT) number);
		default:
			return Int64GetDatum((int64) number);
	}
}

/* ---- distinct values ---- */

static void
scaled_statistics_set_distinct(ScaledStatistics *scaled, double distinct)
{
	scaled_statistics_set(scaled, Anum_pg_statistic_stadistinct,
						  Float4GetDatum((float4) distinct));
}

/*
 * Returns the distinct values of today, and scales them. As a fraction of the
 * rows they are scaled already, if they grow as the table does.
 */
static double
scaled_statistics_distinct(ScaledStatistics *scaled)
{
	Form_pg_statistic form = (Form_pg_statistic) GETSTRUCT(scaled->today);
	double distinct = form->stadistinct;

	if (distinct < 0)
	{
		distinct = -distinct * growth_rows_today(form->starelid);
		if (scaled->growth->distinct != scaled->growth->table)
			scaled_statistics_set_distinct(scaled,
										   rint(distinct * scaled->times));
	}
	else if (distinct > 0)
		scaled_statistics_set_distinct(scaled, distinct * scaled->times);
	return distinct;
}

/* ---- the most common values ---- */

/*
 * Returns the slot of a kind, from 0, or -1. A kind of 0 asks for a free one.
 */
static int
scaled_statistics_slot(HeapTuple tuple, int kind)
{
	Form_pg_statistic form = (Form_pg_statistic) GETSTRUCT(tuple);

	for (int i = 0; i < STATISTIC_NUM_SLOTS; i++)
		if ((&form->stakind1)[i] == kind)
			return i;
	return -1;
}

/* Notes a common value of a column whose values go on. False for infinity. */
static bool
scaled_statistics_note_end(ScaledStatistics *scaled, Oid type, Datum value)
{
	double number;

	if (!scaled_statistics_number(type, value, &number))
		return false;
	scaled->least = scaled->ends_known ? Min(scaled->least, number) : number;
	scaled->greatest =
		scaled->ends_known ? Max(scaled->greatest, number) : number;
	scaled->ends_known = true;
	return true;
}

/*
 * Returns how many times less a common value's share will be, between the usual
 * values and the most common one, of which that is told.
 */
static double
scaled_statistics_told_less(const ScaledStatistics *scaled, double scale,
							double times_usual)
{
	const GrowthColumn *growth = scaled->growth;
	double common =
		Max(0, Min(log(Max(times_usual, 1)) / growth->most_excess, 1));

	return pow(scale, growth->distinct +
						  common * Min(growth->most - growth->distinct, 0));
}

static void
scaled_statistics_common(ScaledStatistics *scaled, double distinct,
						 double scale)
{
	int slot = scaled_statistics_slot(scaled->today, STATISTIC_KIND_MCV);
	double frequent = SCALED_STATISTICS_FREQUENT * (1 - scaled->null_share) /
					  Max(distinct, 1);
	AttStatsSlot common;
	Datum *numbers;

	if (slot < 0 || !get_attstatsslot(
						&common, scaled->today, STATISTIC_KIND_MCV, InvalidOid,
						ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
		return;
	numbers = palloc(common.nnumbers * sizeof(Datum));
	for (int i = 0; i < common.nnumbers; i++)
	{
		float4 share = common.numbers[i];
		/* What far more rows have than usual grows with the table (scan_growth.c). */
		bool keeps = share > frequent;

		if (scaled->beyond && i < common.nvalues &&
			!scaled_statistics_note_end(scaled, common.valuetype,
										common.values[i]))
			keeps = true;
		scaled->common_today += share;
		if (!scaled->beyond && scaled->growth->most_known)
			share = (float4) (share / scaled_statistics_told_less(
										  scaled, scale, share * distinct));
		else if (!keeps)
			share = (float4) (share / scaled->times);
		scaled->common += share;
		numbers[i] = Float4GetDatum(share);
	}
	scaled_statistics_set(
		scaled, Anum_pg_statistic_stanumbers1 + slot,
		PointerGetDatum(construct_array(numbers, common.nnumbers, FLOAT4OID,
										sizeof(float4), true, TYPALIGN_INT)));
	free_attstatsslot(&common);
}

/* Are the values of a type that new values can be told of? */
static bool
scaled_statistics_goes_on(HeapTuple today)
{
	AttStatsSlot slot;
	bool goes_on;

	if (!get_attstatsslot(&slot, today, STATISTIC_KIND_HISTOGRAM, InvalidOid,
						  ATTSTATSSLOT_VALUES) &&
		!get_attstatsslot(&slot, today, STATISTIC_KIND_MCV, InvalidOid,
						  ATTSTATSSLOT_VALUES))
		return false;
	goes_on = scaled_statistics_greatest(slot.valuetype) > 0;
	free_attstatsslot(&slot);
	return goes_on;
}

/* ---- the histogram ---- */

/* The bounds of today's histogram, as numbers. */
typedef struct Bounds
{
	Oid type;
	Oid operator_oid; /* < */
	Oid collation;
	double *numbers;
	int count; /* 0 if there is no histogram */
} Bounds;

/* Returns false if there is an infinite bound. */
static bool
scaled_statistics_read_bounds(HeapTuple today, Bounds *bounds)
{
	AttStatsSlot slot;
	bool finite = true;

	if (!get_attstatsslot(&slot, today, STATISTIC_KIND_HISTOGRAM, InvalidOid,
						  ATTSTATSSLOT_VALUES))
		return true;
	bounds->type = slot.valuetype;
	bounds->operator_oid = slot.staop;
	bounds->collation = slot.stacoll;
	bounds->numbers = palloc(Max(slot.nvalues, 1) * sizeof(double));
	for (int i = 0; i < slot.nvalues && finite; i++)
		finite = scaled_statistics_number(slot.valuetype, slot.values[i],
										  &bounds->numbers[i]);
	bounds->count = slot.nvalues;
	free_attstatsslot(&slot);
	return finite;
}

/* Without a histogram, takes the type and its < from the common values. */
static bool
scaled_statistics_default_bounds(HeapTuple today, Bounds *bounds)
{
	AttStatsSlot slot;

	if (bounds->count > 1)
		return true;
	bounds->count = 0;
	if (!get_attstatsslot(&slot, today, STATISTIC_KIND_MCV, InvalidOid,
						  ATTSTATSSLOT_VALUES))
		return false;
	bounds->type = slot.valuetype;
	bounds->collation = slot.stacoll;
	free_attstatsslot(&slot);
	bounds->operator_oid =
		lookup_type_cache(bounds->type, TYPECACHE_LT_OPR)->lt_opr;
	return OidIsValid(bounds->operator_oid);
}

/* Returns the value below which the share of today's histogram lies. */
static double
scaled_statistics_today_at(const Bounds *bounds, double share)
{
	double place = share * (bounds->count - 1);
	int bin = (int) Min(floor(place), bounds->count - 2);
	double low = bounds->numbers[bin];

	return low + (bounds->numbers[bin + 1] - low) * (place - bin);
}

/*
 * Returns the value below which the share of the new histogram lies. Today's
 * values and the new ones meet at edge, and the new ones go to end.
 */
static double
scaled_statistics_value_at(const Bounds *bounds, double today, double share,
						   bool before, double edge, double end)
{
	if (before)
	{
		if (bounds->count > 1 && share >= 1 - today)
			return scaled_statistics_today_at(bounds,
											  (share - 1 + today) / today);
		return today >= 1 ? edge : end + (edge - end) * share / (1 - today);
	}
	if (bounds->count > 1 && share <= today)
		return scaled_statistics_today_at(bounds, share / today);
	return today >= 1 ? edge
					  : edge + (end - edge) * (share - today) / (1 - today);
}

/*
 * Makes the bounds: a share called today of those of today, and new ones from
 * their edge, where they meet, to the end.
 */
static ArrayType *
scaled_statistics_make_bounds(const Bounds *bounds, double today, bool before,
							  double edge, double end)
{
	int bins_today =
		(int) Min(floor(today * SCALED_STATISTICS_BINS), bounds->count - 1);
	int bins = bounds->count == 0 ? SCALED_STATISTICS_NEW_BINS
			   : bins_today < 1   ? SCALED_STATISTICS_BINS
								  : (int) rint(bins_today / today);
	Datum *values = palloc((bins + 1) * sizeof(Datum));
	int16 length;
	bool by_value;
	char align;

	/* So that today's values end where a bin does. */
	if (bins_today >= 1)
		today = (double) bins_today / bins;
	for (int i = 0; i <= bins; i++)
		values[i] = scaled_statistics_datum(
			bounds->type,
			scaled_statistics_value_at(bounds, today, (double) i / bins, before,
									   edge, end));
	get_typlenbyvalalign(bounds->type, &length, &by_value, &align);
	return construct_array(values, bins + 1, bounds->type, length, by_value,
						   align);
}

/*
 * Returns false if nothing can be said of the values to come, since there is one
 * value today, or an infinite bound.
 */
static bool
scaled_statistics_histogram(ScaledStatistics *scaled)
{
	int slot = scaled_statistics_slot(scaled->today, STATISTIC_KIND_HISTOGRAM);
	Bounds bounds = {0};
	double others = 1 - scaled->null_share - scaled->common;
	bool before = scaled->growth->before;
	double today;
	double first;
	double last;
	double edge;
	double end;

	if (!scaled_statistics_read_bounds(scaled->today, &bounds) ||
		!scaled_statistics_default_bounds(scaled->today, &bounds))
		return false;
	first = bounds.count == 0 ? scaled->least : bounds.numbers[0];
	last =
		bounds.count == 0 ? scaled->greatest : bounds.numbers[bounds.count - 1];
	if (scaled->ends_known)
	{
		first = Min(first, scaled->least);
		last = Max(last, scaled->greatest);
	}
	if (first >= last || others <= 0)
		return false;
	edge = before ? first : last;
	end = before ? last - (last - first) * scaled->times
				 : first + (last - first) * scaled->times;
	end = Max(scaled_statistics_least(bounds.type),
			  Min(end, scaled_statistics_greatest(bounds.type)));
	today = bounds.count == 0
				? 0
				: (1 - scaled->null_share - scaled->common_today) /
					  scaled->times / others;
	if (slot < 0)
	{
		slot = scaled_statistics_slot(scaled->today, 0);
		if (slot < 0)
			return false;
		scaled_statistics_set(scaled, Anum_pg_statistic_stakind1 + slot,
							  Int16GetDatum(STATISTIC_KIND_HISTOGRAM));
		scaled_statistics_set(scaled, Anum_pg_statistic_staop1 + slot,
							  ObjectIdGetDatum(bounds.operator_oid));
		scaled_statistics_set(scaled, Anum_pg_statistic_stacoll1 + slot,
							  ObjectIdGetDatum(bounds.collation));
	}
	scaled_statistics_set(
		scaled, Anum_pg_statistic_stavalues1 + slot,
		PointerGetDatum(scaled_statistics_make_bounds(
			&bounds, Max(0, Min(today, 1)), before, edge, end)));
	return true;
}

HeapTuple
scaled_statistics_make(HeapTuple today, const GrowthColumn *growth,
					   double scale)
{
	Form_pg_statistic form = (Form_pg_statistic) GETSTRUCT(today);
	ScaledStatistics scaled = {
		.today = today, .growth = growth, .null_share = form->stanullfrac};
	MemoryContext context = CurrentMemoryContext;
	MemoryContext scratch;
	HeapTuple made = NULL;
	Relation pg_statistic;

	scaled.times = Max(pow(scale, growth->distinct), 1);
	/* A fraction of the rows that does not grow as they do is a number. */
	if (scaled.times == 1 &&
		!(form->stadistinct < 0 && growth->distinct < growth->table))
		return NULL;
	scratch = AllocSetContextCreate(context, "perfcheck statistics",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	scaled.beyond =
		growth->beyond && scaled.times > 1 && scaled_statistics_goes_on(today);
	scaled_statistics_common(&scaled, scaled_statistics_distinct(&scaled),
							 scale);
	if (!scaled.beyond || scaled_statistics_histogram(&scaled))
	{
		pg_statistic = table_open(StatisticRelationId, AccessShareLock);
		MemoryContextSwitchTo(context);
		made = heap_modify_tuple(today, RelationGetDescr(pg_statistic),
								 scaled.values, scaled.nulls, scaled.replaces);
		table_close(pg_statistic, AccessShareLock);
	}
	MemoryContextSwitchTo(context);
	MemoryContextDelete(scratch);
	return made;
}
