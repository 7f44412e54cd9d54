/*-------------------------------------------------------------------------
 *
 * sql_tokens.h
 *		The text of a statement as the server's scanner divides it.
 *
 * Owns where each token begins and ends, which words matter to its readers, and
 * which brackets belong together.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SQL_TOKENS_H
#define PERFCHECK_RECORD_SQL_TOKENS_H

/*
 * Kinds of tokens; one of a single character has that character. The numbers are
 * the scanner's own, which it keeps the same for PL/pgSQL.
 */
typedef enum SqlTokenKind
{
	SQL_TOKEN_IDENTIFIER = 258,
	SQL_TOKEN_UNICODE_IDENTIFIER,
	SQL_TOKEN_FLOAT,
	SQL_TOKEN_STRING,
	SQL_TOKEN_UNICODE_STRING,
	SQL_TOKEN_BITS,
	SQL_TOKEN_HEX_BITS,
	SQL_TOKEN_OPERATOR,
	SQL_TOKEN_INTEGER,
	SQL_TOKEN_PARAM,
	SQL_TOKEN_TYPECAST,
	SQL_TOKEN_FIRST_WORD = 275, /* whatever follows is a keyword */
	SQL_TOKEN_WORD = 1000       /* which this stands for */
} SqlTokenKind;

/* Keywords that its readers ask for. */
typedef enum SqlWord
{
	SQL_WORD_OTHER,
	SQL_WORD_ALL,
	SQL_WORD_ANALYZE,
	SQL_WORD_AND,
	SQL_WORD_ARRAY,
	SQL_WORD_AS,
	SQL_WORD_BETWEEN,
	SQL_WORD_CASE,
	SQL_WORD_COPY,
	SQL_WORD_CREATE,
	SQL_WORD_DATA,
	SQL_WORD_DECLARE,
	SQL_WORD_DISTINCT,
	SQL_WORD_END,
	SQL_WORD_EXPLAIN,
	SQL_WORD_FOR,
	SQL_WORD_FROM,
	SQL_WORD_IN,
	SQL_WORD_IS,
	SQL_WORD_LEFT,
	SQL_WORD_NO,
	SQL_WORD_NOT,
	SQL_WORD_OR,
	SQL_WORD_PREPARE,
	SQL_WORD_RIGHT,
	SQL_WORD_SELECT,
	SQL_WORD_TABLE,
	SQL_WORD_UESCAPE,
	SQL_WORD_VALUES,
	SQL_WORD_VERBOSE,
	SQL_WORD_WITH,
	/* Begins or ends a part of a statement, and with it any condition. */
	SQL_WORD_CLAUSE
} SqlWord;

typedef struct SqlToken
{
	int kind; /* an SqlTokenKind or a character */
	SqlWord word;
	bool reserved; /* it cannot be a name unless it is in quotes */
	int start;     /* in bytes, as length */
	int length;
	int param;        /* the number of $n */
	int partner;      /* the token of the bracket that belongs to it, or -1 */
	const char *name; /* an identifier or a keyword as the server reads it */
} SqlToken;

typedef struct SqlTokens
{
	const char *sql;
	int n;
	SqlToken *tokens;
} SqlTokens;

/*
 * Returns the tokens of the text, without comments. CASE and END are brackets.
 * Errors: those of the scanner.
 */
extern SqlTokens *sql_tokens_read(const char *sql);

/*
 * Returns a text of this session, in which a backslash has a meaning in each constant, as
 * every session reads it: such constants begin with E'. Errors: as above.
 */
extern char *sql_tokens_with_escapes(const char *sql);

/* Returns the token that begins at the place in the text, or -1. */
extern int sql_tokens_at(const SqlTokens *tokens, int place);

/* Is the token one of a single character, this one? */
extern bool sql_tokens_is(const SqlTokens *tokens, int i, char c);

/* Is the token this word? There need not be such a token. */
extern bool sql_tokens_is_word(const SqlTokens *tokens, int i, SqlWord word);

/* Returns the text from the token first to the token last. */
extern char *sql_tokens_text(const SqlTokens *tokens, int first, int last);

/* Is the token a constant: a string, a number or bits? */
extern bool sql_token_is_constant(const SqlToken *token);

#endif /* PERFCHECK_RECORD_SQL_TOKENS_H */
