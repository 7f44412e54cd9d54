/*-------------------------------------------------------------------------
 *
 * check_hints.c
 *		What the CHECKs of a table say of the values of a column.
 *
 * Known forms are the conditions of an AND that compare the column, or its length,
 * with constants: lists of values, bounds, regular expressions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/texts.h"
#include "populate/check_hints.h"

/* Numbers between two bounds are a list if they are fewer. */
#define MANY_LISTED 10000

/* Looks through conversions that keep the value. */
static Node *
strip(Node *node)
{
	while (node != NULL)
	{
		if (IsA(node, RelabelType))
			node = (Node *) ((RelabelType *) node)->arg;
		else if (IsA(node, CoerceToDomain))
			node = (Node *) ((CoerceToDomain *) node)->arg;
		else if (IsA(node, FuncExpr) &&
				 ((FuncExpr *) node)->funcformat == COERCE_IMPLICIT_CAST)
			node = linitial(((FuncExpr *) node)->args);
		else
			break;
	}
	return node;
}

static bool
is_column(Node *node, AttrNumber attnum)
{
	node = strip(node);
	return node != NULL && IsA(node, Var) && ((Var *) node)->varattno == attnum;
}

/* The name of the function that a node calls with a column alone; NULL if it calls none. */
static char *
function_of(Node *node, AttrNumber attnum)
{
	node = strip(node);
	if (node == NULL || !IsA(node, FuncExpr) ||
		list_length(((FuncExpr *) node)->args) != 1 ||
		!is_column(linitial(((FuncExpr *) node)->args), attnum))
		return NULL;
	return get_func_name(((FuncExpr *) node)->funcid);
}

static bool
is_length(Node *node, AttrNumber attnum)
{
	char *name = function_of(node, attnum);

	return name != NULL &&
		   (strcmp(name, "length") == 0 || strcmp(name, "char_length") == 0 ||
			strcmp(name, "character_length") == 0);
}

static bool
is_json_type(Node *node, AttrNumber attnum)
{
	char *name = function_of(node, attnum);

	return name != NULL && (strcmp(name, "jsonb_typeof") == 0 ||
							strcmp(name, "json_typeof") == 0);
}

static char *
constant_text(Node *node)
{
	Const *constant = (Const *) strip(node);

	if (constant == NULL || !IsA(constant, Const) || constant->constisnull)
		return NULL;
	return texts_of_value(constant->consttype, constant->constvalue);
}

/* ---- single conditions ---- */

static void
hint_length(CheckHints *hints, int strategy, const char *text)
{
	int length = atoi(text);

	if (strategy == BTLessStrategyNumber)
		hints->longest = length - 1;
	else if (strategy == BTLessEqualStrategyNumber)
		hints->longest = length;
	else if (strategy == BTGreaterStrategyNumber)
		hints->shortest = length + 1;
	else if (strategy == BTGreaterEqualStrategyNumber)
		hints->shortest = length;
	else if (strategy == BTEqualStrategyNumber)
		hints->shortest = hints->longest = length;
}

static void
hint_value(CheckHints *hints, int strategy, char *text)
{
	if (strategy == BTLessStrategyNumber ||
		strategy == BTLessEqualStrategyNumber)
		hints->largest = text;
	else if (strategy == BTGreaterStrategyNumber ||
			 strategy == BTGreaterEqualStrategyNumber)
	{
		hints->least = text;
		hints->above = strategy == BTGreaterStrategyNumber;
	}
	else if (strategy == BTEqualStrategyNumber)
		hints->values = list_make1(text);
}

static void
read_comparison(CheckHints *hints, OpExpr *expression, AttrNumber attnum)
{
	Node *left;
	Node *right;
	Oid operator= expression->opno;
	char *name;
	char *text;

	if (list_length(expression->args) != 2)
		return;
	left = linitial(expression->args);
	right = lsecond(expression->args);
	if (is_column(right, attnum) || is_length(right, attnum))
	{
		Node *swap = left;

		left = right;
		right = swap;
		operator= get_commutator(operator);
	}
	text = constant_text(right);
	if (text == NULL || !OidIsValid(operator))
		return;
	if (is_json_type(left, attnum) &&
		compat_btree_strategy(operator) == BTEqualStrategyNumber)
		hints->json_type = text;
	else if (is_length(left, attnum))
		hint_length(hints, compat_btree_strategy(operator), text);
	else if (is_column(left, attnum))
	{
		name = get_opname(operator);
		if (strcmp(name, "~") == 0 || strcmp(name, "~*") == 0)
			hints->pattern = text;
		else
			hint_value(hints, compat_btree_strategy(operator), text);
	}
}

