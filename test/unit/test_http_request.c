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
#include <unistd.h>

#include <cmocka.h>

#include "http/requests/source.h"

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

static char line_error[1024];

static bool
read_named(RequestList *list, const char *name, RunError *error)
{
	const Settings settings = {.url = (char *) "http://localhost:1",
							   .requests_file = name};

	return source_read(list, &settings, error);
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
	assert_false(read_named(&list, "/no/such/file", &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "/no/such/file"));
	assert_false(read_named(&list, "/", &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "could not read \"/\""));
	assert_false(read_named(&list, "/dev/null", &error));
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
	if (!read_named(&list, name[1], &error))
		fail_msg("refused: %s", error.message);
	for (int i = 0; i < 2; i++)
	{
		assert_int_equal(list.items[i].body_size, sizeof(binary));
		assert_memory_equal(list.items[i].body, binary, sizeof(binary));
	}
	request_free(&list);

	/* An empty body is a body. */
	write_file(name[0], "", 0);
	assert_true(read_named(&list, name[1], &error));
	assert_non_null(list.items[0].body);
	assert_int_equal(list.items[0].body_size, 0);
	request_free(&list);

	write_file(name[1], "POST /a @absent\n", 16);
	assert_false(read_named(&list, name[1], &error));
	assert_int_equal(error.status, EXIT_CANNOT_RUN);
	assert_non_null(strstr(error.message, "/absent\": No such file"));
	request_free(&list);
	/* A directory opens, and cannot be read. */
	write_file(name[1], "POST /a @.\n", 11);
	assert_false(read_named(&list, name[1], &error));
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
assert_page_size(const char *path, int64_t size)
{
	const Request request = {.path = (char *) path};

	if (request_page_size(&request) != size)
		fail_msg("%s: a page of %lld, not %lld", path,
				 (long long) request_page_size(&request), (long long) size);
}

static void
test_page_size(void **state)
{
	(void) state;
	assert_page_size("/e", 0);
	assert_page_size("/e?limit=5", 5);
	assert_page_size("/e?a=b&limit=50&c=d", 50);
	assert_page_size("/e?limit=50&limit=10", 10);
	assert_page_size("/e?nolimit=5", 0);
	assert_page_size("/e?limit=", 0);
	assert_page_size("/e?limit=x", 0);
	assert_page_size("/e?limit=0", 0);
	assert_page_size("/e?limit=99999999999999999999999999999999", 0);
	assert_page_size("/limit=5", 0);
	assert_page_size("/e?limit=5?", 0);
}

/* A page size that is known, and the LIMIT of the query where it is not. */
static void
test_expected_rows(void **state)
{
	static const struct
	{
		int64_t rows;
		int64_t page;
		int64_t limit;
		int64_t least;
		int64_t most;
	} cases[] = {{0, 20, 21, 0, 0},    {5, 20, 21, 5, 5},
				 {21, 20, 21, 20, 20}, {50, 0, 51, 50, 50},
				 {51, 0, 51, 50, 51},  {1, 0, 1, 1, 1},
				 {21, 50, 51, 21, 21}, {70, 0, EXPECTED_NONE, 70, 70}};
	Request request = {.path = "/e", .rows = ROWS_UNKNOWN};
	int64_t least;
	int64_t most;

	(void) state;
	assert_false(request_expected(&request, &least, &most));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Expected expected = {.count = cases[i].rows,
							 .limit = cases[i].limit,
							 .page = EXPECTED_NONE};

		request.page_size = cases[i].page;
		request.expected = &expected;
		assert_true(request_expected(&request, &least, &most));
		assert_int_equal(least, cases[i].least);
		assert_int_equal(most, cases[i].most);
	}
}

/* --- what is expected --------------------------------------------------------- */

