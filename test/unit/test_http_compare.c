/*-------------------------------------------------------------------------
 *
 * test_http_compare.c
 *		The rows of an answer are compared with those of the database.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "http/check/compare.h"
#include "http/check/same_value.h"

static const CompareHow by_key = {0};
static const CompareHow by_columns = {.columns = true};

static char told[COMPARE_TEXT_SIZE];

static void
open_view(AnswerView *view, const char *json)
{
	static const AnswerHow usual = {0};
	AnswerBody body = {.data = json, .size = strlen(json), .path = "/e"};

	*view = (AnswerView){0};
	assert_int_equal(answer_open(view, &body, &usual), ANSWER_ROWS);
}

static Difference
compare(const CompareHow *how, const char *database, const char *rows)
{
	Expected *expected = expected_read(database);
	AnswerView view;
	Difference difference;

	assert_non_null(expected);
	open_view(&view, rows);
	difference = compare_rows(how, expected, &view, told);
	answer_free(&view);
	expected_free(expected);
	return difference;
}

#define START "{\"key\":[\"id\"],\"limit\":4,\"page\":\"3\",\"count\":3,"
#define THREE                                                                  \
	START                                                                      \
	"\"whole\":true,\"rows\":[{\"id\":1},{\"id\":2},{\"id\":3}],\"ties\":null}"
#define TIED                                                                   \
	START                                                                      \
	"\"whole\":true,\"rows\":[{\"id\":1},{\"id\":2},{\"id\":3}],"              \
	"\"ties\":[0,1,1]}"

static void
test_expected(void **state)
{
	Expected *expected = expected_read(THREE);
	AnswerValue value;

	(void) state;
	assert_int_equal(expected->limit, 4);
	assert_int_equal(expected->page, 3);
	assert_int_equal(expected->count, 3);
	assert_int_equal(expected->row_count, 3);
	assert_true(expected->whole);
	assert_null(expected->ties);
	assert_string_equal(expected->key[0], "id");
	assert_true(expected_value(expected, 2, "id", &value));
	assert_memory_equal(value.text, "3", 1);
	assert_false(expected_value(expected, 2, "name", &value));
	expected_free(expected);
	assert_null(expected_read("{}"));
	assert_null(expected_read("[1]"));
	assert_null(expected_read("{\"key\":[\"id\"]"));
	assert_null(expected_read(
		START "\"whole\":true,\"rows\":[{\"id\":1}],\"ties\":[0,1]}"));
	expected_free(NULL);
}

static void
test_rows(void **state)
{
	static const struct
	{
		const char *rows;
		const char *text; /* NULL: no difference */
	} cases[] = {
		{"[{\"id\":1},{\"id\":2},{\"id\":3}]", NULL},
		{"[{\"id\":\"1\"},{\"id\":\"2\"}]", NULL},
		{"[{\"id\":2},{\"id\":1},{\"id\":3}]",
		 "row 1 has id 2, the database has 1 there"},
		{"[{\"id\":1},{\"id\":9},{\"id\":3}]",
		 "row 2 has id 9, the database has 2 there, and no such row"},
		{"[{\"id\":1},{\"id\":1},{\"id\":3}]", "row 2 is row 1 again: id 1"},
		{"[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}]",
		 "row 4 has id 4, the database has no more rows"},
		{"[{\"id\":1},{\"no\":2}]",
		 "row 2 has no member \"id\", the query's key (--key names another)"},
		{"[{\"id\":1},null]", "row 2 is not an object with members"},
		{"[{\"id\":1},{}]", "row 2 is not an object with members"},
		{"[{\"id\":1},7]", "row 2 is not an object with members"},
		{"[{\"id\":null}]",
		 "row 1 has id null, the database has 1 there, and no such row"}};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Difference difference = compare(&by_key, THREE, cases[i].rows);

		assert_int_equal(difference, cases[i].text != NULL ? DIFFERENCE_ROW
														   : DIFFERENCE_NONE);
		assert_string_equal(told, cases[i].text != NULL ? cases[i].text : "");
	}
}

