/*-------------------------------------------------------------------------
 *
 * shape.c
 *		What statements have in common that differ by their values alone.
 *
 * The grammar says what a statement is (shape_statement.c) and which constants
 * are values (shape_walk.c, shape_values.c); its tokens, with parameters in the
 * place of these, are the shape, of which a key is made (shape_key.c).
 *
 * It reads text while statements are being recorded as well, so it touches no
 * catalog, works in a memory context of its own, and keeps what the grammar has to
 * say about the text to itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "parser/parser.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/texts.h"
#include "record/shape.h"
#include "record/shape_bare.h"
#include "record/shape_key.h"
#include "record/shape_statement.h"
#include "record/shape_walk.h"

/* What is asked of a text. */
typedef enum ShapeForm
{
	SHAPE_FORM_PLAIN,
	SHAPE_FORM_ANY_COLUMNS,
	SHAPE_FORM_BARE
} ShapeForm;

static bool
is_word_character(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '$' ||
		   IS_HIGHBIT_SET(c);
}

static int
edit_compare(const void *a, const void *b)
{
	return ((const ShapeEdit *) a)->first - ((const ShapeEdit *) b)->first;
}

/*
 * Appends a piece of the text. spaced: there was space, or a comment, before it.
 */
static void
append_piece(StringInfo text, const char *piece, int length, bool spaced)
{
	if (text->len > 0)
	{
		char before = text->data[text->len - 1];

		if (spaced || (is_word_character(before) && is_word_character(*piece)))
			appendStringInfoChar(text, ' ');
	}
	appendBinaryStringInfo(text, piece, length);
}

/*
 * Returns the text of the statement with its edits, in which what was between two
 * tokens is one space.
 */
static char *
edited_text(const ShapeStatement *statement, ShapeValues *values)
{
	const SqlTokens *tokens = values->tokens;
	StringInfoData text;
	int next = 0;
	int end = -1;

	qsort(values->edits, values->nedits, sizeof(ShapeEdit), edit_compare);
	initStringInfo(&text);
	for (int i = statement->first; i < statement->end; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		bool spaced = end >= 0 && token->start > end;

		while (next < values->nedits && values->edits[next].first < i)
			next++;
		if (next < values->nedits && values->edits[next].first == i)
		{
			const ShapeEdit *edit = &values->edits[next++];
			/* An operator in the place of IN would join with one before it. */
			bool apart =
				*edit->text != '$' && !sql_tokens_is(tokens, i - 1, '(');

			append_piece(&text, edit->text, strlen(edit->text),
						 spaced || apart);
			i = edit->last;
			token = &tokens->tokens[i];
		}
		else
			append_piece(&text, tokens->sql + token->start, token->length,
						 spaced);
		end = token->start + token->length;
	}
	return text.data;
}

/* Adds the name to the parameter's columns unless it is there. */
static void
add_column(ShapeParam *param, const char *name)
{
	for (int i = 0; i < param->ncolumns; i++)
		if (strcmp(param->columns[i], name) == 0)
			return;
	if (param->columns == NULL)
		param->columns = palloc(8 * sizeof(char *));
	else if (param->ncolumns >= 8 &&
			 (param->ncolumns & (param->ncolumns - 1)) == 0)
		param->columns =
			repalloc(param->columns, 2 * param->ncolumns * sizeof(char *));
	param->columns[param->ncolumns++] = pstrdup(name);
}

/* Adds the names that columns of the parameter have elsewhere. */
static void
add_renamed_columns(ShapeParam *param, const List *renames)
{
	int before;

	do
	{
		before = param->ncolumns;
		for (int i = 0; i + 1 < list_length(renames); i += 2)
			for (int j = 0; j < param->ncolumns; j++)
			{
				if (strcmp(param->columns[j], list_nth(renames, i)) == 0)
					add_column(param, list_nth(renames, i + 1));
				else if (strcmp(param->columns[j], list_nth(renames, i + 1)) ==
						 0)
					add_column(param, list_nth(renames, i));
			}
	} while (param->ncolumns > before);
}

/* Is the name of a column that of a whole row, or may it be? */
static bool
is_row(const ShapeValues *values, const char *name)
{
	return texts_member(values->rows, name);
}

/* Fills a parameter of the shape from the value that it is. */
static void
fill_param(ShapeParam *param, const ShapeValues *values, int value)
{
	*param = values->values[value];
	param->items = palloc(Max(param->nitems, 1) * sizeof(ShapeItem));
	for (int i = 0; i < param->nitems; i++)
	{
		const ShapeItem *item = &values->values[value].items[i];

		param->items[i].param = item->param;
		param->items[i].text = item->text ? pstrdup(item->text) : NULL;
	}
	param->page = true;
	for (int i = 0; i < values->nuses; i++)
	{
		const ShapeUse *use = &values->uses[i];
		bool any = !use->settled && use->column_to == use->column_from;

		if (values->same_as[use->value] != value)
			continue;
		param->page &= use->page;
		for (int j = any ? 0 : use->column_from;
			 j < (any ? values->ncolumns : use->column_to); j++)
			add_column(param, values->columns[j]);
	}
	add_renamed_columns(param, values->renames);
	for (int i = 0; i < param->ncolumns; i++)
		if (is_row(values, param->columns[i]))
			add_column(param, "*");
}

