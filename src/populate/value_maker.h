/*-------------------------------------------------------------------------
 *
 * value_maker.h
 *		Makes the values of a column from its statistics, or from its name.
 *
 * Owns which value an item of a column's RowsSpread is. A value is a function
 * of the column, its seed and the item alone. Items are in the order of their
 * values, as far as the type has one that is cheap to keep.
 *
 * Makers live in the memory context in which they are created; values are made
 * in the current one, which the caller resets.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_MAKER_H
#define PERFCHECK_POPULATE_VALUE_MAKER_H

#include "populate/value_spec.h"

/* Returns the maker of a column. The spec's statistics must stay as long. */
extern ValueMaker *value_maker_create(const ColumnSpec *spec);

/*
 * Returns why no value can be made, in words for a NOTICE, or NULL. Such a
 * maker has a spread, but must not be asked for values.
 */
extern const char *value_maker_problem(const ValueMaker *maker);

/*
 * Sets the value of a row. Returns false if it is NULL. Attempt 0 is the value
 * that fits the statistics; each further one is another that the column might
 * hold, for rows that a constraint refuses.
 */
extern bool value_maker_value(ValueMaker *maker, int64 row, int attempt,
							  Datum *value);

/*
 * Returns the value of an item. In a column that is unique, no two items have
 * the same, and items may be beyond those of the spread.
 */
extern Datum value_maker_item(ValueMaker *maker, int64 item);

/*
 * Makes a row of a unique column have a value, which it may have anyway, and returns
 * the row; -1 if the values are not in an order that tells. The rows near it keep
 * theirs, so that all are in order as before.
 */
extern int64 value_maker_place(ValueMaker *maker, Datum value);

#endif /* PERFCHECK_POPULATE_VALUE_MAKER_H */
