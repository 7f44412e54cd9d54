/*-------------------------------------------------------------------------
 *
 * export_sql.c
 *		The contract as a file of queries, each below comments that tell of it.
 *
 * Each value is written in the plainest form that query_file.c reads as the same
 * text, which is found by having it read.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "contract/contract_cases.h"
#include "exchange/export_sql.h"
#include "exchange/exported.h"
#include "exchange/named_params.h"

const char *const export_sql_keys[] = {"name",
									   "path",
									   "answer",
									   "expected",
									   "avg_ms",
									   "p95_ms",
									   "p99_ms",
									   "max_rows",
									   "max_blocks",
									   "max_rows_returned",
									   "todo",
									   "todo_cause",
									   "todo_until",
									   "types",
									   "role",
									   "settings",
									   "owner",
									   "search_path",
									   "enabled",
									   "case",
									   "optional_case",
									   "weight",
									   "values",
									   "sql",
									   "size",
									   "dropped",
									   NULL};

static bool
export_sql_has_controls(const char *text)
{
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char) *text) && *text != '\t')
			return true;
	return false;
}

/* Returns a text in quotes, with escapes, on one line. */
static char *
export_sql_escaped(const char *text)
{
	StringInfoData quoted;

	initStringInfo(&quoted);
	appendStringInfoString(&quoted, "E'");
	for (; *text != '\0'; text++)
	{
		if (*text == '\'' || *text == '\\')
			appendStringInfo(&quoted, "%c%c", *text, *text);
		else if (*text == '\n')
			appendStringInfoString(&quoted, "\\n");
		else if (iscntrl((unsigned char) *text))
			appendStringInfo(&quoted, "\\x%02x", (unsigned char) *text);
		else
			appendStringInfoChar(&quoted, *text);
	}
	appendStringInfoChar(&quoted, '\'');
	return quoted.data;
}

/* Is a line with this value read as the value, and nothing else? */
static bool
export_sql_line_holds(const char *value)
{
	QueryFile file;
	QueryFileItem item;
	char *line = psprintf("-- name: %s", value);

	query_file_start(&file, line, strlen(line), export_sql_keys);
	item = query_file_next(&file);
	return item.kind == QUERY_FILE_KEY && item.value_length == strlen(value) &&
		   query_file_next(&file).kind == QUERY_FILE_END;
}

/* Returns a text as the value of a key that holds one. */
static char *
export_sql_text(const char *text)
{
	char *buffer = palloc(strlen(text) + 1);

	if (!export_sql_has_controls(text) && export_sql_line_holds(text) &&
		query_file_text(text, strlen(text), buffer) &&
		strcmp(buffer, text) == 0)
		return pstrdup(text);
	return export_sql_escaped(text);
}

/* A name must not be taken for one with the marks of sqlc or aiosql. */
static char *
export_sql_name(const char *name)
{
	QueryFileForm form;
	bool writes;

	if (query_file_name(name, strlen(name), &form, &writes) != strlen(name))
		return export_sql_escaped(name);
	return export_sql_text(name);
}

static bool
export_sql_is_read_as(const char *element, const char *text)
{
	const char *at = element;
	char *buffer = palloc(strlen(element) + 1);

	return query_file_element(&at, element + strlen(element), buffer) ==
			   QUERY_FILE_ELEMENT &&
		   at == NULL && strcmp(buffer, text) == 0;
}

/* Returns a text, or NULL, as one of several values. */
static char *
export_sql_element(const char *text)
{
	StringInfoData quoted;

	if (text == NULL)
		return pstrdup("NULL");
	if (export_sql_has_controls(text))
		return export_sql_escaped(text);
	if (export_sql_is_read_as(text, text))
		return pstrdup(text);
	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '\'');
	for (; *text != '\0'; text++)
		appendStringInfo(&quoted, *text == '\'' ? "''" : "%c", *text);
	appendStringInfoChar(&quoted, '\'');
	return quoted.data;
}

static void
export_sql_elements(StringInfo file, char *const *texts, int count)
{
	for (int i = 0; i < count; i++)
		appendStringInfo(file, ", %s", export_sql_element(texts[i]));
	appendStringInfoChar(file, '\n');
}

