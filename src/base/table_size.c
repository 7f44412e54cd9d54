/*-------------------------------------------------------------------------
 *
 * table_size.c
 *		The tables perfcheck_size and perfcheck_size_values: what was told of how
 *		tables grow, and the table perfcheck_populated: how many rows were made.
 *
 * The planner's hooks ask for it, in a sandbox and as the role of a query, which
 * may have no right to use the extension's schema. So the table is scanned
 * directly and not by SPI, when it is first asked for within a call of an SQL
 * function, and kept until the next one. Changes of a table's rows send no
 * message that a cache could wait for. Writing goes through SPI, as the caller.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/own_triggers.h"
#include "base/table_size.h"

/* The columns of perfcheck_size, in their order. */
static const Oid table_size_types[] = {REGCLASSOID, INT8OID, NAMEARRAYOID};

/* Those of perfcheck_size_values. */
static const Oid table_size_values_types[] = {REGCLASSOID, NAMEOID, FLOAT8OID,
											  FLOAT8OID};

/* Those of perfcheck_populated. */
static const Oid table_size_made_types[] = {REGCLASSOID, XID8OID, INT8OID,
											TIMESTAMPTZOID};

/* Rows that one call of perfcheck_populate() made. */
typedef struct MadeRows
{
	Oid relid;
	double rows;
} MadeRows;

/* The distinct values of a column of a table that has the rows that were told. */
typedef struct ToldValues
{
	Oid relid;
	NameData name;
	double values;
	double most; /* the share of the most common one; negative: not told */
} ToldValues;

/* Allocated in a memory context of its own; NULL if it is to be read. */
typedef struct TableSizes
{
	List *sizes;  /* TableSize * */
	List *values; /* ToldValues * */
	List *made;   /* MadeRows * */
} TableSizes;

static TableSizes *table_size_known = NULL;

void
table_size_forget(void)
{
	TableSizes *known = table_size_known;

	table_size_known = NULL;
	if (known != NULL)
		MemoryContextDelete(GetMemoryChunkContext(known));
}

static bool
table_size_has_columns(TupleDesc desc, int count, const Oid *types)
{
	if (desc->natts != count)
		return false;
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->atttypid != types[i])
			return false;
	return true;
}

static void *
table_size_of_row(TupleTableSlot *slot)
{
	TableSize *size = palloc0(sizeof(*size));
	bool isnull;
	Datum value;

	size->relid = DatumGetObjectId(slot_getattr(slot, 1, &isnull));
	value = slot_getattr(slot, 2, &isnull);
	size->rows = isnull ? -1 : (double) DatumGetInt64(value);
	size->today = -1;
	value = slot_getattr(slot, 3, &isnull);
	size->told = !isnull;
	if (!isnull)
	{
		Datum *names;
		bool *nulls;
		int count;

		deconstruct_array(DatumGetArrayTypeP(value), NAMEOID, NAMEDATALEN,
						  false, TYPALIGN_CHAR, &names, &nulls, &count);
		for (int i = 0; i < count; i++)
			if (!nulls[i])
				size->denser = lappend(
					size->denser, pstrdup(NameStr(*DatumGetName(names[i]))));
	}
	return size;
}

static void *
table_size_of_values(TupleTableSlot *slot)
{
	ToldValues *told = palloc0(sizeof(*told));
	bool isnull;

	told->relid = DatumGetObjectId(slot_getattr(slot, 1, &isnull));
	namestrcpy(&told->name,
			   NameStr(*DatumGetName(slot_getattr(slot, 2, &isnull))));
	told->values = DatumGetFloat8(slot_getattr(slot, 3, &isnull));
	told->most = DatumGetFloat8(slot_getattr(slot, 4, &isnull));
	if (isnull)
		told->most = -1;
	return told;
}

static void *
table_size_of_made(TupleTableSlot *slot)
{
	MadeRows *made = palloc0(sizeof(*made));
	bool isnull;

	made->relid = DatumGetObjectId(slot_getattr(slot, 1, &isnull));
	made->rows = (double) DatumGetInt64(slot_getattr(slot, 3, &isnull));
	return made;
}

/*
 * Returns what read makes of each row of a table of the extension, which must have
 * columns of these types.
 */
