/*-------------------------------------------------------------------------
 *
 * stats.c
 *		Exact statistics over latency samples; see stats.h.
 *
 *-------------------------------------------------------------------------
 */
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int
stats_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a;
	int64_t y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

void
stats_sort(int64_t *samples, size_t n)
{
	if (n > 1)
		(qsort)(samples, n, sizeof(int64_t), stats_compare);
}

size_t
stats_rank(size_t n, double percent)
{
	/*
	 * percent * n first: 95 / 100.0 * 20 is a hair above 19 in binary, and its
	 * ceiling would be one rank too high.
	 */
	double rank = ceil(percent * (double) n / 100.0);

	if (!(rank >= 1))
		rank = 1;
	if (rank > (double) n)
		rank = (double) n;
	return (size_t) rank;
}

int64_t
stats_percentile(const int64_t *sorted, size_t n, double percent)
{
	return n > 0 ? sorted[stats_rank(n, percent) - 1] : 0;
}

double
stats_mean(const int64_t *samples, size_t n)
{
	double sum = 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum += (double) samples[i];
	return sum / (double) n;
}
