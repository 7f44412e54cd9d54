/* Tests of the options for the way to a server, and of expectations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "options_fixture.h"

static void
test_wire(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--requests - " URL, &settings);
	assert_int_equal(settings.targets.max_resent, RESENT_BY_SHARE);
	assert_int_equal(settings.setup_us, 30000000);
	assert_string_equal(settings.wire_url, URL);
	assert_null(settings.connect_to);
	assert_false(settings.close_each);
	assert_int_equal(settings.trace_run, 0);
	options_free(&settings);
	/* The name goes into the URL, and the address the other way. */
	parse_good("--requests - --host api.test https://10.0.0.5:8443/v1",
			   &settings);
	assert_string_equal(settings.url, "https://10.0.0.5:8443/v1");
	assert_string_equal(settings.wire_url, "https://api.test/v1");
	assert_string_equal(settings.connect_to, "::10.0.0.5:8443");
	options_free(&settings);
	parse_good("--requests - --host api.test:81 http://[::1]", &settings);
	assert_string_equal(settings.wire_url, "http://api.test:81");
	assert_string_equal(settings.connect_to, "::[::1]:80");
	options_free(&settings);
	parse_good("--requests - --connect-to [::1]:82 " URL, &settings);
	assert_string_equal(settings.connect_to, "::[::1]:82");
	options_free(&settings);
	parse_good("--requests - --connect-to other --host api.test " URL,
			   &settings);
	assert_string_equal(settings.connect_to, "::other:");
	assert_string_equal(settings.wire_url, "http://api.test");
	options_free(&settings);
	parse_good("--requests - --connect-to a:1:[::1]:2 " URL, &settings);
	assert_string_equal(settings.connect_to, "a:1:[::1]:2");
	options_free(&settings);
	/* Once is enough. */
	parse_good("--requests - --no-keepalive --no-keepalive --trace"
			   " --max-resent 7 --setup-timeout 5s " URL,
			   &settings);
	assert_true(settings.close_each);
	assert_int_equal(settings.header_count, 1);
	assert_string_equal(settings.headers[0], "Connection: close");
	assert_int_not_equal(settings.trace_run, 0);
	assert_int_equal(settings.targets.max_resent, 7);
	assert_int_equal(settings.setup_us, 5000000);
	options_free(&settings);
	parse_good("--requests - --expect-json $.a absent --expect-json $.b=1"
			   " --expect-status 2xx,404 " URL,
			   &settings);
	assert_int_equal(settings.expect.json_count, 2);
	assert_int_equal(settings.expect.status_count, 2);
	assert_string_equal(settings.url, URL);
	options_free(&settings);
	assert_refused("--requests - --host a/b " URL, "invalid --host");
	assert_refused("--requests - --host a@b " URL, "invalid --host");
	assert_refused("--requests - --host _ " URL, "invalid --host");
	assert_refused("--requests - --connect-to a:b " URL, "--connect-to");
	assert_refused("--requests - --connect-to a:1:b " URL, "--connect-to");
	assert_refused("--requests - --connect-to _ " URL, "--connect-to");
	assert_refused("--requests - --max-resent -1 " URL, "--max-resent");
	assert_refused("--requests - --setup-timeout 0 " URL, "--setup-timeout");
	assert_refused("--requests - --expect-json $.a " URL, "--expect-json");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
