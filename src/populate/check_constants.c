/*-------------------------------------------------------------------------
 *
 * check_constants.c
 *		The constants that the CHECKs of a column name.
 *
 * A value that a CHECK accepts is mostly one of its constants, or lies between two of
 * them, or is a document with the keys that it looks for. Which, is found by trying.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "base/texts.h"
#include "shared/splitmix64.h"

#include "populate/check_constants.h"

/* No document is nested deeper. */
#define DEEPEST_PATH 8

typedef struct ConstantSearch
{
	List *texts;
	List *paths;  /* Lists of char *: keys, from the outermost on */
	List *likely; /* of each path, a List: JSON values that its CHECK names */
} ConstantSearch;

/* ---- constants ---- */

/* The elements of a constant that is an array; NIL if it is none. */
static List *
element_texts(const Const *constant)
{
	Oid element = get_base_element_type(constant->consttype);
	List *texts = NIL;
	int16 length;
	bool by_value;
	char align;
	Datum *values;
	bool *nulls;
	int n;

	if (!OidIsValid(element) || !type_is_array(constant->consttype))
		return NIL;
	get_typlenbyvalalign(element, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(constant->constvalue), element, length,
					  by_value, align, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			texts = lappend(texts, texts_of_value(element, values[i]));
	return texts;
}

static void
add_constant(ConstantSearch *search, const Const *constant)
{
	ListCell *cell;

	if (constant->constisnull)
		return;
	foreach(cell, element_texts(constant))
		search->texts = texts_add(search->texts, lfirst(cell));
	search->texts =
		texts_add(search->texts,
				  texts_of_value(constant->consttype, constant->constvalue));
}

/* ---- keys of JSON ---- */

static Node *
below_conversion(Node *node)
{
	while (node != NULL)
	{
		if (IsA(node, RelabelType))
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceViaIO))
			node = (Node *) ((CoerceViaIO *) node)->arg;
		else
			break;
	}
	return node;
}

/* The keys that lead to a part of a document: a -> 'b' ->> 'c' has b and c. */
static List *
path_of(Node *node)
{
	const OpExpr *expression = (const OpExpr *) below_conversion(node);
	char *name;
	Node *right;
	List *path;

	if (expression == NULL || !IsA(expression, OpExpr) ||
		list_length(expression->args) != 2)
		return NIL;
	name = get_opname(expression->opno);
	right = below_conversion(lsecond(expression->args));
	if (!IsA(right, Const) || ((Const *) right)->constisnull)
		return NIL;
	path = path_of(linitial(expression->args));
	if (strcmp(name, "->") == 0 || strcmp(name, "->>") == 0)
	{
		if (((Const *) right)->consttype != TEXTOID)
			return NIL;
		return lappend(
			path, texts_of_value(TEXTOID, ((const Const *) right)->constvalue));
	}
	if (strcmp(name, "#>") == 0 || strcmp(name, "#>>") == 0)
		return list_concat(path, element_texts((Const *) right));
	return NIL;
}

static void
add_paths(ConstantSearch *search, const OpExpr *expression)
{
	char *name = get_opname(expression->opno);
	List *path = path_of((Node *) expression);
	List *outer;
	List *keys = NIL;
	Node *right;
	ListCell *cell;

	if (path != NIL)
		search->paths = lappend(search->paths, path);
	if (list_length(expression->args) != 2 || name == NULL || name[0] != '?')
		return;
	right = below_conversion(lsecond(expression->args));
	if (!IsA(right, Const) || ((Const *) right)->constisnull)
		return;
	outer = path_of(linitial(expression->args));
	keys = element_texts((Const *) right);
	if (keys == NIL)
		keys = list_make1(texts_of_value(((Const *) right)->consttype,
										 ((Const *) right)->constvalue));
	foreach(cell, keys)
		search->paths =
			lappend(search->paths, lappend(list_copy(outer), lfirst(cell)));
}

static bool
find_constants(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Const))
		add_constant(context, (Const *) node);
	else if (IsA(node, OpExpr))
		add_paths(context, (OpExpr *) node);
	return expression_tree_walker(node, find_constants, context);
}

/* A value that a constant of a CHECK stands for: of a type, a number or a string. */
static char *
likely_value(const char *text)
{
	static const struct
	{
		const char *type;
		const char *value;
	} types[] = {{"array", "[]"},
				 {"object", "{}"},
				 {"number", "1"},
				 {"string", "\"new\""},
				 {"boolean", "true"}};
	StringInfoData out;

	for (int i = 0; i < lengthof(types); i++)
		if (strcmp(types[i].type, text) == 0)
			return pstrdup(types[i].value);
	if (strspn(text, "0123456789") == strlen(text) && *text != '\0' &&
		(*text != '0' || text[1] == '\0') && strlen(text) < 10)
		return pstrdup(text);
	initStringInfo(&out);
	escape_json(&out, text);
	return out.data;
}

