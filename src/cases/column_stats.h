/*-------------------------------------------------------------------------
 *
 * column_stats.h
 *		What ANALYZE knows of a column: pg_statistic, as the caller may see it.
 *
 * Reads no row of the table. Values are text under the settings of
 * guc_scope_enter().
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
	double distinct;   /* as in pg_stats: below 0, a share of the rows */
	/* The most common values, the most frequent one first. */
	int ncommon;
	Datum *common;
	float4 *shares; /* of the rows */
	/* Bounds of equally frequent parts of the other values, in order. */
	int nbounds;
	Datum *bounds;
} ColumnStatistics;

/*
 * The statistics of a column of a table with its partitions. NULL where there
 * are none, where they hold no value, or where the caller may not see each
 * value: without rights on the column, or under row security.
 */
extern ColumnStatistics *column_stats_read(Oid relid, AttrNumber attnum);

extern char *column_stats_text(const ColumnStatistics *statistics, Datum value);

/*
 * The values at n fractions (0 to 1) of a column's rows, nulls left out; the
 * smallest and the largest one are those that ANALYZE saw.
 */
extern void column_stats_quantiles(const ColumnStatistics *statistics,
								   const double *fractions, int n,
								   Datum *values);

/*
 * Whether ANALYZE has never seen rows of a table although it fills more than a
 * page: the planner then guesses. The table must be locked.
 */
extern bool column_stats_are_missing(Oid relid);

#endif /* PERFCHECK_CASES_COLUMN_STATS_H */
