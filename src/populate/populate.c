/*-------------------------------------------------------------------------
 *
 * populate.c
 *		Fills tables with rows that behave like those that statistics tell of.
 *
 * All of it runs in one subtransaction. So its rows have an id of their own in xmin,
 * by which unpopulate.c tells them from what else the caller's transaction wrote. An
 * error needs no clean-up but the rollback, except that sequences have moved.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/subtransaction.h"
#include "populate/column_plan.h"
#include "populate/copies.h"
#include "populate/maker_plan.h"
#include "populate/populate.h"
#include "populate/populated_rows.h"
#include "populate/row_mend.h"
#include "populate/table_rows.h"
#include "populate/table_set.h"
#include "populate/table_sizes.h"
#include "populate/table_writer.h"

/* What runs in the subtransaction, and what it returns. */
typedef struct PopulateRun
{
	const PopulateRequest *request;
	MemoryContext context;
	Population *population;
	List *results;
} PopulateRun;

/* ---- statistics ---- */

/* May the user keep statistics for the time of this call? */
static bool
may_take(void)
{
	Oid table = extension_table("perfcheck_statistics_column");

	return OidIsValid(table) &&
		   pg_class_aclcheck(table, GetUserId(), ACL_INSERT | ACL_SELECT) ==
			   ACLCHECK_OK;
}

static void
run_with_name(const char *sql, const char *name, int expected)
{
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(name)};
	int code = SPI_execute_with_args(sql, lengthof(types), types, values, NULL,
									 false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute_with_args returned %s for %s",
			 SPI_result_code_string(code), sql);
}

/* Of the schemas of the tables, which need not be on the search_path. */
static void
take_statistics(const Population *population, const char *name)
{
	Oid types[] = {TEXTOID, NAMEARRAYOID};
	Datum values[lengthof(types)];
	Datum *schemas = palloc(list_length(population->tables) * sizeof(Datum));
	int n = 0;
	int code;
	ListCell *cell;

	foreach(cell, population->tables)
	{
		const TableMaker *table = lfirst(cell);
		Name schema = palloc(sizeof(NameData));

		namestrcpy(schema, table->model->schema);
		schemas[n++] = NameGetDatum(schema);
	}
	values[0] = CStringGetTextDatum(name);
	values[1] = PointerGetDatum(construct_array(
		schemas, n, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR));
	code = SPI_execute_with_args(
		psprintf("SELECT %s.perfcheck_take_statistics($1, $2)",
				 extension_schema()),
		lengthof(types), types, values, NULL, false, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
}

static void
read_statistics(Population *population)
{
	const char *name = population->statistics;
	ListCell *cell;

	if (name != NULL)
		table_statistics_check(name);
	else if (!may_take())
	{
		foreach(cell, population->tables)
		{
			TableMaker *table = lfirst(cell);

			table->statistics = table_statistics_read_own(table->model);
		}
		population->own = true;
		return;
	}
	else
	{
		name = psprintf("perfcheck_populate %d", MyProcPid);
		take_statistics(population, name);
		population->statistics = name;
		population->taken = true;
	}
	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);

		table->statistics = table_statistics_read(name, table->model);
	}
}

static void
drop_statistics(Population *population)
{
	if (population->taken)
		run_with_name(psprintf("DELETE FROM %s.perfcheck_statistics "
							   "WHERE name OPERATOR(pg_catalog.=) $1",
							   extension_schema()),
					  population->statistics, SPI_OK_DELETE);
}

/* ---- plan ---- */

/*
 * Counts the rows. What this database tells of the size of a table is less true: the
 * pages of a call that was rolled back look like rows.
 */
static void
count_rows(Population *population)
{
	ListCell *cell;

	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);

		table_rows_count(table);
		if ((population->taken || population->own) && table->statistics != NULL)
		{
			table->statistics->rows =
				table->existing > 0 ? (double) table->existing : -1;
			for (int i = 0; population->own && i < table->model->ncolumns; i++)
				if (table->statistics->columns[i] != NULL)
					table->statistics->columns[i]->rows = table->existing;
		}
	}
}

static void
plan(Population *population, const PopulateRequest *request)
{
	List *told;
	ListCell *cell;

	table_set_open(population, request->tables);
	read_statistics(population);
	count_rows(population);
	table_sizes_decide(population, request->rows, request->factor);
	told = copies_read();
	foreach(cell, population->tables)
		if (((TableMaker *) lfirst(cell))->wanted)
			column_plan_sources(population, lfirst(cell), told);
	column_plan_finish(population);
	foreach(cell, population->tables)
		table_rows_hold(lfirst(cell));
	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);

		if (!table->wanted)
			continue;
		table_rows_find_ends(table);
		/* Now that the parents' values are known, which are copies of them? */
		column_plan_sources(population, table, told);
		table_rows_number(population, table);
		maker_plan_table(population, table);
	}
	drop_statistics(population);
	foreach(cell, population->tables)
		if (((TableMaker *) lfirst(cell))->wanted)
			row_mend_prepare(lfirst(cell));
}

/* ---- what to tell ---- */

