/*-------------------------------------------------------------------------
 *
 * unique_guard.h
 *		Keeps the rows of a table from having the same key twice.
 *
 * Owns the hashes of the keys that were given away, and the attempts of the rows
 * that had to be made otherwise. A key takes 8 to 16 bytes while a table is
 * checked. Only keys are guarded that are not distinct by the way they are made.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_UNIQUE_GUARD_H
#define PERFCHECK_POPULATE_UNIQUE_GUARD_H

#include "populate/population.h"

typedef struct UniqueGuard UniqueGuard;

/*
 * Returns a guard of the unique constraints in a list of ModelUnique, and of all the
 * table's unique indexes of expressions or with a WHERE, for this many rows.
 */
extern UniqueGuard *unique_guard_create(const TableModel *model, List *uniques,
										int64 rows);

/* Returns the columns of these indexes, of their expressions and conditions too. */
extern Bitmapset *unique_guard_columns(const TableModel *model);

/* Is a column the only one of the keys of such an index, as in lower(email)? */
extern bool unique_guard_is_alone(const TableModel *model, AttrNumber attnum);

/*
 * Returns whether a key of a row is taken, and then sets the constraint's name and
 * its columns; if all are free, takes them.
 */
extern bool unique_guard_taken(UniqueGuard *guard, const Datum *values,
							   const bool *nulls, const char **name,
							   Bitmapset **columns);

/* Forgets the keys, not the attempts. */
extern void unique_guard_close(UniqueGuard *guard);

/* Keeps the attempts, one a column, of a row. */
extern void unique_guard_keep(UniqueGuard *guard, int64 row,
							  const uint8 *attempts);

/* Keeps a value of a row that its attempts do not tell. */
extern void unique_guard_keep_value(UniqueGuard *guard, int64 row,
									AttrNumber attnum, Datum value);

/* Sets it. Returns false if none was kept; also if guard is NULL. */
extern bool unique_guard_value(const UniqueGuard *guard, int64 row,
							   AttrNumber attnum, Datum *value);

/* Returns the attempts of a row; NULL if all are 0, or if guard is NULL. */
extern const uint8 *unique_guard_attempts(const UniqueGuard *guard, int64 row);

#endif /* PERFCHECK_POPULATE_UNIQUE_GUARD_H */
