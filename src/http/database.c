/*-------------------------------------------------------------------------
 *
 * database.c
 *		Requests from a database, and runs to it; see database.h.
 *
 * Each exported function opens a session of its own, finds the schema of the
 * extension, and names that in every statement, because search_path is the
 * user's. Results are read as text and matched to groups by the query's name.
 * A run is stored in one transaction. Next pages are compared one by one until
 * COMPARE_US have passed.
 *
 *-------------------------------------------------------------------------
 */
#include "http/database.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/requests/page.h"

#define REQUEST_COLUMNS 5
#define TARGET_COLUMNS 6
#define RESULT_COLUMNS 10

/* Sets an error from a server's message, without the line feed at its end. */
static bool
server_error(RunError *error, const char *doing, const char *message)
{
	size_t length = strlen(message);

	while (length > 0 && message[length - 1] == '\n')
		length--;
	return error_set(error, EXIT_CANNOT_RUN, "%s: %.*s", doing, (int) length,
					 message);
}

static PGconn *
connect_to(const char *conninfo, RunError *error)
{
	/* A later keyword overrides an earlier one, so the user's conninfo wins. */
	const char *const keys[] = {"connect_timeout", "dbname",
								"fallback_application_name", "client_encoding",
								NULL};
	const char *const values[] = {"10", conninfo, "perfcheck-http", "UTF8",
								  NULL};
	PGconn *connection = PQconnectdbParams(keys, values, 1);

	if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	(void) server_error(error, "could not connect to the database",
						PQerrorMessage(connection));
	PQfinish(connection);
	return NULL;
}

/* Returns the rows of a query; or NULL, and sets the error. */
static PGresult *
query(PGconn *connection, const char *sql, const char *doing, RunError *error)
{
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	(void) server_error(error, doing, PQerrorMessage(connection));
	PQclear(result);
	return NULL;
}

/* Returns the extension's schema, quoted, to be freed with PQfreemem(). */
static char *
find_schema(PGconn *connection, RunError *error)
{
	char *schema = NULL;
	PGresult *result =
		query(connection,
			  "SELECT n.nspname FROM pg_catalog.pg_extension e"
			  " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
			  " WHERE e.extname = 'perfcheck'",
			  "could not look up the extension", error);

	if (result == NULL)
		return NULL;
	if (PQntuples(result) == 1)
	{
		const char *name = PQgetvalue(result, 0, 0);

		schema = PQescapeIdentifier(connection, name, strlen(name));
		if (schema == NULL)
			(void) server_error(error, "could not quote the schema's name",
								PQerrorMessage(connection));
	}
	else
	{
		error_set(error, EXIT_CANNOT_RUN,
				  "database \"%s\" has no extension perfcheck",
				  PQdb(connection));
		error_hint(error, "Run CREATE EXTENSION perfcheck CASCADE.");
	}
	PQclear(result);
	return schema;
}

typedef struct Session
{
	PGconn *connection;
	char *schema; /* the extension's, quoted */
} Session;

/* Returns false, with nothing left open, if that fails. */
static bool
session_open(Session *session, const char *conninfo, RunError *error)
{
	session->connection = connect_to(conninfo, error);
	if (session->connection == NULL)
		return false;
	session->schema = find_schema(session->connection, error);
	if (session->schema != NULL)
		return true;
	PQfinish(session->connection);
	return false;
}

static void
session_close(Session *session)
{
	PQfreemem(session->schema);
	PQfinish(session->connection);
}

/* Takes what the answer to a request should hold, and its key for the group. */
static bool
add_expected(RequestList *list, Request *request, const PGresult *result,
			 int row, RunError *error)
{
	Group *group = &list->groups[request->group];

	if (PQgetisnull(result, row, 4))
		return true;
	request->expected = expected_read(PQgetvalue(result, row, 4));
	if (request->expected == NULL)
		return error_set(error, EXIT_CANNOT_RUN,
						 "query \"%s\": what it returns could not be read",
						 group->name);
	if (group->key == NULL && request->expected->key_count == 1)
		group->key = memory_text(request->expected->key[0]);
	return true;
}

