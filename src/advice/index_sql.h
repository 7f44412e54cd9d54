/*-------------------------------------------------------------------------
 *
 * index_sql.h
 *		Columns, expressions and orders as CREATE INDEX has them.
 *
 * What is not built in is written with its schema, so that it can be pasted
 * under any search_path.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SQL_H
#define PERFCHECK_ADVICE_INDEX_SQL_H

#include "query/table_conditions.h"

/* An expression over the table's columns, which are Vars of varno 1. */
extern char *index_sql_expression(const QueryTable *table, Node *key);

/* The column that a key is; 0 for an expression. */
extern AttrNumber index_sql_attnum(Node *key);

/* A key for a reader: genre, lower(artist). */
extern char *index_sql_name(const QueryTable *table, Node *key);

/* A key for CREATE INDEX: genre, lower(artist), (artist || genre). */
extern char *index_sql_key(const QueryTable *table, Node *key);

/* " COLLATE x" where a comparison has another collation than its key. */
extern const char *index_sql_collation(const Condition *condition);

/*
 * The order of the LIMIT: date, id. Without the columns that are compared by =;
 * an index is walked both ways, so what is descending throughout has no DESC.
 */
extern char *index_sql_order(const QueryTable *table);

/* Whether a column has one value alone, by a condition with =. */
extern bool index_sql_is_fixed(const QueryTable *table, AttrNumber attnum);

/* Whether the order of the LIMIT begins with a column. */
extern bool index_sql_leads_order(const QueryTable *table, AttrNumber attnum);

#endif /* PERFCHECK_ADVICE_INDEX_SQL_H */
