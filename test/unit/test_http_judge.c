/*-------------------------------------------------------------------------
 *
 * test_http_judge.c
 *		Unit tests of src/http/result/ and report/.
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

#include "http/report/report.h"

#define SECOND 1000000

static const Targets usual = {.avg_ms = 200, .p95_ms = 300, .p99_ms = 500};

static const Finding right = {.class = ERROR_NONE};
static const Finding empty = {.class = ERROR_EMPTY, .text = "no events"};
static const Finding status_500 = {ERROR_STATUS, 500, "500: boom"};
static const Finding status_404 = {ERROR_STATUS, 404, "404"};
static const Finding late = {.class = ERROR_TIMEOUT, .text = "too late"};
static const Finding large = {.class = ERROR_TOO_LARGE, .text = "large"};
static const Finding broken = {.class = ERROR_INVALID, .text = "half"};

/* A finished run of two queries, with the samples that a test adds. */
typedef struct Made
{
	Settings settings;
	RequestList requests;
	Result result;
	Verdict verdict;
	Run run;
} Made;

static void
start(Made *made, const Targets *targets)
{
	memset(made, 0, sizeof(*made));
	made->settings = (Settings){.url = "http://localhost:3001",
								.connections = 4,
								.duration_us = 2 * SECOND,
								.targets = *targets};
	request_add(&made->requests, METHOD_GET, "/a?x=1",
				request_group(&made->requests, "a"), 1);
	request_add(&made->requests, METHOD_GET, "/b",
				request_group(&made->requests, "b"), 1);
	result_init(&made->result, made->requests.group_count);
	made->run = (Run){.settings = &made->settings,
					  .requests = &made->requests,
					  .result = &made->result,
					  .verdict = &made->verdict,
					  .targets = *targets};
}

static void
add(Made *made, size_t request, int64_t latency_us, const Finding *finding,
	int times)
{
	const Timing timing = {
		.latency_us = latency_us, .service_us = latency_us, .in_time = true};

	for (int i = 0; i < times; i++)
		result_add(&made->result, &made->requests.items[request], &timing,
				   finding);
}

static void
finish(Made *made)
{
	result_finish(&made->result, 2 * SECOND);
	judge_run(&made->verdict, &made->requests, &made->result,
			  &made->settings.targets);
}

static void
done(Made *made)
{
	judge_free(&made->verdict);
	result_free(&made->result);
	request_free(&made->requests);
}

static void
assert_reasons(const Made *made, size_t count, const char *const *reasons)
{
	size_t found = 0;

	for (size_t i = 0; i < made->verdict.reason_count; i++)
	{
		const Reason *reason = &made->verdict.reasons[i];
		char *text = judge_reason(&made->requests, reason);

		if (!reason->implied)
		{
			if (found >= count || strcmp(text, reasons[found]) != 0)
				fail_msg("reason %zu is \"%s\"", found, text);
			found++;
		}
		free(text);
	}
	assert_int_equal(found, count);
	assert_int_equal(made->verdict.ok, count == 0);
}

/* What only the database knew to be wrong is as wrong as the rest. */
static void
test_taken_back(void **state)
{
	static const Finding wrong = {.class = ERROR_COUNT, .text = "too few"};
	static const char *const reasons[] = {"4 of 12 requests failed",
										  "b: every request failed (3)"};
	Made made;
	const Summary *total = &made.result.total.summary;

	(void) state;
	start(&made, &usual);
	add(&made, 0, 1000, &right, 8);
	add(&made, 0, 1000, &empty, 1);
	add(&made, 1, 1000, &right, 3);
	result_take_back(&made.result, &made.requests.items[1], &wrong, 3);
	finish(&made);
	assert_int_equal(total->requests, 12);
	assert_int_equal(total->errors, 4);
	assert_int_equal(total->by_class[ERROR_COUNT], 3);
	assert_true(total->rps == 4);
	assert_int_equal(made.result.groups[1].summary.errors, 3);
	assert_int_equal(made.result.failures[0].count, 3);
	assert_string_equal(made.result.failures[0].text, "too few");
	assert_string_equal(made.result.failures[0].request.path, "/b");
	assert_reasons(&made, 2, reasons);
	done(&made);
}

