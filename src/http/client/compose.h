/*-------------------------------------------------------------------------
 *
 * compose.h
 *		A request -> the bytes that are sent for it.
 *
 * Owns the text of a request of HTTP/1.1, the same as libcurl would send: the
 * request line, Host, the headers given, Content-Length where there is a body.
 * Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_COMPOSE_H
#define PERFCHECK_HTTP_CLIENT_COMPOSE_H

#include "http/client/client.h"

/* What all requests of a client have in common. */
typedef struct Composer
{
	char *prefix; /* the path of the base URL, "" without one */
	char *host;   /* the line of the header Host */
} Composer;

typedef struct Bytes
{
	char *data;
	size_t size;
	size_t room;
} Bytes;

/* False when the URL cannot be taken apart. */
extern bool compose_init(Composer *composer, const ClientSettings *settings);
extern void compose_free(Composer *composer);

/* Replaces what is in bytes. */
extern void compose_request(const Composer *composer, const Request *request,
							Bytes *bytes);

#endif /* PERFCHECK_HTTP_CLIENT_COMPOSE_H */
