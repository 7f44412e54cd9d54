/*-------------------------------------------------------------------------
 *
 * proof.h
 *		Tries a fix on a case: executed, judged, rolled back.
 *
 * Owns the answer to whether a fix is enough: for the case that does too much
 * work, and for the other cases of its query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PROOF_H
#define PERFCHECK_ADVICE_PROOF_H

#include "cases/case.h"
#include "contract/statement.h"
#include "plan/plan_mode.h"
#include "work/measure.h"

typedef struct ProofRequest
{
	const ContractStatement *statement;
	const Case *one;
	PlanMode mode;  /* which plan is judged */
	bool custom;    /* prepared statements are kept to custom plans */
	bool rewritten; /* the statement is another one than the query's */
	const ContractStatement *original; /* the query's, if it is rewritten */
	bool walks;  /* it is to be good for values that match no row, too */
	bool sparse; /* the same for those that are not among the common ones */
	bool whole;  /* all cases are judged, though one fails */
	bool upkeep; /* autovacuum does it: within the budget no case is worse */
	/*
	 * The work of this statement's plan for one without the fix, and the scale
	 * that it was planned for. If the fix changes no plan, it is not executed
	 * again. NULL for another statement.
	 */
	const Work *before;
	/* The work for one without the fix, of this statement or of the query. */
	const Work *today;
	double at;
	double scale;
	double budget; /* rows that a case may examine at any scale up to it */
	double block_budget;  /* blocks that it may touch */
	double most_returned; /* rows that it may return */
	List *statements;     /* char *, what proof_ddl_execute() takes; or NIL */
	List *tables;         /* OIDs, of those statements */
	List *settings;       /* char *, planner settings to turn off */
	/*
	 * CaseVerdict *, what the cases do without the fix, at scale. A fix must make
	 * none worse.
	 */
	List *verdicts;
	/* The index method that must serve, and up to which scale; or NULL. */
	const char *expected;
	double largest_scale;
	/* Case *, of the query; expected must serve one of them. NIL: one alone. */
	List *cases;
} ProofRequest;

typedef struct Proof
{
	/* Of the case with the fix; NULL if there is an obstacle, or too much of it. */
	Work *work;
	char *obstacle; /* why the fix was not tried, or not judged; or NULL */
	bool made;      /* the statements were executed */
	bool serves;    /* expected serves, or is NULL */
	bool enough;    /* it serves, and the work is within the budget */
	/* Of all cases; not known unless enough, or whole was asked for: */
	bool judged;
	int failing;      /* how many cases do too much work */
	char *hurts;      /* how a case is worse than without the fix, or NULL */
	double keyed;     /* rows examined for a row without a partner; 0: few */
	double unmatched; /* rows examined if nothing matches; 0: few */
	double worst;     /* the most rows that a case examines, and their sum */
	double sum;
	bool floor;     /* no case examines much more than it returns */
	List *verdicts; /* const CaseVerdict *, those that have work */
	double bytes;   /* of the new indexes */
	double ms;      /* that the statements took */
} Proof;

/*
 * Tries the fix that request describes, in a subtransaction that is rolled back
 * and under perfcheck.statement_timeout. To be called within sandbox_run().
 * Never returns NULL: an error of the statements or of the query becomes the
 * obstacle. A plan that examines far more than what is done without the fix is not
 * executed to its end. Errors: what sandbox_run() raises again, such as a cancel by the
 * user.
 */
extern Proof *proof_try(const ProofRequest *request);

#endif /* PERFCHECK_ADVICE_PROOF_H */
