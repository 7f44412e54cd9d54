/*-------------------------------------------------------------------------
 *
 * function_body.c
 *		The queries that a function in SQL or PL/pgSQL executes.
 *
 * A function in SQL keeps its tree, or a text that the server's parser splits
 * into statements. PL/pgSQL keeps a text that only itself can read; but a query in
 * it begins with SELECT or PERFORM and ends where its parenthesis closes, or at a
 * semicolon or LOOP. Such pieces are analyzed with the arguments of the function,
 * as its statements in SQL would be, under the search_path that it sets. Each one
 * has a sandbox of its own, because nothing fails with a piece that is no query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/proclang.h"
#include "executor/functions.h"
#include "parser/analyze.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "query/function_body.h"

/* ---- pieces of a text ---- */

/* Returns the end of the string or comment at text, or text if there is none. */
static const char *
function_body_skip(const char *text)
{
	const char *end;

	if (*text == '\'')
		end = strchr(text + 1, '\'');
	else if (strncmp(text, "--", 2) == 0)
		end = strchr(text, '\n');
	else if (strncmp(text, "/*", 2) == 0)
		end = strstr(text, "*/");
	else
		return text;
	return end == NULL ? text + strlen(text) : end + 1;
}

/* Does a word begin at this place of a text? */
static bool
function_body_at_word(const char *start, const char *at, const char *word)
{
	size_t length = strlen(word);

	return pg_strncasecmp(at, word, length) == 0 &&
		   (at == start || !(isalnum((unsigned char) at[-1]) ||
							 strchr("_.\"$", at[-1]) != NULL)) &&
		   !isalnum((unsigned char) at[length]) && at[length] != '_';
}

/* Returns the end of the query that begins at text. */
static const char *
function_body_end(const char *text)
{
	const char *at = text;
	int depth = 0;

	while (*at != '\0')
	{
		const char *next = function_body_skip(at);

		if (next != at)
		{
			at = next;
			continue;
		}
		if (*at == '(')
			depth++;
		if (*at == ';' || (*at == ')' && depth-- == 0) ||
			(depth == 0 && function_body_at_word(text, at, "LOOP")))
			break;
		at++;
	}
	return at;
}

/* Returns the texts of the queries in a text of PL/pgSQL, a List of char *. */
static List *
function_body_pieces(const char *text)
{
	static const char *const words[] = {"SELECT", "PERFORM"};
	const char *at = text;
	List *pieces = NIL;

	while (*at != '\0')
	{
		const char *next = function_body_skip(at);

		for (int i = 0; i < lengthof(words) && next == at; i++)
			if (function_body_at_word(text, at, words[i]))
			{
				next = function_body_end(at);
				at += strlen(words[i]);
				pieces = lappend(
					pieces, psprintf("SELECT %.*s", (int) (next - at), at));
			}
		at = Max(next, at + 1);
	}
	return pieces;
}

/* ---- analysis ---- */

typedef struct BodyAnalysis
{
	const FuncExpr *call;
	HeapTuple tuple; /* of pg_proc */
	const char *sql;
	List *queries;
} BodyAnalysis;

/* Sets the search_path that a function has for itself, if it has one. */
static void
function_body_enter_path(HeapTuple tuple)
{
	static const char path[] = "search_path=";
	bool isnull;
	Datum config =
		SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proconfig, &isnull);
	Datum *entries;
	int n;

	if (isnull)
		return;
	deconstruct_array(DatumGetArrayTypeP(config), TEXTOID, -1, false,
					  TYPALIGN_INT, &entries, NULL, &n);
	for (int i = 0; i < n; i++)
	{
		const char *entry = TextDatumGetCString(entries[i]);

		if (strncmp(entry, path, strlen(path)) == 0)
			guc_scope_set("search_path", entry + strlen(path));
	}
}

static void
function_body_analyze(void *arg)
{
	BodyAnalysis *analysis = arg;
	SQLFunctionParseInfoPtr info = prepare_sql_fn_parse_info(
		analysis->tuple, (Node *) unconstify(FuncExpr *, analysis->call),
		analysis->call->inputcollid);
	List *statements = pg_parse_query(analysis->sql);
	ListCell *cell;

	function_body_enter_path(analysis->tuple);
	foreach(cell, statements)
	{
		RawStmt *raw = lfirst_node(RawStmt, cell);

		if (!IsA(raw->stmt, SelectStmt))
			continue;
		/* In PL/pgSQL, INTO names variables. */
		castNode(SelectStmt, raw->stmt)->intoClause = NULL;
		analysis->queries =
			lappend(analysis->queries,
					parse_analyze_withcb(raw, analysis->sql,
										 (ParserSetupHook) sql_fn_parser_setup,
										 info, NULL));
	}
}

/* Returns the queries of a text, or NIL where it cannot be analyzed. */
static List *
function_body_of_text(const FuncExpr *call, HeapTuple tuple, const char *sql)
{
	BodyAnalysis analysis = {.call = call, .tuple = tuple, .sql = sql};

	return sandbox_run(function_body_analyze, &analysis,
					   perfcheck_statement_timeout) == NULL
			   ? analysis.queries
			   : NIL;
}

/* The copy of a row of pg_proc outlives the sandboxes. */
List *
function_body_queries(const FuncExpr *call)
{
	HeapTuple tuple =
		SearchSysCacheCopy1(PROCOID, ObjectIdGetDatum(call->funcid));
	List *queries = NIL;
	const char *source;
	Oid language;
	bool isnull;
	Datum body;
	ListCell *cell;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &isnull);
	if (!isnull)
		return list_make1(stringToNode(TextDatumGetCString(body)));
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
	if (isnull)
		return NIL;
	source = TextDatumGetCString(body);
	if (language == SQLlanguageId)
		return function_body_of_text(call, tuple, source);
	if (language != get_language_oid("plpgsql", true))
		return NIL;
	foreach(cell, function_body_pieces(source))
		queries = list_concat(queries,
							  function_body_of_text(call, tuple, lfirst(cell)));
	return queries;
}
