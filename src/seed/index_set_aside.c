/*-------------------------------------------------------------------------
 *
 * index_set_aside.c
 *		Sets a table's indexes aside for a load, and rebuilds them after it.
 *
 * An index is set aside by clearing indisready and indisvalid in its pg_index
 * row, the state in which CREATE INDEX CONCURRENTLY leaves it before its first
 * scan: INSERT does not maintain an index that is not ready, and the planner
 * ignores one that is not valid. Indexes that are to be built in parallel go to
 * parallel_build.c, the others to REINDEX INDEX; both give the index new
 * storage and set the flags again.
 *
 * This is safe because nobody sees it. The caller's ACCESS EXCLUSIVE lock keeps
 * other sessions out until the transaction ends, and the flags are set by then.
 * Within the transaction no other code may run that relies on an index, so
 * tables with triggers, rules, row security, open cursors or pending trigger
 * events keep their indexes in place. So do tables that the user does not own:
 * writing to pg_index checks no privilege.
 * A rollback, also one to a savepoint, leaves the old rows of pg_index and with
 * them the old storage. No server version differs in this.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "seed/index_set_aside.h"
#include "seed/parallel_build.h"

/* ---- can they be set aside? ---- */

static bool
index_set_aside_has_user_trigger(Relation relation)
{
	for (int i = 0; relation->trigdesc && i < relation->trigdesc->numtriggers;
		 i++)
		if (!relation->trigdesc->triggers[i].tgisinternal)
			return true;
	return false;
}

static bool
index_set_aside_references_itself(Relation relation)
{
	ListCell *cell;

	foreach(cell, RelationGetFKeyList(relation))
	{
		const ForeignKeyCacheInfo *key = lfirst_node(ForeignKeyCacheInfo, cell);

		if (key->confrelid == RelationGetRelid(relation))
			return true;
	}
	return false;
}

static bool
index_set_aside_all_valid(Relation relation)
{
	List *indexes = RelationGetIndexList(relation);
	bool valid = true;
	ListCell *cell;

	foreach(cell, indexes)
	{
		HeapTuple tuple =
			SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for index %u", lfirst_oid(cell));
		form = (Form_pg_index) GETSTRUCT(tuple);
		valid = valid && form->indisvalid && form->indisready;
		ReleaseSysCache(tuple);
	}
	list_free(indexes);
	return valid;
}

static const char *
index_set_aside_reason(Relation relation, bool looks_up)
{
	if (relation->rd_rel->relkind != RELKIND_RELATION)
		return "it is partitioned";
	if (!compat_owns_relation(RelationGetRelid(relation), GetUserId()))
		return "you are not its owner";
	if (!relation->rd_rel->relhasindex)
		return "it has none";
	if (index_set_aside_has_user_trigger(relation))
		return "it has a trigger";
	if (relation->rd_rules != NULL)
		return "it has a rule";
	if (relation->rd_rel->relrowsecurity)
		return "it has row security";
	if (looks_up && index_set_aside_references_itself(relation))
		return "it has a foreign key to itself";
	if (!index_set_aside_all_valid(relation))
		return "one of them is not valid";
	/* One reference is this module's own; a cursor holds another one. */
	if (relation->rd_refcnt > 1 ||
		AfterTriggerPendingOnRel(RelationGetRelid(relation)))
		return "this session is using it";
	return NULL;
}

bool
index_set_aside_has_indexes(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);
	bool exist = relation->rd_rel->relhasindex;

	relation_close(relation, NoLock);
	return exist;
}

const char *
index_set_aside_why_in_place(Oid relid, bool looks_up)
{
	Relation relation = relation_open(relid, NoLock);
	const char *reason = index_set_aside_reason(relation, looks_up);

	relation_close(relation, NoLock);
	return reason;
}

/* ---- aside, and back ---- */

List *
index_set_aside_begin(Oid relid, bool keep_unique)
{
	Relation relation = relation_open(relid, NoLock);
	Relation pg_index = table_open(IndexRelationId, RowExclusiveLock);
	List *all = RelationGetIndexList(relation);
	List *aside = NIL;
	ListCell *cell;

	foreach(cell, all)
	{
		Oid index = lfirst_oid(cell);
		HeapTuple tuple =
			SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for index %u", index);
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (!keep_unique || !(form->indisunique || form->indisexclusion))
		{
			form->indisready = false;
			/* Otherwise plans of this session would read it. */
			form->indisvalid = false;
			CatalogTupleUpdate(pg_index, &tuple->t_self, tuple);
			aside = lappend_oid(aside, index);
		}
		heap_freetuple(tuple);
	}
	CacheInvalidateRelcache(relation);
	table_close(pg_index, RowExclusiveLock);
	relation_close(relation, NoLock);
	list_free(all);
	CommandCounterIncrement();
	return aside;
}

void
index_set_aside_rebuild(Oid relid, List *indexes, TimestampTz told)
{
	ParallelBuildProgress progress = {.count = list_length(indexes),
									  .told = told};
	List *others = parallel_build_indexes(relid, indexes, &progress);
	ListCell *cell;

	SPI_connect();
	foreach(cell, others)
	{
		Oid index = lfirst_oid(cell);
		const char *sql =
			psprintf("REINDEX INDEX %s", relation_sql_name(index));
		int code = SPI_execute(sql, false, 0);

		if (code != SPI_OK_UTILITY)
			elog(ERROR, "SPI_execute failed executing \"%s\": %s", sql,
				 SPI_result_code_string(code));
		parallel_build_progress_advance(&progress);
	}
	SPI_finish();
}
