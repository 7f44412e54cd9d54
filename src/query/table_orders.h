/*-------------------------------------------------------------------------
 *
 * table_orders.h
 *		In which orders a query wants the rows of its tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_TABLE_ORDERS_H
#define PERFCHECK_QUERY_TABLE_ORDERS_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

typedef struct OrderColumn
{
	Node *key;         /* its columns are Vars of varno 1 */
	AttrNumber attnum; /* of a key that is a column; 0: an expression */
	Oid collation;     /* of the order */
	bool descending;
	bool nulls_first;
	/* The operator of key <-> value, by which the rows are ordered; or 0. */
	Oid distance;
} OrderColumn;

typedef enum OrderKind
{
	ORDER_LIMIT,    /* ORDER BY with a LIMIT */
	ORDER_EXTREME,  /* min() and max(), which the first row tells */
	ORDER_DISTINCT, /* DISTINCT ON, which takes the first row of each group */
	ORDER_WINDOW    /* PARTITION BY and ORDER BY of a window */
} OrderKind;

/* An order of one table, which is known by its query and place in FROM. */
typedef struct TableOrder
{
	OrderKind kind;
	const Query *query;
	int varno;
	Oid relid;
	List *columns; /* OrderColumn * */
} TableOrder;

/*
 * Returns the orders that the first of queries, which stand around each other,
 * wants, as TableOrders. An ORDER BY over a UNION ALL is one order of each arm. An
 * order ends where it goes on with another table, or with what comes from no
 * table. Errors: those of origin_find().
 */
extern List *table_orders_read(List *queries);

#endif /* PERFCHECK_QUERY_TABLE_ORDERS_H */
