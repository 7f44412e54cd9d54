/*-------------------------------------------------------------------------
 *
 * percentile.h
 *		Exact statistics over latency samples.
 *
 * Owns the one definition of percentile that perfcheck uses, nearest rank:
 * of n sorted samples the p-th percentile is sample number ceil(p / 100 * n),
 * counted from 1 (p = 0 gives the first). It is always a value that was
 * measured, never an interpolation. Pure C: the server extension and
 * perfcheck-http share it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_PERCENTILE_H
#define PERFCHECK_SHARED_PERCENTILE_H

#include <stddef.h>
#include <stdint.h>

/* Sorts n samples ascending, in place. Any unit. */
extern void percentile_sort(int64_t *samples, size_t n);

/*
 * The nearest-rank percentile of n ascending samples, in their unit. percent
 * is in percent (99.9, not 0.999) and is clamped to 0..100. 0 when n is 0.
 */
extern int64_t percentile_percentile(const int64_t *sorted, size_t n,
									 double percent);

/* That sample's number, counted from 1. n > 0. */
extern size_t percentile_rank(size_t n, double percent);

/* The arithmetic mean, in the samples' unit. 0 when n is 0. */
extern double percentile_mean(const int64_t *samples, size_t n);

#endif /* PERFCHECK_SHARED_PERCENTILE_H */