static void
export_sql_key(StringInfo file, const char *key, const char *text)
{
	if (text != NULL)
		appendStringInfo(file, "-- %s: %s\n", key, export_sql_text(text));
}

static void
export_sql_number(StringInfo file, const char *key, int64 number)
{
	if (number != 0)
		appendStringInfo(file, "-- %s: " INT64_FORMAT "\n", key, number);
}

static void
export_sql_ms(StringInfo file, const char *key, double ms, double usual)
{
	if (ms != usual)
		appendStringInfo(file, "-- %s: %s\n", key, exported_number(ms));
}

static void
export_sql_types(StringInfo file, const ContractQuery *query)
{
	if (query->ntypes == 0)
		return;
	appendStringInfo(file, "-- types: %s",
					 export_sql_element(exported_type(query->types[0])));
	for (int i = 1; i < query->ntypes; i++)
		appendStringInfo(file, ", %s",
						 export_sql_element(exported_type(query->types[i])));
	appendStringInfoChar(file, '\n');
}

static void
export_sql_cases(StringInfo file, const ContractQuery *query)
{
	ListCell *cell;

	foreach(cell, contract_read_cases(query))
	{
		const AddedCase *added = lfirst(cell);

		appendStringInfo(file, "-- %s: %s",
						 added->required ? "case" : "optional_case",
						 export_sql_element(added->label));
		export_sql_elements(file, added->args, added->nargs);
		if (added->weight > 0)
			appendStringInfo(file, "-- weight: %s\n",
							 exported_number(added->weight));
	}
	foreach(cell, contract_read_values(query))
	{
		const ParamValues *values = lfirst(cell);

		appendStringInfo(file, "-- values: %d", values->param);
		export_sql_elements(file, values->values, values->nvalues);
	}
}

/* Returns SQL without the semicolon and the space that a file has of its own. */
static char *
export_sql_trimmed(const char *sql)
{
	size_t length;

	while (isspace((unsigned char) *sql))
		sql++;
	length = strlen(sql);
	while (length > 0 &&
		   (isspace((unsigned char) sql[length - 1]) || sql[length - 1] == ';'))
		length--;
	return pnstrdup(sql, length);
}

/* Is the statement read as this text, with its parameters as they are? */
static bool
export_sql_statement_holds(const char *text, const char *sql)
{
	char *written = psprintf("-- name: x\n%s-- name: y", text);
	char *numbered = palloc(2 * strlen(sql) + 1);
	QueryFile file;
	QueryFileItem item;

	for (const char *c = sql; *c != '\0'; c++)
		if (iscntrl((unsigned char) *c) && *c != '\n' && *c != '\t')
			return false;
	query_file_start(&file, written, strlen(written), export_sql_keys);
	(void) query_file_next(&file);
	item = query_file_next(&file);
	return item.kind == QUERY_FILE_SQL && item.value_length == strlen(sql) &&
		   strncmp(item.value, sql, item.value_length) == 0 &&
		   named_params_number(sql, strlen(sql), NAMED_PARAMS_COLON,
							   numbered) == strlen(sql) &&
		   strcmp(numbered, sql) == 0 &&
		   query_file_next(&file).kind == QUERY_FILE_KEY &&
		   query_file_next(&file).kind == QUERY_FILE_END;
}

/* Appends the statement, or a comment with it where no text below would be it. */
static void
export_sql_statement(StringInfo file, const ContractQuery *query)
{
	char *sql = export_sql_trimmed(query->sql);
	char *text = psprintf("%s;\n", sql);

	if (export_sql_statement_holds(text, sql))
	{
		appendStringInfoString(file, text);
		return;
	}
	/* It may end with a comment of one line. */
	text = psprintf("%s\n;\n", sql);
	if (export_sql_statement_holds(text, sql))
		appendStringInfoString(file, text);
	else
		appendStringInfo(file, "-- sql: %s\n", export_sql_escaped(query->sql));
}

