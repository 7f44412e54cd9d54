/*-------------------------------------------------------------------------
 *
 * index_set_aside.c
 *		Sets a table's indexes aside for a load, and rebuilds them after it.
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
#include "seed/index_set_aside.h"
#include "seed/parallel_build.h"

/* ---- whether ---- */

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
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		valid = valid && form->indisvalid && form->indisready;
		ReleaseSysCache(tuple);
	}
	list_free(indexes);
	return valid;
}

/* Whether this session is reading the table, or has work left to do on it. */
static bool
index_set_aside_in_use(Relation relation)
{
	/* This module's own reference is one, a cursor's would be another. */
	return relation->rd_refcnt > 1 ||
		   AfterTriggerPendingOnRel(RelationGetRelid(relation));
}

static const char *
index_set_aside_reason(Relation relation)
{
	if (relation->rd_rel->relkind != RELKIND_RELATION)
		return "it is partitioned";
	/* C code is not asked for rights by the server, so this must ask. */
	if (!compat_owns_relation(RelationGetRelid(relation), GetUserId()))
		return "you do not own it";
	if (!relation->rd_rel->relhasindex)
		return "it has none";
	if (index_set_aside_has_user_trigger(relation))
		return "it has a trigger";
	if (relation->rd_rules != NULL)
		return "it has a rule";
	if (relation->rd_rel->relrowsecurity)
		return "it has row security";
	if (index_set_aside_references_itself(relation))
		return "it has a foreign key to itself";
	if (!index_set_aside_all_valid(relation))
		return "one of them is not valid";
	if (index_set_aside_in_use(relation))
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
index_set_aside_why_in_place(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);
	const char *reason = index_set_aside_reason(relation);

	relation_close(relation, NoLock);
	return reason;
}

/* ---- aside, and back ---- */

static void
index_set_aside_clear_flags(Relation pg_index, Oid index)
{
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("index %u is gone", index));
	form = (Form_pg_index) GETSTRUCT(tuple);
	form->indisready = false;
	/* This too, or this session's own plans would read an empty index. */
	form->indisvalid = false;
	CatalogTupleUpdate(pg_index, &tuple->t_self, tuple);
	heap_freetuple(tuple);
}

static bool
index_set_aside_is_unique(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool unique;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	unique = form->indisunique || form->indisexclusion;
	ReleaseSysCache(tuple);
	return unique;
}

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
		if (keep_unique && index_set_aside_is_unique(lfirst_oid(cell)))
			continue;
		index_set_aside_clear_flags(pg_index, lfirst_oid(cell));
		aside = lappend_oid(aside, lfirst_oid(cell));
	}
	CacheInvalidateRelcache(relation);
	table_close(pg_index, RowExclusiveLock);
	relation_close(relation, NoLock);
	list_free(all);
	CommandCounterIncrement();
	return aside;
}

static void
index_set_aside_reindex(Oid index)
{
	const char *name = quote_qualified_identifier(
		get_namespace_name(get_rel_namespace(index)), get_rel_name(index));
	int code = SPI_execute(psprintf("REINDEX INDEX %s", name), false, 0);

	if (code != SPI_OK_UTILITY)
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("could not rebuild index %s", name));
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
		index_set_aside_reindex(lfirst_oid(cell));
		parallel_build_progress_advance(&progress);
	}
	SPI_finish();
}
