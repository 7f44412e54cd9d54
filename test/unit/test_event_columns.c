/*-------------------------------------------------------------------------
 *
 * test_event_columns.c
 *		Each column of a synthetic row holds what it should.
 *
 *-------------------------------------------------------------------------
 */
#include "event_fixture.h"

#include <jansson.h>
#include <time.h>

#include "synth/vocabulary.h"

/* ---- names ---- */

/* Asserts well-formed UTF-8 of Latin-1 letters, without control characters. */
static void
check_text(const char *text)
{
	const uint8_t *at = (const uint8_t *) text;

	for (; *at != '\0'; at++)
	{
		if (*at < 0x80)
			assert_in_range(*at, 0x20, 0x7E);
		else
		{
			assert_int_equal(*at++, 0xC3); /* U+00C0 to U+00FF */
			assert_in_range(*at, 0x80, 0xBF);
		}
	}
}

static void
test_artist_names(void **state)
{
	static char names[EVENT_MAX_ARTISTS][64];
	static const char *texts[EVENT_MAX_ARTISTS];

	(void) state;
	for (int32_t k = 0; k < EVENT_MAX_ARTISTS; k++)
	{
		char name[EVENT_NAME_SIZE];

		event_artist_name(k, name);
		assert_in_range(strlen(name), 2, VOCABULARY_MAX_LENGTH);
		check_text(name);
		assert_null(strcasestr(name, "live"));
		strcpy(names[k], name);
		texts[k] = names[k];
	}
	assert_int_equal(count_distinct(texts, EVENT_MAX_ARTISTS),
					 EVENT_MAX_ARTISTS);
}

static bool
has_swedish_letter(const char *text)
{
	static const char *const letters[] = {"å", "ä", "ö", "Å", "Ä", "Ö"};

	for (int32_t k = 0; k < LENGTH(letters); k++)
	{
		if (strstr(text, letters[k]) != NULL)
			return true;
	}
	return false;
}

static void
test_artist_words(void **state)
{
	char name[EVENT_NAME_SIZE];
	int32_t metal = 0;
	int32_t swedish = 0;

	(void) state;
	for (int32_t k = 0; k < EVENT_MAX_ARTISTS; k++)
	{
		event_artist_name(k, name);
		metal += has_word(name, "metal");
		swedish += has_swedish_letter(name);
		if (k + 1 == 500 || k + 1 == 5000 || k + 1 == EVENT_MAX_ARTISTS)
		{
			assert_percent(metal, k + 1, 1, 3);
			assert_percent(swedish, k + 1, 10, 25);
		}
	}
	event_artist_name(0, name);
	assert_string_equal(name, "Håkan Hellström");
	event_artist_name(2, name);
	assert_string_equal(name, "Opeth");
}

static void
test_venue_names(void **state)
{
	static char names[EVENT_MAX_VENUES][EVENT_NAME_SIZE];
	static const char *texts[EVENT_MAX_VENUES];

	(void) state;
	for (int32_t k = 0; k < EVENT_MAX_VENUES; k++)
	{
		event_venue_name(k, names[k]);
		texts[k] = names[k];
		assert_in_range(strlen(names[k]), 2, VOCABULARY_MAX_LENGTH);
		check_text(names[k]);
		assert_true(k == 0 || strcasestr(names[k], "live") == NULL);
		if (k < 13)
			assert_string_equal(names[k], venue_names[k]);
	}
	assert_int_equal(count_distinct(texts, EVENT_MAX_VENUES), EVENT_MAX_VENUES);
}

/* ---- columns ---- */

/* The forms of a name; the first %s is the artist. */
static void
check_name(const Event *event)
{
	static const char *const forms[] = {
		"%s",           "%s Live in Stockholm", "%s Live at %s",
		"%s %s Tour",   "An Evening with %s",   "%s - Release Party",
		"%s & Friends", "%s Unplugged",         "%s + Support"};
	char year[16];
	char name[2 * EVENT_NAME_SIZE + 64];
	bool found = false;

	sprintf(year, "%d", calendar(event->date).tm_year + 1900);
	for (int32_t k = 0; k < LENGTH(forms) && !found; k++)
	{
		snprintf(name, sizeof(name), forms[k], event->artist,
				 strstr(forms[k], "Tour") ? year : event->venue);
		found = strcmp(name, event->name) == 0;
	}
	if (!found)
		fail_msg("unexpected name \"%s\"", event->name);
}

