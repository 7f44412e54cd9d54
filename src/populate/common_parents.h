/*-------------------------------------------------------------------------
 *
 * common_parents.h
 *		Finds the parents that a foreign key's most common values are those of.
 *
 * A query that asks for such a value is planned by its frequency, so it should be this
 * very parent that has so many children, if there is one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COMMON_PARENTS_H
#define PERFCHECK_POPULATE_COMMON_PARENTS_H

#include "populate/population.h"

/*
 * Returns the parent's row of each of the first n common values of the key's child
 * column of this number, -1 where none is known.
 */
extern int64 *common_parents_find(const KeyPlan *plan, int number,
								  const ColumnStatistics *column, int n);

#endif /* PERFCHECK_POPULATE_COMMON_PARENTS_H */
