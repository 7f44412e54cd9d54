/*-------------------------------------------------------------------------
 *
 * rewrite_structure_group.c
 *		The first row of each group, as a look into an index for each.
 *
 * Four ways to ask for it are known: DISTINCT ON, DISTINCT of one column, GROUP BY
 * with one max() or min(), and row_number() that a condition around it bounds. Each
 * becomes a GroupShape, of which rewrite_structure_keys.c makes SQL. A column of the
 * group that WHERE holds to one value is none.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_clause.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "advice/rewrite_structure_group.h"
#include "advice/rewrite_structure_keys.h"
#include "advice/rewrite_structure_tree.h"

/* ---- parts of a query ---- */

/*
 * Sets the group to the one column of clauses, of SELECT's list, that WHERE leaves
 * open. False if there are two, or an expression.
 */
static bool
structure_group_set(GroupShape *shape, List *clauses)
{
	Var *group = NULL;
	ListCell *cell;

	foreach(cell, clauses)
	{
		TargetEntry *entry =
			get_sortgroupclause_tle(lfirst(cell), shape->query->targetList);
		Node *expr = (Node *) entry->expr;

		if (!IsA(expr, Var))
			return false;
		if (list_member(shape->fixed, expr))
			continue;
		if (group != NULL && !equal(group, expr))
			return false;
		group = castNode(Var, expr);
	}
	return group == NULL || structure_keys_set_group(shape, group);
}

/*
 * Returns the order of the result, whose groups come once each, and its LIMIT as
 * SQL; NULL where it is by something that the result does not have.
 */
static char *
structure_group_tail(const GroupShape *shape)
{
	const Query *query = shape->query;
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	foreach(cell, query->sortClause)
	{
		const SortGroupClause *clause = lfirst(cell);
		const TargetEntry *entry =
			get_sortgroupref_tle(clause->tleSortGroupRef, query->targetList);
		GroupShape order = {.query = query};

		/* What follows the group is the order within the group. */
		if (query->hasDistinctOn &&
			!targetIsInSortList(unconstify(TargetEntry *, entry), InvalidOid,
								query->distinctClause))
			break;
		if (entry->resjunk ||
			!structure_keys_add_order(&order, (Node *) entry->expr,
									  clause->sortop, clause->nulls_first))
			return NULL;
		appendStringInfo(
			&sql, "%s%s.%s%s%s",
			cell == list_head(query->sortClause) ? " ORDER BY " : ", ",
			STRUCTURE_KEYS_RESULT, quote_identifier(entry->resname),
			((GroupOrder *) linitial(order.orders))->descending ? " DESC" : "",
			((GroupOrder *) linitial(order.orders))->descending ==
					clause->nulls_first
				? ""
			: clause->nulls_first ? " NULLS FIRST"
								  : " NULLS LAST");
	}
	if (query->limitCount != NULL)
		appendStringInfo(&sql, " LIMIT %s",
						 structure_keys_sql(shape, query->limitCount));
	if (query->limitOffset != NULL)
		appendStringInfo(&sql, " OFFSET %s",
						 structure_keys_sql(shape, query->limitOffset));
	return sql.data;
}

typedef struct GroupColumns
{
	const Aggref *aggregate; /* the only one, whose argument stands for it */
	bool other;              /* there is another one */
} GroupColumns;

/* Puts the argument of the aggregate in its place. */
static Node *
structure_group_mutator(Node *node, void *arg)
{
	GroupColumns *columns = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, Aggref))
	{
		if (columns->aggregate != NULL && !equal(columns->aggregate, node))
			columns->other = true;
		columns->aggregate = castNode(Aggref, node);
		return columns->aggregate->args == NIL
				   ? node
				   : copyObject((Node *) ((TargetEntry *) linitial(
											  columns->aggregate->args))
									->expr);
	}
	return expression_tree_mutator(node, structure_group_mutator, arg);
}

/*
 * Sets the SELECT list, with the column in place of an aggregate. Two columns of one
 * name could not be told apart by the query around them.
 */
