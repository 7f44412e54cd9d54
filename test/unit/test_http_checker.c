/*-------------------------------------------------------------------------
 *
 * test_http_checker.c
 *		Unit tests of src/http/check/ and requests/page.c: known bodies, pages
 *		that follow, and what is never shown.
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

#include "http/check/checker.h"
#include "http/check/redact.h"
#include "http/requests/page.h"

#define ONE "{\"events\":[1],\"nextCursor\":null}"
#define ANOTHER "{\"events\":[2],\"nextCursor\":null}"
#define TWO_EVENTS "{\"events\":[1,2],\"nextCursor\":null}"
#define WITH_NEXT "{\"events\":[1],\"nextCursor\":\"a b/1\"}"

typedef struct Made
{
	RequestList list;
	Checker *checker;
} Made;

static void
start(Made *made, const CheckRules *rules, double follow_percent)
{
	memset(made, 0, sizeof(*made));
	request_add(&made->list, METHOD_GET, "/e?limit=1",
				request_group(&made->list, "e"), 1);
	request_add(&made->list, METHOD_GET, "/f", request_group(&made->list, "f"),
				ROWS_UNKNOWN);
	request_set_headers(&made->list, NULL, 0);
	made->list.cursor = strdup("cursor");
	made->list.cursor_group = 1;
	made->checker = checker_create(rules, &made->list, follow_percent);
}

static void
done(Made *made)
{
	checker_free(made->checker);
	request_free(&made->list);
}

/* The class of an answer with this body; next may be NULL. */
static ErrorClass
give(Made *made, const Request *request, const char *body, const Request **next)
{
	const Answer answer = {.kind = ANSWER_COMPLETE,
						   .status = 200,
						   .body = body,
						   .body_size = strlen(body)};
	Finding finding;
	const Request *page =
		checker_answer(made->checker, request, &answer, true, &finding);

	if (next != NULL)
		*next = page;
	return finding.class;
}

static const CheckRules by_count = {.how = CHECK_COUNT};
static const CheckRules by_status = {.how = CHECK_STATUS};
static const CheckRules by_sameness = {.how = CHECK_SAME};
static const CheckRules changes_allowed = {.how = CHECK_COUNT,
										   .allow_changes = true};

static void
test_bodies_are_read_once(void **state)
{
	Made made;

	(void) state;
	start(&made, &by_count, 0);
	for (int i = 0; i < 1000; i++)
	{
		assert_int_equal(give(&made, &made.list.items[0], ONE, NULL),
						 ERROR_NONE);
		assert_int_equal(give(&made, &made.list.items[1], TWO_EVENTS, NULL),
						 ERROR_NONE);
	}
	assert_int_equal(checker_bodies_read(made.checker), 2);
	done(&made);
}

/* Right for one request is not right for another. */
static void
test_bodies_belong_to_a_request(void **state)
{
	Made made;

	(void) state;
	start(&made, &by_count, 0);
	assert_int_equal(give(&made, &made.list.items[1], TWO_EVENTS, NULL),
					 ERROR_NONE);
	assert_int_equal(give(&made, &made.list.items[0], TWO_EVENTS, NULL),
					 ERROR_COUNT);
	assert_int_equal(give(&made, &made.list.items[0], ONE, NULL), ERROR_NONE);
	done(&made);
}

static void
test_changed_body(void **state)
{
	Made made;
	const Request *request;

	(void) state;
	start(&made, &by_count, 0);
	request = &made.list.items[0];
	/* A wrong one is not what the others are measured by. */
	assert_int_equal(give(&made, request, TWO_EVENTS, NULL), ERROR_COUNT);
	assert_int_equal(give(&made, request, ONE, NULL), ERROR_NONE);
	assert_int_equal(give(&made, request, ANOTHER, NULL), ERROR_CHANGED);
	assert_int_equal(give(&made, request, ANOTHER, NULL), ERROR_CHANGED);
	assert_int_equal(give(&made, request, ONE, NULL), ERROR_NONE);
	/* Wrong comes before changed. */
	assert_int_equal(give(&made, request, TWO_EVENTS, NULL), ERROR_COUNT);
	assert_int_equal(give(&made, request, "{}", NULL), ERROR_INVALID);
	assert_int_equal(give(&made, request, "", NULL), ERROR_INVALID);
	done(&made);

	start(&made, &changes_allowed, 0);
	request = &made.list.items[0];
	assert_int_equal(give(&made, request, ONE, NULL), ERROR_NONE);
	assert_int_equal(give(&made, request, ANOTHER, NULL), ERROR_NONE);
	assert_int_equal(give(&made, request, TWO_EVENTS, NULL), ERROR_COUNT);
	done(&made);
}

