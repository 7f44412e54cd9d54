/*-------------------------------------------------------------------------
 *
 * sql_tokens.c
 *		The text of a statement as the server's scanner divides it.
 *
 * It calls the scanner of the core grammar, which ends the text behind each
 * token that it returns with a zero; that is how long the token is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "common/keywords.h"
#include "lib/stringinfo.h"
#include "parser/scanner.h"

#include "base/compat.h"
#include "record/sql_tokens.h"

static const struct
{
	const char *text;
	SqlWord word;
} sql_words[] = {
	{"all", SQL_WORD_ALL},
	{"analyse", SQL_WORD_ANALYZE},
	{"analyze", SQL_WORD_ANALYZE},
	{"and", SQL_WORD_AND},
	{"array", SQL_WORD_ARRAY},
	{"as", SQL_WORD_AS},
	{"between", SQL_WORD_BETWEEN},
	{"by", SQL_WORD_CLAUSE},
	{"case", SQL_WORD_CASE},
	{"copy", SQL_WORD_COPY},
	{"create", SQL_WORD_CREATE},
	{"cross", SQL_WORD_CLAUSE},
	{"data", SQL_WORD_DATA},
	{"declare", SQL_WORD_DECLARE},
	{"distinct", SQL_WORD_DISTINCT},
	{"else", SQL_WORD_CLAUSE},
	{"end", SQL_WORD_END},
	{"except", SQL_WORD_CLAUSE},
	{"explain", SQL_WORD_EXPLAIN},
	{"fetch", SQL_WORD_CLAUSE},
	{"for", SQL_WORD_FOR},
	{"from", SQL_WORD_FROM},
	{"full", SQL_WORD_CLAUSE},
	{"group", SQL_WORD_CLAUSE},
	{"having", SQL_WORD_CLAUSE},
	{"in", SQL_WORD_IN},
	{"inner", SQL_WORD_CLAUSE},
	{"intersect", SQL_WORD_CLAUSE},
	{"into", SQL_WORD_CLAUSE},
	{"is", SQL_WORD_IS},
	{"join", SQL_WORD_CLAUSE},
	{"left", SQL_WORD_LEFT},
	{"limit", SQL_WORD_CLAUSE},
	{"natural", SQL_WORD_CLAUSE},
	{"no", SQL_WORD_NO},
	{"not", SQL_WORD_NOT},
	{"offset", SQL_WORD_CLAUSE},
	{"on", SQL_WORD_CLAUSE},
	{"or", SQL_WORD_OR},
	{"order", SQL_WORD_CLAUSE},
	{"prepare", SQL_WORD_PREPARE},
	{"right", SQL_WORD_RIGHT},
	{"select", SQL_WORD_SELECT},
	{"table", SQL_WORD_TABLE},
	{"then", SQL_WORD_CLAUSE},
	{"uescape", SQL_WORD_UESCAPE},
	{"union", SQL_WORD_CLAUSE},
	{"values", SQL_WORD_VALUES},
	{"verbose", SQL_WORD_VERBOSE},
	{"when", SQL_WORD_CLAUSE},
	{"where", SQL_WORD_CLAUSE},
	{"window", SQL_WORD_CLAUSE},
	{"with", SQL_WORD_WITH},
};

/* The word of each keyword of the server, by its number. */
static uint8 word_of_keyword[1024];
static bool words_known = false;

static void
words_read(void)
{
	for (int i = 0; i < lengthof(sql_words); i++)
	{
		int keyword = ScanKeywordLookup(sql_words[i].text, &ScanKeywords);

		if (keyword >= 0 && keyword < lengthof(word_of_keyword))
			word_of_keyword[keyword] = sql_words[i].word;
	}
	words_known = true;
}

/*
 * Fills in what the token, whose text is given, is; its kind is the scanner's. The
 * kinds that follow those of SqlTokenKind are keywords, but for operators that a
 * version has of its own.
 */
static void
token_fill(SqlToken *token, const char *text, const core_YYSTYPE *value)
{
	int keyword;

	token->word = SQL_WORD_OTHER;
	token->reserved = false;
	token->param = 0;
	token->partner = -1;
	token->name = NULL;
	if (token->kind == SQL_TOKEN_PARAM)
		token->param = value->ival;
	if (token->kind == SQL_TOKEN_IDENTIFIER)
		token->name = value->str;
	if (token->kind < SQL_TOKEN_FIRST_WORD ||
		!(isalpha((unsigned char) text[0]) || text[0] == '_'))
		return;
	token->kind = SQL_TOKEN_WORD;
	token->name = value->keyword;
	keyword = ScanKeywordLookup(token->name, &ScanKeywords);
	if (keyword < 0 || keyword >= lengthof(word_of_keyword))
		return;
	token->word = word_of_keyword[keyword];
	token->reserved = ScanKeywordCategories[keyword] == RESERVED_KEYWORD;
}

