/*-------------------------------------------------------------------------
 *
 * built_in.c
 *		Which queries are built in, and with whose rights these may run.
 *
 * Whoever can create a table or view called events, or an operator that fits the
 * types of its columns better than the server's, gives the built-in queries code to
 * run. So they run as the owner of the relation where the caller may take his role, as
 * a superuser always may. Whoever may not runs them as himself, as a SELECT of his
 * own would. The check follows the analysis: what was found then is locked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/owner.h"
#include "contract/built_in.h"
#include "query/objects.h"

const char *
built_in_sql(const char *query)
{
	return psprintf(
		"EXISTS (SELECT FROM %s.perfcheck_built_in b "
		"WHERE (b.sql, b.types, b.search_path, b.role, b.settings) "
		"IS NOT DISTINCT FROM (%s.sql, %s.types, %s.search_path, %s.role, "
		"%s.settings))",
		extension_schema(), query, query, query, query, query);
}

Oid
built_in_relation(void)
{
	return RangeVarGetRelid(makeRangeVar(NULL, pstrdup("events"), -1), NoLock,
							true);
}

Oid
built_in_user(void)
{
	Oid owner = owner_of_relation(built_in_relation());

	return OidIsValid(owner) && compat_may_set_role(GetUserId(), owner)
			   ? owner
			   : InvalidOid;
}

static void
built_in_refuse(const char *what, Oid owner)
{
	ereport(
		ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		errmsg("%s, which a built-in query uses, is of role \"%s\", who may "
			   "not run it as \"%s\"",
			   what, GetUserNameFromId(owner, true),
			   GetUserNameFromId(GetUserId(), false)),
		errhint("Name a role that may do less with perfcheck.role, or leave "
				"the schema out of search_path."));
}

void
built_in_check(const Query *written)
{
	Oid user = GetUserId();
	Oid reader = InvalidOid; /* the owner of what is read */
	ListCell *cell;

	foreach(cell, written->rtable)
	{
		const RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		Oid owner = owner_of_relation(rte->relid);

		if (!OidIsValid(owner))
			continue;
		reader = owner;
		if (superuser() && !compat_may_set_role(owner, user))
			built_in_refuse(get_rel_name(rte->relid), owner);
	}
	foreach(cell, objects_functions(written))
	{
		Oid owner = owner_of_function(lfirst_oid(cell));

		if (OidIsValid(owner) && !compat_may_set_role(owner, user) &&
			!(OidIsValid(reader) && compat_may_set_role(owner, reader)))
			built_in_refuse(format_procedure_qualified(lfirst_oid(cell)),
							owner);
	}
}
