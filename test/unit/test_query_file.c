/*
 * test_query_file.c
 *		Unit tests of src/exchange/: sql_token.c, query_file.c, named_params.c.
 *
 * Texts are read from memory of just their size, so that the sanitizer sees what is
 * read beyond their end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sql_token.h"
#include "exchange/named_params.h"
#include "exchange/query_file.h"

static const char *const keys[] = {"name", "path", "case", "sql", NULL};

static char *
copy(const char *text, size_t length)
{
	char *copied = malloc(length > 0 ? length : 1);

	memcpy(copied, text, length);
	return copied;
}

/* Returns the lengths and kinds of the tokens of a text, as "w3 s1 o2". */
static void
check_tokens(const char *text, const char *expected)
{
	static const char letters[] = "exlbqwpomu";
	size_t length = strlen(text);
	char *sql = copy(text, length);
	const char *at = sql;
	char found[1000] = "";

	for (;;)
	{
		SqlToken token = sql_token_read(at, sql + length);

		if (token.kind == SQL_TOKEN_END)
			break;
		if (token.kind != SQL_TOKEN_SPACE)
			sprintf(found + strlen(found), "%s%c%zu", found[0] ? " " : "",
					letters[token.kind], token.length);
		at += token.length;
	}
	assert_string_equal(found, expected);
	free(sql);
}

static void
test_tokens(void **state)
{
	(void) state;
	check_tokens("", "");
	check_tokens("SELECT a.b, $12", "w6 w1 m1 w1 m1 p3");
	check_tokens("'a''b' \"c\"\"d\" E'\\'' e'a''\\\\'", "q6 q6 q5 q8");
	check_tokens("N'x' U&'y' x'ff'", "w1 q3 w1 o1 q3 w1 q4");
	check_tokens("$$a$$ $t$ $$ $u$ $t$ a$$b $ 1", "q5 q14 w4 m1 w1");
	check_tokens("-- a; 'b'\n/* c /* d */ e */ f", "l9 b17 w1");
	check_tokens("a::int b := 1 c[1:d]", "w1 m2 w3 w1 m2 w1 w1 m1 w1 m1 w1 m1");
	check_tokens("a<=@b a @> b a -- c", "w1 o3 w1 w1 o2 w1 w1 l4");
	check_tokens("1.5e3 12:30 \xc3\xbc"
				 "x",
				 "w5 w2 m1 w2 w3");
	check_tokens("'a", "u2");
	check_tokens("E'a\\'", "u5");
	check_tokens("/* /* */", "u8");
	check_tokens("$a$ b $a", "u8");
	check_tokens("\"a", "u2");
}

/* Reads a file, and returns what it holds, as "key=value" and "SQL". */
static void
check_file(const char *text, const char *expected)
{
	size_t length = strlen(text);
	char *content = copy(text, length);
	char found[2000] = "";
	QueryFile file;
	QueryFileItem item;

	query_file_start(&file, content, length, keys);
	do
	{
		item = query_file_next(&file);
		sprintf(found + strlen(found), "%d", item.line);
		if (item.kind == QUERY_FILE_KEY || item.kind == QUERY_FILE_COMMENT)
			sprintf(found + strlen(found),
					"%s%.*s=", item.kind == QUERY_FILE_KEY ? "" : "?",
					(int) item.key_length, item.key);
		if (item.kind == QUERY_FILE_FAULT)
			strcat(found, "!");
		else if (item.kind == QUERY_FILE_SQL)
			strcat(found, ":");
		if (item.kind != QUERY_FILE_END && item.kind != QUERY_FILE_FAULT)
			sprintf(found + strlen(found), "%.*s|", (int) item.value_length,
					item.value);
	} while (item.kind != QUERY_FILE_END && item.kind != QUERY_FILE_FAULT);
	assert_string_equal(found, expected);
	free(content);
}

