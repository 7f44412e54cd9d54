/*-------------------------------------------------------------------------
 *
 * test_rows_spread.c
 *		Rows spread over the values of a column exactly, and invertibly.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "synth/fraction.h"
#include "synth/marks.h"
#include "synth/rows_spread.h"
#include "synth/shuffle.h"

#define LENGTH(array) ((int32_t) (sizeof(array) / sizeof((array)[0])))

static const int64_t sizes[] = {1,  2,   3,   4,    5,    7,     10,    31,
								64, 100, 257, 1000, 4097, 20000, 100000};

static const double correlations[] = {1, 0.95, 0.5, 0.1, 0, -0.2, -0.7, -1};

/* A common value, a bucket of rare ones, one of few, and another common one. */
static const RowsSpreadPiece mixed[] = {
	{1, 0.1}, {500, 0.3}, {7, 0.2}, {1, 0.25}, {ROWS_SPREAD_DISTINCT, 0.15}};

static const RowsSpreadPiece unique[] = {{ROWS_SPREAD_DISTINCT, 1}};

static RowsSpread *
make(uint64_t key, int64_t rows, double null_share, double correlation,
	 const RowsSpreadPiece *pieces, int32_t npieces)
{
	RowsSpreadSpec spec = {key, rows, null_share, correlation, npieces, pieces};

	return rows_spread_init(malloc(rows_spread_size(npieces)), &spec);
}

/* ---- the parts ---- */

static void
test_fraction(void **state)
{
	static const uint64_t numbers[] = {
		1, 2, 3, 255, 256, 99991, 1u << 31, UINT32_MAX - 1, UINT32_MAX};

	(void) state;
	for (int32_t a = 0; a < LENGTH(numbers); a++)
		for (int32_t b = 0; b < LENGTH(numbers); b++)
			for (int32_t x = 0; x < LENGTH(numbers); x++)
			{
				Fraction fraction = fraction_make(numbers[a], numbers[b]);
				uint64_t product = numbers[x] * numbers[a];

				if (product / numbers[b] > UINT32_MAX)
					continue;
				assert_int_equal(fraction_floor(&fraction, numbers[x]),
								 product / numbers[b]);
				assert_int_equal(fraction_floor_below(&fraction, numbers[x]),
								 (product - 1) / numbers[b]);
			}
}

static void
test_shuffle(void **state)
{
	static const uint64_t large[] = {UINT64_C(1) << 31, UINT32_MAX};

	(void) state;
	for (int32_t k = 0; k < LENGTH(sizes); k++)
	{
		uint64_t n = (uint64_t) sizes[k];
		Shuffle shuffle = shuffle_make(5, n);
		char *seen = calloc(n, 1);

		for (uint64_t x = 0; x < n; x++)
		{
			uint64_t y = shuffle_forward(&shuffle, x);

			assert_in_range(y, 0, n - 1);
			assert_int_equal(seen[y]++, 0);
			assert_int_equal(shuffle_backward(&shuffle, y), x);
		}
		free(seen);
	}
	for (int32_t k = 0; k < LENGTH(large); k++)
	{
		Shuffle shuffle = shuffle_make(5, large[k]);

		for (uint64_t n = 0; n < 10000; n++)
		{
			uint64_t x = splitmix64_number(1, n) % large[k];
			uint64_t y = shuffle_forward(&shuffle, x);

			assert_in_range(y, 0, large[k] - 1);
			assert_int_equal(shuffle_backward(&shuffle, y), x);
		}
	}
}

/* Asserts that the marks are k, with ranks in order, and found again. */
static void
check_marks(uint64_t n, uint64_t k)
{
	Marks marks = marks_make(n + k, n, k);
	uint64_t counts[2] = {0, 0};

	for (uint64_t i = 0; i < n; i++)
	{
		uint64_t rank;
		bool marked = marks_test(&marks, i, &rank);

		assert_int_equal(rank, counts[marked]++);
		assert_int_equal(marks_find(&marks, marked, rank), i);
	}
	assert_int_equal(counts[true], k);
}

static void
test_marks(void **state)
{
	(void) state;
	for (uint64_t n = 0; n < 40; n++)
		for (uint64_t k = 0; k <= n; k++)
			check_marks(n, k);
	for (uint64_t k = 0; k <= 20000; k += 1001)
		check_marks(20000, k);
}

/* ---- the spread ---- */

