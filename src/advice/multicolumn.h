/*-------------------------------------------------------------------------
 *
 * multicolumn.h
 *		Indexes on several columns that a query may lack.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_MULTICOLUMN_H
#define PERFCHECK_ADVICE_MULTICOLUMN_H

#include "advice/index_candidates.h"
#include "plan/plan_facts.h"

/*
 * Columns compared by = with those of the order, with each other, with a range:
 * Candidates. facts: of the plan that does too much.
 */
extern List *multicolumn_candidates(const QueryTable *table,
									const PlanFacts *facts);

#endif /* PERFCHECK_ADVICE_MULTICOLUMN_H */
