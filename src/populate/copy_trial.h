/*-------------------------------------------------------------------------
 *
 * copy_trial.h
 *		What a column would hold if it were a copy of its parent's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COPY_TRIAL_H
#define PERFCHECK_POPULATE_COPY_TRIAL_H

#include "populate/population.h"

typedef struct CopyTrial CopyTrial;

/*
 * Returns some rows of a key's table and their parents, NULL if too little is known:
 * the statistics of the table, and how the rows of the parent are made.
 */
extern CopyTrial *copy_trial_create(const Population *population,
									const KeyPlan *plan);

/*
 * Returns how far the parents' values of a column are from what the statistics say of
 * the table's own column: above 1 they do not fit. Negative if nothing is said.
 */
extern double copy_trial_misfit(const CopyTrial *trial, AttrNumber attnum,
								AttrNumber parent);

#endif /* PERFCHECK_POPULATE_COPY_TRIAL_H */
