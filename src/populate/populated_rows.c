/*-------------------------------------------------------------------------
 *
 * populated_rows.c
 *		Knows which rows of tables were made, and removes them.
 *
 * A row is taken away only if no row of any table refers to it. Children go first,
 * so that what is left refers to what has to stay. Rows of a table that refers to
 * itself, or of tables in a circle, go all at once, but for those that a row that stays
 * refers to, be it through others.
 *
 * Nothing is deleted by ON DELETE CASCADE, and nothing set to NULL: what would be is
 * what refers to a row. So where no user's trigger watches, the server's own are kept
 * still, which would look up each row one by one.
 *
 * Transaction ids come again after four billion. A line that is older than that is not
 * acted on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/xid8.h"

#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/own_triggers.h"
#include "base/relation.h"
#include "populate/populated_rows.h"
#include "populate/table_model.h"

/* A foreign key that refers to a table. */
typedef struct Referrer
{
	Oid child;
	const char *join; /* of c, the child's row, and t */
} Referrer;

typedef struct MadeTable
{
	Oid relid;
	Datum ids; /* xid[] */
	int64 noted;
	int64 removed;
	int64 left; /* rows that were made, and are still as they were */
	bool too_old;
	bool circle; /* refers to itself */
	bool lump;   /* it and others refer to each other */
	bool fast;
	List *referrers;
	Datum kept; /* text[] of names of rows that stay; 0: none */
	int64 nkept;
} MadeTable;

/* A table as in FROM: without the rows of tables that inherit from it. */
static const char *
own_rows(Oid relid)
{
	return psprintf(
		"%s%s",
		get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ? "" : "ONLY ",
		relation_sql_name(relid));
}

/* ---- the table perfcheck_populated ---- */

/*
 * Runs a statement on perfcheck_populated as its owner. Others may not write it:
 * a line of theirs would have somebody else's rows deleted.
 */
static void
run_as_owner(const char *sql, int n, Oid *types, Datum *values, int expected)
{
	Oid user;
	int context;
	int code;

	own_triggers_check("perfcheck_populated",
					   extension_table_owner("perfcheck_populated"));
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(extension_table_owner("perfcheck_populated"),
						   context | SECURITY_LOCAL_USERID_CHANGE);
	code = SPI_execute_with_args(sql, n, types, values, NULL, false, 0);
	SetUserIdAndSecContext(user, context);
	if (code != expected)
		elog(ERROR, "SPI_execute_with_args returned %s for %s",
			 SPI_result_code_string(code), sql);
}

/* The id of the current subtransaction, with its epoch. */
static FullTransactionId
current_id(void)
{
	FullTransactionId next;
	uint64 id = GetCurrentTransactionId();
	uint64 full;

	next = ReadNextFullTransactionId();
	full = (U64FromFullTransactionId(next) & ~UINT64_C(0xFFFFFFFF)) | id;
	if (full > U64FromFullTransactionId(next))
		full -= UINT64_C(0x100000000);
	return FullTransactionIdFromU64(full);
}

void
populated_rows_note(Oid relid, int64 rows)
{
	Oid types[] = {REGCLASSOID, XID8OID, INT8OID};
	Datum values[] = {ObjectIdGetDatum(relid),
					  FullTransactionIdGetDatum(current_id()),
					  Int64GetDatum(rows)};

	run_as_owner(psprintf("INSERT INTO %s.perfcheck_populated "
						  "(relation, xid, rows) VALUES ($1, $2, $3)",
						  extension_schema()),
				 lengthof(types), types, values, SPI_OK_INSERT);
}

/* ---- what is to go ---- */