static void
test_summaries(void **state)
{
	Made made;
	const Summary *total = &made.result.total.summary;
	const Timing late_end = {.latency_us = 500, .service_us = 300};

	(void) state;
	start(&made, &usual);
	for (int i = 1; i <= 100; i++)
		add(&made, (size_t) i % 2, i * 1000, &right, 1);
	result_add(&made.result, &made.requests.items[0], &late_end, &right);
	add(&made, 0, 400, &empty, 1);
	finish(&made);
	assert_int_equal(total->requests, 102);
	assert_int_equal(total->errors, 1);
	assert_int_equal(total->by_class[ERROR_EMPTY], 1);
	/* Right answers that came in time only: 100 in 2 s. */
	assert_true(total->rps == 50);
	/* Sorted: 400, 500, 1000, 2000, ...; failures are among them. */
	assert_int_equal(total->latency.p50_us, 49000);
	assert_int_equal(total->latency.p90_us, 90000);
	assert_int_equal(total->latency.p95_us, 95000);
	assert_int_equal(total->latency.p99_us, 99000);
	assert_int_equal(total->latency.p99_9_us, 100000);
	assert_int_equal(total->latency.max_us, 100000);
	assert_true(fabs(total->latency.mean_us - 5050900.0 / 102) < 0.001);
	assert_int_equal(made.result.groups[0].summary.requests, 52);
	assert_int_equal(made.result.groups[1].summary.requests, 50);
	assert_int_equal(made.result.groups[1].summary.latency.max_us, 99000);
	assert_true(made.result.groups[1].summary.rps == 25);
	assert_int_equal(made.result.total.latency.min, 400);
	assert_int_equal(made.result.total.service.min, 300);
	done(&made);
}

static void
test_failures(void **state)
{
	Made made;

	(void) state;
	start(&made, &usual);
	add(&made, 0, 1, &status_404, 2);
	add(&made, 1, 1, &status_500, 5);
	add(&made, 0, 1, &status_500, 1);
	add(&made, 0, 1, &empty, 3);
	add(&made, 0, 1, &right, 9);
	finish(&made);
	assert_int_equal(made.result.failure_count, 3);
	/* The most frequent first; the first example of each. */
	assert_int_equal(made.result.failures[0].status, 500);
	assert_int_equal(made.result.failures[0].count, 6);
	assert_string_equal(made.result.failures[0].request.path, "/b");
	assert_string_equal(made.result.failures[0].text, "500: boom");
	assert_int_equal(made.result.failures[1].class, ERROR_EMPTY);
	assert_int_equal(made.result.failures[2].status, 404);
	assert_int_equal(made.result.total.summary.by_class[ERROR_STATUS], 8);
	done(&made);
}

static void
test_targets_met(void **state)
{
	Made made;

	(void) state;
	start(&made, &usual);
	/* All at their limits, which are within. */
	add(&made, 0, 200000, &right, 10);
	add(&made, 1, 200000, &right, 10);
	finish(&made);
	assert_reasons(&made, 0, NULL);
	assert_true(made.verdict.group_ok[0] && made.verdict.group_ok[1]);
	done(&made);
}

static void
test_each_target_missed(void **state)
{
	static const char *const reasons[] = {
		"mean 412 ms is over 200 ms", "p95 412 ms is over 300 ms",
		"p99 501 ms is over 500 ms", "50.0 right answers/s are under 1000/s"};
	Targets targets = usual;
	Made made;

	(void) state;
	targets.min_rate = 1000;
	start(&made, &targets);
	add(&made, 0, 412000, &right, 49);
	add(&made, 1, 412000, &right, 49);
	add(&made, 1, 501000, &right, 2);
	finish(&made);
	made.result.total.summary.latency.mean_us = 412000;
	judge_free(&made.verdict);
	judge_run(&made.verdict, &made.requests, &made.result, &targets);
	assert_reasons(&made, 4, reasons);
	/* The queries have no targets of their own here. */
	assert_true(made.verdict.group_ok[0] && made.verdict.group_ok[1]);
	done(&made);
}

static void
test_a_hair_above(void **state)
{
	static const char *const reasons[] = {"mean 200.001 ms is over 200 ms"};
	Made made;

	(void) state;
	start(&made, &usual);
	add(&made, 0, 200001, &right, 1);
	add(&made, 1, 200001, &right, 1);
	finish(&made);
	assert_reasons(&made, 1, reasons);
	done(&made);
}

static void
test_target_of_a_query(void **state)
{
	static const char *const reasons[] = {"b: p95 20.0 ms is over 15 ms"};
	Made made;

	(void) state;
	start(&made, &usual);
	made.requests.groups[1].targets.p95_ms = 15;
	add(&made, 0, 20000, &right, 10);
	add(&made, 1, 20000, &right, 10);
	finish(&made);
	assert_reasons(&made, 1, reasons);
	assert_true(made.verdict.group_ok[0]);
	assert_false(made.verdict.group_ok[1]);
	done(&made);
}

