/*-------------------------------------------------------------------------
 *
 * verdict.h
 *		Facts and work -> ok or not, with the reason and the fix.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_VERDICT_H
#define PERFCHECK_VERDICT_VERDICT_H

#include "advice/advice.h"
#include "contract/contract.h"
#include "verdict/case_verdict.h"

typedef enum VerdictStatus
{
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_SKIP
} VerdictStatus;

typedef struct QueryVerdict
{
	const ContractQuery *query;
	VerdictStatus status; /* of the required cases */
	char *reason;         /* why it is not ok, or skipped */
	Advice *advice;
	List *cases; /* CaseVerdict: the custom plans, then the generic ones */
	/* Of those that count the one that decides: the worst. NULL: there is none. */
	CaseVerdict *worst;
	/*
	 * Whether a prepared statement turns to the generic plan, after five
	 * executions with values as the cases have them.
	 */
	bool turns_generic;
	/* Indexes of the plans that count, the expected method's first. */
	List *indexes; /* char * */
	List *methods; /* char * */
	List *tables;  /* OIDs, of the same plans */
	List *notes;   /* char *: what does not count, and is worth knowing */
	/* Where the expected method serves at a larger size only: that size. */
	char *later_index;
	double later_rows;
	/* Rows of the largest table of the query, as ANALYZE counted them. */
	double table_rows;
	double scale;
	double budget;
} QueryVerdict;

/*
 * Judges the enabled queries, or the one of that name: QueryVerdicts. advise:
 * with the cause and the fix of what is not ok, which takes trials.
 */
extern List *verdict_judge(const char *name, double scale, bool advise);

#endif /* PERFCHECK_VERDICT_VERDICT_H */
