/*-------------------------------------------------------------------------
 *
 * forecast.h
 *		Planning a query for tables of another size.
 *
 * Owns the planner hook, which acts while forecast_plan() runs and never
 * outside of it. Nothing is written: no statistic and no catalog changes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_FORECAST_H
#define PERFCHECK_PLAN_FORECAST_H

#include "nodes/params.h"
#include "nodes/plannodes.h"

#include "contract/statement.h"

/* Once a backend, from _PG_init: sets the hook. */
extern void forecast_init(void);

/*
 * Plans statement as if its tables and their indexes held scale times their
 * rows and pages, but for perfcheck.fixed_tables. params: the values, for a
 * custom plan; NULL gives the generic plan. Each call plans afresh.
 */
extern PlannedStmt *forecast_plan(const ContractStatement *statement,
								  ParamListInfo params, double scale);

/* Whether a table is one of perfcheck.fixed_tables, or a system catalog. */
extern bool forecast_is_fixed(Oid relid);

#endif /* PERFCHECK_PLAN_FORECAST_H */
