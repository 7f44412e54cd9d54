/*-------------------------------------------------------------------------
 *
 * timing.h
 *		Executes the contract's queries and samples their latency.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_TIMING_H
#define PERFCHECK_RUN_TIMING_H


/* Latencies in ms. */
typedef struct TimingResult
{
	const ContractQuery *query;
	const char *label;
	int executions;
	double mean_ms;
	double p50_ms;
	double p95_ms;
	double p99_ms;
	double max_ms;
	double plan_ms;    /* mean of parse analysis and planning */
	int64 shared_hit;  /* blocks an execution, mean */
	int64 shared_read; /* likewise */
	bool ok;
} TimingResult;

/*
 * Executes each required case of the enabled queries, or of the one of that
 * name, warmup + executions times, read-only: TimingResults. An error of a
 * query is raised.
 */
extern List *timing_measure(const char *name, int executions, int warmup);

/* Stores results in perfcheck_result. */
extern void timing_keep(List *results);

#endif /* PERFCHECK_RUN_TIMING_H */
