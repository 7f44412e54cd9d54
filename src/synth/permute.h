/*-------------------------------------------------------------------------
 *
 * permute.h
 *		Random-looking numbers and permutations, as functions of a key.
 *
 * Owns the arithmetic behind the synthetic rows. Everything is in unsigned
 * integers of fixed width, so that it is the same on every machine. None of
 * it is for cryptography.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_PERMUTE_H
#define PERFCHECK_SYNTH_PERMUTE_H

#include <stdint.h>

#include "shared/splitmix64.h"

/* splitmix64 under the names that the generators call it by. */
static inline uint64_t
permute_mix(uint64_t x)
{
	return splitmix64_mix(x);
}

static inline uint64_t
permute_number(uint64_t key, uint64_t n)
{
	return splitmix64_number(key, n);
}

/* Returns a number from 0 to n - 1, by the upper half of a random number. */
static inline uint32_t
permute_upto(uint64_t random, uint32_t n)
{
	return (uint32_t) (((random >> 32) * n) >> 32);
}

/* The range 0 to size - 1, of which a * b is the size or a little more. */
typedef struct PermuteDomain
{
	uint32_t size;
	uint32_t a;
	uint32_t b;
} PermuteDomain;

/* Returns the domain of this size, which is 1 to 2^31. */
static inline PermuteDomain
permute_domain(uint32_t size)
{
	PermuteDomain domain = {size, 1, 1};

	while (domain.a < size / domain.a)
		domain.a++;
	domain.b = (size + domain.a - 1) / domain.a;
	return domain;
}

/*
 * Returns x under a permutation of the domain. This is a Feistel network on the
 * two digits of x in mixed radix. The few results that are not below size are
 * permuted again until they are.
 */
static inline uint32_t
permute_in_domain(const PermuteDomain *domain, uint64_t key, uint32_t x)
{
	uint32_t a = domain->a;
	uint32_t b = domain->b;

	do
	{
		uint32_t high = x / b;
		uint32_t low = x % b;

		for (uint64_t round = 0; round < 4; round += 2)
		{
			high += permute_upto(permute_mix(key + ((round << 32) | low)), a);
			high -= high >= a ? a : 0;
			low += permute_upto(permute_mix(key + (((round + 1) << 32) | high)),
								b);
			low -= low >= b ? b : 0;
		}
		x = high * b + low;
	} while (x >= domain->size);
	return x;
}

/* Returns x under a permutation of the numbers of 60 bits. */
static inline uint64_t
permute_60_bits(uint64_t key, uint64_t x)
{
	uint64_t left = x >> 30;
	uint64_t right = x & ((UINT64_C(1) << 30) - 1);

	for (uint64_t round = 0; round < 4; round++)
	{
		uint64_t hash = permute_mix(key + ((round << 32) | right)) >> 34;
		uint64_t next = left ^ hash;

		left = right;
		right = next;
	}
	return (left << 30) | right;
}

#endif /* PERFCHECK_SYNTH_PERMUTE_H */