/* Rows that ORDER BY leaves equal change places, but are not left out. */
static void
test_ties(void **state)
{
	(void) state;
	assert_int_equal(
		compare(&by_key, TIED, "[{\"id\":1},{\"id\":3},{\"id\":2}]"),
		DIFFERENCE_NONE);
	assert_int_equal(
		compare(&by_key, TIED, "[{\"id\":2},{\"id\":1},{\"id\":3}]"),
		DIFFERENCE_ROW);
	assert_int_equal(
		compare(&by_key, TIED, "[{\"id\":1},{\"id\":3},{\"id\":3}]"),
		DIFFERENCE_ROW);
	/* Equal ones that the database did not list. */
	assert_int_equal(compare(&by_key,
							 START
							 "\"whole\":false,\"rows\":[{\"id\":1},{\"id\":2}],"
							 "\"ties\":[0,1]}",
							 "[{\"id\":1},{\"id\":8},{\"id\":9}]"),
					 DIFFERENCE_NONE);
	assert_int_equal(compare(&by_key,
							 START
							 "\"whole\":false,\"rows\":[{\"id\":1},{\"id\":2}],"
							 "\"ties\":[0,1]}",
							 "[{\"id\":7},{\"id\":2}]"),
					 DIFFERENCE_ROW);
}

static void
test_another_key(void **state)
{
	static const CompareHow named = {.key = "event.no"};
	const char *two =
		"{\"key\":[\"a\",\"b\"],\"limit\":null,\"page\":null,\"count\":2,"
		"\"whole\":true,\"rows\":[{\"a\":1,\"b\":1},{\"a\":1,\"b\":2}],"
		"\"ties\":null}";

	(void) state;
	assert_int_equal(compare(&named, THREE, "[{\"event\":{\"no\":1}}]"),
					 DIFFERENCE_NONE);
	assert_int_equal(compare(&named, THREE, "[{\"event\":{\"no\":2}}]"),
					 DIFFERENCE_ROW);
	assert_int_equal(
		compare(&by_key, two, "[{\"a\":1,\"b\":1},{\"a\":1,\"b\":2}]"),
		DIFFERENCE_NONE);
	assert_int_equal(
		compare(&by_key, two, "[{\"a\":1,\"b\":1},{\"a\":1,\"b\":1}]"),
		DIFFERENCE_ROW);
}

#define COLUMNS                                                                \
	START "\"whole\":true,\"rows\":[{\"id\":1,\"name\":\"x\",\"at\":"          \
		  "\"2027-01-01T18:00:00.123456+00:00\",\"price\":null}],"             \
		  "\"ties\":null}"

static void
test_columns(void **state)
{
	static char *const ignored[] = {"name"};
	static const CompareHow without = {
		.columns = true, .ignore = ignored, .ignore_count = 1};

	(void) state;
	assert_int_equal(
		compare(&by_columns, COLUMNS,
				"[{\"at\":\"2027-01-01T18:00:00.123Z\",\"id\":1,\"name\":"
				"\"x\",\"more\":2}]"),
		DIFFERENCE_NONE);
	assert_int_equal(
		compare(&by_columns, COLUMNS,
				"[{\"at\":\"2027-01-01T18:00:00Z\",\"id\":1,\"name\":\"y\"}]"),
		DIFFERENCE_COLUMN);
	assert_string_equal(told, "row 1: name is \"y\", the database has \"x\"");
	assert_int_equal(
		compare(&without, COLUMNS,
				"[{\"at\":\"2027-01-01T18:00:00Z\",\"id\":1,\"name\":\"y\"}]"),
		DIFFERENCE_NONE);
	assert_int_equal(compare(&by_columns, COLUMNS,
							 "[{\"at\":\"2027-01-01T18:00:00Z\",\"id\":1}]"),
					 DIFFERENCE_COLUMN);
	assert_string_equal(told, "row 1 has no member for the column name "
							  "(--ignore leaves it out)");
	/* An API with names of its own is compared by what it has. */
	assert_int_equal(compare(&by_columns, COLUMNS, "[{\"id\":1,\"n\":2}]"),
					 DIFFERENCE_NONE);
	assert_int_equal(
		compare(&by_key, COLUMNS, "[{\"id\":1,\"name\":\"y\",\"at\":1}]"),
		DIFFERENCE_NONE);
}

