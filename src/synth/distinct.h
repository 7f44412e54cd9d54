/*-------------------------------------------------------------------------
 *
 * distinct.h
 *		How many distinct values ANALYZE finds in a column.
 *
 * Owns the expected result of the server's estimate (Haas and Stokes, Duj1) for
 * a column of which it is known how many values share how many rows evenly. The
 * estimate counts the rows of common values as if they spoke for the others, so
 * it is too low where there are some, and n_distinct in pg_stats is not the
 * number of values to make. No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_DISTINCT_H
#define PERFCHECK_SYNTH_DISTINCT_H

/* Of the rows that are not NULL */
typedef struct DistinctTable
{
	double rows;
	double sampled; /* rows that ANALYZE reads */
	double common;  /* values that it is sure to see more than once */
	double values;  /* other ones, and which of them it sees, and sees once */
	double seen;
	double once;
} DistinctTable;

/* Adds values that share rows evenly, of which this share is sampled. */
extern void distinct_add(DistinctTable *table, double values, double rows,
						 double share);

/* Returns what ANALYZE finds. */
extern double distinct_found(const DistinctTable *table);

/* Returns how many of the values are seen in a share of the rows, at random. */
extern double distinct_seen(double values, double rows, double share);

#endif /* PERFCHECK_SYNTH_DISTINCT_H */
