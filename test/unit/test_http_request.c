/*-------------------------------------------------------------------------
 *
 * test_http_request.c
 *		Unit tests of src/http/requests/request.c: what is sent.
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

#include "http/requests/request.h"

static bool
read_text(RequestList *list, const char *text, size_t size, RunError *error)
{
	FILE *file = fmemopen((void *) text, size, "r");
	bool ok;

	assert_non_null(file);
	memset(list, 0, sizeof(*list));
	memset(error, 0, sizeof(*error));
	ok = request_read(list, file, "paths", error);
	assert_int_equal(fclose(file), 0);
	return ok;
}

static void
read_good(RequestList *list, const char *text)
{
	RunError error;

	if (!read_text(list, text, strlen(text), &error))
		fail_msg("refused: %s", error.message);
}

static void
assert_refused(const char *text, size_t size, const char *message)
{
	RequestList list;
	RunError error;

	if (read_text(&list, text, size, &error))
		fail_msg("\"%s\" is accepted", text);
	assert_int_equal(error.status, EXIT_BAD_USAGE);
	if (strstr(error.message, message) == NULL)
		fail_msg("\"%s\": \"%s\" does not say \"%s\"", text, error.message,
				 message);
	request_free(&list);
}

static void
test_lines(void **state)
{
	RequestList list;

	(void) state;
	read_good(&list, "# comment\n"
					 "\n"
					 "   \t\n"
					 "/api/events\n"
					 "  /api/events?genre=rock  \r\n"
					 "GET /a?b=%23c&d='e'\n"
					 "HEAD\t/a\n"
					 "  # /not/sent\n"
					 "POST   /b");
	assert_int_equal(list.count, 5);
	assert_string_equal(list.items[0].path, "/api/events");
	assert_string_equal(list.items[1].path, "/api/events?genre=rock");
	assert_string_equal(list.items[2].path, "/a?b=%23c&d='e'");
	assert_string_equal(list.items[3].path, "/a");
	assert_string_equal(list.items[4].path, "/b");
	assert_int_equal(list.items[0].method, METHOD_GET);
	assert_int_equal(list.items[2].method, METHOD_GET);
	assert_int_equal(list.items[3].method, METHOD_HEAD);
	assert_int_equal(list.items[4].method, METHOD_POST);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].rows, ROWS_UNKNOWN);
	/* Groups: the paths without their query strings. */
	assert_int_equal(list.group_count, 3);
	assert_string_equal(list.groups[0].name, "/api/events");
	assert_string_equal(list.groups[1].name, "/a");
	assert_string_equal(list.groups[2].name, "/b");
	assert_int_equal(list.items[1].group, 0);
	assert_int_equal(list.items[3].group, 1);
	request_free(&list);
}