static bool
is_key(const List *paths, const char *text)
{
	ListCell *cell;
	ListCell *key;

	foreach(cell, paths)
		foreach(key, (List *) lfirst(cell))
			if (strcmp(lfirst(key), text) == 0)
				return true;
	return false;
}

/* The values of the paths of one CHECK are likely its constants. */
static void
add_check(ConstantSearch *search, const ModelCheck *check)
{
	ConstantSearch one = {NIL, NIL, NIL};
	List *values = NIL;
	ListCell *cell;

	(void) find_constants(check->expression, &one);
	foreach(cell, one.texts)
	{
		search->texts = texts_add(search->texts, lfirst(cell));
		if (*(char *) lfirst(cell) != '{' && !is_key(one.paths, lfirst(cell)))
			values = lappend(values, likely_value(lfirst(cell)));
	}
	/* Those of which something is likely come first. */
	foreach(cell, one.paths)
		if (values != NIL)
		{
			search->paths = lcons(lfirst(cell), search->paths);
			search->likely = lcons(values, search->likely);
		}
		else
		{
			search->paths = lappend(search->paths, lfirst(cell));
			search->likely = lappend(search->likely, NIL);
		}
}

static ConstantSearch
search_checks(const TableModel *model, AttrNumber attnum)
{
	ConstantSearch search = {NIL, NIL, NIL};
	ListCell *cell;

	foreach(cell, model->checks)
		if (bms_is_member(attnum, ((ModelCheck *) lfirst(cell))->columns))
			add_check(&search, lfirst(cell));
	return search;
}

List *
check_constants_find(const TableModel *model, AttrNumber attnum)
{
	return search_checks(model, attnum).texts;
}

/* ---- documents ---- */

/* A value of a kind: some plain ones, and then the constants as strings. */
static void
put_scalar(StringInfo out, const ConstantSearch *search, uint64 kind)
{
	static const char *const plain[] = {"\"new\"", "1",    "true",  "[]",
										"{}",      "10.5", "\"1\"", "null"};
	const char *text;

	if (kind < lengthof(plain))
	{
		appendStringInfoString(out, plain[kind]);
		return;
	}
	text = list_nth(search->texts,
					(kind - lengthof(plain)) % list_length(search->texts));
	if (kind - lengthof(plain) >= (uint64) list_length(search->texts) &&
		strspn(text, "-0123456789.") == strlen(text) && *text != '\0' &&
		strlen(text) < 9)
		appendStringInfoString(out, text);
	else
		escape_json(out, text);
}

/* The paths that go on below a key, without it, and what is likely of them. */
static List *
paths_below(const List *paths, const List *likely, const char *key,
			List **likely_below)
{
	List *below = NIL;
	ListCell *cell;
	ListCell *values;

	*likely_below = NIL;
	forboth(cell, paths, values, likely)
	{
		const List *path = lfirst(cell);

		if (list_length(path) > 1 && strcmp(linitial(path), key) == 0)
		{
			below = lappend(below, list_delete_first(list_copy(path)));
			*likely_below = lappend(*likely_below, lfirst(values));
		}
	}
	return below;
}

static void
put_object(StringInfo out, const ConstantSearch *search, const List *paths,
		   const List *likely, uint64 variant, bool by_likely, int depth)
{
	List *seen = NIL;
	uint64 kinds = 8 + (uint64) list_length(search->texts) * 2;
	ListCell *cell;
	ListCell *values;

	appendStringInfoChar(out, '{');
	forboth(cell, paths, values, likely)
	{
		char *key = linitial((List *) lfirst(cell));
		List *below_likely;
		List *below = paths_below(paths, likely, key, &below_likely);
		int before = list_length(seen);

		seen = texts_add(seen, key);
		if (list_length(seen) == before)
			continue;
		if (before > 0)
			appendStringInfoString(out, ", ");
		escape_json(out, key);
		appendStringInfoString(out, ": ");
		/* All of one kind first, then each of its own. */
		if (below != NIL && depth < DEEPEST_PATH)
			put_object(out, search, below, below_likely,
					   splitmix64_number(variant, before), by_likely,
					   depth + 1);
		else if (by_likely && lfirst(values) != NIL)
			appendStringInfoString(
				out,
				list_nth(lfirst(values), splitmix64_number(variant, before) %
											 list_length(lfirst(values))));
		else if (by_likely)
			put_scalar(out, search, 0);
		else if (variant < kinds)
			put_scalar(out, search, variant);
		else
			put_scalar(out, search, splitmix64_number(variant, before) % kinds);
	}
	appendStringInfoChar(out, '}');
}

List *
check_constants_json(const TableModel *model, AttrNumber attnum, int most)
{
	ConstantSearch search = search_checks(model, attnum);
	List *documents = NIL;

	if (search.texts == NIL)
		return NIL;
	for (int variant = 0; search.paths != NIL && variant < most; variant++)
	{
		StringInfoData out;

		initStringInfo(&out);
		put_object(&out, &search, search.paths, search.likely, variant / 2,
				   variant % 2 == 0, 0);
		documents = texts_add(documents, out.data);
	}
	return documents;
}
