/*-------------------------------------------------------------------------
 *
 * sql_token.h
 *		The tokens of SQL text, comments and white space among them.
 *
 * Owns where a string, a comment and a name begin and end, as the server has it
 * with standard_conforming_strings. It is pure C.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SQL_TOKEN_H
#define PERFCHECK_BASE_SQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

typedef enum SqlTokenKind
{
	SQL_TOKEN_END, /* of the text */
	SQL_TOKEN_SPACE,
	SQL_TOKEN_LINE_COMMENT,  /* without the end of its line */
	SQL_TOKEN_BLOCK_COMMENT, /* with those that it holds */
	SQL_TOKEN_QUOTED,        /* a string of any kind, or a name in quotes */
	SQL_TOKEN_WORD,          /* a name, a keyword or a number */
	SQL_TOKEN_PARAMETER,     /* $1 */
	SQL_TOKEN_OPERATOR,
	SQL_TOKEN_MARK, /* any other character, but :: and := are one token */
	SQL_TOKEN_OPEN  /* a comment, or what is in quotes, that does not end */
} SqlTokenKind;

typedef struct SqlToken
{
	SqlTokenKind kind;
	const char *start;
	size_t length;
} SqlToken;

/* Returns the token at start in a text that ends at end. No errors. */
extern SqlToken sql_token_read(const char *start, const char *end);

/* Returns whether a token is that text, in any case of its letters. No errors. */
extern bool sql_token_is(const SqlToken *token, const char *text);

#endif /* PERFCHECK_BASE_SQL_TOKEN_H */
