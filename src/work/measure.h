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
#include "tcop/dest.h"

#include "contract/statement.h"
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

/* A plan that is ready to be executed and counted. */
typedef struct MeasuredPlan
{
	const ContractStatement *statement;
	PlannedStmt *plan;  /* a copy, whose index scans count their entries */
	PlanFacts *facts;   /* of the plan as it was */
	bool hides_entries; /* a bitmap index scan reads more than it returns */
} MeasuredPlan;

/*
 * Reads the facts of a plan, and makes ready to measure it, without executing
 * it. The facts are allocated in results, all else in the current memory
 * context, which must live until the plan is measured. Errors: those of
 * executor start.
 */
extern MeasuredPlan *measure_prepare(PlannedStmt *plan,
									 const ContractStatement *statement,
									 ParamListInfo params,
									 MemoryContext results);

/*
 * Executes the plan, once or more often, and projects its work to scale times
 * today's rows. The result is allocated in results. Errors: those of the query;
 * object_not_in_prerequisite_state where two executions have different nodes.
 */
extern Work *measure_work(const MeasuredPlan *measured, ParamListInfo params,
						  double scale, MemoryContext results);

/* Sets what the planner expected to that of another plan with the same work. */
extern void measure_take_estimates(Work *work, const PlannedStmt *plan);

/*
 * Projects measured work to another scale, at which the plan is taken to be the
 * same. Measured at scale 1 it lacks the runs that tell how a LIMIT grows.
 */
extern void measure_project(Work *work, double scale);

/*
 * Executes the plan as the server would for a client, in parallel and with JIT
 * where it says so, and hands the rows to receiver. Returns their number.
 */
extern uint64 measure_as_sent(const PlannedStmt *plan,
							  const ContractStatement *statement,
							  ParamListInfo params, DestReceiver *receiver);

#endif /* PERFCHECK_WORK_MEASURE_H */