static bool
add_requests(RequestList *list, const PGresult *result, RunError *error)
{
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *name = PQgetvalue(result, row, 0);
		const char *path = PQgetvalue(result, row, 1);
		const char *problem;
		int64_t rows = ROWS_UNKNOWN;
		Request *request;

		if (PQgetisnull(result, row, 1))
		{
			fprintf(
				stderr,
				"perfcheck-http: warning: query \"%s\" has no request: %s\n",
				name, PQgetvalue(result, row, 3));
			continue;
		}
		if (!PQgetisnull(result, row, 2) &&
			!text_to_integer(PQgetvalue(result, row, 2), 0, INT64_MAX, &rows))
			return error_set(error, EXIT_CANNOT_RUN,
							 "query \"%s\": invalid number of rows \"%s\"",
							 name, PQgetvalue(result, row, 2));
		request = request_add_query(list, path, request_group(list, name), rows,
									&problem);
		if (request == NULL)
			return error_set(error, EXIT_CANNOT_RUN, "query \"%s\": %s: \"%s\"",
							 name, problem, path);
		if (!add_expected(list, request, result, row, error))
			return false;
	}
	return true;
}

/* Returns how much of the rows is to be compared, as perfcheck_answer() has it. */
static const char *
answers_name(CheckHow how)
{
	switch (how)
	{
		case CHECK_COUNT:
			return "'count'";
		case CHECK_ROWS:
			return "'keys'";
		case CHECK_COLUMNS:
			return "'columns'";
		default:
			return "NULL";
	}
}

static bool
read_requests(RequestList *list, PGconn *connection, const char *schema,
			  CheckHow how, RunError *error)
{
	char *sql = memory_format("SELECT query, path, rows, reason, answer"
							  " FROM %s.perfcheck_requests(answers => %s)",
							  schema, answers_name(how));
	PGresult *result =
		query(connection, sql, "could not read the contract's requests", error);
	bool ok = result != NULL && PQnfields(result) == REQUEST_COLUMNS &&
			  add_requests(list, result, error);

	PQclear(result);
	free(sql);
	request_find_keys(list);
	if (ok && list->count == 0)
	{
		error_set(error, EXIT_CANNOT_RUN,
				  "no request to send: no enabled query of the contract has "
				  "both a path and values");
		ok = error_hint(error,
						"See SELECT * FROM %s.perfcheck_requests(); an empty "
						"table has no values: fill it with perfcheck_seed().",
						schema);
	}
	return ok;
}

/* A NULL leaves the group's target as it is. */
static void
read_target(const PGresult *result, int row, int column, double *target)
{
	if (!PQgetisnull(result, row, column))
		*target = strtod(PQgetvalue(result, row, column), NULL);
}

/* If several queries have a cursor, the last one counts. */
static void
read_cursor(RequestList *list, size_t group, const char *path)
{
	char *parameter = page_parameter(list->groups[group].name, path);

	if (parameter == NULL)
		return;
	free(list->cursor);
	list->cursor = parameter;
	list->cursor_group = group;
}

static bool
read_targets(RequestList *list, PGconn *connection, const char *schema,
			 RunError *error)
{
	char *sql =
		memory_format("SELECT name, avg_ms, p95_ms, p99_ms, path, answer"
					  " FROM %s.perfcheck_query WHERE enabled",
					  schema);
	PGresult *result =
		query(connection, sql, "could not read the contract's targets", error);
	bool ok = result != NULL && PQnfields(result) == TARGET_COLUMNS;

	for (size_t i = 0; ok && i < list->group_count; i++)
		for (int row = 0; row < PQntuples(result); row++)
		{
			Targets *targets = &list->groups[i].targets;

			if (strcmp(PQgetvalue(result, row, 0), list->groups[i].name) != 0)
				continue;
			read_target(result, row, 1, &targets->avg_ms);
			read_target(result, row, 2, &targets->p95_ms);
			read_target(result, row, 3, &targets->p99_ms);
			read_cursor(list, i, PQgetvalue(result, row, 4));
			if (!PQgetisnull(result, row, 5))
			{
				free(list->groups[i].rows);
				list->groups[i].rows = memory_text(PQgetvalue(result, row, 5));
			}
			if (list->groups[i].path == NULL)
				list->groups[i].path = memory_text(PQgetvalue(result, row, 4));
		}
	PQclear(result);
	free(sql);
	return ok;
}