static bool
structure_group_set_columns(GroupShape *shape, GroupColumns *columns)
{
	StringInfoData sql;
	List *names = NIL;
	ListCell *cell;

	initStringInfo(&sql);
	foreach(cell, shape->query->targetList)
	{
		TargetEntry *entry = lfirst(cell);
		Node *expr = structure_group_mutator((Node *) entry->expr, columns);

		if (entry->resjunk)
			continue;
		if (list_member(names, makeString(entry->resname)))
			return false;
		names = lappend(names, makeString(entry->resname));
		appendStringInfo(&sql, "%s%s AS %s", sql.len > 0 ? ", " : "",
						 structure_keys_sql(shape, expr),
						 quote_identifier(entry->resname));
	}
	shape->columns = sql.data;
	return true;
}

/* ---- the ways to ask ---- */

/* SELECT DISTINCT ON (group) ... ORDER BY group, order */
static bool
structure_group_read_distinct_on(GroupShape *shape)
{
	const Query *query = shape->query;
	GroupColumns none = {.aggregate = NULL};
	ListCell *cell;

	if (!query->hasDistinctOn || query->hasAggs || query->hasWindowFuncs ||
		query->groupClause != NIL ||
		!structure_group_set(shape, query->distinctClause))
		return false;
	foreach(cell, query->sortClause)
	{
		const SortGroupClause *clause = lfirst(cell);
		TargetEntry *entry =
			get_sortgroupref_tle(clause->tleSortGroupRef, query->targetList);

		if (!targetIsInSortList(entry, InvalidOid, query->distinctClause) &&
			!structure_keys_add_order(shape, (Node *) entry->expr,
									  clause->sortop, clause->nulls_first))
			return false;
	}
	shape->limit = "1";
	return structure_group_set_columns(shape, &none);
}

/* Adds the order of which an aggregate is the first row; false for others. */
static bool
structure_group_add_extreme(GroupShape *shape, const Aggref *aggregate)
{
	HeapTuple tuple;
	Oid sortop;
	Node *arg;

	if (aggregate->aggfilter != NULL || aggregate->aggorder != NIL ||
		list_length(aggregate->args) != 1)
		return false;
	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate->aggfnoid));
	if (!HeapTupleIsValid(tuple))
		return false;
	sortop = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop;
	ReleaseSysCache(tuple);
	if (!OidIsValid(sortop))
		return false;
	arg = (Node *) ((TargetEntry *) linitial(aggregate->args))->expr;
	if (!structure_keys_add_order(shape, arg, sortop, false))
		return false;
	if (structure_tree_never_null(shape->query, arg))
		((GroupOrder *) linitial(shape->orders))->nulls_first =
			((GroupOrder *) linitial(shape->orders))->descending;
	return true;
}

/*
 * SELECT group, max(order) ... GROUP BY group; without the aggregate, and SELECT
 * DISTINCT group, it is the groups alone.
 */
static bool
structure_group_read_group_by(GroupShape *shape)
{
	const Query *query = shape->query;
	GroupColumns columns = {.aggregate = NULL};
	List *clauses = query->groupClause;

	if (query->hasDistinctOn || query->hasWindowFuncs ||
		query->havingQual != NULL ||
		(query->distinctClause != NIL &&
		 (query->hasAggs || query->groupClause != NIL)))
		return false;
	if (query->distinctClause != NIL)
		clauses = query->distinctClause;
	if (clauses == NIL || !structure_group_set(shape, clauses) ||
		!structure_group_set_columns(shape, &columns) || columns.other ||
		(columns.aggregate != NULL &&
		 !structure_group_add_extreme(shape, columns.aggregate)))
		return false;
	shape->limit = "1";
	return true;
}

static char *
structure_group_cause(const GroupShape *shape, const char *what)
{
	const char *table = get_rel_name(shape->relid);

	if (shape->group == NULL)
		return psprintf(
			"%s reads all rows of %s that match for one of them; the "
			"first row of an index in that order is it",
			what, table);
	return psprintf(
		"%s reads all rows of %s for the few of each %s; a look into "
		"an index for each reads those alone",
		what, table, get_attname(shape->relid, shape->group->varattno, false));
}

