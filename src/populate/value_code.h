/*-------------------------------------------------------------------------
 *
 * value_code.h
 *		Texts of a fixed form, such as AB-00123, as numbers.
 *
 * Owns the way from such a text to its number and back, as an axis. Of each
 * place of the text it is known which characters stand there.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_CODE_H
#define PERFCHECK_POPULATE_VALUE_CODE_H

#include "populate/value_axis.h"
#include "populate/value_spec.h"

/*
 * Sets the axis of a column of texts. Returns false if they have no fixed form,
 * or too many places for a number.
 */
extern bool value_code_find(ValueAxis *axis, const ValueMaker *maker);

#endif /* PERFCHECK_POPULATE_VALUE_CODE_H */
