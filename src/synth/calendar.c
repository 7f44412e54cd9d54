/*-------------------------------------------------------------------------
 *
 * calendar.c
 *		Days and times of the proleptic Gregorian calendar; see calendar.h.
 *
 * Days are counted in eras of 400 years, and in years that begin on March 1, so
 * that a leap day is the last one of its year.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/calendar.h"

#include <string.h>

#define DAYS_PER_ERA INT64_C(146097)
#define SECS_PER_DAY INT64_C(86400)
#define USECS_PER_SEC INT64_C(1000000)

/* The first and the last day of the years 0 to 9999. */
#define FIRST_DAY INT64_C(-730485)
#define LAST_DAY INT64_C(2921939)

CalendarDate
calendar_date(int64_t days_since_2000)
{
	int64_t days = days_since_2000 + 730425; /* since March 1, year 0 */
	int64_t era = (days >= 0 ? days : days - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64_t day = days - era * DAYS_PER_ERA; /* of the era */
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* since March */

	return (CalendarDate){
		.year = year + era * 400 + (month >= 10 ? 1 : 0),
		.month = (int32_t) (month < 10 ? month + 3 : month - 9),
		.day = (int32_t) (day_of_year - (153 * month + 2) / 5 + 1)};
}

static void
put_digits(char *at, int64_t number, int digits)
{
	while (digits-- > 0)
	{
		at[digits] = (char) ('0' + number % 10);
		number /= 10;
	}
}

void
calendar_put_time(char at[CALENDAR_TIME_LENGTH], int64_t us)
{
	static const char form[CALENDAR_TIME_LENGTH + 1] =
		"0000-00-00T00:00:00.000Z";
	int64_t seconds =
		us >= 0 ? us / USECS_PER_SEC : -((-us - 1) / USECS_PER_SEC) - 1;
	int64_t days = seconds >= 0 ? seconds / SECS_PER_DAY
								: -((-seconds - 1) / SECS_PER_DAY) - 1;
	int64_t second = seconds - days * SECS_PER_DAY;
	int64_t milliseconds = (us - seconds * USECS_PER_SEC) / 1000;
	CalendarDate date;

	days = days < FIRST_DAY ? FIRST_DAY : days > LAST_DAY ? LAST_DAY : days;
	date = calendar_date(days);
	memcpy(at, form, CALENDAR_TIME_LENGTH);
	put_digits(at, date.year, 4);
	put_digits(at + 5, date.month, 2);
	put_digits(at + 8, date.day, 2);
	put_digits(at + 11, second / 3600, 2);
	put_digits(at + 14, second / 60 % 60, 2);
	put_digits(at + 17, second % 60, 2);
	put_digits(at + 20, milliseconds, 3);
}
