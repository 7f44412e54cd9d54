/*-------------------------------------------------------------------------
 *
 * rewrite_structure_keys.h
 *		The first rows of each group, one look into an index for each.
 *
 * Owns the SQL that takes the groups from the table that a foreign key names, or
 * from the index by going from one value to the next.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_KEYS_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_KEYS_H

#include "advice/rewrite_structure_text.h"

/* One expression of the order within a group. */
typedef struct GroupOrder
{
	Node *expr;
	bool descending;
	bool nulls_first;
} GroupOrder;

/* What is wanted of each group of a table's rows. */
typedef struct GroupShape
{
	const Query *query; /* that has the table in FROM, and nothing else */
	int varno;
	Oid relid;
	const char *alias; /* of the table, quoted */
	Var *group;        /* NULL if all rows are one group */
	bool group_null;   /* rows whose group is NULL may be there */
	List *fixed;       /* Var *, with one value in all rows */
	List *orders;      /* GroupOrder * */
	const char
		*limit;       /* how many rows of a group are wanted; NULL: the group */
	char *columns;    /* the SELECT list */
	const char *tail; /* ORDER BY and LIMIT of the result, or "" */
} GroupShape;

/*
 * The names that the tail and the columns may use: the result as a whole is
 * STRUCTURE_KEYS_RESULT.
 */
#define STRUCTURE_KEYS_RESULT "last"

/* Fills in the table, its alias and the fixed columns; false for another query. */
extern bool structure_keys_read(const Query *query, GroupShape *shape);

/* Sets the group and whether it may be NULL. False if its type has no order. */
extern bool structure_keys_set_group(GroupShape *shape, Var *group);

/* Returns an expression over the table as SQL. */
extern char *structure_keys_sql(const GroupShape *shape, const Node *expr);

/* Returns the table as it stands in FROM, with its alias if it has another name. */
extern char *structure_keys_table_sql(Oid relid, const char *alias);

/* Adds one expression to the order; false where its order is not the usual. */
extern bool structure_keys_add_order(GroupShape *shape, Node *expr, Oid sortop,
									 bool nulls_first);

/*
 * Adds the queries in which part is replaced by one that reads the first rows of
 * each group, with the index that it needs. Errors: those of
 * structure_text_add_part().
 */
extern void structure_keys_add(StructureContext *context,
							   const GroupShape *shape, Query *part,
							   const char *cause);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_KEYS_H */
