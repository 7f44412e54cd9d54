/*-------------------------------------------------------------------------
 *
 * test_http_parser.c
 *		Unit tests of src/http/client/{parser,compose}.c: the bytes of an answer
 *		and of a request.
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

#include "http/client/compose.h"
#include "http/client/parser.h"

#define MAX_BODY 64

typedef struct Awaited
{
	const char *bytes;
	ParserState state;
	int status;
	const char *body;
	bool keep_alive;
	bool at_close; /* the connection's end is the answer's end */
} Awaited;

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

static const Awaited answers[] = {
	{OK "Content-Length: 3\r\n\r\nabc", PARSER_DONE, 200, "abc", true, false},
	{OK "content-length:3\r\n\r\nabc", PARSER_DONE, 200, "abc", true, false},
	{OK "Content-Length: 0\r\n\r\n", PARSER_DONE, 200, "", true, false},
	{"HTTP/1.1 500\r\nContent-Length: 1\r\n\r\nx", PARSER_DONE, 500, "x", true,
	 false},
	/* Who closes the connection, and when. */
	{OK "Connection: close\r\nContent-Length: 1\r\n\r\nx", PARSER_DONE, 200,
	 "x", false, false},
	{"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", PARSER_DONE, 200, "x",
	 false, false},
	{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
	 PARSER_DONE, 200, "x", true, false},
	{"HTTP/1.0 200 OK\r\n\r\nabc", PARSER_DONE, 200, "abc", false, true},
	{OK "\r\nabc", PARSER_DONE, 200, "abc", false, true},
	/* Chunks, with extensions and trailers. */
	{CHUNKED "3\r\nabc\r\n0\r\n\r\n", PARSER_DONE, 200, "abc", true, false},
	{CHUNKED "1;x=y\r\na\r\n2\r\nbc\r\n0\r\nT: u\r\n\r\n", PARSER_DONE, 200,
	 "abc", true, false},
	{CHUNKED "0\r\n\r\n", PARSER_DONE, 200, "", true, false},
	{OK "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
		"1\r\na\r\n0\r\n\r\n",
	 PARSER_DONE, 200, "a", true, false},
	/* No body, whatever the headers say; interim answers. */
	{"HTTP/1.1 204 No\r\n\r\n", PARSER_DONE, 204, "", true, false},
	{"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n", PARSER_DONE, 204, "", true,
	 false},
	{"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", PARSER_DONE, 304, "", true,
	 false},
	{"HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 1\r\n\r\nx",
	 PARSER_DONE, 200, "x", true, false},
	{"HTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" OK
	 "Content-Length: 1\r\n\r\nx",
	 PARSER_DONE, 200, "x", true, false},
	{"HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
	 PARSER_BROKEN, 0, NULL, false, false},
	/* Cut off. */
	{OK, PARSER_BROKEN, 0, NULL, false, true},
	{"HTTP/1.1 100 Continue\r\n\r\n", PARSER_BROKEN, 0, NULL, false, true},
	{OK "Content-Length: 4\r\n\r\nabc", PARSER_BROKEN, 0, NULL, false, true},
	{CHUNKED "3\r\nabc\r\n", PARSER_BROKEN, 0, NULL, false, true},
	{CHUNKED "3\r\nab", PARSER_BROKEN, 0, NULL, false, true},
	/* Not HTTP. */
	{"garbage\r\n\r\n", PARSER_BROKEN, 0, NULL, false, false},
	{"\x16\x03\x01", PARSER_BROKEN, 0, NULL, false, false},
	{CHUNKED "zz\r\nabc\r\n", PARSER_BROKEN, 0, NULL, false, false},
	{OK "Content-Length: x\r\n\r\n", PARSER_BROKEN, 0, NULL, false, false},
	{OK "Content-Length: -1\r\n\r\n", PARSER_BROKEN, 0, NULL, false, false},
	{OK "Content-Length: 99999999999999999999999\r\n\r\n", PARSER_BROKEN, 0,
	 NULL, false, false},
	/* One length, of digits. */
	{OK "Content-Length: 3\r\nContent-Length: 1\r\n\r\nabc", PARSER_BROKEN, 0,
	 NULL, false, false},
	{OK "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", PARSER_BROKEN, 0,
	 NULL, false, false},
	{OK "Content-Length: 3, 3\r\n\r\nabc", PARSER_BROKEN, 0, NULL, false,
	 false},
	/* 64 bytes are right, 65 are not. */
	{OK "Content-Length: 64\r\n\r\n"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	 PARSER_DONE, 200,
	 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true,
	 false},
	{OK "\r\n0123456789abcdef0123456789abcdef"
		"0123456789abcdef0123456789abcdef0",
	 PARSER_TOO_LARGE, 0, NULL, false, false},
};

