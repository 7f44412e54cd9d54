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

static const char *const broken_names[BROKEN_WAYS] = {
	[BROKEN_NOT] = "not",
	[BROKEN_NO_GENRE] = "no-genre",
	[BROKEN_NO_DATE_TO] = "no-date-to",
	[BROKEN_DATE_EXCLUSIVE] = "date-exclusive",
	[BROKEN_CASE] = "case",
	[BROKEN_NEXT_FILTERS] = "next-filters",
	[BROKEN_REVERSED] = "reversed",
	[BROKEN_TIES] = "ties",
	[BROKEN_TWICE] = "twice",
	[BROKEN_SKIPPED] = "skipped",
	[BROKEN_OVERLAP] = "overlap",
	[BROKEN_SHORT] = "short",
	[BROKEN_LONG] = "long",
	[BROKEN_LIMIT] = "limit",
	[BROKEN_NULLS] = "nulls",
	[BROKEN_EMPTY_ROWS] = "empty-rows",
	[BROKEN_NO_NEXT] = "no-next",
	[BROKEN_SAME_PAGE] = "same-page",
	[BROKEN_CUT] = "cut",
	[BROKEN_MEMBER] = "member",
	[BROKEN_VALUE] = "value",
	[BROKEN_ODD] = "odd",
};

Broken
query_broken(const char *name)
{
	int way = 0;

	while (way < BROKEN_WAYS && strcmp(name, broken_names[way]) != 0)
		way++;
	return (Broken) way;
}

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

/* Where a next page begins; some broken ways begin elsewhere. */
static void
add_cursor(Statement *statement, const EventRequest *request,
		   const QueryTarget *target)
{
	bool row_cursor = target->row_cursor;
	const char *keyword = statement->nparams == 1 ? "WHERE" : "AND";
	int date;
	int id;

	if (request->cursor_date[0] == '\0' || target->broken == BROKEN_SAME_PAGE)
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
				" OR (date = $%d::timestamptz AND id >%s $%d::uuid))",
				keyword, date, date,
				target->broken == BROKEN_OVERLAP ? "=" : "", id);
}

static void
add_filters(Statement *statement, const EventRequest *request, Broken broken)
{
	if (broken != BROKEN_NO_GENRE)
		add_condition(statement, "genre = ", request->genre, "::text");
	add_condition(statement,
				  broken == BROKEN_DATE_EXCLUSIVE ? "date > " : "date >= ",
				  request->date_from, "::timestamptz");
	if (broken != BROKEN_NO_DATE_TO)
		add_condition(statement, "date <= ", request->date_to, "::timestamptz");
	add_condition(statement, "venue = ", request->venue, "::text");
	add_condition(statement,
				  broken == BROKEN_CASE ? "artist LIKE '%' || "
										: "artist ILIKE '%' || ",
				  request->artist_search, "::text || '%'");
	add_condition(statement, "name ILIKE '%' || ", request->event_search,
				  "::text || '%'");
}

/* The SQL of one row of the answer. */
static const char *
row_sql(Broken broken)
{
	switch (broken)
	{
		case BROKEN_NULLS:
			return "NULL::json";
		case BROKEN_EMPTY_ROWS:
			return "'{}'::json";
		case BROKEN_TWICE:
			return "CASE WHEN n = 2 THEN before ELSE row_to_json(event) END";
		case BROKEN_MEMBER:
			return "(to_jsonb(event) - 'venue')";
		case BROKEN_VALUE:
			return "CASE WHEN n = 3 THEN to_jsonb(event) || '{\"price\": \"1\"}'"
				   " ELSE to_jsonb(event) END";
		case BROKEN_ODD:
			return "(to_jsonb(event) - 'created_at' || jsonb_build_object("
				   "'createdAt', extract(epoch FROM (event).created_at) * 1000,"
				   " 'links', '[]'::jsonb, 'date',"
				   " to_char((event).date AT TIME ZONE 'Asia/Tokyo',"
				   " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS+09:00')))";
		default:
			return "row_to_json(event)";
	}
}

/* The SQL of which rows are in the answer, and in which order. */
static const char *
rows_sql(Broken broken)
{
	switch (broken)
	{
		case BROKEN_REVERSED:
			return "ORDER BY n DESC) FILTER (WHERE n <= $1::bigint";
		case BROKEN_SHORT:
			return "ORDER BY n) FILTER (WHERE n <= $1::bigint AND (n < 3 OR"
				   " n < $1::bigint)";
		case BROKEN_LONG:
			return "ORDER BY n) FILTER (WHERE n <= $1::bigint + 1";
		case BROKEN_LIMIT:
			return "ORDER BY n) FILTER (WHERE n <= least($1::bigint, 20)";
		default:
			return "ORDER BY n) FILTER (WHERE n <= $1::bigint";
	}
}

/* The SQL of the page, which may have been changed before it is numbered. */
static const char *
page_sql(Broken broken)
{
	if (broken == BROKEN_TIES)
		return "SELECT page AS event, row_number() OVER (ORDER BY date, id DESC)"
			   " AS n FROM (SELECT * FROM %s";
	if (broken == BROKEN_TWICE)
		return "SELECT page AS event, row_to_json(lag(page) OVER (ORDER BY date,"
			   " id)) AS before, row_number() OVER (ORDER BY date, id) AS n"
			   " FROM (SELECT * FROM %s";
	return "SELECT page AS event, row_number() OVER (ORDER BY date, id)"
		   " AS n FROM (SELECT * FROM %s";
}

/* Fills in statement; the SQL, malloc'ed, or NULL without memory. */
static char *
build(Statement *statement, const QueryTarget *target,
	  const EventRequest *request, const char *prefix)
{
	Broken broken = target->broken;
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
			"'events', coalesce(json_agg(%s %s), '[]'), "
			"'nextCursor', CASE WHEN count(*) %s $1::bigint THEN"
			" max(replace(to_json((event).date) #>> '{}', '+00:00', 'Z')"
			" || '_' || (event).id) FILTER (WHERE n = $1::bigint) END) "
			"FROM (",
			prefix, row_sql(broken), rows_sql(broken),
			broken == BROKEN_ODD       ? ">="
			: broken == BROKEN_NO_NEXT ? "< 0 AND count(*) >"
									   : ">");
	fprintf(statement->text, page_sql(broken), target->table);
	if (broken != BROKEN_NEXT_FILTERS || request->cursor_date[0] == '\0')
		add_filters(statement, request, broken);
	add_cursor(statement, request, target);
	fprintf(statement->text,
			" ORDER BY date, id LIMIT $1::bigint + 1%s) AS page)"
			" AS numbered",
			broken == BROKEN_SKIPPED && request->cursor_date[0] != '\0'
				? " OFFSET 1"
				: "");

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
		else if (target->broken == BROKEN_CUT)
			(*body)[strlen(*body) / 2] = '\0';
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
