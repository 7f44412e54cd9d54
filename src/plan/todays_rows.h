/*-------------------------------------------------------------------------
 *
 * todays_rows.h
 *		How many rows the planner expects of the nodes of a plan today.
 *
 * A plan for a larger table says how many rows its nodes will have there. What is
 * executed are today's tables, so what was found can only be held against what
 * the planner expects of them, which is what EXPLAIN shows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_TODAYS_ROWS_H
#define PERFCHECK_PLAN_TODAYS_ROWS_H

#include "nodes/plannodes.h"

typedef struct TodaysRows
{
	int nodes;    /* ids of nodes are below this */
	double *rows; /* a loop, by plan_node_id; 0 where it is not known */
} TodaysRows;

/*
 * Returns the rows that today, a plan of the same statement for the same values
 * and for tables as they are, expects of the nodes of plan: of scans of a table
 * with the same conditions, and of joins of the same tables. Both plans are as the
 * planner made them. Errors: statement_too_complex if a plan is nested too deep.
 */
extern TodaysRows *todays_rows_read(const PlannedStmt *plan,
									const PlannedStmt *today);

#endif /* PERFCHECK_PLAN_TODAYS_ROWS_H */