static void
test_files(void **state)
{
	(void) state;
	check_file("", "1");
	check_file("-- name: a\nSELECT 1;\n", "1name=a|2:SELECT 1|3");
	check_file("\xef\xbb\xbf-- name: a\r\n-- path: /x \r\nSELECT 1\r\n",
			   "1name=a|2path=/x|3:SELECT 1|4");
	check_file(
		"--name:a\n--   path:\nSELECT ';' -- ;\n; ;\n\n-- end\n-- name: b",
		"1name=a|2path=|3:SELECT ';' -- ;|7name=b|7");
	check_file(
		"-- name: a\nSELECT '\n-- name: b\n' /*\n-- name: c\n*/ -- name: d\n"
		"-- name: e\nSELECT 2",
		"1name=a|2:SELECT '\n-- name: b\n' /*\n-- name: c\n*/ -- name: "
		"d|7name=e|8:SELECT 2|8");
	check_file("-- name: a\n-- Words.\n-- note: x\n/* hint */ SELECT 1;",
			   "1name=a|3?note=x|4:/* hint */ SELECT 1|4");
	check_file("-- Words: x\n-- other: y\n-- path: z\n", "3path=z|4");
	check_file("-- name: a\nSELECT 1; SELECT 2", "1name=a|2:SELECT 1|2!");
	check_file("-- name: a\nSELECT 1;\n\n-- path: /a", "1name=a|2:SELECT 1|4!");
	check_file("\n\nSELECT 1", "3!");
	check_file("-- name: a\n\nSELECT\n'a", "1name=a|4!");
	check_file("-- name: a\n-- http://x\n-- a::b\nSELECT 1",
			   "1name=a|2:-- http://x\n-- a::b\nSELECT 1|4");
}

static void
check_elements(const char *text, const char *expected)
{
	size_t length = strlen(text);
	char *value = copy(text, length);
	char *buffer = malloc(length + 1);
	const char *at = length == 0 ? NULL : value;
	char found[500] = "";

	for (;;)
	{
		QueryFileElement kind = query_file_element(&at, value + length, buffer);

		if (kind == QUERY_FILE_NO_ELEMENT)
			break;
		sprintf(found + strlen(found), "<%s>",
				kind == QUERY_FILE_NULL      ? "null"
				: kind == QUERY_FILE_ELEMENT ? buffer
											 : "?");
		if (kind == QUERY_FILE_MALFORMED)
			break;
	}
	assert_string_equal(found, expected);
	free(value);
	free(buffer);
}

static void
test_elements(void **state)
{
	(void) state;
	check_elements("", "");
	check_elements("own, 5,4 , unread", "<own><5><4><unread>");
	check_elements("a b, NULL, null, 'NULL', \"null\"",
				   "<a b><null><null><NULL><null>");
	check_elements("'', \"\", 'a''b', \"a\"\"b\"", "<><><a'b><a\"b>");
	check_elements("{1,2}, {\"a,\\\"}\",b}, {\"k\": [1, {\"l\": \",\"}]}",
				   "<{1,2}><{\"a,\\\"}\",b}><{\"k\": [1, {\"l\": \",\"}]}>");
	check_elements("[1,5), (,2], numeric(10,2), public.\"a,b\"",
				   "<[1,5)><(,2]><numeric(10,2)><public.\"a,b\">");
	check_elements("it's, E'a\\nb\\\\\\'''\\x41', e5", "<it's><a\nb\\''A><e5>");
	check_elements("a,", "<a><?>");
	check_elements(",a", "<?>");
	check_elements("a, ,b", "<a><?>");
	check_elements("'a", "<?>");
	check_elements("'a' b", "<?>");
	check_elements("{a", "<?>");
	check_elements("a}", "<?>");
	check_elements("\"a", "<?>");
	check_elements("E'a\\", "<?>");
	check_elements("E'\\x4'", "<?>");
	check_elements("E'\\xff'", "<?>");
	check_elements("E'\\x00'", "<?>");
	check_elements("5\" disk", "<?>");
	check_elements("a\\\"", "<?>");
}

