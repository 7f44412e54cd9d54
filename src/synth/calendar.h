/*-------------------------------------------------------------------------
 *
 * calendar.h
 *		Days and times of the proleptic Gregorian calendar, in UTC.
 *
 * Owns the step from a count of days to a date, without the server's own
 * functions. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_CALENDAR_H
#define PERFCHECK_SYNTH_CALENDAR_H

#include <stdint.h>

/* "2027-01-01T18:00:00.000Z" */
#define CALENDAR_TIME_LENGTH 24

typedef struct CalendarDate
{
	int64_t year; /* 0 is 1 BC */
	int32_t month;
	int32_t day;
} CalendarDate;

/* Returns the date of a day, counted from 2000-01-01. */
extern CalendarDate calendar_date(int64_t days_since_2000);

/*
 * Writes a moment, in microseconds since 2000-01-01 00:00 UTC, in the form of ISO
 * 8601 that JavaScript writes, without a closing zero. It has four digits for the
 * year, so that what is before year 0 or after 9999 is written as its first or
 * last day.
 */
extern void calendar_put_time(char at[CALENDAR_TIME_LENGTH], int64_t us);

#endif /* PERFCHECK_SYNTH_CALENDAR_H */
