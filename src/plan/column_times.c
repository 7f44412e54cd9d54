/*-------------------------------------------------------------------------
 *
 * column_times.c
 *		Where the times that a column holds lie from now.
 *
 * The most common values have the parts of the rows that statistics tell, and the
 * bounds of the histogram stand for the others, as many for each.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "plan/column_times.h"

/* Of what expires a smaller part than this is still there afterwards. */
#define COLUMN_TIMES_LEFT 0.1

/* Of what is planned besides a history, a larger part than this lies behind. */
#define COLUMN_TIMES_HISTORY 0.75

/* The rows of a history lie more in the order of its times than this. */
#define COLUMN_TIMES_SCATTERED 0.3

/* No history is as long as this, with its rows in no order: 30 years. */
#define COLUMN_TIMES_LONG (30 * 365.25 * USECS_PER_DAY)

/* What is further ahead stands for no end, as 9999-12-31 does: 100 years. */
#define COLUMN_TIMES_NEVER (100 * 365.25 * USECS_PER_DAY)

typedef struct ColumnTimes
{
	TimestampTz latest;   /* DT_NOBEGIN if there is none */
	TimestampTz earliest; /* of those that stand for an end */
	TimestampTz last;     /* the same */
	double all;           /* the part of the rows that have these */
	double past;          /* of this, those that do not lie ahead */
	double order;         /* the correlation of times and rows, without sign */
} ColumnTimes;

static bool
column_times_are_times(const AttStatsSlot *slot)
{
	return slot->valuetype == TIMESTAMPTZOID ||
		   slot->valuetype == TIMESTAMPOID || slot->valuetype == DATEOID;
}

static TimestampTz
column_times_value(const AttStatsSlot *slot, int i)
{
	DateADT date;

	if (slot->valuetype != DATEOID)
		return DatumGetTimestampTz(slot->values[i]);
	date = DatumGetDateADT(slot->values[i]);
	if (DATE_IS_NOBEGIN(date))
		return DT_NOBEGIN;
	/* There are days behind the last time. */
	if (DATE_IS_NOEND(date) ||
		date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
		return DT_NOEND;
	return date * USECS_PER_DAY;
}

/* Takes in values, which have each the part weights[i] of the rows, or weight. */
static void
column_times_take(ColumnTimes *times, const AttStatsSlot *slot,
				  const float4 *weights, double weight)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < slot->nvalues; i++)
	{
		TimestampTz time = column_times_value(slot, i);
		double part = weights == NULL ? weight : weights[i];

		times->latest = Max(times->latest, time);
		if (TIMESTAMP_NOT_FINITE(time) ||
			(double) time - (double) now > COLUMN_TIMES_NEVER)
			continue;
		times->last = Max(times->last, time);
		times->earliest = Min(times->earliest, time);
		times->all += part;
		/* Days and times without a zone may be a day off. */
		if (time <= now - USECS_PER_DAY)
			times->past += part;
	}
}

static ColumnTimes
column_times_read(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(false));
	ColumnTimes times = {
		.latest = DT_NOBEGIN, .earliest = DT_NOEND, .last = DT_NOBEGIN};
	double rest = 1;
	AttStatsSlot slot;

	if (!HeapTupleIsValid(tuple))
		return times;
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		if (column_times_are_times(&slot))
			column_times_take(&times, &slot, slot.numbers, 0);
		for (int i = 0; i < slot.nnumbers; i++)
			rest -= slot.numbers[i];
		free_attstatsslot(&slot);
	}
	rest -= ((Form_pg_statistic) GETSTRUCT(tuple))->stanullfrac;
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_HISTOGRAM, InvalidOid,
						 ATTSTATSSLOT_VALUES))
	{
		if (column_times_are_times(&slot))
			column_times_take(&times, &slot, NULL, Max(rest, 0) / slot.nvalues);
		free_attstatsslot(&slot);
	}
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		times.order = fabs(slot.numbers[0]);
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	if (times.latest <= GetCurrentTimestamp() + USECS_PER_DAY)
		times.past = times.all;
	return times;
}

bool
column_times_end_now(Oid relid, AttrNumber attnum)
{
	ColumnTimes times = column_times_read(relid, attnum);

	return times.latest != DT_NOBEGIN &&
		   times.latest <= GetCurrentTimestamp() + USECS_PER_DAY;
}

bool
column_times_grow_denser(Oid relid, AttrNumber attnum)
{
	ColumnTimes times = column_times_read(relid, attnum);
	double begun;
	double past;

	if (times.all <= 0)
		return false;
	begun = (double) GetCurrentTimestamp() - (double) times.earliest;
	past = times.past / times.all;
	/* What begins longer after now than it lasts is not what time has left of it. */
	if (past <= COLUMN_TIMES_LEFT)
		return -begun <= (double) times.last - (double) times.earliest;
	return times.order < COLUMN_TIMES_SCATTERED &&
		   (past <= COLUMN_TIMES_HISTORY || begun > COLUMN_TIMES_LONG);
}