static void
check_text(const char *value, const char *expected)
{
	char *buffer = malloc(strlen(value) + 1);
	char *text = copy(value, strlen(value));
	bool ok = query_file_text(text, strlen(value), buffer);

	assert_int_equal(ok, expected != NULL);
	if (ok)
		assert_string_equal(buffer, expected);
	free(buffer);
	free(text);
}

static void
test_texts(void **state)
{
	(void) state;
	check_text("", "");
	check_text("/a?b=$1, 'c'", "/a?b=$1, 'c'");
	check_text("E'a\\nb'", "a\nb");
	check_text("'a'", "'a'");
	check_text("E'a", NULL);
	check_text("E'a' b", NULL);
	check_text("Eh", "Eh");
}

static void
check_name(const char *value, const char *expected, QueryFileForm form,
		   bool writes)
{
	QueryFileForm found;
	bool found_writes;
	char *text = copy(value, strlen(value));
	size_t length = query_file_name(text, strlen(value), &found, &found_writes);

	assert_int_equal(length, strlen(expected));
	assert_memory_equal(text, expected, length);
	assert_int_equal(found, form);
	assert_int_equal(found_writes, writes);
	free(text);
}

static void
test_names(void **state)
{
	(void) state;
	check_name("feed_entries", "feed_entries", QUERY_FILE_PLAIN, false);
	check_name("", "", QUERY_FILE_PLAIN, false);
	check_name("GetFeed :many", "GetFeed", QUERY_FILE_SQLC, false);
	check_name("GetFeed  :one", "GetFeed", QUERY_FILE_SQLC, false);
	check_name("Drop :exec", "Drop", QUERY_FILE_SQLC, true);
	check_name("Drop :other", "Drop :other", QUERY_FILE_PLAIN, false);
	check_name("a:many", "a:many", QUERY_FILE_PLAIN, false);
	check_name(":many", ":many", QUERY_FILE_PLAIN, false);
	check_name("many", "many", QUERY_FILE_PLAIN, false);
	check_name("get-feed^", "get-feed", QUERY_FILE_AIOSQL, false);
	check_name("count$", "count", QUERY_FILE_AIOSQL, false);
	check_name("add!", "add", QUERY_FILE_AIOSQL, true);
	check_name("add<!", "add", QUERY_FILE_AIOSQL, true);
	check_name("add*!", "add", QUERY_FILE_AIOSQL, true);
	check_name("script#", "script", QUERY_FILE_AIOSQL, true);
	check_name("!", "!", QUERY_FILE_PLAIN, false);
	check_name("E'add!'", "E'add!'", QUERY_FILE_PLAIN, false);
}

static void
check_params(const char *sql, NamedParamsForm form, const char *expected)
{
	size_t length = strlen(sql);
	char *text = copy(sql, length);
	char *buffer = malloc(2 * length + 1);

	assert_int_equal(named_params_number(text, length, form, buffer),
					 strlen(expected));
	assert_string_equal(buffer, expected);
	free(text);
	free(buffer);
}

