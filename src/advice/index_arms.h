/*-------------------------------------------------------------------------
 *
 * index_arms.h
 *		Indexes that a query needs together: one for each arm of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_ARMS_H
#define PERFCHECK_ADVICE_INDEX_ARMS_H

#include "advice/candidate.h"
#include "plan/plan_facts.h"

/*
 * Returns Candidates that each have several indexes: one for each arm of an OR
 * over one of the tables (QueryTable *), or for each arm of a UNION ALL; those
 * that are there already are left out. facts are those of the plan that does too
 * much work. Errors: those of the catalogs.
 */
extern List *index_arms_candidates(List *tables, const PlanFacts *facts);

#endif /* PERFCHECK_ADVICE_INDEX_ARMS_H */