/* The columns that a condition holds for, as "a, b"; NULL if none. */
static char *
columns_that(const TableMaker *table, bool (*holds)(const ColumnPlan *))
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < table->model->ncolumns; i++)
		if (!table->model->columns[i].dropped && holds(&table->columns[i]))
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 table->model->columns[i].name);
	return names.len > 0 ? names.data : NULL;
}

static bool
is_left(const ColumnPlan *column)
{
	return column->left;
}

/* Numbers of a sequence need no statistics. */
static bool
is_invented(const ColumnPlan *column)
{
	return !column->real && column->source != COLUMN_LEFT &&
		   column->source != COLUMN_SERIAL;
}

static bool
is_real(const ColumnPlan *column)
{
	return column->real;
}

static const char *
note_of(const TableMaker *table)
{
	const char *invented = columns_that(table, is_invented);
	const char *left = columns_that(table, is_left);
	StringInfoData note;

	if (table->rows == 0)
		return table->note;
	initStringInfo(&note);
	if (table->note != NULL)
		appendStringInfoString(&note, table->note);
	if (left != NULL)
		appendStringInfo(&note, "%sleft to their default: %s",
						 note.len > 0 ? "; " : "", left);
	if (invented != NULL && columns_that(table, is_real) == NULL)
		appendStringInfo(&note, "%snothing real stood behind the values",
						 note.len > 0 ? "; " : "");
	else if (invented != NULL)
		appendStringInfo(&note, "%snothing real stood behind: %s",
						 note.len > 0 ? "; " : "", invented);
	return note.len > 0 ? note.data : NULL;
}

static void
tell(const Population *population)
{
	StringInfoData invented;
	ListCell *cell;

	initStringInfo(&invented);
	foreach(cell, population->tables)
	{
		const TableMaker *table = lfirst(cell);
		const char *left;

		if (!table->wanted || table->rows == 0)
			continue;
		left = columns_that(table, is_left);
		if (left != NULL)
			ereport(NOTICE,
					errmsg("left to their default in table %s: %s",
						   table->model->name, left),
					errhint("Give statistics with a sample of their values."));
		if (columns_that(table, is_real) == NULL &&
			columns_that(table, is_invented) != NULL)
			appendStringInfo(&invented, "%s%s", invented.len > 0 ? ", " : "",
							 table->model->name);
	}
	if (invented.len > 0)
		ereport(NOTICE,
				errmsg("nothing real stood behind the values of: %s",
					   invented.data),
				errdetail("There are no statistics of these tables."));
}

/* ---- write ---- */

static void
analyze(const TableMaker *table)
{
	int code;

	if (!compat_owns_relation(table->model->relid, GetUserId()))
		return;
	code = SPI_execute(psprintf("ANALYZE %s", table->model->name), false, 0);
	if (code != SPI_OK_UTILITY)
		elog(ERROR, "ANALYZE returned %s", SPI_result_code_string(code));
}

static void
write_tables(PopulateRun *run)
{
	LoadProgress progress;
	ListCell *cell;

	load_progress_start(&progress, InvalidOid, 0, "");
	table_writer_begin();
	foreach(cell, run->population->tables)
	{
		TableMaker *table = lfirst(cell);

		if (!table->wanted || table->rows == 0)
			continue;
		table_writer_write(table, &progress);
		row_mend_close(table);
		table_rows_leave_sequences(run->population, table);
		analyze(table);
		populated_rows_note(table->model->relid, table->rows);
	}
	table_writer_end();
	foreach(cell, run->population->tables)
	{
		const TableMaker *table = lfirst(cell);

		if (table->fast && table->rows > 0)
			table_writer_check_keys(table);
	}
}

static void
collect_results(PopulateRun *run)
{
	MemoryContext old = MemoryContextSwitchTo(run->context);
	ListCell *cell;

	foreach(cell, run->population->tables)
	{
		const TableMaker *table = lfirst(cell);
		PopulateResult *result;

		if (!table->wanted)
			continue;
		result = palloc0(sizeof(PopulateResult));
		result->relid = table->model->relid;
		result->rows = table->rows;
		result->note = note_of(table);
		run->results = lappend(run->results, result);
	}
	MemoryContextSwitchTo(old);
}

static void
run_inside(void *arg)
{
	PopulateRun *run = arg;
	MemoryContext own = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck populate", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	int level;

	SPI_connect();
	/* The statistics' values are text in a form that no setting changes. */
	level = guc_scope_enter_values();
	old = MemoryContextSwitchTo(own);
	run->population = palloc0(sizeof(Population));
	run->population->statistics = run->request->statistics;
	run->population->seed = run->request->seed;
	run->population->named = run->request->tables != NIL;
	run->population->context = own;
	plan(run->population, run->request);
	guc_scope_leave(level);
	write_tables(run);
	collect_results(run);
	tell(run->population);
	MemoryContextSwitchTo(old);
	SPI_finish();
	MemoryContextDelete(own);
}

List *
populate_tables(const PopulateRequest *request)
{
	PopulateRun run = {.request = request, .context = CurrentMemoryContext};
	ErrorData *error;

	if (request->rows >= 0 && request->factor >= 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rows and factor are both given"),
				errhint("Give one of them: rows is that of the largest table, "
						"factor multiplies all."));
	error = subtransaction_run(run_inside, &run);
	if (error != NULL)
		ReThrowError(error);
	return run.results;
}
