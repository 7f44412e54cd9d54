/*-------------------------------------------------------------------------
 *
 * measure.h
 *		Executes a plan and counts the rows that it examines.
 *
 * Owns the execution: by the leader alone, without JIT and synchronized scans,
 * with counters of rows and blocks on and the clock off, so that every run has the same counts.
 * All functions that execute a plan are to be called within sandbox_run().
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
#include "plan/todays_rows.h"
#include "work/block_projection.h"
#include "work/index_entries.h"
#include "work/projection.h"

typedef struct Work
{
	PlanFacts *facts;
	WorkRuns runs;
	double cost;           /* of the plan, at the size that it was made for */
	double planning_cost;  /* as plancache.c charges for planning */
	double rows_estimated; /* by the planner, for the result */
	double rows_returned;
	double rows_examined;
	double blocks; /* touched, temporary files included */
	bool compiled; /* the plan asks for JIT */
	/*
	 * The timer of the sandbox ended an execution. The counts are those until then,
	 * or those of an execution before, and what is projected is too little.
	 */
	bool timed_out;
	/* And this was not the timer, but MeasuredPlan.most_examined. */
	bool stopped;
	/* Describes the node that estimates_worst() returns; or NULL. */
	char *misestimate;
	/* Likewise of estimates_deciding(), with what it decided; or NULL. */
	char *deciding_misestimate;
	Oid misestimated; /* the table, if that node scans one; else InvalidOid */
	/* At the size that the work was last projected to. */
	double returned_projected;
	double examined_projected;
	double again_projected; /* Projection.again: of these, counted before */
	double blocks_projected;
	/*
	 * And if what its Limits look for is not there: all of the rows, and those of
	 * scans that look for the partner of another scan's row.
	 */
	double unmatched_projected;
	double keyed_projected;
	double blocks_due; /* Projection.due: of these, what the rows always take */
	double look_ups_projected; /* Projection.look_ups, of these */
	bool spills;     /* more than fits into memory is kept; spill tells what */
	WorkSpill spill; /* the largest */
} Work;

/* A plan that is ready to be executed and counted. */
typedef struct MeasuredPlan
{
	const ContractStatement *statement;
	PlannedStmt *plan;       /* a copy, whose index scans count their entries */
	PlannedStmt *as_planned; /* a copy as it was; NULL if that is the same */
	PlanFacts *facts;        /* of the plan as it was */
	IndexEntries entries;    /* what a plan as it was does not count */
	/* The offsets are a share of the rows; false unless the caller sets it. */
	bool deep_offset;
	/* No planner knows how many rows these values have, as of absent ones. */
	bool unusual;
	/*
	 * An execution that examines more rows is ended as if it had run for too long;
	 * 0 for none unless the caller sets it.
	 */
	double most_examined;
	/* What is expected of the plan as it was; NULL unless the caller sets it. */
	const TodaysRows *todays_rows;
} MeasuredPlan;

/*
 * Reads the facts of a plan and prepares a copy of it to be measured, without
 * executing it. Returns the copy in the current memory context, which must live
 * until the plan is measured; its facts are allocated in results. Errors: those
 * of executor start.
 */
extern MeasuredPlan *measure_prepare(PlannedStmt *plan,
									 const ContractStatement *statement,
									 ParamListInfo params,
									 MemoryContext results);

/*
 * Executes the plan, up to five times, and returns its work, projected to scale
 * times today's rows, allocated in results. If the timer of the innermost sandbox
 * ends an execution, or measured->most_examined does, what is returned is the work
 * until then. The sandbox must be
 * left soon after, since that execution is not ended. Errors: those of the query;
 * object_not_in_prerequisite_state if two executions have different nodes;
 * statement_too_complex if the plan is too deep.
 */
extern Work *measure_work(const MeasuredPlan *measured, ParamListInfo params,
						  double scale, MemoryContext results);

/*
 * Sets cost, planning_cost and rows_estimated to those of plan, which may be
 * another plan that does the same work. No errors.
 */
extern void measure_take_estimates(Work *work, const PlannedStmt *plan);

/*
 * Sets the projected rows of work that was measured to those at another scale,
 * as if the plan were the same there. The work must have been measured for a
 * scale above 1: only then is there a run with raised limits. No errors.
 */
extern void measure_project(Work *work, double scale);

/*
 * Executes the plan as the server does for a client, in parallel and with JIT if
 * the plan says so, and sends the rows to receiver. Returns their number.
 * Errors: those of the query and of the receiver.
 */
extern uint64 measure_as_sent(const PlannedStmt *plan,
							  const ContractStatement *statement,
							  ParamListInfo params, DestReceiver *receiver);

#endif /* PERFCHECK_WORK_MEASURE_H */
