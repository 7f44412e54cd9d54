/*-------------------------------------------------------------------------
 *
 * parent_exchange.h
 *		Parents that take each other's places in the plan of a foreign key.
 *
 * Owns the exchanges: so the parent with the most children is the one that has them
 * in the statistics, and not any.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_PARENT_EXCHANGE_H
#define PERFCHECK_POPULATE_PARENT_EXCHANGE_H

#include "populate/population.h"

/*
 * Puts the parents that are wanted in the place of the plan's own ones. None is wanted
 * where one is negative.
 */
extern void parent_exchange_plan(KeyPlan *plan, const int64 *own,
								 const int64 *wanted, int n);

/* Returns the parent that is in the place of this one. */
extern int64 parent_exchange_find(const KeyPlan *plan, int64 parent);

#endif /* PERFCHECK_POPULATE_PARENT_EXCHANGE_H */
