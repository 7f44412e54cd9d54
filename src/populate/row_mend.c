/*-------------------------------------------------------------------------
 *
 * row_mend.c
 *		Makes rows that no constraint refuses.
 *
 * What is tried depends on the row alone, and so comes out the same each time. Only
 * if keys must not come twice does it depend on the rows before: such tables are gone
 * through once before any is written, and what was tried for a row is kept.
 *
 * What follows from the row alone is set first (row_solve.c). Then columns are drawn
 * again, which keeps their distributions, and where that does not help, other values
 * are looked for (row_search.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/texts.h"
#include "shared/splitmix64.h"

#include "base/compat.h"
#include "populate/row_checks.h"
#include "populate/row_maker.h"
#include "populate/row_mend.h"
#include "populate/row_search.h"
#include "populate/row_solve.h"
#include "populate/unique_guard.h"

/* Unique texts of fewer characters are compared with each other. */
#define SHORT_TEXT 16

/* Each such attempt at a unique key leaves the statistics alone. */
#define FRESH_EACH 5

/* A value in a message is cut to this many bytes. */
#define EXAMPLE_BYTES 60

/* What a row breaks: a check, a unique key, or NOT NULL. */
typedef struct Broken
{
	const char *name;
	Bitmapset *columns;
	int code;
} Broken;

/* ---- errors ---- */

static char *
value_text(const ModelColumn *column, Datum value)
{
	char *text = texts_of_value(column->type, value);
	int length = pg_mbcliplen(text, strlen(text), EXAMPLE_BYTES);

	return text[length] == '\0' ? text
								: psprintf("%s...", pnstrdup(text, length));
}

compat_noreturn static void
give_up(const TableMaker *table, const Broken *broken, const Datum *values,
		const bool *nulls)
{
	StringInfoData example;
	int attnum = -1;

	initStringInfo(&example);
	while ((attnum = bms_next_member(broken->columns, attnum)) >= 0)
	{
		const ModelColumn *column = table_model_column(table->model, attnum);

		appendStringInfo(
			&example, "%s%s = %s", example.len > 0 ? ", " : "", column->name,
			nulls[attnum - 1] ? "NULL"
							  : value_text(column, values[attnum - 1]));
	}
	ereport(ERROR, errcode(broken->code),
			errmsg("no row could be made for table %s that constraint \"%s\" "
				   "accepts",
				   table->model->name, broken->name),
			errdetail("After %d attempts, the last one was: %s.",
					  ROW_MEND_ATTEMPTS, example.data),
			errhint("Give statistics whose values it accepts, or fill this "
					"table by other means and leave it out here."));
}

/* ---- which columns to vary ---- */

/* Tries other values in some of the columns: each set of them in turn. */
static bool
vary(const TableMaker *table, const Bitmapset *columns, int attempt,
	 uint8 *attempts)
{
	AttrNumber mends[INDEX_MAX_KEYS];
	int n = 0;
	int attnum = -1;
	uint64 set;

	while ((attnum = bms_next_member(columns, attnum)) >= 0)
		if (table->columns[attnum - 1].mends && n < lengthof(mends))
			mends[n++] = attnum;
	if (n == 0)
		return false;
	set = n <= 4 ? (uint64) (attempt % ((1 << n) - 1) + 1)
				 : splitmix64_number(table->random, attempt) | 1;
	for (int i = 0; i < n; i++)
	{
		const ColumnPlan *column = &table->columns[mends[i] - 1];

		if ((set >> i & 1) == 0)
			continue;
		attempts[mends[i] - 1] = attempt;
		/* A key changes as a whole. */
		for (int j = 0; column->source == COLUMN_KEY && j < column->key->key->n;
			 j++)
			attempts[column->key->key->child_columns[j] - 1] = attempt;
	}
	return true;
}

/* A key that found no parent with equal values: these must change as well. */
static Bitmapset *
columns_of_key(const KeyPlan *plan)
{
	Bitmapset *columns = NULL;

	for (int i = 0; i < plan->key->n; i++)
		columns = bms_add_member(columns, plan->key->child_columns[i]);
	for (int i = 0; i < plan->nagree; i++)
	{
		const ColumnPlan *agreed =
			&plan->child->columns[plan->agree_child[i] - 1];

		columns = bms_add_member(columns, plan->agree_child[i]);
		if (agreed->source == COLUMN_KEY)
			for (int j = 0; j < agreed->key->key->n; j++)
				columns =
					bms_add_member(columns, agreed->key->key->child_columns[j]);
	}
	return columns;
}

