/*-------------------------------------------------------------------------
 *
 * fix_choice.h
 *		Which of the possible fixes is the best.
 *
 * Owns the search: which candidates are tried, which are tried together, and which
 * statements of what is proven are needed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_FIX_CHOICE_H
#define PERFCHECK_ADVICE_FIX_CHOICE_H

#include "advice/advice_request.h"
#include "advice/candidate.h"

/*
 * Tries the candidates, and sets of them, and returns the best that is proven: see
 * fix_trial.h. It is one of candidates, or a set of up to four of them, less what
 * it does not need. NULL if none is proven; the candidates tell what their trials
 * showed, and so do the sets, which are returned in *sets. tables are the
 * QueryTables of the query. fix_rank_set() must have seen the candidates. Errors: those of
 * proof_try().
 */
extern Candidate *fix_choice_find(const AdviceRequest *request,
								  List *candidates, List *tables, List **sets);

/*
 * Returns what helps most without being enough, and without making a case worse: a
 * candidate that fix_choice_find() tried, or one of its sets. NULL if nothing
 * does. All cases were judged with it. Errors: as above.
 */
extern Candidate *fix_choice_improvement(const AdviceRequest *request,
										 List *candidates, List *sets);

/*
 * Returns the best index with which all cases are within the budget, though one of them
 * does more than it does without it, as hurts says; or NULL. None reads more than this
 * case does today, whatever is asked for.
 */
extern Candidate *fix_choice_trade(const AdviceRequest *request,
								   List *candidates);

/*
 * Returns the candidate that promises most of those that could not be tried, or
 * NULL. Raises no error.
 */
extern Candidate *fix_choice_untried(List *candidates);

#endif /* PERFCHECK_ADVICE_FIX_CHOICE_H */
