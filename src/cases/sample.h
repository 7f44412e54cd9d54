/*-------------------------------------------------------------------------
 *
 * sample.h
 *		Cases with values as requests would bring them: drawn from the rows.
 *
 * The cases of derive.h are the extremes that a query is judged with; these are
 * the values that many requests would ask for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SAMPLE_H
#define PERFCHECK_CASES_SAMPLE_H

#include "cases/case.h"

/*
 * Returns count Cases with values drawn from the rows, labelled "drawn"; they
 * are all the same where the query has no parameter. Returns NIL where no
 * values can be derived, where a table has no row with a value, and where
 * drawing them fails: derive_read() has reported such an error, or has let it
 * pass because cases were added to the query.
 */
extern List *sample_draw(const ContractQuery *query,
						 const ContractStatement *statement, int count);

#endif /* PERFCHECK_CASES_SAMPLE_H */
