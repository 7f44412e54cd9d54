/*-------------------------------------------------------------------------
 *
 * tap.h
 *		Reports -> lines of TAP, the Test Anything Protocol.
 *
 * Owns the words of the report: its keys, the form of its test points and
 * comments, and the quoting of names and values in them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_TAP_H
#define PERFCHECK_REPORT_TAP_H

#include "report/verify.h"

/*
 * Returns the lines of a report on QueryReports, as a list of char *. No line
 * holds a control character. The same rows, statistics and planner settings
 * give the same lines. Without reports there is a comment that says so and, under
 * strict, a test point that fails. It reads pg_settings, and raises no error of
 * its own.
 */
extern List *tap_report(List *reports, bool strict);

#endif /* PERFCHECK_REPORT_TAP_H */
