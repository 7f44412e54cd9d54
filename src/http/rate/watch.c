/*-------------------------------------------------------------------------
 *
 * watch.c
 *		Watches the database under load; see watch.h.
 *
 * A thread of its own looks at the sessions while a run lasts; before and after
 * that the session belongs to the caller, so that it needs no lock. The first
 * statement that fails ends the watch for good: its results would have gaps.
 *
 *-------------------------------------------------------------------------
 */
#include "http/rate/watch.h"

#include <libpq-fe.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/base/memory.h"
#include "http/base/session.h"
#include "http/rate/statement.h"

#define LOOK_NS 100000000
#define MARK "/* perfcheck-http watches */"

/* A watch that waits would hold up the run. */
#define PATIENCE "2s"
#define VERDICT_PATIENCE "20s"

typedef struct Counters
{
	double statements;
	WatchQuery *queries;
} Counters;

struct Watch
{
	char *conninfo;
	PGconn *connection; /* NULL while a run goes on that is not looked at */
	char *schema;       /* perfcheck's, quoted */
	char *statements;   /* the view, quoted, or NULL if it is not there */
	bool planning;
	size_t count;  /* of groups */
	char **ids;    /* of each group's query, or NULL */
	char **cores;  /* what else it is known by, or NULL */
	Counters then; /* at the start of the run */

	/* Of the thread that looks. */
	pthread_t thread;
	bool looking;
	int stop;
	int looks;
	double sessions;
	double active;
	double waits[WATCH_WAITS];
	double busy;
};

