/*-------------------------------------------------------------------------
 *
 * table_statistics.c
 *		Reads what statistics of a name say of a table.
 *
 * A table is found by its schema and name, a column by its name. Where no table of
 * that schema is known but one of that name is, in one schema alone, that one is
 * taken: the copy is often put into a schema of another name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/extension.h"
#include "populate/table_statistics.h"

typedef struct StatisticsRead
{
	MemoryContext context; /* that what is read is kept in */
	const char *statistics;
	const char *schema; /* as the statistics have it */
	const TableModel *model;
} StatisticsRead;

/* ---- values of a row that SPI returned ---- */

static Datum
field(int row, const char *name, bool *isnull)
{
	int number = SPI_fnumber(SPI_tuptable->tupdesc, name);

	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number,
						 isnull);
}

static double
field_number(int row, const char *name, double otherwise)
{
	bool isnull;
	Datum value = field(row, name, &isnull);

	return isnull ? otherwise : DatumGetFloat8(value);
}

static char *
field_text(const StatisticsRead *read, int row, const char *name)
{
	bool isnull;
	Datum value = field(row, name, &isnull);

	return isnull ? NULL
				  : MemoryContextStrdup(read->context,
										text_to_cstring(DatumGetTextPP(value)));
}

/* Returns a text[] whose elements may be NULL. */
static char **
field_texts(const StatisticsRead *read, int row, const char *name, int *n)
{
	bool isnull;
	Datum value = field(row, name, &isnull);
	Datum *elements;
	bool *nulls;
	char **texts;

	*n = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, n);
	texts = MemoryContextAllocZero(read->context, Max(*n, 1) * sizeof(char *));
	for (int i = 0; i < *n; i++)
		if (!nulls[i])
			texts[i] = MemoryContextStrdup(read->context,
										   TextDatumGetCString(elements[i]));
	return texts;
}

static double *
field_numbers(const StatisticsRead *read, int row, const char *name, int *n)
{
	bool isnull;
	Datum value = field(row, name, &isnull);
	Datum *elements;
	bool *nulls;
	double *numbers;

	*n = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), FLOAT8OID, sizeof(float8),
					  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements, &nulls, n);
	numbers =
		MemoryContextAllocZero(read->context, Max(*n, 1) * sizeof(double));
	for (int i = 0; i < *n; i++)
		numbers[i] = nulls[i] ? 0 : DatumGetFloat8(elements[i]);
	return numbers;
}

/* Runs a query whose parameters are the statistics, a schema and a table. */
static int
query(const StatisticsRead *read, const char *sql, const char *more)
{
	Oid types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	Datum values[] = {CStringGetTextDatum(read->statistics),
					  CStringGetTextDatum(read->schema),
					  CStringGetTextDatum(read->model->table),
					  CStringGetTextDatum(more)};
	int code = SPI_execute_with_args(sql, lengthof(types), types, values, NULL,
									 false, 0);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
	return (int) SPI_processed;
}

/* Finds the table, and sets the schema that the statistics know it by. */
static bool
find_table(StatisticsRead *read, double *rows)
{
	int n = query(
		read,
		psprintf(
			"SELECT t.schema, t.rows FROM %s.perfcheck_statistics_table AS t "
			"WHERE t.statistics OPERATOR(pg_catalog.=) $1 "
			"AND t.name OPERATOR(pg_catalog.=) $3 "
			"AND $4 OPERATOR(pg_catalog.=) '' "
			"ORDER BY (t.schema OPERATOR(pg_catalog.=) $2) DESC LIMIT 2",
			extension_schema()),
		"");
	char *schema;

	if (n == 0)
		return false;
	schema = field_text(read, 0, "schema");
	if (n > 1 && strcmp(schema, read->schema) != 0)
		return false;
	read->schema = schema;
	*rows = field_number(0, "rows", -1);
	return true;
}

/* ---- columns ---- */

