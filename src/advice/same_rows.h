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

/*
 * Returns NULL if b returns the rows of a for a case, or else how they differ,
 * in words about b: "it returns 3 rows instead of 2". Both are executed as they
 * would be at today's size, each for at most perfcheck.statement_timeout. The
 * columns must have the same types. The order counts as far as the ORDER BY of a
 * decides it; rows that tie where a LIMIT cuts may be others, if a and b return
 * the same rows without the LIMIT, or more than can be compared. What cannot be
 * compared is a difference, and so is an error of either one.
 *
 * To be called within sandbox_run(), for statements with the same parameters.
 * Errors: those of sandbox_run().
 */
extern char *same_rows_difference(const ContractStatement *a,
								  const ContractStatement *b, const Case *one);

#endif /* PERFCHECK_ADVICE_SAME_ROWS_H */
