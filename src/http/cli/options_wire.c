/*-------------------------------------------------------------------------
 *
 * options_wire.c
 *		Options of how a server is reached, and of what is expected of it; see
 *		options_wire.h.
 *
 * --host names a server to which the URL is only the way: the requests are for
 * its name, and the connections go to the URL's address. --connect-to is the
 * same, seen from the other end, and takes what curl's takes. Both become a URL
 * and an order for libcurl.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options_wire.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "http/base/memory.h"
#include "http/base/text.h"

/* As curl's own option has it: FROM:PORT:TO:PORT. */
#define COLONS_OF_CURL 3

/* --- one by one ------------------------------------------------------------------ */

static bool
conflict(RunError *error, const char *one, const char *other)
{
	return error_set(error, EXIT_BAD_USAGE, "%s and %s conflict", one, other);
}

/* Counts the colons outside of brackets, in which an address of IPv6 is. */
static int
count_colons(const char *text)
{
	int colons = 0;
	bool inside = false;

	for (; *text != '\0'; text++)
	{
		inside = *text == '[' || (inside && *text != ']');
		colons += *text == ':' && !inside;
	}
	return colons;
}

/* Returns whether a text is HOST or HOST:PORT, as they stand in a URL. */
static bool
is_authority(const char *text)
{
	CURLU *url = curl_url();
	char *whole = memory_format("http://%s/", text);
	char *path = NULL;
	bool ok = url != NULL && strpbrk(text, "/?#@ \t") == NULL &&
			  curl_url_set(url, CURLUPART_URL, whole, CURLU_DISALLOW_USER) ==
				  CURLUE_OK &&
			  curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK;

	for (const char *c = text; *c != '\0'; c++)
		ok = ok && *c > ' ' && *c < 0x7f;
	curl_free(path);
	curl_url_cleanup(url);
	free(whole);
	return ok;
}

/* libcurl takes FROM:PORT:TO:PORT, in which an empty word means any. */
static bool
parse_connect_to(const char *text, Settings *settings, RunError *error)
{
	int colons = count_colons(text);

	free(settings->connect_to);
	settings->connect_to = NULL;
	if (colons == COLONS_OF_CURL && strpbrk(text, "/ \t") == NULL)
		settings->connect_to = memory_text(text);
	else if (colons <= 1 && is_authority(text))
		settings->connect_to =
			memory_format("::%s%s", text, colons == 0 ? ":" : "");
	if (settings->connect_to != NULL)
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid --connect-to \"%s\": give HOST, HOST:PORT, or "
					 "FROM:PORT:TO:PORT as curl does",
					 text);
}

static bool
parse_host(const char *text, Settings *settings, RunError *error)
{
	settings->host = text;
	return is_authority(text) ||
		   error_set(error, EXIT_BAD_USAGE,
					 "invalid --host \"%s\": give NAME or NAME:PORT, as for "
					 "the header Host",
					 text);
}

static bool
parse_file(const char *option, const char *text, const char **file,
		   RunError *error)
{
	*file = text;
	return access(text, R_OK) == 0 ||
		   error_set(error, EXIT_BAD_USAGE, "cannot read the file \"%s\" of %s",
					 text, option);
}

static bool
parse_statuses(const char *text, Settings *settings, RunError *error)
{
	return expect_add_statuses(&settings->expect, text) ||
		   error_set(error, EXIT_BAD_USAGE,
					 "invalid --expect-status \"%s\": give 200,204 or 2xx or "
					 "400-499",
					 text);
}

/* The shell may have made two arguments of it: '$.errors' absent. */
static bool
parse_json(const char *text, const char *next, bool *taken, Settings *settings,
		   RunError *error)
{
	bool has_more = strpbrk(text, " \t=<>!") != NULL;
	char *words;
	const char *problem;

	*taken = !has_more && next != NULL && expect_is_operator(next);
	words = *taken ? memory_format("%s %s", text, next) : memory_text(text);
	problem = expect_add_json(&settings->expect, words);
	if (problem != NULL)
		error_set(error, EXIT_BAD_USAGE, "invalid --expect-json \"%s\": %s",
				  words, problem);
	free(words);
	return problem == NULL;
}

bool
options_wire_closes(const char *header)
{
	static const char name[] = "connection:";
	const char *value = header + strlen(name);

	if (strncasecmp(header, name, strlen(name)) != 0)
		return false;
	value += strspn(value, " \t");
	return strncasecmp(value, "close", 5) == 0 &&
		   value[5 + strspn(value + 5, " \t")] == '\0';
}

void
options_wire_close_each(Settings *settings)
{
	if (settings->close_each)
		return;
	settings->headers = memory_resize(
		settings->headers, settings->header_count + 1, sizeof(char *));
	settings->headers[settings->header_count++] =
		memory_text("Connection: close");
	settings->close_each = true;
}

static void
start_trace(Settings *settings)
{
	settings->trace = true;
	/* What distinguishes this run from others; never 0, which means none. */
	if (getrandom(&settings->trace_run, sizeof(settings->trace_run), 0) !=
			(ssize_t) sizeof(settings->trace_run) ||
		settings->trace_run == 0)
		settings->trace_run = (uint64_t) getpid() << 32 | 1;
}

