/*-------------------------------------------------------------------------
 *
 * verify.h
 *		Judges the queries of the contract, one after the other.
 *
 * Owns the steps that lead a query from the contract to its report: it is opened,
 * its cases are derived, the verdict is made, and for one that is not ok the
 * cause and the fix are looked for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_VERIFY_H
#define PERFCHECK_REPORT_VERIFY_H

#include "advice/advice.h"
#include "report/todo.h"
#include "verdict/verdict.h"

typedef struct QueryReport
{
	const ContractQuery *query;
	QueryVerdict *verdict;
	Advice
		*advice; /* for a verdict that is not ok, but with OF_CASES; or NULL */
	List *
		objects; /* QueryObject *: what the query names; NIL if it cannot be analyzed */
	List *notes;    /* char *: what is worth knowing, and changes no verdict */
	TodoState todo; /* before strict changes the verdict */
	bool raised;    /* it raised an error before any case was judged */
	double judged_ms; /* how long judging took; it changes no verdict */
} QueryReport;

/*
 * Judges the enabled queries or, if name is not NULL, the one of that name, at
 * scale times today's size. Returns QueryReports. But for VERDICT_OF_CASES they
 * have the cause and the fix of each fault, which takes trials. If strict is set, a
 * query that was skipped, has no required case, or has a stale todo, is not ok. A query that raises
 * an error is not ok for that reason. Errors: invalid_parameter_value for the
 * scale, undefined_object for the name, and those that sandbox_run() raises
 * again.
 */
extern List *verify_queries(const char *name, double scale,
							VerdictDetail detail, bool strict);

/* Returns whether the query is not ok, and has no todo that accepts that. */
extern bool verify_fails(const QueryReport *report);

/*
 * Returns whether what decides is an error of the query, whose message may hold a
 * value, and not what it does.
 */
extern bool verify_is_error(const QueryReport *report);

#endif /* PERFCHECK_REPORT_VERIFY_H */
