/*-------------------------------------------------------------------------
 *
 * database.c
 *		Requests from a database, and runs to it; see database.h.
 *
 * Each exported function opens a session of its own, finds the schema of the
 * extension, and names that in every statement, because search_path is the
 * user's. Results are read as text and matched to groups by the query's name.
 * A run is stored in one transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "http/database.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/base/session.h"
#include "http/base/text.h"
#include "http/requests/page.h"

#define REQUEST_COLUMNS 5
#define TARGET_COLUMNS 6
#define RESULT_COLUMNS 12

/* The time for counting rows where only their absence matters. */
#define EMPTY_US 5000000

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
		if (PQgetisnull(result, row, 2))
			rows = ROWS_NOT_COUNTED;
		else if (!text_to_integer(PQgetvalue(result, row, 2), 0, INT64_MAX,
								  &rows))
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

/* The names of the queries that have requests, in the contract's order. */
static PGresult *
read_names(PGconn *connection, const char *schema, RunError *error)
{
	char *sql = memory_format(
		"SELECT name FROM %s.perfcheck_query WHERE enabled AND path IS NOT NULL"
		" ORDER BY pg_catalog.array_position(ARRAY['page', 'next_page',"
		" 'genre', 'date_range', 'venue', 'artist_search', 'event_search',"
		" 'combined'], name), name COLLATE \"C\"",
		schema);
	PGresult *names =
		session_query(connection, sql, NULL, 0,
					  "could not read the contract's queries", error);

	free(sql);
	return names;
}

/* Lets the database count the rows of the next query for so long. */
static bool
limit_time(PGconn *connection, int64_t us, RunError *error)
{
	char number[TEXT_NUMBER_SIZE];
	const char *const values[] = {number};
	PGresult *result;

	snprintf(number, sizeof(number), "%lld",
			 (long long) (us < 1000 ? 1 : us / 1000));
	result = session_query(connection,
						   "SELECT pg_catalog.set_config("
						   "'perfcheck.requests_time', $1, false)",
						   values, 1, "could not limit the time", error);
	PQclear(result);
	return result != NULL;
}

static bool
read_query(RequestList *list, PGconn *connection, const char *sql,
		   const char *name, RunError *error)
{
	const char *const values[] = {name};
	PGresult *result =
		session_query(connection, sql, values, 1,
					  "could not read the contract's requests", error);
	bool ok = result != NULL && PQnfields(result) == REQUEST_COLUMNS &&
			  add_requests(list, result, error);

	PQclear(result);
	return ok;
}

/*
 * What is counted only to know which answers may be empty has less time; and
 * what may be empty in any case, none.
 */
static int64_t
counting_us(const Settings *settings)
{
	if (settings->check >= CHECK_COUNT || settings->setup_us < EMPTY_US)
		return settings->setup_us;
	return settings->allow_empty ? 0 : EMPTY_US;
}

/* Each query gets an equal part of the time that is left. */
static bool
read_all(RequestList *list, PGconn *connection, const char *schema,
		 const PGresult *names, const Settings *settings, RunError *error)
{
	int64_t until_us = clock_now_us() + counting_us(settings);
	char *sql = memory_format("SELECT query, path, rows, reason, answer"
							  " FROM %s.perfcheck_requests($1, answers => %s)",
							  schema, answers_name(settings->check));
	int count = PQntuples(names);
	bool ok = true;

	for (int i = 0; ok && i < count; i++)
	{
		const char *name = PQgetvalue(names, i, 0);
		char *what = memory_format("looking up values for query %d of %d, "
								   "\"%s\"",
								   i + 1, count, name);

		text_make_printable(what);
		session_show(what);
		ok = limit_time(connection, (until_us - clock_now_us()) / (count - i),
						error) &&
			 read_query(list, connection, sql, name, error);
		session_show(NULL);
		free(what);
	}
	free(sql);
	return ok;
}

static void
warn_uncounted(const RequestList *list, const Settings *settings)
{
	size_t uncounted = 0;
	char text[TEXT_NUMBER_SIZE];

	for (size_t i = 0; i < list->count; i++)
		uncounted += list->items[i].rows == ROWS_NOT_COUNTED;
	if (uncounted > 0 && counting_us(settings) > 0)
		fprintf(stderr,
				"perfcheck-http: warning: the rows of %zu of %zu requests were "
				"not counted in %s: their answers may have any number of "
				"rows%s\n",
				uncounted, list->count,
				text_from_duration(text, counting_us(settings)),
				settings->check >= CHECK_COUNT
					? "; --setup-timeout gives more time"
					: "");
}

