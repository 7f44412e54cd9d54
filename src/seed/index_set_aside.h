/*-------------------------------------------------------------------------
 *
 * index_set_aside.h
 *		Sets a table's indexes aside for a load, and rebuilds them after it.
 *
 * Building an index over existing rows takes a fraction of the time that
 * maintaining it row by row does. This module owns the flags of the indexes
 * from the one call to the other. OIDs, names, comments and constraints stay
 * as they are, and a rollback restores everything.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_INDEX_SET_ASIDE_H
#define PERFCHECK_SEED_INDEX_SET_ASIDE_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

/* Returns whether the table has indexes. */
extern bool index_set_aside_has_indexes(Oid relid);

/*
 * Returns why the indexes of the table cannot be set aside, as the end of a
 * message ("it has a trigger"), or NULL if they can. looks_up: a foreign key of
 * the table to itself is checked while rows are written. The caller must hold a
 * lock that keeps other sessions from changing the table's definition.
 */
extern const char *index_set_aside_why_in_place(Oid relid, bool looks_up);

/*
 * Sets aside all indexes of the table, except those that enforce uniqueness or
 * exclusion if keep_unique, and returns their OIDs. The caller must hold ACCESS
 * EXCLUSIVE on the table, index_set_aside_why_in_place() must return NULL, and
 * the indexes must be rebuilt in the same transaction.
 */
extern List *index_set_aside_begin(Oid relid, bool keep_unique);

/*
 * Rebuilds these indexes and makes them valid. Sends INFO messages of how many
 * are built; told is when the last message about the load was sent. Errors:
 * whatever building an index raises, unique_violation above all.
 */
extern void index_set_aside_rebuild(Oid relid, List *indexes, TimestampTz told);

#endif /* PERFCHECK_SEED_INDEX_SET_ASIDE_H */
