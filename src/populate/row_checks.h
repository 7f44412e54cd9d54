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

/* What is broken: its name for a message, and the columns that it is about. */
typedef struct BrokenCheck
{
	const char *name;
	const Bitmapset *columns;
} BrokenCheck;

/*
 * Returns whether a row is refused, and by what. What is allocated stays until the
 * current memory context is reset. Errors: those that a CHECK itself raises.
 */
extern bool row_checks_refuse(RowChecks *checks, const Datum *values,
							  const bool *nulls, BrokenCheck *broken);

#endif /* PERFCHECK_POPULATE_ROW_CHECKS_H */
