/*-------------------------------------------------------------------------
 *
 * test_event.c
 *		The synthetic rows are exact and repeatable, and so are their ids.
 *
 *-------------------------------------------------------------------------
 */
#include "event_fixture.h"

/* ---- exact ---- */

/* Returns which of the spec's slots a row takes, counted in seconds. */
static int64_t
slot_of(const EventSpec *spec, char (*venues)[EVENT_NAME_SIZE],
		const Event *event)
{
	int64_t venue = 0;
	int64_t day = (event->date - spec->first_day) / USECS_PER_DAY;
	int64_t slot = event->date - spec->first_day - day * USECS_PER_DAY;

	while (venue < spec->venues && strcmp(venues[venue], event->venue) != 0)
		venue++;
	assert_true(venue < spec->venues);
	assert_in_range(day, 0, spec->days - 1);
	assert_true(slot % USECS_PER_SEC == 0);
	slot = slot / USECS_PER_SEC - 18 * 3600;
	assert_in_range(slot, 0, SLOTS - 1);
	return (venue * spec->days + day) * SLOTS + slot;
}

/*
 * Asserts that rows first to last - 1 take slots of one level, and none of them
 * twice. The slots are multiples of step seconds, and if coarser is not 0, not
 * multiples of coarser seconds.
 */
static void
check_level(const EventSpec *spec, int64_t first, int64_t last, int32_t step,
			int32_t coarser)
{
	EventGenerator *generator = start(spec);
	int64_t slots = (int64_t) spec->days * spec->venues * SLOTS;
	uint8_t *seen = calloc((size_t) (slots / 8 + 1), 1);
	char(*venues)[EVENT_NAME_SIZE] =
		malloc(EVENT_NAME_SIZE * (size_t) spec->venues);
	Event event;

	assert_non_null(seen);
	assert_non_null(venues);
	for (int32_t k = 0; k < spec->venues; k++)
		event_venue_name(k, venues[k]);
	for (int64_t i = first; i < last; i++)
	{
		int64_t slot;

		event_row(generator, i, &event);
		slot = slot_of(spec, venues, &event);
		assert_true(slot % SLOTS % step == 0);
		assert_true(coarser == 0 || slot % SLOTS % coarser != 0);
		assert_false(seen[slot / 8] & (1 << slot % 8));
		seen[slot / 8] |= (uint8_t) (1 << slot % 8);
	}
	free(venues);
	free(seen);
	free(generator);
}

static void
check_all_levels(const EventSpec *spec)
{
	int64_t hours = event_capacity_hours(spec);
	int64_t minutes = event_capacity_minutes(spec);
	int64_t cells = (int64_t) spec->days * spec->venues;

	/* As many rows as slots, and no slot twice: it is a bijection. */
	assert_int_equal(hours, cells * 6);
	assert_int_equal(minutes, cells * 301);
	assert_int_equal(event_capacity(spec), cells * 18001);
	check_level(spec, 0, hours, 3600, 0);
	check_level(spec, hours, minutes, 60, 3600);
	check_level(spec, minutes, event_capacity(spec), 1, 60);
}

static void
test_every_slot_once(void **state)
{
	EventSpec small = {7, 852076800 * USECS_PER_SEC, 3, 2, 50};
	EventSpec single = {8, 0, 1, 1, 1};
	EventSpec week = {-9, -7 * USECS_PER_DAY, 7, 1, 3};
	EventSpec evening = {10, USECS_PER_DAY, 1, 14, 3};

	(void) state;
	assert_int_equal(event_capacity(&small), 108006);
	check_all_levels(&small);
	check_all_levels(&single);
	check_all_levels(&week);
	check_all_levels(&evening);
}

static void
test_default_levels(void **state)
{
	(void) state;
	assert_int_equal(event_capacity_hours(&default_spec), HOUR_ROWS);
	assert_int_equal(event_capacity_minutes(&default_spec), MINUTE_ROWS);
	assert_int_equal(event_capacity(&default_spec), 85414745);
	check_level(&default_spec, 0, HOUR_ROWS, 3600, 0);
	check_level(&default_spec, HOUR_ROWS, MINUTE_ROWS, 60, 3600);
	check_level(&default_spec, MINUTE_ROWS, MINUTE_ROWS + 100000, 1, 60);
	check_level(&default_spec, 85414745 - 100000, 85414745, 1, 60);
}

static void
test_default_counts(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 10000);
	static const char *artists[10000];
	static const char *venues[10000];
	static const char *genres[10000];

	(void) state;
	for (int32_t i = 0; i < 10000; i++)
	{
		artists[i] = rows[i].artist;
		venues[i] = rows[i].venue;
		genres[i] = rows[i].genre;
		find_venue(rows[i].venue);
		find_text(genre_names, 11, rows[i].genre);
	}
	/* The first 500 rows have every artist already. */
	assert_int_equal(count_distinct(artists, 500), 500);
	assert_int_equal(count_distinct(artists, 10000), 500);
	assert_int_equal(count_distinct(venues, 10000), 13);
	assert_int_equal(count_distinct(genres, 10000), 11);
	free(rows);
}

