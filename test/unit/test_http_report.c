/*-------------------------------------------------------------------------
 *
 * test_http_report.c
 *		Unit tests of the reports for machines: nothing that a name or a server
 *		holds gets out of its place. That other programs can read them is for
 *		test/t/033_http_reports.pl.
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

#define SECOND INT64_C(1000000)

/* What means something to TAP, YAML, XML, GitHub, Markdown or a terminal. */
#define NASTY "<a href=\"x\">&amp;'#|`*%0A::]]>\\\x1b[31m\xff\xef\xbf\xbf\n.."

static const Finding right = {.class = ERROR_NONE};
static const Finding status_500 = {.class = ERROR_STATUS, 500, NASTY};

typedef struct Made
{
	Settings settings;
	RequestList requests;
	Result result;
	Verdict verdict;
	Run run;
} Made;

static void
start(Made *made, const char *name)
{
	const Targets targets = {200, 300, 500, 0, 0, 0};

	memset(made, 0, sizeof(*made));
	made->settings = (Settings){.url = "http://localhost:3001",
								.connections = 4,
								.duration_us = 2 * SECOND};
	request_add(&made->requests, METHOD_GET, "/a?x=1&y=%25",
				request_group(&made->requests, name), 1);
	request_add(&made->requests, METHOD_GET, "/b",
				request_group(&made->requests, "b"), 1);
	result_init(&made->result, made->requests.group_count);
	made->run = (Run){.settings = &made->settings,
					  .requests = &made->requests,
					  .result = &made->result,
					  .verdict = &made->verdict,
					  .targets = targets};
}

static void
add(Made *made, size_t request, const Timing *timing, const Finding *finding)
{
	result_add(&made->result, &made->requests.items[request], timing, finding);
}

static void
finish(Made *made)
{
	result_finish(&made->result, 2 * SECOND);
	judge_run(&made->verdict, &made->requests, &made->result,
			  &made->run.targets);
}

static void
done(Made *made)
{
	judge_free(&made->verdict);
	result_free(&made->result);
	request_free(&made->requests);
}

static char *
write_report(void (*writer)(FILE *, const Run *), const Made *made)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	writer(out, &made->run);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The whole report of a run with one wrong answer to a query of this name. */
static char *
failed_report(void (*writer)(FILE *, const Run *), const char *name)
{
	const Timing timing = {
		.latency_us = 5000, .service_us = 4000, .in_time = 1};
	Made made;
	char *text;

	start(&made, name);
	add(&made, 0, &timing, &right);
	add(&made, 0, &timing, &status_500);
	add(&made, 1, &timing, &right);
	finish(&made);
	text = write_report(writer, &made);
	done(&made);
	return text;
}

static void
assert_report(void (*writer)(FILE *, const Run *), const char *name,
			  const char *expected)
{
	char *text = failed_report(writer, name);

	if (strcmp(text, expected) != 0)
		fail_msg("expected:\n%s\nfound:\n%s", expected, text);
	free(text);
}

static void
test_tap(void **state)
{
	(void) state;
	assert_report(
		report_tap, "a # TODO \\ b\nok 7",
		"TAP version 13\n"
		"1..3\n"
		"not ok 1 - a \\# TODO \\\\ b ok 7: 2 requests, mean 5.00 ms, p95 5.00 "
		"ms, p99 5.00 ms, 1 failed\n"
		"  ---\n"
		"  reasons:\n"
		"    - '1 of 2 requests failed'\n"
		"  failures:\n"
		"    - class: status\n"
		"      request: '/a?x=1&y=%25'\n"
		"      answer: '<a href=\"x\">&amp;''#|`*%0A::]]>\\ [31m?? ..'\n"
		"  ...\n"
		"ok 2 - b: 1 requests, mean 5.00 ms, p95 5.00 ms, p99 5.00 ms\n"
		"not ok 3 - all requests: 3 requests, mean 5.00 ms, p95 5.00 ms, p99 "
		"5.00 ms, 1 failed\n"
		"  ---\n"
		"  reasons:\n"
		"    - '1 of 3 requests failed'\n"
		"  failures:\n"
		"    - class: status\n"
		"      request: '/a?x=1&y=%25'\n"
		"      answer: '<a href=\"x\">&amp;''#|`*%0A::]]>\\ [31m?? ..'\n"
		"  ...\n");
}

