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

/*
 * Is the text one that such an argument has as a rule, and that says nothing of a
 * value: a unit of time, an encoding, a separator? Raises no error.
 */
extern bool shape_function_word(const char *text);

#endif /* PERFCHECK_RECORD_SHAPE_FUNCTIONS_H */
