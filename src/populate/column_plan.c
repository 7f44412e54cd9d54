/*-------------------------------------------------------------------------
 *
 * column_plan.c
 *		Decides where the values of each column of a table come from.
 *
 * Foreign keys come first: those of several columns, then those whose parents hold
 * copies of other columns. A column that one key has decided is a condition for the
 * next one. What is left is numbered by its sequence, counts the rows of a parent to
 * complete a unique key, or is made of its own statistics.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"

#include "populate/column_plan.h"
#include "populate/copies.h"

/* Keys are followed through so many tables. */
#define DEEPEST_CIRCLE 8

/* ---- foreign keys ---- */

static KeyPlan *
make_key(Population *population, TableMaker *table, const ModelKey *key,
		 const List *told)
{
	KeyPlan *plan = palloc0(sizeof(KeyPlan));

	plan->key = key;
	plan->child = table;
	plan->parent = population_find(population, key->parent);
	plan->itself = plan->parent == table;
	plan->random = population_random(table->random, key->name);
	plan->agree_child = palloc(table->model->ncolumns * sizeof(AttrNumber));
	plan->agree_parent = palloc(table->model->ncolumns * sizeof(AttrNumber));
	copies_find(population, told, plan);
	copies_need(plan);
	return plan;
}

/* How many other columns repeat what the parent's row holds. */
static int
count_copies(const KeyPlan *plan)
{
	int n = 0;

	for (int i = 0; i < plan->child->model->ncolumns; i++)
		n += plan->copies[i] > 0;
	return n;
}

/*
 * Does a unique key begin with it, of which no other column is unique alone: as that
 * of an order's lines begins with the order?
 */
static bool
leads_unique(const KeyPlan *plan)
{
	const TableModel *model = plan->child->model;
	ListCell *cell;

	foreach(cell, model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);
		bool leads = unique->n > plan->key->n;

		for (int i = 0; i < unique->n; i++)
			leads = leads && !table_model_is_unique(model, unique->columns[i]);
		for (int i = 0; leads && i < plan->key->n; i++)
			leads = unique->columns[i] == plan->key->child_columns[i];
		if (leads)
			return true;
	}
	return false;
}

/* Which key decides first? That of what a row is a part of. */
static int
key_rank(const KeyPlan *plan)
{
	return (plan->itself ? 0
			: plan->late ? 10000
						 : 200000) +
		   (leads_unique(plan) && count_copies(plan) > 0 ? 50000 : 0) +
		   plan->key->n * 1000 + Min(count_copies(plan), 99) * 10 +
		   (plan->key->not_null ? 1 : 0);
}

static List *
sort_keys(Population *population, TableMaker *table, const List *told)
{
	List *rest = NIL;
	List *sorted = NIL;
	ListCell *cell;

	foreach(cell, table->model->keys)
		rest = lappend(rest, make_key(population, table, lfirst(cell), told));
	while (rest != NIL)
	{
		KeyPlan *best = linitial(rest);

		foreach(cell, rest)
			if (key_rank(lfirst(cell)) > key_rank(best))
				best = lfirst(cell);
		sorted = lappend(sorted, best);
		rest = list_delete_ptr(rest, best);
	}
	return sorted;
}

static void
need(TableMaker *table, AttrNumber attnum)
{
	table->needed = bms_add_member(table->needed, attnum);
}

static void
take_from_parent(KeyPlan *plan, AttrNumber attnum, AttrNumber parent)
{
	ColumnPlan *column = &plan->child->columns[attnum - 1];

	if (column->source == COLUMN_KEY)
	{
		/* For rows that the key before has no parent for. */
		if (!column->key->key->full && plan->key->n == 1 &&
			column->second == NULL && plan->key->child_columns[0] == attnum)
		{
			column->second = plan;
			column->second_parent = parent;
		}
		plan->agree_child[plan->nagree] = attnum;
		plan->agree_parent[plan->nagree++] = parent;
	}
	else if (column->source == COLUMN_MAKER)
	{
		column->source = COLUMN_KEY;
		column->key = plan;
		column->parent = parent;
	}
	need(plan->parent, parent);
	if (!plan->itself)
		return;
	need(plan->child, parent);
}

