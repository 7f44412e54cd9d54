/*-------------------------------------------------------------------------
 *
 * rewrite_cast.h
 *		The value cast to the type of the column, instead of the column.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_CAST_H
#define PERFCHECK_ADVICE_REWRITE_CAST_H

#include "advice/rewrite_bound.h"

/*
 * Takes a cast off the expression. Returns false if it has none on top, or if the
 * comparison cannot be made in the type below. Raises no error.
 */
extern bool rewrite_cast_unwrap(Node *expression, int strategy,
								const Bound *value, Unwrapping *step);

/* Returns what a cast is made of, or NULL if node is no cast. */
extern Node *rewrite_cast_inner(Node *node);

/*
 * Returns whether a B-tree index on a column of this type, of its default operator
 * class, serves an operator with a value of the other type.
 */
extern bool rewrite_cast_is_indexable(Oid type, Oid other, int strategy);

#endif /* PERFCHECK_ADVICE_REWRITE_CAST_H */