static MadeTable *
read_table(Oid relid, MemoryContext context)
{
	Oid types[] = {OIDOID};
	Datum values[] = {ObjectIdGetDatum(relid)};
	uint64 next = U64FromFullTransactionId(ReadNextFullTransactionId());
	MemoryContext old = MemoryContextSwitchTo(context);
	MadeTable *table = palloc0(sizeof(MadeTable));
	Datum *ids;
	int n = 0;

	MemoryContextSwitchTo(old);
	run_as_owner(psprintf("SELECT xid, rows FROM %s.perfcheck_populated "
						  "WHERE relation::pg_catalog.oid "
						  "OPERATOR(pg_catalog.=) $1",
						  extension_schema()),
				 lengthof(types), types, values, SPI_OK_SELECT);
	MemoryContextSwitchTo(context);
	table->relid = relid;
	ids = palloc(Max(SPI_processed, 1) * sizeof(Datum));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool isnull;
		uint64 id =
			U64FromFullTransactionId(DatumGetFullTransactionId(SPI_getbinval(
				SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull)));

		table->noted += DatumGetInt64(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull));
		if (next - id >= UINT64_C(0xFFFFFFFF) - 1000000)
			table->too_old = true;
		else
			ids[n++] = TransactionIdGetDatum((TransactionId) id);
	}
	table->ids = PointerGetDatum(construct_array(
		ids, n, XIDOID, sizeof(TransactionId), true, TYPALIGN_INT));
	MemoryContextSwitchTo(old);
	return table;
}

static void
read_referrers(MadeTable *table, MemoryContext context)
{
	Oid types[] = {OIDOID};
	Datum values[] = {ObjectIdGetDatum(table->relid)};
	static const char *const sql =
		"SELECT k.conrelid, (SELECT pg_catalog.string_agg(pg_catalog.format("
		"'t.%I OPERATOR(%I.%s) c.%I', p.attname, n.nspname, o.oprname, "
		"c.attname), ' AND ') FROM "
		"ROWS FROM (pg_catalog.unnest(k.conkey), "
		"pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop)) "
		"AS u (child, parent, op), pg_catalog.pg_attribute c, "
		"pg_catalog.pg_attribute p, pg_catalog.pg_operator o, "
		"pg_catalog.pg_namespace n WHERE c.attrelid OPERATOR(pg_catalog.=) "
		"k.conrelid AND c.attnum OPERATOR(pg_catalog.=) u.child AND "
		"p.attrelid OPERATOR(pg_catalog.=) k.confrelid AND p.attnum "
		"OPERATOR(pg_catalog.=) u.parent AND o.oid OPERATOR(pg_catalog.=) u.op "
		"AND n.oid OPERATOR(pg_catalog.=) o.oprnamespace) "
		"FROM pg_catalog.pg_constraint k WHERE k.contype "
		"OPERATOR(pg_catalog.=) 'f' AND k.confrelid OPERATOR(pg_catalog.=) $1 "
		"AND k.conparentid OPERATOR(pg_catalog.=) 0";
	int code = SPI_execute_with_args(sql, lengthof(types), types, values, NULL,
									 false, 0);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		Referrer *referrer = palloc(sizeof(Referrer));
		bool isnull;

		referrer->child =
			DatumGetObjectId(SPI_getbinval(row, desc, 1, &isnull));
		referrer->join =
			TextDatumGetCString(SPI_getbinval(row, desc, 2, &isnull));
		table->referrers = lappend(table->referrers, referrer);
		MemoryContextSwitchTo(old);
	}
}

/* ---- order ---- */

static MadeTable *
find_made(const List *tables, Oid relid)
{
	ListCell *cell;

	foreach(cell, tables)
		if (((MadeTable *) lfirst(cell))->relid == relid)
			return lfirst(cell);
	return NULL;
}

static bool
is_referred_to(const MadeTable *table, const List *rest)
{
	ListCell *cell;

	foreach(cell, table->referrers)
	{
		const Referrer *referrer = lfirst(cell);

		if (referrer->child != table->relid &&
			find_made(rest, referrer->child) != NULL)
			return true;
	}
	return false;
}

/* Children first; what refers to each other comes as one lump, at the end. */
static List *
sort_tables(List *rest)
{
	List *sorted = NIL;

	while (rest != NIL)
	{
		MadeTable *next = NULL;
		ListCell *cell;

		foreach(cell, rest)
			if (next == NULL && !is_referred_to(lfirst(cell), rest))
				next = lfirst(cell);
		if (next == NULL)
		{
			foreach(cell, rest)
				((MadeTable *) lfirst(cell))->lump = true;
			return list_concat(sorted, rest);
		}
		foreach(cell, next->referrers)
			next->circle = next->circle ||
						   ((Referrer *) lfirst(cell))->child == next->relid;
		sorted = lappend(sorted, next);
		rest = list_delete_ptr(rest, next);
	}
	return sorted;
}