static void
check_time(const Event *event, int64_t i)
{
	struct tm tm = calendar(event->date);
	char text[16];

	strftime(text, sizeof(text), i < MINUTE_ROWS ? "%H:%M" : "%H:%M:%S", &tm);
	assert_string_equal(event->time, text);
}

static void
check_price(const Event *event)
{
	int price;
	char text[32];

	if (event->price[0] == '\0')
		return;
	assert_int_equal(sscanf(event->price, "%d SEK", &price), 1);
	assert_in_range(price, 120, 1250);
	assert_int_equal(price % 5, 0);
	snprintf(text, sizeof(text), "%d SEK", price);
	assert_string_equal(event->price, text);
}

static void
check_stamps(const Event *event, int64_t first_day)
{
	int64_t before = first_day - event->created_at;

	assert_true(before >= USECS_PER_DAY && before <= 90 * USECS_PER_DAY);
	assert_true(before % USECS_PER_SEC == 0);
	assert_true(event->updated_at >= event->created_at);
	assert_true(event->updated_at <= first_day);
	assert_true((first_day - event->updated_at) % USECS_PER_SEC == 0);
}

static const char *const platforms[] = {"ticketmaster", "axs", "dice",
										"venue-direct"};
static const char *const prefixes[] = {"tm-", "axs-", "dice-", "vd-"};

/* The moment, by the C library's calendar, in microseconds since 2000-01-01. */
static int64_t
read_time(const char *text)
{
	struct tm at = {0};
	int length = 0;

	assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.000Z%n", &at.tm_year,
							&at.tm_mon, &at.tm_mday, &at.tm_hour, &at.tm_min,
							&at.tm_sec, &length),
					 6);
	assert_int_equal(length, EVENT_ADDED_AT_LENGTH);
	assert_int_equal(strlen(text), EVENT_ADDED_AT_LENGTH);
	at.tm_year -= 1900;
	at.tm_mon -= 1;
	return ((int64_t) timegm(&at) - INT64_C(946684800)) * USECS_PER_SEC;
}

/* The first source came with the event, the others until its last change. */
static void
check_added_at(const Event *event, size_t k, const char *added_at)
{
	int64_t at = read_time(added_at);

	/* What a year of four digits cannot hold is written as its end. */
	if (strncmp(added_at, "0000-01-01", 10) == 0 ||
		strncmp(added_at, "9999-12-31", 10) == 0)
		return;
	if (k == 0)
		assert_true(at == event->created_at);
	assert_true(at >= event->created_at && at <= event->updated_at);
}

/* Appends source k as jsonb_out() writes it. Returns its platform. */
static int32_t
check_source(const Event *event, size_t k, json_t *source, char *text)
{
	const char *name = json_string_value(json_object_get(source, "platform"));
	const char *url = json_string_value(json_object_get(source, "url"));
	const char *added_at =
		json_string_value(json_object_get(source, "addedAt"));
	const char *digits;
	char host[64];
	char source_id[64];
	int32_t platform;

	assert_non_null(name);
	assert_non_null(url);
	assert_non_null(added_at);
	check_added_at(event, k, added_at);
	platform = find_text(platforms, LENGTH(platforms), name);
	sprintf(host, "https://%s.example/e/", name);
	assert_int_equal(strncmp(url, host, strlen(host)), 0);
	digits = url + strlen(host);
	assert_int_equal(strlen(digits), 15);
	assert_int_equal(strspn(digits, "0123456789abcdef"), 15);
	if (k == 0)
	{
		assert_string_equal(event->source_platform, name);
		sprintf(source_id, "%s%s", prefixes[platform], digits);
		assert_string_equal(event->source_id, source_id);
	}
	sprintf(text + strlen(text),
			"%s{\"url\": \"%s\", \"addedAt\": \"%s\", "
			"\"platform\": \"%s\"}",
			k == 0 ? "" : ", ", url, added_at, name);
	return platform;
}

/*
 * Asserts that the JSON has 1 to 3 known platforms, none of them twice, and is
 * as jsonb_out() writes it, and that the source columns are those of the first.
 */
static void
check_sources(const Event *event)
{
	json_t *sources = json_loads(event->ticket_sources, 0, NULL);
	char text[EVENT_SOURCES_SIZE] = "[";
	json_t *source;
	size_t k;
	int32_t last = -1;

	assert_non_null(sources);
	assert_in_range(json_array_size(sources), 1, 3);
	json_array_foreach(sources, k, source)
	{
		int32_t platform = check_source(event, k, source, text);

		assert_true(platform > last);
		last = platform;
	}
	strcat(text, "]");
	assert_string_equal(event->ticket_sources, text);
	json_decref(sources);
}

