/*-------------------------------------------------------------------------
 *
 * values.c
 *		Values of a column to compare with: common, typical, rare, absent.
 *
 * All SQL here runs with search_path pg_catalog alone, so that its functions
 * and operators are the server's; names of the user's are quoted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "target.h"
#include "values.h"

/* A word, to a search: at least three letters or digits, one trigram. */
#define VALUES_WORD "[^\\W_]{3,}"

/* A row number of a table, other than its order on disk, the same each time. */
#define VALUES_SHUFFLED "md5(t.ctid::text)"

/* The rows that a first page shows: where the next one starts. */
#define VALUES_PAGE 20

/* ---- SPI ---- */

static const char *
values_table(const ParamUse *use)
{
	return target_sql_name(use->relid);
}

static const char *
values_column(const ParamUse *use)
{
	return quote_identifier(get_attname(use->relid, use->attnum, false));
}

static void
values_select(const char *sql)
{
	int code = SPI_execute(sql, true, 0);

	if (code != SPI_OK_SELECT)
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("unexpected result of a look-up of values: %s",
					   SPI_result_code_string(code)));
}

static char *
values_get(MemoryContext context, uint64 row, int column)
{
	char *value =
		SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

	return value == NULL ? NULL : MemoryContextStrdup(context, value);
}

/* The elements of the one text[] of the last result; false if it is NULL. */
static bool
values_get_array(MemoryContext context, int n, char **values)
{
	bool isnull;
	Datum array =
		SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	Datum *elements;
	bool *nulls;
	int found;

	if (isnull)
		return false;
	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &found);
	for (int i = 0; i < n; i++)
		values[i] = i >= found || nulls[i]
						? NULL
						: MemoryContextStrdup(context,
											  TextDatumGetCString(elements[i]));
	return values[0] != NULL;
}

/* Whether the one row and column of the last result is true. */
static bool
values_is_true(const char *sql)
{
	bool isnull;

	values_select(sql);
	return SPI_processed == 1 &&
		   DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0],
									  SPI_tuptable->tupdesc, 1, &isnull));
}

bool
values_has_rows(Oid relid)
{
	return values_is_true(
		psprintf("SELECT EXISTS (SELECT FROM %s)", target_sql_name(relid)));
}

static List *
values_add(MemoryContext context, List *choices, const char *kind, int nvalues,
		   char *const *values)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	ValueChoice *choice = palloc0(sizeof(*choice));

	choice->kind = kind;
	choice->required = true;
	choice->values = palloc(nvalues * sizeof(char *));
	for (int i = 0; i < nvalues; i++)
		choice->values[i] = values[i] == NULL ? NULL : pstrdup(values[i]);
	choices = lappend(choices, choice);
	MemoryContextSwitchTo(old);
	return choices;
}

/* ---- frequency ---- */

/*
 * Typical, common and rare out of a query for (v text, n bigint): the value
 * that the middle row has, when rows are sorted by how frequent their value
 * is; the most frequent value; the least frequent one.
 */
static List *
values_by_frequency(MemoryContext context, const char *frequencies)
{
	static const char *const kinds[] = {"typical", "common", "rare"};
	List *choices = NIL;

	values_select(
		psprintf("WITH f AS (%s), r AS (SELECT v, n, "
				 "sum(n) OVER w AS upto, sum(n) OVER () AS total, "
				 "row_number() OVER w AS place, count(*) OVER () AS places "
				 "FROM f WINDOW w AS (ORDER BY n DESC, v COLLATE \"C\" "
				 "ROWS UNBOUNDED PRECEDING)) "
				 "SELECT (SELECT v FROM r WHERE upto * 2 >= total "
				 "ORDER BY place LIMIT 1), "
				 "(SELECT v FROM r WHERE place = 1), "
				 "(SELECT v FROM r WHERE place = places)",
				 frequencies));
	for (int i = 0; i < lengthof(kinds); i++)
	{
		char *value = values_get(context, 0, i + 1);

		if (value != NULL)
			choices = values_add(context, choices, kinds[i], 1, &value);
	}
	return choices;
}

