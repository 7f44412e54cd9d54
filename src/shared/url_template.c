/*-------------------------------------------------------------------------
 *
 * url_template.c
 *		HTTP paths of the contract: from values to a path, and back.
 *
 * A path is expanded in one pass from left to right into a bounded buffer. The
 * way back splits both the template and the path at the question mark. What is
 * before it is matched from left to right; of what is behind it, each parameter
 * of the template is looked up by its name. A value reaches to the first place
 * where the character that follows $n in the template stands, so no match is
 * ever tried twice, and the time is bounded by the product of the lengths.
 *
 *-------------------------------------------------------------------------
 */
#include "shared/url_template.h"

#include <string.h>

typedef struct PathBuffer
{
	char *out;
	size_t size;
	size_t length;
} PathBuffer;

static void
url_template_put(PathBuffer *buffer, char c)
{
	if (buffer->length + 1 < buffer->size)
		buffer->out[buffer->length] = c;
	buffer->length++;
}

static bool
url_template_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* RFC 3986, 2.3. isalnum() will not do, since it depends on the locale. */
static bool
url_template_is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		   url_template_is_digit(c) || c == '-' || c == '.' || c == '_' ||
		   c == '~';
}

static void
url_template_put_encoded(PathBuffer *buffer, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *value != '\0'; value++)
	{
		unsigned char byte = (unsigned char) *value;

		if (url_template_is_unreserved(*value))
			url_template_put(buffer, *value);
		else
		{
			url_template_put(buffer, '%');
			url_template_put(buffer, hex[byte >> 4]);
			url_template_put(buffer, hex[byte & 15]);
		}
	}
}

/* Returns the number after a dollar, or 0 if there is none. Moves past it. */
static int
url_template_read_parameter(const char **at)
{
	int n = 0;

	while (url_template_is_digit(**at))
	{
		if (n < 100000)
			n = n * 10 + (**at - '0');
		(*at)++;
	}
	return n;
}

int
url_template_highest_parameter(const char *path)
{
	int highest = 0;

	while (*path != '\0')
		if (*path++ == '$')
		{
			int n = url_template_read_parameter(&path);

			if (n > highest)
				highest = n;
		}
	return highest;
}

const char *
url_template_body(const char *path)
{
	const char *space;

	if (strncmp(path, URL_TEMPLATE_POST, strlen(URL_TEMPLATE_POST)) != 0)
		return NULL;
	space = strchr(path + strlen(URL_TEMPLATE_POST), ' ');
	if (space == NULL)
		return NULL;
	while (*space == ' ')
		space++;
	return *space != '\0' ? space : NULL;
}

/* --- bodies of JSON ---------------------------------------------------------- */

static void url_template_put_escaped(PathBuffer *buffer, char c, int levels);

/* Writes a backslash in a string that is in so many strings. */
static void
url_template_put_backslash(PathBuffer *buffer, int levels)
{
	if (levels > 1)
		url_template_put_escaped(buffer, '\\', levels - 1);
	else
		url_template_put(buffer, '\\');
}

