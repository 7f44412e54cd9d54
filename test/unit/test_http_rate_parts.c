/*-------------------------------------------------------------------------
 *
 * test_http_rate_parts.c
 *		Unit tests of src/http/rate/find_rate.c: what a latency is made of.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/rate/find_rate.h"

/* 10 requests of 8 ms, of which the database takes 1 and 2; then 10 of 60 ms. */
static StepQuery calm_query = {
	.requests = 10, .latency_ms = 8, .service_ms = 8};
static StepQuery slow_query = {
	.requests = 10, .latency_ms = 75, .service_ms = 60};
static WatchQuery calm_database = {.calls = 10, .plan_ms = 10, .exec_ms = 20};
static WatchQuery slow_database = {.calls = 20, .plan_ms = 10, .exec_ms = 90};

static RateStep calm = {
	.queries = &calm_query,
	.sample = {.queries = &calm_database, .count = 1, .looks = 10}};
static RateStep slow = {
	.queries = &slow_query,
	.sample = {.queries = &slow_database, .count = 1, .looks = 10}};

static bool
near(double found, double expected)
{
	return fabs(found - expected) < 1e-9;
}

/* While no session is free, what is added is a wait for one. */
static void
test_pool(void **state)
{
	FoundRate found = {.calm = &calm, .first = &slow};
	TimeParts parts;

	(void) state;
	slow.sample.busy = 0.9;
	parts = find_rate_parts(&found, &slow, 0);
	assert_true(near(parts.planning, 1));
	assert_true(near(parts.execution, 9));
	assert_true(near(parts.api, 5));
	assert_true(near(parts.connection, 45));
	assert_true(near(parts.unsent, 15));
}

/* While sessions are free, it is the API that takes longer. */
static void
test_api(void **state)
{
	FoundRate found = {.calm = &calm, .first = &slow};
	TimeParts parts;

	(void) state;
	slow.sample.busy = 0.1;
	parts = find_rate_parts(&found, &slow, 0);
	assert_true(near(parts.connection, 0));
	assert_true(near(parts.api, 50));
	parts = find_rate_parts(&found, &calm, 0);
	assert_true(near(parts.api, 5));
	assert_true(near(parts.unsent, 0));
}

/* What the database did is unknown, or there was no request. */
static void
test_unknown(void **state)
{
	FoundRate found = {.first = &slow};
	StepQuery none = {.requests = 0};
	RateStep unwatched = {.queries = &slow_query,
						  .sample = {.statements = NAN}};
	RateStep unsent = {.queries = &none};
	TimeParts parts;

	(void) state;
	parts = find_rate_parts(&found, &unwatched, 0);
	assert_true(isnan(parts.planning) && isnan(parts.execution));
	assert_true(isnan(parts.connection) && isnan(parts.api));
	assert_true(near(parts.unsent, 15));
	parts = find_rate_parts(&found, &unsent, 0);
	assert_true(isnan(parts.unsent) && isnan(parts.api));
	/* Without a run at rest there is nothing to compare with. */
	slow.sample.busy = 1;
	parts = find_rate_parts(&found, &slow, 0);
	assert_true(near(parts.connection, 0) && near(parts.api, 50));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_api),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
