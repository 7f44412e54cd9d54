/*-------------------------------------------------------------------------
 *
 * shape_values.c
 *		The values of a statement, and what its shape has in their place.
 *
 * The tree of the grammar says what is a constant and where it stands, and the
 * tokens which part of the text it is. A parameter takes its type from what is
 * around it, as a string does, but a number brings one. Where that would differ, a
 * type is added to the parameter; shape_key.c leaves such types out of the key.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/value.h"

#include "record/shape_values.h"

/* What a constant is; the numbers are in the order of their range. */
typedef enum ConstantKind
{
	CONSTANT_NONE, /* it has no type: NULL, or a parameter */
	CONSTANT_INTEGER,
	CONSTANT_BIGINT,
	CONSTANT_NUMERIC,
	CONSTANT_STRING,
	CONSTANT_BITS,
	CONSTANT_BOOLEAN
} ConstantKind;

static const char *const constant_types[] = {
	NULL, "integer", "bigint", "numeric", "text", NULL, "boolean"};

/* Constants and parameters that become an array. */
typedef struct Items
{
	ConstantKind kind;
	const TypeName *type; /* that each has, or NULL */
	const char *type_text;
	bool untyped_param; /* there is a parameter without one */
	bool braces;        /* and a string that begins as an array does */
	int n;
	ShapeItem *items;
} Items;

ShapeValues *
shape_values_start(const SqlTokens *tokens)
{
	ShapeValues *values = palloc0(sizeof(*values));

	values->tokens = tokens;
	values->values_room = values->edits_room = values->uses_room =
		values->columns_room = 32;
	values->values = palloc(values->values_room * sizeof(ShapeParam));
	values->same_as = palloc(values->values_room * sizeof(int));
	values->edits = palloc(values->edits_room * sizeof(ShapeEdit));
	values->uses = palloc(values->uses_room * sizeof(ShapeUse));
	values->columns = palloc(values->columns_room * sizeof(char *));
	return values;
}

void
shape_values_column(ShapeValues *values, const char *name)
{
	if (values->ncolumns == values->columns_room)
		values->columns = repalloc(
			values->columns, (values->columns_room *= 2) * sizeof(char *));
	values->columns[values->ncolumns++] = name;
}

void
shape_values_rename(ShapeValues *values, const char *name, const char *other)
{
	if (strcmp(name, other) != 0)
		values->renames =
			lappend(lappend(values->renames, unconstify(char *, name)),
					unconstify(char *, other));
}

/* Returns the number of a new value that has these items. */
static int
value_add(ShapeValues *values, bool list, int nitems, ShapeItem *items)
{
	ShapeParam *value;

	if (values->nvalues == values->values_room)
	{
		values->values_room *= 2;
		values->values =
			repalloc(values->values, values->values_room * sizeof(ShapeParam));
		values->same_as =
			repalloc(values->same_as, values->values_room * sizeof(int));
	}
	value = &values->values[values->nvalues];
	memset(value, 0, sizeof(*value));
	value->list = list;
	value->nitems = nitems;
	value->items = items;
	values->same_as[values->nvalues] = values->nvalues;
	return values->nvalues++;
}

/* Returns the number of a new value of one item. */
static int
value_add_one(ShapeValues *values, int param, const char *text)
{
	ShapeItem *item = palloc(sizeof(*item));

	item->param = param;
	item->text = text;
	return value_add(values, false, 1, item);
}

/* Notes that the value is used at the token. */
static void
use_add(ShapeValues *values, int value, int token, ShapePlace place)
{
	ShapeUse *use;

	if (values->nuses == values->uses_room)
		values->uses =
			repalloc(values->uses, (values->uses_room *= 2) * sizeof(ShapeUse));
	use = &values->uses[values->nuses++];
	use->value = value;
	use->place = values->tokens->tokens[token].start;
	use->column_from = use->column_to = 0;
	use->settled = use->page = place == SHAPE_PLACE_PAGE;
}

void
shape_values_edit(ShapeValues *values, int first, int last, const char *text)
{
	ShapeEdit *edit;

	if (values->nedits == values->edits_room)
		values->edits = repalloc(values->edits,
								 (values->edits_room *= 2) * sizeof(ShapeEdit));
	edit = &values->edits[values->nedits++];
	edit->first = first;
	edit->last = last;
	edit->text = text;
}

