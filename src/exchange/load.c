/*-------------------------------------------------------------------------
 *
 * load.c
 *		Reads a file of queries into the contract.
 *
 * What stands above a statement is taken down as it is read, and the query is added
 * once the next name, or the end, shows that it is complete. The line that is being
 * dealt with is kept, so that an error can name it. Nothing is caught: an error ends
 * the caller's statement, and with it all that was loaded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

#include "base/guc_scope.h"
#include "base/sql_token.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_cases.h"
#include "exchange/export_sql.h"
#include "exchange/load.h"
#include "exchange/load_value.h"
#include "exchange/named_params.h"
#include "exchange/query_file.h"
#include "plan/table_growth.h"

/* The query that is being read. */
typedef struct LoadQuery
{
	char *name; /* NULL before the first one */
	int line;
	QueryFileForm form;
	bool writes; /* as its form says */
	List *values;
	char *sql;
	int sql_line;
} LoadQuery;

typedef struct Load
{
	const char *source;
	int line;          /* that is being dealt with */
	int sql_line;      /* where a statement begins that is, or 0 */
	char *search_path; /* of the file; empty: that of the call */
	List *before;      /* ContractQuery *: the team's own */
	List *loaded;
	LoadQuery query;
} Load;

/* ---- a query ---- */

static const LoadValue *
load_find(const LoadQuery *query, const char *key)
{
	ListCell *cell;

	foreach(cell, query->values)
	{
		const LoadValue *value = lfirst(cell);

		if (strcmp(value->key, key) == 0)
			return value;
	}
	return NULL;
}

/* Calls a reader for a key that there is, and notes the line for its errors. */
static const LoadValue *
load_at(Load *load, const char *key)
{
	const LoadValue *value = load_find(&load->query, key);

	load->line = value == NULL ? load->query.line : value->line;
	return value;
}

static char *
load_optional_text(Load *load, const char *key)
{
	const LoadValue *value = load_at(load, key);

	return value == NULL ? NULL : load_text(value);
}

static int64
load_optional_number(Load *load, const char *key, int64 usual, int64 none,
					 int64 refused)
{
	const LoadValue *value = load_at(load, key);

	return value == NULL ? usual : load_number(value, none, refused);
}

static double
load_optional_ms(Load *load, const char *key, double usual)
{
	const LoadValue *value = load_at(load, key);

	return value == NULL ? usual : load_ms(value);
}

/* Returns the query with what is told of it. */
static ContractQuery *
load_make_query(Load *load)
{
	ContractQuery *query = palloc0(sizeof(*query));
	const LoadValue *value;

	query->name = load->query.name;
	query->sql = load->query.sql;
	query->path = load_optional_text(load, "path");
	query->answer = load_optional_text(load, "answer");
	query->expected = load_optional_text(load, "expected");
	query->avg_ms = load_optional_ms(load, "avg_ms", 200);
	query->p95_ms = load_optional_ms(load, "p95_ms", 300);
	query->p99_ms = load_optional_ms(load, "p99_ms", 500);
	query->max_rows = load_optional_number(load, "max_rows", 0, 0, -1);
	query->max_blocks = load_optional_number(load, "max_blocks", 0, 0, -1);
	query->max_rows_returned =
		load_optional_number(load, "max_rows_returned", -1, 0, -2);
	query->todo = load_optional_text(load, "todo");
	query->todo_cause = load_optional_text(load, "todo_cause");
	query->role = load_optional_text(load, "role");
	query->settings = load_optional_text(load, "settings");
	query->owner = load_optional_text(load, "owner");
	if ((value = load_at(load, "todo_until")) != NULL)
		query->todo_until = load_day(value);
	value = load_at(load, "search_path");
	query->search_path = value == NULL ? load->search_path : load_path(value);
	value = load_at(load, "enabled");
	query->enabled = value == NULL || load_bool(value);
	if ((value = load_at(load, "types")) != NULL)
		load_types(value, query);
	if (load->source != NULL)
		query->source = psprintf("%s:%d", load->source, load->query.line);
	return query;
}