static bool
read_requests(RequestList *list, PGconn *connection, const char *schema,
			  const Settings *settings, RunError *error)
{
	PGresult *names = read_names(connection, schema, error);
	bool ok = names != NULL &&
			  read_all(list, connection, schema, names, settings, error);

	PQclear(names);
	if (ok)
		warn_uncounted(list, settings);
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
		session_query(connection, sql, NULL, 0,
					  "could not read the contract's targets", error);
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
 * stored perfcheck_time, including planning; not that of other SQL of its name.
 */
static bool
read_times(RequestList *list, PGconn *connection, const char *schema,
		   RunError *error)
{
	char *sql = memory_format(
		"SELECT r.query, pg_catalog.avg(r.mean_ms + coalesce(r.plan_ms, 0))"
		" FROM (SELECT *, pg_catalog.rank() OVER"
		" (PARTITION BY query ORDER BY taken_at DESC) AS age"
		" FROM %s.perfcheck_result WHERE source = 'time') r"
		" JOIN %s.perfcheck_query q ON q.name = r.query WHERE r.age = 1"
		" AND coalesce(r.details ->> 'sql_md5' = pg_catalog.md5(q.sql), true)"
		" GROUP BY r.query",
		schema, schema);
	PGresult *result =
		session_query(connection, sql, NULL, 0,
					  "could not read the stored measurements", error);

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
database_read(RequestList *list, const Settings *settings, RunError *error)
{
	Session session;
	bool ok;

	if (!session_open(&session, settings->conninfo, error))
		return false;
	ok = read_requests(list, session.connection, session.schema, settings,
					   error) &&
		 read_targets(list, session.connection, session.schema, error) &&
		 read_times(list, session.connection, session.schema, error);
	session_close(&session);
	return ok;
}

static bool
execute(PGconn *connection, const char *sql, const char *const *values,
		int count, RunError *error)
{
	PGresult *result = session_query(connection, sql, values, count,
									 "could not store the run", error);
	bool ok = result != NULL;

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
database_trace(Result *result, const Settings *settings, RunError *error)
{
	char start[TEXT_NUMBER_SIZE];
	const char *const values[] = {start};
	Session session;
	PGresult *counts;
	char *sql;

	if (!session_open(&session, settings->conninfo, error))
		return false;
	snprintf(start, sizeof(start), "%016" PRIx64 "%%", settings->trace_run);
	sql = memory_format(
		"SELECT pg_catalog.count(*), pg_catalog.count(DISTINCT t.trace)"
		" FROM (SELECT coalesce(e.tags ->> 'trace_id',"
		" pg_catalog.split_part(e.tags ->> 'traceparent', '-', 2)) AS trace"
		" FROM %s.perfcheck_executions() e) t WHERE t.trace LIKE $1",
		session.schema);
	counts = session_query(session.connection, sql, values, 1,
						   "could not read what is on record", error);
	if (counts != NULL)
	{
		/* Counts are always valid. */
		(void) text_to_integer(PQgetvalue(counts, 0, 0), 0, INT64_MAX,
							   &result->traced_statements);
		(void) text_to_integer(PQgetvalue(counts, 0, 1), 0, INT64_MAX,
							   &result->traced_requests);
	}
	PQclear(counts);
	free(sql);
	session_close(&session);
	return counts != NULL;
}

bool
database_rows_read(DatabaseRows *rows, const char *query_name, const char *path,
				   bool whole, Expected **expected, RunError *error)
{
	const char *const values[] = {query_name, path, whole ? "t" : "f"};
	PGresult *result =
		session_query(rows->session.connection, rows->sql, values, 3,
					  "could not compare next pages with the database", error);

	*expected = NULL;
	if (result != NULL && !PQgetisnull(result, 0, 0))
		*expected = expected_read(PQgetvalue(result, 0, 0));
	PQclear(result);
	return result != NULL;
}

/* joined is what several machines need of the row, or NULL; it is released. */
static char *
details(const Run *run, const Group *group, const Summary *summary,
		json_t *joined)
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

	(void) json_object_set_new(
		object, "histogram",
		report_json_histogram(
			group != NULL
				? &run->result->groups[group - run->requests->groups].latency
				: &run->result->total.latency));
	if (isfinite(share))
		(void) json_object_set_new(object, "database_share",
								   json_real(round(share * 1000) / 1000));
	if (joined != NULL)
		(void) json_object_set_new(object, "join", joined);
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(object);
	return text;
}

bool
database_keep_row(PGconn *connection, const char *schema, const Run *run,
				  const Group *group, const Summary *summary, bool ok,
				  const char *taken_at, json_t *joined, RunError *error)
{
	const double us[] = {
		summary->latency.mean_us, (double) summary->latency.p50_us,
		(double) summary->latency.p95_us, (double) summary->latency.p99_us,
		(double) summary->latency.max_us};
	char number[7][TEXT_NUMBER_SIZE];
	const char *values[RESULT_COLUMNS] = {group != NULL ? group->name : NULL,
										  number[0], number[1]};
	char *json = details(run, group, summary, joined);
	char *sql = memory_format(
		"INSERT INTO %s.perfcheck_result (source, query, executions,"
		" errors, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, ok, details,"
		" label, taken_at) VALUES"
		" ('http', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
		" coalesce($12::timestamptz, pg_catalog.now()))",
		schema);
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
	values[10] = taken_at != NULL ? run->settings->join : NULL;
	values[11] = taken_at;
	kept = json != NULL
			   ? execute(connection, sql, values, RESULT_COLUMNS, error)
			   : error_set(error, EXIT_CANNOT_RUN, "out of memory");
	free(json);
	free(sql);
	return kept;
}

static bool
keep_run(PGconn *connection, const char *schema, const Run *run,
		 RunError *error)
{
	const Result *result = run->result;
	bool ok = execute(connection, "BEGIN", NULL, 0, error);

	for (size_t i = 0; ok && i < result->group_count; i++)
		ok = database_keep_row(connection, schema, run,
							   &run->requests->groups[i],
							   &result->groups[i].summary,
							   run->verdict->group_ok[i], NULL, NULL, error);
	ok = ok && database_keep_row(connection, schema, run, NULL,
								 &result->total.summary, run->verdict->ok, NULL,
								 NULL, error);
	ok = ok && execute(connection, "COMMIT", NULL, 0, error);
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
