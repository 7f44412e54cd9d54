/*-------------------------------------------------------------------------
 *
 * test_http_answer.c
 *		Unit tests of src/http/answer: rows, their members and next pages.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/answer/answer.h"

/* --- rows ----------------------------------------------------------------------- */

static const AnswerHow usual = {0};
static const AnswerHow by_id = {.key = "id", .by_key = true};

static AnswerView view;

static AnswerState
open_typed(const char *body, const AnswerHow *how, const char *type)
{
	AnswerBody whole = {.data = body, .size = strlen(body), .type = type};

	return answer_open(&view, &whole, how);
}

/* Opens a body, and returns the keys of its rows, joined by commas. */
static const char *
keys_of(const char *body, const AnswerHow *how)
{
	static char keys[256];
	AnswerValue value;

	keys[0] = '\0';
	if (open_typed(body, how, NULL) != ANSWER_ROWS)
	{
		(void) snprintf(keys, sizeof(keys), "problem: %.200s", view.problem);
		return keys;
	}
	for (size_t i = 0; i < view.count; i++)
	{
		char *text = answer_row_key(&view, i, how, &value)
						 ? answer_value_text(&value)
						 : strdup("?");

		(void) strcat(keys, i > 0 ? "," : "");
		(void) strcat(keys, text);
		free(text);
	}
	return keys;
}

