/*-------------------------------------------------------------------------
 *
 * ordinal.h
 *		Values of a type as whole numbers, in the type's own steps.
 *
 * Microseconds of timestamps, days of dates, ones of numbers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_ORDINAL_H
#define PERFCHECK_POPULATE_ORDINAL_H

#include "postgres.h"

/* Sets the number of a value. Returns false for a type that has none. */
extern bool ordinal_of(Oid type, Datum value, int64 *number);

/* Returns the value of a number, of a type that has them. */
extern Datum ordinal_value(Oid type, int64 number);

/* Returns whether values of a type have numbers. */
extern bool ordinal_known(Oid type);

#endif /* PERFCHECK_POPULATE_ORDINAL_H */
