/*-------------------------------------------------------------------------
 *
 * test_event_shares.c
 *		The synthetic rows are distributed as the README states.
 *
 * Shares have to be within bounds. Bounds on chi-square are the value that one
 * random sample in a thousand would exceed.
 *
 *-------------------------------------------------------------------------
 */
#include "event_fixture.h"

#include "synth/vocabulary.h"
#include "synth/zipf.h"

/* Asserts that counts follow weights, by chi-square. */
static inline void
assert_chi_square(const int32_t *counts, const double *weights, int32_t n,
				  double bound)
{
	double total = 0;
	double weight = 0;
	double chi_square = 0;

	for (int32_t k = 0; k < n; k++)
	{
		total += counts[k];
		weight += weights[k];
	}
	for (int32_t k = 0; k < n; k++)
	{
		double expected = total * weights[k] / weight;

		chi_square +=
			(counts[k] - expected) * (counts[k] - expected) / expected;
	}
	if (chi_square > bound)
		fail_msg("chi-square %.1f of %d, above %.1f", chi_square, n, bound);
}

/* ---- distributions ---- */

/* Busy venues and weekends have more events, at the default size of a seed. */
static void
test_venues_and_days(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 10000);
	static const double weights[13] = {2, 2, 1, 3, 3, 1, 2, 2, 1, 3, 2, 1, 3};
	int32_t venues[13] = {0};
	int32_t months[12] = {0};
	int32_t weekend = 0;

	(void) state;
	for (int32_t i = 0; i < 10000; i++)
	{
		struct tm tm = calendar(rows[i].date);

		venues[find_venue(rows[i].venue)]++;
		weekend += tm.tm_wday == 5 || tm.tm_wday == 6;
		if (i < 2000)
			months[tm.tm_mon]++;
	}
	/* 12 degrees of freedom: above 32.9 once in a thousand */
	assert_chi_square(venues, weights, 13, 32.9);
	/* two days of weight 2 in a week of weight 9; evenly it would be 28.6 */
	assert_percent(weekend, 10000, 43, 46);
	for (int32_t k = 0; k < 12; k++)
		assert_percent(months[k], 2000, 6, 11);
	free(rows);
}

static void
test_busiest_venue(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 5000);
	int32_t venues[13] = {0};
	int32_t most = 0;
	int32_t least = 5000;

	(void) state;
	for (int32_t i = 0; i < 5000; i++)
		venues[find_venue(rows[i].venue)]++;
	for (int32_t k = 0; k < 13; k++)
	{
		most = venues[k] > most ? venues[k] : most;
		least = venues[k] < least ? venues[k] : least;
	}
	assert_true(most >= 2 * least);
	free(rows);
}

/* The first round of minutes and of seconds follows the same weights. */
static void
test_weights_on_finer_levels(void **state)
{
	static const int64_t firsts[] = {HOUR_ROWS, MINUTE_ROWS};

	(void) state;
	for (int32_t k = 0; k < LENGTH(firsts); k++)
	{
		Event *rows = make_rows(&default_spec, firsts[k], 10000);
		int32_t fasching = 0;
		int32_t landet = 0;
		int32_t weekend = 0;

		for (int32_t i = 0; i < 10000; i++)
		{
			struct tm tm = calendar(rows[i].date);

			weekend += tm.tm_wday == 5 || tm.tm_wday == 6;
			fasching += strcmp(rows[i].venue, "Fasching") == 0;
			landet += strcmp(rows[i].venue, "Landet") == 0;
		}
		assert_percent(fasching, 10000, 10.5, 12.6); /* 3 of 26 */
		assert_percent(landet, 10000, 3.2, 4.5);     /* 1 of 26 */
		assert_percent(weekend, 10000, 43, 46);
		free(rows);
	}
}

/* Fridays and Saturdays are found before 2000 as well. */
static void
test_weekends_before_2000(void **state)
{
	EventSpec spec = default_spec;
	Event *rows;
	int32_t weekend = 0;

	(void) state;
	spec.first_day = -3652 * USECS_PER_DAY;
	rows = make_rows(&spec, 0, 10000);
	for (int32_t i = 0; i < 10000; i++)
	{
		struct tm tm = calendar(rows[i].date);

		weekend += tm.tm_wday == 5 || tm.tm_wday == 6;
	}
	assert_percent(weekend, 10000, 43, 46);
	free(rows);
}