/* The largest and smallest value of a type that have one further out. */
static const char *
values_last(Oid type, int direction)
{
	switch (type)
	{
		case INT2OID:
			return direction > 0 ? "32767" : "-32768";
		case INT4OID:
			return direction > 0 ? "2147483647" : "-2147483648";
		case INT8OID:
			return direction > 0 ? "9223372036854775807"
								 : "-9223372036854775808";
		case NUMERICOID:
		case FLOAT4OID:
		case FLOAT8OID:
			/* Beyond 1e15, and for NaN, adding 1 may change nothing. */
			return direction > 0 ? "1e15" : "-1e15";
		case TIMESTAMPTZOID:
		case TIMESTAMPOID:
		case DATEOID:
			return direction > 0 ? "'200000-01-01'" : "'4000-01-01 BC'";
		default:
			return NULL;
	}
}

/*
 * SQL for a value that lies beyond (1) or before (-1) all of a column's; NULL
 * for a type for which none can be told. The value may be null.
 */
static const char *
values_outside(const ParamUse *use, int direction)
{
	Oid type = getBaseType(get_atttype(use->relid, use->attnum));
	const char *last = values_last(type, direction);
	const char *extreme =
		psprintf("%s(%s)", direction > 0 ? "max" : "min", values_column(use));
	bool is_time = type == TIMESTAMPTZOID || type == TIMESTAMPOID;
	const char *step = is_time ? "interval '1 day'" : "1";

	if (type == TEXTOID || type == VARCHAROID)
		return direction > 0 ? psprintf("%s || '~'", extreme) : "''::text";
	if (last == NULL)
		return NULL;
	return psprintf("CASE WHEN %s %s %s THEN %s%s %s %s END", extreme,
					direction > 0 ? "<" : ">", last, extreme,
					is_time || type == DATEOID ? "" : "::numeric",
					direction > 0 ? "+" : "-", step);
}

/* A value that no row has, or NULL where none can be told for the type. */
static char *
values_absent(MemoryContext context, const ParamUse *use)
{
	Oid type = getBaseType(get_atttype(use->relid, use->attnum));
	const char *column = values_column(use);
	const char *table = values_table(use);
	const char *candidate = NULL;

	if (type == UUIDOID)
		candidate = "SELECT c.u FROM (SELECT "
					"'00000000-0000-0000-0000-000000000000'::uuid AS u)";
	else if (type == TEXTOID || type == VARCHAROID || type == BPCHAROID)
		candidate = "SELECT c.u FROM (SELECT 'perfcheck absent ' || i AS u "
					"FROM generate_series(1, 9) AS i)";
	else if (values_outside(use, 1) != NULL)
		candidate = psprintf("SELECT c.u FROM (SELECT %s AS u FROM %s)",
							 values_outside(use, 1), table);
	else
		return NULL;
	values_select(psprintf("%s AS c WHERE NOT EXISTS (SELECT FROM %s AS t "
						   "WHERE t.%s::text = c.u::text) LIMIT 1",
						   candidate, table, column));
	return SPI_processed == 0 ? NULL : values_get(context, 0, 1);
}

List *
values_equal(MemoryContext context, const ParamUse *use)
{
	const char *column = values_column(use);
	List *choices = values_by_frequency(
		context, psprintf("SELECT %s::text AS v, count(*) AS n FROM %s "
						  "WHERE %s IS NOT NULL GROUP BY %s",
						  column, values_table(use), column, column));
	char *absent;

	if (choices == NIL)
		return NIL;
	absent = values_absent(context, use);
	if (absent != NULL)
		choices = values_add(context, choices, "absent", 1, &absent);
	return choices;
}

/* ---- patterns ---- */

static char *
values_as_pattern(const ParamUse *use, const char *word)
{
	return use->wrapped ? pstrdup(word) : psprintf("%%%s%%", word);
}

static bool
values_matches(const ParamUse *use, const char *word)
{
	return values_is_true(psprintf(
		"SELECT EXISTS (SELECT FROM %s WHERE %s::text %s %s)",
		values_table(use), values_column(use),
		use->ignore_case ? "ILIKE" : "LIKE",
		quote_literal_cstr(psprintf(use->anchored ? "%s%%" : "%%%s%%", word))));
}

/* The first of candidates that no row matches; the last one if all do. */
static const char *
values_unmatched(const ParamUse *use, const char *const *candidates, int n)
{
	for (int i = 0; i + 1 < n; i++)
		if (!values_matches(use, candidates[i]))
			return candidates[i];
	return candidates[n - 1];
}