static void
load_add_case(const ContractQuery *query, const LoadValue *value, double weight)
{
	AddedCase added = {.required = strcmp(value->key, "case") == 0,
					   .weight = weight};
	int count;
	char **texts = load_elements(value, &count);

	if (count == 0 || texts[0] == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s has no label", value->key),
				errhint("Write the label and then a value for each parameter, "
						"such as: own, 5, unread."));
	added.label = texts[0];
	added.args = texts + 1;
	added.nargs = count - 1;
	derive_check_added(query, &added);
	contract_add_case(query->name, &added);
}

static bool
load_is_case(const LoadValue *value)
{
	return strcmp(value->key, "case") == 0 ||
		   strcmp(value->key, "optional_case") == 0;
}

/* Returns the weight of a case, which stands behind it; 0 if there is none. */
static double
load_next_weight(Load *load, const ListCell *next)
{
	const LoadValue *value = next ? lfirst(next) : NULL;

	if (value == NULL || strcmp(value->key, "weight") != 0)
		return 0;
	load->line = value->line;
	return load_weight(value);
}

static void
load_set_values(const ContractQuery *query, const LoadValue *value)
{
	ParamValues values = {0};
	int count;
	char **texts = load_elements(value, &count);

	if (count < 2 || texts[0] == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s needs the number of a parameter and its values",
					   value->key),
				errhint("Write them as: 2, unread, read."));
	values.param =
		DatumGetInt32(DirectFunctionCall1(int4in, CStringGetDatum(texts[0])));
	values.values = texts + 1;
	values.nvalues = count - 1;
	derive_check_values(query, &values);
	contract_set_values(query->name, &values);
}

/*
 * Adds what belongs to a query that was added. The contract is read for it with a
 * snapshot of now, as that of the caller's statement shows what was replaced.
 */
static void
load_add_parts(Load *load)
{
	const ContractQuery *query;
	ListCell *cell;

	CommandCounterIncrement();
	PushCopiedSnapshot(GetTransactionSnapshot());
	UpdateActiveSnapshotCommandId();
	query = linitial(contract_read(load->query.name));
	foreach(cell, load->query.values)
	{
		const LoadValue *value = lfirst(cell);
		double weight = load_next_weight(load, lnext(load->query.values, cell));

		load->line = value->line;
		if (load_is_case(value))
			load_add_case(query, value, weight);
		else if (strcmp(value->key, "values") == 0)
			load_set_values(query, value);
		else
			continue;
		CommandCounterIncrement();
		UpdateActiveSnapshotCommandId();
	}
	PopActiveSnapshot();
}

static bool
load_was_there(const Load *load, const char *name)
{
	ListCell *cell;

	foreach(cell, load->before)
		if (strcmp(((const ContractQuery *) lfirst(cell))->name, name) == 0)
			return true;
	return false;
}

static void
load_note(Load *load, char *name, const char *action, const char *reason)
{
	LoadedQuery *loaded = palloc0(sizeof(*loaded));

	loaded->name = name;
	loaded->line = load->query.line;
	loaded->action = action;
	loaded->reason = reason;
	load->loaded = lappend(load->loaded, loaded);
}

/* Is a statement of another program's file one that the contract cannot hold? */
static bool
load_is_write(const LoadQuery *query)
{
	static const char *const reads[] = {"select", "with", "values", "table",
										"("};
	const char *end = query->sql + strlen(query->sql);
	SqlToken token = sql_token_read(query->sql, end);

	if (query->form == QUERY_FILE_PLAIN)
		return false;
	while (token.kind == SQL_TOKEN_SPACE ||
		   token.kind == SQL_TOKEN_LINE_COMMENT ||
		   token.kind == SQL_TOKEN_BLOCK_COMMENT)
		token = sql_token_read(token.start + token.length, end);
	for (int i = 0; i < lengthof(reads); i++)
		if (sql_token_is(&token, reads[i]))
			return query->writes;
	return true;
}

/* Gives the parameters numbers, in the form that the query's name tells. */
static void
load_number_params(Load *load)
{
	LoadQuery *query = &load->query;
	size_t length = strlen(query->sql);
	char *numbered = palloc(2 * length + 1);

	if (named_params_number(query->sql, length,
							query->form == QUERY_FILE_SQLC ? NAMED_PARAMS_SQLC
														   : NAMED_PARAMS_COLON,
							numbered) == 0)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("the query has more than 1000 names of parameters"),
				errhint("Use $1 to $n."));
	query->sql = numbered;
}

