/*-------------------------------------------------------------------------
 *
 * session.h
 *		A session with the database that has the contract.
 *
 * Owns how statements are sent: each can be interrupted, which cancels it in the
 * server, and one that takes long is no silence: what it is about is shown on
 * standard error, each second on a terminal, and now and then elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_SESSION_H
#define PERFCHECK_HTTP_BASE_SESSION_H

#include <libpq-fe.h>

#include "http/base/error.h"

typedef struct Session
{
	PGconn *connection;
	char *schema; /* the extension's, quoted */
} Session;

/*
 * Returns a connection, which the caller closes by PQfinish(); or NULL, and sets
 * the error.
 */
extern PGconn *session_connect(const char *conninfo, RunError *error);

/*
 * Opens a session and finds the extension. Returns false, with nothing left
 * open and no schema, and sets the error, if that fails.
 */
extern bool session_open(Session *session, const char *conninfo,
						 RunError *error);
extern void session_close(Session *session);

/* Says what the statements that follow are about; NULL shows nothing. */
extern void session_show(const char *what);

/*
 * Executes a statement with the values of $1 to $count, as text. Returns its
 * rows; or NULL, and sets the error, which begins with `doing`. The caller frees
 * the rows by PQclear().
 */
extern PGresult *session_query(PGconn *connection, const char *sql,
							   const char *const *values, int count,
							   const char *doing, RunError *error);

#endif /* PERFCHECK_HTTP_BASE_SESSION_H */