static List *
values_pattern_absent_and_short(MemoryContext context, const ParamUse *use,
								List *choices)
{
	static const char *const absent[] = {"qzxqzx", "xqvzjk", "zqxwvj"};
	static const char *const two[] = {"zz", "qx", "xq", "jq", "vx"};
	const char *word = values_unmatched(use, absent, lengthof(absent));
	char *pattern;
	ValueChoice *choice;

	if (!values_matches(use, word))
	{
		pattern = values_as_pattern(use, word);
		choices = values_add(context, choices, "absent", 1, &pattern);
	}
	pattern = values_as_pattern(use, values_unmatched(use, two, lengthof(two)));
	choices = values_add(context, choices, "short", 1, &pattern);
	if (!use->anchored)
	{
		choice = llast(choices);
		choice->required = false;
		choice->known_limit = "patterns under 3 characters";
		choice->known_limit_reason = "no trigram to look up";
	}
	return choices;
}

List *
values_pattern(MemoryContext context, const ParamUse *use)
{
	const char *column = values_column(use);
	const char *words =
		use->anchored ? psprintf("SELECT substring(%s::text FROM '^" VALUES_WORD
								 "') AS v FROM %s",
								 column, values_table(use))
					  : psprintf("SELECT w.m[1] AS v FROM %s AS t, "
								 "regexp_matches(t.%s::text, '" VALUES_WORD
								 "', 'g') AS w (m)",
								 values_table(use), column);
	List *choices = values_by_frequency(
		context, psprintf("SELECT v, count(*) AS n FROM (%s) AS words "
						  "WHERE v IS NOT NULL GROUP BY v",
						  words));
	ListCell *cell;

	if (choices == NIL)
		return NIL;
	foreach(cell, choices)
	{
		ValueChoice *choice = lfirst(cell);

		choice->values[0] = MemoryContextStrdup(
			context, values_as_pattern(use, choice->values[0]));
	}
	return values_pattern_absent_and_short(context, use, choices);
}

/* ---- ranges ---- */

/*
 * Values of the column at fractions of its rows, and one outside of them all
 * at the end. False when there is no row.
 */
static bool
values_quantiles(MemoryContext context, const ParamUse *use,
				 const char *fractions, int n, int direction, char **values)
{
	const char *outside = values_outside(use, direction);

	values_select(psprintf(
		"SELECT (percentile_disc('{%s}'::float8[]) WITHIN GROUP "
		"(ORDER BY %s))::text[] || (%s)::text FROM %s WHERE %s IS NOT NULL",
		fractions, values_column(use), outside == NULL ? "NULL" : outside,
		values_table(use), values_column(use)));
	return values_get_array(context, n + 1, values);
}

List *
values_range(MemoryContext context, const ParamUse *use)
{
	List *choices = NIL;
	char *q[5];
	char *bounds[2];

	if (!values_quantiles(context, use, "0,0.5,0.51,1", 4, 1, q))
		return NIL;
	bounds[0] = q[1];
	bounds[1] = q[2];
	choices = values_add(context, choices, "narrow", 2, bounds);
	bounds[0] = q[0];
	bounds[1] = q[3];
	choices = values_add(context, choices, "wide", 2, bounds);
	if (q[4] != NULL)
	{
		bounds[0] = q[4];
		bounds[1] = q[4];
		choices = values_add(context, choices, "empty", 2, bounds);
	}
	return choices;
}

List *
values_bound(MemoryContext context, const ParamUse *use)
{
	bool lower = use->kind == USE_LOWER;
	List *choices = NIL;
	char *q[4];

	if (!values_quantiles(context, use, lower ? "0.5,0,0.99" : "0.5,1,0.01", 3,
						  lower ? 1 : -1, q))
		return NIL;
	choices = values_add(context, choices, "typical", 1, &q[0]);
	choices = values_add(context, choices, "wide", 1, &q[1]);
	choices = values_add(context, choices, "narrow", 1, &q[2]);
	if (q[3] != NULL)
		choices = values_add(context, choices, "empty", 1, &q[3]);
	return choices;
}

/* ---- cursors ---- */

