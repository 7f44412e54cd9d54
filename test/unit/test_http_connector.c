/*-------------------------------------------------------------------------
 *
 * test_http_connector.c
 *		Unit tests of src/http/client/connector.c: connections that are refused,
 *		given up, begun again. Those that are made have test/t/034.
 *
 *-------------------------------------------------------------------------
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/client/connector.h"

/* How long something may take that takes no time, in ms. */
#define PATIENCE_MS 30000

/* Port 1, on which nothing listens. */
static Connector *
start(const char *scheme, int slots)
{
	static char url[64];
	const ClientSettings settings = {.base_url = url,
									 .slots = slots,
									 .timeout_us = 1000000,
									 .connect_timeout_us = 1000000};
	Connector *connector;

	(void) snprintf(url, sizeof(url), "%s://127.0.0.1:1", scheme);
	connector = connector_create(&settings);
	assert_non_null(connector);
	return connector;
}

static bool
is_readable(const Connector *connector, int timeout_ms)
{
	struct pollfd file = {.fd = connector_file(connector), .events = POLLIN};

	return poll(&file, 1, timeout_ms) == 1;
}

/* Until there is a result. */
static void
await(Connector *connector)
{
	for (int i = 0; i < 10 && connector_due_us(connector) > 0; i++)
	{
		(void) is_readable(connector, PATIENCE_MS / 10);
		connector_run(connector);
	}
}

static void
assert_refused(Connector *connector, int slot)
{
	const char *problem = NULL;
	int found = -1;

	await(connector);
	assert_true(connector_next(connector, &found, &problem));
	assert_int_equal(found, slot);
	assert_non_null(problem);
	assert_true(problem[0] != '\0');
}

static void
assert_nothing(Connector *connector)
{
	const char *problem;
	int slot;

	assert_false(connector_next(connector, &slot, &problem));
	assert_true(connector_works(connector));
}

static void
refused_and_again(const char *scheme)
{
	Connector *connector = start(scheme, 2);

	assert_nothing(connector);
	connector_start(connector, 1);
	assert_refused(connector, 1);
	assert_nothing(connector);
	connector_start(connector, 1);
	assert_refused(connector, 1);
	connector_start(connector, 0);
	assert_refused(connector, 0);
	assert_nothing(connector);
	connector_destroy(connector);
}

static void
test_refused(void **state)
{
	(void) state;
	refused_and_again("http");
	refused_and_again("https");
}

/* A result that nobody wants any more does not call for ever. */
static void
test_given_up(void **state)
{
	Connector *connector = start("https", 1);

	(void) state;
	connector_start(connector, 0);
	assert_true(is_readable(connector, PATIENCE_MS));
	connector_close(connector, 0);
	connector_run(connector);
	assert_nothing(connector);
	assert_false(is_readable(connector, 0));
	/* What is begun again has a result of its own. */
	connector_start(connector, 0);
	connector_close(connector, 0);
	connector_start(connector, 0);
	assert_refused(connector, 0);
	assert_nothing(connector);
	connector_destroy(connector);
}

/* In the middle of everything. */
static void
test_destroyed(void **state)
{
	(void) state;
	for (int i = 0; i < 20; i++)
	{
		Connector *connector = start("https", 20);

		for (int slot = 0; slot < 20; slot++)
			connector_start(connector, slot);
		for (int slot = 0; slot < i; slot++)
			connector_close(connector, slot);
		connector_destroy(connector);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_destroyed),
	};

	return cmocka_run_group_tests_name("http connector", tests, NULL, NULL);
}
