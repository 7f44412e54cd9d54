/*-------------------------------------------------------------------------
 *
 * distribution.h
 *		Many latencies, and their percentiles.
 *
 * Owns the two ways in which samples are kept. At first every sample is kept
 * as it is, and percentiles are exact. distribution_compact() turns them into
 * a histogram of constant size (248 kB): values up to 2,047 us stay exact, and
 * above, each power of two has 1,024 steps of equal width, of which the middle
 * is reported. So a percentile is off by 1/2,048 of its value at most, less
 * than 0.05 %. Count, mean, smallest and largest are exact always.
 *
 * Percentiles are by nearest rank, as in stats.h. Any unit; perfcheck-http has
 * microseconds.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_DISTRIBUTION_H
#define PERFCHECK_HTTP_RESULT_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger samples (12 days, in us) count as this one in the histogram. */
#define DISTRIBUTION_MAX ((INT64_C(1) << 40) - 1)

/* All zero is an empty one. */
typedef struct Distribution
{
	int64_t *samples; /* while exact */
	size_t room;
	bool sorted;
	uint64_t *counts; /* of the histogram; NULL while exact */
	size_t count;
	double sum;
	int64_t min; /* 0 when empty, as max */
	int64_t max;
} Distribution;

/* A negative value counts as 0. */
extern void distribution_add(Distribution *distribution, int64_t value);

/* Adds what another one holds, and makes a histogram if one of them is one. */
extern void distribution_merge(Distribution *into, const Distribution *from);

/* From here on constant memory. */
extern void distribution_compact(Distribution *distribution);
extern bool distribution_is_exact(const Distribution *distribution);

/* percent: 99.9, not 0.999. 0 when empty. Sorts when it has to. */
extern int64_t distribution_percentile(Distribution *distribution,
									   double percent);
extern double distribution_mean(const Distribution *distribution);

/* How many are at most this value. Sorts when it has to. */
extern size_t distribution_up_to(Distribution *distribution, int64_t value);

/* Empties it, and keeps its memory; distribution_free() does not. */
extern void distribution_clear(Distribution *distribution);
extern void distribution_free(Distribution *distribution);

#endif /* PERFCHECK_HTTP_RESULT_DISTRIBUTION_H */
