/*-------------------------------------------------------------------------
 *
 * proof_ddl.c
 *		Executes the statements of a fix so that a rollback leaves nothing.
 *
 * The tables of the statements are expanded to the tables with their
 * partitions, since CREATE INDEX on a partitioned table builds an index on each
 * of them. All of these are checked and locked first. Then the row of pg_class
 * of each, and of each of its indexes, is shielded, that is, replaced by an
 * equal row version of this subtransaction: what the statements write into it
 * in place disappears with that version. Only then are the statements executed,
 * below ProcessUtility_hook and event triggers, which must not see them, and as
 * the caller, who owns the table, whatever role the query runs as. Last,
 * indexes that broken HOT chains would hide from the planner until the
 * transaction has ended are marked as usable at once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/event_trigger.h"
#include "miscadmin.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "advice/proof_ddl.h"
#include "advice/proof_rights.h"
#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "plan/growth.h"

/* How often a lock that is not free is asked for, and the pause between. */
#define PROOF_DDL_LOCK_TRIES 20
#define PROOF_DDL_LOCK_PAUSE_US 100000

/* ---- what stands in the way ---- */

/* The tables with their partitions, each once. */
static List *
proof_ddl_family(List *tables)
{
	List *family = NIL;
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);

		family = get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE
					 ? list_concat_unique_oid(
						   family, find_all_inheritors(relid, NoLock, NULL))
					 : list_append_unique_oid(family, relid);
	}
	return family;
}

/*
 * Locks a table, or returns false if another session holds a conflicting lock.
 * Autovacuum may be what holds it, and is soon done; so the lock is asked for
 * again for a while, but only the first time that the caller's statement comes
 * to a lock that is not free.
 */
static bool
proof_ddl_lock_table(Oid relid)
{
	static TimestampTz waited_in = 0;
	TimestampTz statement = GetCurrentStatementStartTimestamp();
	bool patient = waited_in != statement;

	for (int i = 0; !ConditionalLockRelationOid(relid, ShareRowExclusiveLock);
		 i++)
	{
		if (!patient || i == PROOF_DDL_LOCK_TRIES)
			return false;
		waited_in = statement;
		CHECK_FOR_INTERRUPTS();
		pg_usleep(PROOF_DDL_LOCK_PAUSE_US);
	}
	return true;
}

/* The locks come last: nothing is locked that cannot be tried anyway. */
static char *
proof_ddl_obstacle(List *family)
{
	double rows = 0;
	ListCell *cell;

	if (perfcheck_prove_rows == 0)
		return pstrdup("perfcheck.prove_rows is 0");
	if (RecoveryInProgress())
		return pstrdup("the server is a standby");
	if (sandbox_caller_is_read_only())
		return pstrdup("the transaction is read-only");
	foreach(cell, family)
	{
		Oid relid = lfirst_oid(cell);
		const char *name = get_rel_name(relid);
		char kind = get_rel_relkind(relid);

		if (name == NULL)
			return pstrdup("a table is gone");
		if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
			kind != RELKIND_PARTITIONED_TABLE)
			return psprintf("%s is not a table", name);
		if (!compat_owns_relation(relid, GetUserId()))
			return psprintf("only the owner of %s can try it", name);
		/* Its partitions are in the family, too: no row is counted twice. */
		if (kind != RELKIND_PARTITIONED_TABLE)
			rows += relation_rows(relid);
	}
	if (rows > perfcheck_prove_rows)
		return psprintf("the table holds more than perfcheck.prove_rows (%d)",
						perfcheck_prove_rows);
	foreach(cell, family)
		if (!proof_ddl_lock_table(lfirst_oid(cell)))
			return psprintf("another session holds a lock on %s",
							get_rel_name(lfirst_oid(cell)));
	return NULL;
}

/* ---- what would stay behind ---- */

static List *
proof_ddl_indexes(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);
	List *indexes = list_copy(RelationGetIndexList(relation));

	relation_close(relation, NoLock);
	return indexes;
}

