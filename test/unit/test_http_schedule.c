/*-------------------------------------------------------------------------
 *
 * test_http_schedule.c
 *		Unit tests of src/http/load/schedule.c: what is due, and when.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/load/schedule.h"
#include "shared/splitmix64.h"

#define SECOND INT64_C(1000000)

static Schedule
closed(size_t count, int64_t end_us, int thread, int threads)
{
	Schedule schedule;
	ScheduleSettings settings = {
		.count = count, .end_us = end_us, .thread = thread, .threads = threads};

	schedule_init(&schedule, &settings);
	return schedule;
}

static Schedule
open_loop(size_t count, double rate, int64_t end_us, int thread, int threads)
{
	Schedule schedule;
	ScheduleSettings settings = {.count = count,
								 .rate = rate,
								 .start_us = 0,
								 .end_us = end_us,
								 .thread = thread,
								 .threads = threads};

	schedule_init(&schedule, &settings);
	return schedule;
}

/* --- the order of requests -------------------------------------------------- */

/* The sequence that starts at 1234567, as the reference implementation has it. */
static void
test_random_numbers(void **state)
{
	static const uint64_t expected[] = {
		UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423), UINT64_C(4593380528125082431)};

	(void) state;
	for (uint64_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_true(splitmix64_number(1234567, i) == expected[i]);
}

/* Runs of different versions of perfcheck-http send the same sequence. */
static void
test_fixed_order(void **state)
{
	static const size_t expected[] = {3, 9, 1, 2, 5, 7, 6, 0, 4, 8};
	Schedule schedule = closed(10, 1000, 0, 1);
	Send send;

	(void) state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
	{
		assert_true(schedule_next(&schedule, 0, &send));
		assert_int_equal(send.request, expected[i]);
	}
	schedule_free(&schedule);
}

/* Every cycle is a permutation: all are sent equally often. */
static void
test_cycles(void **state)
{
	enum
	{
		COUNT = 101
	};
	Schedule schedule = closed(COUNT, 1000, 0, 1);
	Send send;
	size_t first[COUNT];
	size_t in_place = 0;

	(void) state;
	for (int cycle = 0; cycle < 3; cycle++)
	{
		int seen[COUNT] = {0};

		for (size_t i = 0; i < COUNT; i++)
		{
			assert_true(schedule_next(&schedule, 999, &send));
			assert_int_equal(send.due_us, 999);
			assert_true(send.request < COUNT);
			seen[send.request]++;
			if (cycle == 0)
				first[i] = send.request;
			assert_int_equal(first[i], send.request);
		}
		for (size_t i = 0; i < COUNT; i++)
			assert_int_equal(seen[i], 1);
	}
	for (size_t i = 0; i < COUNT; i++)
		in_place += first[i] == i;
	/* A random permutation leaves one in place on average. */
	assert_in_range(in_place, 0, 10);
	schedule_free(&schedule);
}

static void
test_same_order_each_time(void **state)
{
	Schedule a = closed(1000, 1, 0, 1);
	Schedule b = open_loop(1000, 5, 2, 0, 1);

	(void) state;
	assert_memory_equal(a.order, b.order, 1000 * sizeof(size_t));
	schedule_free(&a);
	schedule_free(&b);
}

/* In a closed loop each thread goes through all, from a place of its own. */
static void
test_threads_of_a_closed_loop(void **state)
{
	enum
	{
		COUNT = 12,
		THREADS = 3
	};
	size_t first[THREADS];

	(void) state;
	for (int thread = 0; thread < THREADS; thread++)
	{
		Schedule schedule = closed(COUNT, 1000, thread, THREADS);
		int seen[COUNT] = {0};
		Send send;

		for (int i = 0; i < COUNT; i++)
		{
			assert_true(schedule_next(&schedule, 0, &send));
			if (i == 0)
				first[thread] = send.request;
			seen[send.request]++;
		}
		for (int i = 0; i < COUNT; i++)
			assert_int_equal(seen[i], 1);
		schedule_free(&schedule);
	}
	assert_int_not_equal(first[0], first[1]);
	assert_int_not_equal(first[1], first[2]);
	assert_int_not_equal(first[0], first[2]);
}

/* --- the end ----------------------------------------------------------------- */

static void
test_end_of_a_closed_loop(void **state)
{
	Schedule schedule = closed(1, 1000, 0, 1);
	Send send;

	(void) state;
	assert_true(schedule_next(&schedule, 0, &send));
	assert_int_equal(send.request, 0);
	assert_true(schedule_next(&schedule, 999, &send));
	assert_int_equal(send.request, 0);
	assert_int_equal(schedule_due_us(&schedule, 999), 999);
	assert_false(schedule_next(&schedule, 1000, &send));
	assert_true(schedule_due_us(&schedule, 1000) == INT64_MAX);
	/* Stopped early, and never later than planned. */
	schedule_stop(&schedule, 500);
	assert_true(schedule_next(&schedule, 499, &send));
	assert_false(schedule_next(&schedule, 500, &send));
	schedule_stop(&schedule, 700);
	assert_false(schedule_next(&schedule, 600, &send));
	schedule_free(&schedule);
}

