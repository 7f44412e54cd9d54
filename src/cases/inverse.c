/*-------------------------------------------------------------------------
 *
 * inverse.c
 *		Finds the value of a parameter for a value that is compared with it.
 *
 * The expression around the parameter is not analyzed but computed, for each of
 * some candidates; the one whose result is the value, or comes closest to it, is
 * taken. The value itself is a candidate, as the parameter's type writes it, and
 * so are the usual ways to write a date as text. Most expressions over numbers
 * and times are a straight line: two results tell where on it the value lies,
 * which also covers ($1 || ' days')::interval. If the same function was applied
 * to the column, what it was applied to in a row with the value is a candidate.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/inverse.h"
#include "query/operand.h"

/* Further than any result on the right side. */
#define INVERSE_WRONG_SIDE 1e18

/* What is asked for, and the best candidate so far. */
typedef struct Inverse
{
	Node *operand;
	int param;
	Oid type;          /* of the parameter */
	const char *value; /* that the operand should have */
	Oid result;        /* the type of the operand */
	/* A bound must not leave out the row: -1 if its result must not be more. */
	int direction;
	char *best;
	double distance; /* of its result, if these are numbers */
} Inverse;

/* ---- values as numbers ---- */

/* A number, or the seconds of a time or an interval; false for another value. */
static bool
inverse_number(const char *text, Oid type, double *number)
{
	TYPCATEGORY category = TypeCategory(getBaseType(type));
	const char *seconds;

	if (text == NULL)
		return false;
	if (category == TYPCATEGORY_NUMERIC)
	{
		*number = strtod(text, NULL);
		return !isnan(*number);
	}
	if (category != TYPCATEGORY_DATETIME && category != TYPCATEGORY_TIMESPAN)
		return false;
	seconds = probe_try(psprintf("SELECT extract(epoch FROM %s)",
								 probe_literal(text, getBaseType(type))));
	if (seconds == NULL)
		return false;
	*number = strtod(seconds, NULL);
	return !isnan(*number) && !isinf(*number);
}

/* The value of a type that a number stands for, or NULL. */
static char *
inverse_text(double number, Oid type)
{
	const char *name = format_type_be_qualified(type);

	switch (TypeCategory(getBaseType(type)))
	{
		case TYPCATEGORY_STRING:
			return fabs(number) >= 10 ? psprintf("%.0f", number)
									  : psprintf("%.6g", number);
		case TYPCATEGORY_NUMERIC:
			return probe_try(
				psprintf("SELECT (%.15g)::numeric::%s::text", number, name));
		case TYPCATEGORY_TIMESPAN:
			return probe_try(psprintf(
				"SELECT justify_hours(make_interval(secs => %.0f))::text",
				number));
		case TYPCATEGORY_DATETIME:
			return probe_try(
				psprintf("SELECT to_timestamp(%.6f)::%s::text", number, name));
		default:
			return NULL;
	}
}

/* ---- candidates ---- */

static char *
inverse_compute(const Inverse *inverse, char *candidate)
{
	OperandValues values = {1, &inverse->param, &candidate};

	return operand_evaluate(inverse->operand, &values);
}

/* Whether the best candidate's result is the value itself. */
static bool
inverse_is_exact(const Inverse *inverse)
{
	return inverse->best != NULL && inverse->distance == 0;
}

/* Keeps the candidate if its result is closer to the value. */
static void
inverse_try(Inverse *inverse, char *candidate)
{
	double wanted;
	double number;
	double distance;
	const char *result;

	if (candidate == NULL || inverse_is_exact(inverse))
		return;
	result = inverse_compute(inverse, candidate);
	if (result == NULL)
		return;
	if (strcmp(result, inverse->value) == 0)
		distance = 0;
	else if (inverse_number(result, inverse->result, &number) &&
			 inverse_number(inverse->value, inverse->result, &wanted))
		distance =
			fabs(number - wanted) + (inverse->direction * (number - wanted) < 0
										 ? INVERSE_WRONG_SIDE
										 : 0);
	else
		return;
	if (inverse->best != NULL && distance >= inverse->distance)
		return;
	inverse->best = candidate;
	inverse->distance = distance;
}

/* The ways to write a time as text. */
static void
inverse_try_formats(Inverse *inverse)
{
	static const char *const formats[] = {"YYYY-MM-DD",
										  "YYYY-MM-DD HH24:MI:SS",
										  "YYYY-MM-DD\"T\"HH24:MI:SS",
										  "YYYY-MM",
										  "YYYY",
										  "YYYYMMDD",
										  "YYYYMM",
										  "DD/MM/YYYY",
										  "MM/DD/YYYY",
										  "DD.MM.YYYY",
										  "DD-MM-YYYY",
										  "DD Mon YYYY",
										  "IYYY-\"W\"IW",
										  "HH24:MI"};

	if (inverse_is_exact(inverse) ||
		TypeCategory(getBaseType(inverse->type)) != TYPCATEGORY_STRING ||
		TypeCategory(getBaseType(inverse->result)) != TYPCATEGORY_DATETIME)
		return;
	for (int i = 0; i < lengthof(formats); i++)
		inverse_try(inverse, probe_try(psprintf(
								 "SELECT to_char(%s, '%s')",
								 probe_literal(inverse->value, inverse->result),
								 formats[i])));
}

/* A value of the parameter as a number, and the result with it. */
static bool
inverse_point(const Inverse *inverse, const char *text, double *at,
			  double *result)
{
	bool is_number =
		TypeCategory(getBaseType(inverse->type)) == TYPCATEGORY_STRING;

	if (is_number)
		*at = strtod(text, NULL);
	return (is_number || inverse_number(text, inverse->type, at)) &&
		   inverse_number(inverse_compute(inverse, pstrdup(text)),
						  inverse->result, result);
}

