/*-------------------------------------------------------------------------
 *
 * row_maker.h
 *		Makes the rows of a table, value by value.
 *
 * Owns how the plans of columns and keys become the values of a row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_MAKER_H
#define PERFCHECK_POPULATE_ROW_MAKER_H

#include "populate/population.h"

/*
 * Sets the value that a row holds in a column: be it one that the table holds
 * already, which come first, or one that is made. Returns false for NULL.
 */
extern bool row_maker_value(TableMaker *table, int64 row, AttrNumber attnum,
							Datum *value);

/* Returns whether values of a column are made at present; see TableMaker.made. */
extern bool row_maker_makes(const TableMaker *table, AttrNumber attnum);

/*
 * Sets all values of a row that is made, counted from 0 among these; NULL where none
 * is made. attempts has a number a column, or is NULL if all are 0.
 */
extern void row_maker_row(TableMaker *table, int64 row, const uint8 *attempts,
						  Datum *values, bool *nulls);

#endif /* PERFCHECK_POPULATE_ROW_MAKER_H */