static void
test_errors(void **state)
{
	static const char *const reasons[] = {"3 of 23 requests failed"};
	Targets targets = usual;
	Made made;

	(void) state;
	for (int max_errors = 2; max_errors <= 3; max_errors++)
	{
		targets.max_errors = max_errors;
		start(&made, &targets);
		add(&made, 0, 1000, &right, 10);
		add(&made, 1, 1000, &right, 10);
		add(&made, 0, 1000, &status_500, 1);
		add(&made, 0, 1000, &empty, 1);
		add(&made, 0, 1000, &late, 1);
		finish(&made);
		assert_reasons(&made, max_errors == 2, reasons);
		assert_int_equal(made.verdict.group_ok[0], max_errors == 3);
		assert_true(made.verdict.group_ok[1]);
		done(&made);
	}
}

/* Whatever --max-errors says. */
static void
test_nothing_measured(void **state)
{
	static const char *const none[] = {"no request was sent in this time"};
	static const char *const all[] = {"every request failed (4)"};
	static const char *const one[] = {"b: every request failed (2)"};
	static const char *const unsent[] = {"b: no request was sent in this time"};
	Targets targets = usual;
	Made made;

	(void) state;
	targets.max_errors = 1000000;
	start(&made, &targets);
	finish(&made);
	assert_reasons(&made, 1, none);
	assert_false(made.verdict.group_ok[0]);
	done(&made);

	start(&made, &targets);
	add(&made, 0, 1, &status_500, 2);
	add(&made, 1, 1, &status_500, 2);
	finish(&made);
	assert_reasons(&made, 1, all);
	assert_false(made.verdict.group_ok[0]);
	done(&made);

	start(&made, &targets);
	add(&made, 0, 1, &right, 2);
	add(&made, 1, 1, &status_500, 2);
	finish(&made);
	assert_reasons(&made, 1, one);
	done(&made);

	start(&made, &targets);
	add(&made, 0, 1, &right, 2);
	finish(&made);
	assert_reasons(&made, 1, unsent);
	done(&made);
}

static char *
text_report(const Made *made)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	report_text(out, &made->run);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
assert_says(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("the report does not say \"%s\":\n%s", part, text);
}

static void
test_text_report(void **state)
{
	Made made;
	char *text;

	(void) state;
	start(&made, &usual);
	add(&made, 0, 8210, &right, 1000);
	add(&made, 1, 90000, &right, 1000);
	finish(&made);
	text = text_report(&made);
	assert_int_equal(strncmp(text, "ok: 2,000 requests, mean 49.1 ms, ", 34),
					 0);
	assert_says(text, "closed loop, 2.0 s\n");
	assert_says(text, "\na         1,000   500.0   8.21   8.21   8.21   8.21"
					  "   8.21      0  ok\n");
	assert_says(text, "<=     10 ms  ########################################"
					  "  50.0 %  1,000\n");
	assert_says(text, "<=    100 ms  ########################################"
					  "  50.0 %  1,000\n");
	assert_null(strstr(text, "errors, each"));
	free(text);
	done(&made);
}

static void
test_text_report_of_failure(void **state)
{
	Made made;
	char *text;

	(void) state;
	start(&made, &usual);
	made.requests.items[0].path[1] = '\'';
	add(&made, 0, 1000, &status_500, 3);
	add(&made, 1, 1000, &right, 3);
	finish(&made);
	made.result.interrupted = true;
	made.settings.duration_us = 30 * SECOND;
	text = text_report(&made);
	assert_int_equal(strncmp(text, "not ok: 3 of 6 requests failed\n", 31), 0);
	assert_says(text, "\n   and: a: every request failed (3)\n");
	assert_says(text, "2.0 s of 30.0 s: interrupted\n");
	assert_says(text, "3  status 500\n");
	assert_says(text, "GET /'?x=1 -> 500: boom\n");
	assert_says(text, "curl -i 'http://localhost:3001/%27?x=1'\n");
	assert_says(text, "fewer than 100 requests");
	assert_says(text, "coordinated omission");
	free(text);
	done(&made);
}

