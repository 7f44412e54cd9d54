/*-------------------------------------------------------------------------
 *
 * absent.h
 *		Finds values that a column does not hold.
 *
 * To be called between probe_open() and probe_close(). Errors are those of
 * reading the table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_ABSENT_H
#define PERFCHECK_CASES_ABSENT_H

#include "cases/probe.h"

/*
 * Returns a value above (direction 1) or below (-1) an extreme value of a
 * column. Returns NULL if extreme is NULL, if no such value is known for the
 * type, or if extreme is too close to the end of the type's range.
 */
extern char *absent_beyond(Oid type, const char *extreme, int direction);

/*
 * Returns values of a type, as text, that are unlikely to be anywhere: a List of
 * char *, or NIL for an unknown type. They are labels for an enum.
 */
extern List *absent_fixed_values(Oid type);

/*
 * Returns a value that no row has in any column that the parameter is to be equal
 * to, or NULL if no candidate is one.
 */
extern char *absent_value(const Lookup *lookup);

#endif /* PERFCHECK_CASES_ABSENT_H */
