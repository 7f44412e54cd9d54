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
	const char *access; /* how the plan reads the tables */
	/* Whose plan it is: "genre common"; NULL if it is the generic plan, ... */
	const char *plan_for;
	/* ... which is taken after five executions with this case. */
	const char *after;
	/* Requests may bring that about: it takes no wrong estimate, and no five
	 * executions with values that no row has. Or the statistics of the rows that
	 * the query is judged at may, for a value that rows have. */
	bool likely;
	double rows; /* that it would examine at the target size */
} Fragile;

/*
 * verdicts are the CaseVerdicts of a query at the target size, and verdict is one
 * of them. If all_plans is set, or sizes_told since a table of the query is judged
 * at a size that was told, executes each plan that is ok for its own, required case
 * with the values of verdict. cause is the case that makes the server switch to the
 * generic plan, or NULL if none does; see generic_switch_cause().
 *
 * Returns the generic plan if it examines more rows than is allowed, since that
 * takes no more than requests; else the plan that examines the most of them, if
 * that is more than is allowed. Returns NULL if none does, or if the case of verdict
 * is not required, or not ok with its own plan. Errors: those that
 * case_verdict_judge() raises.
 */
extern Fragile *fragile_find(Judge *judge, List *verdicts,
							 const CaseVerdict *verdict, const Case *cause,
							 bool all_plans, bool sizes_told);

/*
 * Returns "Seq Scan on events, Filter, for genre common: about 1000000 rows", or
 * NULL for NULL.
 */
extern char *fragile_text(const Fragile *fragile);

#endif /* PERFCHECK_VERDICT_FRAGILE_H */
