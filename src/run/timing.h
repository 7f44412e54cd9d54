/*-------------------------------------------------------------------------
 *
 * timing.h
 *		Executes the contract's queries and samples their latency.
 *
 * Owns the comparison with the targets of a query, and how the samples of several
 * clients become one result.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_TIMING_H
#define PERFCHECK_RUN_TIMING_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"
#include "run/timed_work.h"

/* Latencies in ms. */
typedef struct TimingResult
{
	const ContractQuery *query;
	const char *label; /* NULL if the query has no cases */
	char *error; /* why it was not timed, or NULL; then only judged is set */
	bool judged; /* ok says something */
	bool ok;     /* the targets of the query are met */
	int64 executions; /* 0 also if a mix left it out */
	double mean_ms;
	double p50_ms;
	double p95_ms;
	double p99_ms;
	double max_ms;
	double plan_ms;  /* mean */
	double first_ms; /* the first execution of the slowest client */
	/* Blocks per execution, mean. */
	int64 shared_hit;
	int64 shared_read;
	int64 shared_written;
	int64 temp_read;
	int64 temp_written;
	int64 generic;     /* executions with the generic plan */
	bool jit;          /* one was compiled */
	double harness_us; /* an execution of an empty query; below 0: not known */
	double reference_p95_ms; /* its p95, likewise */
	double reference_ms; /* the median of a fixed query; not a number: none */
	List *tables;        /* OIDs of those that the query reads */
	List *samples;       /* CaseSamples *, one for each client */
} TimingResult;

/*
 * Raises invalid_parameter_value for executions, warmup or clients that cannot be,
 * and what clients_check() does.
 */
extern void timing_check_options(const TimedOptions *options);

/*
 * Executes each required case of the enabled queries or, if name is not NULL, of
 * the one of that name, read-only, as options say. Returns a TimingResult for
 * each, and one for each query without cases. The error of a case, and of a query,
 * ends neither the others nor the call. The time limit is set here, from
 * perfcheck.statement_timeout; that of a query's values is the same. In several
 * rounds, a fixed query takes part, which tells how fast the machine was. Errors:
 * invalid_parameter_value for the options, undefined_object for the name, those
 * of clients_run() and those that sandbox_run() raises again.
 */
extern List *timing_measure(const char *name, const TimedOptions *options);

#endif /* PERFCHECK_RUN_TIMING_H */
