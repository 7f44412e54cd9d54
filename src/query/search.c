/*-------------------------------------------------------------------------
 *
 * search.c
 *		Recognizes a condition that looks for a parameter within a row's value.
 *
 * The condition is first written over its table: what views, CTEs and functions
 * in FROM give names to is put in their place (origin_resolve). It is then gone
 * down to the node that has columns on one side and parameters on the other, by
 * way of the one argument that has both: in similarity(name, $1) > 0.3, this is
 * the call of similarity(). The type of the column's side and the name of the
 * operator or function tell the form. Names are compared rather than oids,
 * because extensions bring operators that mean the same by another name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "query/operand.h"
#include "query/search.h"

/* ---- the two sides ---- */

static bool
search_add_child(Node *node, void *context)
{
	List **children = context;

	/* The arguments of some nodes come as a list, those of others one by one. */
	if (node != NULL && IsA(node, List))
		return expression_tree_walker(node, search_add_child, context);
	if (node != NULL)
		*children = lappend(*children, node);
	return false;
}

/* Goes down to the node between the sides; false if there is none. */
static bool
search_split(Node *node, Search *found, Node **between)
{
	for (;;)
	{
		List *children = NIL;
		List *columns = NIL;
		List *params = NIL;
		Node *both = NULL;
		ListCell *cell;

		(void) expression_tree_walker(node, search_add_child, &children);
		foreach(cell, children)
		{
			Node *child = lfirst(cell);
			bool has_params = operand_params(child) != NULL;

			if (!contain_var_clause(child))
				params = has_params ? lappend(params, child) : params;
			else if (!has_params)
				columns = lappend(columns, child);
			else if (both == NULL)
				both = child;
		}
		/* words @@ plainto_tsquery(language, $1): the words are searched. */
		if (both != NULL && columns != NIL && IsA(node, OpExpr) &&
			compat_btree_strategy(castNode(OpExpr, node)->opno) == 0)
			params = lcons(both, params);
		else if (both != NULL)
		{
			foreach(cell, params)
				found->asides = bms_add_members(found->asides,
												operand_params(lfirst(cell)));
			node = both;
			continue;
		}
		if (columns == NIL || params == NIL)
			return false;
		/* Of CASE, the branches are no sides. */
		if (!IsA(node, OpExpr) && !IsA(node, DistinctExpr) &&
			!IsA(node, FuncExpr) && !IsA(node, ScalarArrayOpExpr) &&
			!IsA(node, CoalesceExpr) && !IsA(node, MinMaxExpr) &&
			!compat_is_json_expression(node))
			return false;
		*between = node;
		origin_set_expression(&found->place, linitial(columns));
		found->operand = linitial(params);
		found->operands = params;
		found->left = linitial(columns) == linitial(children);
		/* Not so in flags & $1 = $1. */
		found->asides =
			bms_del_members(found->asides, operand_params((Node *) params));
		return true;
	}
}

/* ---- forms ---- */

static bool
search_is_one_of(const char *name, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

bool
search_is_pattern(const char *name)
{
	static const char *const names[] = {"~~",
										"~~*",
										"!~~",
										"!~~*",
										"~",
										"~*",
										"!~",
										"!~*",
										"^@",
										"starts_with",
										"strpos",
										"position",
										"textpos",
										"regexp_like",
										"regexp_match",
										"regexp_instr",
										"regexp_count",
										"regexp_substr"};

	return search_is_one_of(name, names, lengthof(names));
}

static bool
search_is_similarity(const char *name)
{
	static const char *const names[] = {"%",
										"<%",
										"%>",
										"<<%",
										"%>>",
										"<->",
										"<<->",
										"<->>",
										"<<<->",
										"<->>>",
										"similarity",
										"word_similarity",
										"strict_word_similarity",
										"levenshtein",
										"levenshtein_less_equal"};

	return search_is_one_of(name, names, lengthof(names));
}

bool
search_is_type(Oid type, const char *name)
{
	HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool is =
		HeapTupleIsValid(tuple) &&
		strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), name) == 0;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return is;
}

