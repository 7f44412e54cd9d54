/*-------------------------------------------------------------------------
 *
 * export_psql.c
 *		The contract as a script for psql.
 *
 * A query is a call of perfcheck_add_query() with an argument a line, of which those
 * that have their default are left out; a case is a line. The script sets what the
 * meaning of its text depends on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "contract/contract_cases.h"
#include "exchange/export_psql.h"
#include "exchange/exported.h"

/* Appends a string, on one line. */
static void
export_psql_literal(StringInfo script, const char *text)
{
	bool escapes = false;

	for (const char *c = text; *c != '\0' && !escapes; c++)
		escapes = *c == '\\' || iscntrl((unsigned char) *c);
	appendStringInfoString(script, escapes ? "E'" : "'");
	for (; *text != '\0'; text++)
	{
		if (*text == '\'' || *text == '\\')
			appendStringInfo(script, "%c%c", *text, *text);
		else if (*text == '\n')
			appendStringInfoString(script, "\\n");
		else if (iscntrl((unsigned char) *text))
			appendStringInfo(script, "\\x%02x", (unsigned char) *text);
		else
			appendStringInfoChar(script, *text);
	}
	appendStringInfoChar(script, '\'');
}

/* Appends SQL as it stands, between dollar quotes that it does not hold. */
static void
export_psql_sql(StringInfo script, const char *sql)
{
	char *quote = pstrdup("$sql$");
	size_t length = strlen(sql);

	for (const char *c = sql; *c != '\0'; c++)
		if (iscntrl((unsigned char) *c) && *c != '\n' && *c != '\t')
		{
			export_psql_literal(script, sql);
			return;
		}
	for (int i = 1; strstr(sql, quote) != NULL ||
					(length >= strlen(quote) - 1 &&
					 strncmp(sql + length - (strlen(quote) - 1), quote,
							 strlen(quote) - 1) == 0);
		 i++)
		quote = psprintf("$sql%d$", i);
	appendStringInfo(script, "%s%s%s", quote, sql, quote);
}

static void
export_psql_argument(StringInfo script, const char *name)
{
	appendStringInfo(script, ",\n    %s => ", name);
}

static void
export_psql_text(StringInfo script, const char *name, const char *text)
{
	if (text == NULL)
		return;
	export_psql_argument(script, name);
	export_psql_literal(script, text);
}

static void
export_psql_number(StringInfo script, const char *name, int64 number,
				   int64 usual)
{
	if (number == usual)
		return;
	export_psql_argument(script, name);
	appendStringInfo(script, INT64_FORMAT, number);
}

static void
export_psql_ms(StringInfo script, const char *name, double ms, double usual)
{
	if (ms == usual)
		return;
	export_psql_argument(script, name);
	appendStringInfoString(script, exported_number(ms));
}

/* Appends an array of texts, of which each may be NULL. */
static void
export_psql_array(StringInfo script, char *const *texts, int count)
{
	if (count == 0)
	{
		appendStringInfoString(script, "'{}'");
		return;
	}
	appendStringInfoString(script, "ARRAY[");
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(script, ", ");
		if (texts[i] == NULL)
			appendStringInfoString(script, "NULL");
		else
			export_psql_literal(script, texts[i]);
	}
	appendStringInfoChar(script, ']');
}

static void
export_psql_types(StringInfo script, const ContractQuery *query)
{
	char **names = palloc(Max(query->ntypes, 1) * sizeof(char *));

	if (query->ntypes == 0)
		return;
	for (int i = 0; i < query->ntypes; i++)
		names[i] = exported_type(query->types[i]);
	export_psql_argument(script, "types");
	export_psql_array(script, names, query->ntypes);
	appendStringInfoString(script, "::regtype[]");
}

static void
export_psql_query(StringInfo script, const ContractQuery *query)
{
	appendStringInfoString(script, "\nSELECT perfcheck_add_query(\n    ");
	export_psql_literal(script, query->name);
	appendStringInfoString(script, ",\n    ");
	export_psql_sql(script, query->sql);
	export_psql_text(script, "path", query->path);
	export_psql_text(script, "answer", query->answer);
	export_psql_text(script, "expected", query->expected);
	export_psql_ms(script, "avg_ms", query->avg_ms, 200);
	export_psql_ms(script, "p95_ms", query->p95_ms, 300);
	export_psql_ms(script, "p99_ms", query->p99_ms, 500);
	export_psql_number(script, "max_rows", query->max_rows, 0);
	export_psql_number(script, "max_blocks", query->max_blocks, 0);
	if (query->max_rows_returned == 0)
	{
		export_psql_argument(script, "max_rows_returned");
		appendStringInfoString(script, "NULL");
	}
	else
		export_psql_number(script, "max_rows_returned",
						   query->max_rows_returned, -1);
	export_psql_text(script, "todo", query->todo);
	/* Without a todo they say nothing, and could not be loaded. */
	if (query->todo != NULL)
	{
		export_psql_text(script, "todo_cause", query->todo_cause);
		export_psql_text(script, "todo_until", query->todo_until);
	}
	export_psql_types(script, query);
	export_psql_text(script, "role", query->role);
	export_psql_text(script, "settings", query->settings);
	export_psql_text(script, "owner", query->owner);
	export_psql_text(script, "source", query->source);
	export_psql_argument(script, "search_path");
	if (query->search_path == NULL)
		appendStringInfoString(script, "NULL");
	else
		export_psql_literal(script, exported_path(query));
	if (!query->enabled)
		appendStringInfoString(script, ",\n    enabled => false");
	appendStringInfoString(script, ",\n    replace => true);\n");
}

