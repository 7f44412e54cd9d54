/*-------------------------------------------------------------------------
 *
 * rewrite_arithmetic.h
 *		What is computed with a column, computed with the value instead.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_ARITHMETIC_H
#define PERFCHECK_ADVICE_REWRITE_ARITHMETIC_H

#include "advice/rewrite_bound.h"

/*
 * Takes +, -, * or / with a value without columns off the expression. Returns
 * false if the topmost operation is none of them, or cannot be moved. Raises no
 * error.
 */
extern bool rewrite_arithmetic_unwrap(Node *expression, int strategy,
									  const Bound *value, Unwrapping *step);

#endif /* PERFCHECK_ADVICE_REWRITE_ARITHMETIC_H */
