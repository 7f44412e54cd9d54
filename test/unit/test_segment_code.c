/*-------------------------------------------------------------------------
 *
 * test_segment_code.c
 *		Numbers of a file of what was recorded: each is read as it was written, and
 *		what is cut off or has no end is none.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/segment_code.h"

static const uint64_t numbers[] = {
	0,         1,          127,           128,
	16383,     16384,      UINT32_MAX,    (uint64_t) UINT32_MAX + 1,
	INT64_MAX, UINT64_MAX, UINT64_MAX - 1};

#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static void
test_numbers(void **state)
{
	(void) state;
	for (size_t i = 0; i < N_NUMBERS; i++)
	{
		char data[SEGMENT_CODE_MOST];
		size_t size = (size_t) (segment_code_put(data, numbers[i]) - data);
		const char *at = data;
		size_t left = size;
		uint64_t found;

		assert_in_range(size, 1, SEGMENT_CODE_MOST);
		assert_true(segment_code_take(&at, &left, &found));
		assert_true(found == numbers[i]);
		assert_int_equal(left, 0);
		assert_ptr_equal(at, data + size);

		at = data;
		left = size - 1;
		assert_false(segment_code_take(&at, &left, &found));
	}
}

static void
test_small_numbers_take_a_byte(void **state)
{
	char data[SEGMENT_CODE_MOST];

	(void) state;
	assert_ptr_equal(segment_code_put(data, 127), data + 1);
	assert_ptr_equal(segment_code_put(data, 128), data + 2);
	assert_ptr_equal(segment_code_put_from(data, 1000, 936), data + 1);
	assert_ptr_equal(segment_code_put_from(data, 1000, 1063), data + 1);
	assert_ptr_equal(segment_code_put_from(data, 1000, 1064), data + 2);
}

static void
test_differences(void **state)
{
	static const int64_t ends[] = {0, 1, -1, 64, -65, INT64_MAX, INT64_MIN};
	const size_t n = sizeof(ends) / sizeof(ends[0]);

	(void) state;
	for (size_t i = 0; i < n; i++)
	{
		for (size_t j = 0; j < n; j++)
		{
			char data[SEGMENT_CODE_MOST];
			const char *at = data;
			int64_t found;
			size_t left;

			left =
				(size_t) (segment_code_put_from(data, ends[i], ends[j]) - data);
			assert_true(segment_code_take_from(&at, &left, ends[i], &found));
			assert_true(found == ends[j]);
			assert_int_equal(left, 0);
		}
	}
}

static void
test_a_number_without_an_end_is_none(void **state)
{
	char data[2 * SEGMENT_CODE_MOST];
	const char *at = data;
	size_t left = sizeof(data);
	uint64_t found;

	(void) state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char) 0x80;
	assert_false(segment_code_take(&at, &left, &found));
	assert_int_equal(left, SEGMENT_CODE_MOST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_small_numbers_take_a_byte),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_a_number_without_an_end_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