/*
 * Replaces a row of pg_class by an equal one. CREATE INDEX and ANALYZE update
 * relhasindex, relpages and reltuples in place, which no rollback takes back;
 * after this they update a row version that the rollback removes. Returns
 * false if another session has changed the row and not committed.
 *
 * A heap_update() of pg_class needs the lock on the table that
 * proof_ddl_lock_table() took (access/heap/README.tuplock), for an ordinary
 * index that on its table. For a partitioned index it would have to be on the
 * index itself; but these have no storage and so no in-place updates, and are
 * not shielded.
 */
static bool
proof_ddl_shield(Relation pg_class, Oid relid)
{
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relid));
	HeapTupleData locked;
	TM_FailureData failure;
	Buffer buffer;
	TM_Result result;

	if (!HeapTupleIsValid(tuple))
		return false;
	locked.t_self = tuple->t_self;
	result = heap_lock_tuple(pg_class, &locked, GetCurrentCommandId(true),
							 LockTupleNoKeyExclusive, LockWaitSkip, false,
							 &buffer, &failure);
	if (BufferIsValid(buffer))
		ReleaseBuffer(buffer);
	if (result == TM_Ok)
		CatalogTupleUpdate(pg_class, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	return result == TM_Ok;
}

/* Returns the table that cannot be shielded, with its indexes; or InvalidOid. */
static Oid
proof_ddl_shield_all(List *family)
{
	Relation pg_class = table_open(RelationRelationId, RowExclusiveLock);
	Oid busy = InvalidOid;
	ListCell *cell;
	ListCell *index;

	foreach(cell, family)
	{
		Oid relid = lfirst_oid(cell);
		List *relations = lcons_oid(relid, proof_ddl_indexes(relid));

		foreach(index, relations)
			if (!OidIsValid(busy) &&
				get_rel_relkind(lfirst_oid(index)) !=
					RELKIND_PARTITIONED_INDEX &&
				!proof_ddl_shield(pg_class, lfirst_oid(index)))
				busy = relid;
	}
	table_close(pg_class, NoLock);
	CommandCounterIncrement();
	return busy;
}

/* ---- the statements ---- */

/*
 * REINDEX itself would need a lock on the index that readers wait for. It is
 * replaced by the CREATE INDEX of the same definition, without the name.
 */
static Node *
proof_ddl_parse(const char **sql)
{
	Node *statement =
		linitial_node(RawStmt, raw_parser(*sql, RAW_PARSE_DEFAULT))->stmt;

	if (IsA(statement, ReindexStmt))
	{
		RangeVar *index = castNode(ReindexStmt, statement)->relation;

		*sql = pg_get_indexdef_string(RangeVarGetRelid(index, NoLock, false));
		statement = proof_ddl_parse(sql);
		castNode(IndexStmt, statement)->idxname = NULL;
	}
	return statement;
}

/*
 * VACUUM cannot run in a transaction. What it changes for a plan is that all pages
 * are known to be visible to all, which the tables are taken to be.
 */
static void
proof_ddl_vacuum(const VacuumStmt *vacuum)
{
	ListCell *cell;
	ListCell *member;

	foreach(cell, vacuum->rels)
	{
		const VacuumRelation *named = lfirst_node(VacuumRelation, cell);
		Oid relid = RangeVarGetRelid(named->relation, NoLock, false);

		foreach(member, find_all_inheritors(relid, NoLock, NULL))
			growth_take_vacuumed(lfirst_oid(member));
	}
}

/*
 * CREATE INDEX is not executed by way of ProcessUtility, which refuses it in a
 * read-only transaction. The transaction has to stay read-only, so that the
 * functions of an index expression cannot write. ANALYZE is allowed in it,
 * CREATE STATISTICS and ALTER TABLE are not.
 */
