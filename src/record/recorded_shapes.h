/*-------------------------------------------------------------------------
 *
 * recorded_shapes.h
 *		The shapes of what was recorded.
 *
 * Owns which of the texts that have one key a shape is shown with, and which types
 * its parameters have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_RECORDED_SHAPES_H
#define PERFCHECK_RECORD_RECORDED_SHAPES_H

#include "record/recording.h"
#include "record/shape.h"

typedef struct RecordedShapes RecordedShapes;

/* Texts that have one key. */
typedef struct RecordedShape
{
	uint64 key;         /* the key in the hash table; must stand first */
	const Shape *shape; /* the one that was executed most often */
	Oid *types;   /* of its parameters, as bound; InvalidOid of a constant */
	uint64 calls; /* of that text */
} RecordedShape;

/*
 * Returns the shapes of what is on record, in the current memory context, to which
 * those that follow are added. Of any_columns, see shape_read(). Errors: those of
 * recording_read().
 */
extern RecordedShapes *recorded_shapes_read(bool any_columns);

/* Returns the RecordedShapes, in the order in which they were met first. */
extern List *recorded_shapes_list(RecordedShapes *shapes);

/*
 * Returns the values of an execution as the arguments of the shape that it has,
 * whose number is returned in nargs, and the shape in found. Errors: of memory
 * allocation alone.
 */
extern char **recorded_shapes_args(RecordedShapes *shapes,
								   const RecordedExecution *execution,
								   const RecordedShape **found, int *nargs);

#endif /* PERFCHECK_RECORD_RECORDED_SHAPES_H */
