/*-------------------------------------------------------------------------
 *
 * path.c
 *		HTTP paths of the contract; see path.h.
 *
 *-------------------------------------------------------------------------
 */
#include "path.h"

#include <stdbool.h>

typedef struct PathBuffer
{
	char *out;
	size_t size;
	size_t length;
} PathBuffer;

static void
path_put(PathBuffer *buffer, char c)
{
	if (buffer->length + 1 < buffer->size)
		buffer->out[buffer->length] = c;
	buffer->length++;
}

static bool
path_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3986, 2.3; not isalnum(), which asks the locale. */
static bool
path_is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		   path_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
path_put_encoded(PathBuffer *buffer, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *value != '\0'; value++)
	{
		unsigned char byte = (unsigned char) *value;

		if (path_is_unreserved(*value))
			path_put(buffer, *value);
		else
		{
			path_put(buffer, '%');
			path_put(buffer, hex[byte >> 4]);
			path_put(buffer, hex[byte & 15]);
		}
	}
}

/* Reads the number after a dollar; 0 where there is none. Moves past it. */
static int
path_read_parameter(const char **at)
{
	int n = 0;

	while (path_is_digit(**at))
	{
		if (n < 100000)
			n = n * 10 + (**at - '0');
		(*at)++;
	}
	return n;
}

int
path_highest_parameter(const char *path)
{
	int highest = 0;

	while (*path != '\0')
		if (*path++ == '$')
		{
			int n = path_read_parameter(&path);

			if (n > highest)
				highest = n;
		}
	return highest;
}

size_t
path_expand(char *out, size_t size, const char *path, int nargs,
			const char *const *args)
{
	PathBuffer buffer = {out, size, 0};

	while (*path != '\0')
	{
		int n;

		if (*path != '$' || !path_is_digit(path[1]))
		{
			path_put(&buffer, *path++);
			continue;
		}
		path++;
		n = path_read_parameter(&path);
		if (n >= 1 && n <= nargs && args[n - 1] != NULL)
			path_put_encoded(&buffer, args[n - 1]);
	}
	if (size > 0)
		out[buffer.length < size ? buffer.length : size - 1] = '\0';
	return buffer.length;
}
