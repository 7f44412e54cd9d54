/*-------------------------------------------------------------------------
 *
 * advice_request.h
 *		What is to be mended: the case that does too much work, and the others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_ADVICE_REQUEST_H
#define PERFCHECK_ADVICE_ADVICE_REQUEST_H

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
	double rows;          /* of the largest table at the target size */
	/* Case *, those that count, with this one, and that a fix may help ... */
	List *cases;
	int hopeless; /* ... and how many none does, since they return too much */
	/*
	 * CaseVerdict * of the custom plans of all required cases at scale: no fix may
	 * make one of them worse.
	 */
	List *before;
	const char *role; /* whom the application runs as, or NULL */
	/* What rewritten queries are compared through; NULL before advice_find(). */
	struct SameRows *same;
} AdviceRequest;

#endif /* PERFCHECK_ADVICE_ADVICE_REQUEST_H */
