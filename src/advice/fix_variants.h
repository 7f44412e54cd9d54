/*-------------------------------------------------------------------------
 *
 * fix_variants.h
 *		Candidates that are made of others.
 *
 * Owns what is worth trying because another candidate is there: the indexes of a
 * query that is written otherwise, and an index that covers the query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_FIX_VARIANTS_H
#define PERFCHECK_ADVICE_FIX_VARIANTS_H

#include "nodes/params.h"

#include "advice/candidate.h"
#include "plan/plan_facts.h"

/*
 * Returns, for each candidate with a query, candidates of that query with an index
 * for what it asks of its tables. params are the values of the case, and facts
 * those of its plan. Errors: those of the catalogs.
 */
extern List *fix_variants_of_rewrites(List *candidates, ParamListInfo params,
									  const PlanFacts *facts);

/*
 * Returns the candidate with an index that holds all columns of the table that the
 * query reads; or NULL if the candidate is no index of a page, or if that would be
 * wide, or no other index. tables are the QueryTables of the query. Errors: as
 * above.
 */
extern Candidate *fix_variants_covering(const Candidate *candidate,
										List *tables);

#endif /* PERFCHECK_ADVICE_FIX_VARIANTS_H */