static void
test_levels(void **state)
{
	static const struct
	{
		const CheckRules *rules;
		ErrorClass changed;
		ErrorClass count;
	} levels[] = {{&by_status, ERROR_NONE, ERROR_NONE},
				  {&by_sameness, ERROR_CHANGED, ERROR_CHANGED},
				  {&by_count, ERROR_CHANGED, ERROR_COUNT}};
	Made made;

	(void) state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
	{
		start(&made, levels[i].rules, 0);
		assert_int_equal(give(&made, &made.list.items[0], ONE, NULL),
						 ERROR_NONE);
		assert_int_equal(give(&made, &made.list.items[0], ANOTHER, NULL),
						 levels[i].changed);
		assert_int_equal(give(&made, &made.list.items[0], TWO_EVENTS, NULL),
						 levels[i].count);
		assert_int_equal(
			give(&made, &made.list.items[0], "{\"events\":[]}", NULL),
			ERROR_EMPTY);
		done(&made);
	}
}

/* Each answer is another one: memory and the verdict stay what they are. */
static void
test_many_bodies(void **state)
{
	Made made;

	(void) state;
	for (int allowed = 0; allowed <= 1; allowed++)
	{
		start(&made, allowed ? &changes_allowed : &by_count, 100);
		for (int i = 0; i < 100; i++)
		{
			char body[64];

			snprintf(body, sizeof(body),
					 "{\"events\":[%d],\"nextCursor\":\"%d\"}", i, i);
			assert_int_equal(give(&made, &made.list.items[0], body, NULL),
							 i > 0 && !allowed ? ERROR_CHANGED : ERROR_NONE);
		}
		done(&made);
	}
}

/* --- pages that follow -------------------------------------------------------- */

static void
test_pages_follow(void **state)
{
	Made made;
	const Request *next;
	const Request *again;

	(void) state;
	start(&made, &by_count, 100);
	assert_int_equal(give(&made, &made.list.items[0], WITH_NEXT, &next),
					 ERROR_NONE);
	assert_non_null(next);
	assert_string_equal(next->path, "/e?limit=1&cursor=a%20b%2F1");
	assert_int_equal(next->group, 1);
	assert_true(next->next_page);
	assert_int_equal(next->rows, ROWS_UNKNOWN);
	assert_ptr_equal(next->headers, made.list.items[0].headers);
	assert_int_equal(give(&made, &made.list.items[0], WITH_NEXT, &again),
					 ERROR_NONE);
	assert_ptr_equal(again, next);
	/* The last page; and the same page again, as if there were no cursor. */
	assert_int_equal(give(&made, next, TWO_EVENTS, &again), ERROR_NONE);
	assert_null(again);
	assert_int_equal(give(&made, next, WITH_NEXT, &again), ERROR_INVALID);
	assert_null(again);
	/* It may be empty, as the last page may have been full; but it was not. */
	assert_int_equal(give(&made, next, "{\"events\":[]}", NULL), ERROR_CHANGED);
	done(&made);
}

static void
test_page_after_page(void **state)
{
	Made made;
	const Request *next;

	(void) state;
	start(&made, &by_count, 100);
	(void) give(&made, &made.list.items[0], WITH_NEXT, &next);
	(void) give(&made, next, "{\"events\":[7],\"nextCursor\":\"second\"}",
				&next);
	assert_string_equal(next->path, "/e?limit=1&cursor=second");
	done(&made);
}

