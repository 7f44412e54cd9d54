/*-------------------------------------------------------------------------
 *
 * event_fixture.h
 *		Functions that the tests of the synthetic rows share.
 *
 * The seeds are fixed, so every number is a fact, and no test depends on
 * chance. The calendar is that of libc, and JSON is parsed by jansson.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EVENT_FIXTURE_H
#define PERFCHECK_EVENT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "synth/event.h"

#define LENGTH(array) ((int32_t) (sizeof(array) / sizeof((array)[0])))

#define USECS_PER_SEC INT64_C(1000000)
#define USECS_PER_DAY (INT64_C(86400) * USECS_PER_SEC)
#define EPOCH_2000 INT64_C(946684800) /* in seconds since 1970 */

#define SLOTS 18001 /* seconds from 18:00 to 23:00 */
#define HOUR_ROWS 28470
#define MINUTE_ROWS 1428245

/* The defaults of perfcheck_seed(), from 2027-01-01 on. */
static const EventSpec default_spec = {1, 852076800 * USECS_PER_SEC, 365, 13,
									   500};

static const char *const venue_names[13] = {
	"Kollektivet Livet", "Slaktkyrkan",    "Hus 7",  "Fasching", "Nalen",
	"Fylkingen",         "Slakthuset",     "Fållan", "Landet",   "Mosebacke",
	"Kägelbanan",        "Pet Sounds Bar", "Debaser"};

static const char *const genre_names[11] = {
	"rock",  "pop",  "electronic", "jazz",  "hip-hop", "metal",
	"indie", "folk", "classical",  "world", "other"};

static inline EventGenerator *
start(const EventSpec *spec)
{
	void *memory = malloc(event_generator_size(spec));

	assert_non_null(memory);
	memset(memory, 0xA5, event_generator_size(spec));
	return event_init(memory, spec);
}

static inline Event *
make_rows(const EventSpec *spec, int64_t first, int64_t count)
{
	EventGenerator *generator = start(spec);
	Event *rows = malloc(sizeof(Event) * (size_t) count);

	assert_non_null(rows);
	memset(rows, 0x5A, sizeof(Event) * (size_t) count);
	for (int64_t i = 0; i < count; i++)
		event_row(generator, first + i, &rows[i]);
	free(generator);
	return rows;
}

static inline int32_t
find_text(const char *const *texts, int32_t count, const char *text)
{
	for (int32_t k = 0; k < count; k++)
	{
		if (strcmp(texts[k], text) == 0)
			return k;
	}
	fail_msg("unexpected \"%s\"", text);
	return -1;
}

static inline int32_t
find_venue(const char *name)
{
	return find_text(venue_names, 13, name);
}

static inline int
compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Returns how many different texts there are. Sorts them. */
static inline int32_t
count_distinct(const char **texts, int32_t count)
{
	int32_t distinct = count > 0 ? 1 : 0;

	qsort(texts, (size_t) count, sizeof(texts[0]), compare_text);
	for (int32_t k = 1; k < count; k++)
	{
		if (strcmp(texts[k - 1], texts[k]) != 0)
			distinct++;
	}
	return distinct;
}

typedef struct RankedName
{
	char name[EVENT_NAME_SIZE];
	int32_t rank;
} RankedName;

static inline int
compare_ranked(const void *a, const void *b)
{
	return strcmp(((const RankedName *) a)->name,
				  ((const RankedName *) b)->name);
}

static inline RankedName *
rank_artists(int32_t count)
{
	RankedName *names = malloc(sizeof(RankedName) * (size_t) count);

	assert_non_null(names);
	for (int32_t k = 0; k < count; k++)
	{
		names[k].rank = k;
		event_artist_name(k, names[k].name);
	}
	qsort(names, (size_t) count, sizeof(names[0]), compare_ranked);
	return names;
}

static inline int32_t
find_rank(const RankedName *names, int32_t count, const char *name)
{
	RankedName key;
	const RankedName *found;

	assert_true(strlen(name) < sizeof(key.name));
	strcpy(key.name, name);
	found = bsearch(&key, names, (size_t) count, sizeof(key), compare_ranked);
	assert_non_null(found);
	return found->rank;
}

static inline struct tm
calendar(int64_t usecs)
{
	time_t seconds = usecs / USECS_PER_SEC + EPOCH_2000;
	struct tm tm;

	assert_true(usecs % USECS_PER_SEC == 0);
	assert_non_null(gmtime_r(&seconds, &tm));
	return tm;
}

/* Does word occur as a word, in any case? */
static inline bool
has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strcasestr(text, word); at != NULL;
		 at = strcasestr(at + 1, word))
	{
		if ((at == text || !isalnum((unsigned char) at[-1])) &&
			!isalnum((unsigned char) at[length]))
			return true;
	}
	return false;
}

/* Asserts that count is within low to high percent of total. */
static inline void
assert_percent(int64_t count, int64_t total, double low, double high)
{
	double percent = 100.0 * (double) count / (double) total;

	if (percent < low || percent > high)
		fail_msg("%" PRId64 " of %" PRId64 " is %.2f %%, not %.2f to %.2f",
				 count, total, percent, low, high);
}

#endif /* PERFCHECK_EVENT_FIXTURE_H */
