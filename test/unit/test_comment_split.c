/*-------------------------------------------------------------------------
 *
 * test_comment_split.c
 *		Comments around a statement are told from what looks like them.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "record/comment_split.h"

/* The text splits into this statement and these comments. */
static void
expect_as(const char *text, bool escapes, const char *statement,
		  const char *comments)
{
	size_t length = strlen(text);
	CommentSplit split = comment_split(text, length, escapes);
	char found[400];

	assert_in_range(split.end, split.start, length);
	memcpy(found, text + split.start, split.end - split.start);
	found[split.end - split.start] = '\0';
	assert_string_equal(found, statement);
	assert_int_equal(comment_copy(text, length, split, found),
					 strlen(comments));
	assert_string_equal(found, comments);
}

static void
expect(const char *text, const char *statement, const char *comments)
{
	expect_as(text, false, statement, comments);
}

static void
test_around(void **state)
{
	(void) state;
	expect("SELECT 1", "SELECT 1", "");
	expect("  SELECT 1 ; ", "SELECT 1", "");
	expect("/*a='1'*/ SELECT 1", "SELECT 1", "/*a='1'*/");
	expect("SELECT 1 /*a='1'*/", "SELECT 1", "/*a='1'*/");
	expect("SELECT 1 /*a='1'*/;\n", "SELECT 1", "/*a='1'*/");
	expect("SELECT 1; /*a='1'*/", "SELECT 1", "/*a='1'*/");
	expect("-- x\n-- y\nSELECT 1 -- z", "SELECT 1", "-- x\n-- y\n-- z");
	expect("/* a /* b */ c */SELECT 1/*d*//*e*/", "SELECT 1",
		   "/* a /* b */ c */\n/*d*//*e*/");
	expect("SELECT /* in */ 1", "SELECT /* in */ 1", "");
	expect("SELECT /* in */ 1 /* out */", "SELECT /* in */ 1", "/* out */");
}

static void
test_in_constants(void **state)
{
	(void) state;
	expect("SELECT '/*' || '*/'", "SELECT '/*' || '*/'", "");
	expect("SELECT 'a -- b'", "SELECT 'a -- b'", "");
	expect("SELECT \"a -- b\"", "SELECT \"a -- b\"", "");
	expect("SELECT 'it''s' -- b", "SELECT 'it''s'", "-- b");
	expect("SELECT E'\\' -- b'", "SELECT E'\\' -- b'", "");
	expect("SELECT E'a'\n'\\' -- b'", "SELECT E'a'\n'\\' -- b'", "");
	expect("SELECT E'a' -- b\n'\\' -- c' -- d", "SELECT E'a' -- b\n'\\' -- c'",
		   "-- d");
	expect("SELECT E'a' '\\' -- b", "SELECT E'a' '\\'", "-- b");
	expect("SELECT E'a'\n", "SELECT E'a'", "");
	expect("SELECT '\\' -- b'", "SELECT '\\'", "-- b'");
	expect_as("SELECT '\\' -- b'", true, "SELECT '\\' -- b'", "");
	expect_as("SELECT 'a'\n'\\' -- b' -- c", true, "SELECT 'a'\n'\\' -- b'",
			  "-- c");
	expect_as("SELECT 'a' -- b", true, "SELECT 'a'", "-- b");
	expect("SELECT E'\\'' -- b", "SELECT E'\\''", "-- b");
	expect("SELECT $$ -- a $$", "SELECT $$ -- a $$", "");
	expect("SELECT $q$ $$ /* $q$ /* a */", "SELECT $q$ $$ /* $q$", "/* a */");
	expect("SELECT a$1 -- $1", "SELECT a$1", "-- $1");
	expect("SELECT $1 -- $2", "SELECT $1", "-- $2");
	expect("SELECT 1 - -1", "SELECT 1 - -1", "");
}

