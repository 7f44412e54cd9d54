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
 * NULL if many rows have none of them. Errors: those of a type's input.
 */
extern GroupPlan *group_plan_create(const TableMaker *table,
									const GroupStatistics *statistics);

/*
 * Returns the same plan for a column that another one decides: which combination a row
 * has is told by the value of that column. NULL if there are no combinations.
 */
extern GroupPlan *group_plan_create_dependent(const TableMaker *table,
											  const GroupStatistics *statistics,
											  AttrNumber from, AttrNumber to);

/* Sets the value that goes with a value of the other column, if that is common. */
extern bool group_plan_follow(const GroupPlan *plan, Datum from, Datum *value,
							  bool *isnull);

/*
 * Returns whether a row has one of the combinations, and sets the value of a column
 * of it.
 */
extern bool group_plan_has(const GroupPlan *plan, int64 row, int member,
						   Datum *value, bool *isnull);

#endif /* PERFCHECK_POPULATE_GROUP_PLAN_H */
