/*-------------------------------------------------------------------------
 *
 * size_ranges.h
 *		The sizes between which a plan stays the same, as the tables grow.
 *
 * Owns the search for the sizes at which a plan changes, and for those at
 * which its work goes over the budget.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_SIZE_RANGES_H
#define PERFCHECK_VERDICT_SIZE_RANGES_H

#include "verdict/case_verdict.h"

/* Rows of the largest table, in which one plan is made and one verdict holds. */
typedef struct SizeRange
{
	const Case *one;
	PlanMode mode;
	double from_rows;
	double to_rows;
	Work *work; /* projected to to_rows */
	bool ok;
} SizeRange;

typedef struct QuerySizeRanges
{
	const ContractQuery *query;
	List *ranges; /* SizeRange *, in the order of cases, modes and sizes */
	char *error;  /* why there are none, or NULL */
} QuerySizeRanges;

/*
 * For the enabled queries, or the one of that name: QuerySizeRanges, from today's
 * size to max_rows. A change of plan is found to 1 % of the rows, when it holds
 * from one doubling of the size to the next.
 */
extern List *size_ranges_find(const char *name, double max_rows);

#endif /* PERFCHECK_VERDICT_SIZE_RANGES_H */
