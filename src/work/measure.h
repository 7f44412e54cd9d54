/*-------------------------------------------------------------------------
 *
 * measure.h
 *		Executes a plan and counts the rows that it examines.
 *
 * Owns the execution: by the leader alone, without JIT and synchronized scans,
 * with row counters on and the clock off, so that the counts are the same on
 * every run. To be called within sandbox_run().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_MEASURE_H
#define PERFCHECK_WORK_MEASURE_H

#include "nodes/params.h"
#include "nodes/plannodes.h"

#include "contract/contract.h"
#include "plan/plan_facts.h"
#include "work/projection.h"

typedef struct Work
{
	PlanFacts *facts;
	WorkRuns runs;
	double cost;           /* of the plan, at the size that it was made for */
	double planning_cost;  /* what plancache.c charges for planning */
	double rows_estimated; /* by the planner, for the result */
	double rows_returned;
	double rows_examined;
	/* The scan whose estimate is furthest off, by more than 10 times, or NULL. */
	char *misestimate;
	/* At the size that the plan was made for. */
	double returned_projected;
	double examined_projected;
} Work;

/* Executes plan, and projects its work to scale times today's rows. */
extern Work *measure_measure(PlannedStmt *plan,
							 const ContractStatement *statement,
							 ParamListInfo params, double scale);

/* What the planner expected: of another plan that does the same work. */
extern void measure_take_estimates(Work *work, const PlannedStmt *plan);

/*
 * Projects measured work to another scale, at which the plan is taken to be the
 * same. Measured at scale 1 it lacks the runs that tell how a LIMIT grows.
 */
extern void measure_project(Work *work, double scale);

/* Executes plan and counts the rows that it returns. */
extern uint64 measure_count(PlannedStmt *plan,
							const ContractStatement *statement,
							ParamListInfo params);

/* The facts of a plan that is not executed. */
extern PlanFacts *measure_explain(PlannedStmt *plan,
								  const ContractStatement *statement,
								  ParamListInfo params);

#endif /* PERFCHECK_WORK_MEASURE_H */
