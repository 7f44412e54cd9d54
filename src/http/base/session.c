/*-------------------------------------------------------------------------
 *
 * session.c
 *		A session with the database that has the contract; see session.h.
 *
 * A statement is sent, and its end is waited for in short steps, between which
 * an interrupt is looked for and progress shown.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/session.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "http/base/clock.h"
#include "http/base/conceal.h"
#include "http/base/interrupt.h"
#include "http/base/memory.h"

/* How often an interrupt is looked for. */
#define STEP_MS 100

/* When progress is shown: first, and then, on a terminal and elsewhere. */
#define FIRST_US 2000000
#define TERMINAL_US 1000000
#define ELSEWHERE_US 10000000

static const char *shown;     /* what it is about, or NULL */
static int64_t shown_from_us; /* since when */
static int64_t shown_us;      /* when it was shown last, or 0 */

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

void
session_show(const char *what)
{
	if (shown == NULL)
	{
		shown_from_us = clock_now_us();
		shown_us = 0;
	}
	shown = what;
}

static void
show(void)
{
	int64_t now_us = clock_now_us();
	int64_t every_us = isatty(STDERR_FILENO) == 1 ? TERMINAL_US : ELSEWHERE_US;

	if (shown == NULL || now_us - shown_from_us < FIRST_US ||
		(shown_us != 0 && now_us - shown_us < every_us))
		return;
	shown_us = now_us;
	fprintf(stderr, "perfcheck-http: %s (%lld s)\n", shown,
			(long long) ((now_us - shown_from_us) / 1000000));
}

/* Cancels the statement in the server, which then ends with an error. */
static void
cancel(PGconn *connection)
{
	PGcancel *request = PQgetCancel(connection);
	char problem[256];

	if (request != NULL)
		(void) PQcancel(request, problem, sizeof(problem));
	PQfreeCancel(request);
}

/* Waits until a result has arrived; returns whether it was interrupted. */
static bool
wait_for_result(PGconn *connection)
{
	int before = interrupt_count();
	bool interrupted = false;

	while (PQisBusy(connection))
	{
		struct pollfd file = {.fd = PQsocket(connection), .events = POLLIN};
		int ready = poll(&file, 1, STEP_MS);

		if (!interrupted && interrupt_count() > before)
		{
			interrupted = true;
			cancel(connection);
		}
		if (ready > 0 && !PQconsumeInput(connection))
			break;
		show();
	}
	return interrupted;
}

/* Returns the last result of a statement that was sent. */
static PGresult *
take_result(PGconn *connection, bool *interrupted)
{
	PGresult *last = NULL;
	PGresult *next;

	*interrupted = wait_for_result(connection);
	while ((next = PQgetResult(connection)) != NULL)
	{
		PQclear(last);
		last = next;
	}
	return last;
}

PGresult *
session_query(PGconn *connection, const char *sql, const char *const *values,
			  int count, const char *doing, RunError *error)
{
	PGresult *result = NULL;
	bool interrupted = false;
	ExecStatusType status;

	interrupt_hold(true);
	if (PQsendQueryParams(connection, sql, count, NULL, values, NULL, NULL, 0))
		result = take_result(connection, &interrupted);
	interrupt_hold(false);
	status = PQresultStatus(result);
	if (!interrupted &&
		(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK))
		return result;
	if (interrupted)
		error_set(error, EXIT_INTERRUPTED,
				  "interrupted: the query in the "
				  "database was cancelled");
	else
		(void) server_error(error, doing, PQerrorMessage(connection));
	PQclear(result);
	return NULL;
}

static bool
parses(const char *conninfo)
{
	char *problem = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &problem);

	PQconninfoFree(options);
	PQfreemem(problem);
	return options != NULL;
}

PGconn *
session_connect(const char *conninfo, RunError *error)
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
	/* What libpq says of a conninfo that it cannot parse has parts of it. */
	if (PQsocket(connection) < 0 && conceal_is_secret(conninfo) &&
		!parses(conninfo))
		error_set(error, EXIT_CANNOT_RUN,
				  "could not connect to the database: --db is not a conninfo "
				  "that libpq can parse");
	else
		(void) server_error(error, "could not connect to the database",
							PQerrorMessage(connection));
	PQfinish(connection);
	return NULL;
}

/* Returns the extension's schema, quoted, to be freed with PQfreemem(). */
static char *
find_schema(PGconn *connection, RunError *error)
{
	char *schema = NULL;
	PGresult *result = session_query(
		connection,
		"SELECT n.nspname FROM pg_catalog.pg_extension e"
		" JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"
		" WHERE e.extname = 'perfcheck'",
		NULL, 0, "could not look up the extension", error);

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

bool
session_open(Session *session, const char *conninfo, RunError *error)
{
	session->schema = NULL;
	session->connection = session_connect(conninfo, error);
	if (session->connection == NULL)
		return false;
	session->schema = find_schema(session->connection, error);
	if (session->schema != NULL)
		return true;
	PQfinish(session->connection);
	return false;
}

void
session_close(Session *session)
{
	PQfreemem(session->schema);
	PQfinish(session->connection);
}
