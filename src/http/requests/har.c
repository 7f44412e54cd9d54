/*-------------------------------------------------------------------------
 *
 * har.c
 *		Reads a HAR file; see har.h.
 *
 * The entries are gone through twice: for the servers that were asked, and for
 * the requests to one of them.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/har.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "http/answer/view.h"
#include "http/base/memory.h"

#define FORM "application/x-www-form-urlencoded"

/* One of the servers of a file. */
typedef struct Server
{
	char *name; /* scheme, host and port */
	size_t count;
} Server;

bool
har_is_one(const JsonTree *tree)
{
	uint32_t entries = json_tree_path(tree, 0, "log.entries");

	return entries != JSON_NONE && tree->nodes[entries].type == TREE_ARRAY;
}

/* Returns the text of a string or a number at a path, or NULL; to be freed. */
static char *
text_at(const JsonTree *tree, uint32_t node, const char *path)
{
	uint32_t found = json_tree_path(tree, node, path);
	AnswerValue value;

	if (found == JSON_NONE || (tree->nodes[found].type != TREE_STRING &&
							   tree->nodes[found].type != TREE_NUMBER))
		return NULL;
	value =
		(AnswerValue){.type = (JsonType) tree->nodes[found].type,
					  .text = tree->text + tree->nodes[found].start,
					  .size = tree->nodes[found].end - tree->nodes[found].start,
					  .escaped = tree->nodes[found].escaped};
	return answer_value_text(&value);
}

static char *
part_of(CURLU *url, CURLUPart part, unsigned flags)
{
	char *found = NULL;
	char *copy;

	if (curl_url_get(url, part, &found, flags) != CURLUE_OK)
		return memory_text("");
	copy = memory_text(found);
	curl_free(found);
	return copy;
}

/* Splits a URL into server and path, which are to be freed; false if it is bad. */
static bool
split_url(const char *text, char **server, char **path)
{
	CURLU *url = curl_url();
	bool ok = url != NULL && text != NULL &&
			  curl_url_set(url, CURLUPART_URL, text,
						   CURLU_PATH_AS_IS | CURLU_URLENCODE) == CURLUE_OK;

	if (ok)
	{
		char *scheme = part_of(url, CURLUPART_SCHEME, 0);
		char *host = part_of(url, CURLUPART_HOST, 0);
		char *port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
		char *before = part_of(url, CURLUPART_PATH, 0);
		char *query = part_of(url, CURLUPART_QUERY, 0);

		*server = memory_format("%s://%s:%s", scheme, host, port);
		*path =
			memory_format("%s%s%s", before, query[0] != '\0' ? "?" : "", query);
		free(scheme);
		free(host);
		free(port);
		free(before);
		free(query);
	}
	curl_url_cleanup(url);
	return ok;
}

/* --- which server -------------------------------------------------------------- */

static void
count_server(Server **servers, size_t *count, size_t *room, char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (strcasecmp((*servers)[i].name, name) == 0)
		{
			(*servers)[i].count++;
			free(name);
			return;
		}
	*servers = memory_grow(*servers, *count + 1, room, sizeof(Server));
	(*servers)[(*count)++] = (Server){name, 1};
}

/* Returns the name of the server that is taken, or NULL; to be freed. */
static char *
choose_server(const JsonTree *tree, uint32_t entries, const char *base)
{
	Server *servers = NULL;
	size_t count = 0;
	size_t room = 0;
	char *own = NULL;
	char *path = NULL;
	char *chosen = NULL;
	size_t most = 0;

	for (uint32_t entry = entries + 1; entry < tree->nodes[entries].after;
		 entry = tree->nodes[entry].after)
	{
		char *url = text_at(tree, entry, "request.url");
		char *server;

		if (split_url(url, &server, &path))
		{
			free(path);
			count_server(&servers, &count, &room, server);
		}
		free(url);
	}
	if (!split_url(base, &own, &path))
		memory_exhausted();
	for (size_t i = 0; i < count; i++)
	{
		bool is_own = strcasecmp(servers[i].name, own) == 0;

		if (is_own || servers[i].count > most)
		{
			free(chosen);
			chosen = memory_text(servers[i].name);
			most = is_own ? SIZE_MAX : servers[i].count;
		}
		free(servers[i].name);
	}
	free(servers);
	free(own);
	free(path);
	return chosen;
}

/* --- an entry --------------------------------------------------------------------- */

/* Returns the value of a header of the request, or NULL; to be freed. */
static char *
header_of(const JsonTree *tree, uint32_t entry, const char *wanted)
{
	uint32_t headers = json_tree_path(tree, entry, "request.headers");

	if (headers == JSON_NONE || tree->nodes[headers].type != TREE_ARRAY)
		return NULL;
	for (uint32_t i = headers + 1; i < tree->nodes[headers].after;
		 i = tree->nodes[i].after)
	{
		char *name = text_at(tree, i, "name");
		bool is_one = name != NULL && strcasecmp(name, wanted) == 0;

		free(name);
		if (is_one)
			return text_at(tree, i, "value");
	}
	return NULL;
}

