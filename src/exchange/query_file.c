/*-------------------------------------------------------------------------
 *
 * query_file.c
 *		Reads a file of queries, each below comments that tell of it.
 *
 * The text is read token by token, so that what looks like a comment within a
 * string, or like a semicolon within a comment, is none. A statement goes from the
 * last comment with a key to its semicolon, or to the next name.
 *
 *-------------------------------------------------------------------------
 */
#include "exchange/query_file.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/sql_token.h"

enum
{
	QUERY_FILE_HEAD,  /* before the first name */
	QUERY_FILE_ABOVE, /* between a name and its statement */
	QUERY_FILE_BELOW  /* behind a statement */
};

static bool
query_file_is_space(char c)
{
	return isspace((unsigned char) c);
}

static void
query_file_trim(const char **text, size_t *length)
{
	while (*length > 0 && query_file_is_space(**text))
	{
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && query_file_is_space((*text)[*length - 1]))
		(*length)--;
}

/* Moves on, and counts the lines on the way. */
static void
query_file_move(QueryFile *file, const char *to)
{
	for (; file->at < to; file->at++)
		if (*file->at == '\n')
			file->line++;
}

void
query_file_start(QueryFile *file, const char *text, size_t length,
				 const char *const *keys)
{
	file->at = text;
	file->end = text + length;
	file->line = 1;
	file->state = QUERY_FILE_HEAD;
	file->keys = keys;
	/* Editors of Windows begin a file with a byte order mark. */
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		file->at += 3;
}

/*
 * Reads a comment of the form "-- key: value", and returns whether it is one. Keys
 * are words of small letters.
 */
static bool
query_file_read_key(const SqlToken *token, QueryFileItem *item)
{
	const char *at = token->start + 2;
	const char *end = token->start + token->length;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	item->key = at;
	while (at < end && (islower((unsigned char) *at) || *at == '_' ||
						isdigit((unsigned char) *at)))
		at++;
	item->key_length = (size_t) (at - item->key);
	if (item->key_length == 0 || at == end || *at != ':' ||
		(at + 1 < end && (at[1] == ':' || at[1] == '/')))
		return false;
	item->value = at + 1;
	item->value_length = (size_t) (end - item->value);
	query_file_trim(&item->value, &item->value_length);
	return true;
}

static bool
query_file_is_key(const QueryFileItem *item, const char *key)
{
	return item->key_length == strlen(key) &&
		   memcmp(item->key, key, item->key_length) == 0;
}

static bool
query_file_knows(const QueryFile *file, const QueryFileItem *item)
{
	for (const char *const *key = file->keys; *key != NULL; key++)
		if (query_file_is_key(item, *key))
			return true;
	return false;
}

static QueryFileItem
query_file_fault(int line, const char *fault)
{
	QueryFileItem item = {.kind = QUERY_FILE_FAULT, .line = line};

	item.value = fault;
	item.value_length = strlen(fault);
	return item;
}

/* Does the line of a token begin with it? */
static bool
query_file_begins_line(const char *text, const char *token)
{
	while (token > text && (token[-1] == ' ' || token[-1] == '\t'))
		token--;
	return token == text || token[-1] == '\n' || token[-1] == '\r';
}

/*
 * Reads a statement from its first token on, and moves behind its semicolon, or to the
 * next name.
 */
static QueryFileItem
query_file_read_sql(QueryFile *file, const char *start)
{
	QueryFileItem item = {.kind = QUERY_FILE_SQL};
	QueryFileItem next;
	const char *at = start;
	const char *text = file->at;

	query_file_move(file, start);
	item.line = file->line;
	item.value = start;
	for (;;)
	{
		SqlToken token = sql_token_read(at, file->end);

		if (token.kind == SQL_TOKEN_OPEN)
		{
			query_file_move(file, at);
			return query_file_fault(
				file->line, "a string, a name in quotes or a comment that "
							"begins here does not end");
		}
		if (token.kind == SQL_TOKEN_END ||
			(token.kind == SQL_TOKEN_LINE_COMMENT &&
			 query_file_begins_line(text, at) &&
			 query_file_read_key(&token, &next) &&
			 query_file_is_key(&next, "name")))
		{
			item.value_length = (size_t) (at - start);
			query_file_move(file, at);
			break;
		}
		if (token.kind == SQL_TOKEN_MARK && *at == ';')
		{
			item.value_length = (size_t) (at - start);
			query_file_move(file, at + 1);
			break;
		}
		at += token.length;
	}
	query_file_trim(&item.value, &item.value_length);
	file->state = QUERY_FILE_BELOW;
	return item;
}

