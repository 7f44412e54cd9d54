/*-------------------------------------------------------------------------
 *
 * shape_statement.c
 *		The SELECT that a statement is, or stands for.
 *
 * The tree of the grammar does not say where the SELECT in a statement begins; it
 * follows a word of the statement around it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "record/shape_statement.h"

/* Returns the token behind the first one that is the word outside of brackets. */
static int
behind_word(const SqlTokens *tokens, const ShapeStatement *statement,
			SqlWord word)
{
	for (int i = statement->first; i < statement->end; i++)
	{
		if (sql_tokens_is_word(tokens, i, word))
			return i + 1;
		if (tokens->tokens[i].partner > i)
			i = tokens->tokens[i].partner;
	}
	return statement->end;
}

/* Returns the first token behind EXPLAIN and its options. */
static int
behind_explain(const SqlTokens *tokens, int i)
{
	i++;
	if (sql_tokens_is(tokens, i, '(') && tokens->tokens[i].partner > 0 &&
		!sql_tokens_is(tokens, i + 1, '(') &&
		!sql_tokens_is_word(tokens, i + 1, SQL_WORD_SELECT) &&
		!sql_tokens_is_word(tokens, i + 1, SQL_WORD_WITH) &&
		!sql_tokens_is_word(tokens, i + 1, SQL_WORD_VALUES) &&
		!sql_tokens_is_word(tokens, i + 1, SQL_WORD_TABLE))
		return tokens->tokens[i].partner + 1;
	while (sql_tokens_is_word(tokens, i, SQL_WORD_ANALYZE) ||
		   sql_tokens_is_word(tokens, i, SQL_WORD_VERBOSE))
		i++;
	return i;
}

/* Leaves WITH DATA or WITH NO DATA behind the SELECT out. */
static void
leave_data_out(const SqlTokens *tokens, ShapeStatement *statement)
{
	int last = statement->end - 1;

	if (!sql_tokens_is_word(tokens, last, SQL_WORD_DATA))
		return;
	if (sql_tokens_is_word(tokens, last - 1, SQL_WORD_NO))
		last--;
	if (sql_tokens_is_word(tokens, last - 1, SQL_WORD_WITH))
		statement->end = last - 1;
}

/* Goes into a statement. Returns the one in it, or NULL if it has none. */
static Node *
enter(Node *node, const SqlTokens *tokens, ShapeStatement *statement)
{
	switch (nodeTag(node))
	{
		case T_ExplainStmt:
			statement->first = behind_explain(tokens, statement->first);
			return ((ExplainStmt *) node)->query;
		case T_PrepareStmt:
			statement->first = behind_word(tokens, statement, SQL_WORD_AS);
			return ((PrepareStmt *) node)->query;
		case T_DeclareCursorStmt:
			statement->first = behind_word(tokens, statement, SQL_WORD_FOR);
			return ((DeclareCursorStmt *) node)->query;
		case T_CreateTableAsStmt:
			statement->first = behind_word(tokens, statement, SQL_WORD_AS);
			leave_data_out(tokens, statement);
			return ((CreateTableAsStmt *) node)->query;
		case T_CopyStmt:
			if (((CopyStmt *) node)->query == NULL ||
				!sql_tokens_is(tokens, statement->first + 1, '('))
				return NULL;
			statement->first += 2;
			statement->end = tokens->tokens[statement->first - 1].partner;
			return ((CopyStmt *) node)->query;
		default:
			return NULL;
	}
}

/* Returns why a statement that is no SELECT, and has none, is no query. */
static const char *
problem_of(const Node *node)
{
	switch (nodeTag(node))
	{
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			return "it writes";
		case T_ExecuteStmt:
			return "it executes a prepared statement, whose text it does not have";
		case T_FetchStmt:
			return "it fetches from a cursor, whose statement it does not have";
		default:
			return "it is a command, and no query";
	}
}

ShapeStatement
shape_statement_find(List *parsed, const SqlTokens *tokens)
{
	ShapeStatement statement = {.end = tokens->n};
	Node *node;

	while (sql_tokens_is(tokens, statement.first, ';'))
		statement.first++;
	while (sql_tokens_is(tokens, statement.end - 1, ';'))
		statement.end--;
	if (list_length(parsed) != 1)
	{
		statement.problem =
			parsed == NIL ? "it is empty" : "it is several statements";
		return statement;
	}
	node = ((RawStmt *) linitial(parsed))->stmt;
	while (!IsA(node, SelectStmt))
	{
		Node *inner = enter(node, tokens, &statement);

		if (inner == NULL)
		{
			statement.problem = problem_of(node);
			return statement;
		}
		node = inner;
	}
	statement.select = (SelectStmt *) node;
	return statement;
}
