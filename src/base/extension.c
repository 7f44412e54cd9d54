/*-------------------------------------------------------------------------
 *
 * extension.c
 *		Where the extension's own objects are.
 *
 * A backend may call the functions of an extension that was dropped and made
 * anew in another schema, so the schema is not looked up once and kept: each
 * call tells it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/extension.h"

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
				errmsg("the schema of perfcheck is gone"),
				errhint("Call CREATE EXTENSION perfcheck CASCADE."));
	return quote_identifier(name);
}
