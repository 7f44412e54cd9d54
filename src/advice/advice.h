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

#include "advice/advice_request.h"

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
	/*
	 * What the fix's index takes on today's rows, and how long its statements took;
	 * 0 where the fix has none or several, or was not tried.
	 */
	double index_bytes;
	double build_ms;
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