static void
check_columns(const EventSpec *spec, int64_t first, int64_t count)
{
	Event *rows = make_rows(spec, first, count);

	for (int64_t i = 0; i < count; i++)
	{
		check_name(&rows[i]);
		check_time(&rows[i], first + i);
		check_price(&rows[i]);
		check_stamps(&rows[i], spec->first_day);
		check_sources(&rows[i]);
	}
	free(rows);
}

static void
test_columns(void **state)
{
	(void) state;
	check_columns(&default_spec, 0, 5000);
	check_columns(&default_spec, HOUR_ROWS, 2000);
	check_columns(&default_spec, MINUTE_ROWS, 2000);
}

static void
test_source_ids_are_unique(void **state)
{
	Event *rows = make_rows(&default_spec, 0, HOUR_ROWS);
	static const char *texts[HOUR_ROWS];

	(void) state;
	for (int32_t i = 0; i < HOUR_ROWS; i++)
		texts[i] = strchr(rows[i].source_id, '-') + 1;
	assert_int_equal(count_distinct(texts, HOUR_ROWS), HOUR_ROWS);
	free(rows);
}

/* Tests leap years, turns of centuries, and years before 1. */
static void
test_years(void **state)
{
	EventSpec spec = default_spec;
	static const int64_t first_days[] = {-730119, -146097, -1,     0,
										 59,      36524,   146000, 10000000};

	(void) state;
	spec.days = 1500;
	for (int32_t k = 0; k < LENGTH(first_days); k++)
	{
		Event *rows;

		spec.first_day = first_days[k] * USECS_PER_DAY;
		rows = make_rows(&spec, 0, 20000);
		for (int32_t i = 0; i < 20000; i++)
			check_name(&rows[i]);
		free(rows);
	}
}

/* ---- limits ---- */

/* Returns the i-th of 3,000 rows: the first, the last, and some in between. */
static int64_t
sample(int64_t rows, int64_t i)
{
	if (i < 1000)
		return i;
	if (i < 2000)
		return rows - 1 - (i - 1000);
	return rows / 1000 * (i - 2000);
}

static void
check_limits(const EventSpec *spec)
{
	EventGenerator *generator = start(spec);
	RankedName *names = rank_artists(spec->artists);
	Event event;

	for (int64_t i = 0; i < 3000; i++)
	{
		int64_t day;

		event_row(generator, sample(event_capacity(spec), i), &event);
		day = (event.date - spec->first_day) / USECS_PER_DAY;
		assert_in_range(day, 0, spec->days - 1);
		check_name(&event);
		check_stamps(&event, spec->first_day);
		check_sources(&event);
		check_price(&event);
		find_rank(names, spec->artists, event.artist);
		find_text(genre_names, 11, event.genre);
		assert_true(event_id_is_synthetic(event.id));
	}
	free(names);
	free(generator);
}

static void
test_limits(void **state)
{
	/* PostgreSQL's first day, 4714-11-24 BC, and the last that fits */
	int64_t earliest = (-2451545 + 90) * USECS_PER_DAY;
	int64_t latest =
		INT64_C(9223371331200000000) - (EVENT_MAX_DAYS + 1) * USECS_PER_DAY;
	int64_t seeds[] = {0, -1, INT64_MIN, INT64_MAX};
	int64_t days[] = {0, -USECS_PER_DAY, earliest, latest};

	(void) state;
	for (int32_t k = 0; k < 4; k++)
	{
		EventSpec large = {seeds[k], days[k], EVENT_MAX_DAYS, EVENT_MAX_VENUES,
						   EVENT_MAX_ARTISTS};
		EventSpec small = {seeds[k], days[3 - k], 1, 1, 1};
		EventSpec flat = {seeds[k], days[k], 1, EVENT_MAX_VENUES, 9};
		EventSpec lone = {seeds[k], days[k], EVENT_MAX_DAYS, 1, 10};

		check_limits(&large);
		check_limits(&small);
		check_limits(&flat);
		check_limits(&lone);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_artist_names),
		cmocka_unit_test(test_artist_words),
		cmocka_unit_test(test_venue_names),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_source_ids_are_unique),
		cmocka_unit_test(test_years),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests_name("event: columns", tests, NULL, NULL);
}
