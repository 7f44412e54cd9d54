/*-------------------------------------------------------------------------
 *
 * rewrite_arithmetic.c
 *		What is computed with a column, computed with the value instead.
 *
 * Integers are multiplied and divided by positive constants alone, since any other
 * number might be 0 or turn the order around. A division of integers cuts off, so
 * that it is the same for a range of numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_namespace_d.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_arithmetic.h"
#include "advice/rewrite_site.h"

static bool
rewrite_arithmetic_is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/* Returns whether an operand is a constant number above 0. */
static bool
rewrite_arithmetic_is_positive(Node *node)
{
	const char *text;

	while (IsA(node, FuncExpr) &&
		   list_length(castNode(FuncExpr, node)->args) == 1)
		node = linitial(castNode(FuncExpr, node)->args);
	if (!IsA(node, Const))
		return false;
	text = rewrite_bound_of(node).text;
	if (text[0] == '\'')
		text++;
	return strtod(text, NULL) > 0;
}

/* Times and intervals, or numbers: what is added can be taken off again. */
static bool
rewrite_arithmetic_adds(const char *name, Node *inner, Node *other, bool first,
						const Bound *value, Unwrapping *step)
{
	Bound operand = rewrite_bound_of(other);
	const char *moved = rewrite_bound_typed(&operand);
	const char *text = rewrite_bound_typed(value);
	Oid type = value->type;
	bool minus = name[0] == '-';

	/* A number of months has no inverse among dates as numbers do; its days are
	 * compared with the rows of today. */
	if (minus && !first)
	{
		step->value = rewrite_bound_make(
			psprintf("(%s - %s)", moved, text),
			exprType(inner) == DATEOID ? DATEOID : operand.type);
		if (rewrite_arithmetic_is_integer(value->type))
			step->value.type =
				exprType(inner) == DATEOID ? DATEOID : value->type;
		step->flips = true;
	}
	else
	{
		if (type == DATEOID && operand.type == INTERVALOID)
			type = TIMESTAMPOID;
		step->value = rewrite_bound_make(
			psprintf("(%s %s %s)", text, minus ? "+" : "-", moved), type);
	}
	step->inner = inner;
	return true;
}

/* c * k or c / k, of integers, or of numbers with digits. */
static bool
rewrite_arithmetic_scales(char operation, Node *inner, Node *other,
						  int strategy, const Bound *value, Unwrapping *step)
{
	Bound operand = rewrite_bound_of(other);
	const char *factor = operand.text;
	const char *text = rewrite_bound_typed(value);
	bool integers = rewrite_arithmetic_is_integer(exprType(inner)) &&
					rewrite_arithmetic_is_integer(operand.type);
	bool rounds_up = strategy == BTLessStrategyNumber ||
					 strategy == BTGreaterEqualStrategyNumber;

	if (!rewrite_arithmetic_is_positive(other))
		return false;
	step->inner = inner;
	if (!integers)
		step->value = rewrite_bound_make(
			psprintf("(%s %s %s)", text, operation == '*' ? "/" : "*", factor),
			value->type);
	else if (operation == '/')
	{
		step->value = rewrite_bound_make(psprintf("(%s * %s)", text, factor),
										 value->type);
		step->next = rewrite_bound_make(
			psprintf("((%s + 1) * %s)", text, factor), value->type);
	}
	else if (strategy == BTEqualStrategyNumber)
	{
		step->value = rewrite_bound_make(psprintf("(%s / %s)", text, factor),
										 value->type);
		step->besides = psprintf("%s %% %s = 0", text, factor);
	}
	else
		step->value = rewrite_bound_make(
			psprintf("%s(%s / %s::numeric)::%s", rounds_up ? "ceil" : "floor",
					 text, factor, rewrite_site_type(exprType(inner))),
			exprType(inner));
	return true;
}

bool
rewrite_arithmetic_unwrap(Node *expression, int strategy, const Bound *value,
						  Unwrapping *step)
{
	OpExpr *op;
	const char *name;
	Node *inner;
	Node *other;
	bool first;

	if (!IsA(expression, OpExpr) ||
		list_length(castNode(OpExpr, expression)->args) != 2)
		return false;
	op = castNode(OpExpr, expression);
	name = get_opname(op->opno);
	first = rewrite_site_has_columns(linitial(op->args));
	inner = first ? linitial(op->args) : lsecond(op->args);
	other = first ? lsecond(op->args) : linitial(op->args);
	if (name == NULL || strlen(name) != 1 || rewrite_site_has_columns(other))
		return false;
	step->what = psprintf("is computed with (%s)", name);
	switch (name[0])
	{
		case '+':
		case '-':
			switch (exprType(inner))
			{
				case INT2OID:
				case INT4OID:
				case INT8OID:
				case NUMERICOID:
				case FLOAT8OID:
				case DATEOID:
				case TIMESTAMPOID:
				case TIMESTAMPTZOID:
					return rewrite_arithmetic_adds(name, inner, other, first,
												   value, step);
				default:
					return false;
			}
		case '*':
			return rewrite_arithmetic_scales('*', inner, other, strategy, value,
											 step);
		case '/':
			return first && rewrite_arithmetic_scales('/', inner, other,
													  strategy, value, step);
		default:
			return false;
	}
}
