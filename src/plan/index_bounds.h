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
 * How many rows equality conditions leave, at any table size: 1 on a whole
 * unique key; on a leading column whose distinct values grow with the table,
 * the rows of a value on average. 0: as many as the table's size makes.
 */
extern double index_bounds_pin(Oid index, List *conditions);

/* Rows of a value on average, where their number does not grow; else 0. */
extern double index_bounds_rows_of_value(Oid relation, AttrNumber column);

/*
 * The conditions, by their place in the list, that do not bound the part of a
 * B-tree that is read: those behind a column without an equality. The entries
 * that they leave out are read all the same. NULL where there are none, and
 * for a server that skips over such entries (18).
 */
extern Bitmapset *index_bounds_behind(Oid index, List *conditions);

#endif /* PERFCHECK_PLAN_INDEX_BOUNDS_H */