static List *
table_size_read(const char *name, int count, const Oid *types,
				void *(*read)(TupleTableSlot *slot))
{
	Oid relid = extension_table(name);
	Relation relation =
		OidIsValid(relid) ? table_open(relid, AccessShareLock) : NULL;
	List *rows = NIL;

	if (relation == NULL)
		return NIL;
	if (relation->rd_rel->relkind == RELKIND_RELATION &&
		table_size_has_columns(RelationGetDescr(relation), count, types))
	{
		TupleTableSlot *slot = table_slot_create(relation, NULL);
		TableScanDesc scan =
			compat_table_beginscan(relation, GetActiveSnapshot());

		while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
			rows = lappend(rows, read(slot));
		table_endscan(scan);
		ExecDropSingleTupleTableSlot(slot);
	}
	table_close(relation, AccessShareLock);
	return rows;
}

/* Reads the tables, unless they are known. */
static const TableSizes *
table_size_know(void)
{
	MemoryContext context;
	MemoryContext old;
	TableSizes *known;

	if (table_size_known != NULL)
		return table_size_known;
	context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck table sizes", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	known = palloc(sizeof(*known));
	known->sizes = table_size_read("perfcheck_size", lengthof(table_size_types),
								   table_size_types, table_size_of_row);
	known->values = table_size_read(
		"perfcheck_size_values", lengthof(table_size_values_types),
		table_size_values_types, table_size_of_values);
	known->made =
		table_size_read("perfcheck_populated", lengthof(table_size_made_types),
						table_size_made_types, table_size_of_made);
	MemoryContextSwitchTo(old);
	/* Nothing can fail from here on. */
	MemoryContextSetParent(context, TopMemoryContext);
	table_size_known = known;
	return known;
}

const List *
table_size_all(void)
{
	return table_size_know()->sizes;
}

bool
table_size_values(Oid relid, const char *name, double *values, double *most)
{
	ListCell *cell;

	foreach(cell, table_size_know()->values)
	{
		const ToldValues *told = lfirst(cell);

		if (told->relid == relid && strcmp(NameStr(told->name), name) == 0)
		{
			*values = told->values;
			*most = told->most;
			return true;
		}
	}
	return false;
}

double
table_size_made(Oid relid)
{
	double rows = 0;
	ListCell *cell;

	foreach(cell, table_size_know()->made)
	{
		const MadeRows *made = lfirst(cell);

		if (made->relid == relid)
			rows += made->rows;
	}
	return rows;
}

TableSize *
table_size_find(Oid relid)
{
	const List *sizes = table_size_all();
	ListCell *cell;

	foreach(cell, sizes)
		if (((TableSize *) lfirst(cell))->relid == relid)
			return lfirst(cell);
	return NULL;
}

bool
table_size_any(void)
{
	return table_size_all() != NIL;
}

/* ---- writing ---- */

static void
table_size_execute(const char *sql, int expected, Datum *values,
				   const char *nulls)
{
	Oid types[lengthof(table_size_types)];
	int level = guc_scope_enter();
	int code;

	memcpy(types, table_size_types, sizeof(types));
	code = SPI_execute_with_args(sql, lengthof(types), types, values, nulls,
								 false, 0);
	guc_scope_leave(level);
	if (code != expected)
		elog(ERROR, "SPI_execute_with_args failed: %s",
			 SPI_result_code_string(code));
}

static Datum
table_size_names(const List *names)
{
	Datum *values = palloc(Max(list_length(names), 1) * sizeof(Datum));
	ListCell *cell;

	foreach(cell, names)
		values[foreach_current_index(cell)] =
			DirectFunctionCall1(namein, CStringGetDatum(lfirst(cell)));
	return PointerGetDatum(construct_array(values, list_length(names), NAMEOID,
										   NAMEDATALEN, false, TYPALIGN_CHAR));
}

void
table_size_tell(const TableSize *size)
{
	Datum values[lengthof(table_size_types)];
	char nulls[lengthof(table_size_types) + 1] = "   ";

	values[0] = ObjectIdGetDatum(size->relid);
	values[1] = Int64GetDatum((int64) size->rows);
	values[2] = table_size_names(size->denser);
	nulls[1] = size->rows < 0 ? 'n' : ' ';
	nulls[2] = size->told ? ' ' : 'n';
	own_triggers_check("perfcheck_size", GetUserId());
	SPI_connect();
	/* An OID that is free again must not bring its size to another table. */
	table_size_execute(psprintf("DELETE FROM %s.perfcheck_size "
								"WHERE relation = $1 OR NOT EXISTS "
								"(SELECT FROM pg_class WHERE oid = relation)",
								extension_schema()),
					   SPI_OK_DELETE, values, nulls);
	if (size->rows >= 0 || size->told)
		table_size_execute(psprintf("INSERT INTO %s.perfcheck_size "
									"(relation, rows, denser) "
									"VALUES ($1, $2, $3)",
									extension_schema()),
						   SPI_OK_INSERT, values, nulls);
	SPI_finish();
	table_size_forget();
}