static bool
breaks_not_null(const TableMaker *table, const bool *nulls, Broken *broken)
{
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ColumnPlan *column = &table->columns[i];

		if (!nulls[i] || column->nullable || column->source == COLUMN_LEFT ||
			!row_maker_makes(table, i + 1))
			continue;
		broken->name =
			psprintf("NOT NULL of %s", table->model->columns[i].name);
		broken->code = ERRCODE_NOT_NULL_VIOLATION;
		broken->columns = column->source == COLUMN_KEY
							  ? columns_of_key(column->key)
							  : bms_make_singleton(i + 1);
		return true;
	}
	return false;
}

/* ---- trying ---- */

static bool
breaks_check(TableMaker *table, uint64 random, Datum *values, bool *nulls,
			 Bitmapset **set, Broken *broken)
{
	BrokenCheck check;

	if (table->checks == NULL ||
		row_solve(table, random, values, nulls, &check, set))
		return false;
	broken->name = check.name;
	broken->columns = (Bitmapset *) check.columns;
	broken->code = ERRCODE_CHECK_VIOLATION;
	return true;
}

static bool
breaks_unique(TableMaker *table, const Datum *values, const bool *nulls,
			  Broken *broken)
{
	broken->code = ERRCODE_UNIQUE_VIOLATION;
	return unique_guard_taken(table->guard, values, nulls, &broken->name,
							  &broken->columns);
}

/* Is it time to look for other values than those that are drawn? */
static bool
is_time_to_search(int attempt)
{
	return attempt == 4 || attempt == 8 || attempt == 16 || attempt == 32 ||
		   attempt == 64 || attempt == ROW_MEND_ATTEMPTS;
}

/* A key that is taken may be free among values that the statistics do not know. */
static void
take_fresh(const TableMaker *table, const Bitmapset *columns, int attempt,
		   uint8 *attempts)
{
	int attnum = -1;

	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		const ColumnPlan *column = &table->columns[attnum - 1];
		int fresh = column->mends && column->nchoices > 0
						? row_choices_fresh(column, attempt / FRESH_EACH)
						: -1;

		if (fresh >= 0)
			attempts[attnum - 1] = ROW_CHOICES_DRAWS + 1 + fresh;
	}
}

/* Has the row made another way. Returns false if it cannot be. */
static bool
try_another(TableMaker *table, int64 row, int attempt, const Broken *broken,
			uint8 *attempts)
{
	if (broken->code == ERRCODE_CHECK_VIOLATION && is_time_to_search(attempt) &&
		row_search(table, row, attempt, attempts))
		return true;
	if (!vary(table, broken->columns, attempt, attempts))
		return false;
	if (broken->code == ERRCODE_UNIQUE_VIOLATION && attempt % FRESH_EACH == 0)
		take_fresh(table, broken->columns, attempt, attempts);
	return true;
}

/*
 * Makes the row, and again, until it is right. Returns how often it was varied, and
 * adds the columns that were set to what their checks ask for.
 */
static int
make_right(TableMaker *table, int64 row, bool takes_keys, uint8 *attempts,
		   Datum *values, bool *nulls, Bitmapset **set)
{
	const uint8 *kept = unique_guard_attempts(table->guard, row);
	Broken broken;

	if (kept != NULL)
		memcpy(attempts, kept, table->model->ncolumns);
	else
		memset(attempts, 0, table->model->ncolumns);
	for (int attempt = 0; attempt <= ROW_MEND_ATTEMPTS; attempt++)
	{
		CHECK_FOR_INTERRUPTS();
		if (attempt > 0 && !try_another(table, row, attempt, &broken, attempts))
			break;
		*set = NULL;
		row_maker_row(table, row, attempt > 0 || kept != NULL ? attempts : NULL,
					  values, nulls);
		if (!breaks_not_null(table, nulls, &broken) &&
			!breaks_check(table, row_search_random(table, row, attempts),
						  values, nulls, set, &broken) &&
			(!takes_keys || !breaks_unique(table, values, nulls, &broken)))
			return attempt;
	}
	give_up(table, &broken, values, nulls);
}

void
row_mend_row(TableMaker *table, int64 row, Datum *values, bool *nulls)
{
	uint8 attempts[MaxHeapAttributeNumber];
	Bitmapset *set;

	(void) make_right(table, row, false, attempts, values, nulls, &set);
}

/* ---- beforehand ---- */

