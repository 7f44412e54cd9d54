/*-------------------------------------------------------------------------
 *
 * stale.h
 *		Finds frequent values whose rows all lie far back in the query's order.
 *
 * For c = $1 ORDER BY d DESC LIMIT 20 a walk along the order is short for a value
 * that is frequent, unless none of its rows is recent. To be called between
 * probe_open() and probe_close().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_STALE_H
#define PERFCHECK_CASES_STALE_H

#include "cases/joined.h"

/* Values of variables that are compared by equality. */
typedef struct StaleValues
{
	List *variables; /* Variable */
	char **args;     /* those of their parameters among all of the query */
	double share;    /* of the rows */
} StaleValues;

/*
 * Returns, for each part of a join with an ORDER BY that has a LIMIT, the frequent
 * values whose first row comes last: a List of StaleValues. None is returned where
 * the first row comes no later than may be by chance. Variables whose values the
 * user has set are no part of it.
 */
extern List *stale_find(const Joined *joined);

#endif /* PERFCHECK_CASES_STALE_H */