/*
 * Reads the database's time for each query: the mean over its cases in the last
 * stored perfcheck_time, including planning.
 */
static bool
read_times(RequestList *list, PGconn *connection, const char *schema,
		   RunError *error)
{
	char *sql = memory_format(
		"SELECT query, pg_catalog.avg(mean_ms + coalesce(plan_ms, 0))"
		" FROM (SELECT *, pg_catalog.rank() OVER"
		" (PARTITION BY query ORDER BY taken_at DESC) AS age"
		" FROM %s.perfcheck_result WHERE source = 'time') r"
		" WHERE age = 1 GROUP BY query",
		schema);
	PGresult *result =
		query(connection, sql, "could not read the stored measurements", error);

	for (size_t i = 0; result != NULL && i < list->group_count; i++)
		for (int row = 0; row < PQntuples(result); row++)
			if (strcmp(PQgetvalue(result, row, 0), list->groups[i].name) == 0)
				read_target(result, row, 1, &list->groups[i].database_ms);
	free(sql);
	if (result == NULL)
		return false;
	PQclear(result);
	return true;
}

bool
database_read(RequestList *list, const char *conninfo, CheckHow how,
			  RunError *error)
{
	Session session;
	bool ok;

	if (!session_open(&session, conninfo, error))
		return false;
	ok = read_requests(list, session.connection, session.schema, how, error) &&
		 read_targets(list, session.connection, session.schema, error) &&
		 read_times(list, session.connection, session.schema, error);
	session_close(&session);
	return ok;
}

static bool
execute(PGconn *connection, const char *sql, const char *const *values,
		int count, RunError *error)
{
	PGresult *result =
		PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	if (!ok)
		(void) server_error(error, "could not store the run",
							PQerrorMessage(connection));
	PQclear(result);
	return ok;
}

/* --- after the run ------------------------------------------------------------ */

struct DatabaseRows
{
	Session session;
	char *sql;
};

DatabaseRows *
database_rows_open(const char *conninfo, CheckHow how, RunError *error)
{
	DatabaseRows *rows = memory_zeroed(1, sizeof(DatabaseRows));

	if (!session_open(&rows->session, conninfo, error))
	{
		free(rows);
		return NULL;
	}
	rows->sql = memory_format("SELECT %s.perfcheck_answer($1, $2, %s, $3)",
							  rows->session.schema, answers_name(how));
	return rows;
}

void
database_rows_close(DatabaseRows *rows)
{
	if (rows == NULL)
		return;
	session_close(&rows->session);
	free(rows->sql);
	free(rows);
}

bool
database_rows_snapshot(DatabaseRows *rows, RunError *error)
{
	PGconn *connection = rows->session.connection;

	if (PQtransactionStatus(connection) != PQTRANS_IDLE &&
		!execute(connection, "ROLLBACK", NULL, 0, error))
		return false;
	return execute(connection,
				   "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ", NULL, 0,
				   error);
}

