/*-------------------------------------------------------------------------
 *
 * zipf.c
 *		Draws by Zipf-like popularity, in constant time.
 *
 * An alias table: n columns that are drawn alike, each shared by two places
 * at most. All of it is exact, but for the thresholds, which are cut to 32
 * bits.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/zipf.h"

/*
 * The weight of place k, times n, so that the mean column holds the sum of
 * all weights. That sum is below 2^31 for 100,000 places.
 */
static uint64_t
column_weight(uint32_t k, uint32_t n)
{
	return (UINT64_C(1) << 27) / (k + 2) * n;
}

/*
 * Weights descend, so the columns that have too much come first. Starting
 * with the first of them they fill up the others; one that has given so much
 * that it is no longer full is itself filled up by the next.
 */
void
zipf_init(ZipfColumn *table, uint32_t n)
{
	uint64_t full = 0;
	uint64_t left = column_weight(0, n); /* in the column that gives */
	uint32_t giver = 0;
	uint32_t taker = 0;

	for (uint32_t k = 0; k < n; k++)
	{
		full += column_weight(k, 1);
		table[k].threshold = UINT32_MAX;
		table[k].alias = k;
	}
	while (taker < n && column_weight(taker, n) >= full)
		taker++;
	for (; taker < n; taker++)
	{
		uint64_t own = column_weight(taker, n);

		table[taker].threshold = (uint32_t) ((own << 32) / full);
		table[taker].alias = giver;
		left -= full - own;
		while (left < full)
		{
			table[giver].threshold = (uint32_t) ((left << 32) / full);
			table[giver].alias = giver + 1;
			giver++;
			left += column_weight(giver, n) - full;
		}
	}
}
