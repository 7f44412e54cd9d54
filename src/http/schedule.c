/*-------------------------------------------------------------------------
 *
 * schedule.c
 *		Which request is sent next, and when; see schedule.h.
 *
 *-------------------------------------------------------------------------
 */
#include "schedule.h"

#include <stdlib.h>

#include "memory.h"

/* SplitMix64: a few lines, the same numbers on every machine. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void
schedule_init(Schedule *schedule, size_t count, int64_t end_us)
{
	uint64_t state = count;

	schedule->order = memory_zeroed(count, sizeof(size_t));
	schedule->count = count;
	schedule->next = 0;
	schedule->end_us = end_us;
	for (size_t i = 0; i < count; i++)
	{
		/* Fisher-Yates, inside out; the modulo's bias is below 2^-40. */
		size_t j = (size_t) (next_random(&state) % (i + 1));

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

bool
schedule_next(Schedule *schedule, int64_t now_us, Send *send)
{
	if (now_us >= schedule->end_us)
		return false;
	send->request = schedule->order[schedule->next];
	send->due_us = now_us;
	schedule->next = (schedule->next + 1) % schedule->count;
	return true;
}

void
schedule_stop(Schedule *schedule, int64_t now_us)
{
	if (now_us < schedule->end_us)
		schedule->end_us = now_us;
}
