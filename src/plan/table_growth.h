/*-------------------------------------------------------------------------
 *
 * table_growth.h
 *		Takes down how a table grows: perfcheck_size().
 *
 * Owns what may be told of a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_TABLE_GROWTH_H
#define PERFCHECK_PLAN_TABLE_GROWTH_H

#include "utils/array.h"

/*
 * Tells of a table's growth, in place of what was told before: the rows that it
 * is judged at, or NULL if it grows by the scale, and the names of its columns
 * that grow denser (a name[]), or NULL if that is not told. With both NULL nothing
 * is told of it any more. Errors: undefined_table; wrong_object_type for what is
 * no table, for a partition and for a catalog; invalid_parameter_value for
 * negative rows; null_value_not_allowed and undefined_column for denser;
 * datatype_mismatch for a column whose values do not go beyond today's anyway;
 * insufficient_privilege.
 */
extern void table_growth_tell(Oid relid, const double *rows, ArrayType *denser);

#endif /* PERFCHECK_PLAN_TABLE_GROWTH_H */
