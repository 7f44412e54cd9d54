/*-------------------------------------------------------------------------
 *
 * column_statistics.h
 *		What is known of the values of a column, as pg_stats shows it.
 *
 * Owns nothing but this structure. Values are text, in the input syntax of the
 * column's type or of its elements. With values left out of the statistics,
 * common, bounds, elements and sample are NULL, and the numbers remain.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COLUMN_STATISTICS_H
#define PERFCHECK_POPULATE_COLUMN_STATISTICS_H

typedef struct ColumnStatistics
{
	double rows; /* of the table when they were taken */
	double null_frac;
	int width;
	double ndistinct; /* below 0: minus a share of the rows; 0: unknown */
	double correlation;

	int ncommon;
	char **common; /* or NULL */
	double *freqs; /* shares of all rows, NULLs too */

	int nbounds;
	char **bounds; /* histogram_bounds, or NULL */

	int nelements;
	char **elements; /* most_common_elems of arrays and tsvectors, or NULL */
	int nelement_freqs;
	double *element_freqs; /* as in pg_stats, with the extremes at the end */
	int nelement_counts;
	double *element_counts; /* elem_count_histogram: the last is the mean */

	double range_empty; /* share of the ranges that are empty */
	int nrange_bounds;
	char **range_bounds; /* range_bounds_histogram: ranges, or NULL */
	int nrange_lengths;
	char **range_lengths; /* range_length_histogram: numbers, or NULL */

	int nsample;
	char **sample; /* a few values where pg_stats holds none, or NULL */
} ColumnStatistics;

#endif /* PERFCHECK_POPULATE_COLUMN_STATISTICS_H */