static void
test_junit(void **state)
{
	static const char answer[] =
		"status: GET /a?x=1&amp;y=%25 -&gt; &lt;a href=&quot;x&quot;&gt;&amp;amp;'"
		"#|`*%0A::]]&gt;\\ [31m?? ..\n";
	char expected[2048];

	(void) state;
	snprintf(
		expected, sizeof(expected),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"3\" failures=\"2\" errors=\"0\" time=\"2.000\">\n"
		"  <testsuite name=\"perfcheck-http http://localhost:3001\" "
		"skipped=\"0\" tests=\"3\" failures=\"2\" errors=\"0\" "
		"time=\"2.000\">\n"
		"    <testcase classname=\"perfcheck-http\" name=\"&lt;&amp;&quot;&gt;\" "
		"time=\"0.005000\">\n"
		"      <failure type=\"perfcheck\" message=\"1 of 2 requests "
		"failed\">\n1 of 2 requests failed\n%s</failure>\n"
		"    </testcase>\n"
		"    <testcase classname=\"perfcheck-http\" name=\"b\" "
		"time=\"0.005000\"/>\n"
		"    <testcase classname=\"perfcheck-http\" name=\"all requests\" "
		"time=\"0.005000\">\n"
		"      <failure type=\"perfcheck\" message=\"1 of 3 requests "
		"failed\">\n1 of 3 requests failed\n%s</failure>\n"
		"    </testcase>\n"
		"  </testsuite>\n"
		"</testsuites>\n",
		answer, answer);
	assert_report(report_junit, "<&\">", expected);
}

static void
test_github(void **state)
{
	(void) state;
	assert_report(
		report_github, "a",
		"::error title=perfcheck-http::1 of 3 requests failed\n"
		"::error title=perfcheck-http status::GET /a?x=1&y=%2525 -> <a "
		"href=\"x\">&amp;'#|`*%250A::]]>\\ [31m?? ..\n");
}

static void
test_markdown(void **state)
{
	char *text = failed_report(report_markdown, "a|b<i>*c*\n[d](e)");

	(void) state;
	assert_non_null(strstr(text, "### perfcheck-http: not ok\n\n"
								 "- 1 of 3 requests failed\n\n| query |"));
	assert_non_null(strstr(
		text, "\n| a\\|b&lt;i&gt;\\*c\\* \\[d\\]\\(e\\) | 2 | 0.5 | 5.00 |"
			  " 5.00 | 5.00 | 5.00 | 5.00 | 1 | **not ok** |\n"));
	assert_non_null(strstr(text, "| 1 | 0.5 | 5.00 | 5.00 | 5.00 | 5.00 | 5.00 "
								 "| 0 | ok |\n"));
	free(text);
}

/* A run that is ok: warnings of what was allowed only. */
static void
test_allowed_failures(void **state)
{
	const Timing timing = {
		.latency_us = 5000, .service_us = 5000, .in_time = 1};
	Made made;
	char *text;

	(void) state;
	start(&made, "a");
	made.run.targets.max_errors = 1;
	add(&made, 0, &timing, &right);
	add(&made, 1, &timing, &right);
	add(&made, 1, &timing, &status_500);
	finish(&made);
	text = write_report(report_github, &made);
	assert_int_equal(
		strncmp(text, "::warning title=perfcheck-http status::GET /b -> ", 49),
		0);
	free(text);
	text = write_report(report_junit, &made);
	assert_non_null(strstr(text, "failures=\"0\""));
	free(text);
	text = write_report(report_tap, &made);
	assert_null(strstr(text, "not ok"));
	free(text);
	done(&made);
}

/* Nothing measured: each test point says so. */
static void
test_nothing(void **state)
{
	Made made;
	char *text;

	(void) state;
	start(&made, "a");
	finish(&made);
	text = write_report(report_tap, &made);
	assert_non_null(strstr(text, "not ok 1 - a: 0 requests\n"
								 "  ---\n"
								 "  reasons:\n"
								 "    - 'no request was sent in this time'\n"));
	assert_null(strstr(text, "nan"));
	free(text);
	text = write_report(report_junit, &made);
	assert_non_null(strstr(text, "failures=\"3\""));
	free(text);
	done(&made);
}

/* --- corrected latency, service time, warm-up, the database's share ----------- */

static void
test_open_loop(void **state)
{
	const Timing on_time = {
		.latency_us = 5000, .service_us = 5000, .in_time = 1};
	const Timing late = {
		.latency_us = 90000, .service_us = 5000, .late = true, .in_time = true};
	const Timing warm = {
		.latency_us = 9000000, .service_us = 9, .warm_up = true};
	Made made;
	char *text;
	json_t *json;

	(void) state;
	start(&made, "a");
	made.settings.rate = 5;
	made.settings.warmup_us = SECOND;
	add(&made, 0, &warm, &right);
	add(&made, 0, &warm, &status_500);
	for (int i = 0; i < 3; i++)
		add(&made, 0, &on_time, &right);
	add(&made, 1, &late, &right);
	made.requests.groups[0].database_ms = 1;
	finish(&made);

	text = write_report(report_text, &made);
	assert_non_null(strstr(text, ", 5 requests/s, 2.0 s\n"
								 "warm-up of 1.0 s before, not counted: 2 "
								 "requests, 1 failed\n"));
	assert_non_null(strstr(text, "\nservice time                     5.00   "
								 "5.00   5.00   5.00   5.00\n"));
	assert_non_null(strstr(text, "\n25.0 % of requests (1) were sent late\n"));
	assert_non_null(
		strstr(text, "\na                   5.00        1.00   20 %\n\n"));
	assert_null(strstr(text, "coordinated omission"));
	assert_null(strstr(text, "status"));
	free(text);

	json = report_json(&made.run);
	assert_int_equal(json_integer_value(json_object_get(json, "late_starts")),
					 1);
	assert_true(json_real_value(json_object_get(
					json_object_get(json, "latency_ms"), "max")) == 90);
	assert_true(json_real_value(json_object_get(
					json_object_get(json, "service_ms"), "max")) == 5);
	assert_int_equal(json_integer_value(json_object_get(json, "requests")), 4);
	assert_int_equal(json_integer_value(json_object_get(
						 json_object_get(json, "warmup"), "requests")),
					 2);
	assert_int_equal(json_integer_value(json_object_get(
						 json_object_get(json, "warmup"), "failed")),
					 1);
	assert_true(json_real_value(json_object_get(json, "rate")) == 5);
	json_decref(json);
	done(&made);
}

