/*-------------------------------------------------------------------------
 *
 * shuffle.h
 *		A keyed permutation of the numbers 0 to size - 1, and its inverse.
 *
 * Owns this permutation. The numbers are laid out in a grid of a lines of b;
 * each line is permuted by a key of its own, the grid is transposed, and each
 * line is permuted again. So the numbers of a line are spread evenly over the
 * whole range, and there is less of a correlation between a number and its
 * image than a random permutation leaves. Unsigned integers of fixed width
 * only; none of it is for cryptography. No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_SHUFFLE_H
#define PERFCHECK_SYNTH_SHUFFLE_H

#include <stdint.h>

#include "shared/splitmix64.h"

/* A line of the grid: size numbers in the next power of two. */
typedef struct ShuffleLine
{
	uint32_t size;
	uint32_t mask;
	uint32_t shift; /* at least half of the mask's bits */
} ShuffleLine;

typedef struct Shuffle
{
	uint64_t key;
	uint64_t size;
	ShuffleLine a;
	ShuffleLine b;
} Shuffle;

static inline ShuffleLine
shuffle_line(uint32_t size)
{
	ShuffleLine line = {size, 0, 0};
	uint32_t bits = 0;

	while (line.mask < size - 1)
	{
		line.mask = line.mask << 1 | 1;
		bits++;
	}
	line.shift = (bits + 1) / 2;
	return line;
}

/* Returns a permutation of size numbers, 1 to 2^32 - 1. */
static inline Shuffle
shuffle_make(uint64_t key, uint64_t size)
{
	Shuffle shuffle = {key, size, {1, 0, 0}, {1, 0, 0}};
	uint32_t a = 1;

	while ((uint64_t) (a + 1) * (a + 1) <= size)
		a++;
	shuffle.a = shuffle_line(a);
	shuffle.b = shuffle_line((uint32_t) ((size + a - 1) / a));
	return shuffle;
}

/* Returns number x of a line under the permutation of a random number. */
static inline uint32_t
shuffle_in_line(const ShuffleLine *line, uint64_t random, uint32_t x)
{
	do
	{
		x = (x + (uint32_t) random) & line->mask;
		x = (x * ((uint32_t) (random >> 16) | 1)) & line->mask;
		x ^= x >> line->shift;
		x = (x * ((uint32_t) (random >> 32) | 1)) & line->mask;
		x ^= x >> line->shift;
		x = (x + (uint32_t) (random >> 47)) & line->mask;
	} while (x >= line->size);
	return x;
}

/* Returns the number whose product with this odd one is 1, modulo 2^32. */
static inline uint32_t
shuffle_inverse_factor(uint32_t odd)
{
	uint32_t inverse = odd; /* right in the lowest 3 bits */

	for (int32_t bits = 3; bits < 32; bits *= 2)
		inverse *= 2 - odd * inverse;
	return inverse;
}

static inline uint32_t
shuffle_back_in_line(const ShuffleLine *line, uint64_t random, uint32_t x)
{
	uint32_t first = shuffle_inverse_factor((uint32_t) (random >> 16) | 1);
	uint32_t second = shuffle_inverse_factor((uint32_t) (random >> 32) | 1);

	do
	{
		x = (x - (uint32_t) (random >> 47)) & line->mask;
		x ^= x >> line->shift;
		x = (x * second) & line->mask;
		x ^= x >> line->shift;
		x = (x * first) & line->mask;
		x = (x - (uint32_t) random) & line->mask;
	} while (x >= line->size);
	return x;
}

/* The random numbers of a line before and after the grid is transposed. */
static inline uint64_t
shuffle_before(const Shuffle *shuffle, uint32_t line)
{
	return splitmix64_number(shuffle->key, line);
}

static inline uint64_t
shuffle_after(const Shuffle *shuffle, uint32_t line)
{
	return splitmix64_number(~shuffle->key, line);
}

/*
 * Returns x, which is below size, under the permutation. Another number, of which
 * the walk might find no end, is its own image.
 */
static inline uint64_t
shuffle_forward(const Shuffle *shuffle, uint64_t x)
{
	if (x >= shuffle->size)
		return x;
	do
	{
		uint32_t high = (uint32_t) (x / shuffle->b.size);
		uint32_t low = (uint32_t) (x % shuffle->b.size);

		low = shuffle_in_line(&shuffle->b, shuffle_before(shuffle, high), low);
		high = shuffle_in_line(&shuffle->a, shuffle_after(shuffle, low), high);
		x = (uint64_t) low * shuffle->a.size + high;
	} while (x >= shuffle->size);
	return x;
}

/* Returns the number that shuffle_forward() takes to x. */
static inline uint64_t
shuffle_backward(const Shuffle *shuffle, uint64_t x)
{
	if (x >= shuffle->size)
		return x;
	do
	{
		uint32_t low = (uint32_t) (x / shuffle->a.size);
		uint32_t high = (uint32_t) (x % shuffle->a.size);

		high = shuffle_back_in_line(&shuffle->a, shuffle_after(shuffle, low),
									high);
		low = shuffle_back_in_line(&shuffle->b, shuffle_before(shuffle, high),
								   low);
		x = (uint64_t) high * shuffle->b.size + low;
	} while (x >= shuffle->size);
	return x;
}

#endif /* PERFCHECK_SYNTH_SHUFFLE_H */
