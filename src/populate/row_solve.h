/*-------------------------------------------------------------------------
 *
 * row_solve.h
 *		Sets columns of a made row so that its CHECKs hold.
 *
 * Owns what follows from the row alone: two columns in the wrong order take each
 * other's place, and a column that has to be equal to an expression gets its value.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ROW_SOLVE_H
#define PERFCHECK_POPULATE_ROW_SOLVE_H

#include "populate/population.h"
#include "populate/row_checks.h"

/*
 * Returns whether the row passes all checks, be it after columns were set, which are
 * then added to set. Otherwise tells what is broken. random is 0 if only equations
 * are to be solved.
 */
extern bool row_solve(TableMaker *table, uint64 random, Datum *values,
					  bool *nulls, BrokenCheck *check, Bitmapset **set);

#endif /* PERFCHECK_POPULATE_ROW_SOLVE_H */