static void
read_list(CheckHints *hints, ScalarArrayOpExpr *expression, AttrNumber attnum)
{
	Const *list = (Const *) strip(lsecond(expression->args));
	ArrayType *array;
	Oid element;
	int16 length;
	bool by_value;
	char align;
	Oid output;
	bool is_varlena;
	Datum *values;
	bool *nulls;
	int n;

	if (!expression->useOr || !is_column(linitial(expression->args), attnum) ||
		compat_btree_strategy(expression->opno) != BTEqualStrategyNumber ||
		!IsA(list, Const) || list->constisnull)
		return;
	array = DatumGetArrayTypeP(list->constvalue);
	element = ARR_ELEMTYPE(array);
	get_typlenbyvalalign(element, &length, &by_value, &align);
	getTypeOutputInfo(element, &output, &is_varlena);
	deconstruct_array(array, element, length, by_value, align, &values, &nulls,
					  &n);
	hints->values = NIL;
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			hints->values = lappend(hints->values,
									OidOutputFunctionCall(output, values[i]));
}

/* Either value of an OR will do, if each arm names one. */
static void
read_or(CheckHints *hints, BoolExpr *expression, AttrNumber attnum)
{
	List *values = NIL;
	ListCell *cell;

	foreach(cell, expression->args)
	{
		CheckHints arm = {0};
		Node *node = lfirst(cell);

		if (IsA(node, NullTest) &&
			((NullTest *) node)->nulltesttype == IS_NULL &&
			is_column((Node *) ((NullTest *) node)->arg, attnum))
			continue;
		if (IsA(node, OpExpr))
			read_comparison(&arm, (OpExpr *) node, attnum);
		else if (IsA(node, ScalarArrayOpExpr))
			read_list(&arm, (ScalarArrayOpExpr *) node, attnum);
		if (arm.values == NIL)
		{
			/* The only arm that speaks of the column, beside its being NULL. */
			if (list_length(expression->args) == 2 && values == NIL)
			{
				if (arm.least != NULL)
				{
					hints->least = arm.least;
					hints->above = arm.above;
				}
				if (arm.largest != NULL)
					hints->largest = arm.largest;
				if (arm.pattern != NULL)
					hints->pattern = arm.pattern;
				if (arm.json_type != NULL)
					hints->json_type = arm.json_type;
			}
			return;
		}
		values = list_concat(values, arm.values);
	}
	if (values != NIL)
		hints->values = values;
}

static void
read_condition(CheckHints *hints, Node *node, AttrNumber attnum)
{
	if (node == NULL)
		return;
	if (IsA(node, OpExpr))
		read_comparison(hints, (OpExpr *) node, attnum);
	else if (IsA(node, ScalarArrayOpExpr))
		read_list(hints, (ScalarArrayOpExpr *) node, attnum);
	else if (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop == AND_EXPR)
	{
		ListCell *cell;

		foreach(cell, ((BoolExpr *) node)->args)
			read_condition(hints, lfirst(cell), attnum);
	}
	else if (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop == OR_EXPR)
		read_or(hints, (BoolExpr *) node, attnum);
	else if (is_column(node, attnum))
		hints->values = list_make1("t");
	else if (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop == NOT_EXPR &&
			 is_column(linitial(((BoolExpr *) node)->args), attnum))
		hints->values = list_make1("f");
}

CheckHints
check_hints_find(const TableModel *model, AttrNumber attnum)
{
	CheckHints hints = {0};
	ListCell *cell;

	foreach(cell, model->checks)
	{
		const ModelCheck *check = lfirst(cell);

		if (bms_is_member(attnum, check->columns))
			read_condition(&hints, check->expression, attnum);
	}
	return hints;
}