static void
test_hours(void **state)
{
	Event *rows = make_rows(&default_spec, 0, 2000);
	int32_t hours[24] = {0};

	(void) state;
	for (int32_t i = 0; i < 2000; i++)
		hours[calendar(rows[i].date).tm_hour]++;
	assert_percent(hours[19], 2000, 20, 30);
	assert_percent(hours[20], 2000, 20, 30);
	assert_percent(hours[23], 2000, 3, 12);
	free(rows);
}

/* This leaves out the first rows, which have each artist once. */
static void
test_artists_follow_zipf(void **state)
{
	RankedName *names = rank_artists(500);
	Event *rows = make_rows(&default_spec, 500, 100000);
	int32_t counts[500] = {0};
	double weights[450];

	(void) state;
	for (int32_t k = 0; k < 450; k++)
		weights[k] = 1.0 / (k + 2);
	for (int32_t i = 0; i < 100000; i++)
		counts[find_rank(names, 500, rows[i].artist)]++;
	/* 449 degrees of freedom: above 546 once in a thousand */
	assert_chi_square(counts, weights, 450, 546);
	/* 1/2 of 5.69; a bound as the favourite is what a search looks for */
	assert_percent(counts[0], 100000, 8.4, 9.2);
	for (int32_t k = 450; k < 500; k++)
		assert_int_equal(counts[k], 0);
	free(rows);
	free(names);
}

static void
test_one_off_artists(void **state)
{
	RankedName *names = rank_artists(500);
	Event *rows = make_rows(&default_spec, 0, HOUR_ROWS);
	int32_t counts[500] = {0};
	int32_t metal = 0;

	(void) state;
	for (int32_t i = 0; i < HOUR_ROWS; i++)
	{
		counts[find_rank(names, 500, rows[i].artist)]++;
		metal += has_word(rows[i].artist, "metal");
	}
	for (int32_t k = 0; k < 500; k++)
	{
		if (k < 450)
			assert_in_range(counts[k], 2, HOUR_ROWS);
		else
			assert_int_equal(counts[k], 1);
	}
	assert_percent(metal, HOUR_ROWS, 1, 3);
	free(rows);
	free(names);
}

/* What the table gives to each number adds up to the number's weight. */
static void
test_popularity_table(void **state)
{
	static const uint32_t sizes[] = {1, 2, 3, 9, 10, 450, 90000, 100000};
	static ZipfColumn table[100000];
	static double given[100000];

	(void) state;
	for (int32_t k = 0; k < LENGTH(sizes); k++)
	{
		uint32_t n = sizes[k];
		double sum = 0;

		zipf_init(table, n);
		memset(given, 0, sizeof(given));
		for (uint32_t i = 0; i < n; i++)
		{
			assert_in_range(table[i].alias, 0, n - 1);
			given[i] += table[i].threshold / 4294967296.0;
			given[table[i].alias] += 1 - table[i].threshold / 4294967296.0;
			sum += 1.0 / (i + 2);
		}
		for (uint32_t i = 0; i < n; i++)
			assert_true(given[i] / n / (1.0 / (i + 2) / sum) > 0.999 &&
						given[i] / n / (1.0 / (i + 2) / sum) < 1.001);
		assert_int_equal(zipf_draw(table, n, 0), 0);
		assert_in_range(zipf_draw(table, n, UINT64_MAX), 0, n - 1);
	}
}

static void
test_genres(void **state)
{
	RankedName *names = rank_artists(500);
	Event *rows = make_rows(&default_spec, 0, HOUR_ROWS);
	int32_t counts[11] = {0};
	int32_t own = 0;

	(void) state;
	for (int32_t i = 0; i < HOUR_ROWS; i++)
	{
		int32_t rank = find_rank(names, 500, rows[i].artist);
		int32_t genre = find_text(genre_names, 11, rows[i].genre);

		counts[genre]++;
		own += vocabulary_artist_genre(rank) == genre;
	}
	assert_percent(own, HOUR_ROWS, 84.2, 85.8);
	assert_percent(counts[0], HOUR_ROWS, 20, 30); /* rock */
	assert_percent(counts[1], HOUR_ROWS, 15, 22); /* pop */
	for (int32_t k = 8; k < 11; k++)              /* classical, world, other */
		assert_percent(counts[k], HOUR_ROWS, 1.5, 4.5);
	for (int32_t k = 0; k < 11; k++)
		assert_true(counts[k] > 300);
	free(rows);
	free(names);
}

