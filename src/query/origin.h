/*-------------------------------------------------------------------------
 *
 * origin.h
 *		Follows an expression to the table that its values come from.
 *
 * This is the only reader that follows a Var. It goes through the columns of
 * joins (a column that USING merges in a FULL JOIN counts as the left table's),
 * subqueries, views, CTEs (also the first term of a recursive one), outer
 * references, LATERAL, GROUP BY, grouping sets, DISTINCT, LIMIT, and the
 * subqueries of window functions. It goes through each arm of UNION and
 * INTERSECT, and through the left arm of EXCEPT. It ends at a table, a foreign
 * table or a materialized view; a virtual generated column is its expression.
 * It does not go through functions in FROM, VALUES, aggregates, window functions
 * and scalar subqueries.
 *
 * Values can be looked up at the table in all of these cases. A condition
 * reaches the table only where the planner may apply it before the step that
 * is followed, and the answer tells the two apart.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_ORIGIN_H
#define PERFCHECK_QUERY_ORIGIN_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

/* An expression over the columns of one table in some FROM. */
typedef struct Origin
{
	Oid relid;
	AttrNumber attnum; /* 0: the expression is more than a column */
	Node *expr;        /* its Vars are of range table entry 1, level 0; without
						* relabelings that keep what is equal: varchar as text */
	Node *key;         /* the same with them, as the operator takes it */

	/* The place of the table: one that is there twice has two places. */
	const Query *query;
	int varno;
	const RangeTblEntry *rte;

	/*
	 * Whether the planner may apply a condition on the expression to the rows
	 * of the table: not below a LIMIT, grouping sets, EXCEPT, or a CTE that is
	 * materialized; below DISTINCT ON and window functions only by the columns
	 * that they divide the rows by. An outer join counts as an inner join,
	 * which a strict condition makes of it.
	 */
	bool pushed;
	/* Row security or a security barrier lets only leakproof ones through. */
	bool leakproof;
	/*
	 * How many queries around its own the expression refers to. pushed does not
	 * say whether the planner joins a subquery of WHERE to these.
	 */
	int levels_up;

	List *arms; /* which arm of each set operation was followed */
	int nrows;  /* of a VALUES list that origin_resolve() followed; or 0 */
} Origin;

/*
 * The origins of node, which stands in the first of queries; the others are
 * those around it, the nearest first. There is one Origin, or one for each arm
 * of the set operations that node is read through. NIL is returned if node is
 * not an expression over one table: if it has no column, columns of several
 * tables, parameters, aggregates, subqueries or volatile functions.
 */
extern List *origin_find(List *queries, Node *node);

/*
 * The origin that values are looked up at: the first of origin_find(), or NULL.
 */
extern const Origin *origin_find_first(List *queries, Node *node);

/*
 * Returns node, a condition, as one over the table of origin alone, with its
 * parameters; NULL if it is about something else, too.
 */
extern Node *origin_condition(List *queries, Node *node, const Origin *origin);

/*
 * Returns node as an expression over several tables: a List of the range table
 * entries that they are read through, and a Var of varno n is a column of the
 * n-th of them. Parameters stay, also those of a comparison with a subquery. Of
 * a set operation the first arm is followed. Returns NULL if node is about
 * something else, too.
 */
extern Node *origin_flatten(List *queries, Node *node, List *tables);

/*
 * Returns node as an expression over one table, with its parameters, and fills
 * in origin but for its expressions. It goes further than origin_find(): the
 * result of a function in FROM is the function's call, so that a set may stand
 * where a column stood, and (SELECT $n) is $n. If there is no column, origin has
 * no rte. A column of VALUES in FROM is that of the row numbered row, from 0. NULL
 * is returned if node is about several tables, or has aggregates, subqueries or
 * volatile functions.
 */
extern Node *origin_resolve(List *queries, Node *node, int row, Origin *origin);

/* Fills in the key of an origin, and what follows from it: expr and attnum. */
extern void origin_set_expression(Origin *origin, Node *key);

/* Whether node has a column that comes from the same place as origin. */
extern bool origin_is_read(List *queries, Node *node, const Origin *origin);

/* Whether two origins are the same expression over the same place. */
extern bool origin_equal(const Origin *a, const Origin *b);

#endif /* PERFCHECK_QUERY_ORIGIN_H */
