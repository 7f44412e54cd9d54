/*-------------------------------------------------------------------------
 *
 * key_plan.h
 *		Which rows of its parent the rows of a table refer to.
 *
 * Owns the fan-out of foreign keys: how many children a parent has, which parents
 * have them, and which row of the child is whose.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_KEY_PLAN_H
#define PERFCHECK_POPULATE_KEY_PLAN_H

#include "populate/population.h"

/*
 * Spreads the rows of the child over those of the parent. statistics may be NULL,
 * and so may column, the statistics of the child's column whose value tells the
 * parent alone; wanted are the parents of its common values, -1 where unknown.
 * unique: a parent has at most one child. null_share is that of the rows without a
 * parent. most: so many children has no parent more, 0 if that is not known. Errors: object_not_in_prerequisite_state if there is no parent.
 */
extern void key_plan_spread(KeyPlan *plan, const KeyStatistics *statistics,
							const ColumnStatistics *column, const int64 *wanted,
							bool unique, double null_share, double correlation,
							double most);

/*
 * Returns the number of the parent's row that a row refers to, -1 for none. The
 * row is counted among those that are made. Attempt 0 fits the fan-out, others are
 * of other parents, or none if the key may be NULL.
 */
extern int64 key_plan_parent(KeyPlan *plan, int64 row, int attempt);

/* Returns whether a row refers to a parent at all. */
extern bool key_plan_has_parent(const KeyPlan *plan, int64 row, int attempt);

/*
 * Sets which of its parent's children a row is, counted from 0, in the plan of a
 * key with a parent for it. Returns false if it has none.
 */
extern bool key_plan_occurrence(KeyPlan *plan, int64 row, int64 *item,
								int64 *occurrence);

/* Sets how many children each of the parent's rows has that has any. */
extern void key_plan_children(const KeyPlan *plan, float *children);

#endif /* PERFCHECK_POPULATE_KEY_PLAN_H */