static ColumnStatistics *
read_column(const StatisticsRead *read, int row)
{
	ColumnStatistics *column =
		MemoryContextAllocZero(read->context, sizeof(ColumnStatistics));
	int n;

	column->null_frac = field_number(row, "null_frac", 0);
	column->width = (int) field_number(row, "width", 0);
	column->ndistinct = field_number(row, "n_distinct", 0);
	column->correlation = field_number(row, "correlation", 0);
	column->common = field_texts(read, row, "common_values", &column->ncommon);
	column->freqs = field_numbers(read, row, "common_freqs", &n);
	/* With values left out, frequencies stand alone. */
	column->ncommon = column->common == NULL ? n : Min(column->ncommon, n);
	column->bounds = field_texts(read, row, "bounds", &column->nbounds);
	column->elements =
		field_texts(read, row, "common_elements", &column->nelements);
	column->element_freqs =
		field_numbers(read, row, "element_freqs", &column->nelement_freqs);
	column->element_counts =
		field_numbers(read, row, "element_counts", &column->nelement_counts);
	column->range_bounds =
		field_texts(read, row, "range_bounds", &column->nrange_bounds);
	column->range_lengths =
		field_texts(read, row, "range_lengths", &column->nrange_lengths);
	column->range_empty = field_number(row, "range_empty_frac", 0);
	column->sample = field_texts(read, row, "sample", &column->nsample);
	return column;
}

static void
read_columns(const StatisticsRead *read, TableStatistics *table)
{
	int n = query(
		read,
		psprintf(
			"SELECT c.attribute, c.null_frac, "
			"c.width::pg_catalog.float8 AS width, c.n_distinct, "
			"c.common_values, c.common_freqs, c.bounds, c.correlation, "
			"c.common_elements, c.element_freqs, c.element_counts, "
			"c.range_bounds, c.range_lengths, c.range_empty_frac, c.sample "
			"FROM %s.perfcheck_statistics_column AS c "
			"WHERE c.statistics OPERATOR(pg_catalog.=) $1 "
			"AND c.schema OPERATOR(pg_catalog.=) $2 "
			"AND c.name OPERATOR(pg_catalog.=) $3 "
			"AND (c.null_frac IS NOT NULL OR c.sample IS NOT NULL) "
			"AND $4 OPERATOR(pg_catalog.=) ''",
			extension_schema()),
		"");

	for (int i = 0; i < n; i++)
	{
		AttrNumber attnum =
			get_attnum(read->model->relid, field_text(read, i, "attribute"));

		if (attnum <= 0)
			continue;
		table->columns[attnum - 1] = read_column(read, i);
		table->columns[attnum - 1]->rows = Max(0, table->rows);
	}
}

/*
 * What pg_stats shows the user of this database's table. The parameters are those of
 * query().
 */
static void
read_own_columns(const StatisticsRead *read, TableStatistics *table)
{
	int n = query(
		read,
		"SELECT s.attname::pg_catalog.text AS attribute, "
		"s.null_frac::pg_catalog.float8 AS null_frac, "
		"s.avg_width::pg_catalog.float8 AS width, "
		"s.n_distinct::pg_catalog.float8 AS n_distinct, "
		"s.most_common_vals::pg_catalog.text::pg_catalog.text[] AS "
		"common_values, s.most_common_freqs::pg_catalog.float8[] AS "
		"common_freqs, s.histogram_bounds::pg_catalog.text::pg_catalog.text[] "
		"AS bounds, s.correlation::pg_catalog.float8 AS correlation, "
		"s.most_common_elems::pg_catalog.text::pg_catalog.text[] AS "
		"common_elements, s.most_common_elem_freqs::pg_catalog.float8[] AS "
		"element_freqs, s.elem_count_histogram::pg_catalog.float8[] AS "
		"element_counts, " COMPAT_STATS_OF_RANGES
		", NULL::pg_catalog.text[] AS sample FROM pg_catalog.pg_stats AS s "
		"WHERE s.schemaname OPERATOR(pg_catalog.=) $2 AND s.tablename "
		"OPERATOR(pg_catalog.=) $3 AND s.inherited OPERATOR(pg_catalog.=) "
		"($4 OPERATOR(pg_catalog.=) 'p') AND $1 IS NOT NULL",
		read->model->partitioned ? "p" : "");

	for (int i = 0; i < n; i++)
	{
		AttrNumber attnum =
			get_attnum(read->model->relid, field_text(read, i, "attribute"));

		if (attnum > 0)
			table->columns[attnum - 1] = read_column(read, i);
	}
}

