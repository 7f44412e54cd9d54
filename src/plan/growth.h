/*-------------------------------------------------------------------------
 *
 * growth.h
 *		How tables grow, and the values of their columns.
 *
 * Owns the model of the tables at another size. Growth is an exponent: at a
 * scale of s there are s^exponent times as many as today. 1 grows as the scale,
 * 0 stays. Rows of one value of a column grow by the exponent of the table less
 * that of the column's distinct values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_GROWTH_H
#define PERFCHECK_PLAN_GROWTH_H

#include "access/attnum.h"

/*
 * Returns the exponent of a table's rows: 0 for a catalog and for a table of
 * perfcheck.fixed_tables; 1 for others, unless perfcheck_size() gave a table a
 * size of its own. A partition grows as its root. Errors: those of
 * fixed_tables_contains().
 */
extern double growth_of_relation(Oid relid);

/*
 * Returns the exponent of the number of distinct values of a table's column. 0
 * if they are always the same ones, as of a column of states; that of the parent
 * table for a foreign key; that of the table for keys, for columns whose
 * stadistinct is negative, and for those that growth_extends() tells of. 0 for a
 * column without statistics. Errors: as growth_of_relation().
 */
extern double growth_of_distinct(Oid relid, AttrNumber attnum);

/*
 * Returns the same for a column of an index, from 1, which may be an expression.
 */
extern double growth_of_index_column(Oid index, int column);

/*
 * Returns whether a column's new values lie beyond today's, as those of a time
 * that goes on and of a serial key do: a range between two of today's values
 * then keeps its rows at any size.
 */
extern bool growth_extends(Oid relid, AttrNumber attnum);

#endif /* PERFCHECK_PLAN_GROWTH_H */