static void
proof_ddl_execute_one(const char *sql)
{
	Node *statement = proof_ddl_parse(&sql);

	EventTriggerInhibitCommandCollection();
	PG_TRY();
	{
		if (IsA(statement, IndexStmt))
		{
			IndexStmt *create = castNode(IndexStmt, statement);
			Oid relid = RangeVarGetRelid(create->relation, NoLock, false);

			create = transformIndexStmt(relid, create, sql);
			proof_rights_check_index(create, relid);
			compat_define_index(relid, create);
		}
		else if (IsA(statement, VacuumStmt) &&
				 castNode(VacuumStmt, statement)->is_vacuumcmd)
			proof_ddl_vacuum(castNode(VacuumStmt, statement));
		else
		{
			PlannedStmt *wrapper = makeNode(PlannedStmt);

			if (IsA(statement, CreateStatsStmt))
				proof_rights_check_statistics(
					castNode(CreateStatsStmt, statement), sql);
			wrapper->commandType = CMD_UTILITY;
			wrapper->utilityStmt = statement;
			wrapper->stmt_len = strlen(sql);
			XactReadOnly = !IsA(statement, CreateStatsStmt) &&
						   !IsA(statement, AlterTableStmt);
			standard_ProcessUtility(wrapper, sql, false,
									PROCESS_UTILITY_SUBCOMMAND, NULL, NULL,
									None_Receiver, NULL);
			XactReadOnly = true;
		}
	}
	PG_FINALLY();
	{
		EventTriggerUndoInhibitCommandCollection();
	}
	PG_END_TRY();
	CommandCounterIncrement();
}

/*
 * Clears indcheckxmin of the indexes that are not in older. DefineIndex() sets
 * it where rows of the table were HOT-updated, to hide the index from
 * transactions with an older snapshot, and so from the planner until this
 * transaction ends. No older transaction will see this index.
 */
static void
proof_ddl_show_indexes(List *family, List *older)
{
	Relation pg_index = table_open(IndexRelationId, RowExclusiveLock);
	ListCell *cell;
	ListCell *index;

	foreach(cell, family)
	{
		List *indexes =
			list_difference_oid(proof_ddl_indexes(lfirst_oid(cell)), older);

		foreach(index, indexes)
		{
			HeapTuple tuple = SearchSysCacheCopy1(
				INDEXRELID, ObjectIdGetDatum(lfirst_oid(index)));

			if (HeapTupleIsValid(tuple) &&
				((Form_pg_index) GETSTRUCT(tuple))->indcheckxmin)
			{
				((Form_pg_index) GETSTRUCT(tuple))->indcheckxmin = false;
				CatalogTupleUpdate(pg_index, &tuple->t_self, tuple);
			}
		}
	}
	table_close(pg_index, NoLock);
	CommandCounterIncrement();
}

static char *
proof_ddl_execute_as_caller(List *statements, List *tables)
{
	List *family = proof_ddl_family(tables);
	char *obstacle = proof_ddl_obstacle(family);
	List *older = NIL;
	Oid busy;
	int level;
	ListCell *cell;

	if (obstacle != NULL)
		return obstacle;
	/*
	 * Autovacuum must not take an ANALYZE for done that is rolled back. What runs
	 * after the statements needs the counts, to tell the blocks of an index from
	 * those of its table.
	 */
	level = guc_scope_enter_search_path(NULL);
	guc_scope_set_superuser("track_counts", "off");
	guc_scope_set("max_parallel_maintenance_workers", "0");
	busy = proof_ddl_shield_all(family);
	if (OidIsValid(busy))
		return psprintf("another session is changing %s", get_rel_name(busy));
	foreach(cell, family)
		older = list_concat(older, proof_ddl_indexes(lfirst_oid(cell)));
	foreach(cell, statements)
		proof_ddl_execute_one(lfirst(cell));
	proof_ddl_show_indexes(family, older);
	guc_scope_leave(level);
	return NULL;
}

char *
proof_ddl_execute(List *statements, List *tables)
{
	SandboxUser before = sandbox_enter_user(sandbox_caller());
	char *obstacle = proof_ddl_execute_as_caller(statements, tables);

	sandbox_leave_user(before);
	return obstacle;
}