static void
test_bad_lines(void **state)
{
	static const struct
	{
		const char *text;
		const char *message;
	} bad[] = {
		{"/ok\n\napi/events\n", "paths:3: a path must start with /"},
		{"GET\n", "paths:1: a path must start with /"},
		{"GET api\n", "paths:1: a path must start with /"},
		{"http://localhost/api\n", "paths:1: a path must start with /"},
		{"TRACE /api/events\n", "paths:1: unknown method \"TRACE\""},
		{"get /api/events\n", "paths:1: unknown method \"get\""},
		{"GETS /api\n", "paths:1: unknown method \"GETS\""},
		{"/a b\n", "paths:1: GET and HEAD have no body, and a space in a "
				   "path must be written %20"},
		{"HEAD /a # comment\n", "paths:1: GET and HEAD have no body"},
		{"/a#b\n", "paths:1: # in a path must be written %23"},
		{"/F\xc3\xa5llan\n", "paths:1: bytes other than printable ASCII"},
		{"/a\x01\n", "paths:1: bytes other than printable ASCII"},
		{"/a\x7f\n", "paths:1: bytes other than printable ASCII"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(bad[i].text, strlen(bad[i].text), bad[i].message);
	assert_refused("/a\n/b\0c\n", 8, "paths:2: the line contains a zero byte");
}

static void
test_no_lines(void **state)
{
	RequestList list;

	(void) state;
	read_good(&list, "# nothing\n");
	assert_int_equal(list.count, 0);
	request_free(&list);
}

/* A report with a line for each of a thousand paths would help nobody. */
static void
test_groups_are_bounded(void **state)
{
	RequestList list;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void) state;
	assert_non_null(out);
	for (int i = 0; i < 1000; i++)
		fprintf(out, "/path/%d\n", i);
	assert_int_equal(fclose(out), 0);
	read_good(&list, text);
	assert_int_equal(list.count, 1000);
	assert_int_equal(list.group_count, 50);
	assert_string_equal(list.groups[49].name, "other paths");
	assert_int_equal(list.items[48].group, 48);
	assert_int_equal(list.items[49].group, 49);
	assert_int_equal(list.items[999].group, 49);
	request_free(&list);
	free(text);
}

static void
test_named_files(void **state)
{
	RequestList list = {0};
	RunError error;

	(void) state;
	assert_false(request_read_named(&list, "/no/such/file", &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "/no/such/file"));
	assert_false(request_read_named(&list, "/", &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "could not read \"/\""));
	assert_false(request_read_named(&list, "/dev/null", &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "no request to send"));
	request_free(&list);
}

static void
test_bodies(void **state)
{
	RequestList list;

	(void) state;
	read_good(&list, "POST /a {\"b\": 1, \"c\": \"d\"}  \n"
					 "PUT /a   \t [1]\n"
					 "PATCH /a?x=y text of any kind\n"
					 "DELETE /a\n"
					 "POST /a\n");
	assert_int_equal(list.count, 5);
	assert_int_equal(list.items[0].method, METHOD_POST);
	assert_string_equal(list.items[0].path, "/a");
	assert_string_equal(list.items[0].body, "{\"b\": 1, \"c\": \"d\"}");
	assert_int_equal(list.items[0].body_size, 18);
	assert_int_equal(list.items[1].method, METHOD_PUT);
	assert_string_equal(list.items[1].body, "[1]");
	assert_int_equal(list.items[2].method, METHOD_PATCH);
	assert_string_equal(list.items[2].path, "/a?x=y");
	assert_string_equal(list.items[2].body, "text of any kind");
	assert_int_equal(list.items[3].method, METHOD_DELETE);
	assert_null(list.items[3].body);
	assert_null(list.items[4].body);
	request_free(&list);
}

static void
write_file(const char *name, const char *content, size_t size)
{
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(content, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* Beside the request file, whatever the working directory is. */
static void
test_bodies_from_files(void **state)
{
	static const char binary[] = "a\0b\nc";
	char directory[] = "/tmp/perfcheck_request.XXXXXX";
	char name[2][64];
	char text[256];
	RequestList list = {0};
	RunError error;

	(void) state;
	assert_non_null(mkdtemp(directory));
	snprintf(name[0], sizeof(name[0]), "%s/body", directory);
	snprintf(name[1], sizeof(name[1]), "%s/requests", directory);
	write_file(name[0], binary, sizeof(binary));
	snprintf(text, sizeof(text), "POST /a @body\nPOST /b @%s\n", name[0]);
	write_file(name[1], text, strlen(text));
	if (!request_read_named(&list, name[1], &error))
		fail_msg("refused: %s", error.message);
	for (int i = 0; i < 2; i++)
	{
		assert_int_equal(list.items[i].body_size, sizeof(binary));
		assert_memory_equal(list.items[i].body, binary, sizeof(binary));
	}
	request_free(&list);

	/* An empty body is a body. */
	write_file(name[0], "", 0);
	assert_true(request_read_named(&list, name[1], &error));
	assert_non_null(list.items[0].body);
	assert_int_equal(list.items[0].body_size, 0);
	request_free(&list);

	write_file(name[1], "POST /a @absent\n", 16);
	assert_false(request_read_named(&list, name[1], &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "/absent\": No such file"));
	request_free(&list);
	/* A directory opens, and cannot be read. */
	write_file(name[1], "POST /a @.\n", 11);
	assert_false(request_read_named(&list, name[1], &error));
	assert_non_null(strstr(error.message, "could not read"));
	request_free(&list);
	assert_int_equal(remove(name[0]), 0);
	assert_int_equal(remove(name[1]), 0);
	assert_int_equal(remove(directory), 0);
}

static void
assert_headers(const Request *request, const char *const *expected)
{
	const char *const *headers = request->headers;

	for (; *expected != NULL; expected++, headers++)
		assert_string_equal(*headers, *expected);
	assert_null(*headers);
}

static void
test_headers(void **state)
{
	static const char *const bare[] = {"Accept: application/json", NULL};
	static const char *const typed[] = {"Accept: application/json",
										"Content-Type: application/json", NULL};
	static const char *const given[] = {"X-Key: 1", "accept: text/*",
										"content-type: text/plain", NULL};
	RequestList list;

	(void) state;
	read_good(&list, "/a\nPOST /b {}\nPOST /c\n");
	request_set_headers(&list, NULL, 0);
	assert_headers(&list.items[0], bare);
	assert_headers(&list.items[1], typed);
	assert_headers(&list.items[2], bare);
	request_set_headers(&list, (char *const *) given, 3);
	assert_headers(&list.items[0], given);
	assert_headers(&list.items[1], given);
	request_free(&list);
}

static void
test_safe_methods(void **state)
{
	(void) state;
	assert_true(request_method_is_safe(METHOD_GET));
	assert_true(request_method_is_safe(METHOD_HEAD));
	for (int method = METHOD_POST; method <= METHOD_DELETE; method++)
		assert_false(request_method_is_safe((Method) method));
}

static void
assert_expected(const char *path, int64_t rows, int64_t expected)
{
	const Request request = {.path = (char *) path, .rows = rows};

	if (request_expected_events(&request) != expected)
		fail_msg("%s with %lld rows: %lld events, not %lld", path,
				 (long long) rows,
				 (long long) request_expected_events(&request),
				 (long long) expected);
}

/* The contract's SQL reads one row more than a page shows. */
static void
test_expected_events(void **state)
{
	(void) state;
	assert_expected("/e", 0, 0);
	assert_expected("/e", 5, 5);
	assert_expected("/e", 20, 20);
	assert_expected("/e", 21, 20);
	assert_expected("/e", ROWS_UNKNOWN, ROWS_UNKNOWN);
	assert_expected("/e?limit=5", 6, 5);
	assert_expected("/e?limit=5", 3, 3);
	assert_expected("/e?a=b&limit=50&c=d", 51, 50);
	assert_expected("/e?limit=50&limit=10", 51, 10);
	assert_expected("/e?nolimit=5", 21, 20);
	assert_expected("/e?limit=", 21, 20);
	assert_expected("/e?limit=x", 21, 20);
	assert_expected("/e?limit=0", 21, 20);
	assert_expected("/e?limit=99999999999999999999999999999999", 21, 20);
	assert_expected("/limit=5", 21, 20);
	assert_expected("/e?limit=5?", 21, 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_no_lines),
		cmocka_unit_test(test_groups_are_bounded),
		cmocka_unit_test(test_named_files),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_bodies_from_files),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_safe_methods),
		cmocka_unit_test(test_expected_events),
	};

	return cmocka_run_group_tests_name("http request", tests, NULL, NULL);
}
