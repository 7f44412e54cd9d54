/*-------------------------------------------------------------------------
 *
 * operand.h
 *		An expression of parameters and constants, and its values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_OPERAND_H
#define PERFCHECK_QUERY_OPERAND_H

#include "nodes/bitmapset.h"
#include "nodes/primnodes.h"

/* Values for some parameters of a query. */
typedef struct OperandValues
{
	int n;
	const int *params;  /* their numbers, from 1 */
	char *const *texts; /* a NULL is a null */
} OperandValues;

/* Returns the numbers of the query's parameters in node, or NULL for none. */
extern Bitmapset *operand_params(Node *node);

/* Returns how many parameters node has, counted once each. */
extern int operand_count_params(Node *node);

/*
 * Returns whether a query, or an expression of one, refers to a row or a CTE of a
 * query around it, however far.
 */
extern bool operand_refers_out(Node *node);

/* Returns the type of a parameter in node; InvalidOid if it is not there. */
extern Oid operand_param_type(Node *node, int number);

/*
 * Returns a parameter's value, or NULL, as a constant. Errors: those of the type's
 * input function.
 */
extern Const *operand_constant(const Param *param, const char *text);

/*
 * Returns a copy of node with constants for the parameters that values has, and
 * sets unknown if there is another one. Errors: those of the types' input
 * functions.
 */
extern Node *operand_put(Node *node, const OperandValues *values,
						 bool *unknown);

/*
 * Returns whether a value of node can be computed from its parameters: it has no
 * columns, subqueries, aggregates, sets or volatile functions.
 */
extern bool operand_is_computable(Node *node);

/*
 * Returns the text of node's value with these parameters. Returns NULL if it is
 * null, raises an error, or needs more than parameters and constants.
 */
extern char *operand_evaluate(Node *node, const OperandValues *values);

#endif /* PERFCHECK_QUERY_OPERAND_H */
