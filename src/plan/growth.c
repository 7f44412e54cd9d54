/*-------------------------------------------------------------------------
 *
 * growth.c
 *		How tables grow, and the values of their columns.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "utils/syscache.h"

#include "plan/fixed_tables.h"
#include "plan/growth.h"
#include "plan/index_bounds.h"

double
growth_of_relation(Oid relid)
{
	return fixed_tables_contains(relid) ? 0 : 1;
}

double
growth_of_distinct(Oid relid, AttrNumber attnum)
{
	return index_bounds_rows_of_value(relid, attnum) > 0
			   ? growth_of_relation(relid)
			   : 0;
}

double
growth_of_index_column(Oid index, int column)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	double growth = 0;

	if (!HeapTupleIsValid(tuple))
		return 0;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indkey.values[column - 1] > 0)
		growth =
			growth_of_distinct(form->indrelid, form->indkey.values[column - 1]);
	ReleaseSysCache(tuple);
	return growth;
}

bool
growth_extends(Oid relid, AttrNumber attnum)
{
	return false;
}