/* Does a row of a key of this name belong to its writer, not to its thread? */
static bool
names_a_person(const char *name)
{
	static const char *const words[] = {
		"user",   "author",  "owner", "creat",    "member", "person",
		"editor", "manager", "by",    "assignee", "account"};

	for (int i = 0; i < lengthof(words); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

/* The tree of a table that refers to itself is one of a thread, if it has any. */
static void
find_thread(TableMaker *table, KeyPlan *plan)
{
	ListCell *cell;

	if (!plan->itself)
		return;
	foreach(cell, table->keys)
	{
		KeyPlan *other = lfirst(cell);
		AttrNumber attnum = other->key->child_columns[0];

		if (other->itself || other->implied || other->nagree > 0 ||
			!table_model_column(table->model, attnum)->not_null ||
			names_a_person(table_model_column(table->model, attnum)->name))
			continue;
		plan->within = other;
		plan->nagree = 0;
		return;
	}
}

/*
 * Do the keys of a table lead from its column back to another one? So they do where a
 * table names one of its children, as a document its current version.
 */
static bool
leads_back(const Population *population, Oid relid, AttrNumber attnum,
		   Oid target, AttrNumber target_attnum, int depth)
{
	const TableMaker *table = population_find(population, relid);
	ListCell *cell;

	if (relid == target && attnum == target_attnum)
		return true;
	if (table == NULL || depth > DEEPEST_CIRCLE)
		return false;
	foreach(cell, table->model->keys)
	{
		const ModelKey *key = lfirst(cell);

		for (int i = 0; i < key->n; i++)
			if (key->child_columns[i] == attnum &&
				leads_back(population, key->parent, key->parent_columns[i],
						   target, target_attnum, depth + 1))
				return true;
	}
	return false;
}

/* A column that is the table's own: what refers back to it has its values. */
static bool
is_own(const Population *population, const KeyPlan *plan, int i)
{
	const TableModel *model = plan->child->model;
	AttrNumber attnum = plan->key->child_columns[i];

	return plan->key->n > 1 && !plan->itself &&
		   plan->child->columns[attnum - 1].source == COLUMN_MAKER &&
		   table_model_is_unique(model, attnum) &&
		   leads_back(population, plan->key->parent,
					  plan->key->parent_columns[i], model->relid, attnum, 0);
}

static void
plan_keys(Population *population, TableMaker *table, const List *told)
{
	ListCell *cell;

	table->keys = sort_keys(population, table, told);
	foreach(cell, table->keys)
	{
		KeyPlan *plan = lfirst(cell);
		bool decides = false;

		for (int i = 0; i < plan->key->n; i++)
		{
			AttrNumber attnum = plan->key->child_columns[i];

			if (is_own(population, plan, i))
			{
				plan->agree_child[plan->nagree] = attnum;
				plan->agree_parent[plan->nagree++] =
					plan->key->parent_columns[i];
				need(plan->parent, plan->key->parent_columns[i]);
				continue;
			}
			decides =
				decides || table->columns[attnum - 1].source == COLUMN_MAKER;
			take_from_parent(plan, attnum, plan->key->parent_columns[i]);
		}
		plan->implied = !decides;
		/* Where nothing is left to decide, it is but a second choice. */
		if (plan->implied)
			plan->nagree = 0;
		for (int i = 1; decides && i <= table->model->ncolumns; i++)
			if (plan->copies[i - 1] > 0)
				take_from_parent(plan, i, plan->copies[i - 1]);
	}
	foreach(cell, table->keys)
		find_thread(table, lfirst(cell));
}

/* ---- unique keys ---- */

static bool
is_whole_number(Oid type)
{
	type = getBaseType(type);
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/*
 * Completes a unique key of a foreign key and a number: 1, 2, 3 for each parent,
 * as the lines of an order are.
 */
static void
plan_count(TableMaker *table, const ModelUnique *unique)
{
	KeyPlan *key = NULL;
	AttrNumber counts = 0;
	const ColumnStatistics *statistics;

	for (int i = 0; i < unique->n; i++)
	{
		AttrNumber attnum = unique->columns[i];
		const ColumnPlan *column = &table->columns[attnum - 1];

		if (table_model_is_unique(table->model, attnum) ||
			column->source == COLUMN_SERIAL)
			return;
		if (column->source == COLUMN_KEY && (key == NULL || key == column->key))
			key = column->key;
		else if (column->source == COLUMN_MAKER && counts == 0 &&
				 is_whole_number(
					 table_model_column(table->model, attnum)->type))
			counts = attnum;
		else
			return;
	}
	if (key == NULL || counts == 0 || key->nagree > 0 || key->within != NULL ||
		key->itself)
		return;
	statistics = table->statistics == NULL
					 ? NULL
					 : table->statistics->columns[counts - 1];
	if (statistics != NULL &&
		(statistics->ndistinct < 0 || statistics->ndistinct > 10000))
		return;
	table->columns[counts - 1].source = COLUMN_COUNT;
	table->columns[counts - 1].key = key;
}

/* ---- sources ---- */

static void
plan_exclusions(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->model->exclusions)
	{
		const ModelExclusion *exclusion = lfirst(cell);

		for (int i = 0; exclusion->known && i < exclusion->nequal; i++)
			table->columns[exclusion->equal[i] - 1].mends = false;
	}
}

void
column_plan_sources(Population *population, TableMaker *table, const List *told)
{
	ListCell *cell;

	table->columns =
		palloc0(Max(table->model->ncolumns, 1) * sizeof(ColumnPlan));
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ModelColumn *column = &table->model->columns[i];

		table->columns[i].source =
			column->dropped || column->generated ? COLUMN_LEFT : COLUMN_MAKER;
		table->columns[i].nullable = !column->not_null;
	}
	plan_keys(population, table, told);
	for (int i = 0; i < table->model->ncolumns; i++)
		if (table->columns[i].source == COLUMN_MAKER &&
			OidIsValid(table->model->columns[i].sequence) &&
			(is_whole_number(table->model->columns[i].type) ||
			 table->model->columns[i].numbered != NULL))
			table->columns[i].source = COLUMN_SERIAL;
	foreach(cell, table->model->uniques)
		plan_count(table, lfirst(cell));
	for (int i = 0; i < table->model->ncolumns; i++)
		table->columns[i].mends = table->columns[i].source == COLUMN_MAKER ||
								  table->columns[i].source == COLUMN_KEY ||
								  table->columns[i].source == COLUMN_COUNT;
	plan_exclusions(table);
}

/* ---- all tables ---- */

/* Where the value of a column comes from in the end must not be the column. */
static void
refuse_circle(const TableMaker *first, AttrNumber first_attnum)
{
	const TableMaker *table = first;
	AttrNumber attnum = first_attnum;
	StringInfoData names;

	initStringInfo(&names);
	for (int depth = 0; depth <= DEEPEST_CIRCLE; depth++)
	{
		const ColumnPlan *column = &table->columns[attnum - 1];

		if (column->source != COLUMN_KEY || column->key->itself ||
			column->key->parent->columns == NULL)
			return;
		appendStringInfo(&names, "%s.%s, ", table->model->name,
						 table_model_column(table->model, attnum)->name);
		table = column->key->parent;
		attnum = column->parent;
		if (table == first && attnum == first_attnum)
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("columns take their values from each other in a "
						   "circle: %sand so on",
						   names.data),
					errhint("Fill one of the tables by other means, and leave "
							"it out here."));
	}
}

/*
 * A text whose default takes a number of a sequence, and what it makes of it is not
 * known before, is left to it if nobody has to know it before it is written.
 */
static void
leave_numbered(TableMaker *table)
{
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ModelColumn *column = &table->model->columns[i];

		if (table->columns[i].source != COLUMN_MAKER ||
			!OidIsValid(column->sequence) || !column->has_default ||
			is_whole_number(column->type) ||
			bms_is_member(i + 1, table->needed))
			continue;
		table->columns[i].source = COLUMN_LEFT;
		table->columns[i].mends = false;
	}
}

void
column_plan_finish(const Population *population)
{
	ListCell *cell;

	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);

		if (!table->wanted)
			continue;
		for (int i = 1; i <= table->model->ncolumns; i++)
			refuse_circle(table, i);
		leave_numbered(table);
	}
}
