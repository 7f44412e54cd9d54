/*-------------------------------------------------------------------------
 *
 * distinct.h
 *		How many distinct values ANALYZE finds, and how many to make for that.
 *
 * Owns the expected result of the server's estimate (Haas and Stokes, Duj1) for
 * a column that has some common values and a tail of others, which share the
 * remaining rows evenly. The estimate counts the rows of common values as if
 * they spoke for the tail, so it is too low, and n_distinct in pg_stats is not
 * the number of values to make. No function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_DISTINCT_H
#define PERFCHECK_SYNTH_DISTINCT_H

/* Of the rows that are not NULL */
typedef struct DistinctTable
{
	double rows;
	double sampled;   /* rows that ANALYZE reads */
	double common;    /* values */
	double tail_rows; /* rows of other values */
} DistinctTable;

/* Returns what ANALYZE finds, if the tail has so many values. */
extern double distinct_found(const DistinctTable *table, double tail_values);

/* Returns how many values the tail has to have, for ANALYZE to find so many. */
extern double distinct_needed(const DistinctTable *table, double found);

/*
 * Returns how many of the tail's values are seen in a share of the rows, taken
 * at random.
 */
extern double distinct_seen(const DistinctTable *table, double tail_values,
							double share);

#endif /* PERFCHECK_SYNTH_DISTINCT_H */
