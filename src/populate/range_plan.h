/*-------------------------------------------------------------------------
 *
 * range_plan.h
 *		Ranges that do not overlap, for exclusion constraints.
 *
 * Rows of equal values, such as those of one room, get ranges one behind the
 * other, in the order in which they are counted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_RANGE_PLAN_H
#define PERFCHECK_POPULATE_RANGE_PLAN_H

#include "populate/population.h"

typedef struct RangePlan RangePlan;

/*
 * Returns the plan of an exclusion constraint of the form that table_model knows;
 * the columns that must be equal are planned. Returns NULL if its ranges cannot be
 * made. SPI must be connected.
 */
extern RangePlan *range_plan_create(TableMaker *table,
									const ModelExclusion *exclusion);

/* Returns the column by whose values ranges are counted; 0 if all rows are. */
extern AttrNumber range_plan_counts_by(const RangePlan *plan);

/* Sets the range of a row, or its begin (part 1) or end (part 2). */
extern bool range_plan_value(const RangePlan *plan, int64 row, int part,
							 Datum *value);

#endif /* PERFCHECK_POPULATE_RANGE_PLAN_H */