bool
options_wire_parse(int option, const char *argument, const char *next,
				   bool *taken, Settings *settings, RunError *error)
{
	*taken = false;
	switch (option)
	{
		case OPT_HOST:
			return parse_host(argument, settings, error);
		case OPT_CONNECT_TO:
			return parse_connect_to(argument, settings, error);
		case OPT_CACERT:
			return parse_file("--cacert", argument, &settings->cacert, error);
		case OPT_CERT:
			return parse_file("--cert", argument, &settings->cert, error);
		case OPT_CERT_KEY:
			return parse_file("--cert-key", argument, &settings->cert_key,
							  error);
		case OPT_NO_KEEPALIVE:
			options_wire_close_each(settings);
			return true;
		case OPT_TRACE:
			start_trace(settings);
			return true;
		case OPT_EXPECT_STATUS:
			return parse_statuses(argument, settings, error);
		case OPT_EXPECT_JSON:
			return parse_json(argument, next, taken, settings, error);
		case OPT_SETUP_TIMEOUT:
			return text_to_duration(argument, &settings->setup_us) ||
				   error_set(error, EXIT_BAD_USAGE,
							 "invalid --setup-timeout \"%s\": give 500ms, 5s "
							 "or 2m, from 1ms to 24 hours",
							 argument);
		default:
			return text_to_integer(argument, 0, INT64_MAX,
								   &settings->targets.max_resent) ||
				   error_set(error, EXIT_BAD_USAGE,
							 "invalid --max-resent \"%s\": give a number of at "
							 "least 0",
							 argument);
	}
}

/* --- together ------------------------------------------------------------------ */

static bool
has_header(const Settings *settings, const char *start)
{
	for (size_t i = 0; i < settings->header_count; i++)
		if (strncasecmp(settings->headers[i], start, strlen(start)) == 0)
			return true;
	return false;
}

/* Returns which option has no use without TLS, or NULL. */
static const char *
tls_option(const Settings *settings)
{
	return settings->cacert != NULL     ? "--cacert"
		   : settings->cert != NULL     ? "--cert"
		   : settings->cert_key != NULL ? "--cert-key"
										: NULL;
}

static bool
check_together(const Settings *settings, RunError *error)
{
	const char *needs_tls = tls_option(settings);

	if (settings->close_each && settings->http2)
		return conflict(error, "Connection: close", "--http2");
	if (settings->insecure && settings->cacert != NULL)
		return conflict(error, "--insecure", "--cacert");
	if (settings->cert_key != NULL && settings->cert == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--cert-key requires --cert FILE");
	if (needs_tls != NULL && strncmp(settings->url, "https:", 6) != 0)
		return error_set(error, EXIT_BAD_USAGE,
						 "%s requires a URL that starts with https://",
						 needs_tls);
	if (settings->connect_to != NULL && settings->unix_socket != NULL)
		return conflict(error, "--connect-to", "--unix-socket");
	if (settings->connect_to != NULL && settings->proxy != NULL)
		return conflict(error, "--connect-to", "--proxy");
	if (settings->host != NULL && settings->proxy != NULL)
		return conflict(error, "--host", "--proxy");
	if (settings->trace && has_header(settings, "traceparent:"))
		return conflict(error, "--trace", "-H \"traceparent: ...\"");
	return true;
}

/* The address of the URL, as libcurl takes it; the caller frees it. */
static char *
address_of(CURLU *url)
{
	char *host = NULL;
	char *port = NULL;
	char *address = NULL;

	if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ==
			CURLUE_OK)
		address = memory_format("::%s:%s", host, port);
	curl_free(host);
	curl_free(port);
	return address;
}

/* Makes the URL one of the named host, and its own address the way there. */
static bool
name_host(Settings *settings)
{
	CURLU *url = curl_url();
	const char *path;
	char *address = NULL;

	if (url != NULL &&
		curl_url_set(url, CURLUPART_URL, settings->url, 0) == CURLUE_OK)
		address = address_of(url);
	curl_url_cleanup(url);
	if (address == NULL)
		return false;
	path = strchr(strstr(settings->url, "://") + 3, '/');
	settings->wire_url = memory_format(
		"%s://%s%s",
		strncmp(settings->url, "https:", 6) == 0 ? "https" : "http",
		settings->host, path != NULL ? path : "");
	if (settings->connect_to == NULL && settings->unix_socket == NULL)
		settings->connect_to = address;
	else
		free(address);
	return true;
}

bool
options_wire_settle(Settings *settings, RunError *error)
{
	if (!check_together(settings, error))
		return false;
	if (settings->host == NULL)
		settings->wire_url = memory_text(settings->url);
	else if (!name_host(settings))
		return error_set(error, EXIT_BAD_USAGE,
						 "--host cannot be used with the URL \"%s\"",
						 settings->url);
	return true;
}

void
options_wire_free(Settings *settings)
{
	free(settings->connect_to);
	free(settings->wire_url);
	settings->connect_to = NULL;
	settings->wire_url = NULL;
	expect_free(&settings->expect);
}
