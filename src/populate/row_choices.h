/*-------------------------------------------------------------------------
 *
 * row_choices.h
 *		Values that a CHECK may accept, where those that fit the statistics are refused.
 *
 * Owns what else a column may hold: the constants of its CHECKs and of the bounds of
 * partitions, what lies between them, values of rows that the table holds, and a few
 * plain values of the type.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_CHOICES_H
#define PERFCHECK_POPULATE_ROW_CHOICES_H

#include "populate/population.h"

/*
 * The attempts of a column: 0 is the value that fits, then so many other draws, and
 * then its choices, one a number.
 */
#define ROW_CHOICES_DRAWS 100
#define ROW_CHOICES_MOST 150

/*
 * Finds the choices of the columns that checks are about. texts are the bounds of
 * partitions. The first nrow_choices of each column are those of rows that the table
 * holds, in the same order. SPI must be connected.
 */
extern void row_choices_find(TableMaker *table, const List *texts,
							 const Bitmapset *routing);

/*
 * Returns a choice that is another value for each row, as bytes of a length are; -1 if
 * there is none. nth tells which of them.
 */
extern int row_choices_fresh(const ColumnPlan *plan, int nth);

/* Sets the value of a choice, counted from 0, for a row. Returns false if NULL. */
extern bool row_choices_value(const TableMaker *table, AttrNumber attnum,
							  int number, int64 row, Datum *value);

#endif /* PERFCHECK_POPULATE_ROW_CHOICES_H */
