/*-------------------------------------------------------------------------
 *
 * table_writer.c
 *		Writes the rows of a table.
 *
 * A chunk of rows is put into a tuplestore, which an INSERT ... SELECT reads by a
 * name of its own, as a trigger reads a transition table. So defaults, generated
 * columns, constraints, partitions and row security act as for any INSERT.
 *
 * The foreign keys of a table that no user's trigger or rule watches are not looked
 * up row by row: for these INSERTs alone, session_replication_role is replica, which
 * keeps the server's own triggers still. All rows are then compared at once. The
 * tables that they refer to are locked against changes meanwhile. Unique constraints
 * that are deferrable need those triggers, and their tables are written the ordinary
 * way.
 *
 * The ordinary way checks a foreign key when a statement ends, which is too early for
 * keys in a circle: there the checks wait until all tables are written, as those of
 * one statement would. An index cannot be rebuilt while they wait.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "populate/row_mend.h"
#include "populate/table_writer.h"
#include "seed/index_set_aside.h"

/* Rows of one INSERT, which must also fit into work_mem as well as they can. */
#define WRITER_CHUNK 10000

/* The name of the rows; no table of this name is looked at meanwhile. */
#define WRITER_ROWS "perfcheck_made_rows"

/*
 * Above this ratio of new rows to existing ones, rebuilding the indexes takes less
 * time than maintaining them row by row.
 */
#define WRITER_REBUILD_SHARE 0.4

typedef struct Writer
{
	TableMaker *table;
	TupleDesc desc;      /* of the columns that are written */
	AttrNumber *columns; /* their numbers in the table */
	int ncolumns;
	Tuplestorestate *rows;
	EphemeralNamedRelationData name;
	SPIPlanPtr plan;
	MemoryContext each;
	Datum *values; /* of all columns */
	bool *nulls;
	Datum *written;
	bool *written_nulls;
} Writer;

/* ---- set-up ---- */

static void
choose_columns(Writer *writer)
{
	const TableModel *model = writer->table->model;
	int n = 0;

	writer->columns = palloc(Max(model->ncolumns, 1) * sizeof(AttrNumber));
	for (int i = 0; i < model->ncolumns; i++)
		if (writer->table->columns[i].source != COLUMN_LEFT)
			writer->columns[writer->ncolumns++] = i + 1;
	/* A table of no column that is written still has its rows. */
	writer->desc = CreateTemplateTupleDesc(writer->ncolumns + 1);
	for (; n < writer->ncolumns; n++)
	{
		const ModelColumn *column =
			table_model_column(model, writer->columns[n]);

		TupleDescInitEntry(writer->desc, n + 1, column->name, column->type,
						   column->typmod, 0);
		TupleDescInitEntryCollation(writer->desc, n + 1, column->collation);
	}
	TupleDescInitEntry(writer->desc, n + 1, "perfcheck row", BOOLOID, -1, 0);
	compat_finish_row_type(writer->desc);
}

static const char *
insert_statement(const Writer *writer)
{
	StringInfoData names;

	if (writer->ncolumns == 0)
		return psprintf("INSERT INTO %s DEFAULT VALUES",
						writer->table->model->name);
	initStringInfo(&names);
	for (int i = 0; i < writer->ncolumns; i++)
		appendStringInfo(
			&names, "%s%s", i > 0 ? ", " : "",
			quote_identifier(
				table_model_column(writer->table->model, writer->columns[i])
					->name));
	return psprintf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s "
					"FROM " WRITER_ROWS,
					writer->table->model->name, names.data, names.data);
}

