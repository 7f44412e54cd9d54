/*-------------------------------------------------------------------------
 *
 * live.c
 *		Writes one line a second to the terminal; see live.h.
 *
 * Latencies are added under a mutex, and only if there is a terminal: without
 * one, adding costs nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/live.h"

#include <stdio.h>
#include <unistd.h>

#include "http/base/text.h"

#define US_PER_S 1000000

void
live_start(Live *live, int64_t now_us)
{
	*live = (Live){.on = isatty(STDERR_FILENO) == 1,
				   .start_us = now_us,
				   .last_us = now_us};
	/* This cannot fail without attributes. */
	(void) pthread_mutex_init(&live->mutex, NULL);
}

void
live_add(Live *live, int64_t latency_us, bool failed)
{
	if (!live->on)
		return;
	(void) pthread_mutex_lock(&live->mutex);
	distribution_add(&live->second, latency_us);
	live->errors += failed;
	(void) pthread_mutex_unlock(&live->mutex);
}

void
live_tick(Live *live, int64_t now_us)
{
	Distribution *second = &live->second;
	double passed_s = (double) (now_us - live->last_us) / US_PER_S;
	char p50[TEXT_NUMBER_SIZE];
	char p99[TEXT_NUMBER_SIZE];
	char errors[TEXT_NUMBER_SIZE];

	if (!live->on || now_us - live->last_us < US_PER_S)
		return;
	(void) pthread_mutex_lock(&live->mutex);
	text_from_ms(p50, (double) distribution_percentile(second, 50) / 1000.0);
	text_from_ms(p99, (double) distribution_percentile(second, 99) / 1000.0);
	fprintf(stderr, "%5.0f s  %8.0f requests/s  p50 %s ms  p99 %s ms  %s %s\n",
			(double) (now_us - live->start_us) / US_PER_S,
			(double) second->count / passed_s, p50, p99,
			text_from_count(errors, live->errors),
			live->errors == 1 ? "error" : "errors");
	distribution_clear(second);
	(void) pthread_mutex_unlock(&live->mutex);
	live->last_us = now_us;
}

void
live_stop(Live *live)
{
	distribution_free(&live->second);
	(void) pthread_mutex_destroy(&live->mutex);
}
