/*-------------------------------------------------------------------------
 *
 * rewrite_bound.c
 *		The value that a column is compared with, as SQL.
 *
 * The type of $1 in a text is what the parser infers, and in another condition it
 * may infer another one. So a parameter is cast wherever it does not stand beside
 * a column of its own type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"

#include "advice/param_casts.h"
#include "advice/rewrite_bound.h"
#include "advice/rewrite_site.h"
#include "query/operand.h"

Bound
rewrite_bound_make(char *text, Oid type)
{
	return (Bound){.text = text, .type = type};
}

Bound
rewrite_bound_of(Node *value)
{
	Bound bound = {0};
	const char *string;

	for (;;)
	{
		if (IsA(value, FuncExpr) &&
			castNode(FuncExpr, value)->funcformat == COERCE_IMPLICIT_CAST)
			value = linitial(castNode(FuncExpr, value)->args);
		else if (IsA(value, RelabelType) &&
				 (castNode(RelabelType, value)->relabelformat ==
					  COERCE_IMPLICIT_CAST ||
				  (exprType((Node *) castNode(RelabelType, value)->arg) ==
				   castNode(RelabelType, value)->resulttype)))
			value = (Node *) castNode(RelabelType, value)->arg;
		else if (IsA(value, ArrayCoerceExpr) &&
				 castNode(ArrayCoerceExpr, value)->coerceformat ==
					 COERCE_IMPLICIT_CAST)
			value = (Node *) castNode(ArrayCoerceExpr, value)->arg;
		else
			break;
	}
	bound.type = exprType(value);
	bound.text = param_casts_text(value);
	string = rewrite_site_string(value);
	if (string != NULL)
		bound.text = quote_literal_cstr(string);
	bound.bare = IsA(value, Param) || string != NULL;
	if (operand_count_params(value) == 1)
		bound.param = bms_singleton_member(operand_params(value));
	return bound;
}

char *
rewrite_bound_typed(const Bound *bound)
{
	return bound->bare
			   ? psprintf("%s::%s", bound->text, rewrite_site_type(bound->type))
			   : bound->text;
}

char *
rewrite_bound_cast_text(const Bound *bound, Oid type)
{
	if (bound->type == type && !bound->bare)
		return bound->text;
	return psprintf("%s::%s", bound->text, rewrite_site_type(type));
}

Bound
rewrite_bound_cast(const Bound *bound, Oid type)
{
	return rewrite_bound_make(rewrite_bound_cast_text(bound, type), type);
}