/* Adds the candidates for a query that is one of the first three. */
static bool
structure_group_add_query(StructureContext *context, Query *query)
{
	GroupShape shape;
	const char *what;

	if (!structure_keys_read(query, &shape))
		return false;
	if (structure_group_read_distinct_on(&shape))
		what = "DISTINCT ON";
	else if (structure_keys_read(query, &shape) &&
			 structure_group_read_group_by(&shape))
		what = query->distinctClause != NIL ? "DISTINCT"
			   : shape.orders == NIL        ? "GROUP BY"
			   : ((GroupOrder *) linitial(shape.orders))->descending
				   ? "max() with GROUP BY"
				   : "min() with GROUP BY";
	else
		return false;
	shape.tail = structure_group_tail(&shape);
	if (shape.tail == NULL ||
		(shape.group == NULL &&
		 (query->limitCount != NULL || query->limitOffset != NULL)))
		return false;
	structure_keys_add(context, &shape, query,
					   structure_group_cause(&shape, what));
	return true;
}

/* ---- row_number() ---- */

/* Returns the query of a table in FROM that is there once, or NULL. */
static Query *
structure_group_subquery(const Query *query, const RangeTblEntry *rte)
{
	ListCell *cell;

	if (rte->rtekind == RTE_SUBQUERY)
		return rte->subquery;
	if (rte->rtekind != RTE_CTE || rte->ctelevelsup != 0)
		return NULL;
	foreach(cell, query->cteList)
	{
		CommonTableExpr *cte = lfirst(cell);

		if (strcmp(cte->ctename, rte->ctename) == 0)
			return cte->cterefcount == 1 && !cte->cterecursive
					   ? castNode(Query, cte->ctequery)
					   : NULL;
	}
	return NULL;
}

/*
 * Adds the conditions of ON that each row of table varno must meet to be in the
 * result: not those of an outer join that keeps its rows.
 */
static bool
structure_group_add_on(Node *node, int varno, List **conditions)
{
	JoinExpr *join = (JoinExpr *) node;
	bool left;
	bool right;
	ListCell *cell;

	if (IsA(node, RangeTblRef))
		return castNode(RangeTblRef, node)->rtindex == varno;
	if (IsA(node, FromExpr))
	{
		bool found = false;

		foreach(cell, castNode(FromExpr, node)->fromlist)
			found = structure_group_add_on(lfirst(cell), varno, conditions) ||
					found;
		return found;
	}
	left = structure_group_add_on(join->larg, varno, conditions);
	right = structure_group_add_on(join->rarg, varno, conditions);
	if (join->jointype == JOIN_INNER || (join->jointype == JOIN_LEFT && right))
		*conditions =
			list_concat(*conditions, make_ands_implicit((Expr *) join->quals));
	return left || right;
}

/* Returns the bound that a condition puts on a column, as SQL of a LIMIT. */
static char *
structure_group_bound(Node *condition, int varno, int attnum)
{
	OpExpr *expr = (OpExpr *) condition;
	const char *operator;
	Oid opno;
	Node *left;
	Node *right;
	char *sql;

	if (!IsA(expr, OpExpr) || list_length(expr->args) != 2)
		return NULL;
	opno = expr->opno;
	left = strip_implicit_coercions(linitial(expr->args));
	right = strip_implicit_coercions(lsecond(expr->args));
	if (IsA(right, Var))
	{
		Node *swap = left;

		left = right;
		right = swap;
		opno = get_commutator(opno);
	}
	operator= OidIsValid(opno) ? get_opname(opno) : NULL;
	if (operator== NULL || !IsA(left, Var) ||
		castNode(Var, left)->varno != varno ||
		castNode(Var, left)->varattno != attnum ||
		castNode(Var, left)->varlevelsup != 0 ||
		!(IsA(right, Const) || IsA(right, Param)))
		return NULL;
	/* A bound that is NULL finds no row, but is no LIMIT. */
	if (IsA(right, Const) && castNode(Const, right)->constisnull)
		return NULL;
	if (strcmp(operator, "=") != 0 && strcmp(operator, "<=") != 0 &&
		strcmp(operator, "<") != 0)
		return NULL;
	/* One row too many does no harm: the condition stays where it is. */
	sql = deparse_expression(right, NIL, false, false);
	return IsA(right, Const) ? sql
							 : psprintf("greatest(coalesce(%s, 0), 0)", sql);
}