/* Returns what the constant is, and its text. */
static ConstantKind
constant_read(const A_Const *constant, const char **text)
{
	const char *number;
	char *end;

	*text = NULL;
	if (constant->isnull)
		return CONSTANT_NONE;
	switch (nodeTag(&constant->val))
	{
		case T_Integer:
			*text = psprintf("%d", constant->val.ival.ival);
			return CONSTANT_INTEGER;
		case T_Float:
			*text = number = constant->val.fval.fval;
			errno = 0;
			(void) strtoll(number, &end, 10);
			return *end == '\0' && errno == 0 ? CONSTANT_BIGINT
											  : CONSTANT_NUMERIC;
		case T_String:
			*text = constant->val.sval.sval;
			return CONSTANT_STRING;
		case T_BitString:
			*text = constant->val.bsval.bsval;
			return CONSTANT_BITS;
		default:
			*text = constant->val.boolval.boolval ? "true" : "false";
			return CONSTANT_BOOLEAN;
	}
}

/*
 * Finds the tokens of the constant: with the sign and the parentheses that the
 * grammar takes into it, and the escape of a Unicode string. Returns whether there
 * is a constant in the text at all.
 */
static bool
constant_tokens(const SqlTokens *tokens, const A_Const *constant, int *first,
				int *last)
{
	int i = sql_tokens_at(tokens, constant->location);
	int open = 0;

	if (i < 0)
		return false;
	*first = i;
	while (sql_tokens_is(tokens, i, '-') || sql_tokens_is(tokens, i, '('))
		open += sql_tokens_is(tokens, i++, '(');
	if (i >= tokens->n || !sql_token_is_constant(&tokens->tokens[i]))
		return false;
	if (tokens->tokens[i].kind == SQL_TOKEN_UNICODE_STRING &&
		sql_tokens_is_word(tokens, i + 1, SQL_WORD_UESCAPE))
		i += 2;
	for (; open > 0; open--)
		if (!sql_tokens_is(tokens, ++i, ')'))
			return false;
	*last = i;
	return true;
}

/* Is the last of the names that a type has this one? */
static bool
type_is(const TypeName *type, const char *name)
{
	return type->names != NIL && strcmp(strVal(llast(type->names)), name) == 0;
}

/* Does the text of a constant of this kind mean the same as one of the type? */
static bool
type_keeps(const TypeName *type, ConstantKind kind)
{
	static const char *const wide[] = {"numeric", "float4",  "float8",
									   "text",    "varchar", "bpchar"};
	static const char *const whole[] = {"int2", "int4", "int8"};

	if (type->arrayBounds != NIL)
		return kind == CONSTANT_STRING || kind == CONSTANT_NONE;
	/* '3'::interval day is three days, but an interval of '3' is seconds. */
	if (type_is(type, "interval") && type->typmods != NIL)
		return false;
	if (kind == CONSTANT_NONE || kind == CONSTANT_STRING)
		return true;
	if (kind > CONSTANT_NUMERIC)
		return false;
	for (int i = 0; i < lengthof(wide); i++)
		if (type_is(type, wide[i]))
			return true;
	for (int i = 0; i < lengthof(whole); i++)
		if (type_is(type, whole[i]))
			return kind != CONSTANT_NUMERIC;
	return false;
}

/* Returns the type to be added to a constant at this place, or NULL. */
static const char *
type_added(ConstantKind kind, ShapePlace place)
{
	switch (place)
	{
		case SHAPE_PLACE_PEER:
		case SHAPE_PLACE_PAGE:
			return kind == CONSTANT_BIGINT || kind == CONSTANT_NUMERIC
					   ? constant_types[kind]
					   : NULL;
		case SHAPE_PLACE_CAST:
			return NULL;
		case SHAPE_PLACE_ANY_TYPE:
			return constant_types[kind];
		default:
			return kind == CONSTANT_STRING ? NULL : constant_types[kind];
	}
}

/* Returns the text of a parameter with a type, if there is one. */
static const char *
param_text(int value, const char *type, const char *brackets)
{
	return type ? psprintf("$%d::%s%s", value + 1, type, brackets)
				: psprintf("$%d", value + 1);
}

bool
shape_values_keeps(const ShapeValues *values, const A_Const *constant)
{
	int token = sql_tokens_at(values->tokens, constant->location);

	return values->kept == NULL || (token >= 0 && values->kept[token]);
}

/* May the tokens from first to last stay in the text? */
static bool
tokens_stay(const ShapeValues *values, int first, int last)
{
	for (int i = first; values->kept != NULL && i <= last; i++)
		if (sql_token_is_constant(&values->tokens->tokens[i]) &&
			!values->kept[i])
			return false;
	return true;
}

