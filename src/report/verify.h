/*-------------------------------------------------------------------------
 *
 * verify.h
 *		Judges the queries of the contract, one after the other.
 *
 * Owns the way of one query from the contract to its report: it is opened, its
 * cases are derived, the verdict is reached, and what is not ok gets its cause
 * and its fix.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_VERIFY_H
#define PERFCHECK_REPORT_VERIFY_H

#include "advice/advice.h"
#include "verdict/verdict.h"

typedef struct QueryReport
{
	const ContractQuery *query;
	QueryVerdict *verdict;
	Advice
		*advice; /* where the verdict is not ok, as far as asked for; or NULL */
	List *notes; /* char *: what does not count, and is worth knowing */
} QueryReport;

/*
 * Judges the enabled queries, or the one of that name, at scale times today's
 * size: QueryReports. advise: with the cause and the fix of what is not ok, which
 * takes trials. A query that raises an error is not ok for that reason. Errors:
 * invalid_parameter_value for the scale, undefined_object for the name, and
 * those that sandbox_run() raises again.
 */
extern List *verify_queries(const char *name, double scale, bool advise);

/* Whether a report fails a TAP harness: the query is not ok, and no TODO. */
extern bool verify_fails(const QueryReport *report);

#endif /* PERFCHECK_REPORT_VERIFY_H */
