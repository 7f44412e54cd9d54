/*-------------------------------------------------------------------------
 *
 * redirect.c
 *		Decides which redirects are followed; see redirect.h.
 *
 * libcurl's URL parser fills in default ports, so that http://a and
 * http://a:80 are the same server.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/redirect.h"

#include <curl/curl.h>
#include <stddef.h>
#include <strings.h>

/* See RFC 9110, 15.4: 300 offers a choice, and 304 refers to a cache. */
bool
redirect_is_one(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 ||
		   status == 308;
}

/* Schemes and hosts are case-insensitive. */
static bool
same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	char *in_a = NULL;
	char *in_b = NULL;
	bool same = curl_url_get(a, part, &in_a, CURLU_DEFAULT_PORT) == CURLUE_OK &&
				curl_url_get(b, part, &in_b, CURLU_DEFAULT_PORT) == CURLUE_OK &&
				strcasecmp(in_a, in_b) == 0;

	curl_free(in_a);
	curl_free(in_b);
	return same;
}

bool
redirect_stays(const char *from, const char *to)
{
	CURLU *a = curl_url();
	CURLU *b = curl_url();
	bool stays =
		a != NULL && b != NULL &&
		curl_url_set(a, CURLUPART_URL, from, 0) == CURLUE_OK &&
		curl_url_set(b, CURLUPART_URL, to, CURLU_DISALLOW_USER) == CURLUE_OK &&
		same_part(a, b, CURLUPART_SCHEME) && same_part(a, b, CURLUPART_HOST) &&
		same_part(a, b, CURLUPART_PORT);

	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return stays;
}
