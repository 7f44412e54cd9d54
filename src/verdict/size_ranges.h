/*-------------------------------------------------------------------------
 *
 * size_ranges.h
 *		Finds the sizes between which a plan stays the same, as tables grow.
 *
 * Owns the search for the sizes at which the work of a plan goes over the budget.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_SIZE_RANGES_H
#define PERFCHECK_VERDICT_SIZE_RANGES_H

#include "verdict/case_verdict.h"

/* A range of sizes for which the same plan is made and one verdict holds. */
typedef struct SizeRange
{
	const Case *one;
	PlanMode mode;
	double from_rows; /* of the largest table of the query */
	double to_rows;
	Work *work; /* projected to to_rows; NULL if the query raised an error */
	double examined_at_from; /* rows, projected to from_rows */
	bool opaque;  /* it has a scan whose work cannot be seen: there is no ok */
	bool ok;      /* false for an error */
	char *reason; /* why it is not ok, or is not known to be; or NULL */
} SizeRange;

typedef struct QuerySizeRanges
{
	const ContractQuery *query;
	List *ranges; /* SizeRange *, in the order of cases, modes and sizes */
	/* Why the query has no ranges: its error, or that it has no cases. */
	char *error;
	char *empty;
} QuerySizeRanges;

/*
 * Returns QuerySizeRanges from today's size to max_rows, for the enabled queries
 * or, if name is not NULL, for the one of that name. A change of plan is found
 * to 1 % of the rows if the new plan lasts from one doubling of the size to the
 * next. The error of a case, and of a query, ends neither the others nor the call.
 * Errors: invalid_parameter_value for max_rows, undefined_object for the name, and
 * those that sandbox_run() raises again.
 */
extern List *size_ranges_find(const char *name, double max_rows);

#endif /* PERFCHECK_VERDICT_SIZE_RANGES_H */
