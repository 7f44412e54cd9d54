/*-------------------------------------------------------------------------
 *
 * verdict.h
 *		Decides whether a query is ok, from the verdicts on its cases.
 *
 * Owns which cases count, which of them decides, when the expected index method
 * is taken to serve a query, and when a verdict says nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VERDICT_VERDICT_H
#define PERFCHECK_VERDICT_VERDICT_H

#include "contract/statement.h"
#include "verdict/case_verdict.h"
#include "verdict/fragile.h"
#include "verdict/held_table.h"

typedef enum VerdictStatus
{
	VERDICT_OK,
	VERDICT_NOT_OK,
	VERDICT_SKIP
} VerdictStatus;

/* What is asked for besides the status and its reason. */
typedef enum VerdictDetail
{
	VERDICT_STATUS_ALONE,
	VERDICT_OF_CASES, /* what each case depends on */
	VERDICT_TO_REPORT /* what a query depends on that is ok */
} VerdictDetail;

/* A case under one plan mode, and what it means for the query. */
typedef struct JudgedCase
{
	const CaseVerdict *verdict; /* at the target size */
	/* The same, or the worst of a smaller size if the target's is ok. */
	const CaseVerdict *decides;
	/* The case is required, and the server would use the plan for it. */
	bool counts;
	char *reason;     /* why the case is not ok, or NULL */
	Fragile *fragile; /* or NULL */
} JudgedCase;

/* How large a table is today, and how it grows; see growth.h. */
typedef struct VerdictSize
{
	Oid relid;
	double rows;
	double growth;
	bool told; /* it is judged at rows that perfcheck_size() was told */
} VerdictSize;

typedef struct QueryVerdict
{
	VerdictStatus status; /* of the cases that count */
	char *reason;         /* why it is not ok, or skipped; else NULL */
	/*
	 * JudgedCase *: the custom plans, then the generic ones. Without
	 * VERDICT_OF_CASES there are no more than settle that the query is not ok.
	 */
	List *cases;
	/* The worst of the cases that count, which decides; or NULL. */
	const JudgedCase *worst;
	/* It is skipped because no case found a row, and would be ok otherwise. */
	bool vacuous;
	const char *empty; /* the names of its tables that hold no rows, or NULL */
	/* The table that must grow for worst, or for any case of a query that is ok. */
	HeldTable *held;
	/* PlanIndex * of the plans that count, those of the expected method first */
	List *indexes;
	List *tables; /* OIDs of the tables that these plans read */
	/* The expected method, if the fault is that it does not serve at any size. */
	const char *unserved;
	double largest_scale; /* the last that was tried for it */
	/* The index, and the rows, if it serves at a larger size only; or NULL. */
	const char *later_index;
	double later_rows;
	List *sizes;       /* VerdictSize *, of the tables that its plans read */
	double table_rows; /* of the largest today, as the planner estimates them */
	double scale;
	double budget; /* rows */
	double block_budget;
	double most_returned; /* rows; infinity if there is no ceiling */
} QueryVerdict;

/*
 * Judges a query that was opened, with its cases from cases/derive.h, at scale
 * times today's size and at all sizes on the way there, and returns the verdict.
 * Errors: no_data_found if there are no cases although the tables hold rows;
 * those that case_verdict_judge() raises.
 */
extern QueryVerdict *verdict_judge(const ContractStatement *statement,
								   const ContractQuery *query, List *cases,
								   double scale, VerdictDetail detail);

/*
 * The same for a query that is judged several times over the same rows, while
 * indexes come and go. known is NIL at first, and keeps what was measured: a plan
 * that was executed with the values of a case is not executed again. It is in the
 * current memory context, and holds for these very cases. Errors: as above.
 */
extern QueryVerdict *verdict_judge_again(const ContractStatement *statement,
										 const ContractQuery *query,
										 List *cases, double scale,
										 VerdictDetail detail, List **known);

/*
 * Returns whether a table that a plan of the query reads is judged at a size that was
 * told. Raises no error.
 */
extern bool verdict_has_told_size(const QueryVerdict *verdict);

/*
 * Returns the rows of the table of the query that is the largest at a scale.
 * Raises no error.
 */
extern double verdict_rows_at(const QueryVerdict *verdict, double scale);

/*
 * Returns the verdict on a query that raised an error before it could be judged:
 * it is not ok, for the reason given. Raises no error.
 */
extern QueryVerdict *verdict_of_error(const ContractQuery *query, double scale,
									  char *reason);

#endif /* PERFCHECK_VERDICT_VERDICT_H */
