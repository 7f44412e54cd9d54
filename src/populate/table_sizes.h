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

/* In statistics, a table of fewer rows is one of lookups, and keeps its size. */
#define TABLE_SIZES_LOOKUP 1000

/*
 * Sets the rows to be made of each table: those of the statistics, or such that the
 * largest one has rows, or each has factor times its rows. rows or factor is
 * negative if not given. What tables hold counts. Errors: invalid_parameter_value
 * where nothing tells a size.
 */
extern void table_sizes_decide(const Population *population, int64 rows,
							   double factor);

#endif /* PERFCHECK_POPULATE_TABLE_SIZES_H */
