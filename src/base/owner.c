/*-------------------------------------------------------------------------
 *
 * owner.c
 *		Who owns an object of the database; see owner.h.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "utils/syscache.h"

#include "base/owner.h"

static Oid
owner_read(int cache, Oid object, AttrNumber column)
{
	HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
	bool is_null;
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = DatumGetObjectId(SysCacheGetAttr(cache, tuple, column, &is_null));
	ReleaseSysCache(tuple);
	return owner;
}

Oid
owner_of_relation(Oid relid)
{
	return owner_read(RELOID, relid, Anum_pg_class_relowner);
}

Oid
owner_of_function(Oid function)
{
	return owner_read(PROCOID, function, Anum_pg_proc_proowner);
}

Oid
owner_of_operator(Oid operator)
{
	return owner_read(OPEROID, operator, Anum_pg_operator_oprowner);
}

Oid
owner_of_type(Oid type)
{
	return owner_read(TYPEOID, type, Anum_pg_type_typowner);
}
