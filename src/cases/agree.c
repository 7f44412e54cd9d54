/*-------------------------------------------------------------------------
 *
 * agree.c
 *		Makes the values of a case ones that a row of the query's join has.
 *
 * Mostly they are, and one query tells. Else the variables are taken one after
 * the other: each keeps its value if there is a row with it and with those
 * before it, and gets another one from the rows that these leave: the most
 * frequent value, the bounds around the middle, the middle place of a cursor.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "cases/agree.h"
#include "cases/inverse.h"
#include "cases/parts.h"
#include "cases/pattern.h"

/* Parts of a value that are tried. */
#define AGREE_PARTS 3

/* ---- values from the rows that are left ---- */

static Bitmapset *
agree_add_params(Bitmapset *known, const Variable *one)
{
	for (int i = 0; i < one->variable.nparams; i++)
		known = bms_add_member(known, one->variable.params[i]);
	return known;
}

/* Returns a value of the expression as one of parameter i of a variable. */
static char *
agree_cast(const ValueVariable *variable, int i, const char *value)
{
	const ParamUse *use = &variable->uses[i];
	Oid from = exprType(use->expr);

	return use->operand == NULL
			   ? probe_cast(value, from, variable->types[i])
			   : inverse_operand(use, use->operand, variable->params[i],
								 variable->types[i], value, from);
}

/* Returns the most frequent values of an expression over the columns of j. */
static JoinRows *
agree_frequent(const JoinPart *part, const JoinGiven *given,
			   const char *expression, Oid type, int n)
{
	return joined_select(
		part->joined,
		psprintf("SELECT %s FROM (SELECT %s AS v FROM %s LIMIT %d) AS s "
				 "WHERE v IS NOT NULL GROUP BY v "
				 "ORDER BY count(*) DESC, %s COLLATE \"C\" LIMIT %d",
				 probe_text("v", type), expression,
				 joined_sql(part, given, NIL, 0, 0), JOINED_ROWS,
				 probe_text("v", type), n),
		0, NULL);
}

static bool
agree_pick_equal(const JoinPart *part, const JoinGiven *given,
				 const ValueVariable *variable, char **values)
{
	const ParamUse *use = &variable->uses[0];
	Oid type = exprType(use->expr);
	Oid element = get_base_element_type(variable->types[0]);
	JoinRows *found;

	/* A list may be no array: see any_value_put_lists(). */
	if (use->kind == USE_ANY && use->operand != NULL)
		return false;
	found = agree_frequent(part, given, psprintf("c%d", variable->params[0]),
						   type, variable->nparams);
	if (found == NULL || found->n == 0)
		return false;
	/* A list takes one value after the other, and begins again. */
	for (int i = 0; i < variable->nparams; i++)
		values[i] = use->kind == USE_ANY
						? probe_array(list_make1(probe_cast(
							  found->values[0], type,
							  OidIsValid(element) ? element : TEXTOID)))
						: agree_cast(variable, i, found->values[i % found->n]);
	return true;
}

static bool
agree_pick_word(const JoinPart *part, const JoinGiven *given,
				const ValueVariable *variable, char **values)
{
	JoinRows *found =
		agree_frequent(part, given,
					   pattern_word_of(&variable->uses[0],
									   psprintf("c%d", variable->params[0])),
					   TEXTOID, 1);

	if (found == NULL || found->n == 0)
		return false;
	values[0] = pattern_for_word(&variable->uses[0], found->values[0]);
	return true;
}

