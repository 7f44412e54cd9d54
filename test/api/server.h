/*-------------------------------------------------------------------------
 *
 * server.h
 *		The HTTP side: routes, status codes, threads.
 *
 * Owns the libmicrohttpd daemon. It runs one thread a connection: a request
 * blocks in libpq, and before that in the queue for a pool connection, and
 * so holds up its own connection only. With a fixed number of threads, each
 * serving many connections, a request that waits would hold up those that
 * share its thread, and a load test would measure that instead of the
 * database. A thread's cost (a stack of 512 KB at most) is no matter for the
 * 100 to 1000 connections of a load test.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_SERVER_H
#define EVENTS_API_SERVER_H

#include <stdint.h>

#include "pool.h"
#include "query.h"

typedef struct Server Server;

/*
 * Listens on 127.0.0.1. Port 0 takes a free one. NULL, and the reason on
 * stderr, if that fails. pool and target must outlive the server.
 */
extern Server *server_start(uint16_t port, Pool *pool,
							const QueryTarget *target);

/* The port in use. */
extern uint16_t server_port(const Server *server);

/*
 * Closes all connections and waits for their threads, so the pool is to be
 * stopped before. NULL is allowed.
 */
extern void server_stop(Server *server);

#endif /* EVENTS_API_SERVER_H */
