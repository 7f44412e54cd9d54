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
 * Returns NULL if both statements return the same rows for a case, or else how
 * they differ, in words. Both are executed. Errors: those of sandbox_run(); an
 * error of either statement is a difference.
 */
extern char *same_rows_difference(const ContractStatement *a,
								  const ContractStatement *b, const Case *one);

#endif /* PERFCHECK_ADVICE_SAME_ROWS_H */
