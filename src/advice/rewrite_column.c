/*-------------------------------------------------------------------------
 *
 * rewrite_column.c
 *		A comparison of what is made of a column, as one of the column alone.
 *
 * The operations are those of rewrite_cast.h, rewrite_dates.h and
 * rewrite_arithmetic.h, and COALESCE, and they may stand within each other:
 * (at AT TIME ZONE 'Asia/Tokyo')::date = $1 is first a range of local times and
 * then one of at. Each that cuts something off turns an equality into a range from
 * a start up to below an end; the other comparisons need one of the two.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_arithmetic.h"
#include "advice/rewrite_cast.h"
#include "advice/rewrite_column.h"
#include "advice/rewrite_dates.h"

typedef struct ColumnContext
{
	const RewriteSite *site;
	const char *what; /* is done to the column; NULL for nothing that matters */
	const char *absent; /* as in Unwrapping */
	const char *reads;
	const char *equal; /* what the column must equal, if that is all */
	int param;         /* of the value as the query has it, or 0 */
	Var *column;
	List *values;
} ColumnContext;

/* Returns the text without the parentheses that are around all of it. */
static const char *
rewrite_column_strip(const char *text)
{
	int depth = 0;

	if (text[0] != '(')
		return text;
	for (int i = 0; text[i] != '\0'; i++)
	{
		depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
		if (depth == 0)
			return text[i + 1] == '\0' ? pnstrdup(text + 1, i - 1) : text;
	}
	return text;
}

static void
rewrite_column_note_value(ColumnContext *context, const char *reads)
{
	RewriteValue *value;

	if (context->param == 0)
		return;
	value = palloc0(sizeof(*value));
	value->param = context->param;
	value->reads = context->reads != NULL ? context->reads : reads;
	value->absent = context->absent;
	value->relid = rewrite_site_table(context->site, context->column);
	value->attnum = context->column->varattno;
	context->values = lappend(context->values, value);
}

/* The column itself, compared with a value. */
static char *
rewrite_column_compare(ColumnContext *context, Var *column, int strategy,
					   const Bound *value)
{
	const char *name = rewrite_site_name(context->site->query, column);
	Oid type = getBaseType(column->vartype);
	const char *text;

	context->column = column;
	if (rewrite_cast_is_indexable(type, value->type, strategy))
		text = value->type == type ? value->text : rewrite_bound_typed(value);
	else if (strategy == BTEqualStrategyNumber)
		text = rewrite_bound_cast_text(value, type);
	else
		return NULL;
	text = rewrite_column_strip(text);
	context->equal = strategy == BTEqualStrategyNumber ? text : NULL;
	rewrite_column_note_value(context, text);
	return psprintf("%s %s %s", name, rewrite_site_operator(strategy), text);
}

static char *rewrite_column_bound(ColumnContext *context, Node *expression,
								  int strategy, const Bound *value);

/* COALESCE(column, d) = v is also true where the column is null and d = v. */
static char *
rewrite_column_coalesce(ColumnContext *context, CoalesceExpr *expression,
						int strategy, const Bound *value)
{
	Node *inner = linitial(expression->args);
	Bound other;
	char *compared;

	if (list_length(expression->args) != 2 || !IsA(inner, Var) ||
		rewrite_site_has_columns(lsecond(expression->args)))
		return NULL;
	other = rewrite_bound_of(lsecond(expression->args));
	context->what = "is wrapped in COALESCE()";
	compared = rewrite_column_bound(context, inner, strategy, value);
	if (compared == NULL ||
		rewrite_site_not_null(context->site, castNode(Var, inner)))
		return compared;
	context->equal = NULL;
	return psprintf(
		"(%s OR (%s IS NULL AND %s %s %s))", compared,
		rewrite_site_name(context->site->query, castNode(Var, inner)),
		other.text, rewrite_site_operator(strategy),
		rewrite_bound_typed(value));
}