static void
open_writer(Writer *writer, TableMaker *table)
{
	const char *sql;

	writer->table = table;
	choose_columns(writer);
	writer->rows = tuplestore_begin_heap(false, false, work_mem);
	writer->name.md.name = pstrdup(WRITER_ROWS);
	writer->name.md.reliddesc = InvalidOid;
	writer->name.md.tupdesc = writer->desc;
	writer->name.md.enrtype = ENR_NAMED_TUPLESTORE;
	writer->name.md.enrtuples = WRITER_CHUNK;
	writer->name.reldata = writer->rows;
	if (SPI_register_relation(&writer->name) != SPI_OK_REL_REGISTER)
		elog(ERROR, "SPI_register_relation failed");
	sql = insert_statement(writer);
	writer->plan = SPI_prepare(sql, 0, NULL);
	if (writer->plan == NULL)
		elog(ERROR, "SPI_prepare returned %s for %s",
			 SPI_result_code_string(SPI_result), sql);
	writer->each = AllocSetContextCreate(CurrentMemoryContext, "perfcheck row",
										 ALLOCSET_DEFAULT_SIZES);
	writer->values = palloc0((table->model->ncolumns + 1) * sizeof(Datum));
	writer->nulls = palloc0((table->model->ncolumns + 1) * sizeof(bool));
	writer->written = palloc0((writer->ncolumns + 1) * sizeof(Datum));
	writer->written_nulls = palloc0((writer->ncolumns + 1) * sizeof(bool));
}

static void
close_writer(Writer *writer)
{
	SPI_freeplan(writer->plan);
	(void) SPI_unregister_relation(WRITER_ROWS);
	tuplestore_end(writer->rows);
	MemoryContextDelete(writer->each);
}

/* ---- rows ---- */

static void
make_row(Writer *writer, int64 row)
{
	MemoryContext old = MemoryContextSwitchTo(writer->each);

	row_mend_row(writer->table, row, writer->values, writer->nulls);
	for (int i = 0; i < writer->ncolumns; i++)
	{
		writer->written[i] = writer->values[writer->columns[i] - 1];
		writer->written_nulls[i] = writer->nulls[writer->columns[i] - 1];
	}
	writer->written[writer->ncolumns] = BoolGetDatum(true);
	MemoryContextSwitchTo(old);
	tuplestore_putvalues(writer->rows, writer->desc, writer->written,
						 writer->written_nulls);
	MemoryContextReset(writer->each);
}

static int
insert_rows(Writer *writer)
{
	/* The last argument but one: checks of keys may have to wait. */
	return SPI_execute_snapshot(writer->plan, NULL, NULL, InvalidSnapshot,
								InvalidSnapshot, false, !writer->table->waits,
								0);
}

static void
write_chunk(Writer *writer, int64 first, int64 count)
{
	int64 inserted = 0;
	int code;

	tuplestore_clear(writer->rows);
	for (int64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		make_row(writer, first + i);
	}
	for (int64 i = 0; i < (writer->ncolumns == 0 ? count : 1); i++)
	{
		code = insert_rows(writer);
		/* A rule may put something else in the place of the INSERT. */
		if (code == SPI_OK_INSERT)
			inserted += SPI_processed;
	}
	if (inserted != count)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("only " INT64_FORMAT " of " INT64_FORMAT
					   " rows were inserted into table %s",
					   inserted, count, writer->table->model->name),
				errdetail("A trigger or a rule of the table discards rows."),
				errhint("Disable the trigger or the rule, or leave the table "
						"out."));
}

/* ---- indexes ---- */

static List *
set_indexes_aside(const TableMaker *table)
{
	Oid relid = table->model->relid;
	const char *reason = index_set_aside_why_in_place(relid, !table->fast);

	/* Checks that wait, also for the commit, hold on to their table. */
	if (!table->fast && table->model->keys != NIL)
		return NIL;
	if (reason == NULL && table->existing > 0 &&
		table->rows <= WRITER_REBUILD_SHARE * table->existing)
		return NIL;
	/* Not waited for, as in seed.c. */
	if (reason == NULL &&
		!ConditionalLockRelationOid(relid, AccessExclusiveLock))
		reason = "another session is using it";
	if (reason != NULL)
		return NIL;
	return index_set_aside_begin(relid, table->existing > 0);
}

