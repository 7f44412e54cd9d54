/*-------------------------------------------------------------------------
 *
 * row_checks.h
 *		Finds the constraint that a made row would break.
 *
 * Owns the evaluation of CHECKs, of domains and of the bounds of partitions on a
 * row that is not written yet.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_CHECKS_H
#define PERFCHECK_POPULATE_ROW_CHECKS_H

#include "populate/table_model.h"

typedef struct RowChecks RowChecks;

/* Returns the checks of a table; NULL if it has none. */
extern RowChecks *row_checks_create(const TableModel *model);
extern void row_checks_close(RowChecks *checks);

/* Returns the columns that decide on a row's partition. */
extern const Bitmapset *row_checks_routing(const RowChecks *checks);

/* Returns the bounds of the partitions, as texts. */
extern List *row_checks_bounds(const RowChecks *checks);

/* What is broken: its name for a message, and the columns that it is about. */
typedef struct BrokenCheck
{
	const char *name;
	const Bitmapset *columns;
	int number; /* of the check, for row_checks_solve; -1: none */
} BrokenCheck;

/*
 * Returns whether a row is refused, and by what. What is allocated stays until the
 * current memory context is reset. Errors: those that a CHECK itself raises.
 */
extern bool row_checks_refuse(RowChecks *checks, const Datum *values,
							  const bool *nulls, BrokenCheck *broken);

/* Returns how many are broken, counting no more than so many; sets the first. */
extern int row_checks_count(RowChecks *checks, const Datum *values,
							const bool *nulls, int most, BrokenCheck *broken);

/*
 * Solves a broken check of the form column = expression, as of a sum, or
 * column = lower(column), by giving the column that value; with a random number
 * other than 0 also one of the form column < expression, by a value that is drawn
 * near it. Tells which columns may be set. Returns the column, or 0 if that is not
 * possible. The row is the one that was refused last.
 */
extern AttrNumber row_checks_solve(RowChecks *checks, const BrokenCheck *broken,
								   const Bitmapset *settable, uint64 random,
								   Datum *values, bool *nulls);

#endif /* PERFCHECK_POPULATE_ROW_CHECKS_H */
