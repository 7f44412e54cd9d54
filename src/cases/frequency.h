/*-------------------------------------------------------------------------
 *
 * frequency.h
 *		Counts how often values of an expression occur in a table.
 *
 * To be called between probe_open() and probe_close(). Errors are those of
 * reading the table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_FREQUENCY_H
#define PERFCHECK_CASES_FREQUENCY_H

#include "cases/probe.h"

/* Values of the rows, the most frequent one first; ties in order of value. */
typedef struct Frequencies
{
	int n;
	char **values;
	double *counts; /* of rows, counted in the whole table */
	/*
	 * The index of the typical value: that of the middle row, when the rows
	 * are sorted by how frequent their value is.
	 */
	int typical;
	double rows;   /* of the table, without nulls */
	double shared; /* of the table, with nulls: the base of shares */
} Frequencies;

/*
 * Returns the most frequent values, the typical one, and rare ones: all values
 * if there are at most 200, else about that many. n is 0 if no row has a
 * value.
 */
extern Frequencies *frequency_read(const Lookup *lookup);

/*
 * Returns SQL for "the expression equals this value". It uses the equality
 * operator of the expression's own type, not that of the query.
 */
extern const char *frequency_equal(const Lookup *lookup, const char *value);

#endif /* PERFCHECK_CASES_FREQUENCY_H */