/* Returns the rows of a query, or NULL. */
static PGresult *
rows(Watch *watch, const char *sql, int count, const char *const *values)
{
	PGresult *result = PQexecParams(watch->connection, sql, count, NULL, values,
									NULL, NULL, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	PQclear(result);
	return NULL;
}

static double
number(const PGresult *result, int row, int column)
{
	return strtod(PQgetvalue(result, row, column), NULL);
}

/* Returns the only value of a query, which the caller frees, or NULL. */
static char *
value(Watch *watch, const char *sql, const char *parameter)
{
	const char *const values[] = {parameter};
	PGresult *result = rows(watch, sql, parameter != NULL, values);
	char *text = NULL;

	if (result != NULL && PQntuples(result) == 1 && !PQgetisnull(result, 0, 0))
		text = memory_text(PQgetvalue(result, 0, 0));
	PQclear(result);
	return text;
}

static bool
command(Watch *watch, const char *sql)
{
	PGresult *result = PQexec(watch->connection, sql);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
			  PQresultStatus(result) == PGRES_TUPLES_OK;

	PQclear(result);
	return ok;
}

/* Finds the number in "  Query Identifier: 123" among the lines of a plan. */
static char *
id_of_plan(const PGresult *plan)
{
	static const char key[] = "Query Identifier: ";

	for (int row = 0; row < PQntuples(plan); row++)
	{
		const char *found = strstr(PQgetvalue(plan, row, 0), key);

		if (found != NULL)
			return memory_text(found + strlen(key));
	}
	return NULL;
}

/* "(NULL, NULL)", for the parameters of a prepared statement, or "". */
static char *
null_arguments(Watch *watch)
{
	PGresult *described = PQdescribePrepared(watch->connection, "watched");
	int count = PQnparams(described);
	char *text = memory_text(count > 0 ? "(" : "");

	for (int i = 0; i < count; i++)
	{
		char *longer =
			memory_format("%sNULL%s", text, i + 1 < count ? ", " : ")");

		free(text);
		text = longer;
	}
	PQclear(described);
	return text;
}

/*
 * Returns the identifier of a query's statement. That it is planned for no values
 * at all makes no difference: the plan is not executed.
 */
static char *
read_id(Watch *watch, const char *sql)
{
	PGresult *prepared = PQprepare(watch->connection, "watched", sql, 0, NULL);
	char *id = NULL;

	if (PQresultStatus(prepared) == PGRES_COMMAND_OK)
	{
		char *arguments = null_arguments(watch);
		char *explain =
			memory_format("EXPLAIN (VERBOSE) EXECUTE watched %s", arguments);
		PGresult *plan = rows(watch, explain, 0, NULL);

		if (plan != NULL)
			id = id_of_plan(plan);
		PQclear(plan);
		free(explain);
		free(arguments);
	}
	PQclear(prepared);
	(void) command(watch, "DEALLOCATE ALL");
	return id;
}

static void
read_ids(Watch *watch, const RequestList *requests)
{
	char *sql = memory_format(
		"SELECT name, sql, coalesce(search_path, pg_catalog.current_setting("
		"'search_path')) FROM %s.perfcheck_query WHERE enabled",
		watch->schema);
	PGresult *queries = rows(watch, sql, 0, NULL);

	for (size_t i = 0; queries != NULL && i < requests->group_count; i++)
		for (int row = 0; row < PQntuples(queries); row++)
		{
			char *path;
			char *plain;

			if (strcmp(PQgetvalue(queries, row, 0), requests->groups[i].name) !=
				0)
				continue;
			/* set_config() takes a path as it is shown. */
			path = value(watch,
						 "SELECT pg_catalog.set_config('search_path', $1, "
						 "false)",
						 PQgetvalue(queries, row, 2));
			free(path);
			watch->ids[i] = read_id(watch, PQgetvalue(queries, row, 1));
			plain = statement_plain(PQgetvalue(queries, row, 1));
			watch->cores[i] = statement_core(plain);
			free(plain);
		}
	PQclear(queries);
	free(sql);
	(void) command(watch, "RESET search_path");
}

static char *
quoted_schema(Watch *watch, const char *extension)
{
	return value(watch,
				 "SELECT pg_catalog.quote_ident(n.nspname)"
				 " FROM pg_catalog.pg_extension e"
				 " JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
				 " WHERE e.extname = $1",
				 extension);
}

/* Finds pg_stat_statements; without its library the view is there and fails. */
static void
find_statements(Watch *watch)
{
	char *schema = quoted_schema(watch, "pg_stat_statements");
	char *sql;
	PGresult *tried;
	char *planning;

	if (schema == NULL)
		return;
	watch->statements = memory_format("%s.pg_stat_statements", schema);
	sql = memory_format("SELECT " MARK " 1 FROM %s LIMIT 1", watch->statements);
	tried = rows(watch, sql, 0, NULL);
	if (tried == NULL)
	{
		free(watch->statements);
		watch->statements = NULL;
	}
	PQclear(tried);
	free(sql);
	free(schema);
	planning = value(watch,
					 "SELECT pg_catalog.current_setting("
					 "'pg_stat_statements.track_planning', true)",
					 NULL);
	watch->planning = planning != NULL && strcmp(planning, "on") == 0;
	free(planning);
}

static bool
open_session(Watch *watch, RunError *error)
{
	watch->connection = session_connect(watch->conninfo, error);
	return watch->connection != NULL &&
		   command(watch, "SET statement_timeout = '" PATIENCE "'");
}

static void
close_session(Watch *watch)
{
	PQfinish(watch->connection);
	watch->connection = NULL;
}

Watch *
watch_create(const char *conninfo, const RequestList *requests, RunError *error)
{
	Watch *watch = memory_zeroed(1, sizeof(Watch));

	watch->conninfo = memory_text(conninfo);
	watch->count = requests != NULL ? requests->group_count : 0;
	watch->ids = memory_zeroed(watch->count + 1, sizeof(char *));
	watch->cores = memory_zeroed(watch->count + 1, sizeof(char *));
	watch->then.queries = memory_zeroed(watch->count + 1, sizeof(WatchQuery));
	if (open_session(watch, error) &&
		(watch->schema = quoted_schema(watch, "perfcheck")) != NULL)
	{
		find_statements(watch);
		if (watch->statements != NULL && requests != NULL)
			read_ids(watch, requests);
		return watch;
	}
	if (watch->connection != NULL)
		error_set(error, EXIT_CANNOT_RUN, "cannot watch the database: %.*s",
				  (int) strcspn(PQerrorMessage(watch->connection), "\n"),
				  PQerrorMessage(watch->connection));
	watch_free(watch);
	return NULL;
}

void
watch_free(Watch *watch)
{
	if (watch == NULL)
		return;
	close_session(watch);
	free(watch->conninfo);
	for (size_t i = 0; i < watch->count; i++)
	{
		free(watch->ids[i]);
		free(watch->cores[i]);
	}
	free(watch->ids);
	free(watch->cores);
	free(watch->then.queries);
	free(watch->schema);
	free(watch->statements);
	free(watch);
}

/* Returns the group whose query a statement is, or NO_GROUP. */
static size_t
query_of(const Watch *watch, const char *id, const char *sql)
{
	size_t found = NO_GROUP;
	size_t longest = 0;
	char *plain;

	for (size_t i = 0; i < watch->count; i++)
		if (watch->ids[i] != NULL && strcmp(watch->ids[i], id) == 0)
			return i;
	plain = statement_plain(sql);
	for (size_t i = 0; i < watch->count; i++)
		if (watch->cores[i] != NULL && strlen(watch->cores[i]) > longest &&
			statement_has(plain, watch->cores[i]))
		{
			found = i;
			longest = strlen(watch->cores[i]);
		}
	free(plain);
	return found;
}

/* Reads the counters as they are now; statements is NAN if that fails. */
static void
read_counters(Watch *watch, Counters *counters)
{
	char *sql;
	PGresult *result;

	counters->statements = NAN;
	if (watch->statements == NULL)
		return;
	sql = memory_format(
		"SELECT queryid, pg_catalog.sum(calls),"
		" pg_catalog.sum(total_plan_time), pg_catalog.sum(total_exec_time),"
		" pg_catalog.min(query)"
		" FROM %s " MARK " WHERE toplevel AND query !~ '" MARK "'"
		" AND dbid = (SELECT oid FROM pg_catalog.pg_database"
		" WHERE datname = pg_catalog.current_database()) GROUP BY 1",
		watch->statements);
	result = rows(watch, sql, 0, NULL);
	free(sql);
	if (result == NULL)
		return;
	counters->statements = 0;
	for (size_t i = 0; i < watch->count; i++)
		counters->queries[i] = (WatchQuery){0};
	for (int row = 0; row < PQntuples(result); row++)
	{
		size_t group = query_of(watch, PQgetvalue(result, row, 0),
								PQgetvalue(result, row, 4));

		counters->statements += number(result, row, 1);
		if (group == NO_GROUP)
			continue;
		counters->queries[group].calls += number(result, row, 1);
		counters->queries[group].plan_ms += number(result, row, 2);
		counters->queries[group].exec_ms += number(result, row, 3);
	}
	PQclear(result);
}

/* Looks once at what the clients of this database do. */
static bool
look(Watch *watch)
{
	PGresult *result =
		rows(watch,
			 "SELECT " MARK " pg_catalog.count(*),"
			 " pg_catalog.count(*) FILTER (WHERE state <> 'idle'),"
			 " pg_catalog.count(*) FILTER (WHERE state = 'active'"
			 "  AND wait_event_type = 'Lock'),"
			 " pg_catalog.count(*) FILTER (WHERE state = 'active'"
			 "  AND wait_event_type = 'IO'),"
			 " pg_catalog.count(*) FILTER (WHERE state = 'active'"
			 "  AND wait_event_type NOT IN ('Lock', 'IO', 'Client'))"
			 " FROM pg_catalog.pg_stat_activity"
			 " WHERE datname = pg_catalog.current_database()"
			 " AND backend_type = 'client backend'"
			 " AND pid <> pg_catalog.pg_backend_pid()",
			 0, NULL);

	if (result == NULL)
		return false;
	watch->looks++;
	watch->sessions += number(result, 0, 0);
	watch->active += number(result, 0, 1);
	for (int i = 0; i < WATCH_WAITS; i++)
		watch->waits[i] += number(result, 0, 2 + i);
	watch->busy += number(result, 0, 0) > 0 &&
				   number(result, 0, 1) >= number(result, 0, 0);
	PQclear(result);
	return true;
}

static void *
look_on(void *context)
{
	Watch *watch = context;
	struct timespec pause = {.tv_nsec = LOOK_NS};

	while (__atomic_load_n(&watch->stop, __ATOMIC_RELAXED) == 0 && look(watch))
		(void) nanosleep(&pause, NULL);
	return NULL;
}

void
watch_begin(Watch *watch, bool look)
{
	read_counters(watch, &watch->then);
	watch->looks = 0;
	watch->sessions = watch->active = watch->busy = 0;
	memset(watch->waits, 0, sizeof(watch->waits));
	watch->stop = 0;
	watch->looking =
		look && pthread_create(&watch->thread, NULL, look_on, watch) == 0;
	if (!look)
		close_session(watch);
}

/* The counters may have been reset meanwhile. */
static double
grown(double then, double now)
{
	return now >= then ? now - then : now;
}

void
watch_end(Watch *watch, WatchSample *sample)
{
	Counters now = {.queries =
						memory_zeroed(watch->count + 1, sizeof(WatchQuery))};
	double looks;
	RunError lost = {0};

	if (watch->looking)
	{
		__atomic_store_n(&watch->stop, 1, __ATOMIC_RELAXED);
		(void) pthread_join(watch->thread, NULL);
		watch->looking = false;
	}
	if (watch->connection != NULL || open_session(watch, &lost))
		read_counters(watch, &now);
	else
		now.statements = NAN;
	looks = watch->looks > 0 ? watch->looks : NAN;
	*sample = (WatchSample){.statements =
								grown(watch->then.statements, now.statements),
							.planning = watch->planning,
							.queries = now.queries,
							.count = watch->count,
							.looks = watch->looks,
							.sessions = watch->sessions / looks,
							.active = watch->active / looks,
							.busy = watch->busy / looks};
	for (int i = 0; i < WATCH_WAITS; i++)
		sample->waits[i] = watch->waits[i] / looks;
	for (size_t i = 0; i < watch->count; i++)
	{
		WatchQuery *query = &now.queries[i];
		const WatchQuery *then = &watch->then.queries[i];

		query->calls = grown(then->calls, query->calls);
		query->plan_ms = grown(then->plan_ms, query->plan_ms);
		query->exec_ms = grown(then->exec_ms, query->exec_ms);
	}
}

void
watch_sample_free(WatchSample *sample)
{
	free(sample->queries);
	sample->queries = NULL;
	sample->count = 0;
}

/* Returns the test point among TAP's lines, without its number. */
static char *
test_point(const PGresult *tap)
{
	for (int row = 0; row < PQntuples(tap); row++)
	{
		const char *line = PQgetvalue(tap, row, 0);
		const char *rest = strstr(line, " - ");

		if (rest != NULL &&
			(strncmp(line, "ok ", 3) == 0 || strncmp(line, "not ok ", 7) == 0))
			return memory_format("%s - %s", line[0] == 'o' ? "ok" : "not ok",
								 rest + 3);
	}
	return NULL;
}

char *
watch_verdict(Watch *watch, const char *query)
{
	const char *const values[] = {query};
	char *only = memory_format("UPDATE %s.perfcheck_query SET enabled = name = "
							   "$1 WHERE enabled RETURNING 1",
							   watch->schema);
	char *verify =
		memory_format("SELECT * FROM %s.perfcheck_verify()", watch->schema);
	char *line = NULL;

	/* The other queries are left out for as long as the transaction lasts. */
	if (command(watch, "BEGIN") &&
		command(watch, "SET LOCAL statement_timeout = '" VERDICT_PATIENCE "'"))
	{
		PGresult *updated = rows(watch, only, 1, values);
		PGresult *tap = updated != NULL ? rows(watch, verify, 0, NULL) : NULL;

		if (tap != NULL)
			line = test_point(tap);
		PQclear(tap);
		PQclear(updated);
	}
	(void) command(watch, "ROLLBACK");
	free(only);
	free(verify);
	return line;
}
