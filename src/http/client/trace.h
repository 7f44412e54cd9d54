/*-------------------------------------------------------------------------
 *
 * trace.h
 *		Gives each request a traceparent of its own (W3C Trace Context).
 *
 * Owns its form. The trace's ID begins with that of the run, so that what a
 * database has recorded of the run can be told from the rest; the second half
 * is the request's number. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_TRACE_H
#define PERFCHECK_HTTP_CLIENT_TRACE_H

#include <inttypes.h>
#include <stdio.h>

/* "traceparent: 00-" 32 "-" 16 "-01", and the zero byte. */
#define TRACE_SIZE 69

typedef struct Trace
{
	uint64_t run; /* 0: there are no traces */
	uint64_t number;
	char header[TRACE_SIZE];
} Trace;

static inline Trace
trace_start(uint64_t run, int thread)
{
	return (Trace){.run = run, .number = (uint64_t) thread << 48};
}

/* Returns the header of the next request; NULL if there are no traces. */
static inline const char *
trace_next(Trace *trace)
{
	if (trace->run == 0)
		return NULL;
	trace->number++;
	(void) snprintf(trace->header, sizeof(trace->header),
					"traceparent: 00-%016" PRIx64 "%016" PRIx64 "-%016" PRIx64
					"-01",
					trace->run, trace->number, trace->number);
	return trace->header;
}

#endif /* PERFCHECK_HTTP_CLIENT_TRACE_H */
