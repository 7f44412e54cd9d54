/*-------------------------------------------------------------------------
 *
 * multicolumn.h
 *		Indexes on several columns that a query may lack.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_MULTICOLUMN_H
#define PERFCHECK_ADVICE_MULTICOLUMN_H

#include "advice/candidate.h"
#include "plan/plan_facts.h"

/*
 * Returns Candidates: an index on the table's columns that are compared by =
 * and those of its order, one on the former alone, and one on them and the
 * column of a range. NIL where no column is compared by =. facts are those of
 * the plan that does too much work, for the cause.
 */
extern List *multicolumn_candidates(const QueryTable *table,
									const PlanFacts *facts);

#endif /* PERFCHECK_ADVICE_MULTICOLUMN_H */
