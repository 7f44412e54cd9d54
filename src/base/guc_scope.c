/*-------------------------------------------------------------------------
 *
 * guc_scope.c
 *		Settings that hold for a stretch of code.
 *
 * The server keeps a stack of nest levels, which functions with a SET clause
 * use as well. A setting made with GUC_ACTION_SAVE is undone when its level
 * ends, and a subtransaction is a level.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "base/guc_scope.h"

void
guc_scope_set(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

void
guc_scope_set_superuser(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

int
guc_scope_enter_values(void)
{
	int level = NewGUCNestLevel();

	guc_scope_set("DateStyle", "ISO, YMD");
	guc_scope_set("IntervalStyle", "postgres");
	guc_scope_set("TimeZone", "UTC");
	guc_scope_set("extra_float_digits", "1");
	guc_scope_set("bytea_output", "hex");
	return level;
}

int
guc_scope_enter(void)
{
	int level = guc_scope_enter_values();

	guc_scope_set("search_path", "pg_catalog, pg_temp");
	guc_scope_set("standard_conforming_strings", "on");
	return level;
}

void
guc_scope_leave(int level)
{
	AtEOXact_GUC(true, level);
}

char *
guc_scope_search_path(void)
{
	StringInfoData path;
	List *schemas = fetch_search_path(false);
	ListCell *cell;

	initStringInfo(&path);
	foreach(cell, schemas)
	{
		char *name = get_namespace_name(lfirst_oid(cell));

		/* A temporary schema has another name in every session. */
		if (name == NULL || isTempNamespace(lfirst_oid(cell)))
			continue;
		appendStringInfo(&path, "%s%s", path.len > 0 ? ", " : "",
						 quote_identifier(name));
	}
	if (path.len == 0)
		appendStringInfoString(&path, "pg_catalog");
	return path.data;
}

int
guc_scope_enter_names(void)
{
	int level = NewGUCNestLevel();

	guc_scope_set("quote_all_identifiers", "off");
	return level;
}

int
guc_scope_enter_search_path(const char *path)
{
	int level = NewGUCNestLevel();

	if (path != NULL)
		guc_scope_set("search_path", path);
	return level;
}
