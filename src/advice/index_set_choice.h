/*-------------------------------------------------------------------------
 *
 * index_set_choice.h
 *		Chooses the fewest indexes that mend the queries together.
 *
 * Owns what a set must fulfil: every query that an index can mend is ok with it,
 * and no query of the contract does worse than without it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_CHOICE_H
#define PERFCHECK_ADVICE_INDEX_SET_CHOICE_H

#include "advice/index_set_pool.h"
#include "nodes/bitmapset.h"

/*
 * Returns the numbers of the indexes to create, of those of the pool that the
 * trial holds (index_set_trial_create()). Each of them is needed: without it a
 * query would not be ok, or would have no index left that holds in every case.
 * NULL if none helps. Errors: those of index_set_query_judge().
 */
extern Bitmapset *index_set_choice_make(List *queries, List *pool);

#endif /* PERFCHECK_ADVICE_INDEX_SET_CHOICE_H */
