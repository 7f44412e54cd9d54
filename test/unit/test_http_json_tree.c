/*-------------------------------------------------------------------------
 *
 * test_http_json_tree.c
 *		Unit tests of src/http/answer/json_tree.c: what is JSON, and what is not.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/answer/json_tree.h"

/* --- JSON -------------------------------------------------------------------- */

/* A copy of its exact size, so that reading behind it is noticed. */
static bool
parses(const char *text, size_t size)
{
	JsonTree tree = {0};
	char *copy = malloc(size + (size == 0));
	bool ok;

	memcpy(copy, text, size);
	ok = json_tree_parse(&tree, copy, size, false);
	assert_int_equal(ok, tree.problem == NULL);
	json_tree_free(&tree);
	free(copy);
	return ok;
}

static void
test_json_right(void **state)
{
	static const char *const right[] = {
		"null",
		" true ",
		"false",
		"0",
		"-0",
		"-1.5e+300",
		"1E5",
		"\"\"",
		"[]",
		"{}",
		"[ ]",
		"{ }",
		"[1,2 , 3]",
		"{\"a\":{\"b\":[{}]},\"c\":1}",
		"\"\\u0000\\ud83c\\udfb8\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xb8\"",
		"\"12345678\\n\"",
		"123456789012345678901234567890",
		"\xef\xbb\xbf{\"a\":1}",
		"\"abcdefghijklmnop\xc3\xa4qrstuvwxyz\"",
		"{\"a\":1,\"a\":2}",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		if (!parses(right[i], strlen(right[i])))
			fail_msg("%s is refused", right[i]);
}

static void
test_json_wrong(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"nul",
		"nulll",
		"True",
		"01",
		"-",
		"1.",
		".5",
		"1e",
		"1e+",
		"+1",
		"\"",
		"\"a",
		"\"\\\"",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\ud800\"",
		"\"\\ud800\\u0041\"",
		"\"\\udc00\"",
		"\"\n\"",
		"\"\x01\"",
		"\"F\xe5llan\"",
		"\"\xc0\xaf\"",
		"\"\xed\xa0\x80\"",
		"\"\xf4\x90\x80\x80\"",
		"\"\xe2\x82\"",
		"[",
		"]",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"[1 2]",
		"{",
		"}",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{a:1}",
		"{'a':1}",
		"{\"a\" 1}",
		"{\"a\":1 \"b\":2}",
		"[}",
		"{]",
		"[1]]",
		"1 2",
		"[1] x",
		"NaN",
		"Infinity",
		"\"12345678\t\"",
		"<html></html>",
		"{\"a\":1]",
		"// c\n1",
		"\"\x7f\xff\"",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (parses(wrong[i], strlen(wrong[i])))
			fail_msg("%s is accepted", wrong[i]);
	assert_false(parses("[1]\0", 4));
}

static void
test_json_deep(void **state)
{
	static char text[2 * JSON_MAX_DEPTH + 2];

	(void) state;
	memset(text, '[', JSON_MAX_DEPTH);
	memset(text + JSON_MAX_DEPTH, ']', JSON_MAX_DEPTH);
	assert_true(parses(text, 2 * JSON_MAX_DEPTH));
	memset(text, '[', sizeof(text));
	assert_false(parses(text, sizeof(text)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_right),
		cmocka_unit_test(test_json_wrong),
		cmocka_unit_test(test_json_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
