/*-------------------------------------------------------------------------
 *
 * extension.c
 *		Where the extension's own objects are.
 *
 * The schema is set by each call, and not looked up once and kept: a backend may
 * call the functions of an extension that was dropped and created again in
 * another schema.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/extension.h"
#include "base/owner.h"

static Oid extension_schema_oid = InvalidOid;

void
extension_set_schema(Oid schema)
{
	extension_schema_oid = schema;
}

const char *
extension_schema(void)
{
	char *name = get_namespace_name(extension_schema_oid);

	if (name == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_SCHEMA),
				errmsg("the schema of perfcheck does not exist"),
				errhint("Call CREATE EXTENSION perfcheck CASCADE."));
	return quote_identifier(name);
}

void
extension_refuse_older(void)
{
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("perfcheck in this database is older than its library"),
			errhint("Call ALTER EXTENSION perfcheck UPDATE."));
}

Oid
extension_table(const char *name)
{
	return get_relname_relid(name, extension_schema_oid);
}

Oid
extension_table_owner(const char *name)
{
	Oid owner = owner_of_relation(extension_table(name));

	if (!OidIsValid(owner))
		extension_refuse_older();
	return owner;
}
