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

#include "shared/url_template.h"

static void
expands_to(const char *path, int nargs, const char *const *args,
		   const char *expected)
{
	char out[256];

	assert_int_equal(url_template_expand(out, sizeof(out), path, nargs, args),
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
	assert_int_equal(url_template_expand(out, sizeof(out), "/ab/$1", 1, args),
					 7);
	assert_string_equal(out, "/ab/%");
	assert_int_equal(url_template_expand(NULL, 0, "/ab/$1", 1, args), 7);
}

static void
test_highest_parameter(void **state)
{
	(void) state;
	assert_int_equal(url_template_highest_parameter("/e"), 0);
	assert_int_equal(url_template_highest_parameter("/e?a=$2&b=$1"), 2);
	assert_int_equal(url_template_highest_parameter("/e?a=$12_$3"), 12);
	assert_int_equal(url_template_highest_parameter("/e?a=$"), 0);
	/* Above any number of parameters, and no overflow. */
	assert_true(url_template_highest_parameter("/$99999999999999999999") >
				65535);
}

/* expected: the values, "-" where there is none, with "|" after each. */
static void
assert_match(const char *template, const char *path, const char *expected)
{
	char buffer[256];
	char *values[3];
	char found[256] = "";

	assert_true(strlen(template) + strlen(path) < sizeof(buffer));
	if (!url_template_match(template, path, 3, values, buffer))
		fail_msg("%s is no %s", path, template);
	for (int i = 0; i < 3; i++)
	{
		strcat(found, values[i] != NULL ? values[i] : "-");
		strcat(found, "|");
	}
	assert_string_equal(found, expected);
}

static void
assert_no_match(const char *template, const char *path)
{
	char buffer[256];
	char *values[3];

	if (url_template_match(template, path, 3, values, buffer))
		fail_msg("%s is taken for %s", path, template);
}

static void
test_match(void **state)
{
	(void) state;
	assert_match("/e", "/e", "-|-|-|");
	assert_match("/e/$1", "/e/a%20b", "a b|-|-|");
	assert_match("/e/$2/x", "/e/5/x", "-|5|-|");
	assert_match("/e?v=$1&w=$3", "/e?v=F%c3%A5llan%20%26&w=100%25",
				 "F\xc3\xa5llan &|-|100%|");
	assert_match("/e?c=$1_$2&limit=20",
				 "/e?limit=20&c=2027-01-01T18%3A00%3A00.000Z_0b-2",
				 "2027-01-01T18:00:00.000Z|0b-2|-|");
	assert_match("/e?c=$1_$2", "/e?c=a_b_c", "a|b_c|-|");
	assert_match("/e?c=$1", "/e?c=", "-|-|-|");
	assert_match("/e?c=$1_$2", "/e?c=_x", "-|x|-|");
	assert_match("/e?a=$1&b=$1", "/e?b=x&a=x", "x|-|-|");
	assert_match("/e?a=$1&b=$1", "/e?a=&b=", "-|-|-|");
	assert_match("/e?flag&a=$$1", "/e?a=$x&flag", "x|-|-|");
}

static void
test_no_match(void **state)
{
	(void) state;
	assert_no_match("/e", "/f");
	assert_no_match("/e", "/e2");
	assert_no_match("/e", "/e?a=b");
	assert_no_match("/e?a=$1", "/e");
	assert_no_match("/e?a=$1", "/e?b=1");
	assert_no_match("/e?a=$1", "/e?a=1&b=2");
	assert_no_match("/e?a=$1&b=$2", "/e?a=1&a=2");
	assert_no_match("/e?a=$1&a=$2", "/e?a=1&b=2");
	assert_no_match("/e?a=$1&a=$2", "/e?a=1&a=2");
	assert_no_match("/e?a=$1&b=$1", "/e?b=x&a=y");
	assert_no_match("/e?a=$1&b=$1", "/e?a=&b=y");
	assert_no_match("/e?a=$1&b=$1", "/e?a=y&b=");
	assert_no_match("/$1-$1/", "/-b-/");
	assert_no_match("/e?a=$1_$2", "/e?a=1");
	assert_no_match("/e?a=$1$2", "/e?a=12");
	assert_no_match("/e?a=1", "/e?a=2");
	assert_no_match("/e?a=$1", "/e?a=%");
	assert_no_match("/e?a=$1", "/e?a=%4");
	assert_no_match("/e?a=$1", "/e?a=%4x");
	assert_no_match("/e?a=$1", "/e?a=%00");
	assert_no_match("/e?a=$4", "/e?a=1");
	assert_no_match("/e?a=$0", "/e?a=1");
	assert_no_match("/e?ab=$1", "/e?a=1");
}

/* Whatever is expanded is found again. */
static void
test_match_of_expanded(void **state)
{
	char value[3] = "";
	const char *const args[] = {value, "x"};
	char path[64];
	char buffer[128];
	char *values[2];

	(void) state;
	for (int byte = 1; byte < 256; byte++)
	{
		value[0] = (char) byte;
		(void) url_template_expand(path, sizeof(path), "/$1?a=$2&b=$1", 2,
								   args);
		assert_true(
			url_template_match("/$1?a=$2&b=$1", path, 2, values, buffer));
		assert_string_equal(values[0], value);
		assert_string_equal(values[1], "x");
	}
}

/* What is asked for by a body */
static void
test_bodies(void **state)
{
	const char *const args[] = {"a \"b\" \\ \n", NULL, "12",
								"-1.50",         "01", "true"};

	(void) state;
	expands_to("POST /g?x=$3 {\"a\":\"$1\"}", 6, args,
			   "POST /g?x=12 {\"a\":\"a \\\"b\\\" \\\\ \\u000a\"}");
	expands_to(
		"POST /g {\"a\":$3,\"b\":[$4,$5,$6,$2],\"c\":\"$2\",\"d\":\"x$2\"}", 6,
		args,
		"POST /g {\"a\":12,\"b\":[-1.50,\"01\",true,null],\"c\":null,"
		"\"d\":\"x\"}");
	expands_to("POST /g {\"a\":$1}", 6, args,
			   "POST /g {\"a\":\"a \\\"b\\\" \\\\ \\u000a\"}");
	/* Strings in a string, as those of GraphQL */
	expands_to(
		"POST /g {\"query\":\"query($a:Int){e(n:\\\"$1\\\",i:$3){id}}\"}", 6,
		args,
		"POST /g {\"query\":\"query($a:Int){e(n:\\\"a \\\\\\\"b\\\\\\\" "
		"\\\\\\\\ \\\\u000a\\\",i:12){id}}\"}");
	expands_to("POST /f a=$1&b=$3", 6, args,
			   "POST /f a=a%20%22b%22%20%5C%20%0A&b=12");
	assert_string_equal(url_template_body("POST /g {}"), "{}");
	assert_null(url_template_body("/g {}"));
	assert_null(url_template_body("POST /g"));
	assert_null(url_template_body("POST /g "));
	assert_int_equal(url_template_highest_parameter("POST /g {\"a\":\"$7\"}"),
					 7);
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
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_match_of_expanded),
		cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
