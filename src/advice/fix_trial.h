/*-------------------------------------------------------------------------
 *
 * fix_trial.h
 *		Tries one candidate on the cases of a query.
 *
 * Owns what a candidate has to show to be called proven, and the comparison of
 * two that have been tried.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_FIX_TRIAL_H
#define PERFCHECK_ADVICE_FIX_TRIAL_H

#include "advice/advice_request.h"
#include "advice/candidate.h"

/*
 * Tries a candidate and notes in it what the trial showed. The cases are judged
 * only if it is enough for the one that does too much work, or if all is true.
 * Errors: those of proof_try().
 */
extern void fix_trial_run(const AdviceRequest *request, Candidate *candidate,
						  bool all);

/*
 * Is a candidate that was tried enough for all cases of the query, and does it make
 * none worse? Cases that no fix can help are not asked about.
 */
extern bool fix_trial_is_proven(const Candidate *candidate);

/* Does the fix add nothing that has to be kept up, as ANALYZE and REINDEX? */
extern bool fix_trial_is_free(const Candidate *candidate);

/*
 * Does the fix tell the planner more about the values? It may know then that one is
 * absent, and still walk an order for one that had its rows long ago, so such a fix
 * is to be good for values that match no row as well, the common ones left out.
 */
extern bool fix_trial_is_statistics(const Candidate *candidate);

/*
 * Returns how much a fix asks of those who keep it up, the least first: an ANALYZE
 * leaves nothing behind; then indexes, and conditions written otherwise;
 * statistics, on which a plan hangs as long as the planner reads them so; a query
 * of another structure; and a setting, which rules all queries of a role.
 */
extern int fix_trial_tier(const Candidate *candidate);

/*
 * Returns an amount that a candidate comes to, rows or bytes, for a comparison with
 * others: a partial index serves fewer queries, and has to be worth it.
 */
extern double fix_trial_weigh(const Candidate *candidate, double amount);

/*
 * Returns a number below 0 if a is the better one of two candidates that were
 * judged, above 0 if b is: the one that more cases are ok with; then by
 * fix_trial_tier(); then the fewest rows, in the worst case and in
 * all, within a factor of two; then the fewest and the smallest indexes.
 */
extern int fix_trial_compare(const Candidate *a, const Candidate *b);

#endif /* PERFCHECK_ADVICE_FIX_TRIAL_H */