static void
export_psql_cases(StringInfo script, const ContractQuery *query)
{
	ListCell *cell;

	foreach(cell, contract_read_cases(query))
	{
		const AddedCase *added = lfirst(cell);

		appendStringInfoString(script, "SELECT perfcheck_add_case(");
		export_psql_literal(script, query->name);
		appendStringInfoString(script, ", ");
		export_psql_literal(script, added->label);
		appendStringInfoString(script, ", ");
		export_psql_array(script, added->args, added->nargs);
		if (!added->required)
			appendStringInfoString(script, ", false");
		if (added->weight > 0)
			appendStringInfo(script, ", weight => %s",
							 exported_number(added->weight));
		appendStringInfoString(script, ");\n");
	}
	foreach(cell, contract_read_values(query))
	{
		const ParamValues *values = lfirst(cell);

		appendStringInfoString(script, "SELECT perfcheck_set_values(");
		export_psql_literal(script, query->name);
		appendStringInfo(script, ", %d, ", values->param);
		export_psql_array(script, values->values, values->nvalues);
		appendStringInfoString(script, ");\n");
	}
}

static void
export_psql_size(StringInfo script, const ExportedSize *size)
{
	ListCell *cell;

	appendStringInfoString(script, "SELECT perfcheck_size(");
	export_psql_literal(script, size->table);
	if (size->rows >= 0)
		appendStringInfo(script, ", rows => %.0f", size->rows);
	if (size->told)
	{
		appendStringInfoString(script, ", denser => ARRAY[");
		foreach(cell, size->denser)
		{
			if (foreach_current_index(cell) > 0)
				appendStringInfoString(script, ", ");
			export_psql_literal(script, lfirst(cell));
		}
		appendStringInfoString(script, "]::name[]");
	}
	appendStringInfoString(script, ");\n");
}

/* Appends what the script begins with, before the queries. */
static void
export_psql_head(StringInfo script)
{
	appendStringInfoString(
		script,
		"-- The contract of perfcheck, as perfcheck_export() writes it.\n"
		"--\n"
		"--   psql -X -f contract.sql DATABASE                 replaces what it "
		"holds\n"
		"--   psql -X -v prune=yes -f contract.sql DATABASE    and drops the "
		"rest\n"
		"--\n"
		"-- It is one transaction, and ends at the first error with status 3.\n"
		"\n"
		"\\set ON_ERROR_STOP on\n"
		"\\if :{?prune}\n"
		"\\else\n"
		"\\set prune off\n"
		"\\endif\n");
}

/* Appends what the statements depend on, once the transaction is open. */
static void
export_psql_begin(StringInfo script)
{
	appendStringInfoString(
		script,
		"BEGIN;\n"
		"SET LOCAL standard_conforming_strings = on;\n"
		"SET LOCAL client_min_messages = warning;\n"
		"\\o /dev/null\n"
		"SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ',\n"
		"    nullif(pg_catalog.current_setting('search_path'), ''), "
		"pg_catalog.quote_ident(n.nspname)), true)\n"
		"FROM pg_catalog.pg_extension e\n"
		"JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) "
		"e.extnamespace\n"
		"WHERE e.extname OPERATOR(pg_catalog.=) 'perfcheck';\n"
		"\\if :prune\n"
		"SELECT perfcheck_reset_contract();\n"
		"\\endif\n");
}

char *
export_psql(void)
{
	const Exported *exported = exported_read();
	StringInfoData head;
	StringInfoData script;
	bool ascii = true;
	ListCell *cell;

	initStringInfo(&head);
	initStringInfo(&script);
	export_psql_begin(&script);
	foreach(cell, exported->dropped)
	{
		appendStringInfoString(&script, foreach_current_index(cell) == 0
											? "\nINSERT INTO perfcheck_dropped "
											  "VALUES ("
											: "INSERT INTO perfcheck_dropped "
											  "VALUES (");
		export_psql_literal(&script, lfirst(cell));
		appendStringInfoString(&script, ");\n");
	}
	foreach(cell, exported->queries)
	{
		CHECK_FOR_INTERRUPTS();
		export_psql_query(&script, lfirst(cell));
		export_psql_cases(&script, lfirst(cell));
	}
	foreach(cell, exported->sizes)
	{
		if (foreach_current_index(cell) == 0)
			appendStringInfoChar(&script, '\n');
		export_psql_size(&script, lfirst(cell));
	}
	appendStringInfoString(&script, "\n\\o\nCOMMIT;\n");

	export_psql_head(&head);
	/* Who reads other letters must know what their bytes stand for. */
	for (const char *c = script.data; *c != '\0' && ascii; c++)
		ascii = !IS_HIGHBIT_SET(*c);
	if (!ascii)
		appendStringInfo(&head, "\\encoding %s\n",
						 pg_get_client_encoding_name());
	appendStringInfoString(&head, script.data);
	return head.data;
}
