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
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

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
