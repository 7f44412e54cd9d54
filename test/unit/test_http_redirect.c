/*-------------------------------------------------------------------------
 *
 * test_http_redirect.c
 *		Unit tests of src/http/client/redirect.c: which redirects are followed.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client/redirect.h"

static void
test_statuses(void **state)
{
	static const int redirects[] = {301, 302, 303, 307, 308};
	int count = 0;

	(void) state;
	for (int status = 0; status <= 999; status++)
		count += redirect_is_one(status);
	assert_int_equal(count, sizeof(redirects) / sizeof(redirects[0]));
	for (int i = 0; i < count; i++)
		assert_true(redirect_is_one(redirects[i]));
}

static void
test_same_server(void **state)
{
	(void) state;
	assert_true(redirect_stays("http://a:81/x", "http://a:81/y/z?b=c"));
	assert_true(redirect_stays("http://a", "http://a:80/y"));
	assert_true(redirect_stays("https://a:443/", "https://A/y"));
	assert_true(redirect_stays("http://[::1]:81", "HTTP://[::1]:81/"));
}

static void
test_other_server(void **state)
{
	(void) state;
	assert_false(redirect_stays("http://a:81", "http://b:81/"));
	assert_false(redirect_stays("http://a:81", "http://a:82/"));
	assert_false(redirect_stays("http://a:81", "http://a.b:81/"));
	assert_false(redirect_stays("http://a", "https://a/"));
	assert_false(redirect_stays("https://a", "http://a/"));
	assert_false(redirect_stays("https://a:443", "http://a:443/"));
	assert_false(redirect_stays("http://a", "http://me:x@a/"));
	assert_false(redirect_stays("http://a", "ftp://a/"));
	assert_false(redirect_stays("http://a", "/relative"));
	assert_false(redirect_stays("http://a", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_same_server),
		cmocka_unit_test(test_other_server),
	};

	return cmocka_run_group_tests_name("http redirect", tests, NULL, NULL);
}