/* Reads what is no comment: a statement, if one is due here. */
static QueryFileItem
query_file_read_rest(QueryFile *file, const char *start, const SqlToken *token)
{
	query_file_move(file, start);
	if (file->state == QUERY_FILE_ABOVE)
		return query_file_read_sql(file, start);
	query_file_move(file, token->start);
	return query_file_fault(
		file->line, file->state == QUERY_FILE_HEAD
						? "a statement has no name: write a comment \"-- name: "
						  "...\" above it"
						: "a name has more than one statement: write a comment "
						  "\"-- name: ...\" above the next one");
}

QueryFileItem
query_file_next(QueryFile *file)
{
	const char *start = NULL; /* of comments that may belong to a statement */
	const char *at = file->at;

	for (;;)
	{
		SqlToken token = sql_token_read(at, file->end);
		QueryFileItem item = {.kind = QUERY_FILE_KEY};

		if (start == NULL && token.kind != SQL_TOKEN_SPACE)
			start = at;
		at += token.length;
		if (token.kind == SQL_TOKEN_END)
		{
			query_file_move(file, at);
			return (QueryFileItem){.kind = QUERY_FILE_END, .line = file->line};
		}
		if (token.kind == SQL_TOKEN_SPACE ||
			token.kind == SQL_TOKEN_BLOCK_COMMENT ||
			(file->state == QUERY_FILE_BELOW && *token.start == ';'))
			continue;
		if (token.kind != SQL_TOKEN_LINE_COMMENT)
			return query_file_read_rest(file, start, &token);
		if (!query_file_read_key(&token, &item))
			continue;
		query_file_move(file, token.start);
		item.line = file->line;
		if (query_file_is_key(&item, "name"))
			file->state = QUERY_FILE_ABOVE;
		else if (!query_file_knows(file, &item))
		{
			if (file->state != QUERY_FILE_ABOVE)
				continue;
			item.kind = QUERY_FILE_COMMENT;
		}
		else if (file->state == QUERY_FILE_BELOW)
			return query_file_fault(item.line,
									"a comment that tells of a query stands "
									"below its statement: write it above");
		query_file_move(file, at);
		return item;
	}
}

/* ---- values ---- */

/* Returns the byte that an escape stands for, and moves behind it; -1: none. */
static int
query_file_unescape(const char **at, const char *end)
{
	static const char letters[] = "nrtbf";
	static const char bytes[] = "\n\r\t\b\f";
	const char *letter;
	int byte = 0;
	char c;

	if (*at == end)
		return -1;
	c = *(*at)++;
	letter = c == '\0' ? NULL : strchr(letters, c);
	if (letter != NULL)
		return bytes[letter - letters];
	if (c != 'x')
		return (unsigned char) c;
	for (int i = 0; i < 2; i++, (*at)++)
	{
		if (*at == end || !isxdigit((unsigned char) **at))
			return -1;
		c = (char) tolower((unsigned char) **at);
		byte =
			byte * 16 + (isdigit((unsigned char) c) ? c - '0' : c - 'a' + 10);
	}
	/* Others would be parts of letters, in some encoding. */
	return byte > 0 && byte < 0x80 ? byte : -1;
}

/*
 * Writes what is in quotes at *at, and moves behind it. Returns false if it does not
 * end, or holds what is no escape.
 */
static bool
query_file_unquote(const char **at, const char *end, char **to, bool escapes)
{
	char quote = *(*at)++;

	while (*at < end)
	{
		char c = *(*at)++;

		if (escapes && c == '\\')
		{
			int byte = query_file_unescape(at, end);

			if (byte < 0)
				return false;
			c = (char) byte;
		}
		else if (c == quote)
		{
			if (*at == end || **at != quote)
				return true;
			(*at)++;
		}
		*(*to)++ = c;
	}
	return false;
}

static bool
query_file_has_escapes(const char *at, const char *end)
{
	return end - at >= 2 && (at[0] == 'E' || at[0] == 'e') && at[1] == '\'';
}

