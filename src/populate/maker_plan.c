/*-------------------------------------------------------------------------
 *
 * maker_plan.c
 *		Makes the spreads and makers that the plans of columns need.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "populate/check_hints.h"
#include "populate/group_plan.h"
#include "populate/key_spread.h"
#include "populate/maker_plan.h"
#include "populate/partition_route.h"
#include "populate/range_plan.h"
#include "populate/unique_guard.h"

/* The part of all pairs of parents that a table of pairs has at most. */
#define ROOM_SHARE 0.75

/* A dependency of a lower degree is of no use. */
#define DEPENDENCY_HOLDS 0.8

/* ---- makers of columns ---- */

/*
 * Is it the last column of a unique key that nothing else makes distinct? A number or
 * a name of few values would run out.
 */
static bool
completes_unique(const TableMaker *table, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, table->model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);
		AttrNumber last = 0;
		bool distinct = false;

		for (int i = 0; i < unique->n; i++)
		{
			const ColumnPlan *column = &table->columns[unique->columns[i] - 1];

			distinct = distinct || column->source == COLUMN_SERIAL ||
					   column->source == COLUMN_COUNT ||
					   table_model_is_unique(table->model, unique->columns[i]);
			if (column->source == COLUMN_MAKER &&
				check_hints_count(table->model, unique->columns[i]) == 0)
				last = unique->columns[i];
		}
		if (!distinct && last == attnum)
			return true;
	}
	return false;
}

/* The rows of a partition, as the statistics have it. */
static double
partition_rows(const char *partition, void *arg)
{
	const TableStatistics *statistics = arg;
	ListCell *cell;

	foreach(cell, statistics->partitions)
	{
		const PartitionStatistics *known = lfirst(cell);

		if (strcmp(known->name, partition) == 0)
			return known->rows;
	}
	return 0;
}

/* Of the column that the table is partitioned by, if nothing is told of it. */
static const ColumnStatistics *
statistics_of_partitions(const TableMaker *table, AttrNumber attnum)
{
	bool known =
		table->statistics != NULL && table->statistics->partitions != NIL;

	return partition_route_statistics(
		table->model, attnum, known ? partition_rows : NULL, table->statistics);
}

/* Is there a wider text in a document than this column's? */
static bool
is_beside_text(const TableMaker *table, const Bitmapset *columns,
			   AttrNumber attnum)
{
	const ColumnStatistics *own = population_statistics(table, attnum);
	int other = -1;

	while ((other = bms_next_member(columns, other)) >= 0)
	{
		const ColumnStatistics *statistics =
			other == attnum ? NULL : population_statistics(table, other);

		if (statistics != NULL && own != NULL &&
			(statistics->width > own->width ||
			 (statistics->width == own->width && other < attnum)))
			return true;
	}
	return false;
}

/* The statistics of a tsvector most of whose words are those of this column. */
static const ColumnStatistics *
statistics_of_document(const TableMaker *table, AttrNumber attnum)
{
	Oid type = getBaseType(table_model_column(table->model, attnum)->type);

	if (type != TEXTOID && type != VARCHAROID && type != BPCHAROID)
		return NULL;
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		const ModelColumn *column = &table->model->columns[i];

		if (bms_is_member(attnum, column->documented) &&
			!is_beside_text(table, column->documented, attnum))
			return population_statistics(table, column->attnum);
	}
	return NULL;
}

static ValueMaker *
make_maker(TableMaker *table, AttrNumber attnum)
{
	const ModelColumn *column = table_model_column(table->model, attnum);
	CheckHints *hints = palloc(sizeof(CheckHints));
	const ColumnStatistics *statistics = population_statistics(table, attnum);
	ColumnSpec spec = {
		.table = table->model->table,
		.name = column->name,
		.type = column->type,
		.typmod = column->typmod,
		.collation = column->collation,
		.not_null = column->not_null,
		.unique = table_model_is_unique(table->model, attnum) ||
				  unique_guard_is_alone(table->model, attnum) ||
				  (statistics == NULL && completes_unique(table, attnum)),
		.serial = OidIsValid(column->sequence),
		.rows = table->rows,
		.seed = population_random(table->random, column->name),
		.existing = table->existing,
	};

	*hints = check_hints_find(table->model, attnum);
	spec.least = hints->least;
	spec.largest = hints->largest;
	/* What is made goes on where the rows of today end, not where a CHECK does. */
	if (table->existing > 0 && table->largest[attnum - 1] != NULL)
	{
		spec.least = table->least[attnum - 1];
		spec.largest = table->largest[attnum - 1];
	}
	spec.stats = check_hints_apply(hints, statistics, !column->not_null);
	if (spec.stats == NULL)
		spec.stats = statistics_of_partitions(table, attnum);
	spec.document = statistics_of_document(table, attnum);
	table->columns[attnum - 1].real = statistics != NULL;
	return value_maker_create(&spec);
}

