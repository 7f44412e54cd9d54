/*-------------------------------------------------------------------------
 *
 * sample.h
 *		Draws the values of a query's parameters from the rows of its tables.
 *
 * The cases of derive.h are extremes that a query is judged with. The values
 * here are those that most requests would bring.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SAMPLE_H
#define PERFCHECK_CASES_SAMPLE_H

#include "cases/case.h"
#include "contract/statement.h"

/*
 * Returns a List of count Cases, labelled "drawn"; they are all alike if the
 * query has no parameter. Returns NIL if no values can be derived for the
 * query, if a table holds no row with a value, or if reading the rows fails.
 * The last is not an error because derive_read(), which comes first, has
 * reported it or has ignored it in favor of added cases.
 */
extern List *sample_draw(const ContractQuery *query,
						 const ContractStatement *statement, int count);

#endif /* PERFCHECK_CASES_SAMPLE_H */
