/*-------------------------------------------------------------------------
 *
 * failure.h
 *		The words of the error of perfcheck_assert().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_FAILURE_H
#define PERFCHECK_REPORT_FAILURE_H

#include "nodes/pg_list.h"

typedef struct Failure
{
	char *message; /* names the queries */
	char *detail;  /* what is wrong with each, its cause, its fix, its proof */
	char *log; /* the same for the server's log, without errors of queries */
} Failure;

/*
 * Returns the words for the QueryReports of which verify_fails() is true; NULL if
 * there is none. Of many queries the first are told of, and how many follow. No
 * errors.
 */
extern Failure *failure_of_reports(List *reports);

/*
 * The same for the QueryReports of which changes, from baseline_worse(), tell; other
 * faults stand in one line. No errors.
 */
extern Failure *failure_of_changes(List *reports, List *changes);

/* Returns the names of the reports that fail without a change, or NULL. No errors. */
extern char *failure_old_faults(List *reports, List *changes);

#endif /* PERFCHECK_REPORT_FAILURE_H */
