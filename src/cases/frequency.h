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
	/* A value that leads to no row of the query's large tables; or NULL. */
	char *unreached;
} Frequencies;

/*
 * Returns the most frequent values, the typical one, and rare ones: all values
 * if there are at most 200, else about that many. n is 0 if no row has a
 * value.
 */
extern const Frequencies *frequency_read(const Lookup *lookup);

/*
 * Makes frequency_read() remember what it returns until the memory context ends
 * that is current now. To be called once for each call of an SQL function, since
 * the rows may have changed at the next one. Raises no error.
 */
extern void frequency_start_cache(void);

/*
 * Returns SQL that ranks the values of an expression by their number of rows: a
 * value, its rows, the rows of all values, and whether it is the typical one; the
 * most frequent value first, as many as frequency_read() returns. text is SQL for
 * the text of the expression, and from is what stands behind FROM.
 */
extern const char *frequency_ranked_sql(const char *text,
										const char *expression,
										const char *from);

/*
 * Returns SQL for "the expression equals this value". It uses the equality
 * operator of the expression's own type, not that of the query.
 */
extern const char *frequency_equal(const Lookup *lookup, const char *value);

#endif /* PERFCHECK_CASES_FREQUENCY_H */