/* Writes the parameters of a form as its body. */
static char *
form_of(const JsonTree *tree, uint32_t entry)
{
	uint32_t params = json_tree_path(tree, entry, "request.postData.params");
	char *form = NULL;

	if (params == JSON_NONE || tree->nodes[params].type != TREE_ARRAY)
		return NULL;
	for (uint32_t i = params + 1; i < tree->nodes[params].after;
		 i = tree->nodes[i].after)
	{
		char *name = text_at(tree, i, "name");
		char *value = text_at(tree, i, "value");
		char *longer = memory_format(
			"%s%s%s=%s", form != NULL ? form : "", form != NULL ? "&" : "",
			name != NULL ? name : "", value != NULL ? value : "");

		free(name);
		free(value);
		free(form);
		form = longer;
	}
	return form;
}

/* Returns microseconds since 1970 of "2026-01-02T03:04:05.678Z", or 0. */
static int64_t
time_of(const char *text)
{
	struct tm parts = {0};
	const char *rest =
		text != NULL ? strptime(text, "%Y-%m-%dT%H:%M:%S", &parts) : NULL;
	double fraction = 0;
	int hours = 0;
	int minutes = 0;
	int64_t seconds;

	if (rest == NULL)
		return 0;
	seconds = (int64_t) timegm(&parts);
	if (*rest == '.')
	{
		char *end;

		fraction = strtod(rest, &end);
		rest = end;
	}
	if ((*rest == '+' || *rest == '-') &&
		sscanf(rest + 1, "%2d:%2d", &hours, &minutes) >= 1)
		seconds -= (*rest == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return seconds * 1000000 + (int64_t) (fraction * 1e6 + 0.5);
}

/* A header that has such bytes would not be one line. */
static char *
drop_unprintable(char *text)
{
	for (const char *c = text; c != NULL && *c != '\0'; c++)
		if ((unsigned char) *c < ' ' || *c == 0x7f)
		{
			free(text);
			return NULL;
		}
	return text;
}

static void
take_body(const JsonTree *tree, uint32_t entry, char **body, char **type)
{
	*type = drop_unprintable(text_at(tree, entry, "request.postData.mimeType"));
	*body = text_at(tree, entry, "request.postData.text");
	if (*body == NULL || (*body)[0] == '\0')
	{
		free(*body);
		*body = form_of(tree, entry);
		if (*body != NULL && *type == NULL)
			*type = memory_text(FORM);
	}
}

static void
take_entry(Traffic *traffic, const JsonTree *tree, uint32_t entry,
		   const char *wanted)
{
	Recording recording = {0};
	char *url = text_at(tree, entry, "request.url");
	char *method = text_at(tree, entry, "request.method");
	char *status = text_at(tree, entry, "response.status");
	char *started = text_at(tree, entry, "startedDateTime");
	char *accept = drop_unprintable(header_of(tree, entry, "Accept"));
	char *body = NULL;
	char *type = NULL;
	char *server = NULL;
	char *path = NULL;

	take_body(tree, entry, &body, &type);
	if (method == NULL || !split_url(url, &server, &path))
		traffic->left_out[LEFT_FORM]++;
	else if (wanted == NULL || strcasecmp(server, wanted) != 0)
		traffic->left_out[LEFT_PLACE]++;
	else if (!request_find_method(method, strlen(method), &recording.method))
		traffic->left_out[LEFT_METHOD]++;
	else
	{
		bool safe = request_method_is_safe(recording.method);

		recording.path = path;
		recording.body = safe ? NULL : body;
		recording.body_size =
			recording.body != NULL ? strlen(recording.body) : 0;
		recording.type = recording.body != NULL ? type : NULL;
		recording.accept = accept;
		recording.status = status != NULL ? atoi(status) : 0;
		recording.at_us = time_of(started);
		/* A browser that got no answer has 0. */
		if (recording.status < 100 || recording.status > 599)
			recording.status = 0;
		traffic_add(traffic, &recording);
	}
	free(url);
	free(method);
	free(status);
	free(started);
	free(accept);
	free(body);
	free(type);
	free(server);
	free(path);
}

void
har_read(Traffic *traffic, const JsonTree *tree, const char *base)
{
	uint32_t entries = json_tree_path(tree, 0, "log.entries");
	char *server = choose_server(tree, entries, base);

	for (uint32_t entry = entries + 1; entry < tree->nodes[entries].after;
		 entry = tree->nodes[entry].after)
		take_entry(traffic, tree, entry, server);
	free(server);
}
