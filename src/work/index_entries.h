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
 * root: a plan that was started and is not executed; the Plan nodes below it
 * are changed, for executions that are started later.
 *
 * Index scans and index-only scans; to be executed in place of the plan.
 */
extern void index_entries_expose(PlanState *root);

/*
 * Bitmap index scans, of which only the count is of use then: the heap scan
 * above reads more rows than the plan would. False where there are none.
 */
extern bool index_entries_expose_bitmaps(PlanState *root);

#endif /* PERFCHECK_WORK_INDEX_ENTRIES_H */
