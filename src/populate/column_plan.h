/*-------------------------------------------------------------------------
 *
 * column_plan.h
 *		Decides where the values of each column of a table come from.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_COLUMN_PLAN_H
#define PERFCHECK_POPULATE_COLUMN_PLAN_H

#include "populate/population.h"

/*
 * Sets the sources of a table's columns, and marks the columns of its parents that
 * are looked up. All tables must be in the population. told: see copies_read().
 */
extern void column_plan_sources(Population *population, TableMaker *table,
								const List *told);

/*
 * Settles what depends on the sources of all tables' columns. Errors:
 * feature_not_supported if columns are to be equal to each other in a circle.
 */
extern void column_plan_finish(const Population *population);

#endif /* PERFCHECK_POPULATE_COLUMN_PLAN_H */
