/*-------------------------------------------------------------------------
 *
 * side_by_side.h
 *		Two forms of a query, executed in turns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_SIDE_BY_SIDE_H
#define PERFCHECK_RUN_SIDE_BY_SIDE_H

#include "run/compared.h"
#include "run/timed_work.h"

typedef struct SideBySide
{
	Compared compared;
	int64 executions;          /* of each form */
	int64 instructions[2];     /* of an execution, mean; 0: not counted */
	const char *not_counted;   /* why they are not, or NULL */
	ComparisonVerdict verdict; /* on the second form */
} SideBySide;

/*
 * Executes two forms of a query in turns, in random order, read-only, with the
 * values in args, which are text and may be NULL. Of options it takes executions,
 * warmup, duration_ns, plan and timeout_ms. Errors: those of the queries, with the
 * message that query "a" or "b" cannot be timed; invalid_parameter_value for
 * another number of values than a query has parameters.
 */
extern SideBySide side_by_side_run(const char *sql_a, const char *sql_b,
								   char **args, int nargs,
								   const TimedOptions *options);

#endif /* PERFCHECK_RUN_SIDE_BY_SIDE_H */
