/*-------------------------------------------------------------------------
 *
 * test_http_check.c
 *		Unit tests of src/http/check/check.c: which answers are right.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/check/check.h"

static const CheckRules by_status = {.how = CHECK_STATUS};
static const CheckRules by_count = {.how = CHECK_COUNT};
static const CheckRules empty_allowed = {.how = CHECK_STATUS,
										 .allow_empty = true};

static const Request any_rows = {
	.method = METHOD_GET, .path = "/e", .rows = ROWS_UNKNOWN};
static const Request no_rows = {.method = METHOD_GET, .path = "/e", .rows = 0};
static const Request two_rows = {.method = METHOD_GET, .path = "/e", .rows = 2};
static const Request more_than_two = {
	.method = METHOD_GET, .path = "/e?limit=2", .rows = 3, .page_size = 2};

static Finding
check_bytes(const CheckRules *rules, const Request *request, int status,
			const char *body, size_t size)
{
	const Answer answer = {.kind = ANSWER_COMPLETE,
						   .status = status,
						   .body = body,
						   .body_size = size};
	Finding finding;

	check_answer(rules, request, &answer, &finding, NULL);
	return finding;
}

static ErrorClass
check(const CheckRules *rules, const Request *request, const char *body)
{
	return check_bytes(rules, request, 200, body, strlen(body)).class;
}

static void
test_right_answers(void **state)
{
	static const char *const right[] = {
		"{\"events\":[{}]}",
		"{\"events\":[1,2,3],\"nextCursor\":null}",
		"  {\"nextCursor\":\"x\",\n\"events\" : [ {\"a\":[{}]} ] }\r\n",
		"{\"events\":[{\"n\":123456789012345678901234567890}]}",
		"{\"events\":[{\"n\":-1.5e300,\"t\":\"\\u0000\\ud83c\\udfb8\"}]}",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		if (check(&by_status, &any_rows, right[i]) != ERROR_NONE)
			fail_msg("%s is refused", right[i]);
}

static void
test_invalid_answers(void **state)
{
	static const char *const invalid[] = {
		"",
		" ",
		"garbage",
		"<html></html>",
		"{\"a\":[{}],\"b\":[{}]}",
		"null",
		"\"events\"",
		"{}",
		"{\"items\":[1]}",
		"[1]",
		"{\"Events\":[1]}",
		"{\"events\":null}",
		"{\"events\":{}}",
		"{\"events\":\"none\"}",
		"{\"events\":[1]",
		"{\"events\":[1]}}",
		"{\"events\":[1]} {\"events\":[1]}",
		"{\"events\":[1,]}",
		"{'events':[1]}",
		"{\"events\":[\"F\xe5llan\"]}",
	};

	(void) state;
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
	{
		if (check(&by_status, &any_rows, invalid[i]) != ERROR_INVALID)
			fail_msg("%s is not invalid", invalid[i]);
		/* What is invalid is never merely empty, nor right. */
		assert_int_equal(check(&by_count, &no_rows, invalid[i]), ERROR_INVALID);
		assert_int_equal(check(&empty_allowed, &any_rows, invalid[i]),
						 ERROR_INVALID);
	}
	assert_int_equal(
		check_bytes(&by_status, &any_rows, 200, "{\"events\":[1]}\0", 15).class,
		ERROR_INVALID);
}

/* Deep nesting must not overflow the stack. */
static void
test_deep_nesting(void **state)
{
	static char body[100000];

	(void) state;
	memset(body, '[', sizeof(body));
	assert_int_equal(
		check_bytes(&by_status, &any_rows, 200, body, sizeof(body)).class,
		ERROR_INVALID);
}

static void
test_empty(void **state)
{
	const char *empty = "{\"events\":[]}";

	(void) state;
	/* From a file nothing is known: every empty answer counts. */
	assert_int_equal(check(&by_status, &any_rows, empty), ERROR_EMPTY);
	assert_int_equal(check(&empty_allowed, &any_rows, empty), ERROR_NONE);
	/* From the database it is known. */
	assert_int_equal(check(&by_status, &two_rows, empty), ERROR_EMPTY);
	assert_int_equal(check(&by_count, &two_rows, empty), ERROR_EMPTY);
	assert_int_equal(check(&by_status, &no_rows, empty), ERROR_NONE);
	assert_int_equal(check(&by_count, &no_rows, empty), ERROR_NONE);
}

