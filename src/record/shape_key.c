/*-------------------------------------------------------------------------
 *
 * shape_key.c
 *		The key of a shape, and the numbers of its parameters.
 *
 * The tokens are put into an order that does not depend on how the statement was
 * written: the operands of each AND by their text. Parameters are numbered in that
 * order, so that those of two permutations are the same, and the key is made of
 * it. The text itself keeps its own order, in which a condition may guard another.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"

#include "record/shape_key.h"
#include "record/sql_tokens.h"

typedef struct KeyTokens
{
	SqlTokens *tokens;
	int *order;   /* of the tokens */
	bool *hidden; /* those that are not in the key */
	bool *row;    /* parameters of a list of rows */
} KeyTokens;

/* An operand of an AND: tokens from first on, and their text. */
typedef struct Operand
{
	int first;
	int n;
	char *text;
} Operand;

/*
 * Two statements of one key are taken for one, which is run with the rights of whoever
 * sends it most often. So nobody may be able to find a text for the key of another.
 */
uint64
shape_key_of_text(const char *text)
{
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint64 key;

	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) text, strlen(text)) < 0 ||
		pg_cryptohash_final(hash, digest, sizeof(digest)) < 0)
		elog(ERROR, "could not compute %s hash: %s", "SHA-256",
			 pg_cryptohash_error(hash));
	pg_cryptohash_free(hash);
	memcpy(&key, digest, sizeof(key));
	return pg_ntoh64(key);
}

/* Appends what the token is in the key; param is the number of a parameter. */
static void
append_token(StringInfo text, const SqlTokens *tokens, int i, int param)
{
	const SqlToken *token = &tokens->tokens[i];

	if (token->kind == SQL_TOKEN_PARAM)
	{
		appendStringInfoChar(text, '$');
		if (param > 0)
			appendStringInfo(text, "%d", param);
	}
	else if (token->kind == SQL_TOKEN_IDENTIFIER ||
			 (token->kind == SQL_TOKEN_WORD && !token->reserved))
	{
		/* With its end, since it may hold blanks, and quotes before them. */
		appendStringInfoChar(text, '"');
		for (const char *c = token->name; *c != '\0'; c++)
		{
			if (*c == '"')
				appendStringInfoChar(text, '"');
			appendStringInfoChar(text, *c);
		}
		appendStringInfoChar(text, '"');
	}
	else if (token->kind == SQL_TOKEN_WORD)
		appendStringInfoString(text, token->name);
	else if (token->length == 2 &&
			 strncmp(tokens->sql + token->start, "!=", 2) == 0)
		appendStringInfoString(text, "<>");
	else
		appendBinaryStringInfo(text, tokens->sql + token->start, token->length);
	appendStringInfoChar(text, ' ');
}

static int
operand_compare(const void *a, const void *b)
{
	const Operand *left = a;
	const Operand *right = b;
	int order = strcmp(left->text, right->text);

	return order != 0 ? order : left->first - right->first;
}

/*
 * Sorts the operands of one AND, which are the tokens from first to end but for
 * the nands words AND at the places ands.
 */
static void
sort_operands(KeyTokens *key, int first, int end, const int *ands, int nands)
{
	Operand *operands;
	int *sorted;
	int n = 0;

	if (nands == 0)
		return;
	operands = palloc((nands + 1) * sizeof(Operand));
	sorted = palloc((end - first) * sizeof(int));
	for (int i = 0; i <= nands; i++)
	{
		Operand *operand = &operands[i];
		StringInfoData text;

		operand->first = i == 0 ? first : ands[i - 1] + 1;
		operand->n = (i == nands ? end : ands[i]) - operand->first;
		initStringInfo(&text);
		for (int j = 0; j < operand->n; j++)
			if (!key->hidden[key->order[operand->first + j]])
				append_token(&text, key->tokens, key->order[operand->first + j],
							 0);
		operand->text = text.data;
	}
	qsort(operands, nands + 1, sizeof(Operand), operand_compare);
	for (int i = 0; i <= nands; i++)
	{
		if (i > 0)
			sorted[n++] = key->order[ands[i - 1]];
		memcpy(sorted + n, key->order + operands[i].first,
			   operands[i].n * sizeof(int));
		n += operands[i].n;
	}
	memcpy(key->order + first, sorted, n * sizeof(int));
}

