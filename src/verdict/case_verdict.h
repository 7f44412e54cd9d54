/*-------------------------------------------------------------------------
 *
 * case_verdict.h
 *		Judges one plan of a query with the values of one case.
 *
 * Owns the choice of the plan: the case's own custom plan, the generic plan, or
 * another case's custom plan. Owns as well that no plan is executed twice with
 * the same values, and the budget that the work is held against. This is the
 * one path on which a query is planned and measured; each call runs in a sandbox
 * of its own, with perfcheck.statement_timeout.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_CASE_VERDICT_H
#define PERFCHECK_VERDICT_CASE_VERDICT_H

#include "cases/case.h"
#include "contract/statement.h"
#include "plan/plan_mode.h"
#include "work/measure.h"

/* Only case_verdict.c writes it. */
typedef struct CaseVerdict
{
	const Case *one;
	PlanMode mode;
	Work *work;   /* NULL if the query raised an error */
	bool ok;      /* the work is within what is allowed */
	char *reason; /* why it is not ok, or NULL */
} CaseVerdict;

/* How the cases of a query are judged. */
typedef struct Judge
{
	const ContractStatement *statement;
	double scale;  /* the size to judge at, in multiples of today's */
	double budget; /* rows; see case_verdict_allowed() */
	/* The work will be projected to other scales too, which takes all runs. */
	bool any_scale;
	List *known; /* for case_verdict.c alone; NIL at first */
} Judge;

/*
 * Returns the rows that work may examine: the budget, or twice the rows that
 * are returned at the target size and those that were counted a second time
 * (Projection.again).
 */
extern double case_verdict_allowed(double budget, const Work *work);

/*
 * Judges the custom plan for the values of the case, or the generic plan, and
 * returns the verdict. An error of the query makes a verdict that is not ok,
 * without work. Errors: those that sandbox_run() raises again.
 */
extern CaseVerdict *case_verdict_judge(Judge *judge, const Case *one,
									   PlanMode mode);

/*
 * Judges the custom plan that other was given, with the values of one. Returns
 * NULL if that is not possible: the plan needs its own values, as one for a
 * prefix of LIKE does, or the query raised an error. Errors: those that
 * sandbox_run() raises again.
 */
extern CaseVerdict *case_verdict_judge_borrowed(Judge *judge, const Case *one,
												const CaseVerdict *other);

/*
 * Returns the facts of the plan that is made at a scale, without executing it,
 * or NULL if planning raises an error. Errors: those that sandbox_run() raises
 * again.
 */
extern PlanFacts *case_verdict_explain(Judge *judge, const Case *one,
									   PlanMode mode, double scale);

/* Returns the message of a query's error, followed by its hint. */
extern char *case_verdict_error_text(const ErrorData *error);

#endif /* PERFCHECK_VERDICT_CASE_VERDICT_H */