/* --- values ----------------------------------------------------------------- */

static bool
same(const char *answered, const char *stored)
{
	JsonTree a = {0};
	JsonTree b = {0};
	AnswerValue x;
	AnswerValue y;
	bool result;

	assert_true(json_tree_parse(&a, answered, strlen(answered), false));
	assert_true(json_tree_parse(&b, stored, strlen(stored), false));
	x = (AnswerValue){(JsonType) a.nodes[0].type, a.text + a.nodes[0].start,
					  a.nodes[0].end - a.nodes[0].start, a.nodes[0].escaped};
	y = (AnswerValue){(JsonType) b.nodes[0].type, b.text + b.nodes[0].start,
					  b.nodes[0].end - b.nodes[0].start, b.nodes[0].escaped};
	result = same_value(&x, &y);
	json_tree_free(&a);
	json_tree_free(&b);
	return result;
}

static void
test_values(void **state)
{
	static const char *const equal[][2] = {
		{"\"a\"", "\"a\""},
		{"\"\\u00e5\\n\"", "\"å\\n\""},
		{"1.50", "1.5"},
		{"\"12\"", "12"},
		{"1e3", "1000"},
		{"1", "true"},
		{"0", "false"},
		{"null", "null"},
		{"\"2027-03-01T19:00:00+01:00\"", "\"2027-03-01T18:00:00+00:00\""},
		{"\"2027-03-01 18:00:00Z\"", "\"2027-03-01T18:00:00+00:00\""},
		{"\"2027-03-01T18:00:00.123Z\"",
		 "\"2027-03-01T18:00:00.123456+00:00\""},
		{"\"2027-03-01T00:00:00.000Z\"", "\"2027-03-01\""},
		{"1803924000", "\"2027-03-01T18:00:00+00:00\""},
		{"1803924000000", "\"2027-03-01T18:00:00+00:00\""},
		{"\"1969-12-31T23:59:59.5Z\"", "\"1969-12-31T23:59:59.5+00:00\""},
		{"[1,{\"b\":2,\"a\":1}]", "[1, {\"a\": 1.0, \"b\": 2}]"},
		{"{\"days\":1}", "\"1 day\""},
		{"\"AQID\"", "\"\\\\x010203\""}};
	static const char *const different[][2] = {
		{"\"a\"", "\"A\""},
		{"1", "2"},
		{"\"12x\"", "12"},
		{"\"\"", "null"},
		{"null", "0"},
		{"null", "\"a\""},
		{"1", "false"},
		{"\"2027-03-01T18:00:00+01:00\"", "\"2027-03-01T18:00:00+00:00\""},
		{"\"2027-03-01T18:00:00.124Z\"",
		 "\"2027-03-01T18:00:00.126456+00:00\""},
		{"\"2027-03-01\"", "\"2027-03-02\""},
		{"1803924001", "\"2027-03-01T18:00:00+00:00\""},
		{"[1,2]", "[2,1]"},
		{"[1]", "[1,2]"},
		{"[]", "{}"},
		{"{\"a\":1}", "{\"b\":1}"},
		{"\"[1]\"", "[1]"}};

	(void) state;
	for (size_t i = 0; i < sizeof(equal) / sizeof(equal[0]); i++)
		if (!same(equal[i][0], equal[i][1]))
			fail_msg("%s is not %s", equal[i][0], equal[i][1]);
	for (size_t i = 0; i < sizeof(different) / sizeof(different[0]); i++)
		if (same(different[i][0], different[i][1]))
			fail_msg("%s is %s", different[i][0], different[i][1]);
}

/* --- pages, changes ----------------------------------------------------------- */