/* Does the token end a condition? */
static bool
ends_condition(const SqlTokens *tokens, int i)
{
	bool is_distinct = sql_tokens_is_word(tokens, i - 1, SQL_WORD_IS) ||
					   (sql_tokens_is_word(tokens, i - 1, SQL_WORD_NOT) &&
						sql_tokens_is_word(tokens, i - 2, SQL_WORD_IS));

	switch (tokens->tokens[i].word)
	{
		case SQL_WORD_AS:
		case SQL_WORD_CLAUSE:
		case SQL_WORD_FOR:
		case SQL_WORD_OR:
		case SQL_WORD_SELECT:
		case SQL_WORD_VALUES:
			return true;
		case SQL_WORD_LEFT:
		case SQL_WORD_RIGHT:
			return !sql_tokens_is(tokens, i + 1, '(');
		case SQL_WORD_DISTINCT:
			return !is_distinct;
		case SQL_WORD_FROM:
			return !sql_tokens_is_word(tokens, i - 1, SQL_WORD_DISTINCT);
		default:
			return sql_tokens_is(tokens, i, ',') ||
				   sql_tokens_is(tokens, i, ';');
	}
}

/* Sorts the operands of each AND among the tokens from first to end. */
static void
sort_level(KeyTokens *key, int first, int end)
{
	const SqlTokens *tokens = key->tokens;
	int *ands = palloc((end - first + 1) * sizeof(int));
	int nands = 0;
	int betweens = 0;

	check_stack_depth();
	for (int i = first; i < end; i++)
	{
		const SqlToken *token = &tokens->tokens[i];

		if (token->partner > i)
		{
			sort_level(key, i + 1, token->partner);
			i = token->partner;
		}
		else if (token->word == SQL_WORD_BETWEEN)
			betweens++;
		else if (token->word == SQL_WORD_AND && betweens > 0)
			betweens--;
		else if (token->word == SQL_WORD_AND)
			ands[nands++] = i;
		else if (ends_condition(tokens, i))
		{
			sort_operands(key, first, i, ands, nands);
			first = i + 1;
			nands = betweens = 0;
		}
	}
	sort_operands(key, first, end, ands, nands);
	pfree(ands);
}

/*
 * Hides the types that shape_values.c adds to parameters, so that 5, 5.5 and a
 * value that was bound are the same.
 */
static void
hide_types(KeyTokens *key)
{
	static const char *const types[] = {"bigint", "boolean", "int8",    "int",
										"int4",   "integer", "numeric", "text"};
	const SqlTokens *tokens = key->tokens;

	for (int i = 0; i + 2 < tokens->n; i++)
	{
		int last = i + 2;
		const char *name = tokens->tokens[last].name;
		bool known = false;

		if (tokens->tokens[i].kind != SQL_TOKEN_PARAM ||
			tokens->tokens[i + 1].kind != SQL_TOKEN_TYPECAST || name == NULL)
			continue;
		for (int j = 0; j < lengthof(types) && !known; j++)
			known = strcmp(name, types[j]) == 0;
		if (!known || sql_tokens_is(tokens, last + 1, '(') ||
			sql_tokens_is(tokens, last + 1, '.'))
			continue;
		if (sql_tokens_is(tokens, last + 1, '[') &&
			sql_tokens_is(tokens, last + 2, ']'))
			last += 2;
		for (int j = i + 1; j <= last; j++)
			key->hidden[j] = true;
	}
}

/* Is a result, the tokens from first to end, nothing but a name? */
static bool
is_plain_result(const SqlTokens *tokens, int first, int end)
{
	for (int i = first; i < end; i++)
		if (tokens->tokens[i].name == NULL &&
			tokens->tokens[i].kind != SQL_TOKEN_UNICODE_IDENTIFIER &&
			!sql_tokens_is(tokens, i, '.') && !sql_tokens_is(tokens, i, '*'))
			return false;
	return true;
}

/*
 * Hides plain columns among the results of the outermost SELECTs, but for those of
 * a DISTINCT, where they decide which rows there are.
 */
static void
hide_columns(KeyTokens *key)
{
	const SqlTokens *tokens = key->tokens;
	bool results = false;
	int first = 0;

	for (int i = 0; i <= tokens->n; i++)
	{
		bool comma = results && sql_tokens_is(tokens, i, ',');

		if (i < tokens->n && tokens->tokens[i].partner > i)
		{
			i = tokens->tokens[i].partner;
			continue;
		}
		if (results && (comma || i == tokens->n ||
						(ends_condition(tokens, i) &&
						 !sql_tokens_is_word(tokens, i, SQL_WORD_AS))))
		{
			if (is_plain_result(tokens, first, i))
				memset(key->hidden + first, true, i - first);
			if (comma)
				key->hidden[i] = true;
			first = i + 1;
			results = comma;
		}
		if (i < tokens->n && sql_tokens_is_word(tokens, i, SQL_WORD_SELECT))
		{
			results = !sql_tokens_is_word(tokens, i + 1, SQL_WORD_DISTINCT);
			first = i + 1;
		}
	}
}

/* Returns the token behind a row of parameters, and its width, or -1. */
static int
row_end(const SqlTokens *tokens, int i, int *width)
{
	int end = i < tokens->n ? tokens->tokens[i].partner : -1;

	if (!sql_tokens_is(tokens, i, '(') || end < i + 4 || (end - i) % 2 != 0)
		return -1;
	for (int j = i + 1; j < end; j++)
		if ((j - i) % 2 == 1 ? tokens->tokens[j].kind != SQL_TOKEN_PARAM
							 : !sql_tokens_is(tokens, j, ','))
			return -1;
	*width = (end - i) / 2;
	return end + 1;
}

