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
 * A table of n rows that perfcheck_size() says is judged at T rows has the
 * exponent ln(T / n) / ln(perfcheck.scale): it has n rows at a scale of 1 and T
 * at perfcheck.scale, or at 100 if perfcheck.scale is 1.
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
 * Returns whether a table, or the one that it is a part of, is judged at rows that
 * perfcheck_size() was told. Errors: as growth_of_relation().
 */
extern bool growth_is_told(Oid relid);

/*
 * Returns the exponent of the number of distinct values of a table's column. 0
 * if they are always the same ones, as of a column of states; that of the parent
 * table for a foreign key, but no more than that of its own table; that of the
 * table for keys, for columns whose stadistinct is negative, and for those that
 * growth_extends() tells of. 0 for any other column without statistics. Errors: as
 * growth_of_relation().
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

/* All of this for a column. */
typedef struct GrowthColumn
{
	double table;    /* exponent of the table's rows */
	double distinct; /* exponent of the column's distinct values */
	bool key;        /* unique, or a foreign key */
	/*
	 * New values lie beyond today's. A range between two of today's values then
	 * has the same number of the distinct values at any size.
	 */
	bool beyond;
	/*
	 * With beyond: they lie before today's, as the history does that a table has
	 * behind it later, for a query that compares the column with now(). Not set
	 * by the functions below.
	 */
	bool before;
	/*
	 * It is told which share of the rows the most common value has then: the
	 * share of today's is so many times the average one, as a logarithm, and
	 * becomes less by this exponent.
	 */
	bool most_known;
	double most_excess;
	double most;
} GrowthColumn;

/* Return it for a column of a table, and of an index. */
extern GrowthColumn growth_of_column(Oid relid, AttrNumber attnum);
extern GrowthColumn growth_of_index_key(Oid index, int column);

/*
 * Returns the rows of a table, or of the table of an index, as the planner
 * estimates them today; of a partitioned table those of its partitions.
 */
extern double growth_rows_today(Oid relid);

/*
 * Returns whether a table is forecast as autovacuum will leave it, all of its
 * pages visible to all, since it was never vacuumed. Not if autovacuum is off
 * for the table.
 */
extern bool growth_forecasts_vacuum(Oid relid);

/*
 * Takes a table to be vacuumed until the current subtransaction ends, so that
 * growth_forecasts_vacuum() is true of it. Raises no error.
 */
extern void growth_take_vacuumed(Oid relid);

/* Returns whether growth_take_vacuumed() holds for a table. Raises no error. */
extern bool growth_takes_vacuumed(Oid relid);

/*
 * Returns whether a column's values go on beyond today's if it is not told to
 * grow denser: those of a time, of a serial key, and of a foreign key to one.
 */
extern bool growth_can_extend(Oid relid, AttrNumber attnum);

/*
 * Takes all columns to grow denser from now on, or no longer: for values that are
 * to mean the whole of a table, whatever its size. Raises no error.
 */
extern void growth_take_denser(bool denser);

#endif /* PERFCHECK_PLAN_GROWTH_H */