static void
test_count(void **state)
{
	(void) state;
	assert_int_equal(check(&by_count, &two_rows, "{\"events\":[1]}"),
					 ERROR_COUNT);
	assert_int_equal(check(&by_count, &two_rows, "{\"events\":[1,2]}"),
					 ERROR_NONE);
	assert_int_equal(check(&by_count, &two_rows, "{\"events\":[1,2,3]}"),
					 ERROR_COUNT);
	assert_int_equal(check(&by_count, &more_than_two, "{\"events\":[1,2]}"),
					 ERROR_NONE);
	assert_int_equal(check(&by_count, &more_than_two, "{\"events\":[1,2,3]}"),
					 ERROR_COUNT);
	assert_int_equal(check(&by_count, &no_rows, "{\"events\":[1]}"),
					 ERROR_COUNT);
	assert_int_equal(check(&by_count, &any_rows, "{\"events\":[1]}"),
					 ERROR_NONE);
	assert_int_equal(check(&by_status, &two_rows, "{\"events\":[1]}"),
					 ERROR_NONE);
}

static void
test_status(void **state)
{
	const char *body = "{\"events\":[1]}";
	const int wrong[] = {100, 199, 300, 302, 304, 400, 404, 500, 503, 999};
	Finding finding;

	(void) state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		finding =
			check_bytes(&by_status, &any_rows, wrong[i], body, strlen(body));
		assert_int_equal(finding.class, ERROR_STATUS);
		assert_int_equal(finding.status, wrong[i]);
	}
	finding = check_bytes(&by_status, &any_rows, 299, body, strlen(body));
	assert_int_equal(finding.class, ERROR_NONE);
	assert_int_equal(finding.status, 0);
	finding = check_bytes(&by_status, &any_rows, 500, "\x1b[2Jboom\n", 9);
	assert_string_equal(finding.text, "500:  [2Jboom ");
}

/* jansson repeats what it stumbles upon; a terminal must not act upon it. */
static void
test_texts_are_printable(void **state)
{
	Finding finding;

	(void) state;
	finding =
		check_bytes(&by_status, &any_rows, 200, "{\"events\":\x1b[2J", 14);
	assert_int_equal(finding.class, ERROR_INVALID);
	assert_null(strchr(finding.text, '\x1b'));
	finding = check_bytes(&by_status, &any_rows, 200, "{\"e\x1b[2J\" x", 10);
	assert_int_equal(finding.class, ERROR_INVALID);
	assert_null(strchr(finding.text, '\x1b'));
}

/* Only GET has events to look at. */
static void
test_other_methods(void **state)
{
	const Request head = {
		.method = METHOD_HEAD, .path = "/e", .rows = ROWS_UNKNOWN};
	const Request post = {
		.method = METHOD_POST, .path = "/e", .rows = ROWS_UNKNOWN};

	(void) state;
	assert_int_equal(check_bytes(&by_status, &head, 200, NULL, 0).class,
					 ERROR_NONE);
	assert_int_equal(check_bytes(&by_status, &post, 201, "done", 4).class,
					 ERROR_NONE);
	assert_int_equal(check_bytes(&by_status, &head, 404, NULL, 0).class,
					 ERROR_STATUS);
	assert_int_equal(check_bytes(&by_status, &post, 500, "", 0).class,
					 ERROR_STATUS);
	assert_int_equal(check_bytes(&by_status, &any_rows, 204, NULL, 0).class,
					 ERROR_INVALID);
}

static ErrorClass
check_post(bool is_json, const char *body)
{
	static const Request post = {
		.method = METHOD_POST, .path = "/e", .rows = ROWS_UNKNOWN};
	const Answer answer = {.kind = ANSWER_COMPLETE,
						   .status = 200,
						   .body = body,
						   .body_size = strlen(body),
						   .is_json = is_json};
	Finding finding;

	check_answer(&by_status, &post, &answer, &finding, NULL);
	return finding.class;
}

/* What a write answers is unknown; but if it is JSON, then let it be JSON. */
static void
test_json_of_other_methods(void **state)
{
	(void) state;
	assert_int_equal(check_post(true, "{\"id\": 1}"), ERROR_NONE);
	assert_int_equal(check_post(true, ""), ERROR_NONE);
	assert_int_equal(check_post(true, "{\"id\": "), ERROR_INVALID);
	assert_int_equal(check_post(true, "<html>"), ERROR_INVALID);
	assert_int_equal(check_post(false, "<html>"), ERROR_NONE);
}

/* The reason why a redirect was not followed says more than its body. */
static void
test_redirect_not_followed(void **state)
{
	const Answer answer = {.kind = ANSWER_COMPLETE,
						   .status = 302,
						   .body = "moved",
						   .body_size = 5,
						   .error = "elsewhere: http://a"};
	Finding finding;

	(void) state;
	check_answer(&by_status, &any_rows, &answer, &finding, NULL);
	assert_int_equal(finding.class, ERROR_STATUS);
	assert_string_equal(finding.text, "302: elsewhere: http://a");
}