/* ---- deleting ---- */

static bool
may_read(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		   check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

/* Nobody may begin to refer to a row that is about to go. */
static void
lock_tables(MadeTable *table)
{
	ListCell *cell;

	table->fast =
		may_read(table->relid) && !table_model_read(table->relid)->triggers;
	foreach(cell, table->referrers)
	{
		Oid child = ((Referrer *) lfirst(cell))->child;

		table->fast = table->fast && may_read(child);
		if (table->fast && child != table->relid)
			LockRelationOid(child, ShareRowExclusiveLock);
	}
}

/* Runs a statement whose parameter is the ids, and returns the rows it was of. */
static int64
run_with_ids(const MadeTable *table, const char *sql, int expected)
{
	Oid types[] = {XIDARRAYOID};
	Datum values[] = {table->ids};
	int code;

	code = SPI_execute_with_args(sql, lengthof(types), types, values, NULL,
								 false, 0);
	if (code == SPI_OK_REWRITTEN)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table %s has a rule that replaces DELETE",
					   relation_sql_name(table->relid)),
				errhint("Drop the rule."));
	if (code != expected)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
	return (int64) SPI_processed;
}

static int64
delete_rows(const MadeTable *table)
{
	StringInfoData sql;
	int level = NewGUCNestLevel();
	int64 deleted;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "DELETE FROM %s AS t WHERE t.xmin "
					 "OPERATOR(pg_catalog.=) ANY ($1)",
					 own_rows(table->relid));
	foreach(cell, table->referrers)
	{
		const Referrer *referrer = lfirst(cell);

		appendStringInfo(&sql, " AND NOT EXISTS (SELECT FROM %s AS c WHERE %s)",
						 relation_sql_name(referrer->child), referrer->join);
	}
	if (table->fast)
		guc_scope_set_superuser("session_replication_role", "replica");
	deleted = run_with_ids(table, sql.data, SPI_OK_DELETE);
	guc_scope_leave(level);
	return deleted;
}

/* ---- circles ---- */

/* Parameters of a statement: two arrays a table. */
typedef struct CircleParams
{
	int n;
	Oid *types;
	Datum *values;
	char *nulls;
} CircleParams;

static void
init_params(CircleParams *params, int most)
{
	params->n = 0;
	params->types = palloc(most * sizeof(Oid));
	params->values = palloc(most * sizeof(Datum));
	params->nulls = palloc(most);
}

/* Returns the number of the parameter. */
static int
add_param(CircleParams *params, Oid type, Datum value)
{
	params->types[params->n] = type;
	params->values[params->n] = value;
	params->nulls[params->n] = value == (Datum) 0 ? 'n' : ' ';
	return ++params->n;
}

static void
run_with_params(const CircleParams *params, const char *sql)
{
	int code = SPI_execute_with_args(sql, params->n, params->types,
									 params->values, params->nulls, false, 0);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
}

/* A name of a row that no other one has, be it of another partition. */
static const char *
row_name(const char *alias)
{
	return psprintf("(%s.tableoid::pg_catalog.text OPERATOR(pg_catalog.||) "
					"%s.ctid::pg_catalog.text)",
					alias, alias);
}

/*
 * Finds the rows of a table that some row refers to which stays: one of anybody
 * else's, or one that is kept already. Returns whether there are more than before.
 */