/* Nothing to divide by, nothing to draw. */
static void
test_text_report_of_nothing(void **state)
{
	Made made;
	char *text;

	(void) state;
	start(&made, &usual);
	finish(&made);
	text = text_report(&made);
	assert_int_equal(strncmp(text, "not ok: no request was sent", 27), 0);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "distribution"));
	free(text);
	done(&made);
}

static double
number(const json_t *object, const char *member, const char *inner)
{
	const json_t *value = json_object_get(object, member);

	if (inner != NULL)
		value = json_object_get(value, inner);
	if (!json_is_number(value))
		fail_msg("no number %s.%s", member, inner != NULL ? inner : "");
	return json_number_value(value);
}

static void
test_json(void **state)
{
	Made made;
	json_t *json;
	const json_t *query;

	(void) state;
	start(&made, &usual);
	made.requests.groups[1].targets.p95_ms = 15;
	add(&made, 0, 1234, &right, 10);
	add(&made, 1, 20000, &right, 10);
	add(&made, 1, 20000, &large, 1);
	add(&made, 1, 20000, &broken, 2);
	add(&made, 1, 20000, &late, 1);
	finish(&made);
	json = report_json(&made.run);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "url")),
						"http://localhost:3001");
	assert_true(number(json, "connections", NULL) == 4);
	assert_true(number(json, "duration_s", NULL) == 2);
	assert_true(json_is_null(json_object_get(json, "rate")));
	assert_true(number(json, "requests", NULL) == 24);
	assert_true(number(json, "rps", NULL) == 10);
	assert_int_equal(json_object_size(json_object_get(json, "errors")), 9);
	assert_true(number(json, "errors", "connect") == 0);
	assert_true(number(json, "errors", "timeout") == 1);
	assert_true(number(json, "errors", "status") == 0);
	/* Bodies that are too large are among them. */
	assert_true(number(json, "errors", "invalid") == 3);
	assert_true(number(json, "errors", "empty") == 0);
	assert_true(number(json, "errors", "count") == 0);
	assert_int_equal(json_object_size(json_object_get(json, "latency_ms")), 7);
	assert_true(number(json, "latency_ms", "max") == 20);
	assert_true(json_equal(json_object_get(json, "latency_ms"),
						   json_object_get(json, "service_ms")));
	assert_true(number(json, "targets", "p99_ms") == 500);
	assert_true(json_is_null(
		json_object_get(json_object_get(json, "targets"), "min_rate")));
	assert_true(json_is_false(json_object_get(json, "ok")));

	query = json_array_get(json_object_get(json, "queries"), 0);
	assert_string_equal(json_string_value(json_object_get(query, "name")), "a");
	assert_true(number(query, "latency_ms", "p50") == 1.234);
	assert_true(json_is_true(json_object_get(query, "ok")));
	assert_true(json_is_null(
		json_object_get(json_object_get(query, "targets"), "avg_ms")));
	query = json_array_get(json_object_get(json, "queries"), 1);
	assert_true(number(query, "targets", "p95_ms") == 15);
	assert_true(number(query, "errors", "invalid") == 3);
	assert_true(json_is_false(json_object_get(query, "ok")));
	json_decref(json);
	done(&made);
}

static void
test_json_of_nothing(void **state)
{
	Made made;
	json_t *json;

	(void) state;
	start(&made, &usual);
	finish(&made);
	json = report_json(&made.run);
	assert_non_null(json);
	assert_true(json_is_null(
		json_object_get(json_object_get(json, "latency_ms"), "p99")));
	assert_true(json_is_false(json_object_get(json, "ok")));
	json_decref(json);
	done(&made);
}

/* A database without an encoding may name a query in Latin-1. */
static void
test_json_of_other_encoding(void **state)
{
	Made made;
	json_t *json;

	(void) state;
	start(&made, &usual);
	made.requests.groups[0].name[0] = '\xe5';
	add(&made, 0, 1000, &right, 1);
	finish(&made);
	json = report_json(&made.run);
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(json, "queries"), 0), "name")),
		"?");
	json_decref(json);
	done(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_back),
		cmocka_unit_test(test_summaries),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_targets_met),
		cmocka_unit_test(test_each_target_missed),
		cmocka_unit_test(test_a_hair_above),
		cmocka_unit_test(test_target_of_a_query),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nothing_measured),
		cmocka_unit_test(test_text_report),
		cmocka_unit_test(test_text_report_of_failure),
		cmocka_unit_test(test_text_report_of_nothing),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_of_nothing),
		cmocka_unit_test(test_json_of_other_encoding),
	};

	return cmocka_run_group_tests_name("http judge", tests, NULL, NULL);
}