static void
assert_answer(Parser *parser, const Awaited *expected, ParserState state)
{
	if (expected->at_close)
	{
		assert_int_equal(state, PARSER_MORE);
		state = parser_end(parser);
	}
	assert_int_equal(state, expected->state);
	if (state == PARSER_BROKEN)
		assert_true(strlen(parser_problem(parser)) > 0);
	if (state != PARSER_DONE)
		return;
	assert_int_equal(parser->status, expected->status);
	assert_int_equal(parser->keep_alive, expected->keep_alive);
	assert_int_equal(parser->body_size, strlen(expected->body));
	if (parser->body_size > 0)
		assert_memory_equal(parser->body, expected->body, parser->body_size);
}

/* Each answer cut in two at every place, and cut into single bytes. */
static void
test_answers(void **state)
{
	Parser parser = {0};

	(void) state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
	{
		const Awaited *expected = &answers[i];
		size_t size = strlen(expected->bytes);
		ParserState said = PARSER_MORE;

		for (size_t cut = 0; cut <= size; cut++)
		{
			parser_start(&parser, false, false, MAX_BODY);
			(void) parser_feed(&parser, expected->bytes, cut);
			assert_answer(
				&parser, expected,
				parser_feed(&parser, expected->bytes + cut, size - cut));
		}
		parser_start(&parser, false, false, MAX_BODY);
		for (size_t k = 0; k < size; k++)
		{
			/* A copy, so that a byte read beyond it is found. */
			char *byte = malloc(1);

			assert_non_null(byte);
			*byte = expected->bytes[k];
			said = parser_feed(&parser, byte, 1);
			free(byte);
		}
		assert_answer(&parser, expected, said);
	}
	parser_free(&parser);
}

static void
test_head(void **state)
{
	Parser parser = {0};
	const char *bytes = OK "Content-Length: 99\r\n\r\n";

	(void) state;
	parser_start(&parser, true, false, MAX_BODY);
	assert_int_equal(parser_feed(&parser, bytes, strlen(bytes)), PARSER_DONE);
	assert_int_equal(parser.body_size, 0);
	assert_true(parser.keep_alive);
	bytes = CHUNKED;
	parser_start(&parser, true, false, MAX_BODY);
	assert_int_equal(parser_feed(&parser, bytes, strlen(bytes)), PARSER_DONE);
	assert_true(parser.keep_alive);
	parser_free(&parser);
}

/* What follows an answer makes it none. */
static void
test_excess(void **state)
{
	Parser parser = {0};
	const char *bytes = OK "Content-Length: 3\r\n\r\nabcdef";

	(void) state;
	parser_start(&parser, false, false, MAX_BODY);
	assert_int_equal(parser_feed(&parser, bytes, strlen(bytes)), PARSER_BROKEN);
	assert_string_equal(parser_problem(&parser), PARSER_EXCESS);
	/* It stays as it is, and forgets all when started anew. */
	assert_int_equal(parser_feed(&parser, "x", 1), PARSER_BROKEN);
	assert_int_equal(parser_end(&parser), PARSER_BROKEN);
	parser_start(&parser, false, false, MAX_BODY);
	assert_false(parser.begun);
	assert_int_equal(parser.body_size, 0);
	assert_int_equal(parser_end(&parser), PARSER_BROKEN);
	parser_free(&parser);
}

/* --- types -------------------------------------------------------------------- */

