/*-------------------------------------------------------------------------
 *
 * proof.h
 *		Whether a proposed statement mends a case: made, judged, rolled back.
 *
 * Owns the execution of CREATE INDEX, CREATE STATISTICS and ANALYZE within a
 * subtransaction that is always rolled back, so that nothing of them stays:
 * no catalog row, no statistic, no count of the statistics collector.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PROOF_H
#define PERFCHECK_ADVICE_PROOF_H

#include "cases/case.h"
#include "contract/contract.h"
#include "work/measure.h"

typedef struct ProofRequest
{
	const ContractStatement *statement;
	const Case *one;
	bool generic; /* judge the generic plan */
	bool custom;  /* prepared statements are kept to custom plans */
	double scale;
	double budget;    /* rows that a case may examine at that scale */
	List *statements; /* char *: what is made first, in this order */
	List *tables;     /* OIDs: of those statements */
	List *settings;   /* char *: planner settings to turn off first */
	/* The index method that must serve, and up to which scale; or NULL. */
	const char *expected;
	double largest_scale;
	List *cases; /* Case *: of the query, one is enough for expected */
} ProofRequest;

typedef struct Proof
{
	Work *work;     /* with the statements made; NULL where they were not */
	char *obstacle; /* why not */
	bool made;      /* the statements were: it was judging that failed */
	bool serves;    /* the expected method does; true where there is none */
	bool enough;    /* it serves, and the work is within the budget */
	int others;     /* where it is enough: the other cases that do too much */
} Proof;

/* Within sandbox_run(). A cancel by the user is raised again. */
extern Proof *proof_try(const ProofRequest *request);

#endif /* PERFCHECK_ADVICE_PROOF_H */