/* Fills the shape, in the caller's memory context. */
static void
fill_shape(Shape *shape, const ShapeKey *key, const ShapeValues *values,
		   const List *tables)
{
	shape->sql = pstrdup(key->sql);
	shape->key = key->key;
	shape->row_width = key->row_width;
	shape->nparams = key->nparams;
	shape->params = palloc(Max(key->nparams, 1) * sizeof(ShapeParam));
	for (int i = 0; i < key->nparams; i++)
		fill_param(&shape->params[i], values, key->values[i]);
	shape->tables = palloc(Max(list_length(tables), 1) * sizeof(char *));
	for (int i = 0; i < list_length(tables); i++)
		shape->tables[shape->ntables++] = pstrdup(list_nth(tables, i));
	for (int i = 1; i < list_length(values->renames); i += 2)
		shape->renamed |= strcmp(list_nth(values->renames, i), "*") == 0;
}

/*
 * Reads text that has no tree, or one that is not walked: each constant is a value,
 * and may be one of any column.
 */
static void
read_tokens(Shape *shape, const SqlTokens *tokens, MemoryContext caller)
{
	ShapeStatement whole = {.end = tokens->n};
	ShapeValues *values = shape_values_start(tokens);
	List *names = NIL;
	ShapeKey *key;

	shape_values_all_tokens(values);
	for (int i = 0; i < values->ncolumns; i++)
		names = lappend(names, unconstify(char *, values->columns[i]));
	key = shape_key_find(edited_text(&whole, values), values->same_as,
						 values->nvalues, false);
	MemoryContextSwitchTo(caller);
	fill_shape(shape, key, values, names);
}

/* Reads the text. Errors: those of the scanner and the grammar. */
static void
read_text(Shape *shape, const char *sql, ShapeForm form, MemoryContext caller)
{
	SqlTokens *tokens = sql_tokens_read(sql);
	ShapeStatement statement =
		shape_statement_find(raw_parser(sql, RAW_PARSE_DEFAULT), tokens);
	ShapeValues *values;
	ShapeTree tree;
	ShapeKey *key;

	shape->problem = statement.problem;
	if (statement.select == NULL)
	{
		read_tokens(shape, tokens, caller);
		return;
	}
	values = shape_values_start(tokens);
	if (form == SHAPE_FORM_BARE)
		shape_bare_start(&statement, values);
	tree = shape_walk(statement.select, values);
	if (form == SHAPE_FORM_BARE)
		shape->cut = shape_bare_cut(&statement, values);
	if (tree.writes)
	{
		/* The values of what is written are none of the SELECT's. */
		shape->problem = "it writes";
		read_tokens(shape, tokens, caller);
		return;
	}
	if (tree.into)
		shape->problem = "it is a SELECT INTO, which makes a table";
	else if (tree.locks)
		shape->problem = "it locks rows, as by FOR UPDATE";
	key = shape_key_find(edited_text(&statement, values), values->same_as,
						 values->nvalues, form == SHAPE_FORM_ANY_COLUMNS);
	MemoryContextSwitchTo(caller);
	fill_shape(shape, key, values, tree.tables);
}

/* Raises an error for lack of memory anew; forgets any other one. */
static void
forget_error(MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode == ERRCODE_OUT_OF_MEMORY)
		PG_RE_THROW();
	FlushErrorState();
}

/* Reads text that the grammar does not: its tokens, if there are any. */
static void
read_damaged(Shape *shape, const char *sql, ShapeForm form,
			 MemoryContext context, MemoryContext caller)
{
	/*
	 * With another standard_conforming_strings than it was written for, what is a
	 * constant may look like a name.
	 */
	bool usable = form != SHAPE_FORM_BARE || strchr(sql, '\\') == NULL;

	memset(shape, 0, sizeof(*shape));
	shape->problem = "no parser reads it: it has a syntax error";
	PG_TRY();
	{
		error_context_stack = NULL;
		MemoryContextSwitchTo(context);
		if (usable)
			read_tokens(shape, sql_tokens_read(sql), caller);
	}
	PG_CATCH();
	{
		forget_error(context);
		shape->sql = NULL;
		shape->nparams = 0;
		shape->ntables = 0;
		shape->key = shape_key_of_text(sql);
	}
	PG_END_TRY();
}

static Shape *
read_as(const char *sql, ShapeForm form)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "perfcheck shape",
												  ALLOCSET_DEFAULT_SIZES);
	Shape *shape = palloc0(sizeof(*shape));
	int client_level = client_min_messages;
	int server_level = compat_log_min_messages;
	volatile bool damaged = false;

	/* The scanner warns of long names, which the statement itself did before. */
	client_min_messages = compat_log_min_messages = ERROR;
	PG_TRY();
	{
		error_context_stack = NULL;
		MemoryContextSwitchTo(context);
		read_text(shape, sql, form, caller);
	}
	PG_CATCH();
	{
		client_min_messages = client_level;
		compat_log_min_messages = server_level;
		forget_error(context);
		damaged = true;
	}
	PG_END_TRY();
	if (damaged)
		read_damaged(shape, sql, form, context, caller);
	client_min_messages = client_level;
	compat_log_min_messages = server_level;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return shape;
}

Shape *
shape_read(const char *sql, bool any_columns)
{
	return read_as(sql,
				   any_columns ? SHAPE_FORM_ANY_COLUMNS : SHAPE_FORM_PLAIN);
}

Shape *
shape_read_bare(const char *sql)
{
	return read_as(sql, SHAPE_FORM_BARE);
}