static void
read_partitions(const StatisticsRead *read, TableStatistics *table)
{
	int n = query(
		read,
		psprintf(
			"SELECT pg_catalog.format('%%I.%%I', t.schema, t.name) AS name, "
			"t.rows FROM %s.perfcheck_statistics_table AS t "
			"WHERE t.statistics OPERATOR(pg_catalog.=) $1 "
			"AND t.partition_of OPERATOR(pg_catalog.=) "
			"pg_catalog.format('%%I.%%I', $2, $3) "
			"AND $4 OPERATOR(pg_catalog.=) ''",
			extension_schema()),
		"");

	for (int i = 0; i < n; i++)
	{
		PartitionStatistics *partition =
			MemoryContextAllocZero(read->context, sizeof(*partition));
		MemoryContext old = MemoryContextSwitchTo(read->context);

		partition->name = field_text(read, i, "name");
		partition->rows = field_number(i, "rows", 0);
		table->partitions = lappend(table->partitions, partition);
		MemoryContextSwitchTo(old);
	}
}

/* ---- columns that go together ---- */

/* Sets the numbers of columns; returns false if one does not exist. */
static bool
find_columns(const StatisticsRead *read, char **names, int n,
			 AttrNumber *columns)
{
	for (int i = 0; i < n; i++)
	{
		columns[i] = names[i] == NULL
						 ? InvalidAttrNumber
						 : get_attnum(read->model->relid, names[i]);
		if (columns[i] <= 0)
			return false;
	}
	return n > 0;
}

static void
add_combination(const StatisticsRead *read, GroupStatistics *group, int row)
{
	int n;
	char **texts = field_texts(read, row, "texts", &n);

	if (n != group->n)
		return;
	group->freqs[group->ncommon] = field_number(row, "frequency", 0);
	group->common[group->ncommon++] = texts;
}

/* A row a combination, those of an object one behind the other. */
static void
read_groups(const StatisticsRead *read, TableStatistics *table)
{
	int rows = query(
		read,
		psprintf(
			"SELECT e.object, e.attributes, v.text::pg_catalog.text[] AS "
			"texts, v.frequency FROM %s.perfcheck_statistics_extended AS e, "
			"ROWS FROM (pg_catalog.unnest(e.common_values), "
			"pg_catalog.unnest(e.common_freqs)) AS v (text, frequency) "
			"WHERE e.statistics OPERATOR(pg_catalog.=) $1 "
			"AND e.schema OPERATOR(pg_catalog.=) $2 "
			"AND e.name OPERATOR(pg_catalog.=) $3 "
			"AND v.text IS NOT NULL AND e.attributes IS NOT NULL "
			"AND $4 OPERATOR(pg_catalog.=) '' "
			"ORDER BY e.object, v.frequency DESC, v.text",
			extension_schema()),
		"");
	MemoryContext old = MemoryContextSwitchTo(read->context);
	GroupStatistics *group = NULL;
	char *before = NULL;

	for (int i = 0; i < rows; i++)
	{
		char *object = field_text(read, i, "object");

		if (before == NULL || strcmp(before, object) != 0)
		{
			char **names;

			before = object;
			group = palloc0(sizeof(GroupStatistics));
			names = field_texts(read, i, "attributes", &group->n);
			group->columns = palloc0(Max(group->n, 1) * sizeof(AttrNumber));
			group->common = palloc0(rows * sizeof(char **));
			group->freqs = palloc0(rows * sizeof(double));
			if (find_columns(read, names, group->n, group->columns))
				table->groups = lappend(table->groups, group);
		}
		add_combination(read, group, i);
	}
	MemoryContextSwitchTo(old);
}

