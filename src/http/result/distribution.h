/*-------------------------------------------------------------------------
 *
 * distribution.h
 *		Stores many latencies, and computes their percentiles.
 *
 * Owns the two forms in which samples are stored. At first every sample is kept
 * as it is, and percentiles are exact. distribution_compact() turns them into a
 * histogram of constant size (248 kB), whose percentiles are off by at most
 * 1/2,048 of their value, less than 0.05 %. Count, mean, smallest and largest
 * are always exact.
 *
 * Percentiles are by nearest rank, as in percentile.h. The unit is the caller's;
 * perfcheck-http stores microseconds.
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

/* A distribution that is all zero is empty. */
typedef struct Distribution
{
	int64_t *samples; /* while it is exact */
	size_t room;
	bool sorted;
	uint64_t *counts; /* of the histogram; NULL while it is exact */
	size_t count;
	double sum;
	int64_t min; /* 0 if empty, like max */
	int64_t max;
} Distribution;

/* Adds a sample; a negative value counts as 0. */
extern void distribution_add(Distribution *distribution, int64_t value);

/* Adds the samples of `from`; turns into a histogram if `from` is one. */
extern void distribution_merge(Distribution *into, const Distribution *from);

/*
 * Turns the samples into a histogram, which no longer grows.
 * distribution_is_exact() returns whether that has not happened yet.
 */
extern void distribution_compact(Distribution *distribution);
extern bool distribution_is_exact(const Distribution *distribution);

/* Returns a percentile (99.9, not 0.999), or 0 if empty. May have to sort. */
extern int64_t distribution_percentile(Distribution *distribution,
									   double percent);
/* Returns sample number `rank` of them, from 1 to count. May have to sort. */
extern int64_t distribution_at(Distribution *distribution, size_t rank);
/* Returns the arithmetic mean, or 0 if empty. */
extern double distribution_mean(const Distribution *distribution);

/* Returns how many samples are at most this value. May have to sort. */
extern size_t distribution_up_to(Distribution *distribution, int64_t value);

/* Both empty it; distribution_clear() keeps its memory for new samples. */
extern void distribution_clear(Distribution *distribution);
extern void distribution_free(Distribution *distribution);

#endif /* PERFCHECK_HTTP_RESULT_DISTRIBUTION_H */
