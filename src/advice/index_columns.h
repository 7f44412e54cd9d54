/*-------------------------------------------------------------------------
 *
 * index_columns.h
 *		Collects the columns of an index that is to be created.
 *
 * Nothing here is raised but what the catalogs raise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_COLUMNS_H
#define PERFCHECK_ADVICE_INDEX_COLUMNS_H

#include "lib/stringinfo.h"

#include "advice/candidate.h"
#include "advice/index_facts.h"

typedef struct IndexColumns
{
	const QueryTable *table;
	List *keys;         /* Node *, each once */
	StringInfoData sql; /* for the parentheses of CREATE INDEX */
	bool expression;    /* one of them is not a column */
} IndexColumns;

/* Returns an index of a table that has no columns yet. */
extern IndexColumns index_columns_start(const QueryTable *table);

/* Adds the key of a condition, with the operator class that it needs. */
extern void index_columns_add_condition(IndexColumns *columns,
										const Condition *condition);

/* Adds the keys of conditions (Condition *). */
extern void index_columns_add_equal(IndexColumns *columns, List *conditions);

/* Adds what an order (OrderColumn *) has besides the keys. */
extern void index_columns_add_order(IndexColumns *columns, List *order);

/* Adds columns by their numbers; false if one has a type without an order. */
extern bool index_columns_add_attributes(IndexColumns *columns,
										 const Bitmapset *attnums);

/* Returns the keys for a reader: "city, zip and at". */
extern char *index_columns_names(const IndexColumns *columns);

/*
 * Returns whether the table has such an index that the query can use: the first
 * nequal columns may stand in any order, the other ones must follow as they are,
 * and those of ordered (OrderColumn *), which are the first among them, in these
 * directions or in the opposite ones.
 */
extern bool index_columns_exist(const IndexColumns *columns, int nequal,
								List *ordered);

/* Like index_columns_exist(), for one that holds attnums besides, in any way. */
extern bool index_columns_are_covered(const IndexColumns *columns, int nequal,
									  const Bitmapset *attnums);

/*
 * Returns whether conditions (Condition *, compared by =) leave one row of the
 * table: no index finds less.
 */
extern bool index_columns_are_unique(const QueryTable *table, List *equal);

/* Adds to a candidate the index, of the rows alone that predicate (SQL) leaves. */
extern void index_columns_add_partial_index(Candidate *candidate,
											const IndexColumns *columns,
											const char *predicate);

/*
 * Returns whether a condition gives its key one value, in all rows or in each loop
 * of a join, that an index can hold.
 */
extern bool index_columns_is_equal(const Condition *condition);

/*
 * Returns the conditions (Condition *) of the table that do: with values that hold
 * for the whole query, if filters is true; and with the rows of partner, if it is
 * not NULL.
 */
extern List *index_columns_equal(const QueryTable *table, bool filters,
								 const void *partner);

/*
 * Returns those of the table's filters that say for all values of the parameters
 * which rows are of interest: deleted_at IS NULL, state <> 'void', paid < due.
 */
extern List *index_columns_constant_filters(const QueryTable *table);

#endif /* PERFCHECK_ADVICE_INDEX_COLUMNS_H */