static void
read_dependencies(const StatisticsRead *read, TableStatistics *table)
{
	int rows = query(
		read,
		psprintf("SELECT ARRAY[d.value OPERATOR(pg_catalog.->) 'attributes' "
				 "OPERATOR(pg_catalog.->>) 0, d.value OPERATOR(pg_catalog.->>) "
				 "'dependency'] AS names, (d.value OPERATOR(pg_catalog.->>) "
				 "'degree')::pg_catalog.float8 AS degree "
				 "FROM %s.perfcheck_statistics_extended AS e, "
				 "pg_catalog.jsonb_array_elements(e.dependencies) AS d "
				 "WHERE e.statistics OPERATOR(pg_catalog.=) $1 "
				 "AND e.schema OPERATOR(pg_catalog.=) $2 "
				 "AND e.name OPERATOR(pg_catalog.=) $3 "
				 "AND pg_catalog.jsonb_array_length(d.value "
				 "OPERATOR(pg_catalog.->) 'attributes') "
				 "OPERATOR(pg_catalog.=) 1 "
				 "AND $4 OPERATOR(pg_catalog.=) '' ORDER BY 2 DESC, 1",
				 extension_schema()),
		"");
	MemoryContext old = MemoryContextSwitchTo(read->context);

	for (int i = 0; i < rows; i++)
	{
		DependencyStatistics *dependency = palloc(sizeof(DependencyStatistics));
		AttrNumber columns[2];
		int n;
		char **names = field_texts(read, i, "names", &n);

		if (n != 2 || !find_columns(read, names, n, columns))
			continue;
		dependency->from = columns[0];
		dependency->to = columns[1];
		dependency->degree = field_number(i, "degree", 0);
		table->dependencies = lappend(table->dependencies, dependency);
	}
	MemoryContextSwitchTo(old);
}

/* ---- the whole ---- */

void
table_statistics_check(const char *statistics)
{
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(statistics)};
	int code = SPI_execute_with_args(
		psprintf("SELECT FROM %s.perfcheck_statistics AS s "
				 "WHERE s.name OPERATOR(pg_catalog.=) $1",
				 extension_schema()),
		lengthof(types), types, values, NULL, false, 1);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
	if (SPI_processed == 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("there are no statistics \"%s\"", statistics),
				errhint("Read a file of them with perfcheck_load_statistics(), "
						"or leave the argument out to get those of this "
						"database."));
}

TableStatistics *
table_statistics_read(const char *statistics, const TableModel *model)
{
	StatisticsRead read = {CurrentMemoryContext, statistics, model->schema,
						   model};
	TableStatistics *table = palloc0(sizeof(TableStatistics));

	table->columns =
		palloc0(Max(model->ncolumns, 1) * sizeof(ColumnStatistics *));
	if (!find_table(&read, &table->rows))
		return NULL;
	read_columns(&read, table);
	read_groups(&read, table);
	read_dependencies(&read, table);
	if (model->partitioned)
		read_partitions(&read, table);
	return table;
}

TableStatistics *
table_statistics_read_own(const TableModel *model)
{
	StatisticsRead read = {CurrentMemoryContext, "", model->schema, model};
	TableStatistics *table = palloc0(sizeof(TableStatistics));

	table->rows = -1;
	table->columns =
		palloc0(Max(model->ncolumns, 1) * sizeof(ColumnStatistics *));
	read_own_columns(&read, table);
	for (int i = 0; i < model->ncolumns; i++)
		if (table->columns[i] != NULL)
			return table;
	return NULL;
}

KeyStatistics *
table_statistics_key(const char *statistics, const TableModel *model,
					 const ModelKey *key)
{
	StatisticsRead read = {CurrentMemoryContext, statistics, model->schema,
						   model};
	KeyStatistics *found;
	const char *from;
	double rows;

	if (!find_table(&read, &rows) ||
		query(&read,
			  psprintf("SELECT k.parents, k.with_children, k.fan_out, "
					   "k.fan_out_from "
					   "FROM %s.perfcheck_statistics_key AS k "
					   "WHERE k.statistics OPERATOR(pg_catalog.=) $1 "
					   "AND k.schema OPERATOR(pg_catalog.=) $2 "
					   "AND k.name OPERATOR(pg_catalog.=) $3 "
					   "AND k.key OPERATOR(pg_catalog.=) $4 "
					   "AND k.parents OPERATOR(pg_catalog.>) 0",
					   extension_schema()),
			  key->name) == 0)
		return NULL;
	found = palloc0(sizeof(KeyStatistics));
	found->parents = field_number(0, "parents", 0);
	found->with_children = field_number(0, "with_children", 0);
	found->fan_out = field_numbers(&read, 0, "fan_out", &found->nfan_out);
	from = field_text(&read, 0, "fan_out_from");
	found->counted = from != NULL && strcmp(from, "rows") == 0;
	return found;
}
