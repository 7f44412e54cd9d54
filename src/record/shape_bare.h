/*-------------------------------------------------------------------------
 *
 * shape_bare.h
 *		A text in which no constant stands.
 *
 * Owns which constants can be no value of a user's, and what stands for one that a
 * shape otherwise keeps.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_BARE_H
#define PERFCHECK_RECORD_SHAPE_BARE_H

#include "record/shape_statement.h"
#include "record/shape_values.h"

/*
 * Has the values of the statement keep no constant in the text but those that can
 * be no value. To be called before shape_walk(). Errors: those of a tree that is
 * too deep.
 */
extern void shape_bare_start(const ShapeStatement *statement,
							 ShapeValues *values);

/*
 * Puts something in the place of each constant that is still there. Returns whether
 * there was one. Raises errors of memory allocation alone.
 */
extern bool shape_bare_cut(const ShapeStatement *statement,
						   ShapeValues *values);

#endif /* PERFCHECK_RECORD_SHAPE_BARE_H */
