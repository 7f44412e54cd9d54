/*-------------------------------------------------------------------------
 *
 * explained_case.h
 *		The plan that a case was judged with, as EXPLAIN prints it.
 *
 * Owns which case and plan are meant where the caller names none.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_EXPLAINED_CASE_H
#define PERFCHECK_REPORT_EXPLAINED_CASE_H

/*
 * Returns the text of the plan that a query has at scale times today's size, with
 * the rows that its nodes find today. label names a case, and NULL the one that
 * decides; mode is "custom" or "generic", and NULL the one that decides, or the
 * custom plan of a case that was named. format is one of EXPLAIN's. Where the
 * execution takes longer than perfcheck.statement_timeout, the plan is without its
 * counts, and a notice says so. Errors: undefined_object for the query and the
 * case, invalid_parameter_value for the mode, the format and the scale, those of the query,
 * and those that sandbox_run() raises again.
 */
extern char *explained_case(const char *query, const char *label,
							const char *mode, double scale, const char *format);

#endif /* PERFCHECK_REPORT_EXPLAINED_CASE_H */
