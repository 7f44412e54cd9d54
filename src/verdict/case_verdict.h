/*-------------------------------------------------------------------------
 *
 * case_verdict.h
 *		One plan of a query, executed with the values of one case.
 *
 * Owns how a plan is come by (custom, generic, or made for other values), and
 * that no plan is executed twice with the same values. Each call runs in a
 * subtransaction of its own, with perfcheck.statement_timeout.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_CASE_VERDICT_H
#define PERFCHECK_VERDICT_CASE_VERDICT_H

#include "cases/case.h"
#include "contract/contract.h"
#include "work/measure.h"

typedef struct CaseVerdict
{
	const Case *one;
	const char *plan_mode; /* "custom", "generic" */
	/* For the verdict: a required case, and a plan that it would be given. */
	bool counts;
	Work *work; /* NULL where it failed */
	bool ok;
	char *reason; /* why it is not ok */

	/*
	 * Where a plan that is right for another case, and may be taken for this
	 * one by mistake, would examine too many rows: what it is (access), what
	 * for ("genre common", or "any value" for the generic plan), how many rows.
	 */
	char *fragile_access;
	const char *fragile_for;
	double fragile_rows;
} CaseVerdict;

typedef struct Judge
{
	const ContractStatement *statement;
	double scale;
	double budget; /* rows; see case_verdict_allowed() */
	/* Work is to be projected to other scales too: all runs are made. */
	bool any_scale;
	List *known; /* of judge.c */
} Judge;

/* Rows that work may examine: the budget, or twice the rows it returns. */
extern double case_verdict_allowed(const Judge *judge, const Work *work);

/* The plan for the values of the case; the plan for any value. */
extern CaseVerdict *case_verdict_custom(Judge *judge, const Case *one);
extern CaseVerdict *case_verdict_generic(Judge *judge, const Case *one);

/*
 * The plan of other, a custom one, executed with the values of one. NULL where
 * it cannot be: it needs its own values, or failed with these.
 */
extern CaseVerdict *case_verdict_borrowed(Judge *judge, const Case *one,
										  const CaseVerdict *other);

/*
 * The facts of the plan at a scale, for the values of one or for any; NULL:
 * there is no plan.
 */
extern PlanFacts *case_verdict_explain(Judge *judge, const Case *one,
									   bool generic, double scale);

/* The error of a query in one line, with its hint. */
extern char *case_verdict_error_text(const ErrorData *error);

#endif /* PERFCHECK_VERDICT_CASE_VERDICT_H */
