/*-------------------------------------------------------------------------
 *
 * tap.h
 *		Verdicts -> lines of TAP, the Test Anything Protocol.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_TAP_H
#define PERFCHECK_REPORT_TAP_H

#include "verdict/verdict.h"

/* The lines of a report on QueryVerdicts: char *, without line ends. */
extern List *tap_report(List *verdicts);

/* Whether a verdict fails a TAP harness: not ok, and no TODO. */
extern bool tap_fails(const QueryVerdict *verdict);

#endif /* PERFCHECK_REPORT_TAP_H */
