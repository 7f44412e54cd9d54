/*-------------------------------------------------------------------------
 *
 * schedule.c
 *		Decides which request is sent next, and when; see schedule.h.
 *
 * The list is shuffled by a generator of fixed seed, so that the order depends
 * on its length only. Place and due time of a request are computed from the
 * number of requests before it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/schedule.h"

#include <stdlib.h>

#include "http/base/memory.h"
#include "shared/splitmix64.h"

bool
schedule_is_open(const ScheduleSettings *settings)
{
	return settings->rate > 0 || settings->times_us != NULL;
}

static bool
is_open_loop(const Schedule *schedule)
{
	return schedule_is_open(&schedule->settings);
}

/* Returns the place of this thread's next request in the order. */
static size_t
find_place(const Schedule *schedule)
{
	const ScheduleSettings *settings = &schedule->settings;
	uint64_t thread = (uint64_t) settings->thread;
	uint64_t threads = (uint64_t) settings->threads;

	if (is_open_loop(schedule))
		return (size_t) ((schedule->sent * threads + thread) % settings->count);
	return (size_t) ((schedule->sent + thread * settings->count / threads) %
					 settings->count);
}

void
schedule_init(Schedule *schedule, const ScheduleSettings *settings)
{
	*schedule = (Schedule){.settings = *settings};
	schedule->order = memory_zeroed(settings->count, sizeof(size_t));
	for (size_t i = 0; i < settings->count; i++)
	{
		/* This is Fisher-Yates, inside out; the modulo's bias is below 2^-40. */
		size_t j = (size_t) (splitmix64_number(settings->count, i) % (i + 1));

		if (settings->times_us != NULL)
			j = i;
		schedule->order[i] = schedule->order[j];
		schedule->order[j] = i;
	}
}

void
schedule_free(Schedule *schedule)
{
	free(schedule->order);
	schedule->order = NULL;
}

int64_t
schedule_due_us(const Schedule *schedule, int64_t now_us)
{
	const ScheduleSettings *settings = &schedule->settings;
	int64_t due_us = now_us;

	if (is_open_loop(schedule))
	{
		uint64_t number = schedule->sent * (uint64_t) settings->threads +
						  (uint64_t) settings->thread;

		/* Rounding errors would add up in a sum of intervals. */
		if (settings->times_us == NULL)
			due_us = settings->start_us +
					 (int64_t) ((double) number / settings->rate * 1e6);
		else if (number < settings->count)
			due_us = settings->start_us +
					 (int64_t) ((double) settings->times_us[number] /
								settings->speed);
		else
			return INT64_MAX;
	}
	return due_us < settings->end_us ? due_us : INT64_MAX;
}

bool
schedule_next(Schedule *schedule, int64_t now_us, Send *send)
{
	int64_t due_us = schedule_due_us(schedule, now_us);

	if (due_us > now_us)
		return false;
	send->request = schedule->order[find_place(schedule)];
	send->due_us = due_us;
	schedule->sent++;
	return true;
}

void
schedule_stop(Schedule *schedule, int64_t now_us)
{
	if (now_us < schedule->settings.end_us)
		schedule->settings.end_us = now_us;
}
