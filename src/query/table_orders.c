/*-------------------------------------------------------------------------
 *
 * table_orders.c
 *		In which orders a query wants the rows of its tables.
 *
 * All that is ordered is a list of expressions with a direction each: the
 * clauses of ORDER BY, PARTITION BY and DISTINCT ON, and the argument of min()
 * and max(), for which the planner reads the first row in order. origin.c tells
 * from which tables an expression comes. An index orders by the columns of its
 * own table alone, so that an expression is added to the order of a table only
 * if all expressions before it are there, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_aggregate.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_clause.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/operator_class.h"
#include "query/origin.h"
#include "query/table_orders.h"

typedef struct OrdersContext
{
	List *queries; /* the one that is read first, then those around it */
	List *orders;  /* TableOrder *, all that were found */
} OrdersContext;

/* ---- one expression ---- */

static bool
table_orders_descends(Oid opno)
{
	Oid family;
	Oid type;
	int strategy;

	if (!compat_ordering_op(opno, &family, &type, &strategy))
		return false;
	return strategy == BTGreaterStrategyNumber;
}

/* The column's side of a distance to a value, or NULL if node is none. */
static Node *
table_orders_distance_key(Node *node, Oid *opno)
{
	OpExpr *op = (OpExpr *) node;
	Node *left;
	Node *right;

	if (!IsA(node, OpExpr) || list_length(op->args) != 2)
		return NULL;
	left = linitial(op->args);
	right = lsecond(op->args);
	if (contain_var_clause(left) == contain_var_clause(right))
		return NULL;
	*opno = contain_var_clause(left) ? op->opno : get_commutator(op->opno);
	return !OidIsValid(*opno) || !operator_class_orders(*opno) ? NULL
		   : contain_var_clause(left)                          ? left
															   : right;
}

/*
 * Adds the n-th expression of an order to those of them that have n expressions
 * already. Returns false where no order goes on with it.
 */
static bool
table_orders_add(const OrdersContext *context, List **orders, Node *node, int n,
				 bool descending, bool nulls_first)
{
	OrderColumn model = {.descending = descending,
						 .nulls_first = nulls_first,
						 .collation = exprCollation(node)};
	Node *key = table_orders_distance_key(node, &model.distance);
	List *origins;
	bool goes_on = false;
	ListCell *cell;
	ListCell *old;

	if (key == NULL)
	{
		key = node;
		model.distance = InvalidOid;
	}
	/* The collation of the order stands for it. */
	while (IsA(key, CollateExpr))
		key = (Node *) castNode(CollateExpr, key)->arg;
	origins = origin_find(context->queries, key);
	foreach(cell, origins)
	{
		const Origin *origin = lfirst(cell);
		TableOrder *order = NULL;
		OrderColumn *column;

		if (origin->levels_up > 0 || !origin->pushed)
			continue;
		foreach(old, *orders)
		{
			TableOrder *other = lfirst(old);

			if (other->query == origin->query && other->varno == origin->varno)
				order = other;
		}
		if (order == NULL && n > 0)
			continue;
		if (order == NULL)
		{
			order = palloc0(sizeof(*order));
			order->query = origin->query;
			order->varno = origin->varno;
			order->relid = origin->relid;
			*orders = lappend(*orders, order);
		}
		if (list_length(order->columns) != n)
			continue;
		column = palloc(sizeof(*column));
		*column = model;
		column->key = origin->key;
		column->attnum = OidIsValid(model.distance) ? 0 : origin->attnum;
		order->columns = lappend(order->columns, column);
		goes_on = true;
	}
	/* What follows a distance is in no index. */
	return goes_on && !OidIsValid(model.distance);
}

/* ---- lists of them ---- */

/* The arms of a set operation, as range table indexes. */
static List *
table_orders_arms(Node *arm, List *arms)
{
	check_stack_depth();
	if (IsA(arm, RangeTblRef))
		return lappend_int(arms, castNode(RangeTblRef, arm)->rtindex);
	arms = table_orders_arms(castNode(SetOperationStmt, arm)->larg, arms);
	return table_orders_arms(castNode(SetOperationStmt, arm)->rarg, arms);
}

/* Adds the n-th clause of an order; see table_orders_add(). */
static bool
table_orders_add_clause(const OrdersContext *context, List **orders,
						const SortGroupClause *clause, int n)
{
	const Query *query = linitial_node(Query, context->queries);
	const TargetEntry *entry = get_sortgroupclause_tle(
		unconstify(SortGroupClause *, clause), query->targetList);
	bool descending = table_orders_descends(clause->sortop);
	List *arms;
	bool goes_on = false;
	ListCell *cell;

	if (query->setOperations == NULL)
		return table_orders_add(context, orders, (Node *) entry->expr, n,
								descending, clause->nulls_first);
	/* The result's columns stand for those of the first arm alone. */
	arms = table_orders_arms(query->setOperations, NIL);
	foreach(cell, arms)
	{
		const TargetEntry *of_arm = list_nth_node(
			TargetEntry,
			rt_fetch(lfirst_int(cell), query->rtable)->subquery->targetList,
			entry->resno - 1);
		Node *column = (Node *) of_arm->expr;

		if (table_orders_add(context, orders,
							 (Node *) makeVar(lfirst_int(cell), entry->resno,
											  exprType(column),
											  exprTypmod(column),
											  exprCollation(column), 0),
							 n, descending, clause->nulls_first))
			goes_on = true;
	}
	return goes_on;
}

