/*-------------------------------------------------------------------------
 *
 * distinct.c
 *		How many distinct values ANALYZE finds in a column.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/distinct.h"

#include <math.h>

double
distinct_seen(double values, double rows, double share)
{
	if (values <= 0 || rows <= 0)
		return 0;
	if (share >= 1)
		return values;
	return values * -expm1(log1p(-share) * fmax(rows / values, 1));
}

void
distinct_add(DistinctTable *table, double values, double rows, double share)
{
	if (values <= 0 || rows <= 0)
		return;
	table->values += values;
	table->seen += distinct_seen(values, rows, share);
	if (share < 1)
		table->once +=
			rows * share * exp(log1p(-share) * fmax(rows / values - 1, 0));
}

double
distinct_found(const DistinctTable *table)
{
	double share = table->sampled / table->rows;
	double found;

	if (share >= 1)
		return table->common + table->values;
	found = table->sampled * (table->common + table->seen) /
			(table->sampled - table->once + table->once * share);
	return found < table->rows ? found : table->rows;
}
