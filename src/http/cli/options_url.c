/*-------------------------------------------------------------------------
 *
 * options_url.c
 *		The URLs of the command line; see options.h.
 *
 * libcurl's own parser decides, so that no URL is accepted here and refused
 * during the run. What may contain a password is not repeated in a message.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

static const char *
url_problem(CURLUcode code)
{
	switch (code)
	{
		case CURLUE_BAD_SCHEME:
		case CURLUE_UNSUPPORTED_SCHEME:
			return "it must start with http:// or https://";
		case CURLUE_BAD_PORT_NUMBER:
			return "the port is not a number from 1 to 65535";
		case CURLUE_NO_HOST:
			return "it has no host";
		default:
			return "it cannot be parsed";
	}
}

static bool
is_one_of(const char *text, const char *const *words)
{
	while (*words != NULL && strcmp(text, *words) != 0)
		words++;
	return *words != NULL;
}

bool
options_check_proxy(const char *text, RunError *error)
{
	static const char *const schemes[] = {
		"http", "https", "socks4", "socks4a", "socks5", "socks5h", NULL};
	CURLU *url = curl_url();
	char *scheme = NULL;
	bool ok = url != NULL &&
			  curl_url_set(url, CURLUPART_URL, text,
						   CURLU_NON_SUPPORT_SCHEME | CURLU_DEFAULT_SCHEME) ==
				  CURLUE_OK &&
			  curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
			  is_one_of(scheme, schemes);

	curl_free(scheme);
	curl_url_cleanup(url);
	/* The message does not repeat it, as it may contain a password. */
	return ok || error_set(error, EXIT_BAD_USAGE,
						   "invalid --proxy: give http://host:port, or https, "
						   "socks4, socks4a, socks5 or socks5h for http");
}

/* Takes the user out of a URL; returns false if it cannot be one. */
static bool
take_user(CURLU *url, Settings *settings, RunError *error)
{
	char *user = NULL;
	char *password = NULL;
	char *both = NULL;
	bool ok = true;

	if (curl_url_get(url, CURLUPART_USER, &user, CURLU_URLDECODE) == CURLUE_OK)
	{
		(void) curl_url_get(url, CURLUPART_PASSWORD, &password,
							CURLU_URLDECODE);
		both = memory_format("%s:%s", user, password != NULL ? password : "");
		ok = options_parse_user("URL", both, settings, error);
		free(both);
	}
	curl_free(user);
	curl_free(password);
	(void) curl_url_set(url, CURLUPART_USER, NULL, 0);
	(void) curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
	return ok;
}

static const char *
parse_url(const char *text, char **normal, Settings *settings, RunError *error)
{
	CURLU *url;
	CURLUcode code;
	char *found = NULL;
	const char *problem = NULL;

	if (strpbrk(text, "?#") != NULL)
		return "the base must have no query and no fragment";
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c == 0x7f)
			return "spaces and bytes other than ASCII must be percent-encoded";

	url = curl_url();
	if (url == NULL)
		return "out of memory";
	code = curl_url_set(url, CURLUPART_URL, text, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_SCHEME, &found, 0);
	if (code == CURLUE_OK && strcmp(found, "http") != 0 &&
		strcmp(found, "https") != 0)
		code = CURLUE_UNSUPPORTED_SCHEME;
	if (code == CURLUE_OK && take_user(url, settings, error))
		code = curl_url_get(url, CURLUPART_URL, normal, 0);
	if (code != CURLUE_OK)
		problem = url_problem(code);
	curl_free(found);
	curl_url_cleanup(url);
	return problem;
}

char *
options_base_url(const char *text, Settings *settings, RunError *error)
{
	char *normal = NULL;
	const char *problem = parse_url(text, &normal, settings, error);
	size_t length;
	char *base;

	if (problem != NULL)
	{
		/* A URL with "@" may contain a password. */
		if (strchr(text, '@') != NULL)
			error_set(error, EXIT_BAD_USAGE, "invalid URL: %s", problem);
		else
			error_set(error, EXIT_BAD_USAGE, "invalid URL \"%s\": %s", text,
					  problem);
		return NULL;
	}
	if (normal == NULL)
		return NULL;
	length = strlen(normal);
	while (length > 0 && normal[length - 1] == '/')
		length--;
	base = memory_text_n(normal, length);
	curl_free(normal);
	return base;
}