static void
test_share_that_follows(void **state)
{
	Made made;
	const Request *next;
	int followed = 0;

	(void) state;
	start(&made, &by_count, 25);
	for (int i = 0; i < 10000; i++)
	{
		(void) give(&made, &made.list.items[0], WITH_NEXT, &next);
		followed += next != NULL;
	}
	assert_in_range(followed, 2300, 2700);
	done(&made);

	start(&made, &by_count, 0);
	(void) give(&made, &made.list.items[0], WITH_NEXT, &next);
	assert_null(next);
	done(&made);
}

static void
assert_page(const Page *page, const char *path, size_t events, int64_t answers)
{
	assert_string_equal(page->request.path, path);
	assert_int_equal(page->events, events);
	assert_int_equal(page->answers, answers);
	free(page->request.path);
	free(page->body.data);
}

/* Next pages only, with the answers that count. */
static void
test_pages_to_compare(void **state)
{
	static const Answer warm_up = {.kind = ANSWER_COMPLETE,
								   .status = 200,
								   .body = ONE,
								   .body_size = sizeof(ONE) - 1};
	Made made;
	Finding finding;
	const Request *page;
	const Request *other;
	Page pages[4];

	(void) state;
	start(&made, &by_count, 100);
	assert_int_equal(checker_pages(made.checker, pages, 4), 0);
	(void) give(&made, &made.list.items[0], WITH_NEXT, &page);
	(void) give(&made, &made.list.items[1], WITH_NEXT, &other);
	/* Asked for, but not answered yet. */
	assert_int_equal(checker_pages(made.checker, pages, 4), 0);
	(void) checker_answer(made.checker, page, &warm_up, false, &finding);
	assert_int_equal(checker_pages(made.checker, pages, 4), 0);
	for (int i = 0; i < 3; i++)
		(void) give(&made, page, ONE, NULL);
	/* Wrong already. */
	assert_int_equal(give(&made, page, TWO_EVENTS, NULL), ERROR_CHANGED);
	(void) give(&made, other, TWO_EVENTS, NULL);
	assert_int_equal(checker_pages(made.checker, pages, 4), 2);
	assert_page(&pages[0], "/e?limit=1&cursor=a%20b%2F1", 1, 3);
	assert_page(&pages[1], "/f?cursor=a%20b%2F1", 2, 1);
	assert_int_equal(checker_pages(made.checker, pages, 1), 1);
	free(pages[0].request.path);
	free(pages[0].body.data);
	done(&made);
}

/* As many as were asked for, each from its part of all of them. */
static void
assert_sample(Made *made, Page *pages, size_t most, size_t all)
{
	size_t count = checker_pages(made->checker, pages, most);

	assert_int_equal(count, most < all ? most : all);
	for (size_t i = 0; i < count; i++)
	{
		int number = atoi(strrchr(pages[i].request.path, '=') + 1);

		assert_in_range(number, i * all / count, (i + 1) * all / count);
		free(pages[i].request.path);
		free(pages[i].body.data);
	}
}

#define PAGES 999