/* A column whose type has no values that could be made keeps its default. */
static void
leave(TableMaker *table, AttrNumber attnum, const char *problem)
{
	const ModelColumn *column = table_model_column(table->model, attnum);

	if (column->not_null && !column->has_default &&
		!OidIsValid(column->sequence))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("no value can be made for column \"%s\" of table %s",
					   column->name, table->model->name),
				errdetail("It is NOT NULL without a default: %s.", problem),
				errhint("Give the column a default, or statistics with a "
						"sample of its values."));
	table->columns[attnum - 1].source = COLUMN_LEFT;
	table->columns[attnum - 1].mends = false;
	table->columns[attnum - 1].left = true;
}

/* The first number that a unique key counts from. */
static int64
first_count(const TableMaker *table, AttrNumber attnum)
{
	const ColumnStatistics *statistics = population_statistics(table, attnum);
	CheckHints hints = check_hints_find(table->model, attnum);
	int64 first = 1;
	bool any = false;

	if (hints.least != NULL)
		return strtoll(hints.least, NULL, 10) + (hints.above ? 1 : 0);
	if (statistics == NULL)
		return first;
	for (int i = 0; statistics->common && i < statistics->ncommon; i++)
	{
		int64 value = strtoll(statistics->common[i], NULL, 10);

		first = any ? Min(first, value) : value;
		any = true;
	}
	if (statistics->bounds != NULL && statistics->nbounds > 0)
	{
		int64 value = strtoll(statistics->bounds[0], NULL, 10);

		first = any ? Min(first, value) : value;
	}
	return first;
}

/* May a row have no parent to take the value from, and yet have one? */
static bool
needs_maker(const ColumnPlan *column, AttrNumber attnum)
{
	const ModelKey *key = column->key->key;

	if (key->not_null && column->key->nagree == 0 &&
		column->key->within == NULL)
		return false;
	/* A column of the key itself is NULL then, if it may be. */
	for (int i = 0; i < key->n; i++)
		if (key->child_columns[i] == attnum && column->nullable)
			return false;
	return true;
}

/* Is a value known, and one that the expression matches, be it in another case? */
static bool
matches(const ColumnStatistics *statistics, const char *pattern)
{
	const char *value = NULL;

	if (statistics != NULL && statistics->bounds != NULL &&
		statistics->nbounds > 0)
		value = statistics->bounds[0];
	else if (statistics != NULL && statistics->common != NULL &&
			 statistics->ncommon > 0)
		value = statistics->common[0];
	return value != NULL &&
		   DatumGetBool(DirectFunctionCall2Coll(
			   texticregexeq, DEFAULT_COLLATION_OID, CStringGetTextDatum(value),
			   CStringGetTextDatum(pattern)));
}

/*
 * A column of which nothing is known but a regular expression that it matches, or
 * whose values were left out or replaced.
 */
static bool
plan_pattern(TableMaker *table, AttrNumber attnum)
{
	ColumnPlan *column = &table->columns[attnum - 1];
	const ColumnStatistics *statistics = population_statistics(table, attnum);
	CheckHints hints = check_hints_find(table->model, attnum);

	if (hints.pattern == NULL)
		return false;
	column->pattern = hints.pattern;
	column->random = population_random(
		table->random, table_model_column(table->model, attnum)->name);
	if (matches(statistics, hints.pattern))
		return false;
	column->source = COLUMN_PATTERN;
	return true;
}