static void
test_rows_found(void **state)
{
	static const char *const bodies[] = {
		"[{\"id\":1},{\"id\":2}]",
		"{\"events\":[{\"id\":1},{\"id\":2}],\"nextCursor\":null}",
		"{\"events\":[{\"id\":1},{\"id\":2}],\"venues\":[{\"id\":3}]}",
		"{\"data\":[{\"id\":1},{\"id\":2}],\"links\":{\"next\":null}}",
		"{\"items\":[{\"id\":1},{\"id\":2}],\"total\":2}",
		"{\"results\":[{\"id\":1},{\"id\":2}],\"count\":2,\"next\":null}",
		"{\"rows\":[{\"id\":1},{\"id\":2}]}",
		"{\"whatever\":[{\"id\":1},{\"id\":2}],\"tags\":[\"a\"],\"x\":[]}",
		/* Spring, of before 2.0 and HATEOAS */
		"{\"content\":[{\"id\":1},{\"id\":2}],\"pageable\":{\"sort\":[{\"x\":1}]},"
		"\"sort\":[{\"property\":\"id\"}],\"last\":true}",
		"{\"_embedded\":{\"eventList\":[{\"id\":1,\"_links\":{}},{\"id\":2}]},"
		"\"_links\":{\"curies\":[{\"name\":\"a\"}]},\"page\":{\"number\":0}}",
		/* Elasticsearch */
		"{\"took\":1,\"_shards\":{\"failures\":[{}]},\"hits\":{\"total\":{\"value\":2},"
		"\"hits\":[{\"_id\":\"1\",\"_source\":{\"id\":1}},"
		"{\"_id\":\"2\",\"_source\":{\"id\":2}}]},"
		"\"aggregations\":{\"g\":{\"buckets\":[{\"key\":\"a\"}]}}}",
		/* GraphQL, Relay */
		"{\"data\":{\"events\":{\"edges\":[{\"node\":{\"id\":1},\"cursor\":\"a\"},"
		"{\"node\":{\"id\":2}}],\"pageInfo\":{\"hasNextPage\":false}}}}",
		"{\"data\":{\"events\":{\"edges\":[{\"node\":{\"id\":1}},{\"node\":{\"id\":2}}],"
		"\"nodes\":[{\"id\":1},{\"id\":2}]}}}",
		"{\"data\":{\"events\":[{\"id\":1},{\"id\":2}]}}",
		/* JSON:API */
		"{\"data\":[{\"type\":\"e\",\"id\":\"1\",\"attributes\":{\"name\":\"a\"}},"
		"{\"type\":\"e\",\"id\":\"2\"}],\"included\":[{\"id\":\"9\"}]}",
		/* OData, Hydra, GeoJSON, Stripe */
		"{\"@odata.context\":\"x\",\"value\":[{\"id\":1},{\"id\":2}]}",
		"{\"hydra:member\":[{\"id\":1},{\"id\":2}],"
		"\"hydra:search\":{\"hydra:mapping\":[{\"v\":1}]}}",
		"{\"type\":\"FeatureCollection\",\"features\":["
		"{\"type\":\"Feature\",\"properties\":{\"id\":1}},"
		"{\"type\":\"Feature\",\"properties\":{\"id\":2}}]}",
		"{\"object\":\"list\",\"data\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"has_more\":true}",
		/* NDJSON */
		"{\"id\":1}\n{\"id\":2}\n",
		"{\"id\":1}\r\n{\"id\":2}",
		/* nested further */
		"{\"response\":{\"body\":{\"list\":[{\"id\":1},{\"id\":2}]}}}",
		"{\"meta\":{\"errors\":[{\"a\":1}]},\"d\":{\"results\":[{\"id\":1},{\"id\":2}]}}",
		/* rows with arrays of their own */
		"{\"items\":[{\"id\":1,\"tags\":[{\"id\":7}]},{\"id\":2,\"tags\":[]}]}",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (strcmp(keys_of(bodies[i], &usual), "1,2") != 0)
			fail_msg("%s: %s", bodies[i], keys_of(bodies[i], &usual));
	answer_free(&view);
}

static void
test_rows_none(void **state)
{
	static const char *const bodies[] = {
		"[]",
		"{\"events\":[]}",
		"{\"data\":[],\"meta\":{\"total\":0}}",
		"{\"things\":[],\"tags\":[]}",
		"{\"data\":{\"events\":{\"edges\":[]}}}",
		"{\"hits\":{\"hits\":[]}}",
		"{\"items\":[],\"errors\":[]}",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (open_typed(bodies[i], &usual, NULL) != ANSWER_ROWS ||
			view.count != 0)
			fail_msg("%s: %zu rows, %s", bodies[i], view.count, view.problem);
	assert_int_equal(open_typed("", &usual, "application/x-ndjson"),
					 ANSWER_ROWS);
	assert_int_equal(view.count, 0);
	assert_int_equal(
		open_typed("{\"id\":1}\n", &usual, "application/jsonl; charset=utf-8"),
		ANSWER_ROWS);
	assert_int_equal(view.count, 1);
	answer_free(&view);
}

static void
test_rows_unclear(void **state)
{
	static const struct
	{
		const char *body;
		AnswerState state;
		const char *words;
	} wrong[] = {
		{"{\"a\":[{}],\"b\":[{}]}", ANSWER_UNCLEAR,
		 "\"a\" and \"b\" are both arrays: name that of the rows with --rows PATH"},
		{"{\"items\":[{}],\"users\":[{}]}", ANSWER_UNCLEAR, "--rows"},
		{"{\"data\":{\"a\":[{}],\"b\":[{}]}}", ANSWER_UNCLEAR,
		 "\"data.a\" and \"data.b\""},
		/* Rows that are gone are not taken for facets. */
		{"{\"data\":[],\"facets\":[{}]}", ANSWER_UNCLEAR, "--rows"},
		{"{\"data\":[null],\"facets\":[{}]}", ANSWER_UNCLEAR, "--rows"},
		{"{\"events\":null}", ANSWER_UNCLEAR,
		 "\"events\" is null, not an array"},
		{"{\"rows\":null}", ANSWER_UNCLEAR, "\"rows\" is null, not an array"},
		{"{\"items\":\"none\"}", ANSWER_UNCLEAR, "is a string"},
		{"[1, 2]", ANSWER_UNCLEAR, "an array without an object"},
		{"[null]", ANSWER_UNCLEAR, "an array without an object"},
		{"{\"data\":[null,null]}", ANSWER_UNCLEAR,
		 "\"data\" is an array without an object"},
		{"{}", ANSWER_UNCLEAR, "no array of objects"},
		{"{\"id\":1}", ANSWER_UNCLEAR, "no array of objects"},
		{"null", ANSWER_UNCLEAR, "the JSON is null"},
		{"12", ANSWER_UNCLEAR, "a number"},
		{"\"x\"", ANSWER_UNCLEAR, "a string"},
		{"{\"errors\":[{\"message\":\"no field x\"}]}", ANSWER_ERRORS,
		 "the answer has errors: no field x"},
		{"{\"data\":null,\"errors\":[{\"message\":\"m\"}]}", ANSWER_ERRORS,
		 "m"},
		{"", ANSWER_BAD, "the body is empty"},
		{"  \n", ANSWER_BAD, "blanks"},
		{"{\"events\":[1]} {\"events\":[1]}", ANSWER_BAD, "more text"},
		{"{\"events\":[{}]}\n{\"events\":[{}]}", ANSWER_BAD, "more text"},
		{"[{}]\n[{}]", ANSWER_BAD, "more text"},
		{"{\"id\":1}\n{\"id\":", ANSWER_BAD, "not JSON"},
		{"<html>", ANSWER_BAD,
		 "not JSON: what stands here begins no value at byte 1"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (open_typed(wrong[i].body, &usual, NULL) != wrong[i].state ||
			strstr(view.problem, wrong[i].words) == NULL)
			fail_msg("%s: %d, %s", wrong[i].body, view.state, view.problem);
	answer_free(&view);
}

static void
test_rows_named(void **state)
{
	static const struct
	{
		const char *path;
		const char *body;
		const char *keys;
	} cases[] = {
		{"b", "{\"a\":[{\"id\":1}],\"b\":[{\"id\":2}]}", "2"},
		{"$.b", "{\"a\":[{\"id\":1}],\"b\":[{\"id\":2}]}", "2"},
		{"a.b", "{\"a\":{\"b\":[{\"id\":2}]},\"c\":[{}]}", "2"},
		{"a.b", "{\"a.b\":[{\"id\":2}]}", "2"},
		{"x[0].y", "{\"x\":[{\"y\":[{\"id\":2}]}]}", "2"},
		{"[1]", "[[{\"id\":1}],[{\"id\":2}]]", "2"},
		{"$", "[{\"id\":2}]", "2"},
		{"data.e.edges",
		 "{\"data\":{\"e\":{\"edges\":[{\"node\":{\"id\":2}}]}}}", "2"},
		{"event", "{\"event\":{\"id\":2},\"b\":[{\"id\":1}]}", "2"},
		{"z", "{\"a\":[{\"id\":1}]}",
		 "problem: the JSON has no \"z\", where --rows says that the rows are"},
		{"a", "{\"a\":null}", "problem: \"a\" is null, not an array"},
		{"a.b", "{\"errors\":[{\"message\":\"m\"}]}",
		 "problem: the answer has errors: m"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		AnswerHow how = {.rows = cases[i].path};

		assert_string_equal(keys_of(cases[i].body, &how), cases[i].keys);
	}
	answer_free(&view);
}

static void
test_rows_by_key(void **state)
{
	static const struct
	{
		const char *body;
		const char *keys;
	} cases[] = {
		{"{\"id\":7,\"tickets\":[{\"id\":1},{\"id\":2}]}", "7"},
		{"{\"data\":{\"id\":\"7\",\"type\":\"e\",\"attributes\":{}}}", "7"},
		{"{\"data\":{\"event\":{\"id\":7}}}", "7"},
		{"{\"event\":{\"id\":7,\"venue\":{\"id\":3}}}", "7"},
		{"{\"_id\":\"7\",\"_source\":{\"name\":\"a\",\"id\":7}}", "7"},
		{"{\"events\":[{\"id\":7}]}", "7"},
		{"[{\"id\":7}]", "7"},
		{"null", ""},
		{"{\"data\":null}", ""},
		{"{\"data\":{\"event\":null}}", ""},
		{"{\"data\":{\"event\":null},\"errors\":[{\"message\":\"m\"}]}",
		 "problem: the answer has errors: m"},
		{"{}", "problem: the JSON has no array of objects: name that of the "
			   "rows with --rows PATH"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(keys_of(cases[i].body, &by_id), cases[i].keys);
	assert_string_equal(keys_of("{\"id\":7}", &by_id), "7");
	assert_true(view.single);
	answer_free(&view);
}

/* With --key alone, an object is a row where nothing else is. */
static void
test_rows_or_object(void **state)
{
	static const AnswerHow how = {.key = "id", .or_object = true};

	(void) state;
	assert_string_equal(keys_of("{\"id\":7}", &how), "7");
	assert_string_equal(keys_of("{\"id\":7,\"tags\":[]}", &how), "7");
	assert_string_equal(keys_of("{\"id\":7,\"a\":[{}],\"b\":[{}]}", &how), "7");
	assert_string_equal(keys_of("{\"id\":7,\"data\":[{\"id\":1}]}", &how), "1");
	assert_string_equal(keys_of("{\"id\":7,\"events\":[]}", &how), "");
	assert_non_null(strstr(keys_of("{\"name\":7}", &how), "problem"));
	answer_free(&view);
}

/* --- members ---------------------------------------------------------------------- */

static const char *
member_of(const char *body, const char *path, bool column)
{
	static char text[64];
	AnswerValue value;
	char *found;

	assert_int_equal(open_typed(body, &usual, NULL), ANSWER_ROWS);
	if (!(column ? answer_row_column(&view, 0, path, &value)
				 : answer_row_member(&view, 0, path, &value)))
		return NULL;
	found = answer_value_text(&value);
	(void) snprintf(text, sizeof(text), "%s", found);
	assert_true(answer_value_equals(&value, found, strlen(found)));
	assert_false(answer_value_equals(&value, "?!", 2));
	free(found);
	return text;
}

static void
test_members(void **state)
{
	(void) state;
	assert_string_equal(
		member_of("[{\"id\":12345678901234567890}]", "id", false),
		"12345678901234567890");
	assert_string_equal(member_of("[{\"v\":{\"id\":\"a\"}}]", "v.id", false),
						"a");
	assert_string_equal(
		member_of("[{\"n\":\"\\u00e4\\ud83c\\udfb8\\n\"}]", "n", false),
		"\xc3\xa4\xf0\x9f\x8e\xb8\n");
	assert_string_equal(member_of("[{\"\\u006e\":1}]", "n", false), "1");
	assert_string_equal(member_of("[{\"a\":[1, 2]}]", "a", false), "[1, 2]");
	assert_string_equal(member_of("[{\"a\":[1,2]}]", "a[-1]", false), "2");
	assert_null(member_of("[{\"a\":[1,2]}]", "a[2]", false));
	assert_null(member_of("[{\"a\":1}]", "b", false));
	assert_null(member_of("[null,{}]", "b", false));
	assert_string_equal(member_of("[{\"a\":1,\"a\":2}]", "a", false), "2");
	assert_string_equal(member_of("[{\"attributes\":{\"ticket-url\":\"u\"}}]",
								  "ticket_url", true),
						"u");
	assert_string_equal(
		member_of("[{\"ticketUrl\":\"u\"}]", "ticket_url", true), "u");
	assert_string_equal(
		member_of("[{\"ticketUrl\":\"u\",\"ticket_url\":\"v\"}]", "ticket_url",
				  true),
		"v");
	assert_null(member_of("[{\"ticketUrls\":\"u\"}]", "ticket_url", true));
	assert_null(member_of("[{\"ticket\":\"u\"}]", "ticket_url", true));
	assert_false(answer_row_is_object(&view, 0) &&
				 open_typed("[{}]", &usual, NULL) == ANSWER_ROWS &&
				 answer_row_is_object(&view, 0));
	answer_free(&view);
}

/* --- next pages --------------------------------------------------------------------- */

/* Returns "parameter=value", "-> url", or "-". */
static const char *
next_of(const char *body, const AnswerHow *how, const char *path,
		const char *link)
{
	static char text[128];
	AnswerBody whole = {.data = body,
						.size = strlen(body),
						.link = link,
						.path = path != NULL ? path : "/e"};
	AnswerNext next;

	assert_int_equal(answer_open(&view, &whole, how), ANSWER_ROWS);
	answer_next(&view, &whole, how, &next);
	(void) snprintf(text, sizeof(text), "%s%s%s",
					next.kind == NEXT_NONE   ? "-"
					: next.kind == NEXT_LINK ? "-> "
					: next.parameter != NULL ? next.parameter
											 : "",
					next.kind == NEXT_VALUE ? "=" : "",
					next.text != NULL ? next.text : "");
	assert_true((next.kind == NEXT_NONE) == (next.text == NULL));
	free(next.text);
	free(next.parameter);
	return text;
}

static void
test_next_found(void **state)
{
	static const struct
	{
		const char *body;
		const char *path;
		const char *next;
	} cases[] = {
		{"{\"events\":[{}],\"nextCursor\":\"a_b\"}", NULL, "cursor=a_b"},
		{"{\"events\":[{}],\"nextCursor\":null}", NULL, "-"},
		{"{\"events\":[{}],\"nextCursor\":\"\"}", NULL, "-"},
		{"{\"events\":[{}],\"nextCursor\":17}", NULL, "cursor=17"},
		{"{\"items\":[{}],\"next_page_token\":\"t\"}", NULL, "page_token=t"},
		{"{\"items\":[{}],\"nextPageToken\":\"t\"}", NULL, "pageToken=t"},
		/* Django REST */
		{"{\"count\":40,\"next\":\"http://h/e?page=2\",\"previous\":null,"
		 "\"results\":[{}]}",
		 NULL, "-> http://h/e?page=2"},
		{"{\"count\":1,\"next\":null,\"results\":[{}]}", NULL, "-"},
		/* JSON:API, HAL, HATEOAS of before */
		{"{\"data\":[{}],\"links\":{\"next\":\"/e?p=2\"}}", NULL, "-> /e?p=2"},
		{"{\"data\":[{}],\"links\":{\"next\":{\"href\":\"/e?p=2\"}}}", NULL,
		 "-> /e?p=2"},
		{"{\"_embedded\":{\"es\":[{}]},\"_links\":{\"next\":{\"href\":\"/e?p=2\"}},"
		 "\"page\":{\"number\":0,\"totalPages\":2}}",
		 NULL, "-> /e?p=2"},
		{"{\"items\":[{}],\"links\":[{\"rel\":\"self\",\"href\":\"/e\"},"
		 "{\"rel\":\"next\",\"href\":\"/e?p=2\"}]}",
		 NULL, "-> /e?p=2"},
		/* OData, Hydra, Facebook, Slack, Laravel */
		{"{\"value\":[{}],\"@odata.nextLink\":\"e?$skiptoken=5\"}", NULL,
		 "-> e?$skiptoken=5"},
		{"{\"hydra:member\":[{}],\"hydra:view\":{\"hydra:next\":\"/e?page=2\"}}",
		 NULL, "-> /e?page=2"},
		{"{\"data\":[{}],\"paging\":{\"cursors\":{\"after\":\"x\"},"
		 "\"next\":\"https://h/e?after=x\"}}",
		 NULL, "-> https://h/e?after=x"},
		{"{\"data\":[{}],\"paging\":{\"cursors\":{\"after\":\"x\"}}}", NULL,
		 "-"},
		{"{\"items\":[{}],\"response_metadata\":{\"next_cursor\":\"dXN=\"}}",
		 NULL, "cursor=dXN="},
		{"{\"data\":[{}],\"current_page\":1,\"last_page\":3,"
		 "\"next_page_url\":\"http://h/e?page=2\"}",
		 NULL, "-> http://h/e?page=2"},
		{"{\"data\":[{}],\"meta\":{\"pagination\":{\"links\":"
		 "{\"next\":\"/e?page=2\"}}}}",
		 NULL, "-> /e?page=2"},
		{"{\"info\":{\"next\":\"/c?page=2\"},\"results\":[{}]}", NULL,
		 "-> /c?page=2"},
		/* Relay */
		{"{\"data\":{\"es\":{\"edges\":[{\"node\":{}}],\"pageInfo\":"
		 "{\"hasNextPage\":true,\"endCursor\":\"c\"}}}}",
		 NULL, "after=c"},
		{"{\"data\":{\"es\":{\"edges\":[{\"node\":{}}],\"pageInfo\":"
		 "{\"hasNextPage\":false,\"endCursor\":\"c\"}}}}",
		 NULL, "-"},
		/* Stripe */
		{"{\"object\":\"list\",\"data\":[{\"id\":\"x1\"},{\"id\":\"x2\"}],"
		 "\"has_more\":true}",
		 NULL, "starting_after=x2"},
		{"{\"object\":\"list\",\"data\":[{\"id\":\"x1\"}],\"has_more\":false}",
		 NULL, "-"},
		/* page numbers: from 1, from 0 (Spring), of the path */
		{"{\"items\":[{}],\"page\":1,\"totalPages\":2}", NULL, "page=2"},
		{"{\"items\":[{}],\"page\":2,\"totalPages\":2}", "/e?page=2", "-"},
		{"{\"content\":[{}],\"number\":0,\"totalPages\":2,\"last\":false}",
		 NULL, "page=1"},
		{"{\"content\":[{}],\"number\":1,\"totalPages\":2,\"last\":true}",
		 "/e?page=1", "-"},
		{"{\"content\":[{}],\"page\":{\"number\":1,\"totalPages\":2}}",
		 "/e?page=1", "-"},
		{"{\"items\":[{}],\"meta\":{\"current_page\":3,\"total_pages\":9}}",
		 "/e?x=1&page=3", "page=4"},
		{"{\"items\":[{}],\"pagination\":{\"page\":1,\"pages\":4}}",
		 "/e?pageNumber=1", "pageNumber=2"},
		{"{\"items\":[{}],\"nextPage\":5}", NULL, "page=5"},
		{"{\"items\":[{}],\"next\":5}", NULL, "page=5"},
		{"{\"items\":[{}],\"nextPage\":\"tok\"}", NULL, "cursor=tok"},
		/* offsets */
		{"{\"products\":[{},{}],\"total\":5,\"skip\":2,\"limit\":2}",
		 "/e?skip=2", "skip=4"},
		{"{\"items\":[{},{}],\"total\":4,\"offset\":2,\"limit\":2}",
		 "/e?offset=2", "-"},
		{"{\"issues\":[{}],\"startAt\":0,\"maxResults\":1,\"total\":3}", NULL,
		 "startAt=1"},
		{"[{}]", NULL, "-"},
		{"{\"id\":1}\n{\"id\":2}\n", NULL, "-"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		const char *next = next_of(cases[i].body, &usual, cases[i].path, NULL);

		if (strcmp(next, cases[i].next) != 0)
			fail_msg("%s: %s, not %s", cases[i].body, next, cases[i].next);
	}
	answer_free(&view);
}

static void
test_next_header(void **state)
{
	static const struct
	{
		const char *link;
		const char *next;
	} cases[] = {
		{"<http://h/e?page=2>; rel=\"next\", <http://h/e?page=9>; rel=\"last\"",
		 "-> http://h/e?page=2"},
		{"<http://h/e?page=1>; rel=\"prev\", </e?page=3>; rel=\"next\"",
		 "-> /e?page=3"},
		{"</e?a=1,2;3>; title=\"next\"; rel=next", "-> /e?a=1,2;3"},
		{"</e>;rel=\"last next\"", "-> /e"},
		{"</e>; rel=\"prev\"; title=\"rel next\"", "-"},
		{"</e>; rel=\"nextish\"", "-"},
		{"</e>; REL=Next", "-> /e"},
		{"</e", "-"},
		{"<>", "-"},
		{"", "-"},
		{"rel=next", "-"},
		{NULL, "-"},
	};
	AnswerHow how = {.next = NEXT_HEADER};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		assert_string_equal(next_of("[{}]", &usual, NULL, cases[i].link),
							cases[i].next);
		assert_string_equal(next_of("[{}]", &how, NULL, cases[i].link),
							cases[i].next);
	}
	answer_free(&view);
}

static void
test_next_named(void **state)
{
	AnswerHow how = {.next = NEXT_MEMBER, .next_path = "a.b"};

	(void) state;
	assert_string_equal(
		next_of("{\"items\":[{}],\"a\":{\"b\":\"c\"}}", &how, NULL, NULL),
		"=c");
	assert_string_equal(
		next_of("{\"items\":[{}],\"nextCursor\":\"c\"}", &how, NULL, NULL),
		"-");
	how.next_path = "hits.hits[-1].sort";
	assert_string_equal(
		next_of("{\"hits\":{\"hits\":[{\"sort\":[1]},{\"sort\":[2,\"x\"]}]}}",
				&how, NULL, NULL),
		"=[2,\"x\"]");
	/* Beside the rows that a path names */
	how = (AnswerHow){.rows = "data.es.edges"};
	assert_string_equal(
		next_of("{\"data\":{\"es\":{\"edges\":[{\"node\":{}}],\"pageInfo\":"
				"{\"hasNextPage\":true,\"endCursor\":\"c\"}},\"x\":[{}]}}",
				&how, NULL, NULL),
		"after=c");
	how = (AnswerHow){.next = NEXT_PAGE, .next_parameter = "p"};
	assert_string_equal(next_of("[{}]", &how, "/e?p=3&q=1", NULL), "p=4");
	assert_string_equal(next_of("[{}]", &how, "/e", NULL), "p=2");
	assert_string_equal(next_of("[]", &how, "/e?p=3", NULL), "-");
	/* One more than the largest number there is would be none. */
	assert_string_equal(next_of("[{}]", &how, "/e?p=9223372036854775807", NULL),
						"p=4611686018427387904");
	assert_string_equal(next_of("{\"page\":9223372036854775807,\"items\":[{}]}",
								&how, "/e", NULL),
						"p=2");
	how = (AnswerHow){.next = NEXT_OFFSET, .next_parameter = "o"};
	assert_string_equal(next_of("[{},{}]", &how, "/e?o=3", NULL), "o=5");
	assert_string_equal(next_of("[{},{}]", &how, "/e", NULL), "o=2");
	how =
		(AnswerHow){.next = NEXT_AFTER, .next_parameter = "after", .key = "k"};
	assert_string_equal(next_of("[{\"k\":1},{\"k\":2}]", &how, NULL, NULL),
						"after=2");
	assert_string_equal(next_of("[{\"id\":1}]", &how, NULL, NULL), "-");
	answer_free(&view);
}

static void
test_path_problems(void **state)
{
	(void) state;
	assert_null(answer_path_problem("a.b[0].c"));
	assert_null(answer_path_problem("$.a[-1]"));
	assert_null(answer_path_problem("@odata.nextLink"));
	assert_non_null(answer_path_problem(""));
	assert_non_null(answer_path_problem("a[]"));
	assert_non_null(answer_path_problem("a[x]"));
	assert_non_null(answer_path_problem("a[1"));
	assert_non_null(answer_path_problem("a[ 1]"));
	assert_non_null(answer_path_problem("a\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_found),
		cmocka_unit_test(test_rows_none),
		cmocka_unit_test(test_rows_unclear),
		cmocka_unit_test(test_rows_named),
		cmocka_unit_test(test_rows_by_key),
		cmocka_unit_test(test_rows_or_object),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_next_found),
		cmocka_unit_test(test_next_header),
		cmocka_unit_test(test_next_named),
		cmocka_unit_test(test_path_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
