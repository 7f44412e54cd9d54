/*-------------------------------------------------------------------------
 *
 * comparison.h
 *		Recognizes a parameter, and its comparison with a table's expression.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_COMPARISON_H
#define PERFCHECK_QUERY_COMPARISON_H

#include "query/origin.h"

/* A parameter as one side of a comparison. */
typedef struct ParamOperand
{
	int number;    /* of $n */
	bool optional; /* COALESCE($n, ...): NULL stands for another value */
	bool computed; /* $n + 1 */
} ParamOperand;

/* The comparison reads "origin operator param" whichever side stands first. */
typedef struct Comparison
{
	const Origin *origin;
	ParamOperand param;
	Node *operand; /* the side of the parameter */
	int strategy;  /* of btree; COMPAT_STRATEGY_NE for <> */
} Comparison;

/*
 * Returns whether node is one of the parameters $1 to $nparams, and which: also
 * under casts, lower() and its like, COALESCE, and a constant that is added or
 * subtracted.
 */
extern bool comparison_read_param(Node *node, int nparams, ParamOperand *found);

/*
 * Returns whether node compares an expression over one table with a parameter
 * by an operator of btree, by <>, or by IS DISTINCT FROM.
 */
extern bool comparison_read(List *queries, Node *node, int nparams,
							Comparison *found);

#endif /* PERFCHECK_QUERY_COMPARISON_H */
