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

/* Returns the new number of a parameter, which is the next one if it has none. */
static int
new_number(int number, int *params, int *kept)
{
	for (int i = 0; i < *kept; i++)
		if (params[i] == number)
			return i + 1;
	params[*kept] = number;
	return ++*kept;
}

char *
with_constants(const char *sql, char *const *constants, int n, int *params,
			   int *kept)
{
	const SqlTokens *tokens = sql_tokens_read(sql);
	StringInfoData text;
	int at = 0;

	*kept = 0;
	initStringInfo(&text);
	for (int i = 0; i < tokens->n; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		int number = token->param;

		if (token->kind != SQL_TOKEN_PARAM)
			continue;
		appendBinaryStringInfo(&text, sql + at, token->start - at);
		at = token->start + token->length;
		if (number > n)
			ereport(
				ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("there is no element for parameter $%d", number),
				errhint("Give as many elements as there are parameters, NULL "
						"for one that stays."));
		if (constants[number - 1] != NULL)
			appendStringInfoString(&text, constants[number - 1]);
		else
			appendStringInfo(&text, "$%d", new_number(number, params, kept));
	}
	appendStringInfoString(&text, sql + at);
	return text.data;
}
