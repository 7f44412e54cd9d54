/*-------------------------------------------------------------------------
 *
 * query.c
 *		A validated request -> SQL -> the body of the answer; see query.h.
 *
 *-------------------------------------------------------------------------
 */
#include "query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

/* the limit, six filters, and two for the cursor */
#define MAX_PARAMS 9

typedef struct Statement
{
	FILE *text;
	int nparams;
	const char *values[MAX_PARAMS];
	char limit[sizeof("100")];
} Statement;

static int
bind_value(Statement *statement, const char *value)
{
	statement->values[statement->nparams++] = value;
	return statement->nparams;
}

/* "<before>$n<after>", if the request has that value. */
static void
add_condition(Statement *statement, const char *before, const char *value,
			  const char *after)
{
	const char *keyword = statement->nparams == 1 ? "WHERE" : "AND";

	if (value[0] != '\0')
		fprintf(statement->text, " %s %s$%d%s", keyword, before,
				bind_value(statement, value), after);
}

static void
add_cursor(Statement *statement, const EventRequest *request, bool row_cursor)
{
	const char *keyword = statement->nparams == 1 ? "WHERE" : "AND";
	int date;
	int id;

	if (request->cursor_date[0] == '\0')
		return;
	date = bind_value(statement, request->cursor_date);
	id = bind_value(statement, request->cursor_id);
	if (row_cursor)
		fprintf(statement->text,
				" %s (date, id) > ($%d::timestamptz, $%d::uuid)", keyword, date,
				id);
	else
		fprintf(statement->text,
				" %s (date > $%d::timestamptz"
				" OR (date = $%d::timestamptz AND id > $%d::uuid))",
				keyword, date, date, id);
}

/* Fills in statement; the SQL, malloc'ed, or NULL without memory. */
static char *
build(Statement *statement, const QueryTarget *target,
	  const EventRequest *request, const char *prefix)
{
	char *sql = NULL;
	size_t length;
	bool failed;

	memset(statement, 0, sizeof(*statement));
	statement->text = open_memstream(&sql, &length);
	if (statement->text == NULL)
		return NULL;
	snprintf(statement->limit, sizeof(statement->limit), "%d", request->limit);

	/*
	 * $1 is the limit. Row limit + 1 of the page only tells whether there are
	 * more. Its order by n is that of the page, which is sorted already. JSON
	 * spells a timestamp with all the microseconds it has, as the cursor must:
	 * one digit less and a page would repeat or skip rows.
	 */
	bind_value(statement, statement->limit);
	fprintf(statement->text,
			"%sSELECT json_build_object("
			"'events', coalesce(json_agg(row_to_json(event) ORDER BY n)"
			" FILTER (WHERE n <= $1::bigint), '[]'), "
			"'nextCursor', CASE WHEN count(*) > $1::bigint THEN"
			" max(replace(to_json((event).date) #>> '{}', '+00:00', 'Z')"
			" || '_' || (event).id) FILTER (WHERE n = $1::bigint) END) "
			"FROM (SELECT page AS event, row_number() OVER (ORDER BY date, id)"
			" AS n FROM (SELECT * FROM %s",
			prefix, target->table);
	add_condition(statement, "genre = ", request->genre, "::text");
	add_condition(statement, "date >= ", request->date_from, "::timestamptz");
	add_condition(statement, "date <= ", request->date_to, "::timestamptz");
	add_condition(statement, "venue = ", request->venue, "::text");
	add_condition(statement, "artist ILIKE '%' || ", request->artist_search,
				  "::text || '%'");
	add_condition(statement, "name ILIKE '%' || ", request->event_search,
				  "::text || '%'");
	add_cursor(statement, request, target->row_cursor);
	fprintf(statement->text,
			" ORDER BY date, id LIMIT $1::bigint + 1) AS page) AS numbered");

	failed = ferror(statement->text) != 0;
	if (fclose(statement->text) != 0 || failed)
	{
		free(sql);
		return NULL;
	}
	return sql;
}

/* Judges, and logs what failed; result may be NULL. */
static QueryStatus
check_result(const PGresult *result, const char *what)
{
	const char *state;

	if (result == NULL)
		return QUERY_UNAVAILABLE;
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
		return QUERY_OK;
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	log_line("%s: %s (SQLSTATE %s)", what, PQresultErrorMessage(result),
			 state ? state : "none");
	if (state != NULL && strncmp(state, "22", 2) == 0)
		return QUERY_BAD_VALUE;
	return QUERY_FAILED;
}

QueryStatus
query_events(Pool *pool, const QueryTarget *target, const EventRequest *request,
			 char **body)
{
	Statement statement;
	char *sql = build(&statement, target, request, "");
	PGresult *result;
	QueryStatus status;

	*body = NULL;
	if (sql == NULL)
	{
		log_line("out of memory for a query");
		return QUERY_FAILED;
	}
	result = pool_exec(pool, sql, statement.nparams, statement.values);
	free(sql);
	status = check_result(result, "events query");
	if (status == QUERY_OK)
	{
		*body = strdup(PQgetvalue(result, 0, 0));
		if (*body == NULL)
		{
			log_line("out of memory for an answer");
			status = QUERY_FAILED;
		}
	}
	PQclear(result);
	return status;
}

QueryStatus
query_health(Pool *pool)
{
	PGresult *result = pool_exec(pool, "SELECT 1", 0, NULL);
	QueryStatus status = check_result(result, "health query");

	PQclear(result);
	return status;
}

/* EXPLAIN of a request with every parameter: names, types and rights. */
static bool
check_columns(Pool *pool, const QueryTarget *target)
{
	EventRequest request;
	Statement statement;
	char *sql;
	PGresult *result;
	bool ok;

	request_init(&request);
	strcpy(request.genre, "x");
	strcpy(request.venue, "x");
	strcpy(request.artist_search, "x");
	strcpy(request.event_search, "x");
	strcpy(request.date_from, "2000-01-01");
	strcpy(request.date_to, "2000-01-01");
	strcpy(request.cursor_date, "2000-01-01");
	strcpy(request.cursor_id, "00000000-0000-0000-0000-000000000000");
	sql = build(&statement, target, &request, "EXPLAIN ");
	if (sql == NULL)
	{
		log_line("out of memory for a query");
		return false;
	}
	result = pool_exec(pool, sql, statement.nparams, statement.values);
	free(sql);
	ok = check_result(result, "the table cannot serve the API") == QUERY_OK;
	PQclear(result);
	return ok;
}

bool
query_open_table(Pool *pool, const char *name, QueryTarget *target)
{
	static const char *const sql =
		"SELECT format('%I.%I', nspname, relname) FROM pg_class"
		" JOIN pg_namespace ON pg_namespace.oid = relnamespace"
		" WHERE pg_class.oid = $1::regclass";
	PGresult *result = pool_exec(pool, sql, 1, &name);
	bool ok = check_result(result, "cannot use --table") == QUERY_OK;

	if (ok)
	{
		target->table = strdup(PQgetvalue(result, 0, 0));
		ok = target->table != NULL;
		if (!ok)
			log_line("out of memory for a table's name");
	}
	PQclear(result);
	return ok && check_columns(pool, target);
}
