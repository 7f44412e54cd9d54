/*-------------------------------------------------------------------------
 *
 * compose.h
 *		Composes the bytes of a request of HTTP/1.1.
 *
 * Owns the text of a request, which is the same as libcurl would send: the
 * request line, Host, the headers given, and Content-Length if there is a
 * body. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_COMPOSE_H
#define PERFCHECK_HTTP_CLIENT_COMPOSE_H

#include "http/client/client.h"
#include "http/client/trace.h"

/* What all requests of a client have in common. */
typedef struct Composer
{
	char *prefix; /* the path of the base URL, or "" */
	char *host;   /* the whole line of the header Host */
	Trace trace;
} Composer;

typedef struct Bytes
{
	char *data;
	size_t size;
	size_t room;
} Bytes;

/*
 * Returns false if the base URL cannot be parsed; then there is nothing to
 * free.
 */
extern bool compose_init(Composer *composer, const ClientSettings *settings);
extern void compose_free(Composer *composer);

/*
 * Replaces the contents of bytes by those of a request. cookies is the value of
 * the header Cookie, or NULL.
 */
extern void compose_request(Composer *composer, const Request *request,
							const char *cookies, Bytes *bytes);

#endif /* PERFCHECK_HTTP_CLIENT_COMPOSE_H */
