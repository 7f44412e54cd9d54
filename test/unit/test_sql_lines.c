/*
 * test_sql_lines.c
 *		Unit tests of src/report/sql_lines.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/sql_lines.h"

static void
check(const char *sql, const char *expected)
{
	char *out = malloc(sql_lines_room(strlen(sql)));

	sql_lines_break(sql, out);
	assert_string_equal(out, expected);
	free(out);
}

static void
test_each_clause_begins_a_line(void **state)
{
	(void) state;
	check("SELECT a, b FROM t WHERE a = $1 ORDER BY b DESC LIMIT 20",
		  "SELECT a, b\nFROM t\nWHERE a = $1\nORDER BY b DESC\nLIMIT 20");
	check("select a from t group by a having count(*) > 1 union all select b "
		  "from u",
		  "select a\nfrom t\ngroup by a\nhaving count(*) > 1\nunion all select "
		  "b\nfrom u");
	check("", "");
	check("SELECT 1", "SELECT 1");
}

static void
test_subqueries_are_indented(void **state)
{
	(void) state;
	check("SELECT p.id FROM post p CROSS JOIN LATERAL (SELECT c.id FROM "
		  "comment c WHERE c.post_id = p.id LIMIT 3) c WHERE p.id < 9",
		  "SELECT p.id\nFROM post p\nCROSS JOIN LATERAL (SELECT c.id\n  FROM "
		  "comment c\n  WHERE c.post_id = p.id\n  LIMIT 3) c\nWHERE p.id < 9");
	check("SELECT a FROM t LEFT JOIN u ON u.a = t.a JOIN v USING (a)",
		  "SELECT a\nFROM t\nLEFT JOIN u ON u.a = t.a\nJOIN v USING (a)");
	check("SELECT a FROM t LEFT OUTER JOIN u ON true",
		  "SELECT a\nFROM t\nLEFT OUTER JOIN u ON true");
}

/* Keywords of functions and operators, within words, strings and names. */
static void
test_other_keywords_stay(void **state)
{
	(void) state;
	check("SELECT extract(year FROM at) FROM t",
		  "SELECT extract(year FROM at)\nFROM t");
	check("SELECT a FROM t WHERE a IS DISTINCT FROM $1",
		  "SELECT a\nFROM t\nWHERE a IS DISTINCT FROM $1");
	check("SELECT ' FROM ' || e'\\' WHERE ' || \"a FROM b\" || $x$ LIMIT $x$",
		  "SELECT ' FROM ' || e'\\' WHERE ' || \"a FROM b\" || $x$ LIMIT $x$");
	check("SELECT 'it''s FROM here', from_a, limit1, a$1 FROM t",
		  "SELECT 'it''s FROM here', from_a, limit1, a$1\nFROM t");
	check("SELECT a FROM t -- FROM x", "SELECT a FROM t -- FROM x");
	check("SELECT 'not ended FROM", "SELECT 'not ended FROM");
	check("SELECT $1 FROM t WHERE a = $2", "SELECT $1\nFROM t\nWHERE a = $2");
}

/* As deep as the text is long, and with more closed than opened. */
static void
test_depth_has_an_end(void **state)
{
	char deep[4000] = "";
	char *out = malloc(sql_lines_room(sizeof(deep)));

	(void) state;
	for (int i = 0; i < 200; i++)
		strcat(deep, "(SELECT 1 FROM ");
	sql_lines_break(deep, out);
	assert_true(strlen(out) < sql_lines_room(strlen(deep)));
	free(out);
	check("SELECT 1)) FROM t", "SELECT 1))\nFROM t");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_clause_begins_a_line),
		cmocka_unit_test(test_subqueries_are_indented),
		cmocka_unit_test(test_other_keywords_stay),
		cmocka_unit_test(test_depth_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
