/*
 * test_path.c
 *		Unit tests of src/path.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "path.h"

static void
expands_to(const char *path, int nargs, const char *const *args,
		   const char *expected)
{
	char out[256];

	assert_int_equal(path_expand(out, sizeof(out), path, nargs, args),
					 strlen(expected));
	assert_string_equal(out, expected);
}

static void
test_values_are_percent_encoded(void **state)
{
	const char *const args[] = {"F\xc3\xa5llan & co", "100%", "a-b._~Z9"};

	(void) state;
	expands_to("/e?v=$1", 3, args, "/e?v=F%C3%A5llan%20%26%20co");
	expands_to("/e?v=$2&w=$3", 3, args, "/e?v=100%25&w=a-b._~Z9");
	expands_to("/e?c=$3_$2", 3, args, "/e?c=a-b._~Z9_100%25");
}

static void
test_what_is_no_parameter_stays(void **state)
{
	const char *const args[] = {"x", NULL};

	(void) state;
	expands_to("/e", 0, NULL, "/e");
	expands_to("/e?cost=$&d=$$1", 1, args, "/e?cost=$&d=$x");
	expands_to("/e?v=$2", 2, args, "/e?v=");
	expands_to("/e?v=$3", 2, args, "/e?v=");
	expands_to("/e?v=$0", 2, args, "/e?v=");
}

static void
test_two_digits(void **state)
{
	const char *const args[] = {"1", "2", "3", "4",  "5",  "6",
								"7", "8", "9", "10", "11", "12"};

	(void) state;
	expands_to("/$12/$1", 12, args, "/12/1");
}

static void
test_short_buffer(void **state)
{
	const char *const args[] = {"\xff"};
	char out[6];

	(void) state;
	assert_int_equal(path_expand(out, sizeof(out), "/ab/$1", 1, args), 7);
	assert_string_equal(out, "/ab/%");
	assert_int_equal(path_expand(NULL, 0, "/ab/$1", 1, args), 7);
}

static void
test_highest_parameter(void **state)
{
	(void) state;
	assert_int_equal(path_highest_parameter("/e"), 0);
	assert_int_equal(path_highest_parameter("/e?a=$2&b=$1"), 2);
	assert_int_equal(path_highest_parameter("/e?a=$12_$3"), 12);
	assert_int_equal(path_highest_parameter("/e?a=$"), 0);
	/* Above any number of parameters, and no overflow. */
	assert_true(path_highest_parameter("/$99999999999999999999") > 65535);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_percent_encoded),
		cmocka_unit_test(test_what_is_no_parameter_stays),
		cmocka_unit_test(test_two_digits),
		cmocka_unit_test(test_short_buffer),
		cmocka_unit_test(test_highest_parameter),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
