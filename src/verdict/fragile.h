/*-------------------------------------------------------------------------
 *
 * fragile.h
 *		Runs every case with the plans of the other cases, to find fragile ones.
 *
 * A case is fragile if its own plan is ok, but it would examine too many rows
 * with a plan that is right for another case.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_FRAGILE_H
#define PERFCHECK_VERDICT_FRAGILE_H

#include "verdict/case_verdict.h"

/* The plan of another case that examines too many rows with this one. */
typedef struct Fragile
{
	const char *access;   /* how the plan reads the tables */
	const char *plan_for; /* whose plan it is: "genre common", or "any value" */
	double rows;          /* that it would examine at the target size */
} Fragile;

/*
 * verdicts are the CaseVerdicts of a query, and verdict is one of them. Executes
 * each plan that is ok for its own, required case with the values of verdict.
 *
 * Returns the plan that examines the most rows, if that is more than is allowed.
 * Returns NULL if none does, or if the case of verdict is not required, or not
 * ok with its own plan. Errors: those that case_verdict_judge() raises.
 */
extern Fragile *fragile_find(Judge *judge, List *verdicts,
							 const CaseVerdict *verdict);

#endif /* PERFCHECK_VERDICT_FRAGILE_H */
