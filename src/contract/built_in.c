/*-------------------------------------------------------------------------
 *
 * built_in.c
 *		Which queries are built in, and with whose rights these may run.
 *
 * Whoever can create a table or view called events, or an operator that fits the
 * types of its columns better than the server's, gives the built-in queries code to
 * run. So they run as the owner of the relation where the caller may take his role, as
 * a superuser always may. Whoever may not runs them as himself, as a SELECT of his
 * own would.
 *
 * The checks are of the tree that is executed, and not of names, which may be those of
 * something else the next time. What a superuser runs, as the owner or since
 * perfcheck.role names him, is looked at in depth: what views read, partitions and
 * children, in whose indexes and checks the planner calls functions, and the types of
 * parameters. Somebody else vouches for what he has made a view of.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/owner.h"
#include "base/sandbox.h"
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

/* ---- what is called ---- */

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

/*
 * May the owner of something run code as the current user? reader is the owner of
 * what the query reads, who vouches for what he made of it; or InvalidOid.
 */
static bool
built_in_trusts(Oid owner, Oid reader)
{
	return !OidIsValid(owner) || compat_may_set_role(owner, GetUserId()) ||
		   (OidIsValid(reader) && compat_may_set_role(owner, reader));
}

static void
built_in_check_functions(const ObjectOids *oids, Oid reader)
{
	ListCell *cell;

	foreach(cell, oids->functions)
		if (!built_in_trusts(owner_of_function(lfirst_oid(cell)), reader))
			built_in_refuse(format_procedure_qualified(lfirst_oid(cell)),
							owner_of_function(lfirst_oid(cell)));
	foreach(cell, oids->operators)
		if (!built_in_trusts(owner_of_operator(lfirst_oid(cell)), reader))
			built_in_refuse(format_operator_qualified(lfirst_oid(cell)),
							owner_of_operator(lfirst_oid(cell)));
}

/* Returns what a domain is over, which may be another one. */
static Oid
built_in_of_domain(Oid type)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Oid base;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	base = ((Form_pg_type) GETSTRUCT(tuple))->typbasetype;
	ReleaseSysCache(tuple);
	return base;
}

/* Checks a type and those that it is made of: to read a value calls their checks. */
static void
built_in_check_type(Oid type)
{
	TupleDesc columns;

	check_stack_depth();
	if (type < FirstNormalObjectId)
		return;
	if (!built_in_trusts(owner_of_type(type), InvalidOid))
		built_in_refuse(format_type_be_qualified(type), owner_of_type(type));
	if (OidIsValid(get_element_type(type)))
		built_in_check_type(get_element_type(type));
	else if (type_is_range(type))
		built_in_check_type(get_range_subtype(type));
	else if (type_is_multirange(type))
		built_in_check_type(get_multirange_range(type));
	else if (get_typtype(type) == TYPTYPE_DOMAIN)
		built_in_check_type(built_in_of_domain(type));
	else if (get_typtype(type) == TYPTYPE_COMPOSITE)
	{
		columns = lookup_rowtype_tupdesc_copy(type, -1);
		for (int i = 0; i < columns->natts; i++)
			built_in_check_type(TupleDescAttr(columns, i)->atttypid);
	}
}

/* A table is read with those that inherit from it. */
static void
built_in_check_family(Oid relid)
{
	ListCell *cell;

	foreach(cell, find_all_inheritors(relid, NoLock, NULL))
	{
		Oid owner = owner_of_relation(lfirst_oid(cell));

		if (!built_in_trusts(owner, InvalidOid))
			built_in_refuse(get_rel_name(lfirst_oid(cell)), owner);
	}
}

void
built_in_check(const Query *written, const Oid *param_types, int nparams,
			   bool vouched)
{
	Oid user = GetUserId();
	ObjectOids oids = objects_oids(written);
	Oid reader = InvalidOid;
	ListCell *cell;

	/* The caller does no more than by a SELECT of his own. */
	vouched = !superuser_arg(user) && (vouched || user == sandbox_caller());
	foreach(cell, oids.relations)
	{
		Oid owner = owner_of_relation(lfirst_oid(cell));

		if (!vouched && !built_in_trusts(owner, InvalidOid))
			built_in_refuse(get_rel_name(lfirst_oid(cell)), owner);
		reader = owner;
	}
	built_in_check_functions(&oids, superuser_arg(user) ? InvalidOid : reader);
	for (int i = 0; superuser_arg(user) && i < nparams; i++)
		built_in_check_type(param_types[i]);
}

void
built_in_check_rewritten(const Query *rewritten)
{
	ObjectOids oids;
	ListCell *cell;

	if (!superuser())
		return;
	oids = objects_oids(rewritten);
	foreach(cell, oids.relations)
		built_in_check_family(lfirst_oid(cell));
	foreach(cell, oids.types)
		built_in_check_type(lfirst_oid(cell));
	built_in_check_functions(&oids, InvalidOid);
}
