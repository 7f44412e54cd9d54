/*-------------------------------------------------------------------------
 *
 * tap.h
 *		Reports -> lines of TAP, the Test Anything Protocol.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_TAP_H
#define PERFCHECK_REPORT_TAP_H

#include "report/verify.h"

/*
 * Returns the lines of a report on QueryReports: char *, without line ends. The
 * same rows, statistics and planner settings give the same lines.
 */
extern List *tap_report(List *reports);

#endif /* PERFCHECK_REPORT_TAP_H */