/*
 * Finds the list of rows of parameters of an IN, if there is one alone: all its
 * rows but the first are hidden. Returns the width of the rows, or 0.
 */
static int
hide_rows(KeyTokens *key)
{
	const SqlTokens *tokens = key->tokens;
	int lists = 0;
	int list = 0;
	int width = 0;
	int found = 0;

	for (int i = 0; i + 2 < tokens->n; i++)
	{
		int next = sql_tokens_is_word(tokens, i, SQL_WORD_IN) &&
						   sql_tokens_is(tokens, i + 1, '(')
					   ? row_end(tokens, i + 2, &width)
					   : -1;

		while (next > 0 && sql_tokens_is(tokens, next, ','))
			next = row_end(tokens, next + 1, &width);
		if (next < 0 || next != tokens->tokens[i + 1].partner)
			continue;
		lists++;
		list = i + 1;
		found = width;
	}
	if (lists != 1)
		return 0;
	for (int i = list + 1; i < tokens->tokens[list].partner; i++)
	{
		key->row[i] = tokens->tokens[i].kind == SQL_TOKEN_PARAM;
		key->hidden[i] = i > tokens->tokens[list + 1].partner;
	}
	return found;
}

/*
 * Returns the number that a parameter has by those of the values. One that is in a
 * part of the statement that is not read is no value, and keeps its number.
 */
static int
number_of(const SqlToken *token, const int *numbers, int nvalues)
{
	return token->param > nvalues ? token->param : numbers[token->param - 1];
}

/*
 * Numbers the parameters in the order of the key; those of a list of rows come
 * last. Returns the number that each value has, from 1.
 */
static int *
number_params(const KeyTokens *key, ShapeKey *result, const int *same_as,
			  int nvalues)
{
	int *numbers = palloc0(Max(nvalues, 1) * sizeof(int));

	result->values = palloc(Max(nvalues, 1) * sizeof(int));
	for (int rows = 0; rows < 2; rows++)
		for (int i = 0; i < key->tokens->n; i++)
		{
			int place = key->order[i];
			int value;

			if (key->tokens->tokens[place].kind != SQL_TOKEN_PARAM ||
				key->tokens->tokens[place].param > nvalues ||
				key->row[place] != (rows == 1))
				continue;
			value = same_as[key->tokens->tokens[place].param - 1];
			if (numbers[value] > 0)
				continue;
			result->values[result->nparams++] = value;
			numbers[value] = result->nparams;
		}
	for (int i = 0; i < nvalues; i++)
		numbers[i] = numbers[same_as[i]];
	return numbers;
}

/* Returns the text with the numbers that the values have. */
static char *
renumber(const SqlTokens *tokens, const int *numbers, int nvalues)
{
	StringInfoData text;
	int copied = 0;

	initStringInfo(&text);
	for (int i = 0; i < tokens->n; i++)
	{
		const SqlToken *token = &tokens->tokens[i];

		if (token->kind != SQL_TOKEN_PARAM)
			continue;
		appendBinaryStringInfo(&text, tokens->sql + copied,
							   token->start - copied);
		appendStringInfo(&text, "$%d", number_of(token, numbers, nvalues));
		copied = token->start + token->length;
	}
	appendStringInfoString(&text, tokens->sql + copied);
	return text.data;
}

ShapeKey *
shape_key_find(const char *sql, const int *same_as, int nvalues,
			   bool any_columns)
{
	ShapeKey *result = palloc0(sizeof(*result));
	KeyTokens key = {.tokens = sql_tokens_read(sql)};
	int n = key.tokens->n;
	StringInfoData text;
	int *numbers;

	key.order = palloc(Max(n, 1) * sizeof(int));
	key.hidden = palloc0(Max(n, 1));
	key.row = palloc0(Max(n, 1));
	for (int i = 0; i < n; i++)
		key.order[i] = i;
	hide_types(&key);
	result->row_width = hide_rows(&key);
	if (any_columns)
		hide_columns(&key);
	sort_level(&key, 0, n);
	numbers = number_params(&key, result, same_as, nvalues);
	initStringInfo(&text);
	for (int i = 0; i < n; i++)
	{
		int place = key.order[i];

		if (!key.hidden[place])
			append_token(
				&text, key.tokens, place,
				key.tokens->tokens[place].kind == SQL_TOKEN_PARAM
					? number_of(&key.tokens->tokens[place], numbers, nvalues)
					: 0);
	}
	result->key = shape_key_of_text(text.data);
	result->sql = renumber(key.tokens, numbers, nvalues);
	return result;
}
