/*-------------------------------------------------------------------------
 *
 * together.h
 *		Indexes on several columns that a query may lack.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_TOGETHER_H
#define PERFCHECK_TOGETHER_H

#include "candidates.h"
#include "plan.h"

/*
 * Columns compared by = with those of the order, with each other, with a range:
 * Candidates. facts: of the plan that does too much.
 */
extern List *together_candidates(const QueryTable *table,
								 const PlanFacts *facts);

#endif /* PERFCHECK_TOGETHER_H */
