/*-------------------------------------------------------------------------
 *
 * index_bounds.h
 *		What the conditions of an index scan narrow it down to.
 *
 * Reads the conditions of a plan's index scans (indexqual, whose Vars number
 * the columns of the index).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_INDEX_BOUNDS_H
#define PERFCHECK_PLAN_INDEX_BOUNDS_H

#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

/*
 * Returns the average rows of a value of a table's column, if they do not grow
 * with the table; otherwise 0, also for a column without statistics.
 */
extern double index_bounds_rows_of_value(Oid relation, AttrNumber column);

/*
 * Returns the first column of an index, from 1, that has no equality: the range
 * that is read ends with it. It may be one more than the columns are.
 */
extern int index_bounds_last(Oid index, List *conditions);

/*
 * Returns the conditions, by their place in the list from 0, that do not bound
 * the range of a B-tree that is read: those behind a column without an equality.
 * The entries that they leave out are read all the same, unless the server skips
 * them (work/skip_scan.h). NULL if there are none, and for other access methods.
 */
extern Bitmapset *index_bounds_behind(Oid index, List *conditions);

#endif /* PERFCHECK_PLAN_INDEX_BOUNDS_H */