/* Asserts that a spread is invertible, and that its counts are what it says. */
static void
check_exact(const RowsSpread *spread, int64_t rows, int64_t nulls)
{
	int64_t items = rows_spread_items(spread);
	int64_t *counts = calloc((size_t) items + 1, sizeof(*counts));
	int64_t null_rows = 0;
	int64_t held = 0;

	assert_int_equal(rows_spread_rows(spread), rows);
	assert_int_equal(rows_spread_nulls(spread), nulls);
	for (int64_t row = 0; row < rows; row++)
	{
		int64_t item;
		int64_t occurrence;

		if (!rows_spread_item(spread, row, &item, &occurrence))
		{
			assert_int_equal(rows_spread_null_row(spread, null_rows++), row);
			continue;
		}
		assert_in_range(item, 0, items - 1);
		assert_in_range(occurrence, 0, rows_spread_count(spread, item) - 1);
		assert_int_equal(rows_spread_row(spread, item, occurrence), row);
		counts[item]++;
		held++;
	}
	assert_int_equal(null_rows, nulls);
	assert_int_equal(held, rows - nulls);
	for (int64_t item = 0; item < items; item++)
		assert_int_equal(counts[item], rows_spread_count(spread, item));
	free(counts);
}

static void
test_exact(void **state)
{
	static const double shares[] = {0, 0.001, 0.3, 0.5, 0.9, 1};

	(void) state;
	for (int32_t k = 0; k < LENGTH(sizes); k++)
		for (int32_t r = 0; r < LENGTH(correlations); r++)
			for (int32_t f = 0; f < LENGTH(shares); f++)
			{
				int64_t nulls =
					(int64_t) floor((double) sizes[k] * shares[f] + 0.5);
				RowsSpread *spread =
					make(1, sizes[k], shares[f], correlations[r], mixed,
						 LENGTH(mixed));

				check_exact(spread, sizes[k], nulls);
				free(spread);
			}
}

/* Each piece has its share of the rows, and its items share them evenly. */
static void
test_shares(void **state)
{
	RowsSpread *spread = make(1, 100000, 0.2, 0.3, mixed, LENGTH(mixed));
	static const int64_t rows[] = {8000, 24000, 16000, 20000, 12000};

	(void) state;
	for (int32_t k = 0; k < LENGTH(mixed); k++)
	{
		int64_t items =
			mixed[k].items == ROWS_SPREAD_DISTINCT ? rows[k] : mixed[k].items;
		int64_t first = rows_spread_first_item(spread, k);
		int64_t sum = 0;

		for (int64_t item = first; item < first + items; item++)
		{
			int64_t count = rows_spread_count(spread, item);

			assert_int_equal(rows_spread_piece(spread, item), k);
			assert_in_range(count, rows[k] / items,
							(rows[k] + items - 1) / items);
			sum += count;
		}
		assert_int_equal(sum, rows[k]);
	}
	assert_int_equal(rows_spread_items(spread), 1 + 500 + 7 + 1 + 12000);
	free(spread);
}

static void
test_all_null(void **state)
{
	RowsSpread *spread = make(1, 100, 0, 0, NULL, 0);
	int64_t item;

	(void) state;
	assert_int_equal(rows_spread_nulls(spread), 100);
	assert_int_equal(rows_spread_items(spread), 0);
	for (int64_t row = 0; row < 100; row++)
		assert_false(rows_spread_item(spread, row, &item, NULL));
	free(spread);
}

/* More items than rows: some of them have none. */
static void
test_few_rows(void **state)
{
	static const RowsSpreadPiece many[] = {{1000, 0.5}, {1000000, 0.5}};
	RowsSpread *spread = make(1, 100, 0.1, 0, many, 2);

	(void) state;
	check_exact(spread, 100, 10);
	assert_int_equal(rows_spread_items(spread), 1001000);
	free(spread);
}

/* ---- correlation ---- */

/* Returns the correlation that ANALYZE would measure on all rows. */
static double
analyzed_correlation(const RowsSpread *spread)
{
	int64_t items = rows_spread_items(spread);
	int64_t *next = calloc((size_t) items + 1, sizeof(*next));
	double position = 0;
	double products = 0;
	double sum;
	double squares;
	double n;

	for (int64_t item = 0; item < items; item++)
		next[item + 1] = next[item] + rows_spread_count(spread, item);
	n = (double) next[items];
	for (int64_t row = 0; row < rows_spread_rows(spread); row++)
	{
		int64_t item;

		if (rows_spread_item(spread, row, &item, NULL))
			products += position++ * (double) next[item]++;
	}
	free(next);
	sum = (n - 1) * n / 2;
	squares = (n - 1) * n * (2 * n - 1) / 6;
	return n < 2 ? 1 : (n * products - sum * sum) / (n * squares - sum * sum);
}

