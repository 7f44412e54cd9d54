/*-------------------------------------------------------------------------
 *
 * stale_statistics.h
 *		Estimates that are far off, and the statistics that mend them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_STALE_STATISTICS_H
#define PERFCHECK_ADVICE_STALE_STATISTICS_H

#include "advice/index_candidates.h"
#include "cases/case.h"
#include "contract/statement.h"

/*
 * Where the planner is far off, or has no statistics to go by: fresh statistics
 * of each of tables (QueryTables), and extended ones. Candidates.
 */
extern List *stale_statistics_candidates(const ContractStatement *statement,
										 const Case *one, List *tables);

#endif /* PERFCHECK_ADVICE_STALE_STATISTICS_H */
