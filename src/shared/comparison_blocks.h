/*-------------------------------------------------------------------------
 *
 * comparison_blocks.h
 *		Percentiles of any set of slices of a comparison, thousands of times.
 *
 * Owns the grid of values, and how many samples of each block of slices are at most
 * each of them. For comparison.c alone, which frees grid and up_to. Pure C.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_COMPARISON_BLOCKS_H
#define PERFCHECK_SHARED_COMPARISON_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The samples of a slice, in any order and any unit, at least 0. */
typedef struct ComparisonSlice
{
	const double *samples;
	size_t count; /* a slice without samples is passed by */
} ComparisonSlice;

/* All blocks of both sides; those of the first side come first. */
typedef struct Blocks
{
	size_t count[2]; /* of a side */
	size_t slices;   /* in a block */
	double *grid;    /* ascending */
	size_t grid_count;
	uint32_t *up_to; /* of block b, samples up to grid[g]: b * grid_count + g */
	double percent;
	double floor; /* values below count as this one, as a ratio needs */
} Blocks;

/* A set of blocks, with repetitions; scratch of deals and drawings. */
typedef struct Pick
{
	size_t *blocks;
	size_t count;
} Pick;

/* Returns all samples of n slices, sorted, as bits; NULL without memory. */
extern int64_t *blocks_sorted_bits(const ComparisonSlice *slices, size_t n,
								   size_t *count);
/* Returns the value that such bits are. */
extern double blocks_from_bits(int64_t bits);

/* Make the grid and the counts; return false without memory. */
extern bool blocks_make_grid(Blocks *blocks, const int64_t *bits, size_t count);
extern bool blocks_count_slices(Blocks *blocks, const ComparisonSlice *slices);

/* Joins two neighbours of each side at a time; a last odd one joins them. */
extern void blocks_join(Blocks *blocks);

/* Return the logarithm of the percentile of a pick, or of one block. */
extern double blocks_pick_log(const Blocks *blocks, const Pick *pick);
extern double blocks_log(const Blocks *blocks, size_t block);

#endif /* PERFCHECK_SHARED_COMPARISON_BLOCKS_H */