static bool
agree_pick_place(const JoinPart *part, const JoinGiven *given,
				 const ValueVariable *variable, char **values)
{
	StringInfoData columns;
	StringInfoData places;
	StringInfoData order;
	JoinRows *found;

	initStringInfo(&columns);
	initStringInfo(&places);
	initStringInfo(&order);
	for (int i = 0; i < variable->nparams; i++)
	{
		int param = variable->params[i];

		appendStringInfo(&columns, "%sc%d::text", i > 0 ? ", " : "", param);
		appendStringInfo(&places, "%sc%d IS NOT NULL", i > 0 ? " AND " : "",
						 param);
		appendStringInfo(&order, "%sc%d %s", i > 0 ? ", " : "", param,
						 variable->uses[0].descending ? "DESC" : "ASC");
	}
	found = joined_select(
		part->joined,
		psprintf("SELECT %s FROM (SELECT *, row_number() OVER (ORDER BY %s) AS "
				 "place, count(*) OVER () AS places FROM (SELECT * FROM %s "
				 "WHERE %s LIMIT %d) AS r) AS s "
				 "WHERE place = greatest(places / 2, 1)",
				 columns.data, order.data, joined_sql(part, given, NIL, 0, 0),
				 places.data, JOINED_ROWS),
		0, NULL);
	if (found == NULL || found->n == 0)
		return false;
	for (int i = 0; i < variable->nparams; i++)
		values[i] = variable->uses[i].operand == NULL
						? found->values[i]
						: agree_cast(variable, i, found->values[i]);
	return true;
}

/* A part of the values that are left, as frequent as can be, that finds a row. */
static bool
agree_pick_part(const JoinPart *part, const JoinGiven *given,
				const Variable *one, char **values)
{
	const ValueVariable *variable = &one->variable;
	const char *parts =
		variable->nparams > 1
			? NULL
			: parts_sql(variable, 0, psprintf("c%d", variable->params[0]));
	JoinGiven tried = {given->args,
					   agree_add_params(bms_copy(given->known), one)};
	JoinRows *found;

	if (parts == NULL)
		return false;
	found = agree_frequent(part, given, psprintf("unnest(%s)", parts), TEXTOID,
						   AGREE_PARTS);
	for (int i = 0; found != NULL && i < found->n; i++)
	{
		values[0] = parts_value(variable, 0, found->values[i], false);
		variable_put_values(one, values, given->args);
		if (joined_exists(part, &tried) == 1)
			return true;
	}
	return false;
}

static const char *
agree_quantile_sql(const char *fraction, Oid type)
{
	return probe_text(
		psprintf("(percentile_disc(%s) WITHIN GROUP (ORDER BY v))", fraction),
		type);
}

/*
 * Returns which of the quantiles in agree_pick_bounds() to take for parameter i:
 * first those about the middle, then ones further out.
 */
static int
agree_quantile(const ValueVariable *variable, int attempt, int i)
{
	static const int ranges[][2] = {{1, 2}, {1, 3}, {0, 3}};

	if (variable->is_range)
		return ranges[attempt][i];
	if (attempt == 0)
		return 1;
	return variable->uses[0].kind == USE_UPPER ? 3 : 0;
}

/* The first bounds that a row is within: about the middle, else at an end. */
static bool
agree_pick_bounds(const JoinPart *part, const JoinGiven *given,
				  const Variable *one, char **values)
{
	const ValueVariable *variable = &one->variable;
	Oid type = exprType(variable->uses[0].expr);
	JoinGiven tried = {given->args,
					   agree_add_params(bms_copy(given->known), one)};
	JoinRows *found = joined_select(
		part->joined,
		psprintf("SELECT %s, %s, %s, %s FROM (SELECT c%d AS v FROM %s LIMIT "
				 "%d) AS r HAVING count(v) > 0",
				 agree_quantile_sql("0", type), agree_quantile_sql("0.5", type),
				 agree_quantile_sql("0.51", type),
				 agree_quantile_sql("1", type), variable->params[0],
				 joined_sql(part, given, NIL, 0, 0), JOINED_ROWS),
		0, NULL);

	if (found == NULL || found->n == 0)
		return false;
	for (int attempt = 0; attempt < 3; attempt++)
	{
		for (int i = 0; i < variable->nparams; i++)
			values[i] =
				agree_cast(variable, i,
						   found->values[agree_quantile(variable, attempt, i)]);
		variable_put_values(one, values, given->args);
		if (joined_exists(part, &tried) == 1)
			return true;
	}
	return false;
}

