/*-------------------------------------------------------------------------
 *
 * hidden_indexes.h
 *		Indexes that the planner is not shown.
 *
 * Owns the answer to what a query would do without an index, or with some of
 * those alone that a trial created. Nothing is written: indexes stay as they are
 * in the catalogs, and other plans of the session see them all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_HIDDEN_INDEXES_H
#define PERFCHECK_PLAN_HIDDEN_INDEXES_H

#include "nodes/pg_list.h"

/*
 * Hides indexes from plans that are made by forecast.h, until the next call. Of
 * a partitioned index those of its partitions must be named, too. The list is not copied; NIL hides
 * none. Whoever hides indexes calls this again with NIL, after an error as well.
 * Raises no error.
 */
extern void hidden_indexes_set(const List *oids);

/*
 * Returns the IndexOptInfos of list that are not hidden. To be called by the
 * hook of forecast.c. Raises no error.
 */
extern List *hidden_indexes_filter(List *list);

#endif /* PERFCHECK_PLAN_HIDDEN_INDEXES_H */
