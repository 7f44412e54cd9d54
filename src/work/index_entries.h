/*-------------------------------------------------------------------------
 *
 * index_entries.h
 *		Makes the executor count the index entries that a B-tree scan reads.
 *
 * The executor counts the rows that an index scan returns. It does not count
 * the entries that the scan reads and a condition leaves out inside of the
 * index: those of a condition behind a range, as genre = $2 in date >= $1 AND
 * genre = $2 with an index on (date, genre). This module turns such conditions
 * into filters, which leave the same rows, and whose removed rows are counted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_INDEX_ENTRIES_H
#define PERFCHECK_WORK_INDEX_ENTRIES_H

#include "nodes/execnodes.h"

/* What index_entries_expose() found. */
typedef struct IndexEntries
{
	bool changed; /* an index scan or index-only scan, which it changed */
	bool hidden;  /* a bitmap index scan that leaves out entries as well */
} IndexEntries;

/*
 * A PlanEnter for plan_tree_walk_once(), which changes the index scans and
 * index-only scans of a plan. The plan was started, must not be executed now, and
 * returns the same rows when it is started again; it reads the table's row for
 * each entry then, and so touches more blocks. arg points to IndexEntries, which
 * are false at first. No errors.
 */
extern bool index_entries_expose(PlanState *node, void *arg);

/*
 * Likewise for the bitmap index scans of a plan; arg is not used. Only their own
 * counts are of use after that: the heap scan above reads more rows than in the
 * plan as it was. No errors.
 */
extern bool index_entries_expose_bitmap(PlanState *node, void *arg);

#endif /* PERFCHECK_WORK_INDEX_ENTRIES_H */