/* What was due before the end is sent after it, and nothing else. */
static void
test_end_of_an_open_loop(void **state)
{
	Schedule schedule = open_loop(1, 1000, 10000, 0, 1);
	Send send;

	(void) state;
	for (int i = 0; i < 10; i++)
	{
		assert_true(schedule_next(&schedule, 50000, &send));
		assert_int_equal(send.due_us, i * 1000);
	}
	assert_false(schedule_next(&schedule, 50000, &send));
	assert_true(schedule_due_us(&schedule, 50000) == INT64_MAX);
	schedule_free(&schedule);

	schedule = open_loop(1, 1000, 10000, 0, 1);
	schedule_stop(&schedule, 2500);
	for (int i = 0; i < 3; i++)
	{
		assert_true(schedule_next(&schedule, 2500, &send));
		assert_int_equal(send.due_us, i * 1000);
	}
	assert_false(schedule_next(&schedule, 9999, &send));
	schedule_free(&schedule);
}

/* --- due times ---------------------------------------------------------------- */

/* Nothing is due early, and nothing later than asked for. */
static void
test_due_times(void **state)
{
	Schedule schedule = open_loop(3, 2000, SECOND, 0, 1);
	Send send;

	(void) state;
	assert_true(schedule_next(&schedule, 0, &send));
	assert_int_equal(send.due_us, 0);
	assert_int_equal(schedule_due_us(&schedule, 0), 500);
	assert_false(schedule_next(&schedule, 499, &send));
	assert_true(schedule_next(&schedule, 500, &send));
	assert_int_equal(send.due_us, 500);
	/* A stall: all that has become due meanwhile keeps its time. */
	for (int i = 2; i < 1000; i++)
	{
		assert_int_equal(schedule_due_us(&schedule, 600000), i * 500);
		assert_true(schedule_next(&schedule, 600000, &send));
		assert_int_equal(send.due_us, i * 500);
	}
	schedule_free(&schedule);
}

/* A day at a rate that is no divisor of a second ends when it should. */
static void
test_due_times_do_not_drift(void **state)
{
	Schedule schedule = open_loop(7, 30000.0 / 7, 24 * 3600 * SECOND, 0, 1);

	(void) state;
	schedule.sent = UINT64_C(30000) * 3600 * 24 / 7;
	assert_in_range(schedule_due_us(&schedule, 0), 24 * 3600 * SECOND - 234,
					24 * 3600 * SECOND - 1);
	schedule_free(&schedule);

	/* Less than one a second. */
	schedule = open_loop(1, 0.25, 9 * SECOND, 0, 1);
	schedule.sent = 2;
	assert_int_equal(schedule_due_us(&schedule, 0), 8 * SECOND);
	schedule.sent = 3;
	assert_true(schedule_due_us(&schedule, 0) == INT64_MAX);
	schedule_free(&schedule);
}

/* The threads of an open loop together send what one thread would. */
static void
test_threads_of_an_open_loop(void **state)
{
	enum
	{
		COUNT = 10,
		THREADS = 4,
		SENT = 100
	};
	Schedule whole = open_loop(COUNT, 1000, SECOND / 10, 0, 1);
	Schedule parts[THREADS];
	Send send;

	(void) state;
	for (int i = 0; i < THREADS; i++)
		parts[i] = open_loop(COUNT, 1000, SECOND / 10, i, THREADS);
	for (int i = 0; i < SENT; i++)
	{
		Send part;

		assert_true(schedule_next(&whole, SECOND, &send));
		assert_true(schedule_next(&parts[i % THREADS], SECOND, &part));
		assert_int_equal(part.request, send.request);
		assert_int_equal(part.due_us, send.due_us);
	}
	assert_false(schedule_next(&whole, SECOND, &send));
	for (int i = 0; i < THREADS; i++)
	{
		assert_false(schedule_next(&parts[i], SECOND, &send));
		schedule_free(&parts[i]);
	}
	schedule_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_numbers),
		cmocka_unit_test(test_fixed_order),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_same_order_each_time),
		cmocka_unit_test(test_threads_of_a_closed_loop),
		cmocka_unit_test(test_end_of_a_closed_loop),
		cmocka_unit_test(test_end_of_an_open_loop),
		cmocka_unit_test(test_due_times),
		cmocka_unit_test(test_due_times_do_not_drift),
		cmocka_unit_test(test_threads_of_an_open_loop),
	};

	return cmocka_run_group_tests_name("http schedule", tests, NULL, NULL);
}
