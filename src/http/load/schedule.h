/*-------------------------------------------------------------------------
 *
 * schedule.h
 *		Decides which request is sent next, and when.
 *
 * Owns the order of the requests, when each is due, and the end of the run. The
 * list is shuffled once, always in the same way, and then repeated: every
 * request is sent equally often, queries are mixed, and two runs send the same
 * sequence.
 *
 * In a closed loop a request is due as soon as a connection is free for it. In
 * an open loop request number n is due n / rate seconds after the start, no
 * matter what has become of those before it. If no connection is free it waits
 * here, and keeps the time at which it was due. So the time for which a stall of
 * the server holds requests back counts as latency.
 *
 * A replay is an open loop whose times are those of a log: the list is sent once,
 * in its own order.
 *
 * Each thread has a schedule of its own. Those of an open loop take turns, and
 * together equal the schedule of one thread; those of a closed loop start at
 * different places of the list. Pure: times in, requests out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_SCHEDULE_H
#define PERFCHECK_HTTP_LOAD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A request that is sent more than this after it was due has started late.
 * Timers commonly expire 0.1 ms late, which is not worth reporting.
 */
#define SCHEDULE_LATE_US 1000

/* Times are those of CLOCK_MONOTONIC, in microseconds. */
typedef struct ScheduleSettings
{
	size_t count; /* requests in the list, > 0 */
	double rate;  /* requests a second of all threads; 0 for a closed loop */
	const int64_t *times_us; /* when each of the list is due after the start, in
							  * its order; or NULL. An open loop as well */
	double speed;            /* of these times */
	int64_t start_us;        /* when request number 0 is due */
	int64_t end_us;          /* from then on nothing is due */
	int thread;              /* 0 .. threads - 1 */
	int threads;
} ScheduleSettings;

typedef struct Schedule
{
	ScheduleSettings settings;
	size_t *order; /* a permutation of 0..count-1 */
	uint64_t sent; /* requests handed out so far */
} Schedule;

typedef struct Send
{
	size_t request; /* its place in the list */
	int64_t due_us; /* its latency counts from then on */
} Send;

extern void schedule_init(Schedule *schedule, const ScheduleSettings *settings);
extern void schedule_free(Schedule *schedule);

/*
 * Returns true and the next request for a connection that is free at now_us, or
 * false if none is due. A request that was due before the end is still handed
 * out after it.
 */
extern bool schedule_next(Schedule *schedule, int64_t now_us, Send *send);

/* Returns whether requests are due at times that do not depend on answers. */
extern bool schedule_is_open(const ScheduleSettings *settings);

/* Returns when the next request is or was due; INT64_MAX means never. */
extern int64_t schedule_due_us(const Schedule *schedule, int64_t now_us);

/* Ends the run at now_us, if it does not end earlier. */
extern void schedule_stop(Schedule *schedule, int64_t now_us);

#endif /* PERFCHECK_HTTP_LOAD_SCHEDULE_H */
