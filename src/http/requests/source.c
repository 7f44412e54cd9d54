/*-------------------------------------------------------------------------
 *
 * source.c
 *		Reads a file of requests, whatever its format is; see source.h.
 *
 * The file is read into memory as a whole. JSON is a HAR file or an error; a file
 * whose first line, blank ones aside, is one of an access log, is a log.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/source.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/requests/access_log.h"
#include "http/requests/har.h"

#define READ_SIZE 65536

/* A larger file, in bytes, is not read. */
#define MAX_FILE (1024 * 1024 * 1024)

typedef struct Text
{
	char *data; /* ends with a zero byte that is not counted */
	size_t size;
	size_t room;
} Text;

static bool
read_file(const char *name, Text *text, RunError *error)
{
	bool standard = strcmp(name, "-") == 0;
	FILE *file = standard ? stdin : fopen(name, "r");
	size_t got = 0;
	bool ok;

	if (file == NULL)
		return error_set(error, EXIT_CANNOT_RUN, "could not open \"%s\": %s",
						 name, strerror(errno));
	do
	{
		text->data =
			memory_grow(text->data, text->size + READ_SIZE + 1, &text->room, 1);
		got = fread(text->data + text->size, 1, READ_SIZE, file);
		text->size += got;
	} while (got > 0 && text->size <= MAX_FILE);
	text->data[text->size] = '\0';
	ok = ferror(file) == 0;
	if (!ok)
		error_set(error, EXIT_CANNOT_RUN, "could not read \"%s\": %s",
				  standard ? "standard input" : name, strerror(errno));
	else if (text->size > MAX_FILE)
		ok = error_set(error, EXIT_CANNOT_RUN, "\"%s\" is larger than %d MB",
					   name, MAX_FILE / (1024 * 1024));
	if (!standard)
		(void) fclose(file);
	return ok;
}

/* Returns the path of the base URL, without a slash at its end; to be freed. */
static char *
base_path(const char *base)
{
	CURLU *url = curl_url();
	char *found = NULL;
	char *path = NULL;

	if (url != NULL && curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_PATH, &found, 0) == CURLUE_OK)
		path = memory_text(strcmp(found, "/") == 0 ? "" : found);
	curl_free(found);
	curl_url_cleanup(url);
	return path != NULL ? path : memory_text("");
}

static bool
read_json(Traffic *traffic, const Text *text, const char *name,
		  const char *base, RunError *error)
{
	JsonTree tree = {0};
	bool ok = json_tree_parse(&tree, text->data, text->size, false);

	if (!ok)
		error_set(error, EXIT_CANNOT_RUN,
				  "\"%s\" begins like a HAR file, but is not JSON: %s at byte "
				  "%zu",
				  name, tree.problem, tree.problem_at + 1);
	else if (!har_is_one(&tree))
		ok = error_set(error, EXIT_CANNOT_RUN,
					   "\"%s\" is JSON, but not a HAR file: it has no "
					   "\"log.entries\"",
					   name);
	else
		har_read(traffic, &tree, base);
	json_tree_free(&tree);
	return ok;
}

/* A log that has such bytes has them from whoever sent them. */
static void
replace_zero_bytes(Text *text)
{
	for (size_t i = 0; i < text->size; i++)
		if (text->data[i] == '\0')
			text->data[i] = '?';
}

/* Reads a log or a HAR file. */
static bool
read_traffic(RequestList *list, const Settings *settings, Text *text,
			 bool is_json, const char *name, RunError *error)
{
	char *prefix = base_path(settings->url);
	Traffic traffic = {.list = list,
					   .prefix = prefix,
					   .rows = settings->rows != NULL || settings->next_given ||
							   settings->cursor != NULL};
	bool ok = true;

	replace_zero_bytes(text);
	if (is_json)
		ok = read_json(&traffic, text, name, settings->url, error);
	else
		access_log_read(&traffic, text->data);
	ok = ok && traffic_finish(&traffic, settings->replay, name, error);
	free(prefix);
	return ok;
}

static bool
read_lines(RequestList *list, const Text *text, const char *name,
		   RunError *error)
{
	FILE *file = text->size > 0 ? fmemopen(text->data, text->size, "r") : NULL;
	bool ok;

	if (text->size > 0 && file == NULL)
		memory_exhausted();
	ok = file == NULL || request_read(list, file, name, error);
	if (file != NULL)
		(void) fclose(file);
	return ok &&
		   (list->count > 0 ||
			error_set(error, EXIT_CANNOT_RUN,
					  "no request to send: \"%s\" contains no path", name));
}

static bool
read_text(RequestList *list, const Settings *settings, Text *text,
		  RunError *error)
{
	const char *name = strcmp(settings->requests_file, "-") == 0
						   ? "standard input"
						   : settings->requests_file;
	const char *first = text->data + strspn(text->data, " \t\r\n");
	bool is_json;

	/* A byte order mark */
	if (strncmp(first, "\xef\xbb\xbf", 3) == 0)
		first += 3;
	is_json = *first == '{';
	if (is_json || access_log_is_line(first, strcspn(first, "\n")))
		return read_traffic(list, settings, text, is_json, name, error);
	if (settings->replay)
		return error_set(error, EXIT_CANNOT_RUN,
						 "--replay needs an access log or a HAR file, which "
						 "\"%s\" is not",
						 name);
	return read_lines(list, text, name, error);
}

bool
source_read(RequestList *list, const Settings *settings, RunError *error)
{
	Text text = {0};
	bool ok = read_file(settings->requests_file, &text, error) &&
			  read_text(list, settings, &text, error);

	free(text.data);
	return ok;
}
