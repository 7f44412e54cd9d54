/*-------------------------------------------------------------------------
 *
 * column_stats.h
 *		Reads what ANALYZE stored about a column in pg_statistic.
 *
 * Reads no row of the table. The text of values is that of perfcheck's own
 * settings: see probe_open().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_COLUMN_STATS_H
#define PERFCHECK_CASES_COLUMN_STATS_H

#include "access/attnum.h"

typedef struct ColumnStatistics
{
	Oid type;
	Oid collation;
	double null_share; /* of the rows */
	/* The most common values, the most frequent one first. */
	int ncommon;
	Datum *common;
	float4 *shares; /* of the rows */
	/* The histogram: between two bounds lie equally many of the other rows. */
	int nbounds;
	Datum *bounds;
} ColumnStatistics;

/*
 * Returns the statistics of a column of a table together with its partitions.
 * Returns NULL if there are none, if they hold no values, if attnum is 0 (an
 * expression), or if the current user may not see every value: without SELECT
 * on the column, or under row-level security.
 */
extern ColumnStatistics *column_stats_read(Oid relid, AttrNumber attnum);

/*
 * Returns whether the current user may see every value of a column, or with
 * attnum 0 of the whole table.
 */
extern bool column_stats_may_see(Oid relid, AttrNumber attnum);

/*
 * Stores the most frequent elements of an array or a tsvector column, as text, the
 * most frequent one first. Returns how many of n there are: 0 where
 * column_stats_read() would return NULL.
 */
extern int column_stats_elements(Oid relid, AttrNumber attnum, char **elements,
								 int n);

/* Returns a value of the statistics as a cast to text would write it. */
extern char *column_stats_text(const ColumnStatistics *statistics, Datum value);

/*
 * Stores the values at n fractions (0 to 1) of a column's rows in their order,
 * nulls left out. The smallest and the largest value are those that ANALYZE
 * saw; the table may hold smaller and larger ones.
 */
extern void column_stats_quantiles(const ColumnStatistics *statistics,
								   const double *fractions, int n,
								   Datum *values);

/*
 * Returns whether a table that fills more than one page has no statistics at
 * all, so that the planner guesses. The table must be locked.
 */
extern bool column_stats_are_missing(Oid relid);

#endif /* PERFCHECK_CASES_COLUMN_STATS_H */
