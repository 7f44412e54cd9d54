/*-------------------------------------------------------------------------
 *
 * index_entries.h
 *		Makes the executor count the index entries that a B-tree scan reads.
 *
 * The executor counts what an index scan hands up. Entries that a condition
 * leaves out inside of the index are read as well: those of a condition behind
 * a range, date >= $1 AND genre = $2 on an index on (date, genre). Here such
 * conditions become filters, which give the same rows and are counted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_INDEX_ENTRIES_H
#define PERFCHECK_WORK_INDEX_ENTRIES_H

#include "nodes/execnodes.h"

/*
 * Both take a plan that was started and is not executed, and change the Plan
 * nodes below it, for executions that are started later.
 *
 * The first changes index scans and index-only scans, to be executed in place
 * of the plan. Returns whether a bitmap index scan leaves out entries as well.
 */
extern bool index_entries_expose(PlanState *root);

/*
 * The second changes bitmap index scans. Only their counts are of use then: the
 * heap scan above reads more rows than the plan would.
 */
extern void index_entries_expose_bitmaps(PlanState *root);

#endif /* PERFCHECK_WORK_INDEX_ENTRIES_H */
