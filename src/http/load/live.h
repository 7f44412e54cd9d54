/*-------------------------------------------------------------------------
 *
 * live.h
 *		Writes one line a second to the terminal while the load runs.
 *
 * Owns the figures of the current second only. It writes nothing if standard
 * error is not a terminal. Several threads may add at the same time; one of them
 * starts, ticks and stops it.
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
	pthread_mutex_t mutex; /* protects errors and second */
	int64_t start_us;
	int64_t last_us;     /* when the last line was written */
	int64_t errors;      /* since the start */
	Distribution second; /* latencies since the last line */
} Live;

/* Starts the clock, and finds out whether there is a terminal. */
extern void live_start(Live *live, int64_t now_us);
/* Adds one request. */
extern void live_add(Live *live, int64_t latency_us, bool failed);

/* Writes a line if a second has passed since the last one. */
extern void live_tick(Live *live, int64_t now_us);
/* Frees what live_start() and live_add() have allocated. */
extern void live_stop(Live *live);

#endif /* PERFCHECK_HTTP_LOAD_LIVE_H */
