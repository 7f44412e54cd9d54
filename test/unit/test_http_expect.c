/*-------------------------------------------------------------------------
 *
 * test_http_expect.c
 *		Unit tests of src/http/base/expect.c: statuses and JSON that are expected.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/base/expect.h"

static void
test_statuses(void **state)
{
	static const char *const bad[] = {"",     " ",       ",",   "2",    "20",
									  "2000", "600",     "099", "2x",   "200,",
									  "-200", "500-400", "ok",  "2xx-", NULL};
	Expect expect = {0};

	(void) state;
	assert_true(expect_status(NULL, 200));
	assert_true(expect_status(&expect, 299));
	assert_false(expect_status(&expect, 199));
	assert_false(expect_status(&expect, 300));
	assert_true(expect_add_statuses(&expect, "204, 4xx,500-503"));
	assert_true(expect_status(&expect, 204));
	assert_false(expect_status(&expect, 200));
	assert_true(expect_status(&expect, 400));
	assert_true(expect_status(&expect, 499));
	assert_true(expect_status(&expect, 500));
	assert_true(expect_status(&expect, 503));
	assert_false(expect_status(&expect, 504));
	assert_true(expect_add_statuses(&expect, "1xx-2xx"));
	assert_true(expect_status(&expect, 299));
	expect_free(&expect);
	for (const char *const *list = bad; *list != NULL; list++)
	{
		if (expect_add_statuses(&expect, *list))
			fail_msg("\"%s\" is accepted", *list);
		expect_free(&expect);
	}
}

#define BODY                                                                   \
	"{\"a\":{\"b\":[{\"c\":1},{\"c\":2}],\"e\":[],\"n\":null,\"t\":true},"     \
	"\"x.y\":\"z\",\"s\":\"one two\"}"

static const struct
{
	const char *words;
	bool holds;
	const char *body;
} cases[] = {
	{"$ present", true, BODY},
	{"$ absent", false, BODY},
	{"$ absent", true, "null"},
	{"$[0] = 1", true, "[1]"},
	{"$.a.b[0].c = 1", true, BODY},
	{"$.a.b[0].c == 1.0", true, BODY},
	{"$.a.b[0].c=1", true, BODY},
	{"$.a.b[-1].c = 2", true, BODY},
	{"$.a.b[2] absent", true, BODY},
	{"$.a.b[-3] absent", true, BODY},
	{"$.a.b[-9223372036854775809] absent", true, BODY},
	{"$.a.b[9223372036854775808] absent", true, BODY},
	{"$.a.b[*].c > 0", true, BODY},
	{"$.a.b[*].c > 1", false, BODY},
	{"$.a.b[*].c <= 2", true, BODY},
	{"$.a.b[*].c < 2", false, BODY},
	{"$.a.b[*].d present", false, BODY},
	{"$.a.b[*].d absent", true, BODY},
	{"$.a.*.c absent", true, BODY},
	/* Of nothing everything is true; but it has to be there. */
	{"$.a.e[*].c present", true, BODY},
	{"$.a.q[*].c present", false, BODY},
	{"$.a.q[*].c absent", true, BODY},
	{"$.a.n absent", true, BODY},
	{"$.a.n present", false, BODY},
	{"$.a.n = null", true, BODY},
	{"$.a.t = true", true, BODY},
	{"$.a.t = false", false, BODY},
	{"$.a.q != 1", true, BODY},
	{"$.s != \"one two\"", false, BODY},
	{"$['x.y'] = z", true, BODY},
	{"$[\"x.y\"] = \"z\"", true, BODY},
	{"$.s = one two ", true, BODY},
	{"$.s > 1", false, BODY},
	{"$.a.q > 1", false, BODY},
	{"  $.a.e = []", true, BODY},
	{"$.a = {\"b\":1}", false, BODY},
	{"$.a absent", false, "not JSON"},
	{"$.a absent", false, ""},
};

static void
test_json(void **state)
{
	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Expect expect = {0};
		char problem[200] = "";
		const char *wrong = expect_add_json(&expect, cases[i].words);

		if (wrong != NULL)
			fail_msg("\"%s\" is refused: %s", cases[i].words, wrong);
		if (expect_json(&expect, cases[i].body, strlen(cases[i].body), problem,
						sizeof(problem)) != cases[i].holds)
			fail_msg("\"%s\" of %s: \"%s\"", cases[i].words, cases[i].body,
					 problem);
		assert_int_equal(problem[0] == '\0', cases[i].holds);
		if (!cases[i].holds)
			assert_non_null(strstr(problem, cases[i].words));
		expect_free(&expect);
	}
}

/* The first one that is broken is told of; a body may be missing. */
static void
test_several(void **state)
{
	Expect expect = {0};
	char problem[40];

	(void) state;
	assert_true(expect_json(NULL, "x", 1, problem, sizeof(problem)));
	assert_true(expect_json(&expect, "x", 1, problem, sizeof(problem)));
	assert_null(expect_add_json(&expect, "$.a present"));
	assert_null(expect_add_json(&expect, "$.b = 2"));
	assert_false(
		expect_json(&expect, "{\"a\":1}", 7, problem, sizeof(problem)));
	assert_string_equal(problem, "expected $.b = 2: it is not there");
	assert_false(expect_json(&expect, NULL, 0, problem, sizeof(problem)));
	expect_free(&expect);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {"",
									  "a",
									  "errors absent",
									  "$",
									  "$.a",
									  "$. absent",
									  "$..a absent",
									  "$.a[ absent",
									  "$.a[x] = 1",
									  "$.a['b = 1",
									  "$.a[1 = 1",
									  "$.a[] absent",
									  "$.a = ",
									  "$.a < b",
									  "$.a >= \"1\"",
									  "$.a absent now",
									  "$.a ~ b",
									  "$.a[--1] absent",
									  NULL};
	Expect expect = {0};

	(void) state;
	for (const char *const *words = bad; *words != NULL; words++)
		if (expect_add_json(&expect, *words) == NULL)
			fail_msg("\"%s\" is accepted", *words);
	assert_int_equal(expect.json_count, 0);
	assert_true(expect_is_operator("absent"));
	assert_true(expect_is_operator("=1"));
	assert_false(expect_is_operator("http://localhost"));
	assert_false(expect_is_operator("absently"));
	expect_free(&expect);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("http expect", tests, NULL, NULL);
}