/* Reads a query whose column attnum is row_number() of the group. */
static bool
structure_group_read_row_number(GroupShape *shape, int attnum)
{
	const Query *query = shape->query;
	WindowFunc *function =
		(WindowFunc *) ((TargetEntry *) list_nth(query->targetList, attnum - 1))
			->expr;
	WindowClause *window;
	StringInfoData sql;
	ListCell *cell;

	if (!IsA(function, WindowFunc) || function->winfnoid != F_ROW_NUMBER ||
		query->hasAggs || query->groupClause != NIL ||
		query->distinctClause != NIL || query->limitCount != NULL ||
		query->limitOffset != NULL || query->havingQual != NULL ||
		list_length(query->windowClause) != 1)
		return false;
	window = linitial(query->windowClause);
	if (window->partitionClause == NIL ||
		!structure_group_set(shape, window->partitionClause))
		return false;
	initStringInfo(&sql);
	foreach(cell, window->orderClause)
	{
		const SortGroupClause *clause = lfirst(cell);
		TargetEntry *entry =
			get_sortgroupref_tle(clause->tleSortGroupRef, query->targetList);

		if (!structure_keys_add_order(shape, (Node *) entry->expr,
									  clause->sortop, clause->nulls_first))
			return false;
	}
	foreach(cell, shape->orders)
	{
		const GroupOrder *order = lfirst(cell);

		appendStringInfo(&sql, "%s%s%s%s", sql.len > 0 ? ", " : "ORDER BY ",
						 structure_keys_sql(shape, order->expr),
						 order->descending ? " DESC" : "",
						 order->nulls_first ? " NULLS FIRST" : " NULLS LAST");
	}
	{
		StringInfoData columns;

		initStringInfo(&columns);
		foreach(cell, query->targetList)
		{
			TargetEntry *entry = lfirst(cell);

			if (entry->resjunk)
				continue;
			if (IsA(entry->expr, WindowFunc) &&
				(Node *) entry->expr != (Node *) function)
				return false;
			appendStringInfo(
				&columns, "%s%s AS %s", columns.len > 0 ? ", " : "",
				IsA(entry->expr, WindowFunc)
					? psprintf("row_number() OVER (%s)", sql.data)
					: structure_keys_sql(shape, (Node *) entry->expr),
				quote_identifier(entry->resname));
		}
		shape->columns = columns.data;
	}
	return true;
}

/* Adds the candidates for row_number() in FROM of a query. */
static bool
structure_group_add_row_number(StructureContext *context, Query *query)
{
	int varno = 0;
	ListCell *cell;

	foreach(cell, query->rtable)
	{
		Query *inner = structure_group_subquery(query, lfirst(cell));
		List *conditions = structure_tree_conditions(query);
		ListCell *condition;

		varno++;
		if (inner == NULL || !inner->hasWindowFuncs)
			continue;
		(void) structure_group_add_on((Node *) query->jointree, varno,
									  &conditions);
		for (int attnum = 1; attnum <= list_length(inner->targetList); attnum++)
			foreach(condition, conditions)
			{
				GroupShape shape;
				char *limit =
					structure_group_bound(lfirst(condition), varno, attnum);

				if (limit == NULL || !structure_keys_read(inner, &shape) ||
					!structure_group_read_row_number(&shape, attnum))
					continue;
				shape.limit = limit;
				structure_keys_add(
					context, &shape, inner,
					structure_group_cause(&shape, "row_number()"));
				return true;
			}
	}
	return false;
}

void
structure_group_add(StructureContext *context)
{
	ListCell *cell;

	foreach(cell, structure_tree_queries(context->tree))
		if (structure_group_add_query(context, lfirst(cell)) ||
			structure_group_add_row_number(context, lfirst(cell)))
			return;
}
