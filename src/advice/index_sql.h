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

/*
 * Returns " COLLATE x" if a comparison has another collation than its key, or
 * else an empty string.
 */
extern const char *index_sql_collation(const Condition *condition);

/*
 * Returns the order of the LIMIT for CREATE INDEX: date, id; an empty string if
 * there is none. Columns that are compared by = are left out, since all rows are
 * equal in them, and those that are in keys. The first column is always
 * ascending, since an index is scanned in both directions.
 */
extern char *index_sql_order(const QueryTable *table, List *keys);

/* Does a condition with = give a column one value for all rows? */
extern bool index_sql_is_fixed(const QueryTable *table, AttrNumber attnum);

/* Does the order of the LIMIT begin with the column? */
extern bool index_sql_leads_order(const QueryTable *table, AttrNumber attnum);

#endif /* PERFCHECK_ADVICE_INDEX_SQL_H */