/* Does a constant of this kind stay as it is at this place? */
static bool
constant_stays(const ShapeValues *values, const A_Const *constant,
			   ConstantKind kind, ShapePlace place)
{
	if (kind == CONSTANT_NONE || kind == CONSTANT_BOOLEAN ||
		place == SHAPE_PLACE_KEEP)
		return true;
	if (place == SHAPE_PLACE_RESULT && kind != CONSTANT_STRING)
		return kind == CONSTANT_BITS || shape_values_keeps(values, constant);
	if (place == SHAPE_PLACE_POSITION && kind == CONSTANT_INTEGER)
		return shape_values_keeps(values, constant);
	return kind == CONSTANT_BITS && place != SHAPE_PLACE_PEER &&
		   place != SHAPE_PLACE_CAST;
}

void
shape_values_constant(ShapeValues *values, const A_Const *constant,
					  ShapePlace place)
{
	const char *text;
	ConstantKind kind = constant_read(constant, &text);
	int first;
	int last;
	int value;

	if (constant_stays(values, constant, kind, place) ||
		!constant_tokens(values->tokens, constant, &first, &last))
		return;
	value = value_add_one(values, 0, text);
	use_add(values, value, first, place);
	shape_values_edit(values, first, last,
					  param_text(value, type_added(kind, place), ""));
}

/*
 * Returns the first token of the type of a constant that stands before it, as in
 * date '2026-01-01', and -1 if it stands behind it.
 */
static int
cast_prefix(const SqlTokens *tokens, const TypeCast *cast)
{
	return cast->location < 0 ? sql_tokens_at(tokens, cast->typeName->location)
							  : -1;
}

bool
shape_values_cast(ShapeValues *values, const TypeCast *cast, ShapePlace place)
{
	const SqlTokens *tokens = values->tokens;
	const A_Const *constant = (const A_Const *) cast->arg;
	const char *text;
	const char *type = NULL;
	ConstantKind kind;
	int first;
	int last;
	int prefix;
	int value;

	if (!IsA(cast->arg, A_Const))
		return false;
	kind = constant_read(constant, &text);
	if (constant_stays(values, constant, kind,
					   place == SHAPE_PLACE_KEEP ? place : SHAPE_PLACE_CAST) ||
		!constant_tokens(tokens, constant, &first, &last))
		return true;
	if (!type_keeps(cast->typeName, kind))
	{
		type = kind == CONSTANT_STRING ? NULL : constant_types[kind];
		if (type == NULL)
			return true;
	}
	prefix = cast_prefix(tokens, cast);
	if (prefix >= 0 && !tokens_stay(values, prefix, first - 1))
		return true;
	value = value_add_one(values, 0, text);
	use_add(values, value, first, place);
	if (prefix >= 0 && prefix < first)
		shape_values_edit(
			values, prefix, last,
			param_text(value, sql_tokens_text(tokens, prefix, first - 1), ""));
	else
		shape_values_edit(values, first, last, param_text(value, type, ""));
	return true;
}

void
shape_values_param(ShapeValues *values, const ParamRef *param, ShapePlace place)
{
	int token = sql_tokens_at(values->tokens, param->location);
	int value;

	if (token < 0)
		return;
	for (value = 0; value < values->nvalues; value++)
		if (!values->values[value].list && !values->values[value].in_row &&
			values->values[value].items[0].param == param->number)
			break;
	if (value == values->nvalues)
		value = value_add_one(values, param->number, NULL);
	use_add(values, value, token, place);
	shape_values_edit(values, token, token, param_text(value, NULL, ""));
}

void
shape_values_row_param(ShapeValues *values, const ParamRef *param)
{
	int token = sql_tokens_at(values->tokens, param->location);
	int value;

	if (token < 0)
		return;
	value = value_add_one(values, param->number, NULL);
	values->values[value].in_row = true;
	use_add(values, value, token, SHAPE_PLACE_PEER);
	shape_values_edit(values, token, token, param_text(value, NULL, ""));
}

/*
 * Returns the text of the type that an item of a list has, or NULL if it cannot be
 * told where it ends.
 */