/* Wherever the bytes are cut in two. */
static void
assert_type(bool is_json, const char *headers)
{
	Parser parser = {0};
	char bytes[256];
	size_t size;

	(void) snprintf(bytes, sizeof(bytes), "%s%sContent-Length: 1\r\n\r\nx", OK,
					headers);
	size = strlen(bytes);
	for (size_t cut = 0; cut <= size; cut++)
	{
		parser_start(&parser, false, true, MAX_BODY);
		(void) parser_feed(&parser, bytes, cut);
		assert_int_equal(parser_feed(&parser, bytes + cut, size - cut),
						 PARSER_DONE);
		if (parser_is_json(&parser) != is_json)
			fail_msg("%s: cut at %zu", headers, cut);
	}
	parser_free(&parser);
}

static void
test_types(void **state)
{
	(void) state;
	assert_type(true, "Content-Type: application/json\r\n");
	assert_type(true, "A: b\r\ncontent-type:APPLICATION/JSON; charset=x\r\n");
	assert_type(true, "Content-Type: application/problem+json\r\n");
	assert_type(false, "");
	assert_type(false, "Content-Type: text/plain\r\n");
	assert_type(false, "Content-Type: application/jsonl\r\n");
	assert_type(false, "Content-Type: +json\r\n");
	assert_type(false, "X-Content-Type: application/json\r\n");
	assert_type(false, "Content-Types: application/json\r\n");
	assert_type(false, "Content-: a\r\ntype: application/json\r\n");
	assert_type(false, "Content-Type: a/b\r\nType: application/json\r\n");
	/* Longer than what is kept. */
	assert_type(false, "Content-Type: application/"
					   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
					   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx+json\r\n");
}

/* An interim answer's headers are not those of the answer. */
static void
test_type_of_interim_answer(void **state)
{
	static const char bytes[] =
		"HTTP/1.1 103 Early\r\nContent-Type: application/json\r\n\r\n" OK
		"Content-Length: 0\r\n\r\n";
	Parser parser = {0};

	(void) state;
	parser_start(&parser, false, true, MAX_BODY);
	assert_int_equal(parser_feed(&parser, bytes, strlen(bytes)), PARSER_DONE);
	assert_false(parser_is_json(&parser));
	parser_free(&parser);
}

/* --- requests ----------------------------------------------------------------- */

static const char *const bare[] = {"Accept: application/json", NULL};

static void
assert_request(const char *base_url, const Request *request,
			   const char *expected)
{
	ClientSettings settings = {.base_url = base_url};
	Composer composer;
	Bytes bytes = {0};

	assert_true(compose_init(&composer, &settings));
	/* Twice: what was there before is replaced. */
	compose_request(&composer, request, NULL, &bytes);
	compose_request(&composer, request, NULL, &bytes);
	assert_int_equal(bytes.size, strlen(expected));
	assert_memory_equal(bytes.data, expected, bytes.size);
	free(bytes.data);
	compose_free(&composer);
}

static void
test_requests(void **state)
{
	Request request = {.method = METHOD_GET, .path = "/e?x=1", .headers = bare};
	Request with_body = {.method = METHOD_PUT,
						 .path = "/e",
						 .body = "{}",
						 .body_size = 2,
						 .headers = bare};

	(void) state;
	assert_request("http://localhost:3001", &request,
				   "GET /e?x=1 HTTP/1.1\r\nHost: localhost:3001\r\n"
				   "Accept: application/json\r\n\r\n");
	assert_request("http://[::1]:8080/a/b", &request,
				   "GET /a/b/e?x=1 HTTP/1.1\r\nHost: [::1]:8080\r\n"
				   "Accept: application/json\r\n\r\n");
	assert_request("https://api.test:443", &request,
				   "GET /e?x=1 HTTP/1.1\r\nHost: api.test\r\n"
				   "Accept: application/json\r\n\r\n");
	request.method = METHOD_HEAD;
	assert_request("http://h:80", &request,
				   "HEAD /e?x=1 HTTP/1.1\r\nHost: h\r\n"
				   "Accept: application/json\r\n\r\n");
	request.method = METHOD_POST;
	assert_request("http://h", &request,
				   "POST /e?x=1 HTTP/1.1\r\nHost: h\r\n"
				   "Accept: application/json\r\nContent-Length: 0\r\n\r\n");
	assert_request("http://h", &with_body,
				   "PUT /e HTTP/1.1\r\nHost: h\r\n"
				   "Accept: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_excess),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_type_of_interim_answer),
		cmocka_unit_test(test_requests),
	};

	return cmocka_run_group_tests_name("http parser", tests, NULL, NULL);
}
