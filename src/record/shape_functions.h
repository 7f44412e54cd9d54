/*-------------------------------------------------------------------------
 *
 * shape_functions.h
 *		Which arguments of functions are values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_FUNCTIONS_H
#define PERFCHECK_RECORD_SHAPE_FUNCTIONS_H

#include "record/shape_values.h"

/*
 * Returns the place that a constant has as the argument i, from 0, of the n of a
 * function. Raises no error.
 */
extern ShapePlace shape_function_place(const char *name, int i, int n);

#endif /* PERFCHECK_RECORD_SHAPE_FUNCTIONS_H */
