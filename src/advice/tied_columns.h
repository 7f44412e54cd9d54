/*-------------------------------------------------------------------------
 *
 * tied_columns.h
 *		Columns of a result that ties leave open.
 *
 * Owns what a query that takes one row of each group, by DISTINCT ON or by a
 * bound on row_number(), leaves to chance: where several rows of a group are equal
 * in its order, any of them is right.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_TIED_COLUMNS_H
#define PERFCHECK_ADVICE_TIED_COLUMNS_H

#include "nodes/parsenodes.h"

/*
 * Returns whether the value of a column of the query's result may be that of
 * another row whenever rows tie. Raises no error.
 */
extern bool tied_columns_has(const Query *query, const TargetEntry *entry);

#endif /* PERFCHECK_ADVICE_TIED_COLUMNS_H */