static void
test_params(void **state)
{
	(void) state;
	check_params("SELECT :a, :b, :a", NAMED_PARAMS_COLON, "SELECT $1, $2, $1");
	check_params("SELECT :a::int, ':b', \":c\", $$:d$$ -- :e\n/* :f */",
				 NAMED_PARAMS_COLON,
				 "SELECT $1::int, ':b', \":c\", $$:d$$ -- :e\n/* :f */");
	check_params(
		"SELECT a[1:n], a[:n], a[f(:m):2], ARRAY[:x, [:y]], array[a[:z]]",
		NAMED_PARAMS_COLON,
		"SELECT a[1:n], a[:n], a[f($1):2], ARRAY[$2, [$3]], array[a[:z]]");
	check_params("SELECT :a, $1", NAMED_PARAMS_COLON, "SELECT :a, $1");
	check_params("SELECT '$1', :a", NAMED_PARAMS_COLON, "SELECT '$1', $1");
	check_params("SELECT f(x := :x), ::a, :1, : a", NAMED_PARAMS_COLON,
				 "SELECT f(x := $1), ::a, :1, : a");
	check_params("SELECT @a, :a, @> @b, @ a, a @@ @b", NAMED_PARAMS_SQLC,
				 "SELECT $1, :a, @> $2, @ a, a @@ $2");
	check_params("SELECT sqlc.arg(a), sqlc.narg('b'), SQLC . arg ( a ), "
				 "sqlc.embed(t), sqlc.slice(c), sqlc.arg, sqlc",
				 NAMED_PARAMS_SQLC,
				 "SELECT $1, $2, $1, t.*, sqlc.slice(c), sqlc.arg, sqlc");
	check_params("SELECT sqlc.arg(", NAMED_PARAMS_SQLC, "SELECT sqlc.arg(");
	check_params("SELECT :", NAMED_PARAMS_COLON, "SELECT :");
}

/* Each of 1000 names gets its number, and more are refused. */
static void
test_many_params(void **state)
{
	char *sql = malloc(10000);
	char *buffer = malloc(20001);
	size_t length = 0;

	(void) state;
	for (int i = 0; i < 1000; i++)
		length += (size_t) sprintf(sql + length, ":p%d ", i);
	assert_int_not_equal(
		named_params_number(sql, length, NAMED_PARAMS_COLON, buffer), 0);
	assert_non_null(strstr(buffer, "$1000 "));
	length += (size_t) sprintf(sql + length, ":q");
	assert_int_equal(
		named_params_number(sql, length, NAMED_PARAMS_COLON, buffer), 0);
	free(sql);
	free(buffer);
}

/* Nothing is read beyond the end of a text, whatever it holds. */
static void
test_noise(void **state)
{
	static const char *const pieces[] = {
		"-- name: a", "\n",       "'",  "E'",        "\\",       "\"",
		"$$",         "$a$",      "/*", "*/",        "--",       ";",
		":",          "x",        "{",  "}",         ",",        "NULL",
		"[",          "]",        "@",  "sqlc.arg(", ")",        "-- case: a",
		" ",          "\xc3\xbc", "$1", "\r",        "-- path:", "::"};
	uint32_t seed = 12345;

	(void) state;
	for (int i = 0; i < 20000; i++)
	{
		char text[200] = "";
		size_t length;
		char *content;
		char *buffer;
		const char *at;
		QueryFile file;
		QueryFileKind kind;

		for (int j = 0; j < 12; j++)
		{
			seed = seed * 1664525 + 1013904223;
			strcat(text,
				   pieces[(seed >> 16) % (sizeof(pieces) / sizeof(pieces[0]))]);
		}
		length = strlen(text);
		content = copy(text, length);
		buffer = malloc(2 * length + 1);
		query_file_start(&file, content, length, keys);
		do
			kind = query_file_next(&file).kind;
		while (kind != QUERY_FILE_END && kind != QUERY_FILE_FAULT);
		at = content;
		while (at != NULL && query_file_element(&at, content + length,
												buffer) != QUERY_FILE_MALFORMED)
			;
		(void) query_file_text(content, length, buffer);
		(void) named_params_number(content, length, NAMED_PARAMS_COLON, buffer);
		(void) named_params_number(content, length, NAMED_PARAMS_SQLC, buffer);
		free(content);
		free(buffer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),      cmocka_unit_test(test_files),
		cmocka_unit_test(test_elements),    cmocka_unit_test(test_texts),
		cmocka_unit_test(test_names),       cmocka_unit_test(test_params),
		cmocka_unit_test(test_many_params), cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
