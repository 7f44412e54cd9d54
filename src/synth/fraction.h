/*-------------------------------------------------------------------------
 *
 * fraction.h
 *		Multiplies by a fraction of integers, exactly and without a division.
 *
 * Owns this arithmetic. The quotient as a double gives a first guess, which
 * integers put right, so that the result is the same on every machine.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_FRACTION_H
#define PERFCHECK_SYNTH_FRACTION_H

#include <stdint.h>

/* multiply / divide, both below 2^32 */
typedef struct Fraction
{
	uint64_t multiply;
	uint64_t divide;
	double quotient;
} Fraction;

static inline Fraction
fraction_make(uint64_t multiply, uint64_t divide)
{
	Fraction fraction = {multiply, divide, 0};

	if (divide > 0)
		fraction.quotient = (double) multiply / (double) divide;
	return fraction;
}

/* Returns x * multiply / divide, rounded down, where x is below 2^32. */
static inline uint64_t
fraction_floor(const Fraction *fraction, uint64_t x)
{
	uint64_t product = x * fraction->multiply;
	uint64_t result = (uint64_t) ((double) x * fraction->quotient);

	while (result * fraction->divide > product)
		result--;
	while (product - result * fraction->divide >= fraction->divide)
		result++;
	return result;
}

/* Returns (x * multiply - 1) / divide, rounded down; neither factor is 0. */
static inline uint64_t
fraction_floor_below(const Fraction *fraction, uint64_t x)
{
	uint64_t result = fraction_floor(fraction, x);

	return result - (result * fraction->divide == x * fraction->multiply);
}

#endif /* PERFCHECK_SYNTH_FRACTION_H */