static void
test_pages(void **state)
{
	Expected *expected = expected_read(THREE);
	CompareState walk = {0};
	AnswerView one;
	AnswerView two;

	(void) state;
	open_view(&one, "[{\"id\":1},{\"id\":2}]");
	open_view(&two, "[{\"id\":3}]");
	assert_int_equal(compare_page(&by_key, expected, &walk, &one, told),
					 DIFFERENCE_NONE);
	assert_int_equal(compare_page(&by_key, expected, &walk, &two, told),
					 DIFFERENCE_NONE);
	assert_int_equal(compare_pages_end(expected, &walk, true, told),
					 DIFFERENCE_NONE);
	(void) compare_page(&by_key, expected, &walk, &one, told);
	assert_int_equal(compare_pages_end(expected, &walk, false, told),
					 DIFFERENCE_NONE);
	(void) compare_page(&by_key, expected, &walk, &one, told);
	assert_int_equal(compare_pages_end(expected, &walk, true, told),
					 DIFFERENCE_ROW);
	assert_string_equal(told,
						"the pages end after 2 of 3 rows: id 3 is missing");
	(void) compare_page(&by_key, expected, &walk, &one, told);
	assert_int_equal(compare_page(&by_key, expected, &walk, &one, told),
					 DIFFERENCE_ROW);
	assert_string_equal(told, "row 3 is row 1 again: id 1");
	free(walk.taken);
	answer_free(&one);
	answer_free(&two);
	expected_free(expected);
}

static void
assert_change(const char *before, const char *after, const char *text)
{
	static const AnswerHow usual = {0};
	AnswerView old;
	AnswerView new;

	open_view(&old, before);
	open_view(&new, after);
	compare_bodies(&old, &new, &usual, told);
	assert_string_equal(told, text);
	answer_free(&old);
	answer_free(&new);
}

static void
test_changes(void **state)
{
	(void) state;
	assert_change("[{\"id\":1,\"n\":2},{\"id\":2,\"n\":2}]",
				  "[{\"id\":1,\"n\":2},{\"id\":2,\"n\":3}]",
				  "row 2: n was 2, is 3");
	assert_change("[{\"id\":1}]", "[{\"id\":2}]", "row 1: was 1, is 2");
	assert_change("[{\"id\":1,\"n\":2}]", "[{\"id\":1}]",
				  "row 1: n was 2, is gone");
	assert_change("[{\"id\":1}]", "[{\"id\":1},{\"id\":2}]",
				  "had 1 rows, has 2");
	assert_change("[{\"id\":1}]", "[{\"id\":1,\"n\":1}]",
				  "row 1 has other members or another order of them");
	assert_change("{\"events\":[{\"id\":1}],\"at\":\"x\"}",
				  "{\"events\":[{\"id\":1}],\"at\":\"y\"}",
				  "at was \"x\", is \"y\"");
	assert_change("{\"events\":[],\"at\":\"x\"}", "{\"events\":[]}",
				  "at was \"x\", is gone");
}

static void
test_between(void **state)
{
	Expected *before = expected_read(THREE);
	Expected *after = expected_read(
		START "\"whole\":true,\"rows\":[{\"id\":1},{\"id\":3},{\"id\":4}],"
			  "\"ties\":null}");
	static const struct
	{
		const char *rows;
		bool between;
	} cases[] = {{"[{\"id\":1},{\"id\":3}]", true},
				 {"[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}]", true},
				 {"[{\"id\":1},{\"id\":5}]", false},
				 {"[{\"id\":3},{\"id\":1}]", false},
				 {"[{\"id\":1},{\"id\":1}]", false}};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		AnswerView view;

		open_view(&view, cases[i].rows);
		assert_int_equal(compare_between(&by_key, before, after, &view),
						 cases[i].between);
		answer_free(&view);
	}
	expected_free(before);
	expected_free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expected), cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ties),     cmocka_unit_test(test_another_key),
		cmocka_unit_test(test_columns),  cmocka_unit_test(test_values),
		cmocka_unit_test(test_pages),    cmocka_unit_test(test_changes),
		cmocka_unit_test(test_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