/* What was cut off the expression: from step->value up to below step->next. */
static char *
rewrite_column_span(ColumnContext *context, const Unwrapping *step,
					int strategy)
{
	char *from;
	char *to;

	switch (strategy)
	{
		case BTLessStrategyNumber:
		case BTGreaterEqualStrategyNumber:
			return rewrite_column_bound(context, step->inner, strategy,
										&step->value);
		case BTLessEqualStrategyNumber:
			return rewrite_column_bound(context, step->inner,
										BTLessStrategyNumber, &step->next);
		case BTGreaterStrategyNumber:
			return rewrite_column_bound(context, step->inner,
										BTGreaterEqualStrategyNumber,
										&step->next);
		default:
			from = rewrite_column_bound(context, step->inner,
										BTGreaterEqualStrategyNumber,
										&step->value);
			to = rewrite_column_bound(context, step->inner,
									  BTLessStrategyNumber, &step->next);
			return from == NULL || to == NULL ? NULL
											  : psprintf("%s AND %s", from, to);
	}
}

/* Returns "expression operator value" with the column alone, or NULL. */
static char *
rewrite_column_bound(ColumnContext *context, Node *expression, int strategy,
					 const Bound *value)
{
	Unwrapping step = {0};
	char *text;

	check_stack_depth();
	if (IsA(expression, Var))
		return rewrite_column_compare(context, castNode(Var, expression),
									  strategy, value);
	if (IsA(expression, CoalesceExpr))
		return rewrite_column_coalesce(
			context, castNode(CoalesceExpr, expression), strategy, value);
	if (!rewrite_dates_unwrap(expression, strategy, value, &step) &&
		!rewrite_arithmetic_unwrap(expression, strategy, value, &step) &&
		!rewrite_cast_unwrap(expression, strategy, value, &step))
		return NULL;
	if (context->what == NULL && !step.same_index)
		context->what = step.what;
	if (step.absent != NULL)
		context->absent = step.absent;
	if (step.reads != NULL)
		context->reads = step.reads;
	if (step.next.text != NULL)
		return rewrite_column_span(context, &step, strategy);
	text = rewrite_column_bound(
		context, step.inner,
		step.flips ? rewrite_site_flip(strategy) : strategy, &step.value);
	if (text != NULL && step.besides != NULL)
	{
		context->equal = NULL;
		text = psprintf("%s AND %s", text, step.besides);
	}
	return text;
}

/* ---- lists ---- */

/* key = ANY (array): of an array that is one value, or of one in the query. */
static char *
rewrite_column_any(ColumnContext *context, Node *key, Node *value)
{
	bool all_equal = true;
	StringInfoData in;
	StringInfoData ranges;
	ListCell *cell;

	while (IsA(value, RelabelType))
		value = (Node *) castNode(RelabelType, value)->arg;
	if (IsA(value, ArrayExpr))
	{
		initStringInfo(&in);
		initStringInfo(&ranges);
		foreach(cell, castNode(ArrayExpr, value)->elements)
		{
			Bound element = rewrite_bound_of(lfirst(cell));
			char *text;

			context->param = element.param;
			context->equal = NULL;
			text = rewrite_column_bound(context, key, BTEqualStrategyNumber,
										&element);
			if (text == NULL)
				return NULL;
			if (context->equal == NULL)
				all_equal = false;
			else
				appendStringInfo(&in, "%s%s", in.len > 0 ? ", " : "",
								 context->equal);
			appendStringInfo(&ranges, "%s(%s)", ranges.len > 0 ? " OR " : "",
							 text);
		}
		return all_equal ? psprintf("%s IN (%s)",
									rewrite_site_name(context->site->query,
													  context->column),
									in.data)
						 : psprintf("(%s)", ranges.data);
	}
	else
	{
		Bound array = rewrite_bound_of(value);
		Bound element = {.text = pstrdup("x"),
						 .type = get_element_type(array.type)};
		Oid type;

		/* Casts alone: what else is done to a column is done to no array. */
		if (!OidIsValid(element.type) ||
			rewrite_column_bound(context, key, BTEqualStrategyNumber,
								 &element) == NULL ||
			context->equal == NULL || strncmp(context->equal, "x", 1) != 0)
			return NULL;
		type = get_array_type(getBaseType(context->column->vartype));
		if (!OidIsValid(type))
			return NULL;
		context->param = array.param;
		rewrite_column_note_value(context,
								  rewrite_bound_cast_text(&array, type));
		return psprintf(
			"%s = ANY (%s)",
			rewrite_site_name(context->site->query, context->column),
			rewrite_bound_cast_text(&array, type));
	}
}

