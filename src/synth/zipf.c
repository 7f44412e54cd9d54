/*-------------------------------------------------------------------------
 *
 * zipf.c
 *		Draws from a Zipf-like distribution in constant time.
 *
 * This is the alias method (Walker, Vose). There are n columns of equal
 * probability, and each is shared by at most two numbers: its own, up to a
 * threshold, and an alias. One random number picks a column by its upper half
 * and compares its lower half with the threshold. All arithmetic is exact in
 * integers, except that thresholds are truncated to 32 bits.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/zipf.h"

/*
 * Returns the weight of number k, times n. The mean of that over all columns is
 * the sum of all weights, which is below 2^31 for 100,000 columns.
 */
static uint64_t
column_weight(uint32_t k, uint32_t n)
{
	return (UINT64_C(1) << 27) / (k + 2) * n;
}

/*
 * Weights descend, so the columns with more than the mean come first. Beginning
 * with the first of these, each fills up columns with less than the mean. When
 * it has given so much that it has less itself, the next one fills it up.
 */
void
zipf_init(ZipfColumn *table, uint32_t n)
{
	uint64_t full = 0;                   /* the mean */
	uint64_t left = column_weight(0, n); /* of the giver's weight */
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
