/*-------------------------------------------------------------------------
 *
 * case_notes.h
 *		What a report says of cases that decide nothing.
 *
 * Owns the words on fragile cases and wrong estimates, and the line that counts
 * them where perfcheck.verbose_report is off.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_CASE_NOTES_H
#define PERFCHECK_REPORT_CASE_NOTES_H

#include "report/verify.h"

/*
 * Each of these returns a line, without what makes it a comment, or NULL if there
 * is nothing to say. They read the catalogs, and raise no error of their own.
 */

/*
 * Of a query that is ok the fragile case that would do the most work by the generic
 * plan, if requests may lead to it, or where a size was told by the plan of another
 * case; else of any query that is judged at a size that was told, the case that
 * decides, if its rows are near the budget. NULL if there is neither.
 */
extern char *case_notes_fragile(const QueryReport *report);

/*
 * The first case whose rows the planner estimates badly. It changes no verdict,
 * since the work was counted and not estimated.
 */
extern char *case_notes_estimate(const QueryReport *report);

/* How many QueryReports have such lines, and which queries they are. */
extern char *case_notes_summary(List *reports);

#endif /* PERFCHECK_REPORT_CASE_NOTES_H */