static void
plan_column(TableMaker *table, AttrNumber attnum)
{
	ColumnPlan *column = &table->columns[attnum - 1];
	const char *problem = NULL;

	if (column->maker != NULL)
		return;
	if (column->source == COLUMN_COUNT)
	{
		column->first = first_count(table, attnum);
		column->step = 1;
		column->real = population_statistics(table, attnum) != NULL;
	}
	if (column->source == COLUMN_MAKER && plan_pattern(table, attnum))
		return;
	if (column->source == COLUMN_MAKER || column->source == COLUMN_BESIDE ||
		column->source == COLUMN_GROUP ||
		(column->source == COLUMN_KEY && needs_maker(column, attnum)))
	{
		column->maker = make_maker(table, attnum);
		problem = value_maker_problem(column->maker);
	}
	if (problem != NULL && column->source == COLUMN_KEY)
		column->maker = NULL;
	else if (problem != NULL)
		leave(table, attnum, problem);
}

/* ---- keys ---- */

/* A table with a unique column of listed values, as one of settings with a single row. */
static void
limit_to_listed(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->model->uniques)
	{
		const ModelUnique *unique = lfirst(cell);
		int keys = unique->n == 1
					   ? check_hints_count(table->model, unique->columns[0])
					   : 0;
		int64 room = Max(keys - table->existing, 0);

		if (keys > 0 && table->rows > room)
		{
			table->rows = room;
			table->note =
				psprintf("no more keys are allowed by \"%s\"", unique->name);
		}
	}
}

/* How many values a column has at any size; 0 if these grow with the rows. */
static double
distinct_values(const TableMaker *table, AttrNumber attnum)
{
	const ColumnStatistics *statistics = population_statistics(table, attnum);

	return statistics == NULL ? 0 : Max(0, statistics->ndistinct);
}

/*
 * How many rows a unique key has room for of which all columns are those of foreign
 * keys, or have few values: not all pairs of two parents, since some of these have many children. Negative
 * if that does not tell.
 */
static double
room_of_keys(const TableMaker *table, const ModelUnique *unique)
{
	double room = 1;
	bool limited = false;
	List *seen = NIL;

	for (int i = 0; i < unique->n; i++)
	{
		const ColumnPlan *column = &table->columns[unique->columns[i] - 1];

		if (column->source == COLUMN_MAKER && !column->nullable &&
			distinct_values(table, unique->columns[i]) > 0)
		{
			room *= distinct_values(table, unique->columns[i]);
			limited = true;
			continue;
		}
		if (column->source == COLUMN_MAKER &&
			check_hints_count(table->model, unique->columns[i]) > 0)
		{
			room *= check_hints_count(table->model, unique->columns[i]);
			limited = true;
			continue;
		}
		if (column->source != COLUMN_KEY || column->nullable)
			return -1;
		if (list_member_ptr(seen, column->key))
			continue;
		seen = lappend(seen, column->key);
		room *= column->key->parent->nheld + column->key->parent->rows;
	}
	return list_length(seen) > 1 || (limited && seen != NIL)
			   ? floor(room * ROOM_SHARE)
			   : -1;
}

/* At a reduced size there are fewer pairs for each row. */
static void
limit_pairs(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->model->uniques)
	{
		double room = room_of_keys(table, lfirst(cell));

		if (room < 0 || table->existing + table->rows <= room)
			continue;
		table->rows = (int64) Max(0, room - table->existing);
		table->note = psprintf("its key %s has room for no more",
							   ((const ModelUnique *) lfirst(cell))->name);
	}
}

/* A table whose rows have a parent each of their own has no more than these are. */
static void
limit_rows(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->keys)
	{
		const KeyPlan *plan = lfirst(cell);
		int64 parents = plan->parent->nheld + plan->parent->rows;
		int64 room = Max(0, parents - table->existing);

		if (!key_spread_is_unique(table, plan) || !plan->key->not_null ||
			table->rows <= room || plan->itself)
			continue;
		table->rows = room;
		table->note =
			psprintf("one row for each of table %s", plan->parent->model->name);
	}
}

static void
plan_key(const Population *population, TableMaker *table, KeyPlan *plan)
{
	bool known = key_spread_plan(population, table, plan);

	for (int i = 0; i < plan->key->n; i++)
	{
		ColumnPlan *decided = &table->columns[plan->key->child_columns[i] - 1];

		if (decided->source == COLUMN_KEY && decided->key == plan)
			decided->real = known;
	}
}

/* ---- columns that go together ---- */

static bool
is_beside_another(const TableMaker *table, AttrNumber attnum)
{
	for (int i = 0; i < table->model->ncolumns; i++)
		if (table->columns[i].beside == attnum)
			return true;
	return table->columns[attnum - 1].beside > 0;
}

