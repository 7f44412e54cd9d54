/*-------------------------------------------------------------------------
 *
 * test_stats.c
 *		Unit tests of src/stats.c: nearest-rank percentiles, exactly.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared/percentile.h"

static void
fill(int64_t *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = (int64_t) i + 1;
}

static void
test_nothing(void **state)
{
	(void) state;
	assert_int_equal(percentile_percentile(NULL, 0, 50), 0);
	assert_true(percentile_mean(NULL, 0) == 0);
	percentile_sort(NULL, 0);
}

static void
test_one_sample(void **state)
{
	const int64_t one[] = {42};

	(void) state;
	assert_int_equal(percentile_percentile(one, 1, 0), 42);
	assert_int_equal(percentile_percentile(one, 1, 50), 42);
	assert_int_equal(percentile_percentile(one, 1, 100), 42);
	assert_true(percentile_mean(one, 1) == 42);
}

/* Sample number ceil(p / 100 * n): of 1..20 the value is the rank itself. */
static void
test_ranks_of_twenty(void **state)
{
	int64_t s[20];

	(void) state;
	fill(s, 20);
	assert_int_equal(percentile_percentile(s, 20, 0), 1);
	assert_int_equal(percentile_percentile(s, 20, 5), 1);
	assert_int_equal(percentile_percentile(s, 20, 5.1), 2);
	assert_int_equal(percentile_percentile(s, 20, 50), 10);
	assert_int_equal(percentile_percentile(s, 20, 90), 18);
	assert_int_equal(percentile_percentile(s, 20, 95), 19);
	assert_int_equal(percentile_percentile(s, 20, 95.1), 20);
	assert_int_equal(percentile_percentile(s, 20, 99), 20);
	assert_int_equal(percentile_percentile(s, 20, 100), 20);
}

static void
test_percent_is_clamped(void **state)
{
	int64_t s[20];

	(void) state;
	fill(s, 20);
	assert_int_equal(percentile_percentile(s, 20, -1), 1);
	assert_int_equal(percentile_percentile(s, 20, 1000), 20);
}

/* The rank in integers, for every n: binary fractions must not shift it. */
static void
test_ranks_are_exact(void **state)
{
	static const int per_mille[] = {500, 900, 950, 990, 999};
	size_t max = 20000;
	int64_t *s = malloc(max * sizeof(int64_t));

	(void) state;
	assert_non_null(s);
	fill(s, max);
	for (size_t i = 0; i < sizeof(per_mille) / sizeof(per_mille[0]); i++)
		for (size_t n = 1; n <= max; n++)
		{
			size_t rank = (n * (size_t) per_mille[i] + 999) / 1000;

			if (percentile_percentile(s, n, per_mille[i] / 10.0) !=
				(int64_t) rank)
				fail_msg("p%g of %zu is not number %zu", per_mille[i] / 10.0, n,
						 rank);
		}
	free(s);
}

static void
test_duplicates(void **state)
{
	int64_t s[] = {7, 1, 7, 7, 1, 7, 7, 7, 7, 100};

	(void) state;
	percentile_sort(s, 10);
	assert_int_equal(percentile_percentile(s, 10, 10), 1);
	assert_int_equal(percentile_percentile(s, 10, 20), 1);
	assert_int_equal(percentile_percentile(s, 10, 21), 7);
	assert_int_equal(percentile_percentile(s, 10, 90), 7);
	assert_int_equal(percentile_percentile(s, 10, 91), 100);
}

/* Enough of them to be sorted by their digits; all 64 bits, and but a few. */
static void
test_sort_many(void **state)
{
	enum
	{
		COUNT = 5001
	};
	static const int shifts[] = {0, 8, 31, 52};
	static int64_t s[COUNT];

	(void) state;
	for (size_t k = 0; k < sizeof(shifts) / sizeof(shifts[0]); k++)
	{
		uint64_t random = 1;
		int64_t sum = 0;

		for (size_t i = 0; i < COUNT; i++)
		{
			random = random * UINT64_C(6364136223846793005) + 1;
			s[i] = (int64_t) random >> shifts[k];
			sum ^= s[i];
		}
		percentile_sort(s, COUNT);
		for (size_t i = 0; i < COUNT; i++)
		{
			sum ^= s[i];
			if (i > 0)
				assert_true(s[i - 1] <= s[i]);
		}
		assert_true(sum == 0);
	}
}

static void
test_sort(void **state)
{
	int64_t s[] = {5, INT64_MAX, -3, 0, INT64_MIN, 5};
	const int64_t sorted[] = {INT64_MIN, -3, 0, 5, 5, INT64_MAX};

	(void) state;
	percentile_sort(s, 6);
	assert_memory_equal(s, sorted, sizeof(sorted));
}

static void
test_mean(void **state)
{
	const int64_t s[] = {1, 2, 4, 6};

	(void) state;
	assert_true(percentile_mean(s, 4) == 3.25);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_one_sample),
		cmocka_unit_test(test_ranks_of_twenty),
		cmocka_unit_test(test_percent_is_clamped),
		cmocka_unit_test(test_ranks_are_exact),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_sort_many),
		cmocka_unit_test(test_mean),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
