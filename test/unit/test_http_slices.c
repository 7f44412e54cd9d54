/*-------------------------------------------------------------------------
 *
 * test_http_slices.c
 *		Unit tests of src/http/result/slices.c: latencies by time, and as text.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/result/slices.h"

#define SECOND INT64_C(1000000)

static void
test_slices(void **state)
{
	Slices *slices = slices_create(2, 10 * SECOND, 5);

	(void) state;
	assert_int_equal(slices->count, 5);
	assert_int_equal(slices->slice_us, 2 * SECOND);
	slices_add(slices, 0, 0, 10);
	slices_add(slices, 0, 2 * SECOND - 1, 11);
	slices_add(slices, 0, 2 * SECOND, 12);
	slices_add(slices, 1, 9 * SECOND, 13);
	/* What is due at the very end, or before the start, is not lost. */
	slices_add(slices, 1, 10 * SECOND, 14);
	slices_add(slices, 1, -1, 15);
	assert_int_equal(slices_of(slices, 0, 0)->count, 2);
	assert_int_equal(slices_of(slices, 0, 1)->count, 1);
	assert_int_equal(slices_of(slices, 1, 4)->count, 2);
	assert_int_equal(slices_of(slices, 1, 0)->count, 1);
	slices_free(slices);
	slices_free(NULL);
}

/* A short run has fewer slices, and one at least. */
static void
test_short_runs(void **state)
{
	const int64_t durations[] = {1000, SLICES_MIN_US, 5 * SLICES_MIN_US,
								 SECOND * 3600};
	const size_t counts[] = {1, 1, 5, 60};

	(void) state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
	{
		Slices *slices = slices_create(1, durations[i], 60);

		assert_int_equal(slices->count, counts[i]);
		assert_true(slices->slice_us * (int64_t) slices->count >= durations[i]);
		slices_free(slices);
	}
}

static size_t
kept(const Slices *slices)
{
	size_t sum = 0;

	for (size_t i = 0; i < slices->group_count * slices->count; i++)
		sum += slices->latencies[i].count;
	return sum;
}

/* Of many requests every second one is kept, of more every fourth. */
static void
test_thinning(void **state)
{
	Slices *slices = slices_create(1, 10 * SECOND, 4);
	Slices *other = slices_create(1, 10 * SECOND, 4);
	int64_t many = (int64_t) SLICES_MAX_SAMPLES * 3;

	(void) state;
	for (int64_t i = 0; i < many; i++)
		slices_add(slices, 0, i * 10 * SECOND / many, i % 1000);
	assert_int_equal(slices->stride, 4);
	assert_in_range(kept(slices), SLICES_MAX_SAMPLES / 2, SLICES_MAX_SAMPLES);
	/* All four slices are thinned alike. */
	for (size_t i = 0; i < 4; i++)
		assert_in_range(slices_of(slices, 0, i)->count,
						kept(slices) / 4 - kept(slices) / 100,
						kept(slices) / 4 + kept(slices) / 100);
	for (int i = 0; i < 400; i++)
		slices_add(other, 0, 0, 5);
	slices_merge(other, slices);
	assert_int_equal(other->stride, 4);
	assert_in_range(kept(other), kept(slices) + 99, kept(slices) + 101);
	slices_merge(slices, other);
	assert_in_range(kept(slices), 1, SLICES_MAX_SAMPLES);
	slices_free(slices);
	slices_free(other);
}

static void
test_text(void **state)
{
	static const int64_t values[] = {820, 812, 815, 0, 815, 815, 2000000};
	Distribution distribution = {0};
	Distribution back = {0};
	char *text;

	(void) state;
	text = slices_text_write(&distribution);
	assert_string_equal(text, "");
	free(text);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		distribution_add(&distribution, values[i]);
	text = slices_text_write(&distribution);
	assert_string_equal(text, "0 812 815*3 820 2000000");
	assert_true(slices_text_read(text, &back));
	assert_int_equal(back.count, 7);
	assert_int_equal(distribution_percentile(&back, 50), 815);
	free(text);
	/* A histogram's buckets stand for what is in them. */
	distribution_compact(&distribution);
	text = slices_text_write(&distribution);
	distribution_free(&back);
	assert_true(slices_text_read(text, &back));
	assert_int_equal(back.count, 7);
	assert_int_equal(distribution_percentile(&back, 50), 815);
	assert_in_range(back.max, 1999000, 2001000);
	free(text);
	distribution_free(&distribution);
	distribution_free(&back);
}

static void
test_bad_text(void **state)
{
	static const char *const bad[] = {
		"x",  "1 ",  " 1", "1  2",  "2 1", "1 1", "1*0",
		"1*", "1*x", "-1", "1*2*3", "1.5", "1,2", "9999999999999"};

	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		Distribution distribution = {0};

		if (slices_text_read(bad[i], &distribution))
			fail_msg("\"%s\" is taken", bad[i]);
		distribution_free(&distribution);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),   cmocka_unit_test(test_short_runs),
		cmocka_unit_test(test_thinning), cmocka_unit_test(test_text),
		cmocka_unit_test(test_bad_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
