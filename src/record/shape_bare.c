/*-------------------------------------------------------------------------
 *
 * shape_bare.c
 *		A text in which no constant stands.
 *
 * A shape keeps the constants that are part of what a statement asks for: formats,
 * paths, the keys of JSON. A program may have put a user's value there all the same.
 * So what may stay is told here, and all else goes: whatever the walk of the tree
 * left alone, because it is not a value or because it is syntax that the walk does
 * not know, is replaced by its tokens.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/value.h"

#include "record/shape_bare.h"
#include "record/shape_functions.h"

/* The digits of a type's length. */
#define BARE_TYPE_DIGITS 5

/* Those of the position of a result: a SELECT has at most 1664 of them. */
#define BARE_POSITION_DIGITS 4

/* Keeps the constant if it is an integer of so many digits at most. */
static void
keep_integer(ShapeValues *values, const Node *node, int digits)
{
	const SqlTokens *tokens = values->tokens;
	int i;

	if (node == NULL || !IsA(node, A_Const))
		return;
	i = sql_tokens_at(tokens, ((const A_Const *) node)->location);
	if (i >= 0 && tokens->tokens[i].kind == SQL_TOKEN_INTEGER &&
		tokens->tokens[i].length <= digits)
		values->kept[i] = true;
}

/* Keeps the positions of results among what is grouped or sorted by. */
static void
keep_positions(ShapeValues *values, List *clause)
{
	ListCell *cell;

	check_stack_depth();
	foreach(cell, clause)
	{
		Node *node = lfirst(cell);

		if (node != NULL && IsA(node, SortBy))
			node = ((SortBy *) node)->node;
		if (node != NULL && IsA(node, GroupingSet))
			keep_positions(values, ((GroupingSet *) node)->content);
		else
			keep_integer(values, node, BARE_POSITION_DIGITS);
	}
}

/* Keeps a unit, or the like, among the arguments of a function. */
static void
keep_words(ShapeValues *values, const FuncCall *call)
{
	const char *name = strVal(llast(call->funcname));
	int n = list_length(call->args);

	for (int i = 0; i < n; i++)
	{
		const A_Const *constant = list_nth(call->args, i);
		int token;

		if (shape_function_place(name, i, n) != SHAPE_PLACE_KEEP ||
			!IsA(constant, A_Const) || constant->isnull ||
			!IsA(&constant->val, String) ||
			!shape_function_word(constant->val.sval.sval))
			continue;
		token = sql_tokens_at(values->tokens, constant->location);
		if (token >= 0)
			values->kept[token] = true;
	}
}

static bool
keep_walker(Node *node, void *arg)
{
	ShapeValues *values = arg;
	ListCell *cell;

	if (node == NULL)
		return false;
	check_stack_depth();
	if (IsA(node, TypeName))
		foreach(cell, ((TypeName *) node)->typmods)
			keep_integer(values, lfirst(cell), BARE_TYPE_DIGITS);
	else if (IsA(node, FuncCall))
		keep_words(values, (FuncCall *) node);
	else if (IsA(node, SelectStmt))
	{
		SelectStmt *select = (SelectStmt *) node;

		keep_positions(values, select->groupClause);
		keep_positions(values, select->sortClause);
		keep_positions(values, select->distinctClause);
	}
	return raw_expression_tree_walker(node, keep_walker, arg);
}

/* Is the token a number that programs write for true and false? */
static bool
is_truth(const SqlTokens *tokens, int i)
{
	const SqlToken *token = &tokens->tokens[i];
	char digit = tokens->sql[token->start];

	return token->kind == SQL_TOKEN_INTEGER && token->length == 1 &&
		   (digit == '0' || digit == '1');
}

void
shape_bare_start(const ShapeStatement *statement, ShapeValues *values)
{
	const SqlTokens *tokens = values->tokens;

	values->kept = palloc0(Max(tokens->n, 1) * sizeof(bool));
	for (int i = 0; i < tokens->n; i++)
		values->kept[i] =
			is_truth(tokens, i) ||
			/* One character, which tells how a name is written. */
			(sql_tokens_is_word(tokens, i - 1, SQL_WORD_UESCAPE) && i > 1 &&
			 tokens->tokens[i - 2].kind == SQL_TOKEN_UNICODE_IDENTIFIER);
	(void) keep_walker((Node *) statement->select, values);
}

/* Returns what stands for a constant: one of its kind that the grammar takes. */
static const char *
stand_in(const SqlToken *token)
{
	switch (token->kind)
	{
		case SQL_TOKEN_STRING:
		case SQL_TOKEN_UNICODE_STRING:
			return "'?'";
		case SQL_TOKEN_BITS:
			return "B'0'";
		case SQL_TOKEN_HEX_BITS:
			return "X'0'";
		case SQL_TOKEN_FLOAT:
			return "1.0";
		default:
			return "1";
	}
}

bool
shape_bare_cut(const ShapeStatement *statement, ShapeValues *values)
{
	const SqlTokens *tokens = values->tokens;
	bool *edited = palloc0(Max(tokens->n, 1) * sizeof(bool));
	bool cut = false;

	for (int i = 0; i < values->nedits; i++)
		for (int j = values->edits[i].first; j <= values->edits[i].last; j++)
			edited[j] = true;
	for (int i = statement->first; i < statement->end; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		int last = i;

		if (edited[i] || values->kept[i] || !sql_token_is_constant(token))
			continue;
		if (token->kind == SQL_TOKEN_UNICODE_STRING &&
			sql_tokens_is_word(tokens, i + 1, SQL_WORD_UESCAPE))
			last = i + 2;
		shape_values_edit(values, i, last, stand_in(token));
		i = last;
		cut = true;
	}
	return cut;
}
