/*-------------------------------------------------------------------------
 *
 * value_families.h
 *		The families of types that values are made of.
 *
 * Owns the list of them. Each is a module value_maker_*.c.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_FAMILIES_H
#define PERFCHECK_POPULATE_VALUE_FAMILIES_H

#include "populate/value_plan.h"

extern const ValueFamily value_family_axis; /* numbers, times, addresses */
extern const ValueFamily value_family_text;
extern const ValueFamily value_family_bytea;
extern const ValueFamily value_family_palette; /* known values alone */
extern const ValueFamily value_family_array;
extern const ValueFamily value_family_range;
extern const ValueFamily value_family_json;
extern const ValueFamily value_family_words; /* tsvector */
extern const ValueFamily value_family_record;

#endif /* PERFCHECK_POPULATE_VALUE_FAMILIES_H */
