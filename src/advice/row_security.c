/*-------------------------------------------------------------------------
 *
 * row_security.c
 *		Tells of policies that the user who judges is not subject to.
 *
 * A table's own flag says whether it has row security, and check_enable_rls()
 * whether that holds for the current user, as it does for the rewriter.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "advice/row_security.h"
#include "base/compat.h"

static bool
row_security_is_bypassed(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool enabled;

	if (!HeapTupleIsValid(tuple))
		return false;
	enabled = ((Form_pg_class) GETSTRUCT(tuple))->relrowsecurity;
	ReleaseSysCache(tuple);
	return enabled && check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

static bool
row_security_walk(Node *node, void *arg)
{
	List **tables = arg;
	ListCell *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, row_security_walk, arg);
	foreach(cell, castNode(Query, node)->rtable)
	{
		const RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		Oid user = compat_check_as_user(castNode(Query, node), rte);

		if (rte->rtekind == RTE_RELATION &&
			(!OidIsValid(user) || user == GetUserId()) &&
			row_security_is_bypassed(rte->relid))
			*tables = list_append_unique_oid(*tables, rte->relid);
	}
	return query_tree_walker(castNode(Query, node), row_security_walk, arg, 0);
}

static const char *
row_security_reason(Oid user)
{
	if (superuser_arg(user))
		return "is a superuser";
	return has_bypassrls_privilege(user) ? "has BYPASSRLS" : "owns them";
}

List *
row_security_add_bypass(List *bypasses, Query *query)
{
	RowSecurityBypass *bypass = NULL;
	List *tables = NIL;
	ListCell *cell;

	(void) row_security_walk((Node *) query, &tables);
	foreach(cell, bypasses)
		if (((RowSecurityBypass *) lfirst(cell))->user == GetUserId())
			bypass = lfirst(cell);
	if (tables != NIL && bypass == NULL)
	{
		bypass = palloc0(sizeof(*bypass));
		bypass->user = GetUserId();
		bypass->reason = row_security_reason(bypass->user);
		bypasses = lappend(bypasses, bypass);
	}
	foreach(cell, tables)
	{
		char *name = get_rel_name(lfirst_oid(cell));
		bool known = name == NULL;
		ListCell *other;

		foreach(other, bypass->names)
			known = known || strcmp(lfirst(other), name) == 0;
		if (!known)
			bypass->names = lappend(bypass->names, name);
	}
	return bypasses;
}

char *
row_security_note(const RowSecurityBypass *bypass)
{
	StringInfoData names;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, bypass->names)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 (const char *) lfirst(cell));
	return psprintf("row security: policies of %s were bypassed, as %s %s; "
					"name a role with perfcheck_query.role or perfcheck.role",
					names.data, GetUserNameFromId(bypass->user, true),
					bypass->reason);
}
