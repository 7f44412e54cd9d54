/*-------------------------------------------------------------------------
 *
 * frequency.h
 *		How often values of an expression occur in a table.
 *
 * SPI is connected, and guc_scope_enter() called.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_FREQUENCY_H
#define PERFCHECK_CASES_FREQUENCY_H

#include "cases/probe.h"

/* Values that rows have, by falling frequency; equally frequent ones by value.
 */
typedef struct Frequencies
{
	int n;
	char **values;
	double *counts; /* of rows, counted in the whole table */
	/* The value of the middle row, when rows are sorted by how frequent theirs
	 * is. */
	int typical;
	double rows;   /* of the table, nulls left out */
	double shared; /* of the table, with nulls: what shares are taken of */
} Frequencies;

/*
 * The most frequent values, the typical one, and rare ones: all values where
 * there are up to 200, else about as many. n is 0 where no row has a value.
 */
extern Frequencies *frequency_read(const Lookup *lookup);

/* SQL for: the expression of the variable equals a value, by its own type. */
extern const char *frequency_equal(const Lookup *lookup, const char *value);

#endif /* PERFCHECK_CASES_FREQUENCY_H */
