/*-------------------------------------------------------------------------
 *
 * scaled_statistics.h
 *		The statistics of a column as they will be in a larger table.
 *
 * Owns how a row of pg_statistic changes as its table grows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_SCALED_STATISTICS_H
#define PERFCHECK_PLAN_SCALED_STATISTICS_H

#include "access/htup.h"

#include "plan/growth.h"

/*
 * Returns a row of pg_statistic for tables at scale, made of today's row and of
 * how the column grows; NULL if nothing changes, as in a smaller table. The row
 * is allocated in the current memory context, and is in no table.
 *
 *	- The distinct values grow by the column's exponent.
 *	- A most common value keeps its rows, where values grow in number. So its
 *	  share shrinks as they grow. One that stands for many values, as a default
 *	  among unique values does, keeps its share, and so does infinity.
 *	- Of a column with new values beyond today's, today's values are the first of
 *	  the histogram, and new ones follow at the same rate. If they lie before
 *	  today's, today's are the last.
 *
 * The share of nulls, the correlation and the elements of arrays stay.
 */
extern HeapTuple scaled_statistics_make(HeapTuple today,
										const GrowthColumn *growth,
										double scale);

#endif /* PERFCHECK_PLAN_SCALED_STATISTICS_H */
