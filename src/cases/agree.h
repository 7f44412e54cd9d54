/*-------------------------------------------------------------------------
 *
 * agree.h
 *		Makes the values of a case ones that a row of the query's join has.
 *
 * To be called between probe_open() and probe_close().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_AGREE_H
#define PERFCHECK_CASES_AGREE_H

#include "cases/joined.h"

/*
 * Changes args, the values of all parameters, until a row has them together. The
 * values of the variables held stay as they are; of the others those that come
 * first stay if they can. A variable whose values the user has set gets no others. Returns whether a
 * row has the values now: 1, 0, or -1 if that is not known. Values that no row
 * can have with those that stay are left as they are.
 */
extern int agree_fit(const Joined *joined, List *held, char **args);

#endif /* PERFCHECK_CASES_AGREE_H */