/* The search_path is told where it is not that of most queries. */
static void
export_sql_query(StringInfo file, const ContractQuery *query, const char *usual)
{
	const char *path = exported_path(query);

	appendStringInfo(file, "\n-- name: %s\n", export_sql_name(query->name));
	export_sql_key(file, "path", query->path);
	export_sql_key(file, "answer", query->answer);
	export_sql_key(file, "expected", query->expected);
	export_sql_ms(file, "avg_ms", query->avg_ms, 200);
	export_sql_ms(file, "p95_ms", query->p95_ms, 300);
	export_sql_ms(file, "p99_ms", query->p99_ms, 500);
	export_sql_number(file, "max_rows", query->max_rows);
	export_sql_number(file, "max_blocks", query->max_blocks);
	if (query->max_rows_returned == 0)
		appendStringInfoString(file, "-- max_rows_returned: NULL\n");
	else if (query->max_rows_returned != -1)
		export_sql_number(file, "max_rows_returned", query->max_rows_returned);
	export_sql_key(file, "todo", query->todo);
	/* Without a todo they say nothing, and could not be loaded. */
	if (query->todo != NULL)
	{
		export_sql_key(file, "todo_cause", query->todo_cause);
		export_sql_key(file, "todo_until", query->todo_until);
	}
	export_sql_types(file, query);
	export_sql_key(file, "role", query->role);
	export_sql_key(file, "settings", query->settings);
	export_sql_key(file, "owner", query->owner);
	if (path == NULL)
		appendStringInfoString(file, "-- search_path: NULL\n");
	else if (usual == NULL || strcmp(path, usual) != 0)
		export_sql_key(file, "search_path", path);
	if (!query->enabled)
		appendStringInfoString(file, "-- enabled: false\n");
	export_sql_cases(file, query);
	export_sql_statement(file, query);
}

static int
export_sql_count(const List *queries, const char *path)
{
	int count = 0;
	ListCell *cell;

	foreach(cell, queries)
	{
		const char *other = exported_path(lfirst(cell));

		count += other != NULL && strcmp(other, path) == 0;
	}
	return count;
}

/* Returns the search_path that most queries have; the first one in bytes of equals. */
static const char *
export_sql_usual_path(const List *queries)
{
	const char *usual = NULL;
	int most = 0;
	ListCell *cell;

	foreach(cell, queries)
	{
		const char *path = exported_path(lfirst(cell));
		int count;

		CHECK_FOR_INTERRUPTS();
		if (path == NULL || (usual != NULL && strcmp(path, usual) == 0))
			continue;
		count = export_sql_count(queries, path);
		if (count > most || (count == most && strcmp(path, usual) < 0))
		{
			usual = path;
			most = count;
		}
	}
	return usual;
}

static void
export_sql_size(StringInfo file, const ExportedSize *size)
{
	ListCell *cell;

	appendStringInfo(file, "-- size: %s", export_sql_element(size->table));
	appendStringInfo(file, size->rows < 0 ? ", NULL" : ", %.0f", size->rows);
	if (size->told && size->denser == NIL)
		appendStringInfoString(file, ", NULL");
	foreach(cell, size->denser)
		appendStringInfo(file, ", %s", export_sql_element(lfirst(cell)));
	appendStringInfoChar(file, '\n');
}

char *
export_sql(void)
{
	const Exported *exported = exported_read();
	const char *usual = export_sql_usual_path(exported->queries);
	StringInfoData file;
	ListCell *cell;

	initStringInfo(&file);
	appendStringInfoString(
		&file,
		"-- The contract of perfcheck, as perfcheck_export('sql') writes it.\n"
		"-- Load it with perfcheck-load.sql, which stands beside the "
		"extension.\n");
	if (usual != NULL || exported->sizes != NIL || exported->dropped != NIL)
		appendStringInfoChar(&file, '\n');
	export_sql_key(&file, "search_path", usual);
	foreach(cell, exported->dropped)
		appendStringInfo(&file, "-- dropped: %s\n",
						 export_sql_text(lfirst(cell)));
	foreach(cell, exported->sizes)
		export_sql_size(&file, lfirst(cell));
	foreach(cell, exported->queries)
	{
		CHECK_FOR_INTERRUPTS();
		export_sql_query(&file, lfirst(cell), usual);
	}
	return file.data;
}