/* Each column follows one that has more values, which follows none. */
static void
plan_dependencies(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->statistics->dependencies)
	{
		const DependencyStatistics *dependency = lfirst(cell);
		const ColumnPlan *from = &table->columns[dependency->from - 1];
		ColumnPlan *to = &table->columns[dependency->to - 1];

		if (dependency->degree >= DEPENDENCY_HOLDS &&
			from->source == COLUMN_MAKER && to->source == COLUMN_MAKER &&
			from->beside == 0 && !is_beside_another(table, dependency->to) &&
			!table_model_is_unique(table->model, dependency->to))
			to->beside = dependency->from;
	}
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		ColumnPlan *column = &table->columns[i];

		if (column->beside == 0)
			continue;
		column->source = COLUMN_BESIDE;
		foreach(cell, table->statistics->groups)
			if (column->group == NULL)
				column->group = group_plan_create_dependent(
					table, lfirst(cell), column->beside, i + 1);
	}
}

static void
plan_groups(TableMaker *table)
{
	ListCell *cell;

	if (table->statistics == NULL)
		return;
	plan_dependencies(table);
	foreach(cell, table->statistics->groups)
	{
		const GroupStatistics *statistics = lfirst(cell);
		bool all = true;
		GroupPlan *group;

		for (int i = 0; i < statistics->n; i++)
		{
			const ColumnPlan *column =
				&table->columns[statistics->columns[i] - 1];

			/* What one column decides needs no more. */
			all = all && column->source == COLUMN_MAKER &&
				  !is_beside_another(table, statistics->columns[i]) &&
				  !table_model_is_unique(table->model, statistics->columns[i]);
		}
		group = all ? group_plan_create(table, statistics) : NULL;
		for (int i = 0; group != NULL && i < statistics->n; i++)
		{
			ColumnPlan *column = &table->columns[statistics->columns[i] - 1];

			column->source = COLUMN_GROUP;
			column->group = group;
			column->member = i;
		}
	}
}

/* Where ranges are not counted by a column, it may be tried again. */
static void
may_mend(TableMaker *table, const ModelExclusion *exclusion, AttrNumber counts)
{
	for (int i = 0; i < exclusion->nequal; i++)
	{
		ColumnPlan *column = &table->columns[exclusion->equal[i] - 1];

		if (exclusion->equal[i] != counts &&
			(column->source == COLUMN_MAKER || column->source == COLUMN_KEY))
			column->mends = true;
	}
}

static void
plan_ranges(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->model->exclusions)
	{
		const ModelExclusion *exclusion = lfirst(cell);
		RangePlan *range;
		AttrNumber columns[3] = {exclusion->range, exclusion->from,
								 exclusion->until};

		if (!exclusion->known ||
			(exclusion->range == 0 && exclusion->from == 0))
			continue;
		range = range_plan_create(table, exclusion);
		if (range == NULL)
			continue;
		may_mend(table, exclusion, range_plan_counts_by(range));
		for (int part = 0; part < lengthof(columns); part++)
			if (columns[part] > 0)
			{
				ColumnPlan *column = &table->columns[columns[part] - 1];

				column->source = COLUMN_RANGE;
				column->range = range;
				column->part = part;
				column->mends = false;
				column->real =
					population_statistics(table, columns[part]) != NULL;
			}
	}
}

/* The values that rows of the table itself refer to are known first. */
static void
plan_own_parents(TableMaker *table)
{
	ListCell *cell;

	foreach(cell, table->keys)
	{
		const KeyPlan *plan = lfirst(cell);

		for (int i = 0; plan->itself && i < plan->key->n; i++)
		{
			AttrNumber attnum = plan->key->parent_columns[i];

			if (table->columns[attnum - 1].source == COLUMN_MAKER &&
				table_model_is_unique(table->model, attnum))
				plan_column(table, attnum);
		}
	}
}

void
maker_plan_table(Population *population, TableMaker *table)
{
	ListCell *cell;

	limit_rows(table);
	limit_to_listed(table);
	limit_pairs(table);
	plan_own_parents(table);
	foreach(cell, table->keys)
		plan_key(population, table, lfirst(cell));
	plan_groups(table);
	for (int i = 1; i <= table->model->ncolumns; i++)
		plan_column(table, i);
	plan_ranges(table);
	table->planned = true;
}
