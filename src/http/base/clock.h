/*-------------------------------------------------------------------------
 *
 * clock.h
 *		The clock by which everything is timed.
 *
 * Owns which one that is: one that nobody sets, so that differences are times.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_CLOCK_H
#define PERFCHECK_HTTP_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Returns the time of CLOCK_MONOTONIC, in microseconds. */
static inline int64_t
clock_now_us(void)
{
	struct timespec now;

	/* This cannot fail with this clock and a valid address. */
	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif /* PERFCHECK_HTTP_BASE_CLOCK_H */
