/*-------------------------------------------------------------------------
 *
 * test_http_heads.c
 *		Unit tests of what is kept of an answer's head: headers, cookies, and how
 *		the body is packed.
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

#include "http/base/unpack.h"
#include "http/client/heads.h"
#include "http/client/jar.h"
#include "http/client/parser.h"

#define HEAD                                                                   \
	"HTTP/1.1 200 OK\r\nCONTENT-type: text/csv\r\nLink: </a>; rel=prev\r\n"    \
	"X-Content-Type: no\r\nset-cookie: a=1; Path=/\r\nlinks: no\r\n"           \
	"Content-Encoding: gzip\r\nLINK: </b>; rel=next\r\nSet-Cookie: b=2\r\n"    \
	"A-header-with-a-very-long-name: x\r\nContent-Length: 0\r\n\r\n"

/* Whatever the pieces are that a head arrives in. */
static void
test_headers(void **state)
{
	Parser parser = {0};

	(void) state;
	for (size_t piece = 1; piece < 80; piece++)
	{
		parser_start(&parser, false, true, 10);
		for (size_t at = 0; at < strlen(HEAD); at += piece)
			(void) parser_feed(&parser, &HEAD[at],
							   strlen(HEAD) - at < piece ? strlen(HEAD) - at
														 : piece);
		assert_int_equal(parser.state, PARSER_DONE);
		assert_string_equal(parser.heads.type, "text/csv");
		assert_string_equal(parser.heads.encoding, "gzip");
		assert_string_equal(parser.heads.link,
							"</a>; rel=prev, </b>; rel=next");
		assert_string_equal(parser.heads.cookies, "a=1; Path=/\nb=2");
	}
	parser_start(&parser, false, true, 10);
	assert_string_equal(parser.heads.type, "");
	assert_string_equal(parser.heads.link, "");
	assert_string_equal(parser.heads.cookies, "");
	parser_free(&parser);
}

/* What an interim answer has is not the answer's. */
static void
test_interim(void **state)
{
	static const char text[] =
		"HTTP/1.1 103 Hints\r\nLink: </x>; rel=next\r\n\r\n"
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
	Parser parser = {0};

	(void) state;
	parser_start(&parser, false, true, 10);
	assert_int_equal(parser_feed(&parser, text, strlen(text)), PARSER_DONE);
	assert_string_equal(parser.heads.link, "");
	parser_free(&parser);
}

/* The cookies for a path, at second 1000. */
static const char *
line_of(Jar *jar, const char *path)
{
	const char *line = jar_line(jar, "", path, false, 1000);

	return line != NULL ? line : "-";
}

static void
test_jar(void **state)
{
	Jar jar = {0};

	(void) state;
	assert_string_equal(line_of(&jar, "/"), "-");
	jar_add(&jar, "a=1; b=x=y;c");
	assert_string_equal(line_of(&jar, "/any?q"), "a=1; b=x=y");
	jar_take(&jar, "a=2; Path=/; HttpOnly", "", "/login", 1000);
	assert_string_equal(line_of(&jar, "/any"), "a=2; b=x=y");
	jar_take(
		&jar,
		"a=; max-age=0; path=/\nb=; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Path=/",
		"", "/login", 1000);
	assert_string_equal(line_of(&jar, "/any"), "-");
	/* By path */
	jar_take(&jar, "d=1", "/v1", "/shop/cart?x=/y/z", 1000);
	jar_take(&jar, "e=1; Path=/v1/shop", "", "/", 1000);
	assert_string_equal(jar_line(&jar, "/v1", "/shop/x", false, 1000),
						"d=1; e=1");
	assert_string_equal(jar_line(&jar, "/v1", "/shop", false, 1000),
						"d=1; e=1");
	assert_null(jar_line(&jar, "/v1", "/shopping", false, 1000));
	jar_free(&jar);
	/* By time, and by TLS */
	jar_take(&jar, "s=1; Secure; Path=/\nt=1; Max-Age=10; Path=/;;=\n=x\nnone",
			 "", "/", 1000);
	assert_string_equal(line_of(&jar, "/"), "t=1");
	assert_string_equal(jar_line(&jar, "", "/", true, 1009), "s=1; t=1");
	assert_string_equal(jar_line(&jar, "", "/", true, 1010), "s=1");
	jar_take(&jar, "s=2; Max-Age=9223372036854775807; Path=/", "", "/", 1000);
	assert_string_equal(jar_line(&jar, "", "/", true, 9999), "s=2");
	jar_take(&jar, NULL, "", "/", 1000);
	jar_take(&jar, "", "", "/", 1000);
	jar_free(&jar);
	/* No server fills the memory. */
	for (int i = 0; i < 1000; i++)
	{
		char text[32];

		(void) snprintf(text, sizeof(text), "n%d=1", i);
		jar_take(&jar, text, "", "/", 1000);
	}
	assert_in_range(jar.count, 1, 200);
	jar_free(&jar);
}

static const char gzipped[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c"
							  "\x4a\x06\x00\xc2\x41\x24\x35\x03\x00\x00\x00";
static const char brotlied[] = "\x0b\x01\x80\x61\x62\x63\x03";

static const char *
unpack(const char *encoding, const char *body, size_t size, size_t most,
	   Unpacked *into)
{
	char *copy = malloc(size + 1);
	const char *problem;

	memcpy(copy, body, size);
	problem = unpack_body(encoding, copy, size, most, into);
	free(copy);
	return problem;
}

static void
test_unpacking(void **state)
{
	Unpacked into = {0};
	char bytes[64];

	(void) state;
	assert_true(unpack_is_plain(NULL) && unpack_is_plain("") &&
				unpack_is_plain("Identity"));
	assert_false(unpack_is_plain("gzip"));
	assert_string_equal(unpack_accepted(), "gzip, br");
	for (int i = 0; i < 3; i++)
	{
		assert_null(unpack("gzip", gzipped, sizeof(gzipped) - 1, 10, &into));
		assert_int_equal(into.size, 3);
		assert_memory_equal(into.data, "abc", 3);
		assert_null(unpack("BR", brotlied, sizeof(brotlied) - 1, 10, &into));
		assert_int_equal(into.size, 3);
		assert_memory_equal(into.data, "abc", 3);
	}
	assert_string_equal(unpack("gzip", gzipped, sizeof(gzipped) - 1, 2, &into),
						"the unpacked body is too large");
	assert_string_equal(unpack("br", brotlied, sizeof(brotlied) - 1, 2, &into),
						"the unpacked body is too large");
	for (size_t size = 0; size < sizeof(gzipped) - 1; size++)
		assert_string_equal(unpack("gzip", gzipped, size, 10, &into),
							"the compressed body is cut off");
	for (size_t size = 0; size < sizeof(brotlied) - 1; size++)
		assert_string_equal(unpack("br", brotlied, size, 10, &into),
							"the compressed body is cut off");
	memcpy(bytes, gzipped, sizeof(gzipped));
	bytes[sizeof(gzipped) - 1] = 'x';
	assert_string_equal(unpack("gzip", bytes, sizeof(gzipped), 10, &into),
						"bytes follow the end of the compressed body");
	assert_string_equal(unpack("gzip", "{\"a\":1}", 7, 10, &into),
						"the body is not gzip");
	assert_string_equal(unpack("br", "\xff\xff\xff\xff", 4, 10, &into),
						"the body is not br");
	assert_non_null(unpack("zstd", "x", 1, 10, &into));
	assert_non_null(unpack("gzip,br", "x", 1, 10, &into));
	free(into.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_interim),
		cmocka_unit_test(test_jar),
		cmocka_unit_test(test_unpacking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
