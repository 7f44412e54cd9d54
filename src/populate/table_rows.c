/*-------------------------------------------------------------------------
 *
 * table_rows.c
 *		The rows that a table holds before any are made.
 *
 * Who may insert into a table may take numbers of its sequences, but not set them.
 * They are set as their owner, and only forwards, where INSERTs would have taken
 * them as well.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/sequence.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "base/owner.h"
#include "base/relation.h"
#include "populate/table_rows.h"

static void
execute(const char *sql)
{
	int code = SPI_execute(sql, false, 0);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed executing \"%s\": %s", sql,
			 SPI_result_code_string(code));
}

void
table_rows_count(TableMaker *table)
{
	bool isnull;

	/* Who may not read may write, if there is nothing to be read. */
	if (pg_class_aclcheck(table->model->relid, GetUserId(), ACL_SELECT) !=
			ACLCHECK_OK &&
		!relation_looks_filled(table->model->relid))
		return;
	execute(psprintf("SELECT pg_catalog.count(*) FROM %s", table->model->name));
	table->existing = DatumGetInt64(SPI_getbinval(
		SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/* ---- where values end ---- */

/* Values of these types may be counted up, or go with the clock. */
static bool
may_rise(const ModelColumn *column)
{
	switch (getBaseType(column->type))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case NUMERICOID:
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return true;
	}
	return false;
}

void
table_rows_find_ends(TableMaker *table)
{
	MemoryContext context = CurrentMemoryContext;
	int n = table->model->ncolumns;
	StringInfoData sql;
	int number = 1;

	table->least = palloc0(Max(n, 1) * sizeof(char *));
	table->largest = palloc0(Max(n, 1) * sizeof(char *));
	if (table->existing == 0)
		return;
	initStringInfo(&sql);
	for (int i = 0; i < n; i++)
		if (!table->model->columns[i].dropped &&
			table->columns[i].source == COLUMN_MAKER &&
			may_rise(&table->model->columns[i]))
			appendStringInfo(&sql,
							 "%spg_catalog.min(%s)::pg_catalog.text, "
							 "pg_catalog.max(%s)::pg_catalog.text",
							 sql.len > 0 ? ", " : "SELECT ",
							 quote_identifier(table->model->columns[i].name),
							 quote_identifier(table->model->columns[i].name));
	if (sql.len == 0)
		return;
	appendStringInfo(&sql, " FROM %s", table->model->name);
	execute(sql.data);
	for (int i = 0; i < n; i++)
		if (!table->model->columns[i].dropped &&
			table->columns[i].source == COLUMN_MAKER &&
			may_rise(&table->model->columns[i]))
		{
			char *least = SPI_getvalue(SPI_tuptable->vals[0],
									   SPI_tuptable->tupdesc, number++);
			char *largest = SPI_getvalue(SPI_tuptable->vals[0],
										 SPI_tuptable->tupdesc, number++);

			if (least == NULL || largest == NULL)
				continue;
			table->least[i] = MemoryContextStrdup(context, least);
			table->largest[i] = MemoryContextStrdup(context, largest);
		}
	SPI_freetuptable(SPI_tuptable);
}

/* ---- what others refer to ---- */

static bool
can_order(const ModelColumn *column)
{
	return OidIsValid(
		lookup_type_cache(getBaseType(column->type), TYPECACHE_LT_OPR)->lt_opr);
}

static const char *
hold_query(const TableMaker *table)
{
	StringInfoData columns;
	StringInfoData order;
	int attnum = -1;

	initStringInfo(&columns);
	initStringInfo(&order);
	while ((attnum = bms_next_member(table->needed, attnum)) >= 0)
	{
		const ModelColumn *column = table_model_column(table->model, attnum);
		const char *name = quote_identifier(column->name);

		appendStringInfo(&columns, "%s%s", columns.len > 0 ? ", " : "", name);
		if (can_order(column))
			appendStringInfo(&order, "%s%s", order.len > 0 ? ", " : "ORDER BY ",
							 name);
	}
	return psprintf("SELECT %s FROM %s %s LIMIT " INT64_FORMAT, columns.data,
					table->model->name, order.data, TABLE_ROWS_HELD);
}

static void
hold_row(TableMaker *table, HeapTuple row, TupleDesc desc)
{
	int attnum = -1;
	int number = 1;

	while ((attnum = bms_next_member(table->needed, attnum)) >= 0)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, number - 1);
		bool isnull;
		Datum value = SPI_getbinval(row, desc, number++, &isnull);

		table->held_nulls[attnum - 1][table->nheld] = isnull;
		if (!isnull)
			table->held[attnum - 1][table->nheld] =
				datumCopy(value, attribute->attbyval, attribute->attlen);
	}
	table->nheld++;
}

