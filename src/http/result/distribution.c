/*-------------------------------------------------------------------------
 *
 * distribution.c
 *		Stores many latencies; see distribution.h.
 *
 * Exact samples are an array, which is sorted when a percentile is asked for.
 * The histogram has a bucket for each value below 2,048. Above that, each power
 * of two is divided into 1,024 buckets of equal width, so that a bucket's width
 * is at most 1/1,024 of its values; its middle is what is reported. The bucket
 * of a value follows from its highest bit and the ten bits after it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/result/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "shared/percentile.h"

/*
 * Bucket i below 2 * STEPS holds the value i alone. From there on the buckets
 * i = STEPS * (e + 1) + k hold STEPS * 2^e + k * 2^e and the 2^e - 1 values
 * after it, for 0 <= k < STEPS.
 */
#define STEP_BITS 10
#define STEPS (1 << STEP_BITS)
#define MAX_BITS 40
#define BUCKETS ((size_t) STEPS * (MAX_BITS - STEP_BITS + 1))

static size_t
bucket_of(int64_t value)
{
	int exponent;

	if (value > DISTRIBUTION_MAX)
		value = DISTRIBUTION_MAX;
	if (value < 2 * STEPS)
		return (size_t) value;
	exponent = 63 - __builtin_clzll((unsigned long long) value) - STEP_BITS;
	return (size_t) STEPS * (size_t) (exponent + 1) +
		   (size_t) (value >> exponent) - STEPS;
}

/* Returns the smallest value of a bucket, and in *width how many it has. */
static int64_t
bucket_start(size_t bucket, int64_t *width)
{
	int exponent = bucket < STEPS ? 0 : (int) (bucket >> STEP_BITS) - 1;

	*width = INT64_C(1) << exponent;
	return ((int64_t) bucket - (int64_t) exponent * STEPS) << exponent;
}

void
distribution_add(Distribution *distribution, int64_t value)
{
	if (value < 0)
		value = 0;
	if (distribution->counts != NULL)
		distribution->counts[bucket_of(value)]++;
	else
	{
		distribution->samples =
			memory_grow(distribution->samples, distribution->count + 1,
						&distribution->room, sizeof(int64_t));
		distribution->samples[distribution->count] = value;
		distribution->sorted = false;
	}
	if (distribution->count == 0 || value < distribution->min)
		distribution->min = value;
	if (distribution->count == 0 || value > distribution->max)
		distribution->max = value;
	distribution->count++;
	distribution->sum += (double) value;
}

void
distribution_compact(Distribution *distribution)
{
	if (distribution->counts != NULL)
		return;
	distribution->counts = memory_zeroed(BUCKETS, sizeof(uint64_t));
	for (size_t i = 0; i < distribution->count; i++)
		distribution->counts[bucket_of(distribution->samples[i])]++;
	free(distribution->samples);
	distribution->samples = NULL;
	distribution->room = 0;
}

bool
distribution_is_exact(const Distribution *distribution)
{
	return distribution->counts == NULL;
}

void
distribution_merge(Distribution *into, const Distribution *from)
{
	if (from->count == 0)
		return;
	if (from->counts == NULL)
	{
		for (size_t i = 0; i < from->count; i++)
			distribution_add(into, from->samples[i]);
		return;
	}
	distribution_compact(into);
	for (size_t i = 0; i < BUCKETS; i++)
		into->counts[i] += from->counts[i];
	if (into->count == 0 || from->min < into->min)
		into->min = from->min;
	if (into->count == 0 || from->max > into->max)
		into->max = from->max;
	into->count += from->count;
	into->sum += from->sum;
}

static void
sort(Distribution *distribution)
{
	if (distribution->sorted || distribution->counts != NULL)
		return;
	percentile_sort(distribution->samples, distribution->count);
	distribution->sorted = true;
}

/* Returns the value of sample number `rank`, counted from 1. */
static int64_t
histogram_value(const Distribution *distribution, uint64_t rank)
{
	uint64_t seen = 0;
	size_t bucket = 0;
	int64_t width;
	int64_t value;

	while (seen + distribution->counts[bucket] < rank)
		seen += distribution->counts[bucket++];
	value = bucket_start(bucket, &width);
	value += width / 2;
	if (value < distribution->min)
		return distribution->min;
	return value < distribution->max ? value : distribution->max;
}

int64_t
distribution_at(Distribution *distribution, size_t rank)
{
	if (distribution->counts != NULL)
		return rank == 1 ? distribution->min
			   : rank == distribution->count
				   ? distribution->max
				   : histogram_value(distribution, rank);
	sort(distribution);
	return distribution->samples[rank - 1];
}

int64_t
distribution_percentile(Distribution *distribution, double percent)
{
	if (distribution->count == 0)
		return 0;
	return distribution_at(distribution,
						   percentile_rank(distribution->count, percent));
}

double
distribution_mean(const Distribution *distribution)
{
	return distribution->count > 0
			   ? distribution->sum / (double) distribution->count
			   : 0;
}

/* Returns how many of n ascending samples are at most value. */
static size_t
sorted_up_to(const int64_t *samples, size_t n, int64_t value)
{
	size_t low = 0;

	while (low < n)
	{
		size_t middle = low + (n - low) / 2;

		if (samples[middle] <= value)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

size_t
distribution_up_to(Distribution *distribution, int64_t value)
{
	size_t count = 0;

	if (distribution->count == 0 || value < distribution->min)
		return 0;
	if (value >= distribution->max)
		return distribution->count;
	if (distribution->counts == NULL)
	{
		sort(distribution);
		return sorted_up_to(distribution->samples, distribution->count, value);
	}
	for (size_t i = 0; i <= bucket_of(value); i++)
		count += distribution->counts[i];
	return count;
}

void
distribution_clear(Distribution *distribution)
{
	if (distribution->counts != NULL)
		memset(distribution->counts, 0, BUCKETS * sizeof(uint64_t));
	distribution->count = 0;
	distribution->sum = 0;
	distribution->min = 0;
	distribution->max = 0;
	distribution->sorted = false;
}

void
distribution_free(Distribution *distribution)
{
	free(distribution->samples);
	free(distribution->counts);
	*distribution = (Distribution){0};
}