/* Adds the query that was read, if there is one. */
static void
load_finish_query(Load *load)
{
	ContractQuery *query;
	ListCell *cell;
	const LoadValue *whole;

	CHECK_FOR_INTERRUPTS();
	if (load->query.name == NULL)
		return;
	load->line = load->query.line;
	foreach(cell, load->loaded)
		if (strcmp(((const LoadedQuery *) lfirst(cell))->name,
				   load->query.name) == 0)
			ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("query \"%s\" stands there twice, first in line %d",
						   load->query.name,
						   ((const LoadedQuery *) lfirst(cell))->line),
					errhint("Choose another name."));
	whole = load_find(&load->query, "sql");
	if ((whole == NULL) == (load->query.sql == NULL) ||
		(load->query.sql != NULL && load->query.sql[0] == '\0'))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg(whole == NULL ? "query \"%s\" has no statement"
									 : "query \"%s\" has two statements",
					   load->query.name),
				errhint("Write one SELECT below the comments that tell of "
						"it."));
	if (whole != NULL)
		load->query.sql = load_text(whole);
	else if (load_is_write(&load->query))
	{
		load_note(load, load->query.name, "skipped",
				  "it is not a SELECT, or returns no rows");
		return;
	}
	else
		load_number_params(load);
	query = load_make_query(load);
	load->line = load->query.line;
	load->sql_line = whole == NULL ? load->query.sql_line : 0;
	contract_add_query(query, true);
	load->sql_line = 0;
	load_add_parts(load);
	load_note(load, query->name,
			  load_was_there(load, query->name) ? "replaced" : "added", NULL);
}

/* ---- the file ---- */

static void
load_start_query(Load *load, const LoadValue *value)
{
	LoadQuery *query = &load->query;
	LoadValue name = *value;

	memset(query, 0, sizeof(*query));
	name.length = query_file_name(value->value, value->length, &query->form,
								  &query->writes);
	query->name = load_text(&name);
	query->line = value->line;
}

/* Reads "-- size: table, rows, column ..."; NULL for rows, or a column, is none. */
static void
load_size(const Load *load, const LoadValue *value)
{
	int count;
	char **texts = load_elements(value, &count);
	bool has_rows = count > 1 && texts[1] != NULL;
	double rows = 0;
	ArrayType *denser = NULL;
	Datum *names = palloc0(Max(count, 1) * sizeof(Datum));
	int nnames = 0;
	int level;
	Oid relid;

	if (count == 0 || texts[0] == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("size names no table"),
				errhint("Write the table and its rows, such as: events, "
						"1000000."));
	if (has_rows)
		rows = (double) DatumGetInt64(
			DirectFunctionCall1(int8in, CStringGetDatum(texts[1])));
	for (int i = 2; i < count; i++)
		if (texts[i] != NULL)
			names[nnames++] =
				DirectFunctionCall1(namein, CStringGetDatum(texts[i]));
	if (count > 2)
		denser = construct_array(names, nnames, NAMEOID, NAMEDATALEN, false,
								 TYPALIGN_CHAR);
	level = guc_scope_enter_search_path(load->search_path != NULL &&
												load->search_path[0] != '\0'
											? load->search_path
											: NULL);
	relid = DatumGetObjectId(
		DirectFunctionCall1(regclassin, CStringGetDatum(texts[0])));
	guc_scope_leave(level);
	table_growth_tell(relid, has_rows ? &rows : NULL, denser);
}

/* Deals with a key that stands before the first query. */
static void
load_head(Load *load, const LoadValue *value)
{
	if (strcmp(value->key, "search_path") == 0)
		load->search_path = load_path(value);
	else if (strcmp(value->key, "dropped") == 0)
		contract_drop_built_in(load_text(value));
	else if (strcmp(value->key, "size") == 0)
		load_size(load, value);
	else
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s stands before the first query", value->key),
				errhint("Write it below the name of a query."));
}

