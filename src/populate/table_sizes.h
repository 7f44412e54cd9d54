/*-------------------------------------------------------------------------
 *
 * table_sizes.h
 *		Decides how many rows each table gets.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_SIZES_H
#define PERFCHECK_POPULATE_TABLE_SIZES_H

#include "populate/population.h"

/*
 * A table of fewer rows than this, and of fewer than this part of the largest table's,
 * is one of lookups, which keeps its size when others grow or shrink.
 */
#define TABLE_SIZES_LOOKUP 1000
#define TABLE_SIZES_LOOKUP_SHARE 100

/*
 * Sets the rows to be made of each table: those of the statistics, or such that the
 * largest one has rows, or each has factor times its rows. rows or factor is
 * negative if not given. What tables hold counts. Errors: invalid_parameter_value
 * where nothing tells a size.
 */
extern void table_sizes_decide(const Population *population, int64 rows,
							   double factor);

#endif /* PERFCHECK_POPULATE_TABLE_SIZES_H */
