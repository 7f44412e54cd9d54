/*-------------------------------------------------------------------------
 *
 * timed_work.h
 *		What one client of perfcheck_time does, and what it sampled.
 *
 * Owns the order of the executions: case after case, or all of them mixed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_TIMED_WORK_H
#define PERFCHECK_RUN_TIMED_WORK_H

#include "cases/case.h"
#include "contract/contract_query.h"
#include "run/prepared.h"

typedef struct TimedOptions
{
	int executions;    /* of each case by each client */
	int warmup;        /* likewise, before those that count */
	int clients;       /* 1: this session */
	int64 duration_ns; /* in place of executions, unless it is 0 */
	bool mix;          /* all cases at once, by their weights */
	PreparedPlan plan;
	int timeout_ms; /* of an execution; 0: none */
	/*
	 * Case after case so many times, each with a part of the executions, so that
	 * what the machine does meanwhile is shared by all cases. At least 1.
	 */
	int rounds;
} TimedOptions;

typedef struct TimedCase
{
	const ContractQuery *query;
	int statement; /* number of the query, from 0 and without gaps */
	const Case *one;
	double weight; /* in a mix: how often it is drawn, beside the others */
} TimedCase;

typedef struct TimedWork
{
	TimedOptions options;
	TimedCase *cases;
	int ncases;
	uint64 seed; /* of the draws */
	PreparedSamples
		*samples; /* one for each case; timed_work_run() makes them */
} TimedWork;

/* Called when a client is ready to begin a case, or the mix. */
typedef void (*TimedBarrier)(void *arg);

/*
 * Does the work, within a transaction. The samples are allocated in the current
 * memory context. A case that fails has that noted, and the others go on. barrier
 * may be NULL; it is called equally often whatever fails. Errors: those that
 * sandbox_run() raises again, and those of barrier.
 */
extern void timed_work_run(TimedWork *work, TimedBarrier barrier, void *arg);

#endif /* PERFCHECK_RUN_TIMED_WORK_H */
