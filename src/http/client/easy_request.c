/*-------------------------------------------------------------------------
 *
 * easy_request.c
 *		Puts a request on an easy handle of libcurl; see easy_request.h.
 *
 * A handle keeps its options from one transfer to the next, so every option
 * that another method may have changed is set again for each request:
 * CURLOPT_HTTPGET and CURLOPT_POST undo each other, and CURLOPT_CUSTOMREQUEST
 * is set to NULL where the name of the method is libcurl's own.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/easy_request.h"

#include <stdlib.h>

#include "http/base/memory.h"

static bool
add_header(struct curl_slist **headers, const char *header)
{
	struct curl_slist *longer = curl_slist_append(*headers, header);

	if (longer == NULL)
		return false;
	*headers = longer;
	return true;
}

static bool
set_headers(CURL *easy, const Request *request, const char *extra,
			struct curl_slist **headers)
{
	bool ok = true;

	curl_slist_free_all(*headers);
	*headers = NULL;
	for (const char *const *header = request->headers; ok && *header != NULL;
		 header++)
		ok = add_header(headers, *header);
	if (extra != NULL)
		ok = ok && add_header(headers, extra);
	/* An empty value keeps libcurl from adding the header by itself. */
	ok = ok && add_header(headers, "Expect:") &&
		 add_header(headers, "Content-Type:");
	return ok &&
		   curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

/* Any method other than GET and HEAD is sent as a POST of another name. */
static bool
set_method(CURL *easy, const Request *request)
{
	const char *name = NULL;
	bool ok;

	if (request->method == METHOD_GET && request->body == NULL)
		ok = curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	else if (request->method == METHOD_HEAD)
		ok = curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
	else
	{
		name = request_method_name(request->method);
		ok = curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
							  request->body != NULL ? request->body : "") ==
				 CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
							  (curl_off_t) request->body_size) == CURLE_OK;
	}
	return ok &&
		   curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, name) == CURLE_OK;
}

bool
easy_request_set(CURL *easy, const char *base_url, const Request *request,
				 const char *extra, struct curl_slist **headers)
{
	char *url = memory_format("%s%s", base_url, request->path);
	bool ok = curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK;

	free(url);
	return ok && set_headers(easy, request, extra, headers) &&
		   set_method(easy, request);
}
