/*-------------------------------------------------------------------------
 *
 * page.c
 *		Makes the request for the next page; see page.h.
 *
 * The query string is scanned parameter by parameter, and everything around
 * the cursor stays as it is, byte by byte.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/page.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer/json_tree.h"
#include "http/base/memory.h"
#include "shared/url_template.h"

/* Counts "$1" and so on in n bytes. */
static int
count_values(const char *text, size_t n)
{
	int count = 0;

	for (size_t i = 0; i + 1 < n; i++)
		count += text[i] == '$' && text[i + 1] >= '1' && text[i + 1] <= '9';
	return count;
}

static bool
is_cursor(const char *query, const char *name, size_t length, int values)
{
	if (length == strlen("cursor") && strncmp(name, "cursor", length) == 0)
		return values > 0;
	return strcmp(query, "next_page") == 0 && length > 0 && values > 1;
}

char *
page_parameter(const char *query, const char *path)
{
	const char *start = strchr(path, '?');

	while (start != NULL)
	{
		size_t length = strcspn(++start, "&");
		size_t name = strcspn(start, "=&");

		if (is_cursor(query, start, name,
					  count_values(start + name, length - name)))
			return memory_text_n(start, name);
		start = strchr(start, '&');
	}
	return NULL;
}

/* Returns where "parameter=" is in the query string of a path, or NULL. */
static const char *
find_parameter(const char *path, const char *parameter)
{
	const char *start = strchr(path, '?');
	size_t length = strlen(parameter);

	while (start != NULL)
	{
		start++;
		if (strncmp(start, parameter, length) == 0 && start[length] == '=')
			return start;
		start = strchr(start, '&');
	}
	return NULL;
}

char *
page_path(const char *path, const char *parameter, const char *value)
{
	const char *old = find_parameter(path, parameter);
	char *encoded = curl_easy_escape(NULL, value, (int) strlen(value));
	char *result;

	if (encoded == NULL)
		memory_exhausted();
	if (old != NULL)
		result = memory_format("%.*s%s=%s%s", (int) (old - path), path,
							   parameter, encoded, old + strcspn(old, "&"));
	else
		result = memory_format("%s%c%s=%s", path,
							   strchr(path, '?') != NULL ? '&' : '?', parameter,
							   encoded);
	curl_free(encoded);
	return result;
}

/* Returns the path and query of a URL, percent-encoded, or NULL. */
static char *
path_of(CURLU *url)
{
	char *path = NULL;
	char *query = NULL;
	char *result = NULL;

	if (curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK)
	{
		(void) curl_url_get(url, CURLUPART_QUERY, &query, 0);
		result = memory_format("%s%s%s", path, query != NULL ? "?" : "",
							   query != NULL ? query : "");
	}
	curl_free(path);
	curl_free(query);
	return result;
}

/* Leaves out the path of the base, which every request begins with. */
static char *
without_base(char *path, const char *base)
{
	CURLU *url = curl_url();
	char *prefix = NULL;
	size_t length;
	char *result = NULL;

	if (url != NULL && curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK)
		prefix = path_of(url);
	curl_url_cleanup(url);
	length = prefix != NULL && strcmp(prefix, "/") != 0 ? strlen(prefix) : 0;
	if (prefix != NULL && strncmp(path, prefix, length) == 0 &&
		path[length] == '/' && request_path_problem(path + length) == NULL)
		result = memory_text(path + length);
	free(prefix);
	free(path);
	return result;
}

char *
page_link(const char *base, const char *path, const char *url)
{
	char *own = memory_format("%s%s", base, path);
	CURLU *parts = curl_url();
	char *result = NULL;

	if (parts != NULL &&
		curl_url_set(parts, CURLUPART_URL, own, CURLU_PATH_AS_IS) ==
			CURLUE_OK &&
		curl_url_set(parts, CURLUPART_URL, url, CURLU_URLENCODE) == CURLUE_OK)
		result = path_of(parts);
	curl_url_cleanup(parts);
	free(own);
	return result != NULL ? without_base(result, base) : NULL;
}

/* Returns a text as a string of JSON. */
static char *
quote(const char *text)
{
	char *quoted = memory_zeroed(6 * strlen(text) + 3, 1);
	char *to = quoted;

	*to++ = '"';
	for (; *text != '\0'; text++)
		if (*text == '"' || *text == '\\')
		{
			*to++ = '\\';
			*to++ = *text;
		}
		else if ((unsigned char) *text < ' ')
			to += snprintf(to, 7, "\\u%04x", (unsigned) *text);
		else
			*to++ = *text;
	*to = '"';
	return quoted;
}

/* What of an array is a cursor is written as it is. */
static char *
cursor_value(const char *value)
{
	JsonTree tree = {0};
	bool array = json_tree_parse(&tree, value, strlen(value), false) &&
				 tree.nodes[0].type == TREE_ARRAY;

	json_tree_free(&tree);
	return array ? memory_text(value) : quote(value);
}

