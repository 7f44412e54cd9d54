/*-------------------------------------------------------------------------
 *
 * proof_harm.h
 *		Whether a fix makes a case worse than it is today.
 *
 * Owns what is called worse: of the rows and the blocks that the case takes at the
 * target size, and of the rows that it would take if nothing matched.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PROOF_HARM_H
#define PERFCHECK_ADVICE_PROOF_HARM_H

#include "verdict/case_verdict.h"

/* A case is worse if it takes this many times as much. */
#define PROOF_HARM_TIMES 2.0

/*
 * Returns the verdict on a case among those without the fix (CaseVerdict *), or
 * NULL if there is none that tells its work. Raises no error.
 */
extern const CaseVerdict *proof_harm_before(List *before, const Case *one);

/*
 * judged is the verdict on a case with a fix, and before holds those without it
 * (CaseVerdict *). Returns how the case is worse, or NULL if it is not, or if
 * before does not tell. Raises no error.
 */
extern char *proof_harm_find(const Judge *judge, List *before,
							 const CaseVerdict *judged);

/*
 * Returns the rows that the plan would examine for rows without a partner, or if
 * values is true for values that match no row, if these are too many; or else 0.
 * Raises no error.
 */
extern double proof_harm_unmatched(const Judge *judge,
								   const CaseVerdict *judged, bool values);

#endif /* PERFCHECK_ADVICE_PROOF_HARM_H */
