/*-------------------------------------------------------------------------
 *
 * rewrite_structure_tree.h
 *		What changes of a query's structure ask of its tree.
 *
 * Nothing here raises an error but those of the catalogs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_TREE_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_TREE_H

#include "nodes/bitmapset.h"
#include "nodes/parsenodes.h"

/* Whether a query has FROM, WHERE and a SELECT list, and nothing else. */
extern bool structure_tree_is_plain(const Query *query);

/* Whether a query within another one has no column of those around it. */
extern bool structure_tree_is_closed(Query *query);

/*
 * Whether other tables inherit from a table that is not partitioned: what its
 * constraints say is not true of their rows, which it returns as well.
 */
extern bool structure_tree_is_inherited(Oid relid);

/* Returns the conditions of WHERE, of which each row needs all. */
extern List *structure_tree_conditions(const Query *query);

/* Replaces them. */
extern void structure_tree_set_conditions(Query *query, List *conditions);

/* Returns the number of the only table of FROM, if it is one, or 0. */
extern int structure_tree_only_table(const Query *query);

/* Returns whether an expression can be no NULL in a row that WHERE lets through. */
extern bool structure_tree_never_null(const Query *query, Node *expr);

/*
 * Returns the numbers of the tables in FROM that are joined by inner joins, or NULL
 * if there are outer joins. The conditions of ON are added to conditions.
 */
extern Bitmapset *structure_tree_inner_tables(const Query *query,
											  List **conditions);

/*
 * Returns a range table with the tables numbered kept, under their numbers, and
 * nothing in place of the others: the server cannot print a query with a join in its
 * range table that is not in its FROM.
 */
extern List *structure_tree_only_tables(List *rtable, const Bitmapset *kept);

/* Returns EXISTS (query), with SELECT 1. The query becomes a part of it. */
extern Node *structure_tree_exists(Query *query);

/* Returns NOT node. */
extern Node *structure_tree_not(Node *node);

/* Returns the queries within a query, and itself as the first, each once. */
extern List *structure_tree_queries(Query *query);

/* Returns the operator's name, as in "=". */
extern const char *structure_tree_operator(const OpExpr *expr);

/* Returns the name of the table numbered varno as a person would call it. */
extern const char *structure_tree_name(const Query *query, int varno);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_TREE_H */
