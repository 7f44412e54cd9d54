/*-------------------------------------------------------------------------
 *
 * index_set_trial.h
 *		Creates the indexes of a set in a trial, all of them together.
 *
 * Owns which of them are there, and which the planner is shown.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_TRIAL_H
#define PERFCHECK_ADVICE_INDEX_SET_TRIAL_H

#include "advice/index_set_pool.h"
#include "nodes/bitmapset.h"

/*
 * Creates indexes (SetIndex *) by way of proof_ddl.h, and fills in what a trial
 * shows of them. One that cannot be created gets an obstacle, and the others are
 * created all the same. Tables with expressions in new indexes are analyzed. To
 * be called within sandbox_run(), which undoes it. Errors: those that
 * sandbox_pass_on() raises again.
 */
extern void index_set_trial_create(List *indexes);

/* Notes that the trial was rolled back. Raises no error. */
extern void index_set_trial_end(List *indexes);

/*
 * Returns the OIDs to hide so that the planner sees those indexes of the trial
 * alone whose numbers are in visible. Raises no error.
 */
extern List *index_set_trial_hidden(const List *indexes,
									const Bitmapset *visible);

/*
 * Returns an index with those of partitions that belong to it, as OIDs. Raises
 * no error.
 */
extern List *index_set_trial_family(Oid index);

/* Returns pg_relation_size() of an index, or of the family of one, in bytes. */
extern double index_set_trial_bytes(const List *family);

#endif /* PERFCHECK_ADVICE_INDEX_SET_TRIAL_H */