static bool
find_kept(MadeTable *table, const List *circle, MemoryContext context)
{
	CircleParams params;
	StringInfoData sql;
	ListCell *cell;
	bool isnull;
	Datum found;
	int64 before = table->nkept;

	if (table->referrers == NIL)
		return false;
	init_params(&params, 1 + 2 * list_length(table->referrers));
	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "SELECT pg_catalog.array_agg(%s), pg_catalog.count(*) "
					 "FROM %s AS t WHERE t.xmin OPERATOR(pg_catalog.=) "
					 "ANY ($%d) AND (false",
					 row_name("t"), own_rows(table->relid),
					 add_param(&params, XIDARRAYOID, table->ids));
	foreach(cell, table->referrers)
	{
		const Referrer *referrer = lfirst(cell);
		const MadeTable *child = find_made(circle, referrer->child);
		int ids = add_param(&params, XIDARRAYOID,
							child == NULL ? (Datum) 0 : child->ids);
		int kept = add_param(&params, TEXTARRAYOID,
							 child == NULL ? (Datum) 0 : child->kept);

		appendStringInfo(
			&sql,
			" OR EXISTS (SELECT FROM %s AS c WHERE %s AND ((c.xmin "
			"OPERATOR(pg_catalog.=) ANY ($%d)) IS NOT TRUE "
			"OR %s OPERATOR(pg_catalog.=) ANY ($%d)))",
			relation_sql_name(referrer->child), referrer->join, ids,
			row_name("c"), kept);
	}
	appendStringInfoChar(&sql, ')');
	run_with_params(&params, sql.data);
	found =
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (!isnull)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		table->kept = datumCopy(found, false, -1);
		MemoryContextSwitchTo(old);
	}
	table->nkept = DatumGetInt64(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	SPI_freetuptable(SPI_tuptable);
	return table->nkept > before;
}

/*
 * Deletes what is not kept. Where a user's trigger watches, all tables' rows go by one
 * statement, at whose end foreign keys are looked at.
 */
static void
delete_circle(const List *circle, bool fast)
{
	CircleParams params;
	StringInfoData sql;
	StringInfoData counts;
	int level = NewGUCNestLevel();
	int n = 0;
	ListCell *cell;

	init_params(&params, 2 * list_length(circle));
	initStringInfo(&sql);
	initStringInfo(&counts);
	foreach(cell, circle)
	{
		const MadeTable *table = lfirst(cell);
		int ids = add_param(&params, XIDARRAYOID, table->ids);
		int kept = add_param(&params, TEXTARRAYOID, table->kept);

		appendStringInfo(&sql,
						 "%s gone%d AS (DELETE FROM %s AS t WHERE t.xmin "
						 "OPERATOR(pg_catalog.=) ANY ($%d) AND (%s "
						 "OPERATOR(pg_catalog.=) ANY ($%d)) IS NOT TRUE "
						 "RETURNING 1)",
						 n == 0 ? "WITH" : ",", n, own_rows(table->relid), ids,
						 row_name("t"), kept);
		appendStringInfo(&counts, "%s(SELECT pg_catalog.count(*) FROM gone%d)",
						 n == 0 ? " SELECT " : ", ", n);
		n++;
	}
	appendStringInfoString(&sql, counts.data);
	if (fast)
		guc_scope_set_superuser("session_replication_role", "replica");
	run_with_params(&params, sql.data);
	guc_scope_leave(level);
	n = 0;
	foreach(cell, circle)
	{
		bool isnull;

		((MadeTable *) lfirst(cell))->removed = DatumGetInt64(SPI_getbinval(
			SPI_tuptable->vals[0], SPI_tuptable->tupdesc, ++n, &isnull));
	}
	SPI_freetuptable(SPI_tuptable);
}

static void
remove_circle(List *circle, MemoryContext context)
{
	bool fast = true;
	bool more = true;
	ListCell *cell;

	foreach(cell, circle)
		fast = fast && ((MadeTable *) lfirst(cell))->fast;
	while (more)
	{
		more = false;
		foreach(cell, circle)
		{
			CHECK_FOR_INTERRUPTS();
			more = find_kept(lfirst(cell), circle, context) || more;
		}
	}
	delete_circle(circle, fast);
}

