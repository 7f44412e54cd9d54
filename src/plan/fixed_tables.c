/*-------------------------------------------------------------------------
 *
 * fixed_tables.c
 *		Which tables do not grow: perfcheck.fixed_tables and system catalogs.
 *
 * The planner hook asks for every relation of every plan, so the names are
 * parsed and looked up once, and their OIDs are kept. Which tables the names
 * mean depends on the setting, on search_path, on the user ("$user", and the
 * schemas that the user may use), on pg_class, pg_namespace and pg_authid. The
 * first three are compared on each call; changes of the catalogs are counted by
 * syscache callbacks, which also see what this transaction changes or rolls
 * back. The count is read before the names are looked up: a change that arrives
 * in between makes the next call look them up again.
 *
 * Whether a table is a partition is not kept: that is one syscache lookup.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "nodes/makefuncs.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/fixed_tables.h"

/* The tables that the names stood for, and what that depended on. */
typedef struct FixedTables
{
	List *oids;
	char *names;       /* perfcheck.fixed_tables */
	char *search_path; /* the setting: "$user" is not replaced */
	Oid user;
	uint64 changes; /* fixed_tables_changes, before the lookup */
} FixedTables;

/* Allocated in a memory context of its own; NULL before the first lookup. */
static FixedTables *fixed_tables_known = NULL;

/* Changes of the catalogs that this backend has been told of. */
static uint64 fixed_tables_changes = 0;

/* The table that counts as fixed for a while, or InvalidOid. */
static Oid fixed_tables_held = InvalidOid;

void
fixed_tables_hold(Oid relid)
{
	fixed_tables_held = relid;
}

static void
fixed_tables_count_change(Datum arg, int cache, uint32 hash)
{
	fixed_tables_changes++;
}

/*
 * Cuts the next name off a comma-separated list, NULL at its end. A name that
 * is quoted may hold commas.
 */
static char *
fixed_tables_next_name(char **at)
{
	char *start = *at;
	bool quoted = false;

	if (*start == '\0')
		return NULL;
	for (; **at != '\0' && (quoted || **at != ','); (*at)++)
		if (**at == '"')
			quoted = !quoted;
	if (**at == ',')
		*(*at)++ = '\0';
	return start;
}

static List *
fixed_tables_look_up(const char *setting)
{
	char *names = pstrdup(setting);
	char *name;
	List *oids = NIL;
	/* The setting is the caller's, also where a query runs as another role. */
	SandboxUser before = sandbox_enter_user(sandbox_caller());

	while ((name = fixed_tables_next_name(&names)) != NULL)
	{
		List *list = compat_string_to_name_list(name);
		Oid relid = InvalidOid;

		/* A database in front of the schema names no table here. */
		if (list_length(list) <= 2)
			relid =
				RangeVarGetRelid(makeRangeVarFromNameList(list), NoLock, true);
		if (OidIsValid(relid))
			oids = lappend_oid(oids, relid);
	}
	sandbox_leave_user(before);
	return oids;
}

/* Keeps oids beyond this transaction, in place of those of the last lookup. */
static void
fixed_tables_keep(const List *oids, uint64 changes)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck fixed tables", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	FixedTables *known = palloc(sizeof(*known));

	known->oids = list_copy(oids);
	known->names = pstrdup(perfcheck_fixed_tables);
	known->search_path = pstrdup(namespace_search_path);
	known->user = sandbox_caller();
	known->changes = changes;
	MemoryContextSwitchTo(old);
	/* Nothing can fail from here on. */
	MemoryContextSetParent(context, TopMemoryContext);
	if (fixed_tables_known != NULL)
		MemoryContextDelete(GetMemoryChunkContext(fixed_tables_known));
	fixed_tables_known = known;
}

bool
fixed_tables_contains(Oid relid)
{
	static bool registered = false;
	const FixedTables *known = fixed_tables_known;
	const List *oids;

	if (IsCatalogRelationOid(relid) ||
		(OidIsValid(relid) && relid == fixed_tables_held))
		return true;
	if (perfcheck_fixed_tables == NULL || perfcheck_fixed_tables[0] == '\0')
		return false;
	/* In each backend once, and only if it asks for fixed tables at all. */
	if (!registered)
	{
		registered = true;
		CacheRegisterSyscacheCallback(RELNAMENSP, fixed_tables_count_change, 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, fixed_tables_count_change,
									  0);
		CacheRegisterSyscacheCallback(AUTHOID, fixed_tables_count_change, 0);
	}
	if (known == NULL || known->changes != fixed_tables_changes ||
		known->user != sandbox_caller() ||
		strcmp(known->names, perfcheck_fixed_tables) != 0 ||
		strcmp(known->search_path, namespace_search_path) != 0)
	{
		uint64 changes = fixed_tables_changes;

		fixed_tables_keep(fixed_tables_look_up(perfcheck_fixed_tables),
						  changes);
	}
	oids = fixed_tables_known->oids;
	/* A partition is fixed with the table that it is a part of. */
	while (OidIsValid(relid) && !list_member_oid(oids, relid))
		relid = get_rel_relispartition(relid)
					? get_partition_parent(relid, true)
					: InvalidOid;
	return OidIsValid(relid);
}
