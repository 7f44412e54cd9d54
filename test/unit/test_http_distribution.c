/*
 * Distributions: exact while they are small, within their stated error once
 * they are histograms, and the same however they were put together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "http/result/distribution.h"
#include "shared/percentile.h"

/* The bound that the requirement sets; the header promises half of it. */
#define MAX_ERROR 0.001
#define STATED_ERROR (1.0 / 2048)

static const double percents[] = {0, 1, 25, 50, 90, 95, 99, 99.9, 99.99, 100};

#define PERCENTS (sizeof(percents) / sizeof(percents[0]))

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 20;
}

/* Latencies over eight powers of ten, as many in each. */
static int64_t
random_latency(uint64_t *state)
{
	double exponent = (double) (next_random(state) % 1000000) / 1000000 * 8;

	return (int64_t) pow(10, exponent);
}

static void
assert_within(int64_t value, int64_t exact, double error)
{
	if (fabs((double) (value - exact)) > error * (double) exact)
		fail_msg("%lld is off from %lld by more than %g", (long long) value,
				 (long long) exact, error);
}

static void
test_empty(void **state)
{
	Distribution distribution = {0};

	(void) state;
	for (int compact = 0; compact <= 1; compact++)
	{
		assert_int_equal(distribution_percentile(&distribution, 99), 0);
		assert_true(distribution_mean(&distribution) == 0);
		assert_int_equal(distribution_up_to(&distribution, 1000), 0);
		assert_int_equal(distribution_is_exact(&distribution), !compact);
		distribution_compact(&distribution);
	}
	distribution_free(&distribution);
	distribution_free(&distribution);
}

static void
test_exact(void **state)
{
	static const int64_t values[] = {30, 10, 50, 20, 40};
	Distribution distribution = {0};

	(void) state;
	for (int i = 0; i < 5; i++)
		distribution_add(&distribution, values[i]);
	assert_int_equal(distribution_percentile(&distribution, 50), 30);
	assert_int_equal(distribution_percentile(&distribution, 99), 50);
	assert_int_equal(distribution_up_to(&distribution, 9), 0);
	assert_int_equal(distribution_up_to(&distribution, 30), 3);
	assert_int_equal(distribution_up_to(&distribution, 39), 3);
	assert_int_equal(distribution_up_to(&distribution, 1000), 5);
	assert_true(distribution_mean(&distribution) == 30);
	/* Not only what was there when it was sorted. */
	distribution_add(&distribution, 5);
	assert_int_equal(distribution_percentile(&distribution, 0), 5);
	assert_int_equal(distribution.min, 5);
	assert_int_equal(distribution.max, 50);
	distribution_add(&distribution, -7);
	assert_int_equal(distribution.min, 0);
	distribution_free(&distribution);
}

/* Every value up to 5,000, each power of two and its neighbours. */
static void
test_every_bucket(void **state)
{
	(void) state;
	for (int64_t value = 0; value <= DISTRIBUTION_MAX;
		 value = value < 5000 ? value + 1 : value + value / 700)
	{
		Distribution distribution = {0};

		/* Smaller and larger ones, so that the middle one is not clamped. */
		distribution_compact(&distribution);
		distribution_add(&distribution, 0);
		distribution_add(&distribution, value);
		distribution_add(&distribution, DISTRIBUTION_MAX);
		assert_within(distribution_percentile(&distribution, 50), value,
					  value < 2048 ? 0 : STATED_ERROR);
		assert_in_range(distribution_up_to(&distribution, value), 2, 3);
		distribution_free(&distribution);
	}
}

static void
test_powers_of_two(void **state)
{
	(void) state;
	for (int bit = 1; bit < 40; bit++)
		for (int64_t delta = -1; delta <= 1; delta++)
		{
			int64_t value = (INT64_C(1) << bit) + delta;
			Distribution distribution = {0};

			distribution_compact(&distribution);
			distribution_add(&distribution, 0);
			distribution_add(&distribution, value);
			distribution_add(&distribution, DISTRIBUTION_MAX);
			assert_within(distribution_percentile(&distribution, 50), value,
						  STATED_ERROR);
			distribution_free(&distribution);
		}
}

