/*-------------------------------------------------------------------------
 *
 * slices.h
 *		Latencies by when their requests were due, in equal parts of a run.
 *
 * Owns what a comparison of two runs, and the search for a rate, need beyond the
 * distribution of a whole run: how latencies went on. Memory is bounded: of more
 * than SLICES_MAX_SAMPLES requests every second one is kept, then every fourth,
 * and so on.
 *
 * slices_text_write() and slices_text_read() are the form in which latencies are
 * kept in JSON: ascending values in microseconds, "812 815*3 820", where *3 says
 * that there are three of them. Exact distributions stay exact.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_SLICES_H
#define PERFCHECK_HTTP_RESULT_SLICES_H

#include "http/result/distribution.h"

#define SLICES_MAX_SAMPLES ((size_t) 1 << 19)

/* Slices are not shorter than that, but for the one of a run that is. */
#define SLICES_MIN_US INT64_C(100000)

typedef struct Slices
{
	int64_t slice_us;
	size_t count; /* of a group */
	size_t group_count;
	Distribution *latencies; /* of group g, slice s: g * count + s */
	uint64_t stride;         /* every so many of the requests are kept */
	uint64_t seen;
	size_t kept;
} Slices;

/* Returns empty slices of a run of duration_us; at most `most` a group. */
extern Slices *slices_create(size_t group_count, int64_t duration_us,
							 size_t most);
extern void slices_free(Slices *slices); /* NULL is fine */

/* Adds a request that was due at_us after the start. */
extern void slices_add(Slices *slices, size_t group, int64_t at_us,
					   int64_t latency_us);

/* Adds what other slices of the same run hold. */
extern void slices_merge(Slices *into, const Slices *from);

/* Returns the latencies of a group in a slice. */
extern Distribution *slices_of(const Slices *slices, size_t group,
							   size_t slice);

/* Returns the text of a distribution, which the caller frees. */
extern char *slices_text_write(Distribution *distribution);

/* Adds the values of a text. Returns false if it is no such text. */
extern bool slices_text_read(const char *text, Distribution *distribution);

#endif /* PERFCHECK_HTTP_RESULT_SLICES_H */
