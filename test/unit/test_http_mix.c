/*-------------------------------------------------------------------------
 *
 * test_http_mix.c
 *		Unit tests of src/http/requests/{mix,targets}.c: weights and targets of queries.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/requests/mix.h"
#include "http/requests/targets.h"

/* A query "a" with three requests, and "b" with one. */
static void
make(RequestList *list)
{
	memset(list, 0, sizeof(*list));
	for (int i = 0; i < 3; i++)
		request_add(list, METHOD_GET, "/a", request_group(list, "a"),
					ROWS_UNKNOWN);
	request_add(list, METHOD_GET, "/b", request_group(list, "b"), ROWS_UNKNOWN);
}

static void
assert_sequence(const Settings *settings, const int *times)
{
	RequestList list;
	RunError error;
	int found[4] = {0};

	make(&list);
	if (!mix_weigh(&list, settings, &error))
		fail_msg("refused: %s", error.message);
	mix_sequence(&list);
	for (size_t i = 0; i < list.sequence_count; i++)
	{
		assert_in_range(list.sequence[i], 0, 3);
		found[list.sequence[i]]++;
	}
	for (int i = 0; i < 4; i++)
		assert_int_equal(found[i], times[i]);
	request_free(&list);
}

static void
test_default_weights(void **state)
{
	const Settings file = {.requests_file = "f"};
	const Settings contract = {.conninfo = ""};

	(void) state;
	assert_sequence(&file, (int[]){1, 1, 1, 1});
	/* Each query as often, however many cases it has. */
	assert_sequence(&contract, (int[]){1, 1, 1, 3});
}

static void
test_given_weights(void **state)
{
	Weight weights[] = {{"b", 4}, {"a", 2}};
	Settings settings = {.conninfo = "", .weights = weights, .weight_count = 2};

	(void) state;
	assert_sequence(&settings, (int[]){1, 1, 1, 6});
	settings.weight_count = 1;
	assert_sequence(&settings, (int[]){1, 1, 1, 12});
	/* Rare, and yet there. */
	weights[0].weight = 0.25;
	assert_sequence(&settings, (int[]){2, 1, 1, 1});
}

static void
test_unknown_query(void **state)
{
	Weight weight = {"c", 1};
	const Settings settings = {.weights = &weight, .weight_count = 1};
	RequestList list;
	RunError error;

	(void) state;
	make(&list);
	assert_false(mix_weigh(&list, &settings, &error));
	assert_int_equal(error.status, EXIT_BAD_USAGE);
	assert_non_null(strstr(error.message, "query \"c\" does not exist"));
	request_free(&list);
}

/* --- targets ----------------------------------------------------------------- */

/* The contract: p95 of 100 ms for a, of 250 for b; no p99 for a. */
static Targets
settle(const Settings *settings, RequestList *list)
{
	make(list);
	if (settings->conninfo != NULL)
	{
		list->groups[0].targets = (Targets){50, 100, INFINITY, 0, 0, 0};
		list->groups[1].targets = (Targets){80, 250, 400, 0, 0, 0};
	}
	return targets_settle(settings, list);
}

#define NOT_GIVEN                                                              \
	{                                                                          \
		NAN, NAN, NAN, 0, 0, 0                                                 \
	}

static void
test_targets_of_contract(void **state)
{
	const Settings settings = {.conninfo = "", .targets = NOT_GIVEN};
	RequestList list;
	Targets total;

	(void) state;
	total = settle(&settings, &list);
	assert_true(total.avg_ms == 80);
	assert_true(total.p95_ms == 250);
	assert_true(total.p99_ms == INFINITY);
	assert_true(list.groups[0].targets.p95_ms == 100);
	assert_true(list.groups[1].targets.p95_ms == 250);
	request_free(&list);
}

static void
test_targets_given(void **state)
{
	Settings settings = {.conninfo = "", .targets = NOT_GIVEN};
	RequestList list;
	Targets total;

	(void) state;
	settings.targets.p95_ms = 70;
	total = settle(&settings, &list);
	assert_true(total.p95_ms == 70);
	assert_true(total.avg_ms == 80);
	assert_true(list.groups[1].targets.p95_ms == 250);
	request_free(&list);

	settings.per_query = true;
	total = settle(&settings, &list);
	assert_true(total.p95_ms == 70);
	assert_true(list.groups[0].targets.p95_ms == 70);
	assert_true(list.groups[1].targets.p95_ms == 70);
	assert_true(list.groups[1].targets.avg_ms == 80);
	request_free(&list);
}

static void
test_targets_without_contract(void **state)
{
	Settings settings = {.requests_file = "f", .targets = NOT_GIVEN};
	RequestList list;
	Targets total;

	(void) state;
	settings.targets.p99_ms = 10;
	settings.targets.min_rate = 3;
	settings.targets.max_errors = 4;
	total = settle(&settings, &list);
	assert_true(total.avg_ms == 200);
	assert_true(total.p95_ms == 300);
	assert_true(total.p99_ms == 10);
	assert_true(total.min_rate == 3);
	assert_int_equal(total.max_errors, 4);
	assert_true(list.groups[0].targets.p99_ms == INFINITY);
	request_free(&list);

	settings.per_query = true;
	(void) settle(&settings, &list);
	assert_true(list.groups[0].targets.p99_ms == 10);
	assert_true(list.groups[1].targets.avg_ms == 200);
	request_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_weights),
		cmocka_unit_test(test_given_weights),
		cmocka_unit_test(test_unknown_query),
		cmocka_unit_test(test_targets_of_contract),
		cmocka_unit_test(test_targets_given),
		cmocka_unit_test(test_targets_without_contract),
	};

	return cmocka_run_group_tests_name("http mix", tests, NULL, NULL);
}