/* A query of GraphQL is a text; Elasticsearch has a "query" that is an object. */
static bool
lacks_variables(const JsonTree *tree)
{
	uint32_t query = json_tree_member(tree, 0, "query", 5);

	return query != JSON_NONE && tree->nodes[query].type == TREE_STRING &&
		   json_tree_member(tree, 0, "variables", 9) == JSON_NONE;
}

/* Returns the object of a body that has the cursor. */
static uint32_t
cursor_object(const JsonTree *tree)
{
	uint32_t object = json_tree_member(tree, 0, "variables", 9);

	return object == JSON_NONE || tree->nodes[object].type != TREE_OBJECT
			   ? 0
			   : object;
}

bool
page_body_has(const char *body, size_t size, const char *member)
{
	JsonTree tree = {0};
	bool has = json_tree_parse(&tree, body, size, false) &&
			   json_tree_member(&tree, cursor_object(&tree), member,
								strlen(member)) != JSON_NONE;

	json_tree_free(&tree);
	return has;
}

/* Writes a body in which a value takes the place of bytes, or is added. */
static char *
replace(const JsonTree *tree, size_t size, const char *member, const char *text)
{
	const char *body = tree->text;
	uint32_t object = cursor_object(tree);
	uint32_t old;
	uint32_t at;

	old = json_tree_member(tree, object, member, strlen(member));
	at = tree->nodes[object].start + 1;
	if (old != JSON_NONE)
	{
		uint32_t quotes = tree->nodes[old].type == TREE_STRING;
		uint32_t from = tree->nodes[old].start - quotes;
		uint32_t to = tree->nodes[old].end + quotes;

		return memory_format("%.*s%s%.*s", (int) from, body, text,
							 (int) (size - to), body + to);
	}
	if (lacks_variables(tree))
		return memory_format("%.*s\"variables\":{\"%s\":%s},%.*s", (int) at,
							 body, member, text, (int) (size - at), body + at);
	return memory_format("%.*s\"%s\":%s%s%.*s", (int) at, body, member, text,
						 tree->nodes[object].count > 0 ? "," : "",
						 (int) (size - at), body + at);
}

char *
page_body(const char *body, size_t size, const char *member, const char *value)
{
	JsonTree tree = {0};
	char *result = NULL;

	if (json_tree_parse(&tree, body, size, false) &&
		tree.nodes[0].type == TREE_OBJECT)
	{
		char *text = cursor_value(value);

		result = replace(&tree, size, member, text);
		free(text);
	}
	json_tree_free(&tree);
	return result;
}

/* Can a path of the contract become this one? */
static bool
is_made_of(const char *template, const char *path)
{
	int count = url_template_highest_parameter(template);
	char **values = memory_zeroed((size_t) count + 1, sizeof(char *));
	char *buffer = memory_zeroed(strlen(template) + strlen(path) + 2, 1);
	bool match = url_template_match(template, path, count, values, buffer);

	free(buffer);
	free(values);
	return match;
}

size_t
page_group(const RequestList *list, const Request *request)
{
	for (size_t i = 0; i < list->group_count; i++)
		if (list->groups[i].path != NULL &&
			is_made_of(list->groups[i].path, request->path))
			return i;
	if (list->cursor != NULL && list->cursor_group != NO_GROUP)
		return list->cursor_group;
	return request->group;
}

/* Returns the parameter that takes a value, or NULL if that is unknown. */
static const char *
parameter_of(const RequestList *list, const Request *request,
			 const AnswerNext *next)
{
	/* A body that has such a member leaves no doubt. */
	if (next->fixed ||
		(next->parameter != NULL && request->body != NULL &&
		 page_body_has(request->body, request->body_size, next->parameter)))
		return next->parameter;
	if (list->cursor != NULL)
		return list->cursor;
	return list->guesses ? next->parameter : NULL;
}

bool
page_turn(const RequestList *list, const char *base, Request *request,
		  const AnswerNext *next)
{
	const char *parameter = parameter_of(list, request, next);
	const char *path = request->path;

	if (next->kind == NEXT_LINK)
		request->path = page_link(base, path, next->text);
	else if (next->kind == NEXT_NONE || parameter == NULL)
		return false;
	else if (request->body == NULL)
		request->path = page_path(path, parameter, next->text);
	else
	{
		request->body =
			page_body(request->body, request->body_size, parameter, next->text);
		if (request->body == NULL)
			return false;
		request->body_size = strlen(request->body);
		request->path = memory_text(path);
		return true;
	}
	if (request->path != NULL && request->body != NULL)
	{
		char *body = memory_zeroed(request->body_size + 1, 1);

		memcpy(body, request->body, request->body_size);
		request->body = body;
	}
	return request->path != NULL;
}
