/*-------------------------------------------------------------------------
 *
 * clock.c
 *		Finds what a query compares with the time of day.
 *
 * Each query within the query is walked, with those around it at hand, and each
 * operator of two sides in it is looked at: if one side reads the clock, the
 * other one is followed to its table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"

#include "query/clock.h"
#include "query/origin.h"

static bool
clock_reads_column(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) || IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, clock_reads_column, arg);
}

static bool
clock_reads(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, SQLValueFunction))
		switch (castNode(SQLValueFunction, node)->op)
		{
			case SVFOP_CURRENT_DATE:
			case SVFOP_CURRENT_TIMESTAMP:
			case SVFOP_CURRENT_TIMESTAMP_N:
			case SVFOP_LOCALTIMESTAMP:
			case SVFOP_LOCALTIMESTAMP_N:
				return true;
			default:
				return false;
		}
	if (IsA(node, FuncExpr))
		switch (castNode(FuncExpr, node)->funcid)
		{
			case F_NOW:
			case F_TRANSACTION_TIMESTAMP:
			case F_STATEMENT_TIMESTAMP:
			case F_CLOCK_TIMESTAMP:
				return true;
			default:
				break;
		}
	return expression_tree_walker(node, clock_reads, arg);
}

bool
clock_is_read(Node *node)
{
	return clock_reads(node, NULL) && !clock_reads_column(node, NULL);
}

typedef struct ClockWalk
{
	List *queries; /* the one that is walked, and those around it */
	List *columns; /* ClockColumn * */
} ClockWalk;

/* Adds the columns that one side of an operator is made of. */
static void
clock_add(ClockWalk *walk, Node *side)
{
	List *origins = origin_find(walk->queries, side);
	ListCell *cell;

	foreach(cell, origins)
	{
		const Origin *origin = lfirst(cell);
		Bitmapset *columns = NULL;
		int attnum = -1;

		pull_varattnos(origin->expr, 1, &columns);
		while ((attnum = bms_next_member(columns, attnum)) >= 0)
		{
			ClockColumn *column = palloc(sizeof(*column));

			column->relid = origin->relid;
			column->attnum = attnum + FirstLowInvalidHeapAttributeNumber;
			walk->columns = lappend(walk->columns, column);
		}
	}
}

static bool
clock_walk(Node *node, void *arg)
{
	ClockWalk *walk = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		bool stopped;

		walk->queries = lcons(node, walk->queries);
		stopped = query_tree_walker(castNode(Query, node), clock_walk, arg, 0);
		walk->queries = list_delete_first(walk->queries);
		return stopped;
	}
	if (IsA(node, OpExpr) && list_length(castNode(OpExpr, node)->args) == 2)
	{
		Node *left = linitial(castNode(OpExpr, node)->args);
		Node *right = lsecond(castNode(OpExpr, node)->args);

		if (clock_is_read(right))
			clock_add(walk, left);
		else if (clock_is_read(left))
			clock_add(walk, right);
	}
	return expression_tree_walker(node, clock_walk, arg);
}

List *
clock_columns(const Query *query)
{
	ClockWalk walk = {NIL, NIL};

	(void) clock_walk((Node *) unconstify(Query *, query), &walk);
	return walk.columns;
}