static const char *
item_type_text(const ShapeValues *values, const TypeCast *cast)
{
	const SqlTokens *tokens = values->tokens;
	int first = cast_prefix(tokens, cast);
	int i;

	if (cast->location < 0)
	{
		if (first < 0)
			return NULL;
		for (i = first; i < tokens->n; i++)
			if (sql_token_is_constant(&tokens->tokens[i]))
				return i > first && tokens_stay(values, first, i - 1)
						   ? sql_tokens_text(tokens, first, i - 1)
						   : NULL;
		return NULL;
	}
	first = sql_tokens_at(tokens, cast->location) + 1;
	if (first < 1 || tokens->tokens[first - 1].kind != SQL_TOKEN_TYPECAST)
		return NULL;
	for (i = first; i < tokens->n; i++)
	{
		if (sql_tokens_is(tokens, i, ',') || sql_tokens_is(tokens, i, ')') ||
			sql_tokens_is(tokens, i, ']'))
			break;
		if (tokens->tokens[i].partner > i)
			i = tokens->tokens[i].partner;
	}
	return i > first && tokens_stay(values, first, i - 1)
			   ? sql_tokens_text(tokens, first, i - 1)
			   : NULL;
}

/* Adds the node to the items. Returns whether it can be one of them. */
static bool
items_add(const ShapeValues *values, const Node *node, Items *items)
{
	ConstantKind kind = CONSTANT_NONE;
	const TypeName *type = NULL;
	ShapeItem *item = &items->items[items->n++];

	item->param = 0;
	item->text = NULL;
	if (IsA(node, TypeCast))
	{
		const TypeCast *cast = (const TypeCast *) node;

		type = cast->typeName;
		node = cast->arg;
		/* Up to 17, true is a string with this type. */
		if (IsA(node, A_Const) && cast->location < 0 && type->location < 0)
			type = NULL;
		else if (items->type_text == NULL)
		{
			items->type_text = item_type_text(values, cast);
			if (items->type_text == NULL)
				return false;
		}
	}
	if (IsA(node, ParamRef))
		item->param = ((const ParamRef *) node)->number;
	else if (IsA(node, A_Const))
		kind = constant_read((const A_Const *) node, &item->text);
	else
		return false;
	if (type != NULL)
	{
		/* An array of arrays has no arrays as elements. */
		if (!type_keeps(type, kind) || type->arrayBounds != NIL ||
			(items->type != NULL && !equal(items->type, type)))
			return false;
		items->type = type;
		return true;
	}
	if (kind == CONSTANT_NONE)
	{
		items->untyped_param |= item->param > 0;
		return true;
	}
	items->braces |= kind == CONSTANT_STRING && item->text[0] == '{';
	if (items->kind == CONSTANT_NONE ||
		(items->kind < kind && kind <= CONSTANT_NUMERIC))
		items->kind = kind;
	return kind == items->kind || Max(kind, items->kind) <= CONSTANT_NUMERIC;
}

/* Makes an item of each node. Returns whether all can be one array. */
static bool
items_read(const ShapeValues *values, const List *nodes, Items *items)
{
	ListCell *cell;

	memset(items, 0, sizeof(*items));
	items->items = palloc(Max(list_length(nodes), 1) * sizeof(ShapeItem));
	foreach(cell, nodes)
		if (!items_add(values, lfirst(cell), items))
			return false;
	/* A string that may be an array itself would not become an element. */
	if (items->type == NULL)
		return !items->braces;
	/* The type of one item is that of the others if it can be. */
	return type_keeps(items->type, items->kind) &&
		   !(items->untyped_param && type_keeps(items->type, CONSTANT_INTEGER));
}

/* Returns the text that stands for the array, which has the number value. */
static const char *
items_text(const Items *items, int value, ShapePlace place)
{
	return param_text(
		value, items->type ? items->type_text : type_added(items->kind, place),
		"[]");
}

bool
shape_values_in(ShapeValues *values, const A_Expr *in, bool typed)
{
	const SqlTokens *tokens = values->tokens;
	int first = sql_tokens_at(tokens, in->location);
	bool negated = sql_tokens_is_word(tokens, first, SQL_WORD_NOT);
	int open = first + (negated ? 2 : 1);
	Items items;
	int value;

	if (first < 0 || !sql_tokens_is(tokens, open, '(') ||
		tokens->tokens[open].partner < 0 ||
		!items_read(values, (List *) in->rexpr, &items))
		return false;
	value = value_add(values, true, items.n, items.items);
	use_add(values, value, open, SHAPE_PLACE_PEER);
	shape_values_edit(
		values, first, tokens->tokens[open].partner,
		psprintf("%s(%s)", negated ? "<> ALL" : "= ANY",
				 items_text(&items, value,
							typed ? SHAPE_PLACE_PEER : SHAPE_PLACE_ANY_TYPE)));
	return true;
}

