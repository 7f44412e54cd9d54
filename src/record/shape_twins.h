/*-------------------------------------------------------------------------
 *
 * shape_twins.h
 *		Expressions that must stay equal in a shape.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_TWINS_H
#define PERFCHECK_RECORD_SHAPE_TWINS_H

#include "nodes/parsenodes.h"

#include "record/shape_values.h"

/*
 * An expression in GROUP BY, ORDER BY or DISTINCT ON, which originals has, must be
 * the one that stands in the list of results: its constants become the same
 * parameters. Raises errors of memory allocation alone.
 */
extern void shape_twins_unify(SelectStmt *select, List *originals,
							  ShapeValues *values);

#endif /* PERFCHECK_RECORD_SHAPE_TWINS_H */
