/*-------------------------------------------------------------------------
 *
 * flat_join.h
 *		A query's tables and conditions as one join of tables.
 *
 * Views, subqueries, CTEs, EXISTS and IN are taken apart until tables are left.
 * What a LIMIT, an aggregate or a window leaves out is not left out here: the
 * join holds the rows that the query's values could be those of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_FLAT_JOIN_H
#define PERFCHECK_QUERY_FLAT_JOIN_H

#include "nodes/parsenodes.h"

typedef enum FlatKind
{
	FLAT_QUERY,      /* the query itself, or a further arm of a set operation */
	FLAT_SEMI_JOIN,  /* EXISTS, IN, = (SELECT ...) */
	FLAT_OUTER_JOIN, /* the nullable side */
	FLAT_SUBQUERY    /* any other subquery of an expression */
} FlatKind;

/*
 * Tables that are joined with each other. A row of the query needs one of each
 * group that is FLAT_QUERY or FLAT_SEMI_JOIN, and that is not within another one.
 */
typedef struct FlatGroup
{
	FlatKind kind;
	int parent; /* the number of the group around it, from 0; or -1 */
} FlatGroup;

typedef struct FlatTable
{
	const RangeTblEntry *rte; /* of the query; its identity */
	int group;
} FlatTable;

/* A condition: a Var of varno n is a column of table n, from 1. */
typedef struct FlatCondition
{
	Node *node; /* with its parameters */
	Bitmapset *tables;
	Bitmapset *params;
	int group;
} FlatCondition;

/* One expression of an ORDER BY. */
typedef struct FlatOrder
{
	Node *expr;
	Bitmapset *tables;
	bool descending;
	bool nulls_first;
} FlatOrder;

typedef struct FlatJoin
{
	List *groups;     /* FlatGroup */
	List *tables;     /* FlatTable */
	List *conditions; /* FlatCondition */
	List *orders;     /* for each ORDER BY with a LIMIT, and for each max() or
					   * min(), a List of FlatOrder */
} FlatJoin;

/*
 * Returns the join of a query, analyzed and rewritten. What cannot be told over
 * the tables alone is left out: conditions on aggregates, on functions in FROM
 * and with volatile functions. A query of more than FLAT_JOIN_MOST_TABLES has
 * an empty join.
 */
extern FlatJoin *flat_join_read(const Query *query);

#define FLAT_JOIN_MOST_TABLES 40

/* Returns the number of the group above all others that a group is in. */
extern int flat_join_root(const FlatJoin *join, int group);

/* Returns the number of a table, from 1, or 0 if it is not one of the join. */
extern int flat_join_find(const FlatJoin *join, const RangeTblEntry *rte);

#endif /* PERFCHECK_QUERY_FLAT_JOIN_H */
