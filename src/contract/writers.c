/*-------------------------------------------------------------------------
 *
 * writers.c
 *		Who wrote a query of the contract, and whom it may run as for that.
 *
 * A query, its cases and its set values are code of whoever wrote them. Triggers
 * note each of these roles in perfcheck_writer, which only its owner may write. What
 * runs must be within the rights of all of them: they could run it as the same role
 * themselves. So nobody who may change the contract gets the rights of those who
 * judge with it. A role is known by its number, since another one may get its name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/own_triggers.h"
#include "contract/built_in.h"
#include "contract/contract_table.h"
#include "contract/writers.h"

static bool
writers_exists(Oid role)
{
	return SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role));
}

/* Returns a writer who may not take a role; or NULL. */
static const Oid *
writers_find_other(const ContractQuery *query, Oid role)
{
	for (int i = 0; i < query->nwriters; i++)
		if (!writers_exists(query->writers[i]) ||
			!compat_may_set_role(query->writers[i], role))
			return &query->writers[i];
	return NULL;
}

static void
writers_refuse(const ContractQuery *query, Oid writer, Oid role)
{
	const char *name = GetUserNameFromId(writer, true);

	if (query->sent && name == NULL)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("the role that sent it does not exist any more"));
	if (query->sent)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("role \"%s\" sent it, and may not run it as \"%s\"",
					   name, GetUserNameFromId(role, false)));
	if (name == NULL)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("a role that wrote the query or its values does not "
					   "exist any more"),
				errhint("Read the query, and add it anew with replace => "
						"true."));
	ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("role \"%s\" wrote the query or its values, and may not run "
				   "it as \"%s\"",
				   name, GetUserNameFromId(role, false)),
			errhint("Name a role that both may take with the column role of "
					"perfcheck_query; or read the query, and add it anew with "
					"replace => true."));
}

void
writers_set_sender(ContractQuery *query, const char *role)
{
	if (role == NULL)
		return;
	query->sent = true;
	query->writers = palloc(sizeof(Oid));
	query->writers[0] = get_role_oid(role, true);
	query->nwriters = 1;
}

Oid
writers_user(const ContractQuery *query)
{
	Oid user = GetUserId();

	if (writers_find_other(query, user) == NULL)
		return user;
	for (int i = 0; i < query->nwriters; i++)
		if (writers_exists(query->writers[i]) &&
			compat_may_set_role(user, query->writers[i]) &&
			writers_find_other(query, query->writers[i]) == NULL)
			return query->writers[i];
	return InvalidOid;
}

bool
writers_may_take(const ContractQuery *query, Oid role)
{
	return writers_find_other(query, role) == NULL;
}

void
writers_check(const ContractQuery *query, Oid role)
{
	const Oid *other = writers_find_other(query, role);

	if (other != NULL)
		writers_refuse(query, *other, role);
}

static bool
writers_include(const ContractQuery *query, Oid role)
{
	for (int i = 0; i < query->nwriters; i++)
		if (query->writers[i] == role)
			return true;
	return false;
}

void
writers_check_again(const ContractQuery *query, const Oid *writers,
					int nwriters)
{
	for (int i = 0; i < nwriters; i++)
		if (!writers_include(query, writers[i]))
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("the query was changed meanwhile"),
					errhint("Call the function again."));
}

const char *
writers_sql(const char *name)
{
	return psprintf("ARRAY(SELECT w.role_oid FROM %s.perfcheck_writer w "
					"WHERE w.query = %s)",
					extension_schema(), name);
}

/* ---- noting ---- */

void
writers_note(const char *query, Oid role, bool whole)
{
	const char *schema = extension_schema();
	ContractArgs args = {0};
	Oid user;
	int context;
	int level;
	int code;

	GetUserIdAndSecContext(&user, &context);
	contract_table_bind_text(&args, query);
	contract_table_bind(&args, OIDOID, ObjectIdGetDatum(role), false);
	contract_table_bind(&args, BOOLOID, BoolGetDatum(whole), false);
	own_triggers_check("perfcheck_writer",
					   extension_table_owner("perfcheck_writer"));
	SPI_connect();
	/* An error puts the user back with the transaction. */
	SetUserIdAndSecContext(extension_table_owner("perfcheck_writer"),
						   context | SECURITY_LOCAL_USERID_CHANGE);
	level = guc_scope_enter();
	code = SPI_execute_with_args(
		psprintf("INSERT INTO %s.perfcheck_writer (query, role) "
				 "SELECT $1, r.rolname FROM pg_catalog.pg_roles r "
				 "WHERE r.oid = $2 AND NOT EXISTS ("
				 "SELECT FROM %s.perfcheck_writer w "
				 "WHERE w.query = $1 AND w.role_oid = $2) "
				 "AND NOT ($3 AND EXISTS ("
				 "SELECT FROM %s.perfcheck_query q WHERE q.name = $1 AND %s))",
				 schema, schema, schema, built_in_sql("q")),
		args.count, args.types, args.values, args.nulls, false, 0);
	guc_scope_leave(level);
	SetUserIdAndSecContext(user, context);
	if (code != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
	SPI_finish();
}
