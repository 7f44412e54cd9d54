/*-------------------------------------------------------------------------
 *
 * easy_body.c
 *		The body of an answer that a handle of libcurl receives; see easy_body.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/easy_body.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/client/client.h"

/* A larger body, in bytes, is freed before the next answer. */
#define KEPT_BODY_ROOM (1024 * 1024)

static size_t
on_body(char *data, size_t size, size_t count, void *context)
{
	EasyBody *body = context;
	size_t bytes = size * count;

	if (bytes > CLIENT_MAX_BODY - body->size)
	{
		body->too_large = true;
		return 0; /* ends the transfer with CURLE_WRITE_ERROR */
	}
	body->data = memory_grow(body->data, body->size + bytes, &body->room, 1);
	memcpy(body->data + body->size, data, bytes);
	body->size += bytes;
	return bytes;
}

bool
easy_body_set_up(EasyBody *body, CURL *easy)
{
	return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_WRITEDATA, body) == CURLE_OK;
}

void
easy_body_start(EasyBody *body)
{
	if (body->room > KEPT_BODY_ROOM)
	{
		free(body->data);
		body->data = NULL;
		body->room = 0;
	}
	body->size = 0;
	body->too_large = false;
}