/* The form of an operator or function on a value of a type; names are few. */
static SearchForm
search_form_of_type(Oid type, const char *name, bool left, const Node *operand)
{
	Oid operand_type = getBaseType(exprType(operand));

	if (OidIsValid(get_element_type(type)))
		return SEARCH_ARRAY;
	if (type_is_range(operand_type) && !type_is_range(type) &&
		!type_is_multirange(type))
		return SEARCH_WITHIN;
	if (type_is_range(type) || type_is_multirange(type))
		return SEARCH_RANGE;
	switch (type)
	{
		case JSONBOID:
			return operand_type == JSONPATHOID ? SEARCH_PATH
				   : strchr(name, '?') != NULL ||
						   strncmp(name, "jsonb_exists", 12) == 0
					   ? SEARCH_KEY
				   : strcmp(name, "@>") == 0 || strcmp(name, "<@") == 0 ||
						   strncmp(name, "jsonb_contain", 13) == 0
					   ? SEARCH_DOCUMENT
					   : SEARCH_VALUE;
		case TSVECTOROID:
			return SEARCH_LEXEME;
		case INETOID:
		case CIDROID:
			return SEARCH_NETWORK;
		case POINTOID:
		case BOXOID:
		case CIRCLEOID:
		case POLYGONOID:
		case PATHOID:
		case LSEGOID:
			return SEARCH_SHAPE;
		default:
			break;
	}
	if (strcmp(name, "@@") == 0)
		return SEARCH_LEXEME;
	if (search_is_type(type, "ltree"))
		return SEARCH_TREE;
	if (search_is_type(type, "hstore"))
		return strchr(name, '?') != NULL ? SEARCH_KEY
			   : strcmp(name, "@>") == 0 || strcmp(name, "<@") == 0
				   ? SEARCH_DOCUMENT
				   : SEARCH_VALUE;
	if (TypeCategory(type) != TYPCATEGORY_STRING)
		return SEARCH_VALUE;
	return left && search_is_pattern(name) ? SEARCH_PATTERN
		   : search_is_similarity(name)    ? SEARCH_SIMILAR
										   : SEARCH_VALUE;
}

/* The form of expr operator ANY (operand), and of the other way around. */
static SearchForm
search_form_of_array(const Search *found)
{
	if (found->strategy == 0 && found->left)
		return search_form_of_type(getBaseType(exprType(found->place.expr)),
								   found->name, true, found->operand);
	if (found->strategy == 0)
		return SEARCH_VALUE;
	if (found->strategy != BTEqualStrategyNumber &&
		found->strategy != COMPAT_STRATEGY_NE)
		return SEARCH_VALUE;
	return found->left ? SEARCH_ANY : SEARCH_ARRAY;
}

FuncExpr *
search_series(Node *operand)
{
	const char *name;

	while (IsA(operand, FuncExpr) &&
		   castNode(FuncExpr, operand)->funcformat != COERCE_EXPLICIT_CALL &&
		   list_length(castNode(FuncExpr, operand)->args) == 1)
		operand = linitial(castNode(FuncExpr, operand)->args);
	if (!IsA(operand, FuncExpr))
		return NULL;
	name = get_func_name(castNode(FuncExpr, operand)->funcid);
	return name != NULL && strcmp(name, "generate_series") == 0
			   ? castNode(FuncExpr, operand)
			   : NULL;
}

static SearchForm
search_form(const Search *found, const Node *between)
{
	Node *expr = found->place.expr;
	bool equal = found->strategy == BTEqualStrategyNumber;

	if (expression_returns_set(expr))
		return found->is_whole && IsA(between, OpExpr) &&
					   !contain_var_clause(found->operand) &&
					   (found->strategy != 0 || search_is_pattern(found->name))
				   ? SEARCH_MEMBER
				   : SEARCH_NONE;
	if (expression_returns_set(found->operand))
		return !found->is_whole || !equal              ? SEARCH_NONE
			   : search_series(found->operand) != NULL ? SEARCH_WITHIN
													   : SEARCH_ANY;
	if (IsA(between, ScalarArrayOpExpr))
		return search_form_of_array(found);
	if (strcmp(found->name, "overlaps") == 0 &&
		list_length(found->operands) == 2)
		return SEARCH_WITHIN;
	if (found->is_whole && found->strategy != 0)
		return SEARCH_COMPARED;
	return search_form_of_type(getBaseType(exprType(expr)), found->name,
							   found->left, found->operand);
}

bool
search_read(List *queries, Node *node, int row, Search *found)
{
	Node *condition;
	Node *between;

	memset(found, 0, sizeof(*found));
	condition = origin_resolve(queries, node, row, &found->place);
	if (condition == NULL || found->place.rte == NULL ||
		!search_split(condition, found, &between))
		return false;
	if (exprType(node) == BOOLOID)
		found->condition = condition;
	found->negated = IsA(condition, BoolExpr);
	found->is_whole = between == condition;
	found->name = "";
	if (IsA(between, OpExpr) || IsA(between, DistinctExpr))
		found->opno = ((OpExpr *) between)->opno;
	else if (IsA(between, ScalarArrayOpExpr))
		found->opno = castNode(ScalarArrayOpExpr, between)->opno;
	else if (IsA(between, FuncExpr))
		found->name = get_func_name(castNode(FuncExpr, between)->funcid);
	if (OidIsValid(found->opno))
	{
		found->name = get_opname(found->opno);
		found->strategy = compat_btree_strategy(found->opno);
		if (IsA(between, DistinctExpr))
			found->strategy = COMPAT_STRATEGY_NE;
		else if (!found->left && found->strategy != 0 &&
				 found->strategy != COMPAT_STRATEGY_NE)
			found->strategy = BTCommuteStrategyNumber(found->strategy);
	}
	if (found->name == NULL)
		return false;
	found->form = search_form(found, between);
	return found->form != SEARCH_NONE;
}
