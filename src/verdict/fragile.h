/*-------------------------------------------------------------------------
 *
 * fragile.h
 *		Finds cases that are ok only as long as the planner tells them apart.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_FRAGILE_H
#define PERFCHECK_VERDICT_FRAGILE_H

#include "verdict/case_verdict.h"

/* A plan that is right for another case, and examines too much with this one. */
typedef struct Fragile
{
	const char *access;   /* of the plan */
	const char *plan_for; /* whose plan: "genre common", or "any value" */
	double rows;          /* that it would examine at the target size */
} Fragile;

/*
 * Executes the plans that verdicts, CaseVerdicts of one query, found to be ok
 * for their required cases with the values of verdict, which is one of them.
 * Returns the plan that examines most, if that is more than is allowed; else
 * NULL, as for a case that is not ok by its own plan, or not required.
 */
extern Fragile *fragile_find(Judge *judge, List *verdicts,
							 const CaseVerdict *verdict);

#endif /* PERFCHECK_VERDICT_FRAGILE_H */