/* Replaces the values of a variable; returns false if there are no others. */
static bool
agree_pick(const JoinPart *part, const JoinGiven *given, const Variable *one)
{
	const ValueVariable *variable = &one->variable;
	char *before[INDEX_MAX_KEYS];
	char *values[INDEX_MAX_KEYS];
	bool found = false;

	for (int i = 0; i < variable->nparams; i++)
		before[i] = given->args[variable->params[i] - 1];
	switch (variable->uses[0].kind)
	{
		case USE_EQUAL:
		case USE_LIST:
		case USE_ANY:
			found = agree_pick_equal(part, given, variable, values);
			break;
		case USE_LOWER:
		case USE_UPPER:
		case USE_WINDOW:
			found = agree_pick_bounds(part, given, one, values);
			break;
		case USE_PATTERN:
			found = agree_pick_word(part, given, variable, values);
			break;
		case USE_CURSOR:
			found = agree_pick_place(part, given, variable, values);
			break;
		case USE_SEARCH:
			found = agree_pick_part(part, given, one, values);
			break;
		default:
			break;
	}
	variable_put_values(one, found ? values : before, given->args);
	return found;
}

/* ---- a case ---- */

/*
 * Whether a row has the values given, with other ones of those that the user has
 * set for a variable if need be.
 */
static int
agree_with_allowed(const JoinPart *part, const JoinGiven *given, List *held)
{
	int exists = joined_exists(part, given);
	ListCell *cell;

	foreach(cell, part->variables)
	{
		const Variable *one = lfirst(cell);
		char **arg = &given->args[one->variable.params[0] - 1];
		char *before = *arg;

		if (one->allowed == NULL || list_member_ptr(held, one))
			continue;
		for (int i = 0; exists == 0 && i < one->allowed->nvalues; i++)
		{
			*arg = one->allowed->values[i];
			exists = joined_exists(part, given);
		}
		if (exists != 1)
			*arg = before;
	}
	return exists;
}

/* Makes the values of one part agree, see agree_fit(). */
static int
agree_fit_part(const JoinPart *part, List *held, char **args)
{
	JoinGiven given = {args, NULL};
	List *movable = NIL;
	int result = 1;
	int exists;
	ListCell *cell;

	for (int param = 1; param <= part->joined->statement->nparams; param++)
		if (!bms_is_member(param, part->joined->late))
			given.known = bms_add_member(given.known, param);
	exists = joined_exists(part, &given);
	if (exists != 0)
		return exists;
	foreach(cell, part->variables)
	{
		const Variable *one = lfirst(cell);

		if (list_member_ptr(held, one) || one->allowed != NULL)
			continue;
		movable = lappend(movable, lfirst(cell));
		for (int i = 0; i < one->variable.nparams; i++)
			given.known = bms_del_member(given.known, one->variable.params[i]);
	}
	if (list_length(movable) < list_length(part->variables))
	{
		exists = agree_with_allowed(part, &given, held);
		if (exists != 1)
			return exists;
	}
	foreach(cell, movable)
	{
		const Variable *one = lfirst(cell);
		char *before[INDEX_MAX_KEYS];
		JoinGiven with = given;

		CHECK_FOR_INTERRUPTS();
		with.known = agree_add_params(bms_copy(given.known), one);
		for (int i = 0; i < one->variable.nparams; i++)
			before[i] = args[one->variable.params[i] - 1];
		if (joined_exists(part, &with) == 1 ||
			(agree_pick(part, &given, one) && joined_exists(part, &with) == 1))
			given.known = with.known;
		else
		{
			/* What is made of a parameter may not be found for any of its values. */
			if (one->variable.uses[0].operand != NULL)
				variable_put_values(one, before, args);
			result = 0;
		}
	}
	return result;
}

int
agree_fit(const Joined *joined, List *held, char **args)
{
	int result = joined->parts == NIL ? -1 : 1;
	ListCell *cell;

	foreach(cell, joined->parts)
	{
		int fits = agree_fit_part(lfirst(cell), held, args);

		result = Min(result, fits);
	}
	return result;
}
