/*-------------------------------------------------------------------------
 *
 * index_set_aside.h
 *		Sets a table's indexes aside for a load, and rebuilds them after it.
 *
 * An index that is built over rows that are there already takes a fraction
 * of the time of one that is maintained row by row. Setting aside clears
 * indisready and indisvalid, so that neither the load nor a plan of this
 * session uses the index; the rebuild sets them again. All in the caller's
 * transaction: a rollback restores everything, and OIDs, names, comments and
 * constraints stay.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_INDEX_SET_ASIDE_H
#define PERFCHECK_SEED_INDEX_SET_ASIDE_H

#include "nodes/pg_list.h"
#include "utils/timestamp.h"

extern bool index_set_aside_has_indexes(Oid relid);

/*
 * Why the indexes of a table have to stay in place, or NULL where they can be
 * set aside: "it has a trigger". The caller holds a lock on the table that
 * keeps its definition as it is.
 */
extern const char *index_set_aside_why_in_place(Oid relid);

/*
 * Sets aside all indexes, or all but the unique ones. The caller holds ACCESS
 * EXCLUSIVE on the table. Returns the OIDs of the indexes set aside.
 */
extern List *index_set_aside_begin(Oid relid, bool keep_unique);

/*
 * Rebuilds indexes of the table that were set aside, and makes them valid.
 * told: when the caller's user was last told how far it is, or it began.
 */
extern void index_set_aside_rebuild(Oid relid, List *indexes, TimestampTz told);

#endif /* PERFCHECK_SEED_INDEX_SET_ASIDE_H */