static void
test_database_share(void **state)
{
	Group group = {.database_ms = 2};
	Summary summary = {.service = {.mean_us = 8000}};

	(void) state;
	assert_true(report_database_share(&group, &summary) == 0.25);
	group.database_ms = 16;
	/* A part that is larger than the whole is of something else. */
	assert_true(isnan(report_database_share(&group, &summary)));
	group.database_ms = 8;
	assert_true(report_database_share(&group, &summary) == 1);
	summary.service.mean_us = 0;
	assert_true(isnan(report_database_share(&group, &summary)));
	group.database_ms = NAN;
	summary.service.mean_us = 1;
	assert_true(isnan(report_database_share(&group, &summary)));
}

/* A command that can be pasted, without what is secret. */
static void
test_curl(void **state)
{
	char *headers[] = {"Authorization: Bearer secret", "X-A: b"};
	Settings settings = {
		.url = "http://localhost:3001", .headers = headers, .header_count = 2};
	Request request = {.method = METHOD_POST, .path = "/a?b='c'", .body = "{}"};
	char text[256] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void) state;
	assert_non_null(out);
	report_curl(out, &settings, &request);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text,
						"curl -i -X POST -H 'Authorization: ...' -H 'X-A: "
						"...' -d ... 'http://localhost:3001/a?b=%27c%27'");
}

/* --- results of several threads, and very many samples ------------------------ */

static void
test_merged_results(void **state)
{
	const Timing timing = {
		.latency_us = 1000, .service_us = 900, .late = true, .in_time = true};
	const Timing slow = {.latency_us = 7000, .service_us = 7000, .in_time = 1};
	const Timing warm = {.warm_up = true};
	Result other;
	Made made;
	const Summary *total = &made.result.total.summary;

	(void) state;
	start(&made, "a");
	result_init(&other, 2);
	add(&made, 0, &timing, &right);
	add(&made, 0, &timing, &status_500);
	result_add(&other, &made.requests.items[1], &slow, &status_500);
	result_add(&other, &made.requests.items[1], &slow, &right);
	result_add(&other, &made.requests.items[1], &warm, &right);
	other.connects = 3;
	made.result.connects = 2;
	result_merge(&made.result, &other);
	/* The examples do not depend on the other one. */
	result_free(&other);
	finish(&made);
	assert_int_equal(total->requests, 4);
	assert_int_equal(total->errors, 2);
	assert_int_equal(total->late, 2);
	assert_int_equal(total->latency.p50_us, 1000);
	assert_int_equal(total->service.p50_us, 900);
	assert_int_equal(total->latency.max_us, 7000);
	assert_int_equal(made.result.warm_up, 1);
	assert_int_equal(made.result.connects, 5);
	assert_int_equal(made.result.failure_count, 1);
	assert_int_equal(made.result.failures[0].count, 2);
	assert_string_equal(made.result.failures[0].request.path, "/a?x=1&y=%25");
	assert_true(total->rps == 1);
	done(&made);
}

static void
test_constant_memory(void **state)
{
	Timing timing = {.in_time = true};
	Made made;
	const Summary *total = &made.result.total.summary;

	(void) state;
	start(&made, "a");
	for (int64_t i = 1; i <= RESULT_EXACT_SAMPLES + 5; i++)
	{
		timing.latency_us = timing.service_us = i;
		result_add(&made.result, &made.requests.items[i % 2], &timing, &right);
		if (i == RESULT_EXACT_SAMPLES)
			assert_true(distribution_is_exact(&made.result.groups[0].latency));
	}
	assert_null(made.result.groups[0].latency.samples);
	assert_null(made.result.groups[1].service.samples);
	finish(&made);
	assert_false(total->exact);
	assert_int_equal(total->requests, RESULT_EXACT_SAMPLES + 5);
	assert_int_equal(total->latency.max_us, RESULT_EXACT_SAMPLES + 5);
	assert_true(fabs((double) total->latency.p95_us /
						 (0.95 * (double) RESULT_EXACT_SAMPLES) -
					 1) < 0.001);
	done(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tap),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_github),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_allowed_failures),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_open_loop),
		cmocka_unit_test(test_database_share),
		cmocka_unit_test(test_curl),
		cmocka_unit_test(test_merged_results),
		cmocka_unit_test(test_constant_memory),
	};

	return cmocka_run_group_tests_name("http report", tests, NULL, NULL);
}
