/*-------------------------------------------------------------------------
 *
 * connector.h
 *		The connections of the light client: how libcurl makes them.
 *
 * Owns each connection until it is made, and libcurl's handles at all times.
 * A slot has one connection at most. It is asked for with connector_start(),
 * handed over by connector_next() when it is made, and belongs to the caller
 * from then on until connector_close().
 *
 * A TLS handshake takes half a millisecond of processor time, or more. In the
 * loop that reads answers it would count as the latency of all that arrive
 * meanwhile; so TLS connections are made by a helper thread. It shares what is
 * ordered and what has ended, and nothing else: a handle belongs to one thread
 * at a time. Other connections take a few microseconds, and are made in the
 * caller's thread.
 *
 * The search for a connection in curl_easy_send() and curl_easy_recv() is in
 * the connection cache of the handle's multi handle. So each slot has a multi
 * handle of its own, with one connection at most: it does not grow with the
 * number of connections. It takes two further file descriptors.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_CONNECTOR_H
#define PERFCHECK_HTTP_CLIENT_CONNECTOR_H

#include <curl/curl.h>

#include "http/client/client.h"

/* A socket, and the two of its multi handle. */
#define CONNECTOR_FILES_A_SLOT 3

typedef struct Connector Connector;

/* NULL when handles or the helper cannot be made. */
extern Connector *connector_create(const ClientSettings *settings);
extern void connector_destroy(Connector *connector);

/* A file that epoll finds readable when connector_run() is to be called. */
extern int connector_file(const Connector *connector);

/* When it is to be called even so; INT64_MAX: never. */
extern int64_t connector_due_us(Connector *connector);

/* Goes on with what is being made; never blocks. */
extern void connector_run(Connector *connector);

/* False when libcurl or epoll has refused what must not fail. */
extern bool connector_works(const Connector *connector);

/* A slot that has no connection gets one. */
extern void connector_start(Connector *connector, int slot);

/* Ends the connection of a slot, made or being made. */
extern void connector_close(Connector *connector, int slot);

/*
 * The next slot whose connection is made, or could not be; false: none. The
 * problem is NULL, or lives until the next connector_start() of that slot.
 */
extern bool connector_next(Connector *connector, int *slot,
						   const char **problem);

/* Of a connection that was handed over: for curl_easy_send() and _recv(). */
extern CURL *connector_handle(const Connector *connector, int slot);

#endif /* PERFCHECK_HTTP_CLIENT_CONNECTOR_H */
