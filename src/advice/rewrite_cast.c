/*-------------------------------------------------------------------------
 *
 * rewrite_cast.c
 *		The value cast to the type of the column, instead of the column.
 *
 * Equality holds in both types if no two values of the column become one by the cast,
 * as the texts 7 and 007 do as integers, and if the value is one of the column's type
 * at all; one that is not, such as 7.5 for an integer, is what the comparison of rows
 * finds. An order holds among numbers: for an integer column a bound is rounded to
 * the integer on the side that the rows are on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"
#include "nodes/value.h"
#include "parser/parse_coerce.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_cast.h"
#include "advice/rewrite_site.h"

bool
rewrite_cast_is_indexable(Oid type, Oid other, int strategy)
{
	Oid class = GetDefaultOpClass(type, BTREE_AM_OID);
	List *name = list_make1(
		makeString(unconstify(char *, rewrite_site_operator(strategy))));
	Oid opno;

	if (!OidIsValid(class))
		return false;
	/* As the parser would find it, from the search_path of the query. */
	opno =
		compatible_oper_opid(name, getBaseType(type), getBaseType(other), true);
	return OidIsValid(opno) && op_in_opfamily(opno, get_opclass_family(class));
}

Node *
rewrite_cast_inner(Node *node)
{
	FuncExpr *call;

	switch (nodeTag(node))
	{
		case T_RelabelType:
			return (Node *) castNode(RelabelType, node)->arg;
		case T_CoerceViaIO:
			return (Node *) castNode(CoerceViaIO, node)->arg;
		case T_FuncExpr:
			call = castNode(FuncExpr, node);
			if ((call->funcformat != COERCE_EXPLICIT_CAST &&
				 call->funcformat != COERCE_IMPLICIT_CAST) ||
				call->args == NIL)
				return NULL;
			return linitial(call->args);
		default:
			return NULL;
	}
}

static bool
rewrite_cast_is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

static bool
rewrite_cast_is_number(Oid type)
{
	return rewrite_cast_is_integer(type) || type == NUMERICOID ||
		   type == FLOAT4OID || type == FLOAT8OID;
}

/* Among numbers: does the outer type have all values of the inner one? */
static bool
rewrite_cast_widens(Oid type, Oid outer_type)
{
	switch (type)
	{
		case INT2OID:
			return outer_type == INT4OID || outer_type == INT8OID ||
				   outer_type == NUMERICOID || outer_type == FLOAT4OID ||
				   outer_type == FLOAT8OID;
		case INT4OID:
			return outer_type == INT8OID || outer_type == NUMERICOID ||
				   outer_type == FLOAT8OID;
		case INT8OID:
			return outer_type == NUMERICOID;
		case FLOAT4OID:
			return outer_type == FLOAT8OID;
		default:
			return false;
	}
}

/*
 * Returns whether a cast keeps values apart: what is written as a text can be read
 * again, a number of a wider type is the same one, and so is a day as a time. A cast
 * to a length, or to what reads a text, makes one value of several.
 */
static bool
rewrite_cast_keeps_apart(const Node *expression, Oid type, Oid outer_type)
{
	if (type == outer_type)
		return false;
	if (TypeCategory(outer_type) == TYPCATEGORY_STRING)
		return outer_type == TEXTOID &&
			   (IsA(expression, CoerceViaIO) ||
				TypeCategory(type) == TYPCATEGORY_STRING ||
				TypeCategory(type) == TYPCATEGORY_ENUM ||
				TypeCategory(type) == TYPCATEGORY_NETWORK);
	if (type == DATEOID)
		return outer_type == TIMESTAMPOID || outer_type == TIMESTAMPTZOID;
	return rewrite_cast_widens(type, outer_type);
}

bool
rewrite_cast_unwrap(Node *expression, int strategy, const Bound *value,
					Unwrapping *step)
{
	Node *inner = rewrite_cast_inner(expression);
	Oid outer_type = exprType(expression);
	bool implicit;
	Oid type;

	if (inner == NULL)
		return false;
	type = getBaseType(exprType(inner));
	/* What is cast since the value has another type is not cast on purpose. */
	implicit =
		IsA(expression, FuncExpr) &&
		castNode(FuncExpr, expression)->funcformat == COERCE_IMPLICIT_CAST;
	if (strategy == BTEqualStrategyNumber && !implicit &&
		!IsA(expression, RelabelType) &&
		!rewrite_cast_keeps_apart(expression, type, getBaseType(outer_type)))
		return false;
	step->inner = inner;
	step->value = *value;
	step->what =
		implicit
			? psprintf("is %s, but is compared with a %s, so that it is cast",
					   format_type_be(exprType(inner)),
					   format_type_be(outer_type))
			: psprintf("is cast to %s", format_type_be(outer_type));
	/* varchar and text, say: an index on the column serves the comparison. */
	step->same_index = IsA(expression, RelabelType) &&
					   rewrite_cast_is_indexable(type, value->type, strategy);
	if (step->same_index ||
		rewrite_cast_is_indexable(type, value->type, strategy))
		return true;
	if (rewrite_cast_is_integer(type) && rewrite_cast_is_number(outer_type) &&
		strategy != BTEqualStrategyNumber)
	{
		step->value = rewrite_bound_make(
			psprintf("%s(%s)::%s",
					 strategy == BTLessStrategyNumber ||
							 strategy == BTGreaterEqualStrategyNumber
						 ? "ceil"
						 : "floor",
					 rewrite_bound_typed(value), rewrite_site_type(type)),
			type);
		return true;
	}
	if (strategy != BTEqualStrategyNumber &&
		!(rewrite_cast_is_number(type) && rewrite_cast_is_number(outer_type)))
		return false;
	if (find_coercion_pathway(type, value->type, COERCION_EXPLICIT,
							  &(Oid){InvalidOid}) == COERCION_PATH_NONE)
		return false;
	step->value = rewrite_bound_cast(value, exprType(inner));
	return true;
}
