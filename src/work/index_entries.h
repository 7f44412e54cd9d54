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

/*
 * Changes the index scans and index-only scans of a plan. The plan was started,
 * must not be executed now, and returns the same rows when it is started again.
 * Returns whether it also has a bitmap index scan that leaves out entries.
 * Errors: statement_too_complex if the plan is too deep for the stack.
 */
extern bool index_entries_expose(PlanState *root);

/*
 * Changes the bitmap index scans of a plan, likewise. Only their own counts are
 * of use after that: the heap scan above reads more rows than in the plan as it
 * was. Errors: statement_too_complex, likewise.
 */
extern void index_entries_expose_bitmaps(PlanState *root);

#endif /* PERFCHECK_WORK_INDEX_ENTRIES_H */
