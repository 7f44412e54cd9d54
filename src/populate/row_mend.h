/*-------------------------------------------------------------------------
 *
 * row_mend.h
 *		Makes rows that no constraint refuses.
 *
 * Owns the trying: a row that a CHECK, a partition or a unique key refuses is made
 * again, with other values in the columns that the constraint is about.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_MEND_H
#define PERFCHECK_POPULATE_ROW_MEND_H

#include "populate/population.h"
#include "populate/row_choices.h"

/* How often a row is made again before it is an error. */
#define ROW_MEND_ATTEMPTS ROW_CHOICES_DRAWS

/*
 * Gets the checks of a table ready, and where rows must be compared with each
 * other, or are looked up by others, finds beforehand which have to be mended. SPI
 * must be connected. Tables that it refers to must be ready. Errors:
 * check_violation and unique_violation, with an example.
 */
extern void row_mend_prepare(TableMaker *table);

/* Sets the values of a row. Errors: as above. */
extern void row_mend_row(TableMaker *table, int64 row, Datum *values,
						 bool *nulls);

/* Frees what the checks hold. */
extern void row_mend_close(TableMaker *table);

#endif /* PERFCHECK_POPULATE_ROW_MEND_H */
