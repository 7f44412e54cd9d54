/*-------------------------------------------------------------------------
 *
 * prepared.h
 *		Executes a query as a prepared statement would be, and samples it.
 *
 * Owns what counts as latency, and the choice between custom and generic plans,
 * which is left to the server's plan cache.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_PREPARED_H
#define PERFCHECK_RUN_PREPARED_H

#include "utils/palloc.h"

#include "cases/case.h"
#include "contract/contract_query.h"
#include "run/instructions.h"

/* Which plans are executed. */
typedef enum PreparedPlan
{
	PREPARED_AUTO, /* custom ones at first, then as the server chooses */
	PREPARED_CUSTOM,
	PREPARED_GENERIC
} PreparedPlan;

/* What was sampled of one case by one client. All times are in ns. */
typedef struct PreparedSamples
{
	MemoryContext memory; /* of ns and error */
	int64 *ns;            /* one for each execution that counts, in order */
	int64 n;
	int64 room;
	int64 first_ns; /* the first execution, with analysis and planning */
	int64 plan_ns;  /* planning, the sum over the executions that count */
	/* Blocks, the sum over the same. */
	int64 shared_hit;
	int64 shared_read;
	int64 shared_written;
	int64 temp_read;
	int64 temp_written;
	int64 generic;      /* of these, how many executed the generic plan */
	bool jit;           /* one of them was compiled */
	int64 instructions; /* the sum over the same, if they were counted */
	char *error;        /* why it was not executed any more, or NULL */
	int sqlstate;       /* of the error */
} PreparedSamples;

/* A statement of one session. */
typedef struct Prepared Prepared;

/* How often and how long prepared_run() is to execute. */
typedef struct PreparedTurn
{
	int64 most; /* executions at the most, at least 1 */
	int64
		until_ns; /* no further one begins after prepared_now(); 0: any time */
	bool counted; /* sampled, not only to warm up */
	int timeout_ms;                   /* of an execution; 0: none */
	const Instructions *instructions; /* to count with, or NULL */
} PreparedTurn;

/* Returns the time of a clock that only goes forward, in ns. */
extern int64 prepared_now(void);

/*
 * Returns a statement of the query, which is analyzed when it is first executed. It
 * is dropped with the current memory context. Raises no error.
 */
extern Prepared *prepared_make(const ContractQuery *query, PreparedPlan plan);

/*
 * Executes the statement with the values and settings of a case, read-only, in as
 * many sandboxes as it takes, and adds to samples. An error of the query is noted
 * there and ends the executions. Errors: those that sandbox_run() raises again.
 */
extern void prepared_run(Prepared *prepared, const Case *one,
						 const PreparedTurn *turn, PreparedSamples *samples);

/* Notes an error of the query, which is not NULL, with the values of the case. */
extern void prepared_fail(PreparedSamples *samples, const Case *one,
						  const ErrorData *error);

#endif /* PERFCHECK_RUN_PREPARED_H */
