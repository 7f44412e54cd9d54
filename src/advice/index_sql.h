/*-------------------------------------------------------------------------
 *
 * index_sql.h
 *		Columns, expressions and orders as CREATE INDEX has them.
 *
 * What is not in pg_catalog is written with its schema, so that it can be
 * pasted under any search_path. Errors are those of the catalogs alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SQL_H
#define PERFCHECK_ADVICE_INDEX_SQL_H

#include "query/table_conditions.h"

/*
 * Returns the SQL of an expression over the table's columns, which are Vars of
 * varno 1.
 */
extern char *index_sql_expression(const QueryTable *table, Node *key);

/* Returns the number of the column that a key is, or 0 for an expression. */
extern AttrNumber index_sql_attnum(Node *key);

/* Returns a key for a reader: genre, lower(artist), (artist || genre). */
extern char *index_sql_name(const QueryTable *table, Node *key);

/* Returns a key for CREATE INDEX, where an expression needs parentheses. */
extern char *index_sql_key(const QueryTable *table, Node *key);

/* Returns a key for CREATE INDEX as index_sql_key() does, with its collation. */
extern char *index_sql_collated(const QueryTable *table, Node *key,
								Oid collation);

/*
 * Returns an order (OrderColumn *) for CREATE INDEX: date, id; an empty string if
 * nothing is to be ordered. Keys that are compared by = are left out, since all
 * rows are equal in them, and those that are in keys. It ends before what no
 * index can hold. The first column is always ascending, since an index is scanned
 * in both directions.
 */
extern char *index_sql_order(const QueryTable *table, List *order, List *keys);

/*
 * Returns the columns of an order that index_sql_order() writes, as OrderColumns;
 * their directions are those of the query.
 */
extern List *index_sql_order_columns(const QueryTable *table, List *order,
									 List *keys);

/* Is one of the keys of an order (OrderColumn *) no column? */
extern bool index_sql_has_expression(List *order);

/* Returns a condition for a reader: user_id = $1, starred, a IS NULL. */
extern char *index_sql_condition(const QueryTable *table,
								 const Condition *condition);

/* Does a condition with = give a column one value for all rows? */
extern bool index_sql_is_fixed(const QueryTable *table, AttrNumber attnum);

/* Does the order of the LIMIT begin with the key of a condition? */
extern bool index_sql_leads_order(const QueryTable *table,
								  const Condition *condition);

#endif /* PERFCHECK_ADVICE_INDEX_SQL_H */
