/*-------------------------------------------------------------------------
 *
 * splitmix64.h
 *		The pseudorandom number generator splitmix64.
 *
 * Owns its arithmetic. It uses unsigned integers of fixed width only, so that
 * the numbers are the same on every machine: the synthetic rows and the order
 * of requests depend on that. It is not meant for cryptography.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_SPLITMIX64_H
#define PERFCHECK_SHARED_SPLITMIX64_H

#include <stdint.h>

/* Returns x through the finalizer of splitmix64, which is a bijection. */
static inline uint64_t
splitmix64_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
	return x ^ (x >> 31);
}

/* Returns number n, counted from 0, of the sequence that starts at key. */
static inline uint64_t
splitmix64_number(uint64_t key, uint64_t n)
{
	return splitmix64_mix(key + (n + 1) * UINT64_C(0x9E3779B97F4A7C15));
}

#endif /* PERFCHECK_SHARED_SPLITMIX64_H */
