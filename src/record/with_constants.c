/*-------------------------------------------------------------------------
 *
 * with_constants.c
 *		A statement with constants in the place of some of its parameters.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "record/sql_tokens.h"
#include "record/with_constants.h"

char *
with_constants(const char *sql, char *const *constants, int n)
{
	const SqlTokens *tokens = sql_tokens_read(sql);
	StringInfoData text;
	int at = 0;

	initStringInfo(&text);
	for (int i = 0; i < tokens->n; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		int number = token->param;

		if (token->kind != SQL_TOKEN_PARAM)
			continue;
		appendBinaryStringInfo(&text, sql + at, token->start - at);
		at = token->start + token->length;
		if (number <= n && constants[number - 1] != NULL)
		{
			appendStringInfoString(&text, constants[number - 1]);
			continue;
		}
		for (int j = Min(token->param, n); j > 0; j--)
			number -= constants[j - 1] != NULL;
		appendStringInfo(&text, "$%d", number);
	}
	appendStringInfoString(&text, sql + at);
	return text.data;
}
