/*-------------------------------------------------------------------------
 *
 * copies.h
 *		Which columns repeat a value of the row that a foreign key refers to.
 *
 * A tenant's number stands in the order and in its customer, and is the same in
 * both. Such copies are told by perfcheck_copy(), or found: a column of the same
 * name and type in both tables, which in both refers to the same third table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COPIES_H
#define PERFCHECK_POPULATE_COPIES_H

#include "populate/population.h"

/* Reads what perfcheck_copy() was told. SPI must be connected. */
extern List *copies_read(void);

/*
 * Returns the column of the parent that a child's column repeats by a foreign key
 * of one column; 0 if it repeats none.
 */
extern AttrNumber copies_find(const List *told, const KeyPlan *plan,
							  AttrNumber attnum);

#endif /* PERFCHECK_POPULATE_COPIES_H */
