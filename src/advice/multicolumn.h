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
 * Returns Candidates, each once and the likeliest first: indexes on columns that
 * are compared by =, with another table or not, and behind them on those of the
 * order, or the column of a range, or nothing; and last one on the order alone,
 * if there is none. facts are those of the plan that does too much work, for the
 * cause.
 */
extern List *multicolumn_candidates(const QueryTable *table,
									const PlanFacts *facts);

#endif /* PERFCHECK_ADVICE_MULTICOLUMN_H */
