/*-------------------------------------------------------------------------
 *
 * test_comparison.c
 *		Unit tests of src/shared/comparison.c: how often the verdict is right.
 *
 * Latencies are made up, with a seed for each comparison: lognormal, now and then
 * four times as long, and disturbed by noise that slices share and that goes on
 * from slice to slice.
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

#include "shared/comparison.h"
#include "shared/splitmix64.h"

#define SLICES 40
#define SAMPLES 60

typedef struct Made
{
	double samples[SLICES][SAMPLES];
	ComparisonSlice slices[SLICES];
	ComparisonSide side;
} Made;

/* Of a machine: what disturbs each slice, by which share and for how long. */
typedef struct Noise
{
	double share;
	double goes_on; /* the correlation of neighbouring slices */
} Noise;

static uint64_t key;
static uint64_t number;

static double
uniform(void)
{
	return ((double) (splitmix64_number(key, number++) >> 11) + 0.5) / 0x1p53;
}

static double
normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * acos(-1.0) * uniform());
}

static void
seed(uint64_t n)
{
	key = splitmix64_mix(n + 1);
	number = 0;
}

static void
make(Made *made, const Noise *noise, double level, const double *drift)
{
	double x = normal();

	for (int i = 0; i < SLICES; i++)
	{
		x = noise->goes_on * x +
			sqrt(1 - noise->goes_on * noise->goes_on) * normal();
		for (int k = 0; k < SAMPLES; k++)
		{
			double *sample = &made->samples[i][k];

			*sample = level * exp(0.3 * normal() + noise->share * x +
								  (drift != NULL ? drift[i] : 0));
			if (uniform() < 0.03)
				*sample *= 4;
		}
		made->slices[i] = (ComparisonSlice){made->samples[i], SAMPLES};
	}
	made->side = (ComparisonSide){made->slices, SLICES};
}

static Made one;
static Made other;

static Comparison
compare(double percent, const ComparisonRules *rules)
{
	Comparison comparison;

	assert_true(
		comparison_make(&one.side, &other.side, percent, rules, &comparison));
	assert_true(comparison.enough);
	assert_true(comparison.p > 0 && comparison.p <= 1);
	assert_true(comparison.low <= comparison.ratio);
	assert_true(comparison.ratio <= comparison.high);
	return comparison;
}

/* Returns how many of n comparisons of the median come to a verdict. */
static int
count(int n, const Noise *noise, double level, ComparisonVerdict verdict)
{
	int found = 0;

	for (int i = 0; i < n; i++)
	{
		ComparisonRules rules = COMPARISON_RULES((uint64_t) i, false);

		seed((uint64_t) i);
		make(&one, noise, 10, NULL);
		make(&other, noise, 10 * level, NULL);
		found += compare(50, &rules).verdict == verdict;
	}
	return found;
}

static void
test_same_is_not_slower(void **state)
{
	const Noise noises[] = {{0.02, 0}, {0.05, 0}, {0.05, 0.5}, {0.02, 0.9}};

	(void) state;
	for (size_t i = 0; i < sizeof(noises) / sizeof(noises[0]); i++)
		assert_in_range(count(100, &noises[i], 1, COMPARISON_SLOWER), 0, 2);
}

static void
test_same_is_same(void **state)
{
	const Noise noise = {0.02, 0};

	(void) state;
	assert_in_range(count(50, &noise, 1, COMPARISON_SAME), 45, 50);
}

static void
test_slower_is_found(void **state)
{
	const Noise calm = {0.02, 0};
	const Noise lasting = {0.02, 0.5};

	(void) state;
	assert_in_range(count(100, &calm, 1.1, COMPARISON_SLOWER), 95, 100);
	assert_in_range(count(100, &lasting, 1.12, COMPARISON_SLOWER), 95, 100);
}

static void
test_faster_is_found(void **state)
{
	const Noise noise = {0.02, 0};

	(void) state;
	assert_in_range(count(50, &noise, 0.88, COMPARISON_FASTER), 47, 50);
	assert_int_equal(count(50, &noise, 0.88, COMPARISON_SLOWER), 0);
}

/* 1.5 % is real, and less than what is worth a verdict. */
static void
test_small_change(void **state)
{
	const Noise noise = {0.002, 0};

	(void) state;
	assert_int_equal(count(50, &noise, 1.015, COMPARISON_SLOWER), 0);
	assert_in_range(count(50, &noise, 1.015, COMPARISON_SAME), 35, 50);
}

/* The interval holds the true change about 95 times of 100. */
static void
test_interval(void **state)
{
	const Noise noise = {0.03, 0};
	int held = 0;

	(void) state;
	for (int i = 0; i < 200; i++)
	{
		ComparisonRules rules = COMPARISON_RULES((uint64_t) i, false);
		Comparison comparison;

		seed((uint64_t) i);
		make(&one, &noise, 10, NULL);
		make(&other, &noise, 12, NULL);
		comparison = compare(50, &rules);
		held += comparison.low <= 1.2 && comparison.high >= 1.2;
	}
	assert_in_range(held, 182, 199);
}

/* Only the slowest tenth is slower: the p95 tells, the median does not. */
static void
test_tail(void **state)
{
	const Noise noise = {0.01, 0};
	ComparisonRules rules = COMPARISON_RULES(1, false);

	(void) state;
	seed(3);
	make(&one, &noise, 10, NULL);
	make(&other, &noise, 10, NULL);
	for (int i = 0; i < SLICES; i++)
		for (int k = 0; k < SAMPLES; k += 10)
			other.samples[i][k] *= 3;
	assert_int_equal(compare(95, &rules).verdict, COMPARISON_SLOWER);
	assert_int_not_equal(compare(50, &rules).verdict, COMPARISON_SLOWER);
}

