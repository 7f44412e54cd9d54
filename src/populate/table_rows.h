/*-------------------------------------------------------------------------
 *
 * table_rows.h
 *		The rows that a table holds before any are made.
 *
 * SPI must be connected for all of these.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_ROWS_H
#define PERFCHECK_POPULATE_TABLE_ROWS_H

#include "populate/population.h"

/* Of a parent, at most this many rows are read and referred to. */
#define TABLE_ROWS_HELD INT64_C(1000000)

/* Counts the rows. Errors: insufficient_privilege. */
extern void table_rows_count(TableMaker *table);

/* Reads the columns that others look up. */
extern void table_rows_hold(TableMaker *table);

/*
 * Reads the least and the largest value of columns that are made and may go on
 * where they end. The sources of the columns must be planned.
 */
extern void table_rows_find_ends(TableMaker *table);

/*
 * Sets the first numbers of columns that a sequence numbers, beyond those that are
 * in use, and beyond those that other tables are to take from the same sequence.
 */
extern void table_rows_number(const Population *population, TableMaker *table);

/* Leaves the sequences where the next number is the one after the last made. */
extern void table_rows_leave_sequences(const Population *population,
									   const TableMaker *table);

#endif /* PERFCHECK_POPULATE_TABLE_ROWS_H */
