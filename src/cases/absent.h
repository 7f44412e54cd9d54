/*-------------------------------------------------------------------------
 *
 * absent.h
 *		Proposes values, by type, that a column probably does not hold.
 *
 * These are candidates: the caller finds out whether a row has one. To be
 * called between probe_open() and probe_close().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_ABSENT_H
#define PERFCHECK_CASES_ABSENT_H

#include "nodes/pg_list.h"

/*
 * Returns a value above (direction 1) or below (-1) an extreme value of a
 * column. Returns NULL if extreme is NULL, if no such value is known for the
 * type, or if extreme is too close to the end of the type's range.
 */
extern char *absent_beyond(Oid type, const char *extreme, int direction);

/* Returns whether absent_candidates() uses the largest value of a column. */
extern bool absent_needs_largest(Oid type);

/*
 * Returns candidates as text, the best one first, or NIL for an unknown type.
 * largest is the largest value of the column, or NULL.
 */
extern List *absent_candidates(Oid type, const char *largest);

#endif /* PERFCHECK_CASES_ABSENT_H */
