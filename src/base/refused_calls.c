/*-------------------------------------------------------------------------
 *
 * refused_calls.c
 *		Refuses within a sandbox what no rollback takes back.
 *
 * The server says when it prepares to call a function, by a hook that is made for
 * the checks of access, and before it executes a utility statement. Read-only
 * transactions leave a good deal to both: they end other sessions, write files, run
 * programs, change settings of the server and statistics, and write to another
 * database. It is told by name, of functions in C alone: those of the server, and
 * of the extensions that PostgreSQL brings along. What a function of another
 * language does, or of another library, is not known.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_proc.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/syscache.h"

#include "base/refused_calls.h"
#include "base/sandbox.h"

static object_access_hook_type refused_calls_previous_access = NULL;
static ProcessUtility_hook_type refused_calls_previous_utility = NULL;

/* In the order of strcmp(). */
static const char *const refused_calls_names[] = {
	"brin_desummarize_range",
	"brin_summarize_new_values",
	"brin_summarize_range",
	"gin_clean_pending_list",
	"lo_export",
	"lo_import",
	"pg_backup_start",
	"pg_backup_stop",
	"pg_cancel_backend",
	"pg_clear_attribute_stats",
	"pg_clear_relation_stats",
	"pg_copy_logical_replication_slot",
	"pg_copy_physical_replication_slot",
	"pg_create_logical_replication_slot",
	"pg_create_physical_replication_slot",
	"pg_create_restore_point",
	"pg_drop_replication_slot",
	"pg_file_rename",
	"pg_file_sync",
	"pg_file_unlink",
	"pg_file_write",
	"pg_import_system_collations",
	"pg_log_backend_memory_contexts",
	"pg_log_standby_snapshot",
	"pg_logical_emit_message",
	"pg_logical_slot_get_binary_changes",
	"pg_logical_slot_get_changes",
	"pg_promote",
	"pg_reload_conf",
	"pg_replication_slot_advance",
	"pg_rotate_logfile",
	"pg_stat_reset",
	"pg_stat_reset_backend_stats",
	"pg_stat_reset_replication_slot",
	"pg_stat_reset_shared",
	"pg_stat_reset_single_function_counters",
	"pg_stat_reset_single_table_counters",
	"pg_stat_reset_slru",
	"pg_stat_reset_subscription_stats",
	"pg_stat_statements_reset",
	"pg_switch_wal",
	"pg_sync_replication_slots",
	"pg_terminate_backend",
	"pg_truncate_visibility_map",
	"pg_wal_replay_pause",
	"pg_wal_replay_resume",
};

/* What such names begin with. */
static const char *const refused_calls_prefixes[] = {
	"binary_upgrade_",        "dblink", "heap_force_", "pg_buffercache_evict",
	"pg_replication_origin_",
};

static int
refused_calls_compare(const void *name, const void *entry)
{
	return strcmp(name, *(const char *const *) entry);
}

static bool
refused_calls_has(const char *name)
{
	for (int i = 0; i < lengthof(refused_calls_prefixes); i++)
		if (strncmp(name, refused_calls_prefixes[i],
					strlen(refused_calls_prefixes[i])) == 0)
			return true;
	return bsearch(name, refused_calls_names, lengthof(refused_calls_names),
				   sizeof(char *), refused_calls_compare) != NULL;
}

static void
refused_calls_raise(const char *what)
{
	ereport(
		ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
		errmsg("a query of the contract must not call %s", what),
		errdetail("What it does stays after the rollback."),
		errhint("Leave it out of the contract's query, and of the functions "
				"that the query calls."));
}

static void
refused_calls_check(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	char name[NAMEDATALEN + 2];
	bool refused;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_proc) GETSTRUCT(tuple);
	refused =
		(form->prolang == INTERNALlanguageId || form->prolang == ClanguageId) &&
		refused_calls_has(NameStr(form->proname));
	snprintf(name, sizeof(name), "%s()", NameStr(form->proname));
	ReleaseSysCache(tuple);
	if (refused)
		refused_calls_raise(name);
}

static void
refused_calls_access(ObjectAccessType access, Oid class_id, Oid object,
					 int subobject, void *arg)
{
	if (refused_calls_previous_access)
		refused_calls_previous_access(access, class_id, object, subobject, arg);
	if (access == OAT_FUNCTION_EXECUTE && sandbox_is_open())
		refused_calls_check(object);
}

static void
refused_calls_check_statement(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CopyStmt:
			if (castNode(CopyStmt, statement)->is_program)
				refused_calls_raise("COPY with a program");
			if (castNode(CopyStmt, statement)->filename != NULL)
				refused_calls_raise("COPY with a file");
			break;
		case T_LoadStmt:
			refused_calls_raise("LOAD");
			break;
		case T_CheckPointStmt:
			refused_calls_raise("CHECKPOINT");
			break;
		default:
			break;
	}
}

static void
refused_calls_utility(PlannedStmt *planned, const char *sql, bool read_only,
					  ProcessUtilityContext context, ParamListInfo params,
					  QueryEnvironment *environment, DestReceiver *dest,
					  QueryCompletion *completion)
{
	if (sandbox_is_open())
		refused_calls_check_statement(planned->utilityStmt);
	if (refused_calls_previous_utility)
		refused_calls_previous_utility(planned, sql, read_only, context, params,
									   environment, dest, completion);
	else
		standard_ProcessUtility(planned, sql, read_only, context, params,
								environment, dest, completion);
}

void
refused_calls_init(void)
{
	refused_calls_previous_access = object_access_hook;
	object_access_hook = refused_calls_access;
	refused_calls_previous_utility = ProcessUtility_hook;
	ProcessUtility_hook = refused_calls_utility;
}
