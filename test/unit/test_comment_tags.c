/*
 * The tags of comments: those of sqlcommenter, of Rails, and plain ones; prose,
 * hints and damaged text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/comment_tags.h"

static void
expect_as(const char *comment, bool utf8, int n, const char *json)
{
	char *written = malloc(COMMENT_TAGS_ROOM(strlen(comment)));

	assert_int_equal(comment_tags_write(comment, utf8, written), n);
	assert_string_equal(written, json);
	free(written);
}

static void
expect(const char *comment, int n, const char *json)
{
	expect_as(comment, true, n, json);
}

static void
sqlcommenter(void **state)
{
	(void) state;
	expect("/*controller='index',framework='django%3A2.2.1',"
		   "route='%5Epolls/%24'*/",
		   3,
		   "{\"controller\": \"index\", \"framework\": \"django:2.2.1\", "
		   "\"route\": \"^polls/$\"}");
	expect("/*name='DROP%20TABLE%20FOO',q='it\\'s'*/", 2,
		   "{\"name\": \"DROP TABLE FOO\", \"q\": \"it's\"}");
	expect("/*key%20one='1'*/", 1, "{\"key one\": \"1\"}");
	expect("/* a='1' , b='2,3' */", 2, "{\"a\": \"1\", \"b\": \"2,3\"}");
}

static void
traces(void **state)
{
	(void) state;
	expect("/*traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716a-"
		   "c532cb4098ac3dd2-01'*/",
		   2,
		   "{\"traceparent\": \"00-5bd66ef5095369c7b0d1f8f4bd33716a-"
		   "c532cb4098ac3dd2-01\", "
		   "\"trace_id\": \"5bd66ef5095369c7b0d1f8f4bd33716a\"}");
	expect("/*traceparent='00-short-01'*/", 1,
		   "{\"traceparent\": \"00-short-01\"}");
	expect("/*traceparent='00-5bd66ef5095369c7b0d1f8f4bd33716z-"
		   "c532cb4098ac3dd2-01'*/",
		   1,
		   "{\"traceparent\": \"00-5bd66ef5095369c7b0d1f8f4bd33716z-"
		   "c532cb4098ac3dd2-01\"}");
}

static void
other_ways(void **state)
{
	(void) state;
	expect("/*application:Shop,controller:carts,action:show*/", 3,
		   "{\"application\": \"Shop\", \"controller\": \"carts\", "
		   "\"action\": \"show\"}");
	expect("/*line:/app/a b.rb:12:in show,job:Mail*/", 2,
		   "{\"line\": \"/app/a b.rb:12:in show\", \"job\": \"Mail\"}");
	expect("-- name: feed_entries", 1, "{\"name\": \"feed_entries\"}");
	expect("/* request_id=af-12 route=/feed/:id/entries */", 2,
		   "{\"request_id\": \"af-12\", \"route\": \"/feed/:id/entries\"}");
	expect("/* a = \"x y\"; b = 2 */", 2, "{\"a\": \"x y\", \"b\": \"2\"}");
	expect("/* a=1 */\n-- b=2\r\n/* c=3 */", 3,
		   "{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}");
	expect("/* a=1 /* b=2 */ */", 2, "{\"a\": \"1 /*\", \"b\": \"2 */\"}");
}

static void
no_tags(void **state)
{
	(void) state;
	expect("", 0, "{}");
	expect("/**/", 0, "{}");
	expect("/", 0, "{}");
	expect("/*", 0, "{}");
	expect("--", 0, "{}");
	expect("/* the users of a page */", 0, "{}");
	expect("/* see https://example.com/a */", 0, "{}");
	expect("/* x::text, a == b */", 0, "{}");
	expect("/*+ IndexScan(t) Set(enable_seqscan=off) */", 0, "{}");
	expect("/* key=, ='x', = */", 0, "{}");
}

static void
damaged(void **state)
{
	(void) state;
	expect("/* a='1", 1, "{\"a\": \"'1\"}");
	expect("/* a='\\", 1, "{\"a\": \"'\\\\\"}");
	expect("/* a='%' b='%4' c='%zz' d='%00' */", 4,
		   "{\"a\": \"%\", \"b\": \"%4\", \"c\": \"%zz\", \"d\": \"%00\"}");
	expect("/* a='\"\t\x01' */", 1, "{\"a\": \"\\\"\\u0009\\u0001\"}");
	expect("/* a='%22%5C%0a' */", 1, "{\"a\": \"\\\"\\\\\\u000a\"}");
}

static void
characters(void **state)
{
	(void) state;
	expect("/* a='%C3%A9' */", 1, "{\"a\": \"\xC3\xA9\"}");
	expect("/* a='%f0%9f%98%80' */", 1, "{\"a\": \"\xF0\x9F\x98\x80\"}");
	expect_as("/* a='%C3%A9%41' */", false, 1, "{\"a\": \"%C3%A9A\"}");
	/* half of a character, one of a pair, and what is written too long */
	expect("/* a='%C3' */", 1, "{\"a\": \"%C3\"}");
	expect("/* a='%C3%41' */", 1, "{\"a\": \"%C3A\"}");
	expect("/* a='%ED%A0%80' */", 1, "{\"a\": \"%ED%A0%80\"}");
	expect("/* a='%C0%80' */", 1, "{\"a\": \"%C0%80\"}");
	expect("/* a='%F5%80%80%80' */", 1, "{\"a\": \"%F5%80%80%80\"}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sqlcommenter), cmocka_unit_test(traces),
		cmocka_unit_test(other_ways),   cmocka_unit_test(no_tags),
		cmocka_unit_test(damaged),      cmocka_unit_test(characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
