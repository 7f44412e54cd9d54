/*-------------------------------------------------------------------------
 *
 * timing.h
 *		Executes the contract's queries and samples their latency.
 *
 * Owns what counts as latency, and the comparison with the targets of a query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_TIMING_H
#define PERFCHECK_RUN_TIMING_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

/* Latencies in ms. */
typedef struct TimingResult
{
	const ContractQuery *query;
	const char *label; /* NULL if the query has no cases */
	char *error;       /* why it was not timed: only ok is set; or NULL */
	int executions;
	double mean_ms;
	double p50_ms;
	double p95_ms;
	double p99_ms;
	double max_ms;
	double plan_ms;    /* mean of parse analysis and planning */
	int64 shared_hit;  /* blocks per execution, mean */
	int64 shared_read; /* likewise */
	bool ok;           /* the targets of the query are met */
} TimingResult;

/*
 * Executes each required case of the enabled queries or, if name is not NULL, of
 * the one of that name, warmup + executions times, read-only. Returns a
 * TimingResult for each, and one for each query without cases. The error of a case,
 * and of a query, ends neither the others nor the call. Errors:
 * invalid_parameter_value for executions or warmup, undefined_object for the name,
 * and those that sandbox_run() raises again.
 */
extern List *timing_measure(const char *name, int executions, int warmup);

/*
 * Stores TimingResults in perfcheck_result, but for those that have an error.
 * Errors: those of INSERT, such as
 * insufficient_privilege.
 */
extern void timing_keep(List *results);

#endif /* PERFCHECK_RUN_TIMING_H */
