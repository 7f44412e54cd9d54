/*-------------------------------------------------------------------------
 *
 * rewrite.h
 *		The same conditions, written so that an index can serve them.
 *
 * Owns the candidates that change single conditions of a query, where
 * rewrite_structure.h moves its tables and subqueries.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_H
#define PERFCHECK_ADVICE_REWRITE_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"

/*
 * Returns a Candidate for each way to write conditions otherwise, the likeliest to
 * help first: alone, and with each index that the new conditions lack. tables are
 * the QueryTables of the statement. To be called within sandbox_run(). Errors:
 * those of sandbox_run().
 */
extern List *rewrite_candidates(const ContractStatement *statement,
								const Case *one, List *tables);

/*
 * Returns the case with which a candidate's query is to be judged: the case itself,
 * or a copy of it in which derived values that the query cannot read are others of
 * the same kind. A value that no row has, such as 'perfcheck absent 1', is one that
 * no row has of the type that the rewrite casts it to. Returns NULL if there is
 * none, so that no request can be like the case. Added cases stay as they are. To
 * be called within sandbox_run(). Errors: those of sandbox_run().
 */
extern const Case *rewrite_case_values(const Candidate *candidate,
									   const ContractStatement *statement,
									   const Case *one);

#endif /* PERFCHECK_ADVICE_REWRITE_H */
