/*-------------------------------------------------------------------------
 *
 * explain_plan.h
 *		A plan as EXPLAIN prints it.
 *
 * Owns the execution of a plan for the sake of its text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_EXPLAIN_PLAN_H
#define PERFCHECK_WORK_EXPLAIN_PLAN_H

#include "nodes/params.h"
#include "nodes/plannodes.h"

#include "base/compat.h"
#include "contract/statement.h"

/*
 * Returns the text of a plan, in the current memory context: what the planner
 * expects and, if execute is true, the rows that each node finds today, without
 * times. The leader executes it alone. To be called within sandbox_run(). Errors:
 * those of the query.
 */
extern char *explain_plan(PlannedStmt *plan, const ContractStatement *statement,
						  ParamListInfo params, ExplainFormat format,
						  bool execute);

#endif /* PERFCHECK_WORK_EXPLAIN_PLAN_H */
