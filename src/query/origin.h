/*-------------------------------------------------------------------------
 *
 * origin.h
 *		The sides of a comparison: a parameter, or an expression over a table.
 *
 * Owns how a parameter is known under casts and arithmetic, and how an
 * expression is followed through joins, subqueries, CTEs and views to the one
 * table that its values come from.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_ORIGIN_H
#define PERFCHECK_QUERY_ORIGIN_H

#include "access/attnum.h"
#include "nodes/parsenodes.h"

/* An expression over the columns of one table. */
typedef struct Operand
{
	Oid relid;
	AttrNumber attnum;        /* 0 where it is more than a column */
	Node *expr;               /* its Vars are of range table entry 1, level 0 */
	const RangeTblEntry *rte; /* tells two uses of one table apart */
} Operand;

typedef struct ParamOperand
{
	int number;    /* of $n */
	bool optional; /* COALESCE($n, ...): NULL stands for another value */
	bool computed; /* $n + 1 */
} ParamOperand;

/*
 * Whether node is an expression over one table, without parameters, aggregates,
 * subqueries and volatile functions. queries: the query that node is in, then
 * those around it.
 */
extern bool operand_expression(List *queries, Node *node, Operand *found);

/*
 * node, a condition, as one over the table of rte alone, with its parameters;
 * NULL where it is about another table, too.
 */
extern Node *operand_condition(List *queries, Node *node,
							   const RangeTblEntry *rte);

/*
 * Whether node is one of the parameters $1 to $nparams: through casts, lower()
 * and the like, COALESCE, and a constant added or subtracted.
 */
extern bool operand_param(Node *node, int nparams, ParamOperand *found);

/* Whether two operands are the same expression over the same table. */
extern bool operand_equal(const Operand *a, const Operand *b);

#endif /* PERFCHECK_QUERY_ORIGIN_H */
