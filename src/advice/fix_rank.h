/*-------------------------------------------------------------------------
 *
 * fix_rank.h
 *		What is to be expected of a candidate before it is tried.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_FIX_RANK_H
#define PERFCHECK_ADVICE_FIX_RANK_H

#include "advice/candidate.h"

/*
 * Sets expected and what follows it of the candidates, by the columns of their indexes
 * and by the statistics. tables holds the QueryTables of the query. Errors: those
 * of the catalogs.
 */
extern void fix_rank_set(List *candidates, List *tables);

/*
 * Returns a number below 0 if a promises more than b: an order with nothing before
 * it the least; then by the rows that are expected; then an index that gives the
 * order of a page, and the shorter one. Raises no error.
 */
extern int fix_rank_compare(const Candidate *a, const Candidate *b);

/*
 * Returns the candidates in the order in which they are to be tried: rewrites and
 * statistics as they come, and then indexes, those first of which the fewest rows
 * are expected. Raises no error.
 */
extern List *fix_rank_order(List *candidates);

#endif /* PERFCHECK_ADVICE_FIX_RANK_H */