/* ---- year and month ---- */

/* Finds the condition extract(month ...) = value of the same time. */
static Node *
rewrite_column_month(const RewriteSite *site, Node *time, Bound *month)
{
	ListCell *cell;

	foreach(cell, site->siblings)
	{
		RewriteSite sibling = *site;
		RewriteComparison compared;
		Node *of;
		const char *field;

		sibling.clause = lfirst(cell);
		if (!rewrite_site_compares(&sibling, &compared) || compared.any ||
			compared.strategy != BTEqualStrategyNumber)
			continue;
		field = rewrite_dates_field(compared.key, &of);
		if (field == NULL || pg_strcasecmp(field, "month") != 0 ||
			!equal(of, time))
			continue;
		*month = rewrite_bound_of(compared.value);
		return sibling.clause;
	}
	return NULL;
}

static Rewrite *
rewrite_column_year_month(const RewriteSite *site,
						  const RewriteComparison *compared)
{
	ColumnContext context = {.site = site, .what = "is wrapped in extract()"};
	Unwrapping step = {0};
	Bound year;
	Bound month;
	Node *clause;
	const char *field = rewrite_dates_field(compared->key, &step.inner);
	char *text;
	Rewrite *rewrite;

	if (compared->strategy != BTEqualStrategyNumber || compared->any ||
		field == NULL || pg_strcasecmp(field, "year") != 0)
		return NULL;
	clause = rewrite_column_month(site, step.inner, &month);
	if (clause == NULL)
		return NULL;
	year = rewrite_bound_of(compared->value);
	step.value =
		rewrite_dates_month(&year, &month, &step.next, &context.absent);
	context.param = year.param;
	text = rewrite_column_span(&context, &step, BTEqualStrategyNumber);
	if (text == NULL)
		return NULL;
	context.param = month.param;
	context.absent = "";
	rewrite_column_note_value(&context, step.value.text);
	rewrite = rewrite_site_make(
		site, context.column->varno, text,
		psprintf("%s is wrapped in extract(), so that no index on it can serve",
				 rewrite_site_name(site->query, context.column)));
	rewrite->clauses = lappend(rewrite->clauses, clause);
	rewrite->values = context.values;
	return rewrite;
}

/* ---- the condition ---- */

Rewrite *
rewrite_column_find(const RewriteSite *site)
{
	ColumnContext context = {.site = site};
	RewriteComparison compared;
	Rewrite *rewrite;
	char *text;

	if (!rewrite_site_compares(site, &compared) || compared.strategy == 0 ||
		IsA(compared.key, Var) || rewrite_site_column(compared.key) == NULL ||
		contain_volatile_functions(site->clause))
		return NULL;
	rewrite = rewrite_column_year_month(site, &compared);
	if (rewrite != NULL)
		return rewrite;
	if (compared.any && compared.strategy != BTEqualStrategyNumber)
		return NULL;
	if (compared.any)
		text = rewrite_column_any(&context, compared.key, compared.value);
	else
	{
		Bound value = rewrite_bound_of(compared.value);

		context.param = value.param;
		text = rewrite_column_bound(&context, compared.key, compared.strategy,
									&value);
	}
	if (text == NULL || context.what == NULL)
		return NULL;
	rewrite = rewrite_site_make(
		site, context.column->varno, text,
		psprintf("%s %s%s no index on it can serve",
				 rewrite_site_name(site->query, context.column), context.what,
				 strstr(context.what, "so that") == NULL ? ", so that"
														 : " and"));
	rewrite->values = context.values;
	return rewrite;
}

