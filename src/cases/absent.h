/*-------------------------------------------------------------------------
 *
 * absent.h
 *		Values that a column may not hold, by its type.
 *
 * Candidates only: whether no row has one is for the caller to ask. SPI is
 * connected, and guc_scope_enter() called.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_ABSENT_H
#define PERFCHECK_CASES_ABSENT_H

#include "nodes/pg_list.h"

/*
 * A value beyond extreme, upwards (1) or downwards (-1); NULL where the type
 * has none that could be told.
 */
extern char *absent_beyond(Oid type, const char *extreme, int direction);

/* Whether absent_candidates() makes use of the largest value of a column. */
extern bool absent_needs_largest(Oid type);

/* Values as text; largest: of the column, or NULL. */
extern List *absent_candidates(Oid type, const char *largest);

#endif /* PERFCHECK_CASES_ABSENT_H */