static void
test_capacity_is_limited(void **state)
{
	EventSpec large = {1, 0, EVENT_MAX_DAYS, EVENT_MAX_VENUES, 500};
	EventSpec medium = {1, 0, 3650, 100, 500};

	(void) state;
	assert_int_equal(event_capacity_hours(&large), 219600000);
	assert_int_equal(event_capacity_minutes(&large), EVENT_MAX_ROWS);
	assert_int_equal(event_capacity(&large), EVENT_MAX_ROWS);
	assert_int_equal(event_capacity_minutes(&medium), 109865000);
	assert_int_equal(event_capacity(&medium), EVENT_MAX_ROWS);
}

/* ---- repeatable ---- */

static uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
	for (size_t k = 0; k < length; k++)
		hash = (hash ^ ((const uint8_t *) bytes)[k]) * UINT64_C(0x100000001B3);
	return hash;
}

static uint64_t
hash_number(uint64_t hash, int64_t number)
{
	uint8_t bytes[8];

	for (int32_t k = 0; k < 8; k++)
		bytes[k] = (uint8_t) ((uint64_t) number >> (8 * k));
	return hash_bytes(hash, bytes, sizeof(bytes));
}

static uint64_t
hash_text(uint64_t hash, const char *text)
{
	return hash_bytes(hash, text, strlen(text) + 1);
}

/* FNV-1a over all columns. */
static uint64_t
hash_row(uint64_t hash, const Event *event)
{
	hash = hash_bytes(hash, event->id, sizeof(event->id));
	hash = hash_text(hash, event->name);
	hash = hash_text(hash, event->artist);
	hash = hash_text(hash, event->venue);
	hash = hash_number(hash, event->date);
	hash = hash_text(hash, event->time);
	hash = hash_text(hash, event->genre);
	hash = hash_text(hash, event->ticket_sources);
	hash = hash_text(hash, event->price);
	hash = hash_text(hash, event->source_id);
	hash = hash_text(hash, event->source_platform);
	hash = hash_number(hash, event->created_at);
	return hash_number(hash, event->updated_at);
}

#define HASH_START UINT64_C(0xCBF29CE484222325)

static uint64_t
hash_rows(const EventSpec *spec, int64_t first, int64_t count)
{
	Event *rows = make_rows(spec, first, count);
	uint64_t hash = HASH_START;

	for (int64_t i = 0; i < count; i++)
		hash = hash_row(hash, &rows[i]);
	free(rows);
	return hash;
}

static void
assert_hash(uint64_t hash, uint64_t expected)
{
	if (hash != expected)
		fail_msg("0x%016" PRIX64 ", not 0x%016" PRIX64, hash, expected);
}

/*
 * Users keep databases and expected files that were made with these rows. To
 * change a number below breaks them, and has to be listed in CHANGELOG.md.
 */
static void
test_checksums(void **state)
{
	EventSpec other = {-42, -3652 * USECS_PER_DAY, 30, 20, 1000};

	(void) state;
	assert_hash(hash_rows(&default_spec, 0, 10000),
				UINT64_C(0x46B3A66350F1C9DB));
	assert_hash(hash_rows(&default_spec, HOUR_ROWS - 1000, 2000),
				UINT64_C(0x9EA089A3A9ADE60F));
	assert_hash(hash_rows(&default_spec, MINUTE_ROWS - 1000, 2000),
				UINT64_C(0x021A90738CCF4C57));
	assert_hash(hash_rows(&other, 0, 10000), UINT64_C(0xC6D7EE7C222730D9));
}

/* Row i depends on nothing that was done before. */
static void
test_rows_in_any_order(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 3000);
	EventGenerator *generator = start(&default_spec);
	Event event;

	(void) state;
	event_row(generator, event_capacity(&default_spec) - 1, &event);
	for (int64_t i = 2999; i >= 0; i -= 7)
	{
		event_row(generator, i, &event);
		assert_true(hash_row(HASH_START, &event) ==
					hash_row(HASH_START, &rows[i]));
	}
	free(generator);
	free(rows);
}

