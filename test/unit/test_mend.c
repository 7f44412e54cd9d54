/*-------------------------------------------------------------------------
 *
 * test_mend.c
 *		Texts of pg_stat_statements become texts that a parser reads.
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

#include "record/mend.h"
#include "record/mend_params.h"

/* Mends a text in memory that is no larger than it says. Returns the problem. */
static const char *
mend(const char *text, char **mended)
{
	size_t length = strlen(text);
	MendToken *tokens = malloc(MEND_TOKENS(length) * sizeof(MendToken));
	char *copy = malloc(length);
	const char *problem;

	*mended = malloc(MEND_ROOM(length));
	memcpy(copy, text, length);
	problem = mend_text(copy, length, tokens, *mended);
	free(copy);
	free(tokens);
	return problem;
}

static void
expect(const char *text, const char *expected)
{
	char *mended;

	assert_null(mend(text, &mended));
	assert_string_equal(mended, expected);
	free(mended);
}

static void
expect_problem(const char *text)
{
	char *mended;

	assert_non_null(mend(text, &mended));
	free(mended);
}

static void
test_types(void **state)
{
	(void) state;
	expect("SELECT interval $2", "SELECT $2::interval");
	expect("f(date $1,time $2)", "f($1::date,$2::time)");
	expect("x > date$1AND y", "x > $1::date AND y");
	expect("SELECT interval(3) $1", "SELECT $1::interval(3)");
	expect("SELECT interval $1 day", "SELECT ($1 || ' day')::interval day");
	expect("SELECT interval $1 day to second(3)",
		   "SELECT $1::interval day to second(3)");
	expect("SELECT interval $1 minute to second",
		   "SELECT ('00:' || $1)::interval minute to second");
	expect("SELECT double precision $1", "SELECT $1::double precision");
	expect("SELECT timestamp(3) with time zone $1",
		   "SELECT $1::timestamp(3) with time zone");
	expect("SELECT pg_catalog.\"time\" $1, a.b.c $2",
		   "SELECT $1::pg_catalog.\"time\", $2::a.b.c");
	expect("SELECT character varying(10) $1, bit varying $2",
		   "SELECT $1::character varying(10), $2::bit varying");
	expect(
		"x PASSING xml $1, bit $2, char $3",
		"x PASSING ($1::xml), $2::pg_catalog.\"bit\", $3::pg_catalog.bpchar");
	expect("SELECT path $1, -interval $2", "SELECT $1::path, -$2::interval");
}

static void
test_no_types(void **state)
{
	static const char *const texts[] = {
		"SELECT $1",
		"SELECT DISTINCT ON (a) $1",
		"a OPERATOR(pg_catalog.=) $1",
		"a AT TIME ZONE $1",
		"a LIKE $1 ESCAPE $2",
		"FETCH FIRST $1 ROWS ONLY",
		"a BETWEEN SYMMETRIC $1 AND $2",
		"substring(a from $1)",
		"trim(both $1 from $2)",
		"xmltable($1 PASSING $2 COLUMNS a int PATH $3)",
		"CASE WHEN $1 THEN $2 ELSE $3 END",
		"a IN ($1, $2)",
		"'interval' || $1 -- interval $2",
		"SELECT a$1, \"interval $1\", $$interval $1$$",
		"a IN ($1 /* ... */)",
		"",
		"$1",
		")",
		"($1 /*, ... ",
	};

	(void) state;
	for (size_t i = 0; i + 1 < sizeof(texts) / sizeof(texts[0]); i++)
		expect(texts[i], texts[i]);
	expect_problem(texts[sizeof(texts) / sizeof(texts[0]) - 1]);
}

static void
test_lists(void **state)
{
	(void) state;
	expect("a IN ($1 /*, ... */)", "a = ANY ($1)");
	expect("a in($1 /*, ... */)", "a = ANY ($1)");
	expect("a NOT IN ($1 /*, ... */) AND b", "a <> ALL ($1) AND b");
	expect("a = ANY (ARRAY[$1 /*, ... */])", "a = ANY ($1)");
	expect("a IN ($1 /*, ... */::int)", "a = ANY ($1::int[])");
	expect("$1 /*, ... */", "$1");
	expect("IN ($1 /*, ... */", "IN ($1");
}

static void
test_functions(void **state)
{
	(void) state;
	expect("SELECT EXTRACT($1 FROM a - date $2)",
		   "SELECT pg_catalog.extract($1, a - $2::date)");
	expect("substring(a from $1 for $2)",
		   "substring(a from $1::integer for $2::integer)");
	expect("substring(a, $1, $2)", "substring(a, $1::integer, $2::integer)");
	expect("SELECT $1 UESCAPE '!'", "SELECT $1");
	expect("a LIKE$1AND b", "a LIKE $1 AND b");
}

static void
test_groups(void **state)
{
	(void) state;
	expect(
		"SELECT f($1, a) GROUP BY f('day', a) ORDER BY F('day', a) DESC, 1",
		"SELECT f('day', a) GROUP BY f('day', a) ORDER BY F('day', a) DESC, 1");
	expect(
		"SELECT $1, a + interval $2, $3 FROM t WHERE a + interval $4 > $5 "
		"GROUP BY b, a + interval '1 day' LIMIT $6",
		"SELECT $1, a + interval '1 day', $2 FROM t WHERE a + $3::interval > $4 "
		"GROUP BY b, a + interval '1 day' LIMIT $5");
	expect("SELECT f($1, a) GROUP BY f('day', b)",
		   "SELECT f($1, a) GROUP BY f('day', b)");
	expect(
		"SELECT f($1, a) FROM (SELECT f($2, a) FROM t GROUP BY f('day', a))",
		"SELECT f($1, a) FROM (SELECT f('day', a) FROM t GROUP BY f('day', a))");
	expect("SELECT (a / $1) * $2 FROM t GROUP BY a / 2 ORDER BY a / $3, $4",
		   "SELECT (a / 2) * $1 FROM t GROUP BY a / 2 ORDER BY a / 2, $2");
	expect("SELECT DISTINCT ON (a % 3) b ORDER BY a % $1, b",
		   "SELECT DISTINCT ON (a % 3) b ORDER BY a % 3, b");
	expect("SELECT extract($1 FROM a) GROUP BY b, EXTRACT(day FROM a)",
		   "SELECT extract(day FROM a) GROUP BY b, EXTRACT(day FROM a)");
	expect("SELECT f() OVER (ORDER BY $1)", "SELECT f() OVER (ORDER BY $1)");
	expect_problem("SELECT a ORDER BY $1 DESC");
	expect_problem("SELECT (SELECT a GROUP BY $1)");
}

static void
test_casts(void **state)
{
	char buffer[100];
	MendParam params[4];
	const char *text = "SELECT $1, $12, $1::int, '$1' = ANY ($1)";
	const char *cast = "SELECT $1::text, $12, $1::int, '$1' = ANY ($1::text)";

	(void) state;
	assert_int_equal(mend_cast(text, strlen(text), 1, "text", buffer, 100),
					 strlen(cast));
	assert_string_equal(buffer, cast);
	assert_int_equal(mend_cast(text, strlen(text), 1, "text", NULL, 0),
					 strlen(cast));
	assert_int_equal(mend_params(text, strlen(text), params, 4), 4);
	assert_int_equal(params[1].number, 12);
	assert_true(params[2].typed && !params[1].typed);
	assert_true(params[3].array && !params[0].array);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),  cmocka_unit_test(test_no_types),
		cmocka_unit_test(test_lists),  cmocka_unit_test(test_functions),
		cmocka_unit_test(test_groups), cmocka_unit_test(test_casts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
