/*-------------------------------------------------------------------------
 *
 * test_http_text.c
 *		Unit tests of src/http/base/text.c: durations, numbers, printable text.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/base/text.h"

static void
test_durations(void **state)
{
	static const struct
	{
		const char *text;
		int64_t us;
	} good[] = {{"500ms", 500000},  {"5s", 5000000},       {"2m", 120000000},
				{"30", 30000000},   {"1.5s", 1500000},     {"0.25", 250000},
				{"1ms", 1000},      {"0.001s", 1000},      {"1.5ms", 1500},
				{"0.5m", 30000000}, {"1440m", 86400000000}};
	int64_t us;

	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		us = -1;
		if (!text_to_duration(good[i].text, &us) || us != good[i].us)
			fail_msg("\"%s\" gives %lld us", good[i].text, (long long) us);
	}
}

static void
test_bad_durations(void **state)
{
	static const char *const bad[] = {
		"",      "s",     "ms",   "5x",    "5 s",
		" 5s",   "-5s",   "+5s",  "0",     "0s",
		"0.5ms", "5.s",   ".5s",  "5h",    "1441m",
		"1e3s",  "0x10s", "inf",  "nan",   "5s5",
		"5S",    "1.2.3", "5ms ", "86401", "99999999999999999999999999"};
	int64_t us = -1;

	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (text_to_duration(bad[i], &us))
			fail_msg("\"%s\" is taken as %lld us", bad[i], (long long) us);
	assert_int_equal(us, -1);
}

static void
test_decimals(void **state)
{
	static const char *const bad[] = {"",   "-1",  "+1",  "1e3", "1x",  ".5",
									  "5.", "inf", "0x1", "nan", "1,5", "1 "};
	double value;

	(void) state;
	assert_true(text_to_decimal("200", &value) && value == 200);
	assert_true(text_to_decimal("0.5", &value) && value == 0.5);
	assert_true(text_to_decimal("0", &value) && value == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (text_to_decimal(bad[i], &value))
			fail_msg("\"%s\" is taken as %g", bad[i], value);
}

static void
test_integers(void **state)
{
	int64_t value = 0;

	(void) state;
	assert_true(text_to_integer("1", 1, 10, &value) && value == 1);
	assert_true(text_to_integer("10", 1, 10, &value) && value == 10);
	assert_true(text_to_integer("9223372036854775807", 0, INT64_MAX, &value));
	assert_int_equal(value, INT64_MAX);
	assert_false(text_to_integer("9223372036854775808", 0, INT64_MAX, &value));
	assert_false(text_to_integer("0", 1, 10, &value));
	assert_false(text_to_integer("11", 1, 10, &value));
	assert_false(text_to_integer("", 0, 10, &value));
	assert_false(text_to_integer("-1", -5, 10, &value));
	assert_false(text_to_integer("1.0", 0, 10, &value));
	assert_false(text_to_integer("1 ", 0, 10, &value));
}

static void
test_written_numbers(void **state)
{
	char text[TEXT_NUMBER_SIZE];

	(void) state;
	assert_string_equal(text_from_count(text, 0), "0");
	assert_string_equal(text_from_count(text, 999), "999");
	assert_string_equal(text_from_count(text, 1000), "1,000");
	assert_string_equal(text_from_count(text, 1234567), "1,234,567");
	assert_string_equal(text_from_count(text, INT64_MAX),
						"9,223,372,036,854,775,807");
	assert_string_equal(text_from_ms(text, 0.214), "0.21");
	assert_string_equal(text_from_ms(text, 9.994), "9.99");
	assert_string_equal(text_from_ms(text, 9.996), "10.0");
	assert_string_equal(text_from_ms(text, 99.94), "99.9");
	assert_string_equal(text_from_ms(text, 99.96), "100");
	assert_string_equal(text_from_ms(text, 10000.4), "10000");
	assert_string_equal(text_from_duration(text, 500000), "500 ms");
	assert_string_equal(text_from_duration(text, 30004000), "30.0 s");
}

static void
assert_printable(const char *from, const char *expected)
{
	char text[64];

	strcpy(text, from);
	text_make_printable(text);
	assert_string_equal(text, expected);
}

static void
test_printable(void **state)
{
	(void) state;
	assert_printable("plain", "plain");
	assert_printable("a\nb\tc\x7f", "a b c ");
	assert_printable("\x1b[31mred", " [31mred");
	assert_printable("F\xc3\xa5llan \xe2\x82\xac \xf0\x9f\x8e\xb8",
					 "F\xc3\xa5llan \xe2\x82\xac \xf0\x9f\x8e\xb8");
	/* Latin-1, C1 control, overlong, surrogate, above U+10FFFF, cut off. */
	assert_printable("F\xe5llan", "F?llan");
	assert_printable("\xc2\x9b", "??");
	assert_printable("\xc0\xaf", "??");
	assert_printable("\xed\xa0\x80", "???");
	assert_printable("\xf4\x90\x80\x80", "????");
	assert_printable("a\xe2\x82", "a??");
	/* What turns text round, ends a line, or is not seen; but no letters. */
	assert_printable("a\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c", "a????");
	assert_printable("\xe2\x80\xa8\xc2\xad\xe2\x80\x8b\xef\xbb\xbf", "????");
	assert_printable("\xf3\xa0\x81\x81", "?");
	assert_printable("\xd8\xa7\xe2\x80\xa6", "\xd8\xa7\xe2\x80\xa6");
}

static void
test_copies_fit(void **state)
{
	char text[6];

	(void) state;
	text_copy_printable(text, sizeof(text), "123456789", 9);
	assert_string_equal(text, "12345");
	/* The third euro sign does not fit, and is not cut in two. */
	text_copy_printable(text, sizeof(text), "1\xe2\x82\xac\xe2\x82\xac", 7);
	assert_string_equal(text, "1\xe2\x82\xac");
	text_copy_printable(text, sizeof(text), "a\0b", 3);
	assert_string_equal(text, "a b");
	text_copy_printable(text, sizeof(text), NULL, 0);
	assert_string_equal(text, "");
	assert_int_equal(text_columns("F\xc3\xa5llan"), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_bad_durations),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_written_numbers),
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_copies_fit),
	};

	return cmocka_run_group_tests_name("http text", tests, NULL, NULL);
}
