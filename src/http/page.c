/*-------------------------------------------------------------------------
 *
 * page.c
 *		The request for the page after one; see page.h.
 *
 *-------------------------------------------------------------------------
 */
#include "page.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* "$1" and so on, in n bytes. */
static int
count_values(const char *text, size_t n)
{
	int count = 0;

	for (size_t i = 0; i + 1 < n; i++)
		count += text[i] == '$' && text[i + 1] >= '1' && text[i + 1] <= '9';
	return count;
}

char *
page_parameter(const char *template)
{
	const char *start = strchr(template, '?');

	while (start != NULL)
	{
		size_t length = strcspn(++start, "&");
		const char *equals = memchr(start, '=', length);

		if (equals != NULL && equals > start &&
			count_values(equals, length - (size_t) (equals - start)) > 1)
			return memory_text_n(start, (size_t) (equals - start));
		start = strchr(start, '&');
	}
	return NULL;
}

/* Where "parameter=" is in a path's query string, or NULL. */
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
