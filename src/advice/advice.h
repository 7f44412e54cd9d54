/*-------------------------------------------------------------------------
 *
 * advice.h
 *		Why a query does too much work, and the statement that mends it.
 *
 * Owns the choice among what may mend it: each candidate is tried out where it
 * can be, and the first that is proven is the fix.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_ADVICE_H
#define PERFCHECK_ADVICE_ADVICE_H

#include "cases/case.h"
#include "contract/statement.h"
#include "plan/plan_mode.h"
#include "work/measure.h"

typedef struct AdviceRequest
{
	const ContractStatement *statement;
	const Case *one;
	PlanMode mode;
	const Work *work; /* of the plan that does too much */
	double scale;     /* the size that it was planned for */
	double budget;    /* rows that a case may examine at that size */
	/* Where the fault is that no index of this method serves; else NULL. */
	const char *expected;
	double largest_scale; /* up to which it may begin to serve */
	List *cases;          /* Case *: those that count, this one too */
} AdviceRequest;

typedef struct Advice
{
	char *cause;
	char *fix;     /* SQL to paste, or NULL */
	char *rewrite; /* a condition to write instead, or NULL */
	bool proven;   /* fix and rewrite together were tried, and mend the case */
	char *proof;   /* what the trial showed, or why there was none */
} Advice;

/*
 * The one cause, and the fix where there is one. Within sandbox_run(), the
 * statement's tables locked. Never NULL.
 */
extern Advice *advice_find(const AdviceRequest *request);

#endif /* PERFCHECK_ADVICE_ADVICE_H */
