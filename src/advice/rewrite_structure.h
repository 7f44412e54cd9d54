/*-------------------------------------------------------------------------
 *
 * rewrite_structure.h
 *		The same query with another structure.
 *
 * Owns the changes of a query that move its tables and subqueries, where rewrite.h
 * changes single conditions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"

/*
 * Returns a Candidate for each way to write the query otherwise, the likeliest to
 * help first; its rewrite is the whole query, as SQL. tables are the QueryTables
 * of the statement. Errors: those of sandbox_run().
 */
extern List *rewrite_structure_candidates(const ContractStatement *statement,
										  const Case *one, List *tables);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_H */
