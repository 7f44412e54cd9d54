/*-------------------------------------------------------------------------
 *
 * copies.h
 *		Which columns repeat a value of the row that a foreign key refers to.
 *
 * A tenant's number stands in the order and in its customer, and is the same in
 * both. Such copies are told by perfcheck_copy(), or found: a column of the same
 * name and type in both tables, which in both leads to the same third table, by way
 * of others too. Of several tables that might be where it comes from, those are that
 * would give the column the values that the statistics say.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COPIES_H
#define PERFCHECK_POPULATE_COPIES_H

#include "populate/population.h"

/* Reads what perfcheck_copy() was told. SPI must be connected. */
extern List *copies_read(void);

/*
 * Sets plan->copies: the columns of the parent that columns of the child repeat. What
 * the statistics say counts if it is known how the parent's rows are made.
 */
extern void copies_find(const Population *population, const List *told,
						KeyPlan *plan);

/* Has the parent's rows be read of the columns that may come to be repeated. */
extern void copies_need(KeyPlan *plan);

#endif /* PERFCHECK_POPULATE_COPIES_H */
