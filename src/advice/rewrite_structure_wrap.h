/*-------------------------------------------------------------------------
 *
 * rewrite_structure_wrap.h
 *		Puts FROM and WHERE of a query into a subquery.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_WRAP_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_WRAP_H

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"

/*
 * Returns the columns of FROM that the rest of the query uses, as Vars, each once;
 * with those of the tables numbered only, or of all if that is NULL. Sets *possible
 * to false if there are whole rows or system columns among them.
 */
extern List *structure_wrap_columns(const Query *query, const Bitmapset *only,
									bool *possible);

/* Appends the primary key of a table, and returns false where there is none. */
extern bool structure_wrap_add_key(const Query *query, int varno,
								   List **columns);

/* Returns a query for columns with FROM of query, and with conditions for WHERE. */
extern Query *structure_wrap_inner(const Query *query, const List *columns,
								   List *conditions);

/* Returns UNION or UNION ALL of queries that select the same columns. */
extern Query *structure_wrap_union(List *queries, bool all);

/*
 * Returns the query with inner as its FROM, under a name, and without WHERE. columns
 * are those that inner returns.
 */
extern Query *structure_wrap_outer(const Query *query, const List *columns,
								   Query *inner, const char *name);

/*
 * Returns a copy of node in which the columns, of level 0 in node, are those that
 * table varno returns in the same order.
 */
extern Node *structure_wrap_replace(Node *node, const List *columns, int varno);

/* Returns a table in FROM that is a subquery for columns. */
extern RangeTblEntry *structure_wrap_entry(Query *inner, const char *name);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_WRAP_H */