static void
assert_like(Distribution *distribution, int64_t *values, size_t n)
{
	double mean = percentile_mean(values, n);

	percentile_sort(values, n);
	assert_int_equal(distribution->count, n);
	assert_int_equal(distribution->min, values[0]);
	assert_int_equal(distribution->max, values[n - 1]);
	assert_true(fabs(distribution_mean(distribution) - mean) < 1e-6 * mean);
	for (size_t i = 0; i < PERCENTS; i++)
	{
		int64_t exact = percentile_percentile(values, n, percents[i]);

		assert_within(distribution_percentile(distribution, percents[i]), exact,
					  distribution_is_exact(distribution) ? 0 : STATED_ERROR);
	}
}

#define MANY 20000

static void
test_against_exact(void **state)
{
	static int64_t values[MANY];
	Distribution exact = {0};
	Distribution early = {0};
	Distribution late = {0};
	uint64_t seed = 1;

	(void) state;
	assert_true(STATED_ERROR <= MAX_ERROR);
	distribution_compact(&early);
	for (size_t i = 0; i < MANY; i++)
	{
		values[i] = random_latency(&seed);
		distribution_add(&exact, values[i]);
		distribution_add(&early, values[i]);
		distribution_add(&late, values[i]);
	}
	distribution_compact(&late);
	assert_like(&exact, values, MANY);
	assert_like(&early, values, MANY);
	assert_like(&late, values, MANY);
	assert_null(late.samples);
	distribution_free(&exact);
	distribution_free(&early);
	distribution_free(&late);
}

/* Parts that are exact or not, in every combination, are as the whole. */
static void
test_merge(void **state)
{
	static int64_t values[MANY];

	(void) state;
	for (int kinds = 0; kinds < 8; kinds++)
	{
		Distribution whole = {0};
		Distribution parts[2] = {{0}, {0}};
		uint64_t seed = 7;

		for (size_t i = 0; i < MANY; i++)
		{
			values[i] = random_latency(&seed);
			distribution_add(&parts[i % 3 == 0], values[i]);
		}
		if (kinds & 1)
			distribution_compact(&whole);
		for (int i = 0; i < 2; i++)
		{
			if (kinds & (2 << i))
				distribution_compact(&parts[i]);
			distribution_merge(&whole, &parts[i]);
			distribution_free(&parts[i]);
		}
		assert_int_equal(distribution_is_exact(&whole), kinds == 0);
		assert_like(&whole, values, MANY);
		/* An empty one changes nothing. */
		distribution_merge(&whole, &parts[0]);
		assert_like(&whole, values, MANY);
		distribution_free(&whole);
	}
}

/* Out of range is kept as the largest; the true maximum is known. */
static void
test_out_of_range(void **state)
{
	Distribution distribution = {0};

	(void) state;
	distribution_compact(&distribution);
	distribution_add(&distribution, 1);
	distribution_add(&distribution, INT64_MAX / 2);
	distribution_add(&distribution, INT64_MAX);
	assert_within(distribution_percentile(&distribution, 50), DISTRIBUTION_MAX,
				  STATED_ERROR);
	assert_true(distribution_percentile(&distribution, 100) == INT64_MAX);
	distribution_free(&distribution);
}

static void
test_clear(void **state)
{
	Distribution distribution = {0};

	(void) state;
	for (int compact = 0; compact <= 1; compact++)
	{
		distribution_add(&distribution, 1000);
		distribution_clear(&distribution);
		assert_int_equal(distribution_percentile(&distribution, 50), 0);
		distribution_add(&distribution, 7);
		assert_int_equal(distribution_percentile(&distribution, 50), 7);
		assert_int_equal(distribution.max, 7);
		assert_int_equal(distribution.min, 7);
		distribution_compact(&distribution);
	}
	distribution_free(&distribution);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_every_bucket),
		cmocka_unit_test(test_powers_of_two),
		cmocka_unit_test(test_against_exact),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_clear),
	};

	return cmocka_run_group_tests_name("http distribution", tests, NULL, NULL);
}