/* A machine that gets slower by half meanwhile hides 10 % unless paired. */
static void
test_drift(void **state)
{
	const Noise noise = {0.01, 0};
	double drift[SLICES];
	ComparisonRules apart = COMPARISON_RULES(1, false);
	ComparisonRules paired = COMPARISON_RULES(1, true);
	Comparison comparison;

	(void) state;
	for (int i = 0; i < SLICES; i++)
		drift[i] = 0.5 * i / SLICES;
	seed(4);
	make(&one, &noise, 10, drift);
	make(&other, &noise, 11, drift);
	assert_int_equal(compare(50, &apart).verdict, COMPARISON_UNCLEAR);
	assert_true(compare(50, &apart).block > 1);
	comparison = compare(50, &paired);
	assert_int_equal(comparison.verdict, COMPARISON_SLOWER);
	assert_true(fabs(comparison.ratio - 1.1) < 0.03);
}

/* What is slower with p below 0.01 need not be among 1,000 others. */
static void
test_many_tests(void **state)
{
	const Noise noise = {0.05, 0};
	ComparisonRules rules = COMPARISON_RULES(1, false);

	(void) state;
	rules.p_below = 0.05;
	for (uint64_t i = 0; i < 200; i++)
	{
		Comparison comparison;

		seed(i);
		make(&one, &noise, 10, NULL);
		make(&other, &noise, 10.7, NULL);
		rules.tests = 1;
		comparison = compare(50, &rules);
		if (comparison.verdict != COMPARISON_SLOWER || comparison.p < 0.001)
			continue;
		rules.tests = 1000;
		assert_int_equal(compare(50, &rules).verdict, COMPARISON_UNCLEAR);
		return;
	}
	fail();
}

/* The seed alone decides by chance, and it decides the same every time. */
static void
test_repeats(void **state)
{
	const Noise noise = {0.05, 0};
	ComparisonRules rules = COMPARISON_RULES(7, false);
	Comparison first;
	Comparison second;

	(void) state;
	seed(5);
	make(&one, &noise, 10, NULL);
	make(&other, &noise, 10.2, NULL);
	first = compare(50, &rules);
	second = compare(50, &rules);
	assert_true(first.p == second.p && first.low == second.low &&
				first.high == second.high);
}

static void
test_too_few(void **state)
{
	static const double samples[] = {1, 2, 3};
	ComparisonSlice slices[8] = {{NULL, 0}};
	ComparisonSide side = {slices, 8};
	ComparisonSide shorter = {slices, 7};
	ComparisonRules rules = COMPARISON_RULES(1, false);
	Comparison comparison;

	(void) state;
	/* Nothing at all. */
	assert_true(comparison_make(&side, &side, 50, &rules, &comparison));
	assert_false(comparison.enough);
	assert_int_equal(comparison.verdict, COMPARISON_UNCLEAR);
	assert_true(comparison.before == 0);
	/* Four slices with samples, and four without. */
	for (int i = 0; i < 4; i++)
		slices[i * 2] = (ComparisonSlice){samples, 3};
	assert_true(comparison_make(&side, &side, 50, &rules, &comparison));
	assert_false(comparison.enough);
	assert_true(comparison.before == 2 && comparison.after == 2);
	/* Five are enough, but not if they are paired. */
	slices[1] = slices[0];
	assert_true(comparison_make(&side, &side, 50, &rules, &comparison));
	assert_true(comparison.enough);
	rules.paired = true;
	assert_true(comparison_make(&side, &side, 50, &rules, &comparison));
	assert_false(comparison.enough);
	assert_false(comparison_make(&side, &shorter, 50, &rules, &comparison));
}

/* Where every sample is the same, zero too, nothing is unsure. */
static void
test_constant(void **state)
{
	static const double values[] = {0, 7};
	ComparisonRules rules = COMPARISON_RULES(1, false);

	(void) state;
	for (int v = 0; v < 2; v++)
	{
		for (int i = 0; i < SLICES; i++)
			for (int k = 0; k < SAMPLES; k++)
				one.samples[i][k] = values[v];
		other = one;
		other.side.slices = other.slices;
		assert_int_equal(compare(50, &rules).verdict, COMPARISON_SAME);
		for (int i = 0; i < SLICES; i++)
		{
			other.slices[i].samples = other.samples[i];
			for (int k = 0; k < SAMPLES; k++)
				other.samples[i][k] = values[v] + 1;
		}
		assert_int_equal(compare(50, &rules).verdict,
						 v == 0 ? COMPARISON_SAME : COMPARISON_SLOWER);
	}
}

static void
test_both(void **state)
{
	(void) state;
	assert_int_equal(comparison_both(COMPARISON_SLOWER, COMPARISON_FASTER),
					 COMPARISON_SLOWER);
	assert_int_equal(comparison_both(COMPARISON_SAME, COMPARISON_FASTER),
					 COMPARISON_FASTER);
	assert_int_equal(comparison_both(COMPARISON_SAME, COMPARISON_SAME),
					 COMPARISON_SAME);
	assert_int_equal(comparison_both(COMPARISON_SAME, COMPARISON_UNCLEAR),
					 COMPARISON_UNCLEAR);
	assert_string_equal(comparison_word(COMPARISON_UNCLEAR), "unclear");
	assert_string_equal(comparison_word(COMPARISON_SLOWER), "slower");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_is_not_slower),
		cmocka_unit_test(test_same_is_same),
		cmocka_unit_test(test_slower_is_found),
		cmocka_unit_test(test_faster_is_found),
		cmocka_unit_test(test_small_change),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_many_tests),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_constant),
		cmocka_unit_test(test_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
