/*-------------------------------------------------------------------------
 *
 * table_conditions.h
 *		What a query asks of each of its tables: conditions and order.
 *
 * Reads a query's tree by table, where param_uses.h reads it by parameter. The
 * value of a condition may be a constant, a parameter, or another table's
 * column.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_TABLE_CONDITIONS_H
#define PERFCHECK_QUERY_TABLE_CONDITIONS_H

#include "access/attnum.h"
#include "nodes/params.h"
#include "nodes/parsenodes.h"

#include "query/table_orders.h"

typedef enum ConditionKind
{
	CONDITION_EQUAL, /* key = value */
	CONDITION_ANY,   /* key = ANY (values) */
	CONDITION_RANGE, /* key < value, and the first column of a row comparison */
	CONDITION_PREFIX, /* key LIKE 'begin%' */
	CONDITION_SEARCH, /* LIKE, ILIKE, @>, and other operators */
	CONDITION_NULL    /* key IS NULL; it has no operator */
} ConditionKind;

typedef struct Condition
{
	ConditionKind kind;
	Node *key;         /* its columns are Vars of varno 1 */
	AttrNumber attnum; /* of a key that is a column; 0: an expression */
	Oid opno;          /* of the operator with the key on the left */
	Oid collation;     /* of the comparison */
	Node *value;       /* of an OpExpr, true or false of a boolean; else NULL */
	bool join;         /* it compares with another table, or a subquery */
	/*
	 * What the rows belong to that the value is taken from: a range table entry
	 * or a subquery. NULL if the value is the same for the whole query, as that
	 * of a subquery is that refers to nothing around it.
	 */
	const void *partner;
	bool alternative;       /* an arm of an OR */
	const BoolExpr *any_of; /* the outermost OR around it, or NULL */
	int arm;                /* which of its arguments it is in */
	bool is_short;          /* a pattern of under 3 characters */
	Node *clause;           /* as it stands in the query's tree */
	const Query *query;     /* that it stands in */
} Condition;

/* A table in FROM: one that stands there twice is two of them. */
typedef struct QueryTable
{
	Oid relid;
	const Query *query;
	int varno;
	List *conditions; /* Condition * */
	/*
	 * The conditions that hold for each row of the table that the query reads,
	 * over Vars of varno 1 and parameters, also those that no index serves.
	 */
	List *filters;
	List *order;        /* OrderColumn *, of an ORDER BY that has a LIMIT */
	List *orders;       /* TableOrder *, this one and all others */
	Bitmapset *columns; /* that the query reads; whole_row: all of them */
	bool whole_row;
	bool aggregated;     /* its query has aggregates over it */
	const Query *append; /* the nearest set operation around it, or NULL */
} QueryTable;

/*
 * Returns the tables of a query, analyzed and rewritten, as QueryTables, with
 * the conditions that the planner can apply to the rows of each. params are the
 * values that patterns are read with; NULL if there are none.
 */
extern List *table_conditions_read(const Query *query, ParamListInfo params);

#endif /* PERFCHECK_QUERY_TABLE_CONDITIONS_H */
