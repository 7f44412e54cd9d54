/*-------------------------------------------------------------------------
 *
 * database.h
 *		Reads requests from, and stores runs in, a database with perfcheck.
 *
 * Owns the SQL statements of perfcheck-http, but for those that several machines
 * need (database_join.h) and those that watch the load (rate/watch.h). No connection stays open while the
 * load runs: it would be one less for the API, and might be lost at the end. Each
 * function returns false, and sets the error, if the connection or one of its
 * statements fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_DATABASE_H
#define PERFCHECK_HTTP_DATABASE_H

#include "http/report/report.h"

struct pg_conn;

/*
 * Adds the contract's requests to the list, with the targets and the database's
 * time of each query, and with as much of the rows as is checked. What takes longer
 * than settings->setup_us is left out. It is an error if there is no request to
 * send.
 */
extern bool database_read(RequestList *list, const Settings *settings,
						  RunError *error);

/*
 * Reads what answers should hold, after the run. database_rows_open() returns NULL,
 * and the others false, with the error set, if that fails. Between two calls of
 * database_rows_snapshot() the rows do not change. *expected is NULL where no query
 * of the contract describes the path; the caller frees it. With whole, the query's
 * LIMIT is left out.
 */
typedef struct DatabaseRows DatabaseRows;

extern DatabaseRows *database_rows_open(const char *conninfo, CheckHow how,
										RunError *error);
extern void database_rows_close(DatabaseRows *rows);
extern bool database_rows_snapshot(DatabaseRows *rows, RunError *error);
extern bool database_rows_read(DatabaseRows *rows, const char *query_name,
							   const char *path, bool whole,
							   Expected **expected, RunError *error);

/*
 * Counts the statements that the database has recorded with a trace of this run,
 * and the requests that they belong to.
 */
extern bool database_trace(Result *result, const Settings *settings,
						   RunError *error);

/* Adds a run to perfcheck_result: a row for each query, and one in total. */
extern bool database_keep(const Run *run, const char *conninfo,
						  RunError *error);

/*
 * Adds one row of a run; group is NULL for the total. taken_at is NULL for now;
 * else the run has the name of --join as its label. joined is added to its
 * details, and released.
 */
extern bool database_keep_row(struct pg_conn *connection, const char *schema,
							  const Run *run, const Group *group,
							  const Summary *summary, bool ok,
							  const char *taken_at, json_t *joined,
							  RunError *error);

#endif /* PERFCHECK_HTTP_DATABASE_H */