/* May rows get another parent than the one they were counted for? */
static bool
counts_change(const TableMaker *table, const Bitmapset *checked)
{
	ListCell *cell;

	foreach(cell, table->keys)
	{
		const KeyPlan *plan = lfirst(cell);

		if (plan->nagree > 0)
			return true;
		for (int i = 0; i < plan->key->n; i++)
			if (bms_is_member(plan->key->child_columns[i], checked))
				return true;
	}
	return false;
}

/* A text so short that a place in the order of all texts may not be told by it. */
static bool
is_short_text(const ModelColumn *column)
{
	int32 typmod = column->typmod;
	Oid type = getBaseTypeAndTypmod(column->type, &typmod);

	return (type == BPCHAROID || type == VARCHAROID) &&
		   typmod > (int32) VARHDRSZ && typmod - VARHDRSZ < SHORT_TEXT;
}

/* Are the keys of a constraint distinct by the way they are made? */
static bool
is_distinct(const TableMaker *table, const ModelUnique *unique,
			const Bitmapset *checked)
{
	for (int i = 0; i < unique->n; i++)
	{
		AttrNumber attnum = unique->columns[i];
		const ColumnPlan *column = &table->columns[attnum - 1];
		bool alone = table_model_is_unique(table->model, attnum);

		/* What its default gives, the server checks. */
		if (column->source == COLUMN_LEFT || column->source == COLUMN_SERIAL)
			return true;
		if (table->existing > 0)
			continue;
		if (column->source == COLUMN_COUNT && !counts_change(table, checked) &&
			!bms_is_member(attnum, checked))
			return true;
		if (alone && column->source == COLUMN_MAKER &&
			!bms_is_member(attnum, checked) &&
			!is_short_text(table_model_column(table->model, attnum)))
			return true;
		if (alone && column->source == COLUMN_KEY && column->key->nagree == 0 &&
			column->key->within == NULL && !column->key->itself &&
			column->second == NULL && !bms_is_member(attnum, checked))
			return true;
	}
	return false;
}

static bool
key_is_distinct(const TableMaker *table, const ModelUnique *unique,
				const Bitmapset *checked)
{
	const ColumnPlan *first = &table->columns[unique->columns[0] - 1];

	if (table->existing > 0 || first->source != COLUMN_KEY ||
		first->key->nagree > 0 || first->key->within != NULL ||
		first->key->itself || unique->n < first->key->key->n)
		return false;
	for (int i = 0; i < unique->n; i++)
	{
		const ColumnPlan *column = &table->columns[unique->columns[i] - 1];

		if (column->source != COLUMN_KEY || column->key != first->key ||
			bms_is_member(unique->columns[i], checked))
			return false;
	}
	return unique->n == first->key->key->n;
}

/* Adds the columns of a unique key that are tried again if it comes twice. */
static Bitmapset *
add_mended(const TableMaker *table, const ModelUnique *unique,
		   Bitmapset *checked)
{
	for (int i = 0; i < unique->n; i++)
		if (table->columns[unique->columns[i] - 1].mends)
			checked = bms_add_member(checked, unique->columns[i]);
	return checked;
}

/*
 * The unique keys that rows must be compared for. To keep one of them distinct, its
 * columns are tried again, and then another one that counted on these is not distinct
 * by itself any more: so this goes on until no more are found.
 */
static List *
guarded_keys(const TableMaker *table, const Bitmapset *checked)
{
	List *guarded = NIL;
	Bitmapset *varied = bms_copy(checked);
	bool found = true;

	while (found)
	{
		ListCell *cell;

		found = false;
		foreach(cell, table->model->uniques)
		{
			if (list_member_ptr(guarded, lfirst(cell)) ||
				is_distinct(table, lfirst(cell), varied) ||
				key_is_distinct(table, lfirst(cell), varied))
				continue;
			guarded = lappend(guarded, lfirst(cell));
			varied = add_mended(table, lfirst(cell), varied);
			found = true;
		}
	}
	return guarded;
}