int
check_hints_count(const TableModel *model, AttrNumber attnum)
{
	const ModelColumn *column = table_model_column(model, attnum);
	Oid type = getBaseType(column->type);
	CheckHints hints = check_hints_find(model, attnum);

	if (!column->not_null)
		return 0;
	if (hints.values != NIL)
		return list_length(hints.values);
	if ((type == INT2OID || type == INT4OID || type == INT8OID) &&
		hints.least != NULL && hints.largest != NULL)
	{
		double values = strtod(hints.largest, NULL) -
						strtod(hints.least, NULL) + (hints.above ? 0 : 1);

		return values >= 1 && values < MANY_LISTED ? (int) values : 0;
	}
	return type == BOOLOID ? 2 : 0;
}

/* ---- statistics that agree ---- */

static bool
all_listed(const List *values, const ColumnStatistics *statistics)
{
	if (statistics->common == NULL)
		return false;
	for (int i = 0; i < statistics->ncommon; i++)
		if (!texts_member(values, statistics->common[i]))
			return false;
	return true;
}

/* The values that are listed, with the frequencies that are known. */
static const ColumnStatistics *
list_values(const CheckHints *hints, const ColumnStatistics *statistics,
			bool nullable)
{
	ColumnStatistics *listed = palloc0(sizeof(ColumnStatistics));
	int n = list_length(hints->values);
	double sum = 0;
	double share;

	if (statistics != NULL)
		*listed = *statistics;
	else
		listed->null_frac = nullable ? 0.1 : 0;
	listed->ncommon = n;
	listed->ndistinct = n;
	listed->nbounds = 0;
	listed->bounds = NULL;
	listed->common = palloc0(n * sizeof(char *));
	listed->freqs = palloc0(n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		bool known = statistics != NULL && i < statistics->ncommon;

		listed->common[i] = list_nth(hints->values, i);
		listed->freqs[i] = known ? statistics->freqs[i] : 1.0 / (i + 1);
		sum += listed->freqs[i];
	}
	share = 1 - listed->null_frac;
	for (int i = 0; i < n; i++)
		listed->freqs[i] *= share / sum;
	return listed;
}

/* A few documents of the type that a CHECK names. */
static const ColumnStatistics *
sample_json(const CheckHints *hints, const ColumnStatistics *statistics,
			bool nullable)
{
	static const struct
	{
		const char *type;
		const char *documents[4];
	} known[] = {
		{"array", {"[]", "[\"new\"]", "[\"new\", \"blue\"]", "[\"standard\"]"}},
		{"string",
		 {"\"new\"", "\"blue\"", "\"late order\"", "\"rain jacket\""}},
		{"number", {"1", "3", "12.5", "250"}},
		{"boolean", {"true", "false", "true", "true"}},
		{"null", {"null", "null", "null", "null"}}};
	ColumnStatistics *sample;

	for (int i = 0; i < lengthof(known); i++)
	{
		if (strcmp(known[i].type, hints->json_type) != 0)
			continue;
		sample = palloc0(sizeof(ColumnStatistics));
		if (statistics != NULL)
			*sample = *statistics;
		else
			sample->null_frac = nullable ? 0.1 : 0;
		sample->nsample = lengthof(known[i].documents);
		sample->sample = palloc(sizeof(char *) * sample->nsample);
		for (int k = 0; k < sample->nsample; k++)
			sample->sample[k] = pstrdup(known[i].documents[k]);
		return sample;
	}
	return statistics;
}

const ColumnStatistics *
check_hints_apply(const CheckHints *hints, const ColumnStatistics *statistics,
				  bool nullable)
{
	if (hints->json_type != NULL &&
		(statistics == NULL ||
		 (statistics->common == NULL && statistics->bounds == NULL &&
		  statistics->sample == NULL)))
		return sample_json(hints, statistics, nullable);
	if (hints->values == NIL ||
		(statistics != NULL && all_listed(hints->values, statistics)))
		return statistics;
	return list_values(hints, statistics, nullable);
}
