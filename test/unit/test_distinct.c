/*-------------------------------------------------------------------------
 *
 * test_distinct.c
 *		What ANALYZE is expected to find is what it finds in samples.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "shared/splitmix64.h"
#include "synth/distinct.h"

#define SAMPLED 30000

/*
 * Returns the server's estimate for a random sample of rows, of which the first
 * tail_rows share tail_values evenly, and the others are one common value.
 */
static double
sampled_estimate(int64_t rows, int64_t tail_rows, int64_t tail_values)
{
	int32_t *seen = calloc((size_t) tail_values + 1, sizeof(*seen));
	double n = 0;
	double d = 0;
	double once = 0;

	for (int64_t i = 0; i < rows; i++)
	{
		if (splitmix64_number(7, (uint64_t) i) % (uint64_t) rows >= SAMPLED)
			continue;
		n++;
		seen[i < tail_rows ? i * tail_values / tail_rows : tail_values]++;
	}
	for (int64_t k = 0; k <= tail_values; k++)
	{
		d += seen[k] > 0;
		once += seen[k] == 1;
	}
	free(seen);
	return n * d / (n - once + once * n / (double) rows);
}

static void
check_found(int64_t rows, int64_t tail_rows, int64_t tail_values)
{
	DistinctTable table = {.rows = (double) rows, .sampled = SAMPLED};
	double got = sampled_estimate(rows, tail_rows, tail_values);

	table.common = tail_rows < rows ? 1 : 0;
	distinct_add(&table, (double) tail_values, (double) tail_rows,
				 SAMPLED / (double) rows);
	if (fabs(distinct_found(&table) / got - 1) > 0.03)
		fail_msg("%g instead of %g for %d values in %d rows",
				 distinct_found(&table), got, (int) tail_values,
				 (int) tail_rows);
}

static void
test_found(void **state)
{
	(void) state;
	check_found(1000000, 1000000, 500);
	check_found(1000000, 1000000, 20000);
	check_found(1000000, 1000000, 200000);
	check_found(1000000, 500000, 200000);
	check_found(1000000, 100000, 100000);
	check_found(1000000, 900000, 30000);
}

/* A sample of everything shows everything. */
static void
test_all_sampled(void **state)
{
	DistinctTable table = {.rows = 1000, .sampled = 1000, .common = 3};

	(void) state;
	distinct_add(&table, 120, 500, 1);
	assert_int_equal((int) distinct_found(&table), 123);
}

static void
test_seen(void **state)
{
	(void) state;
	assert_int_equal((int) distinct_seen(0, 0, 0.5), 0);
	assert_int_equal((int) distinct_seen(10, 1e9, 0.5), 10);
	assert_in_range((int) distinct_seen(1000, 1000, 0.25), 249, 250);
	/* of two rows each, one at least: 1 - 0.75 * 0.75 */
	assert_in_range((int) distinct_seen(1000, 2000, 0.25), 437, 438);
	assert_int_equal((int) distinct_seen(77, 100, 1), 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_all_sampled),
		cmocka_unit_test(test_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
