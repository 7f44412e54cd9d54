/*-------------------------------------------------------------------------
 *
 * isotime.c
 *		ISO 8601 dates and timestamps; see isotime.h.
 *
 *-------------------------------------------------------------------------
 */
#include "isotime.h"

#include <string.h>
#include <time.h>

#define MAX_FRACTION_DIGITS 6

static bool
take_char(const char **text, char expected)
{
	if (**text != expected)
		return false;
	(*text)++;
	return true;
}

/* Exactly count digits, with a value of at most max. */
static bool
take_number(const char **text, int count, int max, int *value)
{
	*value = 0;
	for (int i = 0; i < count; i++)
	{
		char c = **text;

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
		(*text)++;
	}
	return *value <= max;
}

static bool
take_date(const char **text, struct tm *tm)
{
	if (!take_number(text, 4, 9999, &tm->tm_year) || !take_char(text, '-') ||
		!take_number(text, 2, 12, &tm->tm_mon) || !take_char(text, '-') ||
		!take_number(text, 2, 31, &tm->tm_mday))
		return false;
	if (tm->tm_year < 1 || tm->tm_mon < 1 || tm->tm_mday < 1)
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	return true;
}

static bool
take_time(const char **text, struct tm *tm, int *microseconds)
{
	int digits = 0;

	if (!take_number(text, 2, 23, &tm->tm_hour) || !take_char(text, ':') ||
		!take_number(text, 2, 59, &tm->tm_min))
		return false;
	if (!take_char(text, ':'))
		return true;
	if (!take_number(text, 2, 59, &tm->tm_sec))
		return false;
	if (!take_char(text, '.'))
		return true;
	while (digits < MAX_FRACTION_DIGITS && **text >= '0' && **text <= '9')
	{
		*microseconds = *microseconds * 10 + (*(*text)++ - '0');
		digits++;
	}
	if (digits == 0)
		return false;
	for (; digits < MAX_FRACTION_DIGITS; digits++)
		*microseconds *= 10;
	return true;
}

/* Seconds east of UTC. 15:59 is the largest offset that PostgreSQL takes. */
static bool
take_offset(const char **text, int *seconds)
{
	int sign = (**text == '-') ? -1 : 1;
	int hours;
	int minutes = 0;

	*seconds = 0;
	if (**text == '\0' || take_char(text, 'Z'))
		return true;
	if (!take_char(text, '+') && !take_char(text, '-'))
		return false;
	if (!take_number(text, 2, 15, &hours))
		return false;
	if ((take_char(text, ':') || **text != '\0') &&
		!take_number(text, 2, 59, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool
isotime_parse(const char *text, int64_t *microseconds)
{
	struct tm tm;
	int month;
	int fraction = 0;
	int offset = 0;
	time_t seconds;

	memset(&tm, 0, sizeof(tm));
	if (!take_date(&text, &tm))
		return false;
	if (take_char(&text, 'T') &&
		(!take_time(&text, &tm, &fraction) || !take_offset(&text, &offset)))
		return false;
	if (*text != '\0')
		return false;

	/* timegm() turns 30 February into 2 March. */
	month = tm.tm_mon;
	seconds = timegm(&tm);
	if (tm.tm_mon != month)
		return false;
	*microseconds = ((int64_t) seconds - offset) * 1000000 + fraction;
	return true;
}
