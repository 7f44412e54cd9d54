/*-------------------------------------------------------------------------
 *
 * value_guess.h
 *		What a column likely holds, by its type and its name.
 *
 * Owns the guess. It has the form of statistics, so that a column of which
 * nothing is known is made like any other. Nothing real stands behind it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_GUESS_H
#define PERFCHECK_POPULATE_VALUE_GUESS_H

#include "populate/value_spec.h"

/* Returns the guess for a maker's column. */
extern const ColumnStatistics *value_guess(const ValueMaker *maker);

/* Whether values of a base type that is not built in are stored as text. */
extern bool value_guess_is_text(Oid type);

#endif /* PERFCHECK_POPULATE_VALUE_GUESS_H */
