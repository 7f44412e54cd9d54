/*-------------------------------------------------------------------------
 *
 * plan_column.h
 *		Follows an expression of a plan to the table's column that it is.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_PLAN_COLUMN_H
#define PERFCHECK_PLAN_PLAN_COLUMN_H

#include "access/attnum.h"
#include "nodes/plannodes.h"

/* Where an expression of a plan stands. */
typedef struct PlanPlace
{
	const PlannedStmt *statement;
	Plan *plan; /* the node that has the expression */
} PlanPlace;

/*
 * Sets the table and the column that an expression is, through the nodes below
 * its own, subqueries and CTEs, and the first member of an Append. Returns false
 * if it is anything else than a column. No errors.
 */
extern bool plan_column_find(PlanPlace place, Node *expression, Oid *relid,
							 AttrNumber *attnum);

/*
 * Returns the output columns of the plan that var comes from, and sets the place
 * to that plan. NIL if var is a column of a table, or of something else that has
 * no plan. No errors.
 */
extern List *plan_column_targets(PlanPlace *place, const Var *var);

/*
 * Returns how many distinct values a column has in a table of so many rows, by
 * its statistics; 0 without these. A column of an index has statistics of its
 * own if it is an expression.
 */
extern double plan_column_values(Oid relid, AttrNumber attnum, double rows);

/*
 * Returns an expression without the relabelings that keep what is equal:
 * varchar as text.
 */
extern Node *plan_column_strip(Node *expression);

#endif /* PERFCHECK_PLAN_PLAN_COLUMN_H */