bool
database_rows_read(DatabaseRows *rows, const char *query_name, const char *path,
				   bool whole, Expected **expected, RunError *error)
{
	const char *const values[] = {query_name, path, whole ? "t" : "f"};
	PGresult *result = PQexecParams(rows->session.connection, rows->sql, 3,
									NULL, values, NULL, NULL, 0);
	bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;

	*expected = NULL;
	if (!ok)
		(void) server_error(error,
							"could not compare next pages with the database",
							PQerrorMessage(rows->session.connection));
	else if (!PQgetisnull(result, 0, 0))
		*expected = expected_read(PQgetvalue(result, 0, 0));
	PQclear(result);
	return ok;
}

static char *
details(const Run *run, const Group *group, const Summary *summary)
{
	const Settings *settings = run->settings;
	double share = group != NULL ? report_database_share(group, summary) : NAN;
	json_t *object = json_pack(
		"{s:s, s:i, s:i, s:s, s:i, s:f, s:f, s:o, s:I, s:f, s:o}", "url",
		settings->url, "connections", settings->connections, "threads",
		settings->threads, "http", settings_http_version(settings), "streams",
		settings->streams, "duration_s",
		report_json_rate((double) run->result->sent_for_us / 1e6), "rps",
		report_json_rate(summary->rps), "errors", report_json_errors(summary),
		"late_starts", (json_int_t) summary->late, "service_mean_ms",
		round(summary->service.mean_us) / 1000, "rate",
		settings->rate > 0 ? json_real(settings->rate) : json_null());
	char *text;

	if (isfinite(share))
		(void) json_object_set_new(object, "database_share",
								   json_real(round(share * 1000) / 1000));
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(object);
	return text;
}

/* Stores one row; group is NULL for the total. */
static bool
keep_summary(PGconn *connection, const char *sql, const Run *run,
			 const Group *group, const Summary *summary, bool ok,
			 RunError *error)
{
	const double us[] = {
		summary->latency.mean_us, (double) summary->latency.p50_us,
		(double) summary->latency.p95_us, (double) summary->latency.p99_us,
		(double) summary->latency.max_us};
	char number[7][TEXT_NUMBER_SIZE];
	const char *values[RESULT_COLUMNS] = {group != NULL ? group->name : NULL,
										  number[0], number[1]};
	char *json = details(run, group, summary);
	bool kept;

	snprintf(number[0], TEXT_NUMBER_SIZE, "%lld",
			 (long long) summary->requests);
	snprintf(number[1], TEXT_NUMBER_SIZE, "%lld", (long long) summary->errors);
	for (int i = 0; i < 5; i++)
	{
		snprintf(number[2 + i], TEXT_NUMBER_SIZE, "%.3f", us[i] / 1000);
		values[3 + i] = summary->requests > 0 ? number[2 + i] : NULL;
	}
	values[8] = ok ? "true" : "false";
	values[9] = json;
	kept = json != NULL
			   ? execute(connection, sql, values, RESULT_COLUMNS, error)
			   : error_set(error, EXIT_CANNOT_RUN, "out of memory");
	free(json);
	return kept;
}

static bool
keep_run(PGconn *connection, const char *schema, const Run *run,
		 RunError *error)
{
	const Result *result = run->result;
	char *sql = memory_format(
		"INSERT INTO %s.perfcheck_result (source, query, label, executions,"
		" errors, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, ok, details)"
		" VALUES ('http', $1, NULL, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		schema);
	bool ok = execute(connection, "BEGIN", NULL, 0, error);

	for (size_t i = 0; ok && i < result->group_count; i++)
		ok = keep_summary(connection, sql, run, &run->requests->groups[i],
						  &result->groups[i].summary, run->verdict->group_ok[i],
						  error);
	ok = ok && keep_summary(connection, sql, run, NULL, &result->total.summary,
							run->verdict->ok, error);
	ok = ok && execute(connection, "COMMIT", NULL, 0, error);
	free(sql);
	return ok;
}

bool
database_keep(const Run *run, const char *conninfo, RunError *error)
{
	Session session;
	bool ok;

	if (!session_open(&session, conninfo, error))
		return false;
	ok = keep_run(session.connection, session.schema, run, error);
	session_close(&session);
	return ok;
}