/* Changing any field of the spec changes all ids. */
static void
test_specs_differ(void **state)
{
	EventSpec specs[7];
	static char ids[7 * 2000][33];
	static const char *texts[7 * 2000];
	int32_t count = 0;

	(void) state;
	for (int32_t k = 0; k < 7; k++)
		specs[k] = default_spec;
	specs[1].seed = 2;
	specs[2].seed = -1;
	specs[3].first_day += USECS_PER_DAY;
	specs[4].days++;
	specs[5].venues++;
	specs[6].artists++;
	for (int32_t k = 0; k < 7; k++)
	{
		Event *rows = make_rows(&specs[k], 0, 2000);

		for (int32_t i = 0; i < 2000; i++)
		{
			for (int32_t byte = 0; byte < 16; byte++)
				sprintf(ids[count] + 2 * byte, "%02x", rows[i].id[byte]);
			texts[count] = ids[count];
			count++;
		}
		free(rows);
	}
	assert_int_equal(count_distinct(texts, count), 7 * 2000);
}

static void
test_seeds_move_slots(void **state)
{
	EventSpec other = default_spec;
	Event *rows;
	Event *others;
	int32_t same_slot = 0;
	int32_t same_artist = 0;

	(void) state;
	other.seed = 2;
	rows = make_rows(&default_spec, 0, 2000);
	others = make_rows(&other, 0, 2000);
	for (int32_t i = 0; i < 2000; i++)
	{
		same_slot += rows[i].date == others[i].date &&
					 strcmp(rows[i].venue, others[i].venue) == 0;
		same_artist += strcmp(rows[i].artist, others[i].artist) == 0;
	}
	assert_in_range(same_slot, 0, 5);
	assert_in_range(same_artist, 0, 100);
	free(rows);
	free(others);
}

/*
 * Each round of a level has its own order. A round takes 12,220 rows, which is
 * 26, the sum of the venues' weights, times 470, that of the days of 2027.
 */
static void
test_rounds_differ(void **state)
{
	Event *rows = make_rows(&default_spec, HOUR_ROWS, 2 * 12220);
	int32_t same = 0;

	(void) state;
	for (int32_t i = 0; i < 12220; i++)
	{
		const Event *next = &rows[i + 12220];

		same += (rows[i].date - default_spec.first_day) / USECS_PER_DAY ==
					(next->date - default_spec.first_day) / USECS_PER_DAY &&
				strcmp(rows[i].venue, next->venue) == 0;
	}
	assert_in_range(same, 0, 20);
	free(rows);
}

/* ---- ids ---- */

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (*state >> 33) ^ (*state << 21);
}

static void
test_ids_are_recognised(void **state)
{
	Event *rows = make_rows(&default_spec, HOUR_ROWS - 1000, 2000);

	(void) state;
	for (int32_t i = 0; i < 2000; i++)
	{
		assert_int_equal(rows[i].id[6] >> 4, 8);
		assert_int_equal(rows[i].id[8] >> 6, 2);
		assert_true(event_id_is_synthetic(rows[i].id));
		for (int32_t bit = 0; bit < 128; bit++)
		{
			rows[i].id[bit / 8] ^= (uint8_t) (1 << bit % 8);
			assert_false(event_id_is_synthetic(rows[i].id));
			rows[i].id[bit / 8] ^= (uint8_t) (1 << bit % 8);
		}
	}
	free(rows);
}

static void
test_other_ids_are_not(void **state)
{
	uint64_t random = 1;
	uint8_t id[16];

	(void) state;
	for (int32_t i = 0; i < 200000; i++)
	{
		for (int32_t byte = 0; byte < 16; byte++)
			id[byte] = (uint8_t) next_random(&random);
		/* half of them are of gen_random_uuid()'s version, half of ours */
		id[6] = (uint8_t) ((id[6] & 0x0F) | (i < 100000 ? 0x40 : 0x80));
		id[8] = (uint8_t) ((id[8] & 0x3F) | 0x80);
		assert_false(event_id_is_synthetic(id));
	}
	memset(id, 0, sizeof(id));
	assert_false(event_id_is_synthetic(id));
	memset(id, 0xFF, sizeof(id));
	assert_false(event_id_is_synthetic(id));
}

static void
test_ids_look_random(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 20000);

	(void) state;
	for (int32_t bit = 0; bit < 128; bit++)
	{
		int32_t ones = 0;

		if ((bit >= 48 && bit < 52) || bit == 64 || bit == 65)
			continue; /* version and variant */
		for (int32_t i = 0; i < 20000; i++)
			ones += rows[i].id[bit / 8] >> (7 - bit % 8) & 1;
		assert_percent(ones, 20000, 48.5, 51.5);
	}
	free(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_slot_once),
		cmocka_unit_test(test_default_levels),
		cmocka_unit_test(test_default_counts),
		cmocka_unit_test(test_capacity_is_limited),
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_rows_in_any_order),
		cmocka_unit_test(test_specs_differ),
		cmocka_unit_test(test_seeds_move_slots),
		cmocka_unit_test(test_rounds_differ),
		cmocka_unit_test(test_ids_are_recognised),
		cmocka_unit_test(test_other_ids_are_not),
		cmocka_unit_test(test_ids_look_random),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