void
table_writer_write(TableMaker *table, LoadProgress *progress)
{
	List *aside = set_indexes_aside(table);
	Writer writer = {0};
	int level = NewGUCNestLevel();

	if (table->fast)
		guc_scope_set_superuser("session_replication_role", "replica");
	open_writer(&writer, table);
	load_progress_next(progress, table->model->relid, table->rows,
					   psprintf("table %s:", table->model->name));
	for (int64 row = 0; row < table->rows; row += WRITER_CHUNK)
	{
		write_chunk(&writer, row, Min(WRITER_CHUNK, table->rows - row));
		load_progress_show(progress, Min(row + WRITER_CHUNK, table->rows));
	}
	load_progress_end();
	close_writer(&writer);
	guc_scope_leave(level);
	if (aside != NIL)
	{
		load_progress_tell(progress, table->rows, ", now building indexes");
		index_set_aside_rebuild(table->model->relid, aside, progress->told);
	}
}

/* ---- foreign keys ---- */

void
table_writer_begin(void)
{
	AfterTriggerBeginQuery();
}

void
table_writer_end(void)
{
	EState *estate = CreateExecutorState();

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	AfterTriggerEndQuery(estate);
	PopActiveSnapshot();
	ExecResetTupleTable(estate->es_tupleTable, false);
	ExecCloseResultRelations(estate);
	FreeExecutorState(estate);
}

static Oid
operator_namespace(Oid operator_oid)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator_oid));
	Oid schema;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator_oid);
	schema = ((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace;
	ReleaseSysCache(tuple);
	return schema;
}

static char *
operator_text(Oid operator)
{
	return psprintf(
		"OPERATOR(%s.%s)",
		quote_identifier(get_namespace_name(operator_namespace(operator))),
		get_opname(operator));
}

/* The same question that ALTER TABLE ... ADD FOREIGN KEY asks. */
static char *
violation_query(const TableMaker *table, const KeyPlan *plan)
{
	const ModelKey *key = plan->key;
	StringInfoData columns;
	StringInfoData join;
	StringInfoData filled;

	initStringInfo(&columns);
	initStringInfo(&join);
	initStringInfo(&filled);
	for (int i = 0; i < key->n; i++)
	{
		const char *child = quote_identifier(
			table_model_column(table->model, key->child_columns[i])->name);
		const char *parent = quote_identifier(
			table_model_column(plan->parent->model, key->parent_columns[i])
				->name);

		appendStringInfo(&columns, "%sc.%s", i > 0 ? ", " : "", child);
		appendStringInfo(&join, "%sp.%s %s c.%s", i > 0 ? " AND " : "", parent,
						 operator_text(key->operators[i]), child);
		appendStringInfo(&filled, "%sc.%s IS NOT NULL",
						 i > 0 ? (key->full ? " OR " : " AND ") : "", child);
	}
	return psprintf(
		"SELECT pg_catalog.concat_ws(', ', %s) FROM %s%s AS c "
		"WHERE (%s) AND NOT EXISTS (SELECT FROM %s%s AS p WHERE %s) LIMIT 1",
		columns.data, table->model->partitioned ? "" : "ONLY ",
		table->model->name, filled.data,
		plan->parent->model->partitioned ? "" : "ONLY ",
		plan->parent->model->name, join.data);
}

void
table_writer_check_keys(const TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->keys)
	{
		const KeyPlan *plan = lfirst(cell);
		int code = SPI_execute(violation_query(table, plan), false, 1);

		if (code != SPI_OK_SELECT)
			elog(ERROR, "SPI_execute returned %s",
				 SPI_result_code_string(code));
		if (SPI_processed > 0)
			ereport(
				ERROR, errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				errmsg("rows of table %s break foreign key \"%s\"",
					   table->model->name, plan->key->name),
				errdetail("Table %s has no row for (%s) = (%s).",
						  plan->parent->model->name,
						  table_model_names(table->model, plan->key->n,
											plan->key->child_columns),
						  SPI_getvalue(SPI_tuptable->vals[0],
									   SPI_tuptable->tupdesc, 1)),
				errhint("Two foreign keys may ask for what no row can have, or "
						"a row broke it before; otherwise leave the table "
						"out."));
	}
}
