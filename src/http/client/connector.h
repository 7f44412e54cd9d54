/*-------------------------------------------------------------------------
 *
 * connector.h
 *		Makes the connections of the light client, by means of libcurl.
 *
 * Owns each connection until it is made, and libcurl's handles at all times.
 * A slot has at most one connection. connector_start() asks for it,
 * connector_next() hands it over once it is made, and from then on it belongs
 * to the caller until connector_close().
 *
 * A TLS handshake takes half a millisecond of processor time or more. In the
 * loop that reads answers it would add to the latency of every answer that
 * arrives meanwhile, so a helper thread makes TLS connections. Other
 * connections take a few microseconds and are made in the caller's thread.
 *
 * curl_easy_send() and curl_easy_recv() search for their connection in the
 * connection cache of the handle's multi handle. So each slot has a multi
 * handle of its own with at most one connection, which makes the search
 * independent of the number of connections, at the price of two further file
 * descriptors.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_CONNECTOR_H
#define PERFCHECK_HTTP_CLIENT_CONNECTOR_H

#include <curl/curl.h>

#include "http/client/client.h"

/* One for the socket, and two for its multi handle. */
#define CONNECTOR_FILES_A_SLOT 3

typedef struct Connector Connector;

/* Returns NULL if libcurl's handles or the helper cannot be created. */
extern Connector *connector_create(const ClientSettings *settings);
/* Closes all connections. connector may be NULL. */
extern void connector_destroy(Connector *connector);

/*
 * Returns a file descriptor that is readable when connector_run() is to be
 * called.
 */
extern int connector_file(const Connector *connector);

/* Returns when it is to be called at the latest; INT64_MAX means never. */
extern int64_t connector_due_us(Connector *connector);

/* Continues to make connections; never blocks. */
extern void connector_run(Connector *connector);

/* Returns false once libcurl or epoll has refused what must not fail. */
extern bool connector_works(const Connector *connector);

/* Asks for the connection of a slot that has none. */
extern void connector_start(Connector *connector, int slot);

/* Ends the connection of a slot, whether it is made or still being made. */
extern void connector_close(Connector *connector, int slot);

/*
 * Returns true and the next slot whose connection is made or has failed; false
 * if there is none. *problem is NULL for a connection; else it says why there
 * is none, and is valid until the next connector_start() of that slot.
 */
extern bool connector_next(Connector *connector, int *slot,
						   const char **problem);

/*
 * Returns the handle of a connection that was handed over, for
 * curl_easy_send() and curl_easy_recv().
 */
extern CURL *connector_handle(const Connector *connector, int slot);

#endif /* PERFCHECK_HTTP_CLIENT_CONNECTOR_H */