void
table_rows_hold(TableMaker *table)
{
	MemoryContext context = CurrentMemoryContext;
	int64 room = Min(table->existing, TABLE_ROWS_HELD);
	int attnum = -1;
	Portal portal;

	if (table->needed == NULL || table->existing == 0)
		return;
	table->held = palloc0(table->model->ncolumns * sizeof(Datum *));
	table->held_nulls = palloc0(table->model->ncolumns * sizeof(bool *));
	while ((attnum = bms_next_member(table->needed, attnum)) >= 0)
	{
		table->held[attnum - 1] =
			MemoryContextAllocHuge(context, room * sizeof(Datum));
		table->held_nulls[attnum - 1] =
			MemoryContextAllocHuge(context, room * sizeof(bool));
	}
	portal = SPI_cursor_open_with_args(NULL, hold_query(table), 0, NULL, NULL,
									   NULL, true, 0);
	for (;;)
	{
		MemoryContext old;

		SPI_cursor_fetch(portal, true, 1000);
		if (SPI_processed == 0)
			break;
		old = MemoryContextSwitchTo(context);
		for (uint64 i = 0; i < SPI_processed && table->nheld < room; i++)
			hold_row(table, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
		MemoryContextSwitchTo(old);
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
}

/* ---- sequences ---- */

/* Sets the largest, or smallest, number in use. Returns false if there is none. */
static bool
find_last(const TableMaker *table, const ModelColumn *column, int64 *last)
{
	bool isnull;

	if (table->existing == 0 || column->numbered != NULL)
		return false;
	execute(psprintf("SELECT pg_catalog.%s(%s)::pg_catalog.int8 FROM %s",
					 column->increment > 0 ? "max" : "min",
					 quote_identifier(column->name), table->model->name));
	*last = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
										SPI_tuptable->tupdesc, 1, &isnull));
	return !isnull;
}

/* The last number that other columns take from a sequence, if they do. */
static bool
find_shared_last(const Population *population, Oid sequence, int64 *last)
{
	bool found = false;
	ListCell *cell;

	foreach(cell, population->tables)
	{
		const TableMaker *table = lfirst(cell);

		if (!table->wanted || table->rows == 0 || table->columns == NULL)
			continue;
		for (int i = 0; i < table->model->ncolumns; i++)
		{
			const ColumnPlan *plan = &table->columns[i];
			int64 number = plan->first + (table->rows - 1) * plan->step;

			if (plan->source != COLUMN_SERIAL || plan->step == 0 ||
				table->model->columns[i].sequence != sequence)
				continue;
			if (!found || (plan->step > 0 ? number > *last : number < *last))
				*last = number;
			found = true;
		}
	}
	return found;
}

void
table_rows_number(const Population *population, TableMaker *table)
{
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ModelColumn *column = &table->model->columns[i];
		ColumnPlan *plan = &table->columns[i];
		int64 first;
		int64 last;

		if (plan->source != COLUMN_SERIAL || table->rows == 0)
			continue;
		/* As of an INSERT, an identity asks for no privilege, and a default does. */
		first = nextval_internal(column->sequence, !column->identity);
		if (find_shared_last(population, column->sequence, &last) &&
			(column->increment > 0 ? last >= first : last <= first))
			first = last + column->increment;
		if (find_last(table, column, &last) &&
			(column->increment > 0 ? last >= first : last <= first))
			first = last + column->increment;
		plan->first = first;
		plan->step = column->increment;
	}
}

/* Never backwards: other tables may have taken numbers meanwhile. */
static void
set_sequence(const ModelColumn *column, int64 last)
{
	Oid user;
	int context;
	bool isnull;
	int64 now;

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner_of_relation(column->sequence),
						   context | SECURITY_LOCAL_USERID_CHANGE);
	execute(psprintf("SELECT pg_catalog.pg_sequence_last_value(%u)",
					 column->sequence));
	now = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
									  SPI_tuptable->tupdesc, 1, &isnull));
	if (isnull || (column->increment > 0 ? last > now : last < now))
		DirectFunctionCall2(setval_oid, ObjectIdGetDatum(column->sequence),
							Int64GetDatum(last));
	SetUserIdAndSecContext(user, context);
}

void
table_rows_leave_sequences(const Population *population,
						   const TableMaker *table)
{
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ColumnPlan *plan = &table->columns[i];
		const ModelColumn *column = &table->model->columns[i];
		int64 last;

		if (plan->source == COLUMN_SERIAL && table->rows > 0 &&
			find_shared_last(population, column->sequence, &last))
			set_sequence(column, last);
	}
}
