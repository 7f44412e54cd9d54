/*-------------------------------------------------------------------------
 *
 * live.h
 *		One line a second on the terminal while the load runs.
 *
 * Owns the figures of the current second only. Writes nothing at all when
 * standard error is no terminal. Several threads may add at a time; one of
 * them starts, ticks and stops it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_LIVE_H
#define PERFCHECK_HTTP_LOAD_LIVE_H

#include <pthread.h>

#include "http/result/result.h"

typedef struct Live
{
	bool on;
	pthread_mutex_t mutex; /* for what is added */
	int64_t start_us;
	int64_t last_us;     /* when the last line was written */
	int64_t errors;      /* since the start */
	Distribution second; /* latencies since the last line */
} Live;

extern void live_start(Live *live, int64_t now_us);
extern void live_add(Live *live, int64_t latency_us, bool failed);

/* Writes a line when a second has passed since the last one. */
extern void live_tick(Live *live, int64_t now_us);
extern void live_stop(Live *live);

#endif /* PERFCHECK_HTTP_LOAD_LIVE_H */
