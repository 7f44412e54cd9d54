/*-------------------------------------------------------------------------
 *
 * table_sizes.c
 *		Decides how many rows each table gets.
 *
 * Without statistics, a table that others refer to is taken to have a tenth of the
 * rows of the smallest of these.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "synth/rows_spread.h"

#include "populate/table_sizes.h"

/* A parent is taken to have so many children, where nothing is known. */
#define UNKNOWN_CHILDREN 10

/* Keys may go round in a circle. */
#define DEEPEST 20

/* No table is taken to be smaller than this part of the largest one. */
#define UNKNOWN_LEAST 1000

static double
told_rows(const TableMaker *table)
{
	return table->statistics == NULL ? 0 : Max(0, table->statistics->rows);
}

static bool
refers_to(const TableMaker *child, const TableMaker *parent)
{
	ListCell *cell;

	foreach(cell, child->model->keys)
		if (((ModelKey *) lfirst(cell))->parent == parent->model->relid)
			return true;
	return false;
}

/*
 * Does a table refer to another one by several columns alone, and that one to it by
 * one: as a document to its current version?
 */
static bool
names_own_child(const TableMaker *table, const TableMaker *child)
{
	ListCell *cell;

	foreach(cell, table->model->keys)
	{
		const ModelKey *key = lfirst(cell);

		if (key->parent == child->model->relid && key->n < 2)
			return false;
	}
	foreach(cell, child->model->keys)
	{
		const ModelKey *key = lfirst(cell);

		if (key->parent == table->model->relid && key->n > 1)
			return false;
	}
	return true;
}

/*
 * Do the statistics tell that it is empty? Not if they tell of rows that refer to it:
 * a table that was vacuumed before its few rows came looks empty as well.
 */
static bool
is_empty(const Population *population, const TableMaker *table)
{
	ListCell *cell;

	if (table->statistics == NULL || table->statistics->rows != 0 ||
		table->asked)
		return false;
	foreach(cell, population->tables)
	{
		TableMaker *child = lfirst(cell);

		if (child != table && told_rows(child) > 0 && refers_to(child, table))
			return false;
	}
	return true;
}

/* The largest size that is known, 1 if none is. */
static double
largest_rows(const Population *population)
{
	double largest = 0;
	ListCell *cell;

	foreach(cell, population->tables)
		if (((TableMaker *) lfirst(cell))->wanted)
			largest = Max(largest, told_rows(lfirst(cell)));
	return largest > 0 ? largest : 1;
}

/* The size of a table, or a guess by the tables that refer to it. */
static double
likely_rows(const Population *population, const TableMaker *table, int depth)
{
	double largest = largest_rows(population);
	double least = 0;
	double rows;
	ListCell *cell;

	if (told_rows(table) > 0 || is_empty(population, table))
		return told_rows(table);
	foreach(cell, population->tables)
	{
		TableMaker *child = lfirst(cell);

		/*
		 * Of two that refer to each other, none is the parent, unless one names but
		 * one of its own children.
		 */
		if (child == table || !child->wanted || depth > DEEPEST ||
			!refers_to(child, table) ||
			(refers_to(table, child) && !names_own_child(table, child)))
			continue;
		rows = likely_rows(population, child, depth + 1);
		if (rows > 0)
			least = least == 0 ? rows : Min(least, rows);
	}
	return least > 0 ? Max(least / UNKNOWN_CHILDREN, largest / UNKNOWN_LEAST)
					 : largest;
}

static double
target(const Population *population, const TableMaker *table, int64 rows,
	   double factor, double largest)
{
	double told = told_rows(table);
	double likely = likely_rows(population, table, 0);

	if (is_empty(population, table))
		return 0;
	if (factor >= 0)
	{
		if (told == 0 && table->existing > 0)
			told = table->existing;
		return told > 0 ? told * factor : -1;
	}
	if (rows < 0)
		return told > 0 ? told : -1;
	if (told > 0 && told < TABLE_SIZES_LOOKUP &&
		told < largest / TABLE_SIZES_LOOKUP_SHARE)
		return Min(told, rows);
	return likely / largest * rows;
}

static void
refuse_unknown(const TableMaker *table, double factor)
{
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("nothing tells how many rows table %s should have",
				   table->model->name),
			factor >= 0
				? errdetail("A factor multiplies the rows that statistics tell "
							"of, and these tell of none.")
				: errdetail("There are no statistics of it, or they tell of no "
							"rows."),
			errhint("Give rows, the number of rows of the largest table."));
}

void
table_sizes_decide(const Population *population, int64 rows, double factor)
{
	double largest = 0;
	ListCell *cell;

	/* Who names an empty table and says how many rows wants it to have some. */
	foreach(cell, population->tables)
		((TableMaker *) lfirst(cell))->asked = population->named && rows > 0;
	foreach(cell, population->tables)
		if (((TableMaker *) lfirst(cell))->wanted)
			largest = Max(largest, likely_rows(population, lfirst(cell), 0));
	foreach(cell, population->tables)
	{
		TableMaker *table = lfirst(cell);
		double wanted;

		if (!table->wanted)
			continue;
		wanted = target(population, table, rows, factor, largest);
		if (wanted < 0)
			refuse_unknown(table, factor);
		if (wanted > ROWS_SPREAD_MAX_ROWS)
			ereport(
				ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("table %s would get too many rows", table->model->name),
				errdetail("A table can have " INT64_FORMAT ".",
						  ROWS_SPREAD_MAX_ROWS),
				errhint("Give fewer rows, or a smaller factor."));
		/* A size of the statistics of today is that of the rows of today. */
		if (rows < 0 && factor < 0 && table->existing > 0)
			wanted = Max(wanted, table->existing);
		if (factor != 0 && !is_empty(population, table))
			wanted = Max(wanted, 1);
		table->rows = Max(0, (int64) rint(wanted) - table->existing);
		if (table->rows == 0 && table->existing > 0)
			table->note = "it has its rows already";
		else if (table->rows == 0 && factor != 0)
			table->note = rows > 0
							  ? "it is empty in the statistics: name it to "
								"have it filled"
							  : "it is empty in the statistics";
	}
}
