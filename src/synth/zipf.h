/*-------------------------------------------------------------------------
 *
 * zipf.h
 *		Draws from a Zipf-like distribution in constant time.
 *
 * Owns how popular the artists are: number k, counted from 0, is drawn with
 * the weight 1 / (k + 2). No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_ZIPF_H
#define PERFCHECK_SYNTH_ZIPF_H

#include <stdint.h>

/* Of the draws of column k, those below threshold give k, the others alias. */
typedef struct ZipfColumn
{
	uint32_t threshold;
	uint32_t alias;
} ZipfColumn;

/* Sets a table of n columns, where 1 <= n <= 100,000. */
extern void zipf_init(ZipfColumn *table, uint32_t n);

/* Returns a number from 0 to n - 1, drawn by a random number of 64 bits. */
static inline uint32_t
zipf_draw(const ZipfColumn *table, uint32_t n, uint64_t random)
{
	uint32_t column = (uint32_t) (((random >> 32) * n) >> 32);

	if ((uint32_t) random < table[column].threshold)
		return column;
	return table[column].alias;
}

#endif /* PERFCHECK_SYNTH_ZIPF_H */
