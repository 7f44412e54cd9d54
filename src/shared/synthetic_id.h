/*-------------------------------------------------------------------------
 *
 * synthetic_id.h
 *		How the id of a synthetic event is told from any other UUID.
 *
 * Owns the checksum in these ids. A UUID of version 8 (RFC 9562) has 48 bits,
 * the version, 12 bits, the variant and 62 bits; the 62 bits are a checksum of
 * the 60 bits before them. Pure arithmetic on unsigned integers of fixed width.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_SYNTHETIC_ID_H
#define PERFCHECK_SHARED_SYNTHETIC_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/splitmix64.h"

/* This must never change: ids that were made before are known by it. */
#define SYNTHETIC_ID_CHECK_KEY UINT64_C(0x6B2D6576656E7473)

/* Returns the 64 bits that follow on the first 60 bits of an id. */
static inline uint64_t
synthetic_id_low_half(uint64_t first)
{
	uint64_t checksum =
		splitmix64_mix(splitmix64_mix(first ^ SYNTHETIC_ID_CHECK_KEY) +
					   SYNTHETIC_ID_CHECK_KEY);

	return (UINT64_C(2) << 62) | (checksum >> 2);
}

/* Returns whether a UUID is the id of a synthetic event. */
static inline bool
synthetic_id_is_one(const uint8_t id[16])
{
	uint64_t high = 0;
	uint64_t low = 0;

	for (int32_t k = 0; k < 8; k++)
	{
		high = (high << 8) | id[k];
		low = (low << 8) | id[k + 8];
	}
	return (high & 0xF000) == 0x8000 &&
		   low == synthetic_id_low_half((high >> 16 << 12) | (high & 0xFFF));
}

#endif /* PERFCHECK_SHARED_SYNTHETIC_ID_H */