static void
test_sample_of_pages(void **state)
{
	static const size_t sizes[] = {1, 2, 10, 100, 500, 998, 999, 1000};
	Made made;
	const Request *page;
	Page pages[PAGES + 1];
	char body[64];

	(void) state;
	start(&made, &by_count, 100);
	page = &made.list.items[1];
	for (int i = 0; i <= PAGES; i++)
	{
		(void) snprintf(body, sizeof(body),
						"{\"events\":[%d],\"nextCursor\":\"%04d\"}", i, i);
		assert_int_equal(give(&made, page, body, &page), ERROR_NONE);
		assert_non_null(page);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_sample(&made, pages, sizes[i], PAGES);
	done(&made);
}

static void
assert_path(const char *path, const char *value, const char *expected)
{
	char *made = page_path(path, "cursor", value);

	assert_string_equal(made, expected);
	free(made);
}

static void
test_page_paths(void **state)
{
	(void) state;
	assert_path("/e", "1", "/e?cursor=1");
	assert_path("/e?a=b", "1", "/e?a=b&cursor=1");
	assert_path("/e?cursor=0", "1", "/e?cursor=1");
	assert_path("/e?cursor=0&a=b", "1", "/e?cursor=1&a=b");
	assert_path("/e?a=b&cursor=0&c", "1", "/e?a=b&cursor=1&c");
	assert_path("/e?xcursor=0", "1", "/e?xcursor=0&cursor=1");
	assert_path("/e?cursors=0", "1", "/e?cursors=0&cursor=1");
	assert_path("/e", "&=#?%\xc3\xa5", "/e?cursor=%26%3D%23%3F%25%C3%A5");
}

static void
assert_parameter(const char *query, const char *path, const char *expected)
{
	char *found = page_parameter(query, path);

	if (expected == NULL)
		assert_null(found);
	else
	{
		assert_non_null(found);
		assert_string_equal(found, expected);
	}
	free(found);
}

static void
test_cursor_of_contract(void **state)
{
	(void) state;
	assert_parameter("next_page", "/e?cursor=$1_$2&limit=20", "cursor");
	assert_parameter("next_page", "/e?limit=20&after=$1,$2", "after");
	assert_parameter("deep", "/e?limit=20&cursor=$1", "cursor");
	/* A range is none, nor are these. */
	assert_parameter("dates", "/e?between=$1,$2", NULL);
	assert_parameter("next_page", "/e?from=$1&to=$2&limit=20", NULL);
	assert_parameter("next_page", "/e/$1/$2?limit=20", NULL);
	assert_parameter("next_page", "/e?=$1_$2", NULL);
	assert_parameter("next_page", "/e?cursor=first", NULL);
	assert_parameter("next_page", "/e?cursors=$1", NULL);
	assert_parameter("next_page", "/e?cursor", NULL);
	assert_parameter("next_page", "/e", NULL);
	assert_parameter("next_page", "/e?", NULL);
}

/* --- what is never shown ------------------------------------------------------ */

#define TOKEN "abcdefghij/klmnop"

static void
test_secret_in_text(void **state)
{
	(void) state;
	assert_true(redact_is_needed(TOKEN, TOKEN));
	assert_true(redact_is_needed(TOKEN, "said: Bearer " TOKEN "!"));
	assert_true(redact_is_needed(TOKEN, "cut off: abcdefgh"));
	assert_true(redact_is_needed(TOKEN, "bcdefghij at the start"));
	assert_true(redact_is_needed(TOKEN, "as JSON: hij\\/klmno"));
	assert_false(redact_is_needed(TOKEN, "abcdefg"));
	assert_false(redact_is_needed(TOKEN, ""));
	assert_false(redact_is_needed(NULL, TOKEN));
	assert_true(redact_is_needed("abc", "xabcx"));
	assert_false(redact_is_needed("abc", "ab"));
}

static void
test_secret_in_answers(void **state)
{
	static const char *const bodies[] = {"{\"you sent\": \"" TOKEN "\"}", TOKEN,
										 "[" TOKEN "]"};
	const CheckRules rules = {.how = CHECK_SAME, .secret = TOKEN};
	Made made;

	(void) state;
	start(&made, &rules, 0);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		for (int status = 200; status <= 500; status += 300)
		{
			const Answer answer = {.kind = ANSWER_COMPLETE,
								   .status = status,
								   .body = bodies[i],
								   .body_size = strlen(bodies[i])};
			Finding finding;

			checker_answer(made.checker, &made.list.items[0], &answer, true,
						   &finding);
			assert_int_equal(finding.class,
							 status == 500 ? ERROR_STATUS : ERROR_INVALID);
			assert_null(strstr(finding.text, "abcdefgh"));
			assert_true(finding.text[0] != '\0');
		}
	done(&made);
}

/* The request for the next page of an answer, as "path" or "body"; or "-". */
static const char *
next_of(const CheckRules *rules, const char *cursor, const char *sent,
		const char *body)
{
	static char text[256];
	Made made;
	const Request *next;

	start(&made, rules, 100);
	free(made.list.cursor);
	made.list.cursor = cursor != NULL ? strdup(cursor) : NULL;
	made.list.guesses = true;
	if (sent != NULL)
	{
		made.list.items[1].method = METHOD_POST;
		made.list.items[1].reads = true;
		made.list.items[1].body = strdup(sent);
		made.list.items[1].body_size = strlen(sent);
	}
	assert_int_equal(give(&made, &made.list.items[1], body, &next), ERROR_NONE);
	(void) snprintf(text, sizeof(text), "%s",
					next == NULL   ? "-"
					: sent != NULL ? next->body
								   : next->path);
	done(&made);
	return text;
}

static void
test_ways_to_the_next_page(void **state)
{
	const CheckRules rules = {.how = CHECK_STATUS, .base = "http://h:1/v1"};

	(void) state;
	assert_string_equal(next_of(&rules, NULL, NULL,
								"{\"a\":[{}],\"next\":\"http://x/v1/f?p=2\"}"),
						"/f?p=2");
	assert_string_equal(
		next_of(&rules, NULL, NULL, "{\"a\":[{}],\"next\":\"?p=2\"}"),
		"/f?p=2");
	assert_string_equal(
		next_of(&rules, NULL, NULL, "{\"a\":[{}],\"next\":\"g?p=a b\"}"),
		"/g?p=a+b");
	/* What is not of this API */
	assert_string_equal(
		next_of(&rules, NULL, NULL, "{\"a\":[{}],\"next\":\"/v2/f?p=2\"}"),
		"-");
	assert_string_equal(
		next_of(&rules, NULL, NULL, "{\"a\":[{}],\"nextCursor\":\"x\"}"),
		"/f?cursor=x");
	assert_string_equal(
		next_of(&rules, "at", NULL, "{\"a\":[{}],\"nextCursor\":\"x\"}"),
		"/f?at=x");
	assert_string_equal(
		next_of(&rules, "at", NULL, "{\"a\":[{}],\"page\":1,\"pages\":2}"),
		"/f?page=2");
	assert_string_equal(
		next_of(&rules, NULL, "{\"query\":\"q\",\"variables\":{\"n\":1}}",
				"{\"data\":{\"e\":{\"edges\":[{\"node\":{}}],\"pageInfo\":"
				"{\"hasNextPage\":true,\"endCursor\":\"x\\\"\"}}}}"),
		"{\"query\":\"q\",\"variables\":{\"after\":\"x\\\"\",\"n\":1}}");
	assert_string_equal(next_of(&rules, "after",
								"{\"variables\":{\"after\":null}}",
								"{\"a\":[{}],\"nextCursor\":\"x\"}"),
						"{\"variables\":{\"after\":\"x\"}}");
	assert_string_equal(next_of(&rules, "after", "{\"query\":\"{e}\"}",
								"{\"a\":[{}],\"nextCursor\":\"x\"}"),
						"{\"variables\":{\"after\":\"x\"},\"query\":\"{e}\"}");
	assert_string_equal(next_of(&rules, "search_after", "{\"query\":{\"a\":1}}",
								"{\"a\":[{}],\"nextCursor\":\"x\"}"),
						"{\"search_after\":\"x\",\"query\":{\"a\":1}}");
	assert_string_equal(next_of(&rules, "search_after", "{\"size\":1}",
								"{\"a\":[{}],\"nextCursor\":[1,\"b\"]}"),
						"{\"search_after\":[1,\"b\"],\"size\":1}");
	assert_string_equal(
		next_of(&rules, "c", "a=b", "{\"a\":[{}],\"nextCursor\":\"x\"}"), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_are_read_once),
		cmocka_unit_test(test_bodies_belong_to_a_request),
		cmocka_unit_test(test_changed_body),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_many_bodies),
		cmocka_unit_test(test_pages_follow),
		cmocka_unit_test(test_page_after_page),
		cmocka_unit_test(test_share_that_follows),
		cmocka_unit_test(test_pages_to_compare),
		cmocka_unit_test(test_sample_of_pages),
		cmocka_unit_test(test_page_paths),
		cmocka_unit_test(test_cursor_of_contract),
		cmocka_unit_test(test_secret_in_text),
		cmocka_unit_test(test_secret_in_answers),
		cmocka_unit_test(test_ways_to_the_next_page),
	};

	return cmocka_run_group_tests_name("http checker", tests, NULL, NULL);
}
