/*-------------------------------------------------------------------------
 *
 * zipf.h
 *		Draws by Zipf-like popularity, in constant time.
 *
 * Owns how popular the artist in place k (from 0) is: it is drawn with a
 * weight of 1 / (k + 2).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_ZIPF_H
#define PERFCHECK_SYNTH_ZIPF_H

#include <stdint.h>

/* Column k keeps the draws below threshold and gives the others to alias. */
typedef struct ZipfColumn
{
	uint32_t threshold;
	uint32_t alias;
} ZipfColumn;

/* n: 1 to 100,000 */
extern void zipf_init(ZipfColumn *table, uint32_t n);

/* 0..n - 1, from a random number */
static inline uint32_t
zipf_draw(const ZipfColumn *table, uint32_t n, uint64_t random)
{
	uint32_t column = (uint32_t) (((random >> 32) * n) >> 32);

	if ((uint32_t) random < table[column].threshold)
		return column;
	return table[column].alias;
}

#endif /* PERFCHECK_SYNTH_ZIPF_H */
