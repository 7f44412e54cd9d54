/*-------------------------------------------------------------------------
 *
 * maker_plan.h
 *		Makes the spreads and makers that the plans of columns need.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_MAKER_PLAN_H
#define PERFCHECK_POPULATE_MAKER_PLAN_H

#include "populate/population.h"

/*
 * Makes what the sources of a table's columns need. How many rows each table holds,
 * and will hold, must be known, and SPI must be connected. Errors: of a column for
 * which no value can be made, or of a parent without rows.
 */
extern void maker_plan_table(Population *population, TableMaker *table);

#endif /* PERFCHECK_POPULATE_MAKER_PLAN_H */