/* The keys of rows that the table holds are taken. */
static void
take_existing(TableMaker *table)
{
	const char *name;
	Bitmapset *taken;
	StringInfoData columns;
	Portal portal;
	Datum *values = palloc0(table->model->ncolumns * sizeof(Datum));
	bool *nulls = palloc(table->model->ncolumns * sizeof(bool));

	initStringInfo(&columns);
	for (int i = 0; i < table->model->ncolumns; i++)
		if (!table->model->columns[i].dropped)
			appendStringInfo(&columns, "%s%s", columns.len > 0 ? ", " : "",
							 quote_identifier(table->model->columns[i].name));
	portal = SPI_cursor_open_with_args(
		NULL, psprintf("SELECT %s FROM %s", columns.data, table->model->name),
		0, NULL, NULL, NULL, true, 0);
	for (;;)
	{
		SPI_cursor_fetch(portal, true, 1000);
		if (SPI_processed == 0)
			break;
		for (uint64 row = 0; row < SPI_processed; row++)
			for (int i = 0, next = 1; i < table->model->ncolumns; i++)
			{
				nulls[i] = true;
				if (!table->model->columns[i].dropped)
					values[i] =
						SPI_getbinval(SPI_tuptable->vals[row],
									  SPI_tuptable->tupdesc, next++, &nulls[i]);
				if (i == table->model->ncolumns - 1)
					(void) unique_guard_taken(table->guard, values, nulls,
											  &name, &taken);
			}
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
}

/* What others look up and was set is kept, since the attempts do not tell it. */
static void
keep_set(TableMaker *table, int64 row, Bitmapset *set, const Datum *values)
{
	int attnum = -1;

	set = bms_int_members(set, table->needed);
	while ((attnum = bms_next_member(set, attnum)) >= 0)
		unique_guard_keep_value(table->guard, row, attnum, values[attnum - 1]);
}

/*
 * The columns that rows are compared by, that others look up, and keys, whose columns
 * change together; NULL if it takes all of them.
 */
static Bitmapset *
columns_compared(const TableMaker *table, const List *guarded)
{
	Bitmapset *columns = bms_copy(table->needed);
	ListCell *cell;

	if (table->checks != NULL || table->model->unique_indexes != NIL)
		return NULL;
	foreach(cell, guarded)
	{
		const ModelUnique *unique = lfirst(cell);

		for (int i = 0; i < unique->n; i++)
			columns = bms_add_member(columns, unique->columns[i]);
	}
	for (int i = 0; i < table->model->ncolumns; i++)
		if (table->columns[i].source == COLUMN_KEY ||
			table->columns[i].source == COLUMN_COUNT)
			columns = bms_add_member(columns, i + 1);
	return columns;
}

static void
go_through(TableMaker *table, bool takes_keys)
{
	int n = table->model->ncolumns;
	MemoryContext each = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	Datum *values = palloc(n * sizeof(Datum));
	bool *nulls = palloc(n * sizeof(bool));
	uint8 *attempts = palloc(n);

	for (int64 row = 0; row < table->rows; row++)
	{
		Bitmapset *set;
		int varied;

		MemoryContextSwitchTo(each);
		varied =
			make_right(table, row, takes_keys, attempts, values, nulls, &set);
		MemoryContextSwitchTo(old);
		if (varied > 0)
			unique_guard_keep(table->guard, row, attempts);
		if (set != NULL)
			keep_set(table, row, set, values);
		MemoryContextReset(each);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(each);
}

/* What unique indexes of expressions or with a condition are about is tried again. */
static Bitmapset *
add_index_columns(const TableMaker *table, const Bitmapset *checked)
{
	Bitmapset *varied = bms_copy(checked);
	Bitmapset *indexed = unique_guard_columns(table->model);
	int attnum = -1;

	while ((attnum = bms_next_member(indexed, attnum)) >= 0)
		if (table->columns[attnum - 1].mends)
			varied = bms_add_member(varied, attnum);
	return varied;
}

void
row_mend_prepare(TableMaker *table)
{
	Bitmapset *checked = NULL;
	bool guards;
	List *guarded;
	ListCell *cell;

	table->checks = row_checks_create(table->model);
	foreach(cell, table->model->checks)
		checked =
			bms_add_members(checked, ((ModelCheck *) lfirst(cell))->columns);
	if (table->checks != NULL)
		checked = bms_add_members(checked, row_checks_routing(table->checks));
	if (table->checks != NULL)
		row_choices_find(table, row_checks_bounds(table->checks),
						 row_checks_routing(table->checks));
	/* A key that numbers or counts is never tried again. */
	for (int i = 0; i < table->model->ncolumns; i++)
		if (!table->columns[i].mends)
			checked = bms_del_member(checked, i + 1);
	guarded = guarded_keys(table, add_index_columns(table, checked));
	guards = guarded != NIL || table->model->unique_indexes != NIL;
	if (!guards && !bms_overlap(checked, table->needed))
		return;
	table->guard = unique_guard_create(table->model, guarded,
									   table->existing + table->rows);
	if (guards && table->existing > 0)
		take_existing(table);
	table->made = columns_compared(table, guarded);
	go_through(table, guards);
	table->made = NULL;
	unique_guard_close(table->guard);
}

void
row_mend_close(TableMaker *table)
{
	row_checks_close(table->checks);
	table->checks = NULL;
}
