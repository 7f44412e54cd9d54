/*-------------------------------------------------------------------------
 *
 * sql_token.c
 *		The tokens of SQL text, comments and white space among them.
 *
 * Letters of other scripts count as letters of a name, as bytes above 127 do in the
 * server's own scanner.
 *
 *-------------------------------------------------------------------------
 */
#include "base/sql_token.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool
sql_token_starts_word(char c)
{
	return isalpha((unsigned char) c) || c == '_' || (unsigned char) c >= 0x80;
}

static bool
sql_token_is_of_word(char c)
{
	return sql_token_starts_word(c) || isdigit((unsigned char) c) || c == '$';
}

static bool
sql_token_is_of_operator(char c)
{
	return c != '\0' && strchr("+-*/<>=~!@#%^&|`?", c) != NULL;
}

static bool
sql_token_has(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	return (size_t) (end - at) >= length && memcmp(at, text, length) == 0;
}

/* Returns the end of what is in quotes, which are doubled in it; NULL if open. */
static const char *
sql_token_quoted_end(const char *at, const char *end, bool escapes)
{
	char quote = *at++;

	while (at < end)
	{
		if (escapes && *at == '\\' && at + 1 < end)
			at += 2;
		else if (*at != quote)
			at++;
		else if (at + 1 < end && at[1] == quote)
			at += 2;
		else
			return at + 1;
	}
	return NULL;
}

static const char *
sql_token_block_end(const char *at, const char *end)
{
	int depth = 0;

	while (at < end)
	{
		if (sql_token_has(at, end, "/*"))
		{
			depth++;
			at += 2;
		}
		else if (sql_token_has(at, end, "*/"))
		{
			at += 2;
			if (--depth == 0)
				return at;
		}
		else
			at++;
	}
	return NULL;
}

/* Returns the end of $tag$ at a dollar sign, or NULL if no string begins there. */
static const char *
sql_token_dollar_end(const char *at, const char *end)
{
	at++;
	if (at < end && sql_token_starts_word(*at))
		while (at < end && sql_token_is_of_word(*at) && *at != '$')
			at++;
	return at < end && *at == '$' ? at + 1 : NULL;
}

static SqlToken
sql_token_of(SqlTokenKind kind, const char *start, const char *token_end,
			 const char *end)
{
	SqlToken token = {kind, start, 0};

	if (token_end == NULL)
	{
		token.kind = SQL_TOKEN_OPEN;
		token_end = end;
	}
	token.length = (size_t) (token_end - start);
	return token;
}

/* Reads a parameter, a string in dollar quotes, or a dollar sign. */
static SqlToken
sql_token_read_dollar(const char *start, const char *end)
{
	const char *at = start + 1;
	const char *tag_end = sql_token_dollar_end(start, end);

	if (tag_end != NULL)
	{
		size_t length = (size_t) (tag_end - start);

		for (at = tag_end; at + length <= end; at++)
			if (memcmp(at, start, length) == 0)
				return sql_token_of(SQL_TOKEN_QUOTED, start, at + length, end);
		return sql_token_of(SQL_TOKEN_OPEN, start, end, end);
	}
	while (at < end && isdigit((unsigned char) *at))
		at++;
	return sql_token_of(at == start + 1 ? SQL_TOKEN_MARK : SQL_TOKEN_PARAMETER,
						start, at, end);
}

static SqlToken
sql_token_read_operator(const char *start, const char *end)
{
	const char *at = start;

	while (at < end && sql_token_is_of_operator(*at) &&
		   !sql_token_has(at, end, "--") && !sql_token_has(at, end, "/*"))
		at++;
	return sql_token_of(SQL_TOKEN_OPERATOR, start, at, end);
}

static SqlToken
sql_token_read_word(const char *start, const char *end)
{
	bool number = isdigit((unsigned char) *start);
	const char *at = start;

	while (at < end && (sql_token_is_of_word(*at) || (number && *at == '.')))
		at++;
	return sql_token_of(SQL_TOKEN_WORD, start, at, end);
}

SqlToken
sql_token_read(const char *start, const char *end)
{
	const char *at = start;

	if (start >= end)
		return sql_token_of(SQL_TOKEN_END, end, end, end);
	if (isspace((unsigned char) *start))
	{
		while (at < end && isspace((unsigned char) *at))
			at++;
		return sql_token_of(SQL_TOKEN_SPACE, start, at, end);
	}
	if (sql_token_has(start, end, "--"))
	{
		while (at < end && *at != '\n' && *at != '\r')
			at++;
		return sql_token_of(SQL_TOKEN_LINE_COMMENT, start, at, end);
	}
	if (sql_token_has(start, end, "/*"))
		return sql_token_of(SQL_TOKEN_BLOCK_COMMENT, start,
							sql_token_block_end(start, end), end);
	if (*start == '\'' || *start == '"')
		return sql_token_of(SQL_TOKEN_QUOTED, start,
							sql_token_quoted_end(start, end, false), end);
	if ((*start == 'e' || *start == 'E') && sql_token_has(start + 1, end, "'"))
		return sql_token_of(SQL_TOKEN_QUOTED, start,
							sql_token_quoted_end(start + 1, end, true), end);
	if (*start == '$')
		return sql_token_read_dollar(start, end);
	if (sql_token_starts_word(*start) || isdigit((unsigned char) *start))
		return sql_token_read_word(start, end);
	if (sql_token_is_of_operator(*start))
		return sql_token_read_operator(start, end);
	if (sql_token_has(start, end, "::") || sql_token_has(start, end, ":="))
		return sql_token_of(SQL_TOKEN_MARK, start, start + 2, end);
	return sql_token_of(SQL_TOKEN_MARK, start, start + 1, end);
}

bool
sql_token_is(const SqlToken *token, const char *text)
{
	return token->length == strlen(text) &&
		   strncasecmp(token->start, text, token->length) == 0;
}