static void
test_titles(void **state)
{
	static const char *const parts[] = {
		" Live in Stockholm", " Live at ",  " Tour",      "An Evening with ",
		" - Release Party",   " & Friends", " Unplugged", " + Support"};
	static const double weights[9] = {14, 6, 15, 10, 10, 10, 7, 8, 20};
	Event *rows = make_rows(&default_spec, 0, HOUR_ROWS);
	int32_t counts[9] = {0};
	int32_t live = 0;
	int32_t substring = 0;

	(void) state;
	for (int32_t i = 0; i < HOUR_ROWS; i++)
	{
		int32_t k = 0;

		while (k < 8 && strstr(rows[i].name, parts[k]) == NULL)
			k++;
		counts[k]++;
		live += has_word(rows[i].name, "live");
		substring += strcasestr(rows[i].name, "live") != NULL;
	}
	/* 8 degrees of freedom: above 26.1 once in a thousand */
	assert_chi_square(counts, weights, 9, 26.1);
	assert_percent(live, HOUR_ROWS, 19.2, 20.8);
	assert_int_equal(substring, live);
	free(rows);
}

static void
test_prices(void **state)
{
	Event *rows = make_rows(&default_spec, 0, HOUR_ROWS);
	int32_t none = 0;
	int32_t below_400 = 0;
	int32_t from_1000 = 0;

	(void) state;
	for (int32_t i = 0; i < HOUR_ROWS; i++)
	{
		none += rows[i].price[0] == '\0';
		below_400 += rows[i].price[0] != '\0' && atoi(rows[i].price) < 400;
		from_1000 += atoi(rows[i].price) >= 1000;
	}
	assert_percent(none, HOUR_ROWS, 19.2, 20.8);
	assert_percent(below_400, HOUR_ROWS - none, 55, 65);
	assert_percent(from_1000, HOUR_ROWS - none, 1.5, 5);
	free(rows);
}

static void
test_sources(void **state)
{
	static const char *const known[] = {"ticketmaster", "axs", "dice",
										"venue-direct"};
	static const double sizes[3] = {50, 35, 15};
	static const double platforms[4] = {53, 19, 20, 8};
	Event *rows = make_rows(&default_spec, 0, 10000);
	int32_t counts[3] = {0};
	int32_t firsts[4] = {0};

	(void) state;
	for (int32_t i = 0; i < 10000; i++)
	{
		int32_t count = 0;

		for (const char *at = strstr(rows[i].ticket_sources, "platform");
			 at != NULL; at = strstr(at + 1, "platform"))
			count++;
		assert_in_range(count, 1, 3);
		counts[count - 1]++;
		firsts[find_text(known, 4, rows[i].source_platform)]++;
	}
	/* 2 and 3 degrees of freedom: above these once in a thousand */
	assert_chi_square(counts, sizes, 3, 13.8);
	assert_chi_square(firsts, platforms, 4, 16.3);
	free(rows);
}

/* Few artists: one in ten is a one-off, from ten on. */
static void
test_few_artists(void **state)
{
	(void) state;
	for (int32_t artists = 1; artists <= 11; artists++)
	{
		EventSpec spec = default_spec;
		RankedName *names = rank_artists(artists);
		int32_t counts[11] = {0};
		Event *rows;

		spec.artists = artists;
		rows = make_rows(&spec, 0, 2000);
		for (int32_t i = 0; i < 2000; i++)
			counts[find_rank(names, artists, rows[i].artist)]++;
		for (int32_t k = 0; k < artists; k++)
		{
			if (artists >= 10 && k == artists - 1)
				assert_int_equal(counts[k], 1);
			else
				assert_in_range(counts[k], 30, 2000);
		}
		free(rows);
		free(names);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_venues_and_days),
		cmocka_unit_test(test_busiest_venue),
		cmocka_unit_test(test_weights_on_finer_levels),
		cmocka_unit_test(test_weekends_before_2000),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_artists_follow_zipf),
		cmocka_unit_test(test_one_off_artists),
		cmocka_unit_test(test_popularity_table),
		cmocka_unit_test(test_genres),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_prices),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_few_artists),
	};

	return cmocka_run_group_tests_name("event: shares", tests, NULL, NULL);
}
