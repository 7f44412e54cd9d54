/*-------------------------------------------------------------------------
 *
 * relation.c
 *		Facts about tables and indexes that several rooms ask for.
 *
 * The facts come from the system caches and from the relation itself. Only the
 * schema of pg_trgm takes a query, since pg_extension has no cache.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "optimizer/plancat.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/guc_scope.h"
#include "base/relation.h"

const char *
relation_sql_name(Oid relid)
{
	char *name = get_rel_name(relid);
	char *schema = get_namespace_name(get_rel_namespace(relid));

	/* An event trigger may drop what perfcheck has just created. */
	if (name == NULL || schema == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("a table or index was dropped while perfcheck was using "
					   "it"),
				errhint("Call the function again when nothing drops it, as an "
						"event trigger may."));
	return quote_qualified_identifier(schema, name);
}

bool
relation_exists(Oid relid)
{
	return SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid));
}

double
relation_rows(Oid relid)
{
	Relation relation = try_relation_open(relid, AccessShareLock);
	BlockNumber pages = 0;
	double rows = 0;
	double all_visible;

	if (relation == NULL)
		return 0;
	if (relation->rd_rel->relkind != RELKIND_FOREIGN_TABLE)
		estimate_rel_size(relation, NULL, &pages, &rows, &all_visible);
	relation_close(relation, AccessShareLock);
	return rint(rows);
}

char *
relation_names(const List *relids)
{
	StringInfoData names;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, relids)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 get_rel_name(lfirst_oid(cell)));
	return names.data;
}

bool
relation_looks_filled(Oid relid)
{
	List *members = find_all_inheritors(relid, AccessShareLock, NULL);
	ListCell *cell;

	foreach(cell, members)
	{
		/* The table itself is not locked if no query reads it. */
		Relation member = try_relation_open(lfirst_oid(cell), AccessShareLock);
		bool filled;

		if (member == NULL)
			continue;
		filled = RELKIND_HAS_TABLE_AM(member->rd_rel->relkind) &&
				 RelationGetNumberOfBlocks(member) > 0 &&
				 relation_rows(lfirst_oid(cell)) > 0;
		relation_close(member, AccessShareLock);
		if (filled)
			return true;
	}
	return false;
}

/* Reads either of the two. The end of the transaction undoes it where that fails. */
static List *
relation_index_trees(Relation index, List *(*read)(Relation index))
{
	Oid user;
	int security;
	List *trees;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(index->rd_rel->relowner,
						   security | SECURITY_RESTRICTED_OPERATION);
	trees = read(index);
	SetUserIdAndSecContext(user, security);
	return trees;
}

List *
relation_index_expressions(Relation index)
{
	return relation_index_trees(index, RelationGetIndexExpressions);
}

List *
relation_index_predicate(Relation index)
{
	return relation_index_trees(index, RelationGetIndexPredicate);
}

text *
relation_view_text(Oid view)
{
	Relation relation = try_relation_open(view, AccessShareLock);
	LOCAL_FCINFO(fcinfo, 1);
	FmgrInfo function;
	Datum definition;

	if (relation == NULL)
		return NULL;
	/* The snapshot of the caller may be older than what it was replaced by. */
	PushActiveSnapshot(GetLatestSnapshot());
	fmgr_info(F_PG_GET_VIEWDEF_OID, &function);
	InitFunctionCallInfoData(*fcinfo, &function, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = ObjectIdGetDatum(view);
	fcinfo->args[0].isnull = false;
	definition = FunctionCallInvoke(fcinfo);
	PopActiveSnapshot();
	relation_close(relation, AccessShareLock);
	return fcinfo->isnull ? NULL : DatumGetTextPP(definition);
}

Oid
relation_root(Oid relid)
{
	while (get_rel_relispartition(relid))
		relid = get_partition_parent(relid, true);
	return relid;
}

bool
relation_has_unique_key(Oid relid, const Bitmapset *columns)
{
	Relation relation = relation_open(relid, AccessShareLock);
	List *indexes = RelationGetIndexList(relation);
	bool found = false;
	ListCell *cell;

	foreach(cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		Form_pg_index form = index->rd_index;
		bool covered =
			form->indisunique && form->indimmediate && form->indisvalid &&
			heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);

		/* An expression has no number that columns could hold. */
		for (int i = 0; covered && i < form->indnkeyatts; i++)
			covered = form->indkey.values[i] > 0 &&
					  bms_is_member(form->indkey.values[i], columns);
		found = found || covered;
		index_close(index, AccessShareLock);
	}
	relation_close(relation, AccessShareLock);
	return found;
}

double
relation_index_blocks(Oid relid)
{
	List *family = find_all_inheritors(relid, NoLock, NULL);
	double blocks = 0;
	ListCell *cell;
	ListCell *index;

	foreach(cell, family)
	{
		Relation relation = relation_open(lfirst_oid(cell), AccessShareLock);

		foreach(index, RelationGetIndexList(relation))
		{
			Relation opened = index_open(lfirst_oid(index), AccessShareLock);

			if (RELKIND_HAS_STORAGE(opened->rd_rel->relkind))
				blocks += RelationGetNumberOfBlocks(opened);
			index_close(opened, AccessShareLock);
		}
		relation_close(relation, AccessShareLock);
	}
	return blocks;
}

Oid
relation_index_method(Oid index)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	Oid method;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	method = ((Form_pg_class) GETSTRUCT(tuple))->relam;
	ReleaseSysCache(tuple);
	return method;
}

Oid
relation_trigram_class_oid(void)
{
	bool is_null = true;
	Oid class = InvalidOid;
	int level;
	int code;

	SPI_connect();
	level = guc_scope_enter();
	code = SPI_execute(
		psprintf("SELECT c.oid FROM pg_extension e "
				 "JOIN pg_opclass c ON c.opcnamespace = e.extnamespace "
				 "WHERE e.extname = 'pg_trgm' AND c.opcname = 'gin_trgm_ops' "
				 "AND c.opcmethod = %u",
				 GIN_AM_OID),
		true, 1);
	guc_scope_leave(level);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(code));
	if (SPI_processed == 1)
		class = DatumGetObjectId(SPI_getbinval(
			SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	SPI_finish();
	return is_null ? InvalidOid : class;
}

char *
relation_trigram_class(void)
{
	MemoryContext context = CurrentMemoryContext;
	char *class = NULL;
	int level;
	int code;

	SPI_connect();
	level = guc_scope_enter();
	code = SPI_execute("SELECT extnamespace::regnamespace::text "
					   "FROM pg_extension WHERE extname = 'pg_trgm'",
					   true, 1);
	guc_scope_leave(level);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(code));
	if (SPI_processed != 1)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("extension pg_trgm is not installed"),
				errhint("Call CREATE EXTENSION pg_trgm."));
	class = psprintf("%s.gin_trgm_ops", SPI_getvalue(SPI_tuptable->vals[0],
													 SPI_tuptable->tupdesc, 1));
	class = MemoryContextStrdup(context, class);
	SPI_finish();
	return class;
}
