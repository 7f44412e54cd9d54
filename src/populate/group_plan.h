/*-------------------------------------------------------------------------
 *
 * group_plan.h
 *		Common combinations of the values of several columns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_GROUP_PLAN_H
#define PERFCHECK_POPULATE_GROUP_PLAN_H

#include "populate/population.h"

typedef struct GroupPlan GroupPlan;

/*
 * Returns a plan by which rows get the combinations as often as the statistics say;
 * NULL if they are too few to matter. Errors: those of a type's input.
 */
extern GroupPlan *group_plan_create(const TableMaker *table,
									const GroupStatistics *statistics);

/*
 * Returns whether a row has one of the combinations, and sets the value of a column
 * of it.
 */
extern bool group_plan_has(const GroupPlan *plan, int64 row, int member,
						   Datum *value, bool *isnull);

#endif /* PERFCHECK_POPULATE_GROUP_PLAN_H */
