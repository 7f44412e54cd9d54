/*-------------------------------------------------------------------------
 *
 * verdict.h
 *		Decides whether a query is ok, from the verdicts on its cases.
 *
 * Owns which cases count, which of them decides, and when the expected index
 * method is taken to serve a query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_VERDICT_H
#define PERFCHECK_VERDICT_VERDICT_H

#include "contract/statement.h"
#include "verdict/case_verdict.h"
#include "verdict/fragile.h"

typedef enum VerdictStatus
{
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_SKIP
} VerdictStatus;

/* A case under one plan mode, and what it means for the query. */
typedef struct JudgedCase
{
	const CaseVerdict *verdict;
	/* The case is required, and the server would use the plan for it. */
	bool counts;
	char *reason;     /* why the case is not ok, or NULL */
	Fragile *fragile; /* or NULL */
} JudgedCase;

typedef struct QueryVerdict
{
	VerdictStatus status; /* of the cases that count */
	char *reason;         /* why it is not ok, or skipped; else NULL */
	List *cases; /* JudgedCase *: the custom plans, then the generic ones */
	/* The worst of the cases that count, which decides; or NULL. */
	const JudgedCase *worst;
	/* PlanIndex * of the plans that count, those of the expected method first */
	List *indexes;
	List *tables; /* OIDs of the tables that these plans read */
	/* The expected method, if the fault is that it does not serve at any size. */
	const char *unserved;
	double largest_scale; /* the last that was tried for it */
	/* The index, and the rows, if it serves at a larger size only; or NULL. */
	const char *later_index;
	double later_rows;
	/* Rows of the largest table of the query, as the planner estimates them. */
	double table_rows;
	double scale;
	double budget; /* rows */
} QueryVerdict;

/*
 * Judges a query that was opened, with its cases from cases/derive.h, at scale
 * times today's size, and returns the verdict. Errors: no_data_found if there
 * are no cases although the tables hold rows; those that case_verdict_judge()
 * raises.
 */
extern QueryVerdict *verdict_judge(const ContractStatement *statement,
								   const ContractQuery *query, List *cases,
								   double scale);

/*
 * Returns the verdict on a query that raised an error before it could be judged:
 * it is not ok, for the reason given. Raises no error.
 */
extern QueryVerdict *verdict_of_error(const ContractQuery *query, double scale,
									  char *reason);

#endif /* PERFCHECK_VERDICT_VERDICT_H */
