/*-------------------------------------------------------------------------
 *
 * verdict.h
 *		Decides whether a query is ok, from the verdicts on its cases.
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
	/* A required case, and a plan that it would be given: it decides. */
	bool counts;
	char *reason;     /* why the case is not ok, or NULL */
	Fragile *fragile; /* or NULL */
} JudgedCase;

typedef struct QueryVerdict
{
	VerdictStatus status; /* of the cases that count */
	char *reason;         /* why it is not ok, or skipped; else NULL */
	List *cases; /* JudgedCase *: the custom plans, then the generic ones */
	/* Of those that count the one that decides: the worst, or NULL. */
	const JudgedCase *worst;
	List
		*indexes; /* PlanIndex * of the plans that count, expected ones first */
	List *tables; /* OIDs of the tables that they read */
	/* The expected method, where the fault is that it serves at no size. */
	const char *unserved;
	double largest_scale; /* up to which it may begin to serve */
	/* Where it serves at a larger size only: that index, and the size. */
	const char *later_index;
	double later_rows;
	/* Rows of the largest table of the query, as the planner takes them. */
	double table_rows;
	double scale;
	double budget; /* rows */
} QueryVerdict;

/*
 * Judges a query that was opened, with cases (cases/derive.h), at scale times
 * today's size. Errors: no_data_found where there are neither cases nor empty
 * tables; those that case_verdict_judge() raises.
 */
extern QueryVerdict *verdict_judge(const ContractStatement *statement,
								   const ContractQuery *query, List *cases,
								   double scale);

/* Returns the verdict on a query that cannot be judged for the reason given. */
extern QueryVerdict *verdict_of_error(const ContractQuery *query, double scale,
									  char *reason);

#endif /* PERFCHECK_VERDICT_VERDICT_H */