/* Is kept until no row is left that was made and refers to nothing kept. */
static void
forget(MadeTable *table)
{
	Oid types[] = {OIDOID, INT8OID};
	Datum values[] = {ObjectIdGetDatum(table->relid), (Datum) 0};

	table->left = run_with_ids(table,
							   psprintf("SELECT FROM %s AS t WHERE t.xmin "
										"OPERATOR(pg_catalog.=) ANY ($1)",
										own_rows(table->relid)),
							   SPI_OK_SELECT);
	values[1] = Int64GetDatum(table->left);
	run_as_owner(psprintf("DELETE FROM %s.perfcheck_populated "
						  "WHERE relation::pg_catalog.oid "
						  "OPERATOR(pg_catalog.=) $1 "
						  "AND $2 OPERATOR(pg_catalog.=) 0",
						  extension_schema()),
				 lengthof(types), types, values, SPI_OK_DELETE);
}

/* ---- the whole ---- */

/* The tables that are noted; those that were dropped are forgotten. */
static List *
noted_tables(MemoryContext context)
{
	List *relids = NIL;

	run_as_owner(psprintf("DELETE FROM %s.perfcheck_populated AS p WHERE NOT "
						  "EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE "
						  "c.oid OPERATOR(pg_catalog.=) "
						  "p.relation::pg_catalog.oid)",
						  extension_schema()),
				 0, NULL, NULL, SPI_OK_DELETE);
	run_as_owner(psprintf("SELECT DISTINCT relation::pg_catalog.oid "
						  "FROM %s.perfcheck_populated ORDER BY 1",
						  extension_schema()),
				 0, NULL, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool isnull;
		Oid relid = DatumGetObjectId(SPI_getbinval(
			SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));
		MemoryContext old = MemoryContextSwitchTo(context);

		relids = lappend_oid(relids, relid);
		MemoryContextSwitchTo(old);
	}
	return relids;
}

static List *
open_tables(List *relids, bool all, MemoryContext context)
{
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, relids)
	{
		Oid relid = lfirst_oid(cell);
		AclResult right = pg_class_aclcheck(relid, GetUserId(), ACL_DELETE);
		MadeTable *table;

		if (right != ACLCHECK_OK && all)
			continue;
		if (right != ACLCHECK_OK)
			aclcheck_error(right, OBJECT_TABLE, get_rel_name(relid));
		LockRelationOid(relid, ShareRowExclusiveLock);
		table = read_table(relid, context);
		read_referrers(table, context);
		lock_tables(table);
		tables = lappend(tables, table);
	}
	return sort_tables(tables);
}

static RemovedRows *
result_of(const MadeTable *table)
{
	RemovedRows *result = palloc0(sizeof(RemovedRows));
	int64 changed = Max(0, table->noted - table->removed - table->left);

	result->relid = table->relid;
	result->removed = table->removed;
	result->kept = table->noted - table->removed;
	if (table->too_old)
		result->note = "rows of a call too long ago to be known are kept";
	else if (table->left > 0 && changed > 0)
		result->note = psprintf(
			INT64_FORMAT " are referred to by rows that are kept, " INT64_FORMAT
						 " were changed or deleted since, or the table "
						 "was rewritten",
			table->left, changed);
	else if (table->left > 0)
		result->note = psprintf(
			INT64_FORMAT " are referred to by rows that are kept", table->left);
	else if (changed > 0)
		result->note = psprintf(INT64_FORMAT
								" were changed or deleted since, or the table "
								"was rewritten",
								changed);
	return result;
}

List *
populated_rows_remove(List *relids)
{
	MemoryContext context = CurrentMemoryContext;
	List *results = NIL;
	List *circle = NIL;
	List *tables;
	ListCell *cell;

	SPI_connect();
	tables = open_tables(relids == NIL ? noted_tables(context) : relids,
						 relids == NIL, context);
	foreach(cell, tables)
	{
		MadeTable *table = lfirst(cell);

		if (table->lump)
			circle = lappend(circle, table);
		else if (table->circle)
			remove_circle(list_make1(table), context);
		else
			table->removed = delete_rows(table);
	}
	if (circle != NIL)
		remove_circle(circle, context);
	foreach(cell, tables)
	{
		MemoryContext old;

		forget(lfirst(cell));
		old = MemoryContextSwitchTo(context);
		results = lappend(results, result_of(lfirst(cell)));
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return results;
}