static void
test_expectations(void **state)
{
	static const struct
	{
		const char *line;
		int status;
		ExpectBody body;
		const char *sent;
	} cases[] = {
		{"/a", 0, EXPECT_ROWS, NULL},
		{"/a expect 204", 204, EXPECT_EMPTY, NULL},
		{"GET /a expect 304 ", 304, EXPECT_EMPTY, NULL},
		{"/a\texpect text", 0, EXPECT_TEXT, NULL},
		{"/a expect 404", 404, EXPECT_ANY, NULL},
		{"/a expect json 404", 404, EXPECT_JSON, NULL},
		{"/a expect 200 rows", 200, EXPECT_ROWS, NULL},
		{"HEAD /a expect 200", 200, EXPECT_ANY, NULL},
		{"DELETE /a expect 204", 204, EXPECT_EMPTY, NULL},
		{"POST /a expect 201 {\"b\": 1}", 201, EXPECT_ROWS, "{\"b\": 1}"},
		{"POST /a {\"b\": 1} expect 201 json", 201, EXPECT_JSON, "{\"b\": 1}"},
		{"POST /a {\"b\": \"I expect 201\"}", 0, EXPECT_ROWS,
		 "{\"b\": \"I expect 201\"}"},
		{"POST /a expected=1", 0, EXPECT_ROWS, "expected=1"},
		{"POST /a b=1 expect any", 0, EXPECT_ANY, "b=1"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		RequestList list;

		read_good(&list, cases[i].line);
		assert_int_equal(list.count, 1);
		assert_string_equal(list.items[0].path, "/a");
		if (list.items[0].expect_status != cases[i].status ||
			list.items[0].expect_body != cases[i].body)
			fail_msg("%s: %d, %d", cases[i].line, list.items[0].expect_status,
					 list.items[0].expect_body);
		if (cases[i].sent == NULL)
			assert_null(list.items[0].body);
		else
			assert_string_equal(list.items[0].body, cases[i].sent);
		request_free(&list);
	}
	assert_refused("/a expect", 9, "paths:1: expect needs a status");
	assert_refused("/a expect nothing", 17, "paths:1: expect needs a status");
	assert_refused("/a expect 99", 12, "paths:1: expect needs a status");
	assert_refused("/a expect 204 x", 15, "paths:1: GET and HEAD have no body");
}

static void
test_forms(void **state)
{
	static const char *const forms[] = {"a=b", "a=b&c=d%20e",
										"a=", "a=1&b[]=2"};
	static const char *const others[] = {
		"{\"a\":\"b=c\"}", "[1]",       "a b=c", "=a", "abc",
		"\"a=b\"",         "<a b='c'/>"};
	RequestList list;
	char line[64];

	(void) state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
	{
		snprintf(line, sizeof(line), "POST /a %s", forms[i]);
		read_good(&list, line);
		request_set_headers(&list, NULL, 0);
		assert_string_equal(list.items[0].headers[1],
							"Content-Type: application/x-www-form-urlencoded");
		request_free(&list);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
	{
		snprintf(line, sizeof(line), "POST /a %s", others[i]);
		read_good(&list, line);
		request_set_headers(&list, NULL, 0);
		assert_string_equal(list.items[0].headers[1],
							"Content-Type: application/json");
		request_free(&list);
	}
}

/* --- logs and HAR files -------------------------------------------------------- */

static void
read_traffic(RequestList *list, const char *text, const char *url, bool replay)
{
	char name[] = "/tmp/perfcheck-requests-XXXXXX";
	const Settings settings = {
		.url = (char *) url, .requests_file = name, .replay = replay};
	RunError error = {0};
	int file = mkstemp(name);

	assert_true(file >= 0 &&
				write(file, text, strlen(text)) == (ssize_t) strlen(text));
	close(file);
	*list = (RequestList){0};
	if (!source_read(list, &settings, &error))
		(void) snprintf(line_error, sizeof(line_error), "%s", error.message);
	else
		line_error[0] = '\0';
	assert_int_equal(remove(name), 0);
}

#define AT(time) "1.2.3.4 - - [10/Oct/2025:13:55:" time " +0200] "

static void
test_logs(void **state)
{
	RequestList list;

	(void) state;
	read_traffic(
		&list,
		"\n" AT("37") "\"GET /a?b=1 HTTP/1.1\" 200 12 \"-\" \"curl\"\n" AT("36") "\"GET /c HTTP/1.1\" 404 12\r\n" AT("37") "\"HEAD /a?b=1 HTTP/1.0\" 200 0 \"-\" \"-\"\n" AT(
			"37") "\"POST /a HTTP/1.1\" 200 0 \"-\" \"-\"\n" AT("37") "\"\\x16\\x03\" 400 0 \"-\" \"-\"\n" AT("37") "\"GET /a?b=1 HTTP/2.0\" 304 12 \"[x]\" \"a\\\"b\"\n"
																													"garbage\n" AT(
																														"38") "\"GET http://h/q\\x22\\xc3\\xa4 HTTP/1.1\" 200 1 \"-\" \"-\"",
		"http://localhost:1", true);
	assert_string_equal(line_error, "");
	assert_int_equal(list.count, 4);
	assert_int_equal(list.sequence_count, 5);
	assert_string_equal(list.items[list.sequence[0]].path, "/c");
	assert_int_equal(list.items[list.sequence[0]].or_status, 404);
	assert_string_equal(list.items[list.sequence[1]].path, "/a?b=1");
	assert_int_equal(list.items[list.sequence[1]].expect_body, EXPECT_TYPED);
	assert_int_equal(list.items[list.sequence[2]].method, METHOD_HEAD);
	assert_int_equal(list.sequence[3], list.sequence[1]);
	assert_string_equal(list.items[list.sequence[4]].path, "/q%22%C3%A4");
	assert_int_equal(list.times_us[0], 0);
	assert_int_equal(list.times_us[1], 1000000);
	assert_int_equal(list.times_us[2], 1333333);
	assert_int_equal(list.times_us[4], 2000000);
	request_free(&list);
	/* Below a base */
	read_traffic(&list,
				 AT("37") "\"GET /v1/a HTTP/1.1\" 200 12\n" AT(
					 "37") "\"GET /v12/a HTTP/1.1\" 200 12\n",
				 "http://localhost:1/v1", false);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].path, "/a");
	assert_null(list.times_us);
	request_free(&list);
	read_traffic(&list, AT("37") "\"GET /b HTTP/1.1\" 200 12\n",
				 "http://localhost:1/v1", false);
	assert_non_null(strstr(line_error, "below \"/v1/\""));
	request_free(&list);
	read_traffic(&list, AT("37") "\"POST /b HTTP/1.1\" 200 12\n",
				 "http://localhost:1", false);
	assert_non_null(strstr(line_error, "none that can be sent again"));
	request_free(&list);
	read_traffic(&list, "/a\n", "http://localhost:1", true);
	assert_non_null(strstr(line_error, "--replay needs an access log"));
	request_free(&list);
}

