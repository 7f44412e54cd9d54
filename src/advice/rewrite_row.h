/*-------------------------------------------------------------------------
 *
 * rewrite_row.h
 *		A join with one row, as scalar subqueries.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_ROW_H
#define PERFCHECK_ADVICE_REWRITE_ROW_H

#include "advice/candidate.h"
#include "contract/statement.h"

/*
 * Returns the statement in which a subquery of FROM that returns one row, found by a
 * unique key, is a scalar subquery wherever WHERE names its columns, as a Candidate
 * with the whole query; NULL if there is none. To be called within sandbox_run().
 * Errors: those that sandbox_run() raises again.
 */
extern Candidate *rewrite_row_candidate(const ContractStatement *statement);

#endif /* PERFCHECK_ADVICE_REWRITE_ROW_H */
