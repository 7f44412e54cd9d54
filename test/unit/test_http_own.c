/*-------------------------------------------------------------------------
 *
 * test_http_own.c
 *		Unit tests of src/http/result/own.c and of what judge.c makes of it: the
 *		client's own trouble, what was sent again, and a run that is all slow.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/load/machine.h"
#include "http/result/judge.h"
#include "http/result/own.h"

#define SECOND 1000000

typedef struct Made
{
	Settings settings;
	RequestList requests;
	Result result;
	Verdict verdict;
} Made;

/* A run of so many requests at 1,000 a second; all of them are alike. */
static void
make(Made *made, int count, int64_t latency_us, int64_t service_us, bool late,
	 bool late_own, int64_t delay_us)
{
	const Finding right = {.class = ERROR_NONE};
	const Timing timing = {.latency_us = latency_us,
						   .service_us = service_us,
						   .late = late,
						   .late_own = late_own,
						   .in_time = true};

	memset(made, 0, sizeof(*made));
	made->settings = (Settings){.connections = 10,
								.streams = 1,
								.rate = 1000,
								.targets = {.avg_ms = 200,
											.p95_ms = 300,
											.p99_ms = 500,
											.max_resent = RESENT_BY_SHARE}};
	request_add(&made->requests, METHOD_GET, "/a",
				request_group(&made->requests, "a"), 1);
	request_add(&made->requests, METHOD_GET, "/b",
				request_group(&made->requests, "b"), 1);
	result_init(&made->result, made->requests.group_count);
	for (int i = 0; i < count; i++)
	{
		result_add(&made->result, &made->requests.items[i % 2], &timing,
				   &right);
		distribution_add(&made->result.own.delay, delay_us);
	}
	made->result.own.queue_share = NAN;
}