static void
test_broken(void **state)
{
	(void) state;
	expect("", "", "");
	expect(" ; ", "", "");
	expect("/* open", "", "/* open");
	expect("SELECT 'open -- ", "SELECT 'open --", "");
	expect("SELECT $a$ --", "SELECT $a$ --", "");
	expect("SELECT 1 /* open */ /*", "SELECT 1 /* open */ /*", "");
}

static void
test_is_all(void **state)
{
	(void) state;
	assert_true(comment_is_all("", 0));
	assert_true(comment_is_all("; -- a", 6));
	assert_true(comment_is_all("/* a */ ;", 9));
	assert_false(comment_is_all("; SELECT", 8));
}

/*
 * What the server calls the place of a statement, with what stands before and behind
 * it, and what it is widened to.
 */
static void
expect_widened(const char *before, const char *inside, const char *behind,
			   const char *widened)
{
	char text[400];
	size_t location = strlen(before);
	size_t length = strlen(inside);

	(void) snprintf(text, sizeof(text), "%s%s%s", before, inside, behind);
	comment_widen(text, &location, &length, false);
	if (length == 0)
		length = strlen(text + location);
	assert_int_equal(length, strlen(widened));
	assert_memory_equal(text + location, widened, length);
}

static void
test_widen(void **state)
{
	char text[40000];
	size_t location;
	size_t length = 0;

	(void) state;
	expect_widened("", "SELECT 1", "", "SELECT 1");
	expect_widened(" ", "SELECT 1", "; SELECT 2", " SELECT 1");
	expect_widened("/* a */ ", "SELECT 1", " -- b", "/* a */ SELECT 1 -- b");
	expect_widened("SELECT 1; ", "SELECT 2", ";", " SELECT 2");
	expect_widened("SELECT 1; /* ; */ -- ;\n", "SELECT 2", "/* ; */ ; SELECT",
				   " /* ; */ -- ;\nSELECT 2/* ; */ ");
	expect_widened("SELECT ';', \"-- ;\", $a$ ; $a$;-- ;\n", "SELECT 2", "",
				   "-- ;\nSELECT 2");
	expect_widened("/* a */ PREPARE p AS ", "SELECT ';'", " ; EXECUTE p",
				   "/* a */ PREPARE p AS SELECT ';' ");
	expect_widened("BEGIN; COPY (", "SELECT 1", ") TO STDOUT; SELECT 2",
				   " COPY (SELECT 1) TO STDOUT");
	/* Of what is far back only the place is known. */
	memset(text, ' ', sizeof(text));
	memcpy(text, "SELECT 1; /* a */", 17);
	memcpy(text + 30000, "SELECT 2", 9);
	location = 30000;
	comment_widen(text, &location, &length, false);
	assert_int_equal(location, 30000);
	assert_int_equal(length, 0);
}

/* These tags are kept of the comments. */
static void
expect_kept(const char *comments, const char *kept)
{
	char found[400];

	assert_int_equal(comment_keep_request(comments, strlen(comments), found),
					 strlen(kept));
	assert_string_equal(found, kept);
}

static void
test_keep_request(void **state)
{
	(void) state;
	expect_kept("", "");
	expect_kept("/* user 'ada@example.org' */", "");
	expect_kept(
		"/*route='%2Fusers%2F%3Aid',email='ada',traceparent='00-1-2-01'*/",
		"/*route='%2Fusers%2F%3Aid',traceparent='00-1-2-01'*/");
	expect_kept("/* controller:posts,action:index,who:ada */ -- job=x y",
				"/*controller:posts,action:index,job=x*/");
	expect_kept("-- route='it\\'s', b", "/*route='it\\'s'*/");
	expect_kept("-- my_route='secret'", "");
	expect_kept("/*route='open", "/*route='open*/");
	expect_kept("-- route=", "/*route=*/");
	expect_kept("-- route='\\", "/*route='\\*/");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_around), cmocka_unit_test(test_in_constants),
		cmocka_unit_test(test_broken), cmocka_unit_test(test_is_all),
		cmocka_unit_test(test_widen),  cmocka_unit_test(test_keep_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
