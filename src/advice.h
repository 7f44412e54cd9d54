/*-------------------------------------------------------------------------
 *
 * advice.h
 *		Why a query does too much work, and the statement that mends it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_H
#define PERFCHECK_ADVICE_H

#include "contract.h"
#include "plan.h"

typedef struct Advice
{
	char *cause;
	char *fix; /* SQL, or NULL where none is known */
	/* Whether fix is the same query, written otherwise: nothing to prove. */
	bool rewrites;
} Advice;

/*
 * The cause that the query's text and the tables' indexes show; facts is the
 * plan that did the work. statement's tables must be locked.
 */
extern Advice *advice_find(const ContractStatement *statement,
						   const PlanFacts *facts);

#endif /* PERFCHECK_ADVICE_H */