static void
judge(Made *made)
{
	result_finish(&made->result,
				  (int64_t) made->result.requests * SECOND / 1000);
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

/* Returns whether a note has these words in it. */
static bool
notes(const Made *made, const char *words)
{
	OwnNotes notes = own_notes(&made->settings, &made->result);
	bool found = false;

	for (int i = 0; i < notes.count; i++)
		found |= strstr(notes.text[i], words) != NULL;
	if (words[0] == '\0')
		found = notes.count > 0;
	own_notes_free(&notes);
	return found;
}

static void
test_quiet(void **state)
{
	Made made;

	(void) state;
	make(&made, 2000, 5000, 5000, false, false, 50);
	judge(&made);
	assert_null(made.verdict.invalid);
	assert_true(made.verdict.ok);
	assert_false(notes(&made, ""));
	done(&made);
	/* What is late by little, of little, is worth a note at most. */
	make(&made, 2000, 8000, 8000, false, false, 7000);
	judge(&made);
	assert_null(made.verdict.invalid);
	assert_true(notes(&made, "perfcheck-http itself was late by up to"));
	done(&made);
}

static void
test_invalid(void **state)
{
	Made made;

	(void) state;
	/* Answers lay there for 100 ms, of 350. */
	make(&made, 2000, 350000, 350000, false, false, 100000);
	judge(&made);
	assert_non_null(made.verdict.invalid);
	assert_false(made.verdict.ok);
	assert_true(made.verdict.only_slow);
	done(&made);
	/* Of 500 that is little. */
	make(&made, 2000, 500000, 500000, false, false, 100000);
	judge(&made);
	assert_null(made.verdict.invalid);
	done(&made);
	/* Its own loop was late for all of them. */
	make(&made, 2000, 50000, 5000, true, true, 0);
	judge(&made);
	assert_non_null(made.verdict.invalid);
	assert_true(notes(&made, "own loop"));
	assert_false(notes(&made, "raise -c"));
	done(&made);
	/* It had no processor, and requests waited. */
	make(&made, 2000, 50000, 5000, true, false, 0);
	made.result.own.queue_share = 0.3;
	judge(&made);
	assert_non_null(made.verdict.invalid);
	assert_true(notes(&made, "waited for a processor for 30 %"));
	done(&made);
}

/* All ten connections are in use, all of the time; or too few, for bursts. */
static void
test_connections(void **state)
{
	Made made;

	(void) state;
	make(&made, 2000, 900000, 10000, true, false, 0);
	judge(&made);
	assert_null(made.verdict.invalid);
	assert_true(notes(&made, "raise -c"));
	made.settings.rate = 0;
	assert_false(notes(&made, "raise -c"));
	done(&made);
	/* The service is what is slow: more connections would wait there. */
	make(&made, 2000, 900000, 800000, true, false, 0);
	judge(&made);
	assert_false(notes(&made, "raise -c"));
	done(&made);
}

/* A stall holds back what more connections would only bring to the server. */
static void
test_stall(void **state)
{
	const Finding right = {.class = ERROR_NONE};
	const Timing stalled = {
		.latency_us = 800000, .service_us = 800000, .in_time = true};
	const Timing held = {.latency_us = 500000,
						 .service_us = 2000,
						 .late = true,
						 .in_time = true};
	Made made;

	(void) state;
	make(&made, 1900, 2000, 2000, false, false, 0);
	for (int i = 0; i < 190; i++)
		result_add(&made.result, &made.requests.items[0],
				   i < 10 ? &stalled : &held, &right);
	judge(&made);
	assert_false(notes(&made, "raise -c"));
	done(&made);
}

static void
test_machine(void **state)
{
	Made made;

	(void) state;
	make(&made, 2000, 5000, 5000, false, false, 50);
	judge(&made);
	made.result.own.cpu_share = 0.94;
	made.result.own.ports = 1000;
	made.result.own.time_wait = 799;
	assert_false(notes(&made, ""));
	made.result.own.cpu_share = 0.95;
	assert_true(notes(&made, "took 95 % of a core"));
	made.result.own.time_wait = 800;
	assert_true(notes(&made, "800 sockets were in TIME_WAIT, of 1,000 ports"));
	made.result.own.time_wait = -1;
	assert_false(notes(&made, "TIME_WAIT"));
	done(&made);
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void
test_ports(void **state)
{
	char stat[] = "/tmp/perfcheck_statXXXXXX";
	char range[] = "/tmp/perfcheck_rangeXXXXXX";
	Ports ports;

	(void) state;
	assert_true(close(mkstemp(stat)) == 0 && close(mkstemp(range)) == 0);
	write_file(stat, "sockets: used 26\n"
					 "TCP: inuse 5 orphan 0 tw 1234 alloc 5 mem 178\n"
					 "UDP: inuse 0 mem 0\n");
	write_file(range, "32768\t60999\n");
	ports = machine_read_ports(stat, range);
	assert_int_equal(ports.time_wait, 1234);
	assert_int_equal(ports.ports, 28232);
	write_file(stat, "nothing\n");
	write_file(range, "x\n");
	ports = machine_read_ports(stat, range);
	assert_int_equal(ports.time_wait, -1);
	assert_int_equal(ports.ports, 0);
	assert_int_equal(remove(stat) | remove(range), 0);
	assert_int_equal(machine_read_ports(stat, range).time_wait, -1);
}

static bool
resent_is_ok(int requests, int resent, int64_t most)
{
	Answer lost = {.resent = 1, .loss = LOSS_RESET};
	Made made;
	bool ok;

	make(&made, requests, 5000, 5000, false, false, 0);
	made.settings.targets.max_resent = most;
	for (int i = 0; i < resent; i++)
		result_add_resent(&made.result, &made.requests.items[0], &lost);
	judge(&made);
	assert_int_equal(result_resent(&made.result), resent);
	ok = made.verdict.ok;
	assert_int_equal(ok, !(made.verdict.reason_count > 0));
	if (!ok)
		assert_non_null(strstr(made.verdict.reasons[0].text, "sent again"));
	assert_true(ok || !made.verdict.only_slow);
	done(&made);
	return ok;
}

static void
test_resent(void **state)
{
	(void) state;
	assert_true(resent_is_ok(2000, 0, RESENT_BY_SHARE));
	assert_true(resent_is_ok(2000, 2, RESENT_BY_SHARE));
	assert_false(resent_is_ok(2000, 3, RESENT_BY_SHARE));
	assert_false(resent_is_ok(100, 1, RESENT_BY_SHARE));
	assert_true(resent_is_ok(100, 0, 0));
	assert_false(resent_is_ok(2000, 1, 0));
	assert_true(resent_is_ok(100, 7, 7));
	assert_false(resent_is_ok(100, 8, 7));
}

static void
test_everything_is_slow(void **state)
{
	Made made;
	int shown = 0;

	(void) state;
	make(&made, 2000, 600000, 600000, false, false, 0);
	for (size_t i = 0; i < 2; i++)
		made.requests.groups[i].targets = made.settings.targets;
	judge(&made);
	for (size_t i = 0; i < made.verdict.reason_count; i++)
		if (!made.verdict.reasons[i].implied)
		{
			shown++;
			assert_non_null(strstr(made.verdict.reasons[i].text,
								   "everything is slow: all 2 queries"));
		}
	assert_int_equal(shown, 1);
	assert_int_equal(made.verdict.reason_count, 10);
	judge_free(&made.verdict);
	/* One of them is fast enough. */
	made.requests.groups[0].targets =
		(Targets){.avg_ms = 900, .p95_ms = 900, .p99_ms = 900};
	judge_run(&made.verdict, &made.requests, &made.result,
			  &made.settings.targets);
	for (size_t i = 0; i < made.verdict.reason_count; i++)
		assert_false(made.verdict.reasons[i].implied);
	assert_int_equal(made.verdict.reason_count, 6);
	done(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_resent),
		cmocka_unit_test(test_everything_is_slow),
	};

	return cmocka_run_group_tests_name("http own", tests, NULL, NULL);
}
