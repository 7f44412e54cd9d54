/*-------------------------------------------------------------------------
 *
 * own_parents.h
 *		Which row before it a row of the same table refers to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_OWN_PARENTS_H
#define PERFCHECK_POPULATE_OWN_PARENTS_H

#include "populate/population.h"

typedef struct OwnParents OwnParents;

/*
 * Plans plan->own of a key of a table that refers to itself, and plan->roots, the first
 * rows, which have no parent. column: the statistics of the key's column; wanted, the
 * rows of its common values, and bounds, of its histogram, -1 where unknown. own_order:
 * the correlation of the column that is referred to. Sets nothing if this does not tell
 * who the parents are.
 */
extern void own_parents_plan(KeyPlan *plan, const KeyStatistics *statistics,
							 const ColumnStatistics *column,
							 const int64 *wanted, const int64 *bounds,
							 double own_order);

/* Returns the number of a row before one, of all rows; -1 if there is none. */
extern int64 own_parents_find(const KeyPlan *plan, int64 row, int attempt);

/*
 * Returns whether the common values are all parents, so that the key's spread tells how
 * many children each of them has.
 */
extern bool own_parents_are_common(const OwnParents *own);

/* Returns the number of one before it in the thread of plan->within; -1 if none is. */
extern int64 own_parents_within(const KeyPlan *plan, int64 row, int attempt);

/* Returns a row near which the parent of a row is to be. */
extern int64 own_parents_near(const KeyPlan *plan, int64 row, uint64 random);

#endif /* PERFCHECK_POPULATE_OWN_PARENTS_H */
