/*-------------------------------------------------------------------------
 *
 * schedule.h
 *		Which request is sent next, and when.
 *
 * Owns the order of the requests and the end of the run. The list is shuffled
 * once, always in the same way, and then gone through again and again: every
 * request is sent equally often, queries are mixed, and two runs send the same
 * sequence. In a closed loop a request is due as soon as a connection is free
 * for it; an open loop would set due times here, and nowhere else.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_SCHEDULE_H
#define PERFCHECK_HTTP_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Schedule
{
	size_t *order; /* a permutation of 0..count-1 */
	size_t count;
	size_t next;
	int64_t end_us; /* nothing is due from then on */
} Schedule;

typedef struct Send
{
	size_t request; /* its place in the list */
	int64_t due_us; /* from when its latency counts */
} Send;

/* Times are those of CLOCK_MONOTONIC. count > 0. */
extern void schedule_init(Schedule *schedule, size_t count, int64_t end_us);
extern void schedule_free(Schedule *schedule);

/* The next request for a connection that is free at now_us; false: none. */
extern bool schedule_next(Schedule *schedule, int64_t now_us, Send *send);

/* Ends the run early. */
extern void schedule_stop(Schedule *schedule, int64_t now_us);

#endif /* PERFCHECK_HTTP_SCHEDULE_H */
