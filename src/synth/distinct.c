/*-------------------------------------------------------------------------
 *
 * distinct.c
 *		How many distinct values ANALYZE finds, and how many to make for that.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/distinct.h"

#include <math.h>

double
distinct_seen(const DistinctTable *table, double tail_values, double share)
{
	if (tail_values <= 0 || table->tail_rows <= 0)
		return 0;
	if (share >= 1)
		return tail_values;
	return tail_values * -expm1(log1p(-share) * table->tail_rows / tail_values);
}

double
distinct_found(const DistinctTable *table, double tail_values)
{
	double share = table->sampled / table->rows;
	double seen = distinct_seen(table, tail_values, share);
	double once = 0;
	double found;

	if (share >= 1)
		return table->common + tail_values;
	if (tail_values > 0 && table->tail_rows > 0)
		once = table->tail_rows * share *
			   exp(log1p(-share) * (table->tail_rows / tail_values - 1));
	found = table->sampled * (table->common + seen) /
			(table->sampled - once + once * share);
	return found < table->rows ? found : table->rows;
}

double
distinct_needed(const DistinctTable *table, double found)
{
	double low = 0;
	double high = table->tail_rows;

	if (table->rows <= 0 || found >= distinct_found(table, high))
		return high;
	for (int k = 0; k < 60; k++)
	{
		double middle = (low + high) / 2;

		if (distinct_found(table, middle) < found)
			low = middle;
		else
			high = middle;
	}
	return high;
}
