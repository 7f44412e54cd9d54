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

/* Written by case_verdict.c alone. */
typedef struct CaseVerdict
{
	const Case *one;
	PlanMode mode;
	Work *work;   /* NULL where it failed */
	bool ok;      /* the work is within what is allowed */
	char *reason; /* why it is not ok, or NULL */
} CaseVerdict;

/* How the cases of a query are judged. */
typedef struct Judge
{
	const ContractStatement *statement;
	double scale;  /* the size to judge at, in multiples of today's */
	double budget; /* rows; see case_verdict_allowed() */
	/* The work is to be projected to other scales too, so all runs are made. */
	bool any_scale;
	List *known; /* of case_verdict.c; NIL at first */
} Judge;

/*
 * Returns the rows that work may examine: the budget, or twice the rows that
 * are returned at the target size.
 */
extern double case_verdict_allowed(double budget, const Work *work);

/*
 * Judges the plan for the values of the case, or the one for any value. An
 * error of the query makes a verdict that is not ok, without work; see
 * sandbox_run() for those that are raised instead.
 */
extern CaseVerdict *case_verdict_judge(Judge *judge, const Case *one,
									   PlanMode mode);

/*
 * Judges the plan of other, a custom one, with the values of one. Returns NULL
 * where that cannot be done: the plan needs its own values, as a prefix of LIKE
 * does, or failed with these.
 */
extern CaseVerdict *case_verdict_judge_borrowed(Judge *judge, const Case *one,
												const CaseVerdict *other);

/*
 * Returns the facts of the plan that is made at a scale, without executing it;
 * NULL where planning fails.
 */
extern PlanFacts *case_verdict_explain(Judge *judge, const Case *one,
									   PlanMode mode, double scale);

/* Returns the error of a query in one line, with its hint. */
extern char *case_verdict_error_text(const ErrorData *error);

#endif /* PERFCHECK_VERDICT_CASE_VERDICT_H */
