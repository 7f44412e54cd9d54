/*-------------------------------------------------------------------------
 *
 * advice.h
 *		Why a query does too much work, and the fix for it.
 *
 * Owns the choice among the possible fixes: those that can be tried are tried,
 * and the one that is proven is named.
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
	const Work *work;    /* of the plan that does too much */
	double at;           /* the size that it was planned for */
	double scale;        /* the target size, up to which all sizes must be ok */
	double budget;       /* rows that a case may examine */
	double block_budget; /* blocks that it may touch */
	double most_returned; /* rows that it may return */
	/* If the fault is that no index of a method serves: the method, or NULL. */
	const char *expected;
	double largest_scale; /* up to which such an index may begin to serve */
	/* Case *, those that count, with this one, and that a fix may help ... */
	List *cases;
	int hopeless; /* ... and how many none does, since they return too much */
	/*
	 * CaseVerdict * of the custom plans of all required cases at scale: no fix may
	 * make one of them worse.
	 */
	List *before;
	const char *role; /* whom the application runs as, or NULL */
} AdviceRequest;

typedef struct Advice
{
	char *cause;
	char *fix;        /* SQL to paste, or NULL */
	char *rewrite;    /* a condition or a query to write instead, or NULL */
	char *suggestion; /* what to do where no SQL does it, or NULL */
	/*
	 * With fix and rewrite together every case of the query is within its budget
	 * at all sizes, and none does more work than today.
	 */
	bool proven;
	/*
	 * Or they were tried, make no case worse, and leave the query over its budget:
	 * with them the case examines after rows instead of before, where limit are
	 * allowed; failing cases of the query still do too much.
	 */
	bool improvement;
	double before;
	double after;
	double limit;
	int failing;
	/* What the trial showed, or why there was none; or NULL. */
	char *proof;
} Advice;

/*
 * Returns why the case does too much work, and the fix where there is one;
 * never NULL. To be called within sandbox_run(), with the statement's tables
 * locked. Errors: a cancel by the user, and what else sandbox_run() raises
 * again; that a candidate cannot be tried is no error.
 */
extern Advice *advice_find(const AdviceRequest *request);

#endif /* PERFCHECK_ADVICE_ADVICE_H */
