/*-------------------------------------------------------------------------
 *
 * comparison_blocks.c
 *		Percentiles of any set of slices; see comparison_blocks.h.
 *
 *-------------------------------------------------------------------------
 */
#include "shared/comparison_blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/percentile.h"

#define GRID_MAX 2048

/* The bits of doubles that are not negative have the same order. */
static int64_t
to_bits(double value)
{
	int64_t bits;

	value = value > 0 ? value : 0;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

double
blocks_from_bits(int64_t bits)
{
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* Returns all samples of n slices, sorted, as bits; NULL without memory. */
int64_t *
blocks_sorted_bits(const ComparisonSlice *slices, size_t n, size_t *count)
{
	int64_t *bits;
	size_t at = 0;

	*count = 0;
	for (size_t i = 0; i < n; i++)
		*count += slices[i].count;
	bits = malloc((*count + 1) * sizeof(int64_t));
	if (bits == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < slices[i].count; k++)
			bits[at++] = to_bits(slices[i].samples[k]);
	percentile_sort(bits, *count);
	return bits;
}

/* Takes the grid from the sorted samples of both sides. */
bool
blocks_make_grid(Blocks *blocks, const int64_t *bits, size_t count)
{
	blocks->grid = malloc(GRID_MAX * sizeof(double));
	if (blocks->grid == NULL)
		return false;
	for (size_t g = 0; g < GRID_MAX; g++)
	{
		/* The last one is the largest sample, so a search always ends. */
		size_t rank = count <= GRID_MAX ? g : (g + 1) * count / GRID_MAX - 1;
		double value;

		if (rank >= count)
			break;
		value = blocks_from_bits(bits[rank]);
		if (blocks->grid_count == 0 ||
			value > blocks->grid[blocks->grid_count - 1])
			blocks->grid[blocks->grid_count++] = value;
	}
	blocks->floor = 1;
	for (size_t i = 0; i < count; i++)
		if (bits[i] > 0)
		{
			blocks->floor = blocks_from_bits(bits[i]);
			break;
		}
	return true;
}

/* Returns the place of the first value of the grid that is not below value. */
static size_t
grid_place(const Blocks *blocks, double value)
{
	size_t low = 0;
	size_t high = blocks->grid_count - 1;

	while (low < high)
	{
		size_t middle = (low + high) / 2;

		if (blocks->grid[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Counts the samples of a slice in, for sums that are made afterwards. */
static void
count_slice(Blocks *blocks, size_t block, const ComparisonSlice *slice)
{
	uint32_t *up_to = &blocks->up_to[block * blocks->grid_count];

	for (size_t k = 0; k < slice->count; k++)
	{
		double value = slice->samples[k] > 0 ? slice->samples[k] : 0;

		up_to[grid_place(blocks, value)]++;
	}
}

/*
 * Makes the counts of all blocks, of one slice each. slices has those of both
 * sides, one side after the other.
 */
bool
blocks_count_slices(Blocks *blocks, const ComparisonSlice *slices)
{
	size_t n = blocks->count[0] + blocks->count[1];

	blocks->up_to = calloc(n * blocks->grid_count, sizeof(uint32_t));
	if (blocks->up_to == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
	{
		uint32_t *up_to = &blocks->up_to[i * blocks->grid_count];

		count_slice(blocks, i, &slices[i]);
		for (size_t g = 1; g < blocks->grid_count; g++)
			up_to[g] += up_to[g - 1];
	}
	return true;
}

/* Joins two neighbours of each side at a time; a last odd one joins them. */
void
blocks_join(Blocks *blocks)
{
	size_t width = blocks->grid_count;
	size_t from = 0;
	size_t to = 0;

	for (int side = 0; side < 2; side++)
	{
		size_t joined = blocks->count[side] / 2;

		for (size_t i = 0; i < blocks->count[side]; i++)
		{
			size_t into = to + (i / 2 < joined ? i / 2 : joined - 1);
			const uint32_t *added = &blocks->up_to[(from + i) * width];
			uint32_t *sum = &blocks->up_to[into * width];

			if (i % 2 == 0 && i / 2 < joined)
				memmove(sum, added, width * sizeof(uint32_t));
			else
				for (size_t g = 0; g < width; g++)
					sum[g] += added[g];
		}
		from += blocks->count[side];
		to += joined;
		blocks->count[side] = joined;
	}
	blocks->slices *= 2;
}

/* Returns how many samples of a pick are up to a value of the grid. */
static uint64_t
pick_up_to(const Blocks *blocks, const Pick *pick, size_t place)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < pick->count; i++)
		sum += blocks->up_to[pick->blocks[i] * blocks->grid_count + place];
	return sum;
}

/* Returns the logarithm of a pick's percentile. */
double
blocks_pick_log(const Blocks *blocks, const Pick *pick)
{
	size_t low = 0;
	size_t high = blocks->grid_count - 1;
	uint64_t rank = percentile_rank((size_t) pick_up_to(blocks, pick, high),
									blocks->percent);

	while (low < high)
	{
		size_t middle = (low + high) / 2;

		if (pick_up_to(blocks, pick, middle) < rank)
			low = middle + 1;
		else
			high = middle;
	}
	return log(fmax(blocks->grid[low], blocks->floor));
}

double
blocks_log(const Blocks *blocks, size_t block)
{
	Pick pick = {.blocks = &block, .count = 1};

	return blocks_pick_log(blocks, &pick);
}
