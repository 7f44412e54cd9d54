/*-------------------------------------------------------------------------
 *
 * mend_params.c
 *		The parameters of a text, and types for them.
 *
 *-------------------------------------------------------------------------
 */
#include "record/mend_params.h"

#include <stdio.h>
#include <string.h>

#include "base/sql_token.h"

/* The server knows parameters up to $65535. */
#define MOST_NUMBERS 65536

/* Returns the token behind space and comments. */
static SqlToken
next_token(const char *at, const char *end)
{
	SqlToken token = sql_token_read(at, end);

	while (token.kind == SQL_TOKEN_SPACE ||
		   token.kind == SQL_TOKEN_LINE_COMMENT ||
		   token.kind == SQL_TOKEN_BLOCK_COMMENT)
		token = sql_token_read(token.start + token.length, end);
	return token;
}

/* Returns the number of a parameter, or 0 for none that the server knows. */
static int
param_number(const SqlToken *token)
{
	int number = 0;

	for (size_t i = 1; i < token->length && number < MOST_NUMBERS; i++)
		number = number * 10 + (token->start[i] - '0');
	return number < MOST_NUMBERS ? number : 0;
}

int
mend_params(const char *text, size_t length, MendParam *params, int room)
{
	const char *end = text + length;
	int n = 0;
	int any = 0; /* 1 behind ANY or ALL, 2 behind the bracket that follows */

	for (SqlToken token = next_token(text, end); token.kind != SQL_TOKEN_END;
		 token = next_token(token.start + token.length, end))
	{
		if (token.kind == SQL_TOKEN_PARAMETER)
		{
			SqlToken next = next_token(token.start + token.length, end);

			if (n < room)
				params[n] = (MendParam){.number = param_number(&token),
										.place = (size_t) (token.start - text),
										.typed = sql_token_is(&next, "::"),
										.array = any == 2};
			n++;
		}
		if (any == 1 && sql_token_is(&token, "("))
			any = 2;
		else
			any = sql_token_is(&token, "any") || sql_token_is(&token, "all");
	}
	return n;
}

size_t
mend_cast(const char *text, size_t length, int param, const char *type,
		  char *buffer, size_t room)
{
	const char *end = text + length;
	size_t written = 0;

	for (const char *at = text; at < end;)
	{
		SqlToken token = sql_token_read(at, end);
		SqlToken next;

		if (written + token.length < room)
			memcpy(buffer + written, token.start, token.length);
		written += token.length;
		at = token.start + token.length;
		if (token.kind != SQL_TOKEN_PARAMETER || param_number(&token) != param)
			continue;
		next = next_token(at, end);
		if (sql_token_is(&next, "::"))
			continue;
		if (written + 2 + strlen(type) < room)
		{
			memcpy(buffer + written, "::", 2);
			memcpy(buffer + written + 2, type, strlen(type));
		}
		written += 2 + strlen(type);
	}
	if (written < room)
		buffer[written] = '\0';
	return written;
}

void
mend_params_renumber(char *text)
{
	const char *end = text + strlen(text);
	bool used[MOST_NUMBERS] = {false};
	char *to = text;
	SqlToken token = next_token(text, end);

	for (; token.kind != SQL_TOKEN_END;
		 token = next_token(token.start + token.length, end))
		if (token.kind == SQL_TOKEN_PARAMETER && param_number(&token) > 0)
			used[param_number(&token)] = true;
	/* No number gets longer, so what is still to be read is not written over. */
	for (const char *at = text; at < end; at = token.start + token.length)
	{
		int number = 0;
		char digits[16];

		token = sql_token_read(at, end);
		if (token.kind != SQL_TOKEN_PARAMETER || param_number(&token) == 0)
		{
			memmove(to, token.start, token.length);
			to += token.length;
			continue;
		}
		for (int i = param_number(&token); i > 0; i--)
			number += used[i];
		snprintf(digits, sizeof(digits), "$%d", number);
		memcpy(to, digits, strlen(digits));
		to += strlen(digits);
	}
	*to = '\0';
}
