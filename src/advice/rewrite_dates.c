/*-------------------------------------------------------------------------
 *
 * rewrite_dates.c
 *		What is done to a time, as a range of the time itself.
 *
 * What cuts a time off, such as date_trunc() and a cast to date, is the same for
 * all times from the start of a unit up to the start of the next one. That the
 * value is the start of a unit is taken for granted, since for another one the
 * condition would find nothing. A derived value that no row has may be another one,
 * and is replaced by a day that all units start with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

#include "advice/rewrite_dates.h"
#include "advice/rewrite_site.h"

static bool
rewrite_dates_is_time(Oid type)
{
	return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID;
}

/* ---- date_trunc() ---- */

/* Returns the length of a unit as SQL, or NULL. */
static const char *
rewrite_dates_unit(const char *name)
{
	static const char *const units[][2] = {
		{"second", "1 second"},  {"minute", "1 minute"}, {"hour", "1 hour"},
		{"day", "1 day"},        {"week", "1 week"},     {"month", "1 month"},
		{"quarter", "3 months"}, {"year", "1 year"},
	};

	for (int i = 0; name != NULL && i < lengthof(units); i++)
		if (pg_strcasecmp(name, units[i][0]) == 0)
			return units[i][1];
	return NULL;
}

static bool
rewrite_dates_trunc(List *args, const Bound *value, Unwrapping *step)
{
	const char *unit = rewrite_dates_unit(rewrite_site_string(linitial(args)));
	const char *start = rewrite_bound_typed(value);
	const char *zone = NULL;
	char *next;

	if (unit == NULL || !rewrite_dates_is_time(value->type) ||
		(list_length(args) == 3 && value->type != TIMESTAMPTZOID))
		return false;
	step->inner = lsecond(args);
	step->value = *value;
	if (list_length(args) == 3)
	{
		zone = rewrite_bound_of(lthird(args)).text;
		next =
			psprintf("((%s AT TIME ZONE %s + interval '%s') AT TIME ZONE %s)",
					 start, zone, unit, zone);
	}
	else
		next = psprintf("(%s + interval '%s')", start, unit);
	step->absent = "0801-01-01 00:00:00";
	step->reads =
		psprintf("NULLIF(date_trunc('%s', %s%s%s) = %s, false)",
				 rewrite_site_string(linitial(args)), start,
				 zone == NULL ? "" : ", ", zone == NULL ? "" : zone, start);
	step->next = rewrite_bound_make(next, value->type == DATEOID ? TIMESTAMPOID
																 : value->type);
	step->what = "is wrapped in date_trunc()";
	return true;
}

/* ---- extract() and to_char() ---- */

/* Returns the text of a value as an integer. */
static char *
rewrite_dates_integer(const Bound *value)
{
	return value->type == INT4OID && !value->bare
			   ? value->text
			   : rewrite_bound_cast_text(value, INT4OID);
}

char *
rewrite_dates_field(Node *expression, Node **time)
{
	const char *name = rewrite_site_function(expression);
	List *args;

	if (strcmp(name, "extract") != 0 && strcmp(name, "date_part") != 0)
		return NULL;
	args = castNode(FuncExpr, expression)->args;
	if (list_length(args) != 2 ||
		!rewrite_dates_is_time(exprType(lsecond(args))))
		return NULL;
	*time = lsecond(args);
	return rewrite_site_string(linitial(args));
}

Bound
rewrite_dates_month(const Bound *year, const Bound *month, Bound *next,
					const char **absent)
{
	char *start = psprintf("make_date(%s, %s, 1)", rewrite_dates_integer(year),
						   rewrite_dates_integer(month));

	*next = rewrite_bound_make(psprintf("(%s + interval '1 month')", start),
							   TIMESTAMPOID);
	*absent = "987";
	return rewrite_bound_make(start, DATEOID);
}

static bool
rewrite_dates_extract(Node *expression, const Bound *value, Unwrapping *step)
{
	const char *field = rewrite_dates_field(expression, &step->inner);

	if (field == NULL)
		return false;
	step->what = "is wrapped in extract()";
	if (pg_strcasecmp(field, "year") == 0)
	{
		const char *year = rewrite_dates_integer(value);

		step->value =
			rewrite_bound_make(psprintf("make_date(%s, 1, 1)", year), DATEOID);
		step->next = rewrite_bound_make(
			psprintf("make_date(%s + 1, 1, 1)", year), DATEOID);
		step->absent = "987";
		return true;
	}
	if (pg_strcasecmp(field, "epoch") == 0 && exprType(step->inner) != DATEOID)
	{
		Oid type = exprType(step->inner);
		char *time = psprintf("to_timestamp(%s)", value->text);

		/* Of a time without a zone it counts as if that were UTC. */
		if (type == TIMESTAMPOID)
			time = psprintf("(%s AT TIME ZONE 'UTC')", time);
		step->value = rewrite_bound_make(time, type);
		return true;
	}
	return false;
}

/* A format of to_char() that is the name of a day, a month or a year. */
typedef struct DateFormat
{
	const char *format;
	const char *length;
	bool ordered; /* the text is in the order of time */
	const char *absent;
} DateFormat;

