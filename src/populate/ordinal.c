/*-------------------------------------------------------------------------
 *
 * ordinal.c
 *		Values of a type as whole numbers, in the type's own steps.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "populate/ordinal.h"

bool
ordinal_known(Oid type)
{
	int64 number;

	return ordinal_of(
		type, type == NUMERICOID ? ordinal_value(type, 0) : (Datum) 0, &number);
}

bool
ordinal_of(Oid type, Datum value, int64 *number)
{
	switch (type)
	{
		case INT2OID:
			*number = DatumGetInt16(value);
			return true;
		case INT4OID:
		case DATEOID:
			*number = DatumGetInt32(value);
			return true;
		case INT8OID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			*number = DatumGetInt64(value);
			return true;
		case NUMERICOID:
			*number = DatumGetInt64(DirectFunctionCall1(
				numeric_int8, DirectFunctionCall1(numeric_floor, value)));
			return true;
	}
	return false;
}

Datum
ordinal_value(Oid type, int64 number)
{
	switch (type)
	{
		case INT2OID:
			return Int16GetDatum((int16) number);
		case INT4OID:
		case DATEOID:
			return Int32GetDatum((int32) number);
		case NUMERICOID:
			return NumericGetDatum(int64_to_numeric(number));
		default:
			return Int64GetDatum(number);
	}
}
