/*-------------------------------------------------------------------------
 *
 * pool.h
 *		A pool of libpq connections, shared by threads.
 *
 * Owns the connections: who uses which one, and what is done about a broken
 * one. A connection serves one statement at a time. Whoever finds none free
 * waits, and is served in the order of asking, so that the wait of a request
 * under load is the queue before it and not luck. Sessions speak UTF-8 and
 * show times in UTC, whatever the database or the caller's options say.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_POOL_H
#define EVENTS_API_POOL_H

#include <libpq-fe.h>

typedef struct Pool Pool;

/*
 * Connects size times. NULL, and the reason on stderr, if that fails. To be
 * called before any other thread runs, since it sets an environment variable
 * for libpq.
 */
extern Pool *pool_open(const char *conninfo, int size);

/*
 * Runs one statement with its text parameters on a free connection. A broken
 * connection is reset once and the statement sent once more, so it must be
 * one that may run twice. NULL if there is no database to ask, or the pool
 * was stopped; otherwise a result, of success or error, to be cleared.
 */
extern PGresult *pool_exec(Pool *pool, const char *sql, int nparams,
						   const char *const *values);

/*
 * From now on pool_exec() returns NULL, also to those who wait. Returns when
 * the running statements have ended; they are cancelled if they take long.
 */
extern void pool_stop(Pool *pool);

/* Disconnects. No thread may use the pool any more. NULL is allowed. */
extern void pool_close(Pool *pool);

#endif /* EVENTS_API_POOL_H */