/* A number, and those beside it that the type may be too coarse for. */
static void
inverse_try_number(Inverse *inverse, double number)
{
	/* Seconds, of which a date has the days alone. */
	double step = getBaseType(inverse->type) == DATEOID ? 86400 : 1;

	inverse_try(inverse, inverse_text(number, inverse->type));
	inverse_try(inverse,
				inverse_text(floor(number / step) * step, inverse->type));
	inverse_try(inverse,
				inverse_text(ceil(number / step) * step, inverse->type));
}

/* The candidate on the line through the results of two others. */
static void
inverse_try_line(Inverse *inverse)
{
	static const struct
	{
		TYPCATEGORY category;
		const char *texts[2];
	} points[] = {
		{TYPCATEGORY_NUMERIC, {"0", "1"}},
		/* Years, of which there is none before 1. */
		{TYPCATEGORY_NUMERIC, {"2000", "2001"}},
		{TYPCATEGORY_STRING, {"0", "1"}},
		{TYPCATEGORY_TIMESPAN, {"0 seconds", "1 day"}},
		{TYPCATEGORY_DATETIME, {"2000-01-01", "2000-01-02"}},
	};
	TYPCATEGORY category = TypeCategory(getBaseType(inverse->type));
	double wanted;

	if (inverse_is_exact(inverse) ||
		!inverse_number(inverse->value, inverse->result, &wanted))
		return;
	for (int i = 0; i < lengthof(points); i++)
	{
		double at[2];
		double results[2];

		if (points[i].category == category && !inverse_is_exact(inverse) &&
			inverse_point(inverse, points[i].texts[0], &at[0], &results[0]) &&
			inverse_point(inverse, points[i].texts[1], &at[1], &results[1]) &&
			results[0] != results[1])
			inverse_try_number(inverse, at[0] + (wanted - results[0]) *
													(at[1] - at[0]) /
													(results[1] - results[0]));
	}
}

/* The text that a JSON value or bytes may be made of. */
static void
inverse_try_encodings(Inverse *inverse)
{
	static const struct
	{
		Oid type;
		const char *sql;
	} encodings[] = {
		{JSONBOID, "SELECT %s #>> '{}'"},
		{BYTEAOID, "SELECT encode(%s, 'hex')"},
		{BYTEAOID, "SELECT encode(%s, 'base64')"},
		{BYTEAOID, "SELECT convert_from(%s, 'UTF8')"},
	};

	for (int i = 0; i < lengthof(encodings); i++)
		if (getBaseType(inverse->result) == encodings[i].type &&
			!inverse_is_exact(inverse))
			inverse_try(inverse,
						probe_try(psprintf(
							encodings[i].sql,
							probe_literal(inverse->value, inverse->result))));
}

/* What the column's own function was applied to, in a row with the value. */
static void
inverse_try_argument(Inverse *inverse, const ParamUse *use, const char *value)
{
	ParamUse argument = *use;
	List *args = IsA(use->expr, FuncExpr) ? castNode(FuncExpr, use->expr)->args
				 : IsA(use->expr, OpExpr) ? castNode(OpExpr, use->expr)->args
										  : NIL;
	Oid type = exprType(use->expr);
	ListCell *cell;

	if (use->source != NULL || inverse_is_exact(inverse))
		return;
	foreach(cell, args)
	{
		ValueVariable variable = {.nparams = 1};
		Lookup lookup;

		if (!contain_var_clause(lfirst(cell)))
			continue;
		argument.expr = lfirst(cell);
		variable.uses[0] = argument;
		probe_start(&lookup, &variable);
		inverse_try(inverse, probe_try(psprintf(
								 "SELECT %s FROM %s WHERE %s %s %s LIMIT 1",
								 probe_text(probe_expression(&argument),
											exprType(argument.expr)),
								 lookup.sample, probe_expression(use),
								 probe_equality(type),
								 probe_literal(value, getBaseType(type)))));
	}
}

/* ---- the inverse ---- */

char *
inverse_operand(const ParamUse *use, Node *operand, int param, Oid type,
				const char *value, Oid from)
{
	Inverse inverse = {.operand = operand,
					   .param = param,
					   .type = type,
					   .result = exprType(operand),
					   .direction = use->kind == USE_LOWER   ? -1
									: use->kind == USE_UPPER ? 1
															 : 0};
	char *cast;

	if (value == NULL)
		return NULL;
	inverse.value = probe_cast(value, from, inverse.result);
	cast = probe_try(psprintf(
		"SELECT %s",
		probe_text(psprintf("(%s::%s)", probe_literal(value, getBaseType(from)),
							format_type_be_qualified(type)),
				   type)));
	inverse_try(&inverse, cast);
	inverse_try(&inverse, pstrdup(value));
	inverse_try_line(&inverse);
	inverse_try_formats(&inverse);
	inverse_try_encodings(&inverse);
	/* A function that is its own inverse, as reverse() is. */
	if (cast != NULL)
		inverse_try(&inverse, inverse_compute(&inverse, cast));
	inverse_try_argument(&inverse, use, value);
	if (inverse.best != NULL)
		return inverse.best;
	return cast != NULL ? cast : probe_cast(value, from, type);
}

char *
inverse_value(const Lookup *lookup, const char *value, int i)
{
	const ValueVariable *variable = lookup->variable;
	const ParamUse *use = &variable->uses[i];
	Oid from = exprType(use->expr);

	if (value == NULL)
		return NULL;
	/* For a use with rows of its own, the operand is part of the condition. */
	if (use->operand == NULL || use->kind == USE_ANY || use->kind == USE_SEARCH)
		return probe_cast(value, from, variable->types[i]);
	return inverse_operand(use, use->operand, variable->params[i],
						   variable->types[i], value, from);
}
