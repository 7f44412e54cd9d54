/*-------------------------------------------------------------------------
 *
 * stale_statistics.h
 *		Estimates that are far off, and the statistics that correct them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_STALE_STATISTICS_H
#define PERFCHECK_ADVICE_STALE_STATISTICS_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"
#include "work/measure.h"

/*
 * Returns Candidates for the tables (QueryTables) whose rows the planner
 * estimates badly for the case, or has no statistics of: an ANALYZE, extended
 * statistics, a longer list of common values, and a number of distinct values,
 * each with an ANALYZE. work is that of the plan that fails, made for the scale at. To
 * be called within sandbox_run(). Errors: what sandbox_run() raises again; a
 * query that fails is no error.
 */
extern List *stale_statistics_candidates(const ContractStatement *statement,
										 const Case *one, const Work *work,
										 double at, List *tables);

#endif /* PERFCHECK_ADVICE_STALE_STATISTICS_H */