bool
query_file_text(const char *value, size_t length, char *buffer)
{
	const char *at = value + 1;
	const char *end = value + length;
	bool ok = true;

	if (query_file_has_escapes(value, end))
		ok = query_file_unquote(&at, end, &buffer, true) && at == end;
	else
	{
		memcpy(buffer, value, length);
		buffer += length;
	}
	*buffer = '\0';
	return ok;
}

/*
 * Returns the end of a value that stands for itself: the comma that is in no
 * brackets and no quotes. NULL if they do not fit.
 */
static const char *
query_file_bare_end(const char *at, const char *end)
{
	char open[64];
	int depth = 0;

	for (; at < end; at++)
	{
		if (*at == ',' && depth == 0)
			return at;
		if (*at == '"')
		{
			for (at++; at < end && *at != '"'; at++)
				if (*at == '\\')
					at++;
			if (at >= end)
				return NULL;
		}
		else if (*at == '{' || *at == '[' || *at == '(')
		{
			if (depth == (int) sizeof(open))
				return NULL;
			open[depth++] = *at == '{' ? '}' : *at == '[' ? ']' : ')';
		}
		else if (*at == '}' || *at == ']' || *at == ')')
		{
			/* Ranges end as they like: [1,5). */
			if (depth == 0 || (*at == '}') != (open[depth - 1] == '}'))
				return NULL;
			depth--;
		}
	}
	return depth == 0 ? end : NULL;
}

static void
query_file_skip_spaces(const char **at, const char *end)
{
	while (*at < end && query_file_is_space(**at))
		(*at)++;
}

QueryFileElement
query_file_element(const char **at, const char *end, char *buffer)
{
	QueryFileElement found = QUERY_FILE_ELEMENT;
	bool escapes;

	if (*at == NULL)
		return QUERY_FILE_NO_ELEMENT;
	query_file_skip_spaces(at, end);
	escapes = query_file_has_escapes(*at, end);
	if (*at < end && (escapes || **at == '\'' || **at == '"'))
	{
		*at += escapes ? 1 : 0;
		if (!query_file_unquote(at, end, &buffer, escapes))
			return QUERY_FILE_MALFORMED;
	}
	else
	{
		const char *start = *at;
		size_t length;

		*at = query_file_bare_end(*at, end);
		if (*at == NULL)
			return QUERY_FILE_MALFORMED;
		length = (size_t) (*at - start);
		query_file_trim(&start, &length);
		if (length == 0)
			return QUERY_FILE_MALFORMED;
		if (length == 4 && strncasecmp(start, "null", 4) == 0)
			found = QUERY_FILE_NULL;
		memcpy(buffer, start, length);
		buffer += length;
	}
	*buffer = '\0';
	query_file_skip_spaces(at, end);
	if (*at == end)
		*at = NULL;
	else if (*(*at)++ != ',')
		return QUERY_FILE_MALFORMED;
	return found;
}

/* ---- names ---- */

static bool
query_file_is_kind(const char *kind, size_t length, bool *writes)
{
	static const char *const reads[] = {"one", "many", "batchone", "batchmany"};
	static const char *const others[] = {"exec",       "execrows", "execresult",
										 "execlastid", "copyfrom", "batchexec"};

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (length == strlen(reads[i]) && memcmp(kind, reads[i], length) == 0)
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (length == strlen(others[i]) && memcmp(kind, others[i], length) == 0)
		{
			*writes = true;
			return true;
		}
	return false;
}

size_t
query_file_name(const char *value, size_t length, QueryFileForm *form,
				bool *writes)
{
	const char *end = value + length;
	const char *at = end;
	size_t name = length;

	*form = QUERY_FILE_PLAIN;
	*writes = false;
	/* Between quotes nothing but the name stands. */
	if (length == 0 || query_file_has_escapes(value, end))
		return length;
	while (at > value && islower((unsigned char) at[-1]))
		at--;
	if (at - value >= 3 && at[-1] == ':' && query_file_is_space(at[-2]) &&
		query_file_is_kind(at, (size_t) (end - at), writes))
	{
		*form = QUERY_FILE_SQLC;
		name = (size_t) (at - 1 - value);
		query_file_trim(&value, &name);
		return name;
	}
	if (strchr("^$!#", end[-1]) == NULL || length < 2)
		return length;
	*form = QUERY_FILE_AIOSQL;
	*writes = end[-1] == '!' || end[-1] == '#';
	name--;
	if (end[-1] == '!' && name >= 2 && strchr("<*", end[-2]) != NULL)
		name--;
	query_file_trim(&value, &name);
	return name;
}
