/*-------------------------------------------------------------------------
 *
 * compose.c
 *		Composes the bytes of a request of HTTP/1.1; see compose.h.
 *
 * What all requests share, the path of the base URL and the line of Host, is
 * taken out of the URL once. A request is then appended part by part to a
 * buffer that is used again for the next one.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/compose.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

static void
add(Bytes *bytes, const char *data, size_t size)
{
	bytes->data = memory_grow(bytes->data, bytes->size + size, &bytes->room, 1);
	memcpy(bytes->data + bytes->size, data, size);
	bytes->size += size;
}

static void
add_text(Bytes *bytes, const char *text)
{
	add(bytes, text, strlen(text));
}

/* Adds the line of Host, with the port unless it is the default one. */
static bool
add_host(Bytes *bytes, CURLU *url)
{
	char *host = NULL;
	char *port = NULL;
	bool ok = curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK;

	if (ok)
	{
		add_text(bytes, "Host: ");
		add_text(bytes, host);
		if (curl_url_get(url, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) ==
			CURLUE_OK)
		{
			add_text(bytes, ":");
			add_text(bytes, port);
		}
		add_text(bytes, "\r\n");
	}
	curl_free(host);
	curl_free(port);
	return ok;
}

bool
compose_init(Composer *composer, const ClientSettings *settings)
{
	CURLU *url = curl_url();
	Bytes host = {0};
	char *path = NULL;
	bool ok;

	*composer =
		(Composer){.trace = trace_start(settings->trace_run, settings->thread)};
	ok = url != NULL &&
		 curl_url_set(url, CURLUPART_URL, settings->base_url, 0) == CURLUE_OK &&
		 curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK &&
		 add_host(&host, url);
	if (ok)
	{
		/* libcurl returns "/" for no path; else the base ends in no slash. */
		composer->prefix = memory_text(strcmp(path, "/") == 0 ? "" : path);
		add(&host, "", 1);
		composer->host = host.data;
	}
	else
		free(host.data);
	curl_free(path);
	curl_url_cleanup(url);
	return ok;
}

void
compose_free(Composer *composer)
{
	free(composer->prefix);
	free(composer->host);
	*composer = (Composer){0};
}

/* libcurl sends all methods but GET and HEAD as a POST of another name. */
static bool
has_length(const Request *request)
{
	return request->body != NULL ||
		   (request->method != METHOD_GET && request->method != METHOD_HEAD);
}

static void
add_length(Bytes *bytes, size_t size)
{
	char line[64];

	(void) snprintf(line, sizeof(line), "Content-Length: %zu\r\n", size);
	add_text(bytes, line);
}

void
compose_request(Composer *composer, const Request *request, const char *cookies,
				Bytes *bytes)
{
	const char *trace = trace_next(&composer->trace);

	bytes->size = 0;
	add_text(bytes, request_method_name(request->method));
	add_text(bytes, " ");
	add_text(bytes, composer->prefix);
	add_text(bytes, request->path);
	add_text(bytes, " HTTP/1.1\r\n");
	add_text(bytes, composer->host);
	for (const char *const *header = request->headers; *header != NULL;
		 header++)
	{
		add_text(bytes, *header);
		add_text(bytes, "\r\n");
	}
	if (cookies != NULL)
	{
		add_text(bytes, "Cookie: ");
		add_text(bytes, cookies);
		add_text(bytes, "\r\n");
	}
	if (trace != NULL)
	{
		add_text(bytes, trace);
		add_text(bytes, "\r\n");
	}
	if (has_length(request))
		add_length(bytes, request->body_size);
	add_text(bytes, "\r\n");
	if (request->body_size > 0)
		add(bytes, request->body, request->body_size);
}