#define ENTRY(time, method, url, more)                                         \
	"{\"startedDateTime\":\"2026-01-01T10:00:" time                            \
	"\",\"request\":{\"method\":\"" method "\",\"url\":\"" url "\"" more       \
	"},\"response\":{\"status\":200}}"

static void
test_har(void **state)
{
	RequestList list;

	(void) state;
	read_traffic(
		&list,
		"\xef\xbb\xbf{\"log\":{\"version\":\"1.2\",\"entries\":[" ENTRY(
			"01.500Z",
			"GET", "http://localhost:1/a?q=\u00e4", "") "," ENTRY("00+00:00",
																  "POST",
																  "http://LOCALHOST:1/b",
																  ",\"headers\":[{\"name\":\"accept\",\"value\":\"text/csv\"},"
																  "{\"name\":\"Cookie\",\"value\":\"secret\"}],"
																  "\"postData\":{\"mimeType\":\"text/plain\",\"text\":\"x\\ny\"}") "," ENTRY("02Z",
																																			 "POST",
																																			 "http://localhost:1/f",
																																			 ",\"postData\":{\"params\":[{\"name\":\"a\",\"value\":\"1\"},"
																																			 "{\"name\":\"b\",\"value\":\"2\"}]}") "," ENTRY("03Z", "OPTIONS", "http://localhost:1/b", "") "," ENTRY("03Z", "GET", "https://cdn/x", "") "," ENTRY("03Z",
																																																																								  "GET",
																																																																								  "https://cdn/y", "") "," ENTRY("03Z", "GET", "https://cdn/z", "") "," ENTRY("03Z",
																																																																																											  "GET",
																																																																																											  "https://cdn/0",
																																																																																											  "") ",{}]}}",
		"http://localhost:1", true);
	assert_string_equal(line_error, "");
	assert_int_equal(list.sequence_count, 3);
	request_set_headers(&list, NULL, 0);
	assert_string_equal(list.items[list.sequence[0]].path, "/b");
	assert_string_equal(list.items[list.sequence[0]].body, "x\ny");
	assert_string_equal(list.items[list.sequence[0]].headers[0],
						"Accept: text/csv");
	assert_string_equal(list.items[list.sequence[0]].headers[1],
						"Content-Type: text/plain");
	assert_null(list.items[list.sequence[0]].headers[2]);
	assert_int_equal(list.times_us[1], 1500000);
	assert_string_equal(list.items[list.sequence[1]].path, "/a?q=%c3%a4");
	assert_string_equal(list.items[list.sequence[2]].body, "a=1&b=2");
	assert_string_equal(list.items[list.sequence[2]].headers[1],
						"Content-Type: application/x-www-form-urlencoded");
	request_free(&list);
	/* Recorded elsewhere: the server that was asked most. */
	read_traffic(&list,
				 "{\"log\":{\"entries\":[" ENTRY(
					 "00Z", "GET", "https://cdn/x",
					 "") "," ENTRY("00Z", "GET", "https://api/v1/a",
								   "") "," ENTRY("00Z", "GET",
												 "https://api/v1/a", "") "]}}",
				 "http://localhost:1/v1", false);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].path, "/a");
	assert_int_equal(list.sequence_count, 2);
	request_free(&list);
	read_traffic(&list, "{\"log\":{}}", "http://localhost:1", false);
	assert_non_null(strstr(line_error, "no \"log.entries\""));
	request_free(&list);
	read_traffic(&list, "{\"log\":", "http://localhost:1", false);
	assert_non_null(strstr(line_error, "but is not JSON"));
	request_free(&list);
	read_traffic(&list, "{\"log\":{\"entries\":[]}}", "http://localhost:1",
				 false);
	assert_non_null(strstr(line_error, "none that can be sent again"));
	request_free(&list);
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
		cmocka_unit_test(test_page_size),
		cmocka_unit_test(test_expected_rows),
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_har),
	};

	return cmocka_run_group_tests_name("http request", tests, NULL, NULL);
}
