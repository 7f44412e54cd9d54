/*-------------------------------------------------------------------------
 *
 * shape_walk.h
 *		The tree of a SELECT, with its values in their places.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_WALK_H
#define PERFCHECK_RECORD_SHAPE_WALK_H

#include "nodes/parsenodes.h"

#include "record/shape_values.h"

/* What a statement is, apart from its values. */
typedef struct ShapeTree
{
	List *tables; /* of names, as they are written */
	bool writes;  /* in a WITH */
	bool into;    /* it is a SELECT INTO */
	bool locks;   /* it is FOR UPDATE, or the like */
} ShapeTree;

/*
 * Adds the values of the statement, a tree of the grammar, to values. Errors:
 * those of a tree that is too deep.
 */
extern ShapeTree shape_walk(SelectStmt *statement, ShapeValues *values);

#endif /* PERFCHECK_RECORD_SHAPE_WALK_H */