/* The columns, each with suffix behind it, with separator between. */
static char *
values_column_list(const ParamUse *columns, int ncolumns, const char *suffix,
				   const char *separator)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < ncolumns; i++)
		appendStringInfo(&list, "%s%s%s", i > 0 ? separator : "",
						 values_column(&columns[i]), suffix);
	return list.data;
}

/*
 * The rows that a walk through the pages stops at: the end of the first page,
 * the middle, and the row after which one last page is left.
 */
List *
values_cursor(MemoryContext context, const ParamUse *columns, int ncolumns)
{
	static const char *const kinds[] = {"middle page", "second page",
										"last page"};
	const char *places[] = {"perfcheck_rows / 2",
							psprintf("least(%d, perfcheck_rows)", VALUES_PAGE),
							psprintf("perfcheck_rows - %d", VALUES_PAGE + 1)};
	List *choices = NIL;

	for (int i = 0; i < lengthof(kinds); i++)
	{
		char *values[INDEX_MAX_KEYS];

		/* A null is no place in an order that a comparison can go on from. */
		values_select(psprintf(
			"SELECT %s FROM (SELECT %s, row_number() OVER (ORDER BY %s) "
			"AS perfcheck_place, count(*) OVER () AS perfcheck_rows "
			"FROM %s WHERE %s) AS t "
			"WHERE perfcheck_place = greatest(%s, 1)",
			values_column_list(columns, ncolumns, "::text", ", "),
			values_column_list(columns, ncolumns, "", ", "),
			values_column_list(columns, ncolumns,
							   columns[0].descending ? " DESC" : "", ", "),
			values_table(&columns[0]),
			values_column_list(columns, ncolumns, " IS NOT NULL", " AND "),
			places[i]));
		if (SPI_processed == 0)
			return NIL;
		for (int j = 0; j < ncolumns; j++)
			values[j] = values_get(context, 0, j + 1);
		choices = values_add(context, choices, kinds[i], ncolumns, values);
	}
	return choices;
}

/* ---- draws ---- */

static char *
values_draw_sql(const ParamUse *columns, int ncolumns, bool with_upper,
				int count)
{
	const char *table = values_table(&columns[0]);
	const char *column = values_column(&columns[0]);

	if (with_upper)
		return psprintf("SELECT a::text, b::text FROM (SELECT ctid, %s AS a, "
						"lead(%s, (SELECT greatest(1, count(*) / 50)::integer "
						"FROM %s)) OVER (ORDER BY %s, ctid) AS b FROM %s) AS t "
						"WHERE a IS NOT NULL AND b IS NOT NULL "
						"ORDER BY " VALUES_SHUFFLED " LIMIT %d",
						column, column, table, column, table, count);
	if (columns[0].kind == USE_PATTERN)
	{
		const char *word =
			psprintf("%s" VALUES_WORD, columns[0].anchored ? "^" : "");

		return psprintf("SELECT substring(t.%s::text FROM '%s') FROM %s AS t "
						"WHERE t.%s::text ~ '%s' "
						"ORDER BY " VALUES_SHUFFLED " LIMIT %d",
						column, word, table, column, word, count);
	}
	return psprintf(
		"SELECT %s FROM %s AS t WHERE %s "
		"ORDER BY " VALUES_SHUFFLED " LIMIT %d",
		values_column_list(columns, ncolumns, "::text", ", "), table,
		values_column_list(columns, ncolumns, " IS NOT NULL", " AND "), count);
}

List *
values_draw(MemoryContext context, const ParamUse *columns, int ncolumns,
			bool with_upper, int count)
{
	List *draws = NIL;
	int nvalues = with_upper ? 2 : ncolumns;

	values_select(values_draw_sql(columns, ncolumns, with_upper, count));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		MemoryContext old;
		char **values =
			MemoryContextAllocZero(context, nvalues * sizeof(char *));

		for (int i = 0; i < nvalues; i++)
		{
			values[i] = values_get(context, row, i + 1);
			if (columns[0].kind == USE_PATTERN && values[i] != NULL)
				values[i] = MemoryContextStrdup(
					context, values_as_pattern(&columns[0], values[i]));
		}
		old = MemoryContextSwitchTo(context);
		draws = lappend(draws, values);
		MemoryContextSwitchTo(old);
	}
	return draws;
}
