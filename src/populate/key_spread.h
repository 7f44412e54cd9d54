/*-------------------------------------------------------------------------
 *
 * key_spread.h
 *		Spreads the rows of a table over a foreign key's parents, by what is known.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_KEY_SPREAD_H
#define PERFCHECK_POPULATE_KEY_SPREAD_H

#include "populate/population.h"

/*
 * Plans the spread of a key from the statistics. How many rows both tables hold must
 * be known, and SPI must be connected. Returns whether anything was known. Errors: of
 * a parent without rows.
 */
extern bool key_spread_plan(const Population *population, TableMaker *table,
							KeyPlan *plan);

/* Is there a unique key of columns that this foreign key decides alone? */
extern bool key_spread_is_unique(const TableMaker *table, const KeyPlan *plan);

#endif /* PERFCHECK_POPULATE_KEY_SPREAD_H */