/* The orders that a list of SortGroupClauses of the query is. */
static void
table_orders_add_clauses(OrdersContext *context, List *clauses, OrderKind kind)
{
	List *orders = NIL;
	ListCell *cell;

	foreach(cell, clauses)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);

		if (!table_orders_add_clause(context, &orders, clause,
									 foreach_current_index(cell)))
			break;
	}
	foreach(cell, orders)
		((TableOrder *) lfirst(cell))->kind = kind;
	context->orders = list_concat(context->orders, orders);
}

/* Whether a set operation appends the rows of its arms, each in its order. */
static bool
table_orders_appends(Node *arm)
{
	SetOperationStmt *operation;

	check_stack_depth();
	if (arm == NULL || !IsA(arm, SetOperationStmt))
		return true;
	operation = castNode(SetOperationStmt, arm);
	return operation->op == SETOP_UNION && operation->all &&
		   table_orders_appends(operation->larg) &&
		   table_orders_appends(operation->rarg);
}

/* Whether the rows of a LIMIT can come in its order from the tables. */
static bool
table_orders_stops(const Query *query)
{
	ListCell *cell;

	if (query->limitCount == NULL || query->groupingSets != NIL ||
		!table_orders_appends(query->setOperations))
		return false;
	if (query->groupClause == NIL)
		return !query->hasAggs;
	/* Groups come in the order of the columns that they are made by. */
	foreach(cell, query->sortClause)
		if (!targetIsInSortList(
				get_sortgroupclause_tle(lfirst_node(SortGroupClause, cell),
										query->targetList),
				InvalidOid, query->groupClause))
			return false;
	return true;
}

/* ---- min() and max() ---- */

/* The operator by which an aggregate takes the first row, or InvalidOid. */
static Oid
table_orders_aggregate_operator(const Aggref *aggregate)
{
	HeapTuple tuple;
	Oid opno;

	if (list_length(aggregate->args) != 1 || aggregate->aggfilter != NULL ||
		aggregate->aggorder != NIL)
		return InvalidOid;
	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate->aggfnoid));
	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	opno = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop;
	ReleaseSysCache(tuple);
	return opno;
}

static bool
table_orders_find_aggregates(Node *node, void *aggregates)
{
	List **found = aggregates;

	if (node == NULL)
		return false;
	if (IsA(node, Aggref))
	{
		if (castNode(Aggref, node)->agglevelsup == 0)
			*found = lappend(*found, node);
		return false;
	}
	return expression_tree_walker(node, table_orders_find_aggregates,
								  aggregates);
}

/* The planner reads the first row only if all aggregates are min() or max(). */
static void
table_orders_add_extremes(OrdersContext *context, const Query *query)
{
	List *aggregates = NIL;
	ListCell *cell;

	if (!query->hasAggs || query->groupClause != NIL ||
		query->groupingSets != NIL)
		return;
	(void) table_orders_find_aggregates((Node *) query->targetList,
										&aggregates);
	foreach(cell, aggregates)
		if (!OidIsValid(table_orders_aggregate_operator(lfirst(cell))))
			return;
	foreach(cell, aggregates)
	{
		const Aggref *aggregate = lfirst(cell);
		List *orders = NIL;
		ListCell *order;
		bool descending =
			table_orders_descends(table_orders_aggregate_operator(aggregate));

		(void) table_orders_add(
			context, &orders,
			(Node *) linitial_node(TargetEntry, aggregate->args)->expr, 0,
			descending, descending);
		foreach(order, orders)
			((TableOrder *) lfirst(order))->kind = ORDER_EXTREME;
		context->orders = list_concat(context->orders, orders);
	}
}

List *
table_orders_read(List *queries)
{
	OrdersContext context = {.queries = queries};
	const Query *query = linitial_node(Query, queries);
	ListCell *cell;

	if (table_orders_stops(query))
		table_orders_add_clauses(&context, query->sortClause, ORDER_LIMIT);
	else if (query->hasDistinctOn)
		table_orders_add_clauses(&context, query->sortClause, ORDER_DISTINCT);
	table_orders_add_extremes(&context, query);
	foreach(cell, query->windowClause)
	{
		const WindowClause *window = lfirst_node(WindowClause, cell);

		table_orders_add_clauses(
			&context,
			list_concat_copy(window->partitionClause, window->orderClause),
			ORDER_WINDOW);
	}
	return context.orders;
}
