/*-------------------------------------------------------------------------
 *
 * row_search.h
 *		Finds choices of columns that all CHECKs of a table accept.
 *
 * Owns the search, and what it learns: what one row was mended by is tried first for
 * the next one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_SEARCH_H
#define PERFCHECK_POPULATE_ROW_SEARCH_H

#include "populate/population.h"

/*
 * Changes the attempts of a row such that no CHECK and no partition refuses it.
 * Returns false, with the attempts as they were, if that was not found. try tells the
 * searches for one row apart.
 */
extern bool row_search(TableMaker *table, int64 row, int attempt,
					   uint8 *attempts);

/* Returns the random number for row_solve() of a row with such attempts. */
extern uint64 row_search_random(const TableMaker *table, int64 row,
								const uint8 *attempts);

#endif /* PERFCHECK_POPULATE_ROW_SEARCH_H */