static bool
rewrite_dates_to_char(List *args, int strategy, const Bound *value,
					  Unwrapping *step)
{
	static const DateFormat formats[] = {
		{"YYYY-MM-DD", "1 day", true, "0987-01-01"},
		{"YYYYMMDD", "1 day", true, "09870101"},
		{"YYYY/MM/DD", "1 day", true, "0987/01/01"},
		{"DD.MM.YYYY", "1 day", false, "01.01.0987"},
		{"DD/MM/YYYY", "1 day", false, "01/01/0987"},
		{"DD-MM-YYYY", "1 day", false, "01-01-0987"},
		{"MM/DD/YYYY", "1 day", false, "01/01/0987"},
		{"YYYY-MM", "1 month", true, "0987-01"},
		{"YYYYMM", "1 month", true, "098701"},
		{"YYYY/MM", "1 month", true, "0987/01"},
		{"MM/YYYY", "1 month", false, "01/0987"},
		{"YYYY", "1 year", true, "0987"},
	};
	const char *format = rewrite_site_string(lsecond(args));
	char *start;

	if (format == NULL || !rewrite_dates_is_time(exprType(linitial(args))))
		return false;
	for (int i = 0; i < lengthof(formats); i++)
	{
		if (pg_strcasecmp(format, formats[i].format) != 0)
			continue;
		if (!formats[i].ordered && strategy != BTEqualStrategyNumber)
			return false;
		start = i == 0 ? rewrite_bound_cast_text(value, DATEOID)
					   : psprintf("to_date(%s, %s)", value->text,
								  quote_literal_cstr(format));
		step->inner = linitial(args);
		step->value = rewrite_bound_make(start, DATEOID);
		step->next =
			strcmp(formats[i].length, "1 day") == 0
				? rewrite_bound_make(psprintf("(%s + 1)", start), DATEOID)
				: rewrite_bound_make(psprintf("(%s + interval '%s')", start,
											  formats[i].length),
									 TIMESTAMPOID);
		step->what = "is wrapped in to_char()";
		step->absent = formats[i].absent;
		return true;
	}
	return false;
}

/* ---- casts, zones and ages ---- */

static bool
rewrite_dates_cast(Node *inner, const Bound *value, Unwrapping *step)
{
	const char *day;

	if (value->type != DATEOID)
		return false;
	day = rewrite_bound_typed(value);
	step->inner = inner;
	step->value = *value;
	step->next = rewrite_bound_make(psprintf("(%s + 1)", day), DATEOID);
	step->what = "is cast to date";
	return true;
}

static bool
rewrite_dates_zone(List *args, const Bound *value, Unwrapping *step)
{
	Node *inner = lsecond(args);
	Oid type =
		exprType(inner) == TIMESTAMPTZOID ? TIMESTAMPOID : TIMESTAMPTZOID;

	if (rewrite_site_has_columns(linitial(args)) ||
		!rewrite_dates_is_time(exprType(inner)) ||
		!rewrite_dates_is_time(value->type))
		return false;
	step->inner = inner;
	step->value = rewrite_bound_make(
		psprintf("(%s AT TIME ZONE %s)", rewrite_bound_cast_text(value, type),
				 rewrite_bound_of(linitial(args)).text),
		exprType(inner));
	step->what = "is moved to another time zone";
	return true;
}

/* age(time) counts from midnight, and age(now, time) from now. */
static bool
rewrite_dates_age(List *args, const Bound *value, Unwrapping *step)
{
	const char *from = "CURRENT_DATE";
	Oid type = TIMESTAMPOID;

	if (value->type != INTERVALOID)
		return false;
	if (list_length(args) == 2)
	{
		Bound start = rewrite_bound_of(linitial(args));

		if (rewrite_site_has_columns(linitial(args)))
			return false;
		from = rewrite_bound_typed(&start);
		type = start.type == DATEOID ? TIMESTAMPOID : start.type;
	}
	step->inner = llast(args);
	step->value = rewrite_bound_make(
		psprintf("(%s - %s)", from, rewrite_bound_typed(value)), type);
	step->flips = true;
	step->what = "is wrapped in age()";
	return true;
}

bool
rewrite_dates_unwrap(Node *expression, int strategy, const Bound *value,
					 Unwrapping *step)
{
	const char *name = rewrite_site_function(expression);
	List *args;

	if (name[0] == '\0')
		return false;
	args = castNode(FuncExpr, expression)->args;
	if (strcmp(name, "date") == 0 && list_length(args) == 1 &&
		rewrite_dates_is_time(exprType(linitial(args))))
		return rewrite_dates_cast(linitial(args), value, step);
	if (strcmp(name, "date_trunc") == 0)
		return rewrite_dates_trunc(args, value, step);
	if (strcmp(name, "to_char") == 0)
		return rewrite_dates_to_char(args, strategy, value, step);
	if (strcmp(name, "timezone") == 0 && list_length(args) == 2)
		return rewrite_dates_zone(args, value, step);
	if (strcmp(name, "age") == 0)
		return rewrite_dates_age(args, value, step);
	/* The comparison stays when a time gets or loses its zone. */
	if ((strcmp(name, "timestamptz") == 0 || strcmp(name, "timestamp") == 0) &&
		rewrite_dates_is_time(exprType(linitial(args))) &&
		rewrite_dates_is_time(value->type))
	{
		step->inner = linitial(args);
		step->value = *value;
		step->what = psprintf("is cast to %s", name);
		return true;
	}
	return rewrite_dates_extract(expression, value, step);
}
