/*-------------------------------------------------------------------------
 *
 * test_http_statement.c
 *		Unit tests of src/http/rate/statement.c: a query in other forms.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/rate/statement.h"

static void
assert_plain(const char *sql, const char *expected)
{
	char *plain = statement_plain(sql);

	assert_string_equal(plain, expected);
	free(plain);
}

static bool
is_query(const char *query, const char *statement)
{
	char *plain = statement_plain(query);
	char *core = statement_core(plain);
	char *other = statement_plain(statement);
	bool has = core != NULL && statement_has(other, core);

	free(plain);
	free(core);
	free(other);
	return has;
}

static void
test_plain(void **state)
{
	(void) state;
	assert_plain("", "");
	assert_plain("SELECT\n\t*  FROM events;", "select * from events");
	assert_plain("select \"Name\" from \"public\".\"events\" e",
				 "select name from events e");
	assert_plain("SELECT e.id FROM public.events AS e WHERE e.a = $12",
				 "select id from events as e where a = ?");
	assert_plain("WHERE a = 'it''s' AND b >= 1.5e3 AND c=-2",
				 "where a = ? and b >= ? and c =- ?");
	assert_plain("WHERE a = $1::text AND b = $2 :: pg_catalog.int4[] OR c = "
				 "$3::numeric(10,2)",
				 "where a = ? and b = ? or c = ?");
	assert_plain("SELECT /* route='/x' */ 1 -- rest", "select ?");
	/* What is cut off is no reason to read on. */
	assert_plain("SELECT 'abc", "select ?");
	assert_plain("SELECT \"abc", "select abc");
	assert_plain("SELECT /* abc", "select");
	assert_plain("SELECT a::", "select a");
	assert_plain(".", "");
}

static const char range[] = "SELECT * FROM events WHERE date >= $1 AND date <= "
							"$2 ORDER BY date, id LIMIT 21";

static void
test_other_forms(void **state)
{
	(void) state;
	assert_true(is_query(range, range));
	assert_true(
		is_query(range, "select id, name from events where date >= $1 and date "
						"<= $2 order by date, id limit $3 + $4"));
	assert_true(is_query(
		range,
		"SELECT \"e\".\"id\" FROM \"public\".\"events\" WHERE (\"events\"."
		"\"date\" >= $1::timestamptz AND \"events\".\"date\" <= $2) ORDER BY "
		"\"events\".\"date\", \"events\".\"id\" LIMIT $3"));
	assert_true(is_query(range,
						 "SELECT json_agg(p) FROM (SELECT * FROM public.events "
						 "WHERE date >= $1 AND date <= $2 ORDER BY date, id "
						 "LIMIT $3) AS p"));
}

static void
test_other_queries(void **state)
{
	static const char genre[] = "SELECT * FROM events WHERE genre = $1";

	(void) state;
	assert_false(is_query(range, "SELECT * FROM events WHERE date >= $1 ORDER "
								 "BY date, id LIMIT 21"));
	assert_false(is_query(range, "SELECT * FROM events WHERE date >= $1 AND "
								 "date <= $2 ORDER BY date, id DESC LIMIT 21"));
	assert_true(is_query(genre, "SELECT id FROM events WHERE genre = 'rock'"));
	assert_false(is_query(genre, "SELECT id FROM events WHERE genre = 'rock' "
								 "AND date > $2"));
	assert_false(is_query(genre, "SELECT id FROM events WHERE genre = 'rock' "
								 "ORDER BY id"));
	assert_false(is_query(genre, "SELECT id FROM events WHERE genre = $1 || "
								 "$2"));
	/* Of a whole table there is too little to tell. */
	assert_false(
		is_query("SELECT count(*) FROM events", "SELECT count(*) FROM events"));
	assert_false(is_query("SELECT 1", "SELECT 1"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_other_forms),
		cmocka_unit_test(test_other_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