bool
shape_values_array(ShapeValues *values, const A_ArrayExpr *array,
				   ShapePlace place)
{
	const SqlTokens *tokens = values->tokens;
	int first = sql_tokens_at(tokens, array->location);
	bool told = place == SHAPE_PLACE_PEER || place == SHAPE_PLACE_CAST;
	Items items;
	int value;

	if (place == SHAPE_PLACE_KEEP ||
		!sql_tokens_is_word(tokens, first, SQL_WORD_ARRAY) ||
		!sql_tokens_is(tokens, first + 1, '[') ||
		tokens->tokens[first + 1].partner < 0 ||
		!items_read(values, array->elements, &items))
		return false;
	if (!told)
		place = SHAPE_PLACE_ANY_TYPE;
	if (!told && items.type == NULL && type_added(items.kind, place) == NULL)
		return false;
	value = value_add(values, true, items.n, items.items);
	use_add(values, value, first, place);
	shape_values_edit(values, first, tokens->tokens[first + 1].partner,
					  items_text(&items, value, place));
	return true;
}

/* Returns the first token of an item, or -1. */
static int
item_first(const SqlTokens *tokens, const Node *node)
{
	if (IsA(node, TypeCast))
	{
		int prefix = cast_prefix(tokens, (const TypeCast *) node);

		if (prefix >= 0)
			return prefix;
		node = ((const TypeCast *) node)->arg;
	}
	return sql_tokens_at(tokens, IsA(node, ParamRef)
									 ? ((const ParamRef *) node)->location
									 : ((const A_Const *) node)->location);
}

bool
shape_values_rows(ShapeValues *values, List *rows)
{
	const SqlTokens *tokens = values->tokens;
	int width = list_length(linitial(rows));
	Items *columns = palloc(width * sizeof(Items));
	StringInfoData text;
	StringInfoData names;
	int first;
	int last;

	for (int i = 0; i < width; i++)
	{
		List *column = NIL;
		ListCell *row;

		foreach(row, rows)
		{
			if (list_length(lfirst(row)) != width)
				return false;
			column = lappend(column, list_nth(lfirst(row), i));
		}
		if (!items_read(values, column, &columns[i]) ||
			(columns[i].type == NULL &&
			 type_added(columns[i].kind, SHAPE_PLACE_ANY_TYPE) == NULL))
			return false;
	}
	first = item_first(tokens, linitial(linitial(rows))) - 2;
	last = item_first(tokens, linitial(llast(rows))) - 1;
	if (first < 0 || !sql_tokens_is_word(tokens, first, SQL_WORD_VALUES) ||
		!sql_tokens_is(tokens, last, '('))
		return false;
	initStringInfo(&text);
	initStringInfo(&names);
	for (int i = 0; i < width; i++)
	{
		int value = value_add(values, true, columns[i].n, columns[i].items);
		const char *separator = i > 0 ? ", " : "";

		use_add(values, value, first, SHAPE_PLACE_OPERAND);
		appendStringInfo(&text, "%s%s", separator,
						 items_text(&columns[i], value, SHAPE_PLACE_ANY_TYPE));
		appendStringInfo(&names, "%scolumn%d", separator, i + 1);
	}
	shape_values_edit(values, first, tokens->tokens[last].partner,
					  psprintf("SELECT * FROM unnest(%s) AS listed (%s)",
							   text.data, names.data));
	return true;
}

void
shape_values_all_tokens(ShapeValues *values)
{
	const SqlTokens *tokens = values->tokens;

	for (int i = 0; i < tokens->n; i++)
	{
		const SqlToken *token = &tokens->tokens[i];
		int value;

		if (token->name != NULL)
			shape_values_column(values, token->name);
		if (token->kind == SQL_TOKEN_UNICODE_IDENTIFIER)
			shape_values_column(values, "*");
		if (!sql_token_is_constant(token) && token->kind != SQL_TOKEN_PARAM)
			continue;
		value = value_add_one(values, token->param,
							  token->param > 0 ? NULL
											   : sql_tokens_text(tokens, i, i));
		use_add(values, value, i, SHAPE_PLACE_OPERAND);
		shape_values_edit(values, i, i, param_text(value, NULL, ""));
	}
}
