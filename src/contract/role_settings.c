/*-------------------------------------------------------------------------
 *
 * role_settings.c
 *		The planner settings that a role has of its own.
 *
 * SET ROLE does not take them, and the sessions of the application, which log in as
 * that role, have them. Others, such as search_path or DateStyle, a query of the
 * contract has in columns of its own, or not at all.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_db_role_setting.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "base/guc_scope.h"
#include "contract/role_settings.h"

static bool
role_settings_is_of_planner(const char *name)
{
	static const char *const prefixes[] = {"enable_", "cpu_", "geqo",
										   "parallel_", "min_parallel_"};
	static const char *const names[] = {"seq_page_cost",
										"random_page_cost",
										"effective_cache_size",
										"effective_io_concurrency",
										"work_mem",
										"hash_mem_multiplier",
										"plan_cache_mode",
										"from_collapse_limit",
										"join_collapse_limit",
										"recursive_worktable_factor",
										"cursor_tuple_fraction",
										"constraint_exclusion",
										"max_parallel_workers_per_gather"};

	for (int i = 0; i < lengthof(prefixes); i++)
		if (pg_strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	for (int i = 0; i < lengthof(names); i++)
		if (pg_strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
role_settings_apply(ArrayType *settings)
{
	Datum *elements;
	int count;

	deconstruct_array(settings, TEXTOID, -1, false, TYPALIGN_INT, &elements,
					  NULL, &count);
	for (int i = 0; i < count; i++)
	{
		char *name = TextDatumGetCString(elements[i]);
		char *value = strchr(name, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		if (role_settings_is_of_planner(name))
			guc_scope_set(name, value);
	}
}

/* Applies what a row of the catalog has, if there is one. */
static void
role_settings_apply_row(Relation catalog, Oid database, Oid role)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_db_role_setting_setdatabase,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(database));
	ScanKeyInit(&keys[1], Anum_pg_db_role_setting_setrole,
				BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(role));
	scan = systable_beginscan(catalog, DbRoleSettingDatidRolidIndexId, true,
							  NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool isnull;
		Datum settings = heap_getattr(tuple, Anum_pg_db_role_setting_setconfig,
									  RelationGetDescr(catalog), &isnull);

		if (!isnull)
			role_settings_apply(DatumGetArrayTypePCopy(settings));
	}
	systable_endscan(scan);
}

void
role_settings_enter(Oid role)
{
	Relation catalog = table_open(DbRoleSettingRelationId, AccessShareLock);

	/* A setting for one database goes before one for all. */
	role_settings_apply_row(catalog, InvalidOid, role);
	role_settings_apply_row(catalog, MyDatabaseId, role);
	table_close(catalog, AccessShareLock);
}