/* Writes a character into a string that is itself in levels - 1 others. */
static void
url_template_put_escaped(PathBuffer *buffer, char c, int levels)
{
	static const char hex[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
	{
		url_template_put_backslash(buffer, levels);
		if (levels > 1)
			url_template_put_escaped(buffer, c, levels - 1);
		else
			url_template_put(buffer, c);
	}
	else if ((unsigned char) c < ' ')
	{
		url_template_put_backslash(buffer, levels);
		for (const char *u = "u00"; *u != '\0'; u++)
			url_template_put(buffer, *u);
		url_template_put(buffer, hex[(unsigned char) c >> 4]);
		url_template_put(buffer, hex[(unsigned char) c & 15]);
	}
	else
		url_template_put(buffer, c);
}

static const char *
url_template_digits(const char *at)
{
	while (url_template_is_digit(*at))
		at++;
	return at;
}

/* Returns whether a value is a number, true or false, as JSON writes them. */
static bool
url_template_is_literal(const char *value)
{
	const char *at = value + (*value == '-');
	const char *digits = at;

	if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
		return true;
	at = url_template_digits(at);
	if (at == digits || (*digits == '0' && at - digits > 1))
		return false;
	if (*at == '.')
	{
		digits = ++at;
		at = url_template_digits(at);
		if (at == digits)
			return false;
	}
	return *at == '\0';
}

static void
url_template_put_text(PathBuffer *buffer, const char *text, int levels)
{
	for (; *text != '\0'; text++)
		if (levels > 0)
			url_template_put_escaped(buffer, *text, levels);
		else
			url_template_put(buffer, *text);
}

/* Writes a value that stands by itself, outside of a string. */
static void
url_template_put_value(PathBuffer *buffer, const char *value)
{
	if (value == NULL || url_template_is_literal(value))
	{
		url_template_put_text(buffer, value != NULL ? value : "null", 0);
		return;
	}
	url_template_put(buffer, '"');
	url_template_put_text(buffer, value, 1);
	url_template_put(buffer, '"');
}

static const char *
url_template_value(int n, int nargs, const char *const *args)
{
	return n >= 1 && n <= nargs ? args[n - 1] : NULL;
}

/*
 * Returns where a string "$n" ends, whose value is NULL, so that null is written
 * in its place; or NULL if it is another one.
 */
static const char *
url_template_null_string(const char *quote, int nargs, const char *const *args)
{
	const char *at = quote + 1;
	int n;

	if (*at != '$' || !url_template_is_digit(at[1]))
		return NULL;
	at++;
	n = url_template_read_parameter(&at);
	return *at == '"' && url_template_value(n, nargs, args) == NULL ? at + 1
																	: NULL;
}

/*
 * A string of JSON may be a query that has strings of its own, in \": a value in
 * one of these is escaped twice.
 */
static void
url_template_expand_json(PathBuffer *buffer, const char *body, int nargs,
						 const char *const *args)
{
	bool in_string = false;
	bool in_inner = false;

	while (*body != '\0')
	{
		const char *end = NULL;

		if (*body == '"' && !in_string)
			end = url_template_null_string(body, nargs, args);
		if (end != NULL)
		{
			url_template_put_text(buffer, "null", 0);
			body = end;
		}
		else if (*body == '$' && url_template_is_digit(body[1]))
		{
			const char *value;

			body++;
			value = url_template_value(url_template_read_parameter(&body),
									   nargs, args);
			if (!in_string)
				url_template_put_value(buffer, value);
			else if (value != NULL)
				url_template_put_text(buffer, value, in_inner ? 2 : 1);
		}
		else if (*body == '\\' && in_string && body[1] != '\0')
		{
			in_inner = in_inner != (body[1] == '"');
			url_template_put(buffer, *body++);
			url_template_put(buffer, *body++);
		}
		else
		{
			if (*body == '"')
			{
				in_string = !in_string;
				in_inner = false;
			}
			url_template_put(buffer, *body++);
		}
	}
}

size_t
url_template_expand(char *out, size_t size, const char *path, int nargs,
					const char *const *args)
{
	PathBuffer buffer = {out, size, 0};
	const char *body = url_template_body(path);

	while (*path != '\0')
	{
		const char *value;

		if (path == body && (*path == '{' || *path == '['))
		{
			url_template_expand_json(&buffer, path, nargs, args);
			break;
		}
		if (*path != '$' || !url_template_is_digit(path[1]))
		{
			url_template_put(&buffer, *path++);
			continue;
		}
		path++;
		value =
			url_template_value(url_template_read_parameter(&path), nargs, args);
		if (value != NULL)
			url_template_put_encoded(&buffer, value);
	}
	if (size > 0)
		out[buffer.length < size ? buffer.length : size - 1] = '\0';
	return buffer.length;
}

/* --- the way back ------------------------------------------------------------ */

typedef struct PathValues
{
	int nargs;
	char **values;
	char *buffer; /* what is left of it */
} PathValues;

/* A part of a path, which is not ended by a zero byte. */
typedef struct PathPiece
{
	const char *at;
	size_t size;
} PathPiece;

static int
url_template_read_hex(char c)
{
	if (url_template_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * Returns the decoded piece, or NULL if its percent-encoding is not valid or
 * stands for a zero byte.
 */
static char *
url_template_decode(PathValues *values, PathPiece piece)
{
	char *decoded = values->buffer;

	while (piece.size > 0)
	{
		char c = *piece.at;
		size_t used = 1;

		if (c == '%')
		{
			int high = piece.size > 2 ? url_template_read_hex(piece.at[1]) : -1;
			int low = piece.size > 2 ? url_template_read_hex(piece.at[2]) : -1;

			if (high < 0 || low < 0 || high + low == 0)
				return NULL;
			c = (char) (high << 4 | low);
			used = 3;
		}
		*values->buffer++ = c;
		piece.at += used;
		piece.size -= used;
	}
	*values->buffer++ = '\0';
	return decoded;
}

/* The value of a $n that was empty, until the match is done: NULL is not known yet. */
static char url_template_nothing[] = "";

/* Takes the piece as the value of $n. If $n had one already, it must be equal. */
static bool
url_template_take(PathValues *values, int n, PathPiece piece)
{
	char *value;

	if (n < 1 || n > values->nargs)
		return false;
	value = piece.size == 0 ? url_template_nothing
							: url_template_decode(values, piece);
	if (value == NULL)
		return false;
	if (values->values[n - 1] != NULL)
		return strcmp(values->values[n - 1], value) == 0;
	values->values[n - 1] = value;
	return true;
}

static PathPiece
url_template_skip(PathPiece piece, size_t size)
{
	return (PathPiece){piece.at + size, piece.size - size};
}

static bool
url_template_starts_parameter(PathPiece piece)
{
	return piece.size > 1 && piece.at[0] == '$' &&
		   url_template_is_digit(piece.at[1]);
}

/* Moves past a $n, and past its value in what is matched with it. */
static bool
url_template_match_value(PathValues *values, PathPiece *template,
						 PathPiece *piece)
{
	const char *after = template->at + 1;
	int n = url_template_read_parameter(&after);
	PathPiece value = *piece;

	*template = url_template_skip(*template, (size_t) (after - template->at));
	/* Nothing would tell where this value ends and the next one begins. */
	if (url_template_starts_parameter(*template))
		return false;
	if (template->size > 0)
	{
		const char *end = memchr(piece->at, template->at[0], piece->size);

		if (end == NULL)
			return false;
		value.size = (size_t) (end - piece->at);
	}
	*piece = url_template_skip(*piece, value.size);
	return url_template_take(values, n, value);
}

static bool
url_template_match_piece(PathValues *values, PathPiece template,
						 PathPiece piece)
{
	while (template.size > 0)
	{
		if (url_template_starts_parameter(template))
		{
			if (!url_template_match_value(values, &template, &piece))
				return false;
			continue;
		}
		if (piece.size == 0 || *piece.at != *template.at)
			return false;
		template = url_template_skip(template, 1);
		piece = url_template_skip(piece, 1);
	}
	return piece.size == 0;
}

/* Moves to the next name=value of a query string; returns false at its end. */
static bool
url_template_next_parameter(const char **at, PathPiece *parameter)
{
	if (**at == '\0')
		return false;
	parameter->at = *at + 1; /* behind ? or & */
	parameter->size = strcspn(parameter->at, "&");
	*at = parameter->at + parameter->size;
	return true;
}

static bool
url_template_same_name(PathPiece a, PathPiece b)
{
	const char *end_a = memchr(a.at, '=', a.size);
	const char *end_b = memchr(b.at, '=', b.size);
	size_t size_a = end_a != NULL ? (size_t) (end_a - a.at) : a.size;
	size_t size_b = end_b != NULL ? (size_t) (end_b - b.at) : b.size;

	return size_a == size_b && memcmp(a.at, b.at, size_a) == 0;
}

/* Finds the parameter of that name, of which there must be exactly one. */
static bool
url_template_find_parameter(const char *query, PathPiece named,
							PathPiece *found)
{
	PathPiece parameter;
	int count = 0;

	while (url_template_next_parameter(&query, &parameter))
		if (url_template_same_name(parameter, named))
		{
			*found = parameter;
			count++;
		}
	return count == 1;
}

static int
url_template_count_parameters(const char *query)
{
	PathPiece parameter;
	int count = 0;

	while (url_template_next_parameter(&query, &parameter))
		count++;
	return count;
}

static bool
url_template_match_query(PathValues *values, const char *template,
						 const char *query)
{
	PathPiece wanted;
	PathPiece once;
	PathPiece found;

	if (url_template_count_parameters(template) !=
		url_template_count_parameters(query))
		return false;
	for (const char *at = template; url_template_next_parameter(&at, &wanted);)
		if (!url_template_find_parameter(template, wanted, &once) ||
			!url_template_find_parameter(query, wanted, &found) ||
			!url_template_match_piece(values, wanted, found))
			return false;
	return true;
}

bool
url_template_match(const char *template, const char *path, int nargs,
				   char **values, char *buffer)
{
	PathValues all = {nargs, values, buffer};
	PathPiece start = {template, strcspn(template, "?")};
	PathPiece piece = {path, strcspn(path, "?")};
	bool matches;

	for (int i = 0; i < nargs; i++)
		values[i] = NULL;
	matches = url_template_match_piece(&all, start, piece) &&
			  url_template_match_query(&all, template + start.size,
									   path + piece.size);
	for (int i = 0; i < nargs; i++)
		if (values[i] == url_template_nothing)
			values[i] = NULL;
	return matches;
}