Rewrite *
rewrite_column_find_distinct(const RewriteSite *site)
{
	BoolExpr *not = (BoolExpr *) site->clause;
	DistinctExpr *distinct;
	Node *column;
	Bound value;
	const char *name;
	char *text;

	if (!IsA(not, BoolExpr) || not ->boolop != NOT_EXPR ||
		!IsA(linitial(not ->args), DistinctExpr))
		return NULL;
	distinct = castNode(DistinctExpr, linitial(not ->args));
	column = linitial(distinct->args);
	while (IsA(column, RelabelType))
		column = (Node *) castNode(RelabelType, column)->arg;
	if (!IsA(column, Var) || rewrite_site_column(column) == NULL ||
		rewrite_site_has_columns(lsecond(distinct->args)))
		return NULL;
	name = rewrite_site_name(site->query, castNode(Var, column));
	value = rewrite_bound_of(lsecond(distinct->args));
	text = psprintf("%s = %s", name, value.text);
	if (!rewrite_site_not_null(site, castNode(Var, column)))
		text = psprintf("(%s OR (%s IS NULL AND %s IS NULL))", text, name,
						rewrite_bound_typed(&value));
	return rewrite_site_make(
		site, castNode(Var, column)->varno, text,
		psprintf("IS NOT DISTINCT FROM is no index condition for %s", name));
}

/* ---- joins ---- */

/* Returns "column = other::type" for a column that is cast in a join. */
static Rewrite *
rewrite_column_join_side(const RewriteSite *site, Node *side, Node *other)
{
	Node *column = side;
	Rewrite *rewrite;
	const char *name;
	const char *value;
	bool known; /* the other side can be compared without a cast */
	Oid type;

	while (column != NULL && !IsA(column, Var))
		column = rewrite_cast_inner(column);
	if (column == NULL || column == side ||
		castNode(Var, column)->varlevelsup > 0 ||
		castNode(Var, column)->varattno <= 0)
		return NULL;
	type = getBaseType(castNode(Var, column)->vartype);
	/* Without casts of the other side that lead away from the type. */
	for (Node *inner = rewrite_cast_inner(other); inner != NULL;
		 inner = rewrite_cast_inner(inner))
		if (IsA(other, RelabelType) ||
			rewrite_cast_is_indexable(type, exprType(inner),
									  BTEqualStrategyNumber))
			other = inner;
	if (rewrite_cast_is_indexable(type, exprType(side), BTEqualStrategyNumber))
		return NULL;
	value = rewrite_site_text(site->query, other);
	if (value == NULL)
		return NULL;
	name = rewrite_site_name(site->query, castNode(Var, column));
	rewrite = rewrite_site_make(
		site, castNode(Var, column)->varno,
		psprintf("%s = (%s)::%s", name, value, rewrite_site_type(type)),
		psprintf("%s is %s and is joined with %s, so that it is cast and no "
				 "index on it can serve",
				 name, format_type_be(castNode(Var, column)->vartype),
				 format_type_be(exprType(side))));
	known =
		rewrite_cast_is_indexable(type, exprType(other), BTEqualStrategyNumber);
	if (known)
		rewrite->text = psprintf("%s = %s", name, value);
	else if (IsA(other, Var))
		rewrite->text =
			psprintf("%s = %s::%s", name, value, rewrite_site_type(type));
	/* Both are of one type already where both are cast. */
	if (!known)
		rewrite->suggestion =
			psprintf("give %s and %s one type, by ALTER TABLE", name, value);
	return rewrite;
}

Rewrite *
rewrite_column_find_join(const RewriteSite *site)
{
	OpExpr *op;
	Rewrite *rewrite;

	if (!IsA(site->clause, OpExpr))
		return NULL;
	op = castNode(OpExpr, site->clause);
	if (list_length(op->args) != 2 ||
		!rewrite_cast_is_indexable(exprType(linitial(op->args)),
								   exprType(lsecond(op->args)),
								   BTEqualStrategyNumber) ||
		get_opname(op->opno) == NULL ||
		strcmp(get_opname(op->opno), "=") != 0 ||
		!rewrite_site_has_columns(linitial(op->args)) ||
		!rewrite_site_has_columns(lsecond(op->args)))
		return NULL;
	rewrite =
		rewrite_column_join_side(site, linitial(op->args), lsecond(op->args));
	if (rewrite == NULL)
		rewrite = rewrite_column_join_side(site, lsecond(op->args),
										   linitial(op->args));
	return rewrite;
}
