/*-------------------------------------------------------------------------
 *
 * forecast.h
 *		Planning a query for tables of another size.
 *
 * Owns get_relation_info_hook, get_relation_stats_hook, get_index_stats_hook and
 * planner_hook. They change a plan while forecast_plan() runs, and never outside
 * of it. Nothing is written: no statistics and no catalog change.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_FORECAST_H
#define PERFCHECK_PLAN_FORECAST_H

#include "nodes/params.h"
#include "nodes/plannodes.h"

#include "contract/statement.h"

/* Sets the hooks. To be called once, from _PG_init(). */
extern void forecast_init(void);

/*
 * Plans statement as if its tables had grown to scale, with their indexes and
 * their statistics, as growth.h tells for each of them. At a scale of 1 the plan
 * is the server's own. params holds the values for a custom plan; NULL makes the
 * generic plan. Each call plans anew. Returns the plan, in the current memory
 * context. Errors: those of the planner, which include those of functions that
 * it evaluates.
 */
extern PlannedStmt *forecast_plan(const ContractStatement *statement,
								  ParamListInfo params, double scale);

typedef void (*ForecastFunction)(void *arg);

/*
 * Calls function(arg). Plans that are made meanwhile, for the statements of
 * functions that a query calls, are for tables of scale times their size too. The
 * session keeps such plans, so all that it has are discarded before and afterwards,
 * as by DISCARD PLANS. Errors: those of function.
 */
extern void forecast_run(double scale, ForecastFunction function, void *arg);

#endif /* PERFCHECK_PLAN_FORECAST_H */