static void
load_key(Load *load, const QueryFileItem *item)
{
	static const char *const often[] = {"case", "optional_case", "weight",
										"values"};
	LoadValue *value = palloc0(sizeof(*value));
	bool again = false;

	value->key = pnstrdup(item->key, item->key_length);
	value->value = item->value;
	value->length = item->value_length;
	value->line = item->line;
	if (strcmp(value->key, "name") == 0)
	{
		load_finish_query(load);
		load->line = item->line;
		load_start_query(load, value);
		return;
	}
	if (load->query.name == NULL)
	{
		load_head(load, value);
		return;
	}
	if (strcmp(value->key, "size") == 0 || strcmp(value->key, "dropped") == 0)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s does not belong to a query", value->key),
				errhint("Write it before the first query."));
	for (int i = 0; i < lengthof(often); i++)
		again = again || strcmp(value->key, often[i]) == 0;
	if (strcmp(value->key, "weight") == 0 &&
		(load->query.values == NIL || !load_is_case(llast(load->query.values))))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("weight does not follow a case"),
				errhint("Write it below the case that it belongs to, once."));
	if (!again && load_find(&load->query, value->key) != NULL)
		ereport(
			ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("query \"%s\" has %s twice", load->query.name, value->key),
			errhint("Leave one out."));
	load->query.values = lappend(load->query.values, value);
}

static char *
load_place(const Load *load, int line)
{
	return load->source == NULL ? psprintf("line %d", line)
								: psprintf("%s:%d", load->source, line);
}

static void
load_items(Load *load, const char *text)
{
	QueryFile file;
	QueryFileItem item;

	query_file_start(&file, text, strlen(text), export_sql_keys);
	do
	{
		item = query_file_next(&file);
		load->line = item.line;
		switch (item.kind)
		{
			case QUERY_FILE_END:
				load_finish_query(load);
				break;
			case QUERY_FILE_KEY:
				load_key(load, &item);
				break;
			case QUERY_FILE_SQL:
				load->query.sql = pnstrdup(item.value, item.value_length);
				load->query.sql_line = item.line;
				break;
			case QUERY_FILE_COMMENT:
				/* Files of other programs have comments of their own. */
				if (load->query.form == QUERY_FILE_PLAIN)
					ereport(WARNING,
							errmsg("%s: \"-- %s:\" is no key of perfcheck, "
								   "and is taken for a comment",
								   load_place(load, item.line),
								   pnstrdup(item.key, item.key_length)));
				break;
			case QUERY_FILE_FAULT:
				ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
						errmsg_internal("%s", item.value),
						errhint("docs/git.md shows the form of such a "
								"file."));
		}
	} while (item.kind != QUERY_FILE_END);
}

/* Raises an error again with its place before its message. */
static void
load_rethrow(const Load *load, MemoryContext context)
{
	ErrorData *error;
	int line = load->line;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	/* An error within a statement tells the character. */
	if (load->sql_line > 0 && error->internalpos > 0 &&
		error->internalquery != NULL)
	{
		const char *at = error->internalquery;

		line = load->sql_line;
		for (int i = 1; i < error->internalpos && *at != '\0';
			 i++, at += pg_mblen(at))
			line += *at == '\n';
	}
	error->message = psprintf("%s: %s", load_place(load, line), error->message);
	ReThrowError(error);
}

static void
load_note_dropped(Load *load)
{
	ListCell *outer;
	ListCell *inner;
	List *loaded = list_copy(load->loaded);

	load->query.line = 0;
	foreach(outer, load->before)
	{
		const ContractQuery *query = lfirst(outer);
		bool found = false;

		foreach(inner, loaded)
			found = found || strcmp(((const LoadedQuery *) lfirst(inner))->name,
									query->name) == 0;
		if (!found)
			load_note(load, query->name, "dropped", NULL);
	}
}

List *
load_queries(const char *text, const char *source, bool prune)
{
	MemoryContext context = CurrentMemoryContext;
	Load load = {.source = source, .search_path = ""};

	/* A file that is not there is read as an empty one. */
	if (text[strspn(text, " \t\r\n")] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				source == NULL ? errmsg("there is nothing to load")
							   : errmsg("there is nothing in %s", source),
				errhint("Check the name of the file."));
	load.before = contract_read_own();
	if (prune)
		contract_reset();
	PG_TRY();
	{
		load_items(&load, text);
	}
	PG_CATCH();
	{
		load_rethrow(&load, context);
	}
	PG_END_TRY();
	if (prune)
		load_note_dropped(&load);
	return load.loaded;
}