static void
check_correlations(const RowsSpreadPiece *pieces, int32_t npieces, double least)
{
	for (uint64_t key = 0; key < 5; key++)
		for (int32_t k = 0; k < LENGTH(sizes); k++)
			for (int32_t r = 0; r < LENGTH(correlations); r++)
			{
				RowsSpread *spread =
					make(key, sizes[k], 0.1, correlations[r], pieces, npieces);
				double got = analyzed_correlation(spread);
				double asked =
					correlations[r] < least ? least : correlations[r];

				/* of a few rows there are only a few orders */
				if (fabs(got - asked) > (sizes[k] < 1000 ? 0.05 : 0.01) &&
					sizes[k] >= 100)
					fail_msg("%d rows: %g instead of %g", (int) sizes[k], got,
							 asked);
				free(spread);
			}
}

static void
test_correlation_of_distinct(void **state)
{
	(void) state;
	check_correlations(unique, LENGTH(unique), -1);
}

/* Rows of equal value are in the order of the table, so there is a least one. */
static void
test_correlation_of_few(void **state)
{
	static const RowsSpreadPiece two[] = {{1, 0.5}, {1, 0.5}};

	(void) state;
	check_correlations(two, LENGTH(two), -0.5);
}

static void
test_correlation_of_mixed(void **state)
{
	RowsSpread *spread = make(1, 100000, 0, -1, mixed, LENGTH(mixed));
	double least = analyzed_correlation(spread);

	(void) state;
	free(spread);
	assert_in_range((int) (least * 1000), -999, -900);
	check_correlations(mixed, LENGTH(mixed), least);
}

/* In order means in order: no two rows of a serial column change places. */
static void
test_in_order(void **state)
{
	RowsSpread *spread = make(7, 100000, 0, 1, unique, 1);
	int64_t item;

	(void) state;
	for (int64_t row = 0; row < 100000; row++)
	{
		assert_true(rows_spread_item(spread, row, &item, NULL));
		assert_int_equal(item, row);
	}
	free(spread);
}

/* ---- keys ---- */

static int32_t
same_rows(const RowsSpread *one, const RowsSpread *other)
{
	int32_t same = 0;

	for (int64_t row = 0; row < 10000; row++)
	{
		int64_t items[2] = {-1, -1};

		rows_spread_item(one, row, &items[0], NULL);
		rows_spread_item(other, row, &items[1], NULL);
		same += items[0] == items[1];
	}
	return same;
}

static void
test_keys(void **state)
{
	RowsSpread *one = make(1, 10000, 0.5, 0, mixed, LENGTH(mixed));
	RowsSpread *again = make(1, 10000, 0.5, 0, mixed, LENGTH(mixed));
	RowsSpread *other = make(2, 10000, 0.5, 0, mixed, LENGTH(mixed));

	(void) state;
	assert_int_equal(same_rows(one, again), 10000);
	/* both NULL a quarter, and else 0.1^2 + 0.25^2 and a little of a quarter */
	assert_in_range(same_rows(one, other), 2500, 2900);
	free(one);
	free(again);
	free(other);
}

/* Rows are the same on every machine: these numbers may not change. */
static void
test_same_everywhere(void **state)
{
	RowsSpread *spread = make(42, 1000000, 0.25, 0.5, mixed, LENGTH(mixed));
	uint64_t sum = 0;

	(void) state;
	for (int64_t row = 0; row < 1000000; row += 997)
	{
		int64_t item = -1;
		int64_t occurrence = -1;

		rows_spread_item(spread, row, &item, &occurrence);
		sum = splitmix64_mix(sum + (uint64_t) item) + (uint64_t) occurrence;
	}
	assert_int_equal(sum, UINT64_C(0x80f604e9c2adb03c));
	free(spread);
}

static void
test_large(void **state)
{
	static const RowsSpreadPiece pieces[] = {
		{1, 0.2}, {3000000000, 0.7}, {ROWS_SPREAD_DISTINCT, 0.1}};
	RowsSpread *spread =
		make(1, ROWS_SPREAD_MAX_ROWS, 0.1, 0.2, pieces, LENGTH(pieces));

	(void) state;
	for (uint64_t n = 0; n < 100000; n++)
	{
		int64_t row =
			(int64_t) (splitmix64_number(3, n) % ROWS_SPREAD_MAX_ROWS);
		int64_t item;
		int64_t occurrence;

		if (!rows_spread_item(spread, row, &item, &occurrence))
			continue;
		assert_in_range(item, 0, rows_spread_items(spread) - 1);
		assert_int_equal(rows_spread_row(spread, item, occurrence), row);
	}
	free(spread);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fraction),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_all_null),
		cmocka_unit_test(test_few_rows),
		cmocka_unit_test(test_correlation_of_distinct),
		cmocka_unit_test(test_correlation_of_few),
		cmocka_unit_test(test_correlation_of_mixed),
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_same_everywhere),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
