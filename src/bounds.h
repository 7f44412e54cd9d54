/*-------------------------------------------------------------------------
 *
 * bounds.h
 *		What the conditions of an index scan narrow it down to.
 *
 * Reads the conditions of a plan's index scans (indexqual, whose Vars number
 * the columns of the index).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BOUNDS_H
#define PERFCHECK_BOUNDS_H

#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

/*
 * Whether equality conditions leave a scan as many rows at any table size: on
 * a whole unique key, or on a leading column whose distinct values grow with
 * the table.
 */
extern bool bounds_pin(Oid index, List *conditions);

/*
 * The conditions, by their place in the list, that do not bound the part of a
 * B-tree that is read: those behind a column without an equality. The entries
 * that they leave out are read all the same. NULL where there are none, and
 * for a server that skips over such entries (18).
 */
extern Bitmapset *bounds_behind(Oid index, List *conditions);

#endif /* PERFCHECK_BOUNDS_H */
