/*-------------------------------------------------------------------------
 *
 * named_params.c
 *		Parameters that have names -> $1 to $n.
 *
 * The text is read token by token, so that strings, comments and casts are left
 * alone. A colon between brackets is that of a slice, as in a[1:n], but in ARRAY[...]
 * and between parentheses.
 *
 *-------------------------------------------------------------------------
 */
#include "exchange/named_params.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/sql_token.h"

#define NAMED_PARAMS_NAMES 1000
#define NAMED_PARAMS_DEPTH 200

typedef struct NamedParams
{
	NamedParamsForm form;
	const char *end;
	char *to;
	int count;
	SqlToken names[NAMED_PARAMS_NAMES];
	/* Of each bracket that is open: may a colon begin a parameter in it? */
	bool colons[NAMED_PARAMS_DEPTH];
	int depth;
	SqlToken before; /* the last token that is no space and no comment */
} NamedParams;

static bool
named_params_is_name(const SqlToken *token)
{
	return token->kind == SQL_TOKEN_WORD &&
		   !isdigit((unsigned char) token->start[0]);
}

/* Writes the number of a name; returns false if there are too many. */
static bool
named_params_put(NamedParams *params, const SqlToken *name)
{
	int i = 0;

	while (i < params->count &&
		   (params->names[i].length != name->length ||
			memcmp(params->names[i].start, name->start, name->length) != 0))
		i++;
	if (i == params->count)
	{
		if (params->count == NAMED_PARAMS_NAMES)
			return false;
		params->names[params->count++] = *name;
	}
	params->to += sprintf(params->to, "$%d", i + 1);
	return true;
}

static SqlToken
named_params_read(const NamedParams *params, const SqlToken *after)
{
	const char *at = after->start + after->length;
	SqlToken token = sql_token_read(at, params->end);

	while (token.kind == SQL_TOKEN_SPACE)
		token = sql_token_read(token.start + token.length, params->end);
	return token;
}

/*
 * Reads sqlc.function(name) from its first word on. Returns what follows it, with the
 * name without quotes and the word of the function; NULL if it is none.
 */
static const char *
named_params_read_call(const NamedParams *params, const SqlToken *word,
					   SqlToken *function, SqlToken *name)
{
	SqlToken dot = named_params_read(params, word);
	SqlToken open;
	SqlToken close;

	if (!sql_token_is(word, "sqlc") || !sql_token_is(&dot, "."))
		return NULL;
	*function = named_params_read(params, &dot);
	open = named_params_read(params, function);
	if (!sql_token_is(&open, "("))
		return NULL;
	*name = named_params_read(params, &open);
	close = named_params_read(params, name);
	if (!sql_token_is(&close, ")"))
		return NULL;
	if (name->kind == SQL_TOKEN_QUOTED && name->length > 2 &&
		name->start[0] == '\'')
	{
		name->start++;
		name->length -= 2;
	}
	else if (!named_params_is_name(name))
		return NULL;
	return close.start + close.length;
}

/* Keeps in mind in what kind of brackets the next token stands. */
static void
named_params_nest(NamedParams *params, const SqlToken *token)
{
	char c = *token->start;
	bool within = params->depth == 0 || params->colons[params->depth - 1];
	bool array = sql_token_is(&params->before, "array") ||
				 (within && params->depth > 0 &&
				  (sql_token_is(&params->before, "[") ||
				   sql_token_is(&params->before, ",")));

	if ((c == '(' || c == '[') && params->depth < NAMED_PARAMS_DEPTH)
		params->colons[params->depth++] = c == '(' || array;
	else if ((c == ')' || c == ']') && params->depth > 0)
		params->depth--;
}

/*
 * Writes the parameter that begins with a token. Returns what follows it; the token
 * itself if none does; NULL if there are too many.
 */
static const char *
named_params_replace(NamedParams *params, const SqlToken *token)
{
	const char *at = token->start + token->length;
	SqlToken name = sql_token_read(at, params->end);
	SqlToken function;

	if (params->form == NAMED_PARAMS_SQLC && token->kind == SQL_TOKEN_WORD)
	{
		at = named_params_read_call(params, token, &function, &name);
		if (at == NULL)
			return token->start;
		if (sql_token_is(&function, "embed"))
		{
			memcpy(params->to, name.start, name.length);
			memcpy(params->to + name.length, ".*", 2);
			params->to += name.length + 2;
			return at;
		}
		if (!sql_token_is(&function, "arg") && !sql_token_is(&function, "narg"))
			return token->start;
		return named_params_put(params, &name) ? at : NULL;
	}
	if (!sql_token_is(token, params->form == NAMED_PARAMS_SQLC ? "@" : ":") ||
		!named_params_is_name(&name) ||
		(params->form == NAMED_PARAMS_COLON && params->depth > 0 &&
		 !params->colons[params->depth - 1]))
		return token->start;
	return named_params_put(params, &name) ? at + name.length : NULL;
}

static bool
named_params_has_numbers(const char *sql, const char *end)
{
	SqlToken token = sql_token_read(sql, end);

	while (token.kind != SQL_TOKEN_END && token.kind != SQL_TOKEN_PARAMETER)
		token = sql_token_read(token.start + token.length, end);
	return token.kind == SQL_TOKEN_PARAMETER;
}

size_t
named_params_number(const char *sql, size_t length, NamedParamsForm form,
					char *buffer)
{
	NamedParams params = {.form = form, .end = sql + length, .to = buffer};
	const char *at = sql;

	params.before = (SqlToken){SQL_TOKEN_SPACE, sql, 0};
	if (named_params_has_numbers(sql, params.end))
	{
		memcpy(buffer, sql, length);
		buffer[length] = '\0';
		return length;
	}
	for (;;)
	{
		SqlToken token = sql_token_read(at, params.end);
		const char *next;

		if (token.kind == SQL_TOKEN_END)
			break;
		next = named_params_replace(&params, &token);
		if (next == NULL)
			return 0;
		if (next == at)
		{
			memcpy(params.to, token.start, token.length);
			params.to += token.length;
			next += token.length;
			if (token.kind == SQL_TOKEN_MARK)
				named_params_nest(&params, &token);
		}
		if (token.kind != SQL_TOKEN_SPACE &&
			token.kind != SQL_TOKEN_LINE_COMMENT &&
			token.kind != SQL_TOKEN_BLOCK_COMMENT)
			params.before = token;
		at = next;
	}
	*params.to = '\0';
	return (size_t) (params.to - buffer);
}
