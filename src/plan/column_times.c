/*-------------------------------------------------------------------------
 *
 * column_times.c
 *		Where the times that a column holds lie from now.
 *
 * The bounds of the histogram have as many rows between them each, and stand for
 * the rows; the most common values are taken in for the latest one alone.
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

typedef struct ColumnTimes
{
	TimestampTz earliest; /* of the histogram; infinity left out */
	TimestampTz last;     /* the same */
	TimestampTz latest;   /* DT_NOBEGIN if there is none */
	int bounds;           /* of the histogram */
	int past;             /* of these, those that do not lie ahead */
	double order;         /* the correlation of times and rows, without sign */
} ColumnTimes;

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

static ColumnTimes
column_times_read(Oid relid, AttrNumber attnum)
{
	static const int kinds[] = {STATISTIC_KIND_HISTOGRAM, STATISTIC_KIND_MCV};
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(false));
	TimestampTz soon = GetCurrentTimestamp() + USECS_PER_DAY;
	ColumnTimes times = {
		.earliest = DT_NOEND, .last = DT_NOBEGIN, .latest = DT_NOBEGIN};
	AttStatsSlot slot;

	if (!HeapTupleIsValid(tuple))
		return times;
	for (int kind = 0; kind < lengthof(kinds); kind++)
	{
		if (!get_attstatsslot(&slot, tuple, kinds[kind], InvalidOid,
							  ATTSTATSSLOT_VALUES))
			continue;
		if (slot.valuetype == TIMESTAMPTZOID ||
			slot.valuetype == TIMESTAMPOID || slot.valuetype == DATEOID)
			for (int i = 0; i < slot.nvalues; i++)
			{
				TimestampTz time = column_times_value(&slot, i);

				times.latest = Max(times.latest, time);
				if (kinds[kind] != STATISTIC_KIND_HISTOGRAM ||
					TIMESTAMP_NOT_FINITE(time))
					continue;
				times.last = Max(times.last, time);
				times.earliest = Min(times.earliest, time);
				times.bounds++;
				times.past += time <= soon - 2 * USECS_PER_DAY;
			}
		free_attstatsslot(&slot);
	}
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_CORRELATION, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		times.order = fabs(slot.numbers[0]);
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	/* Days and times without a zone may be a day off. */
	if (times.latest != DT_NOBEGIN && times.latest <= soon)
		times.past = times.bounds;
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

	if (times.bounds == 0)
		return false;
	begun = (double) GetCurrentTimestamp() - (double) times.earliest;
	past = (double) times.past / times.bounds;
	/* What begins longer after now than it lasts is not what time has left of it. */
	if (past <= COLUMN_TIMES_LEFT)
		return -begun <= (double) times.last - (double) times.earliest;
	return times.order < COLUMN_TIMES_SCATTERED &&
		   (past <= COLUMN_TIMES_HISTORY || begun > COLUMN_TIMES_LONG);
}