/* What follows a dot, or AS for a result, is a name, whichever word it is. */
static void
token_note_name(const SqlTokens *tokens, int i)
{
	SqlToken *token = &tokens->tokens[i];

	if (token->kind != SQL_TOKEN_WORD ||
		!(sql_tokens_is(tokens, i - 1, '.') ||
		  (sql_tokens_is_word(tokens, i - 1, SQL_WORD_AS) &&
		   token->word != SQL_WORD_SELECT && token->word != SQL_WORD_VALUES &&
		   token->word != SQL_WORD_TABLE && token->word != SQL_WORD_WITH)))
		return;
	token->word = SQL_WORD_OTHER;
	token->reserved = false;
}

/* Finds the partner of each bracket; CASE and END are a pair too. */
static void
tokens_pair(const SqlTokens *tokens)
{
	int *open = palloc((tokens->n + 1) * sizeof(int));
	int depth = 0;

	for (int i = 0; i < tokens->n; i++)
	{
		SqlToken *token = &tokens->tokens[i];

		token_note_name(tokens, i);
		if (token->kind == '(' || token->kind == '[' ||
			token->word == SQL_WORD_CASE)
			open[depth++] = i;
		else if ((token->kind == ')' || token->kind == ']' ||
				  token->word == SQL_WORD_END) &&
				 depth > 0)
		{
			token->partner = open[--depth];
			tokens->tokens[token->partner].partner = i;
		}
	}
}

SqlTokens *
sql_tokens_read(const char *sql)
{
	SqlTokens *tokens = palloc(sizeof(*tokens));
	int room = 16 + strlen(sql) / 4;
	core_yy_extra_type extra;
	core_yyscan_t scanner;
	core_YYSTYPE value;
	YYLTYPE place;
	int kind;

	if (!words_known)
		words_read();
	tokens->sql = sql;
	tokens->n = 0;
	tokens->tokens = palloc(room * sizeof(SqlToken));
	scanner = scanner_init(sql, &extra, &ScanKeywords, ScanKeywordTokens);
	compat_scanner_quiet(&extra);
	while ((kind = core_yylex(&value, &place, scanner)) != 0)
	{
		SqlToken *token;

		if (tokens->n == room)
			tokens->tokens =
				repalloc(tokens->tokens, (room *= 2) * sizeof(SqlToken));
		token = &tokens->tokens[tokens->n++];
		token->kind = kind;
		token->start = place;
		token->length = strlen(extra.scanbuf + place);
		token_fill(token, extra.scanbuf + place, &value);
	}
	scanner_finish(scanner);
	tokens_pair(tokens);
	return tokens;
}

char *
sql_tokens_with_escapes(const char *sql)
{
	const SqlTokens *tokens = sql_tokens_read(sql);
	StringInfoData written;
	int copied = 0;

	initStringInfo(&written);
	for (int i = 0; i < tokens->n; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		const char *text = sql + token->start;
		/* Of N'...' the N is a word of its own. */
		bool national = token->start > 0 && pg_tolower(text[-1]) == 'n' &&
						i > 0 &&
						tokens->tokens[i - 1].start == token->start - 1;

		if (token->kind != SQL_TOKEN_STRING || *text != '\'' ||
			memchr(text, '\\', token->length) == NULL)
			continue;
		appendBinaryStringInfo(&written, sql + copied,
							   token->start - national - copied);
		/* What stands before it must not be one word with it. */
		appendStringInfoString(&written, " E");
		copied = token->start;
	}
	appendStringInfoString(&written, sql + copied);
	return written.data;
}

int
sql_tokens_at(const SqlTokens *tokens, int place)
{
	int low = 0;
	int high = tokens->n - 1;

	while (low <= high)
	{
		int middle = (low + high) / 2;

		if (tokens->tokens[middle].start == place)
			return middle;
		if (tokens->tokens[middle].start < place)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

bool
sql_tokens_is(const SqlTokens *tokens, int i, char c)
{
	return i >= 0 && i < tokens->n && tokens->tokens[i].kind == c;
}

bool
sql_tokens_is_word(const SqlTokens *tokens, int i, SqlWord word)
{
	return i >= 0 && i < tokens->n && tokens->tokens[i].word == word;
}

char *
sql_tokens_text(const SqlTokens *tokens, int first, int last)
{
	const SqlToken *end = &tokens->tokens[last];
	int start = tokens->tokens[first].start;

	return pnstrdup(tokens->sql + start, end->start + end->length - start);
}

bool
sql_token_is_constant(const SqlToken *token)
{
	return token->kind == SQL_TOKEN_INTEGER ||
		   (token->kind >= SQL_TOKEN_FLOAT &&
			token->kind <= SQL_TOKEN_HEX_BITS);
}
