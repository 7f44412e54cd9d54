/*-------------------------------------------------------------------------
 *
 * easy_request.h
 *		Puts a request on an easy handle of libcurl.
 *
 * Owns how a request is expressed in libcurl's options, so that libcurl sends
 * the same bytes for it as compose.h composes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_EASY_REQUEST_H
#define PERFCHECK_HTTP_CLIENT_EASY_REQUEST_H

#include <curl/curl.h>

#include "http/client/client.h"

/*
 * Makes the handle's next transfer that of a request, with one header more if
 * extra is not NULL. *headers is the list of
 * the handle's last request, or NULL; it is replaced by the list of this one,
 * which the caller frees with curl_slist_free_all(). Returns false if libcurl
 * refuses an option or is out of memory.
 */
extern bool easy_request_set(CURL *easy, const char *base_url,
							 const Request *request, const char *extra,
							 struct curl_slist **headers);

#endif /* PERFCHECK_HTTP_CLIENT_EASY_REQUEST_H */
