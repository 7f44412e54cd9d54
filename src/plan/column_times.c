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

typedef struct ColumnTimes
{
	TimestampTz earliest; /* of the histogram; infinity left out */
	TimestampTz last;     /* the same */
	TimestampTz latest;   /* DT_NOBEGIN if there is none */
	int bounds;           /* of the histogram */
	int past;             /* of these, those that do not lie ahead */
} ColumnTimes;

static TimestampTz
column_times_value(const AttStatsSlot *slot, int i)
{
	if (slot->valuetype != DATEOID)
		return DatumGetTimestampTz(slot->values[i]);
	if (DATE_NOT_FINITE(DatumGetDateADT(slot->values[i])))
		return DATE_IS_NOBEGIN(DatumGetDateADT(slot->values[i])) ? DT_NOBEGIN
																 : DT_NOEND;
	return DatumGetDateADT(slot->values[i]) * USECS_PER_DAY;
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
column_times_lie_ahead(Oid relid, AttrNumber attnum)
{
	ColumnTimes times = column_times_read(relid, attnum);

	/* What begins longer after now than it lasts is not what time has left of it. */
	return times.bounds > 0 && times.past <= COLUMN_TIMES_LEFT * times.bounds &&
		   (double) times.earliest - (double) GetCurrentTimestamp() <=
			   (double) times.last - (double) times.earliest;
}
