/*-------------------------------------------------------------------------
 *
 * mend_words.h
 *		What the tokens of a text that is mended are.
 *
 * It is for the files of mend alone, since others have tokens of the same names.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_MEND_WORDS_H
#define PERFCHECK_RECORD_MEND_WORDS_H

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/sql_token.h"
#include "record/mend_token.h"

typedef struct Mend
{
	MendToken *tokens;
	int n;
	bool put_back; /* a constant, so that there are fewer parameters */
} Mend;

#define WORDS(list) list, (int) (sizeof(list) / sizeof(list[0]))

/* Returns the place of the text in the list, or -1. */
static inline int
find_word(const char *text, size_t length, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (strlen(words[i]) == length &&
			strncasecmp(words[i], text, length) == 0)
			return i;
	return -1;
}

/* Is the token this text, in any case of its letters? */
static inline bool
is(const Mend *mend, int i, const char *text)
{
	const MendToken *token = &mend->tokens[i];

	return i >= 0 && i < mend->n && token->length == strlen(text) &&
		   strncasecmp(token->start, text, token->length) == 0;
}

static inline bool
is_kind(const Mend *mend, int i, int kind)
{
	return i >= 0 && i < mend->n && mend->tokens[i].kind == kind;
}

static inline bool
is_param(const Mend *mend, int i)
{
	return is_kind(mend, i, SQL_TOKEN_PARAMETER);
}

static inline bool
is_number(const MendToken *token)
{
	return token->kind == SQL_TOKEN_WORD &&
		   isdigit((unsigned char) *token->start);
}

/* Is the token a name, a keyword or a name in quotes? */
static inline bool
is_name(const Mend *mend, int i)
{
	return (is_kind(mend, i, SQL_TOKEN_WORD) && !is_number(&mend->tokens[i])) ||
		   (is_kind(mend, i, SQL_TOKEN_QUOTED) &&
			*mend->tokens[i].start == '"');
}

static inline bool
is_constant(const MendToken *token)
{
	return is_number(token) ||
		   (token->kind == SQL_TOKEN_QUOTED && *token->start != '"');
}

#endif /* PERFCHECK_RECORD_MEND_WORDS_H */
