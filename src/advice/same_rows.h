/*-------------------------------------------------------------------------
 *
 * same_rows.h
 *		Compares what two queries return.
 *
 * Owns the answer to whether a rewrite returns the rows of the query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_SAME_ROWS_H
#define PERFCHECK_ADVICE_SAME_ROWS_H

#include "cases/case.h"
#include "contract/statement.h"

/* A query that others are compared with, and what is known of it by now. */
typedef struct SameRows SameRows;

/*
 * Returns what a query is compared through, allocated in the current memory
 * context, with nothing known yet. a must live as long. Raises no error.
 */
extern SameRows *same_rows_begin(const ContractStatement *a);

/*
 * Returns NULL if b returns the rows of a for a case, or else how they differ,
 * in words about b: "it returns 3 rows instead of 2". Both are executed as they
 * would be at today's size, each for at most perfcheck.statement_timeout. The
 * columns must have the same types. The order counts as far as the ORDER BY of a
 * decides it; rows that tie where a LIMIT cuts may be others, if a and b return
 * the same rows without the LIMIT, or more than can be compared; and so may columns
 * in which rows tie that the query takes one of (tied_columns.h). What cannot be
 * compared is a difference, and so is an error of either one. What was compared
 * before is not executed again: b->query and one are known by their addresses, and
 * must live as long as same.
 *
 * To be called within sandbox_run(), for statements with the same parameters.
 * Errors: those of sandbox_run().
 */
extern char *same_rows_difference(SameRows *same, const ContractStatement *b,
								  const Case *one);

#endif /* PERFCHECK_ADVICE_SAME_ROWS_H */