static void
assert_kind(AnswerKind kind, ErrorClass class, const char *key)
{
	const Answer answer = {.kind = kind, .error = "wor\nds"};
	Finding finding;

	check_answer(&by_status, &any_rows, &answer, &finding, NULL);
	assert_int_equal(finding.class, class);
	assert_string_equal(check_class_key(class), key);
	assert_true(finding.text[0] != '\0');
	assert_null(strchr(finding.text, '\n'));
}

static void
test_no_answer(void **state)
{
	(void) state;
	assert_kind(ANSWER_NO_CONNECTION, ERROR_CONNECT, "connect");
	assert_kind(ANSWER_TIMEOUT, ERROR_TIMEOUT, "timeout");
	assert_kind(ANSWER_BROKEN, ERROR_INVALID, "invalid");
	assert_kind(ANSWER_TOO_LARGE, ERROR_TOO_LARGE, "invalid");
}

/* Rows are found, whatever they are called. */
static void
test_other_rows(void **state)
{
	(void) state;
	assert_int_equal(check(&by_count, &two_rows, "[{\"id\":1},{\"id\":2}]"),
					 ERROR_NONE);
	assert_int_equal(check(&by_count, &two_rows, "{\"data\":[{\"id\":1}]}"),
					 ERROR_COUNT);
	assert_int_equal(check(&by_count, &two_rows, "[]"), ERROR_EMPTY);
	assert_int_equal(check(&by_count, &two_rows, "{\"id\":1}\n{\"id\":2}\n"),
					 ERROR_NONE);
}

static ErrorClass
class_of(int status, ExpectBody expected, int got, const char *body)
{
	const Request request = {.method = METHOD_GET,
							 .path = "/e",
							 .rows = ROWS_UNKNOWN,
							 .expect_status = status,
							 .expect_body = expected};

	return check_bytes(&by_status, &request, got, body, strlen(body)).class;
}

/* No row of that key: an API may say so by 404. */
static void
test_no_row(void **state)
{
	static const AnswerHow how = {.key = "id", .by_key = true};
	const Request request = {.method = METHOD_GET,
							 .path = "/e/1",
							 .rows = 0,
							 .how = &how,
							 .or_status = 404};

	(void) state;
	assert_int_equal(check_bytes(&by_count, &request, 404, "{}", 2).class,
					 ERROR_NONE);
	assert_int_equal(check_bytes(&by_count, &request, 404, "", 0).class,
					 ERROR_NONE);
	assert_int_equal(check_bytes(&by_count, &request, 200, "null", 4).class,
					 ERROR_NONE);
	assert_int_equal(check_bytes(&by_count, &request, 403, "{}", 2).class,
					 ERROR_STATUS);
	assert_int_equal(
		check_bytes(&by_count, &request, 200, "{\"id\":1}", 8).class,
		ERROR_COUNT);
}

static void
test_expected(void **state)
{
	(void) state;
	assert_int_equal(class_of(204, EXPECT_EMPTY, 204, ""), ERROR_NONE);
	assert_int_equal(class_of(304, EXPECT_EMPTY, 304, ""), ERROR_NONE);
	assert_int_equal(class_of(204, EXPECT_EMPTY, 200, ""), ERROR_STATUS);
	assert_int_equal(class_of(200, EXPECT_EMPTY, 200, "x"), ERROR_INVALID);
	assert_int_equal(class_of(0, EXPECT_TEXT, 200, "id,name\n1,a\n"),
					 ERROR_NONE);
	assert_int_equal(class_of(0, EXPECT_TEXT, 404, "x"), ERROR_STATUS);
	assert_int_equal(class_of(0, EXPECT_TEXT, 200, ""), ERROR_EMPTY);
	assert_int_equal(class_of(0, EXPECT_JSON, 200, "{\"id\":1}"), ERROR_NONE);
	assert_int_equal(class_of(0, EXPECT_JSON, 200, "{"), ERROR_INVALID);
	assert_int_equal(class_of(404, EXPECT_ANY, 404, ""), ERROR_NONE);
	assert_int_equal(class_of(404, EXPECT_ANY, 200, "x"), ERROR_STATUS);
	assert_int_equal(class_of(201, EXPECT_ROWS, 201, "[{}]"), ERROR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_answers),
		cmocka_unit_test(test_invalid_answers),
		cmocka_unit_test(test_other_rows),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_no_row),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_texts_are_printable),
		cmocka_unit_test(test_other_methods),
		cmocka_unit_test(test_json_of_other_methods),
		cmocka_unit_test(test_redirect_not_followed),
		cmocka_unit_test(test_no_answer),
	};

	return cmocka_run_group_tests_name("http check", tests, NULL, NULL);
}
