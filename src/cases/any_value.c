/*-------------------------------------------------------------------------
 *
 * any_value.c
 *		Chooses values that select no rows by themselves.
 *
 * A list is written in each of the usual ways, for some values of the rows, until
 * the query makes the same values of it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/absent.h"
#include "cases/any_value.h"
#include "cases/inverse.h"

/* The most bytes of a value that a label shows. */
#define ANY_VALUE_LABEL 30

/* ---- free values ---- */

void
any_value_add(ValueList *list)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	ListCell *cell;

	foreach(cell, use->values)
	{
		char *value = lfirst(cell);
		const char *kind = "any";

		if (use->kind == USE_SWITCH && value == NULL)
			kind = "null";
		else if (use->kind == USE_SWITCH)
			kind = MemoryContextStrdup(
				list->context,
				psprintf("%.*s",
						 pg_mbcliplen(value, strlen(value), ANY_VALUE_LABEL),
						 value));
		(void) choices_add(list, kind, &value, 1);
	}
}

/* ---- widths ---- */

/* Returns a part of the span of the rows, as a value of the parameter's type. */
static char *
any_value_part(const Lookup *lookup, const char *span, double part)
{
	Oid type = lookup->variable->types[0];
	bool is_time =
		TypeCategory(getBaseType(lookup->type)) == TYPCATEGORY_DATETIME;

	if (TypeCategory(getBaseType(type)) == TYPCATEGORY_TIMESPAN)
		return probe_try(psprintf(
			"SELECT justify_hours(make_interval(secs => round((%s) * %g)))::text",
			span, part));
	/* A number that is taken from a date is one of days. */
	return probe_try(
		psprintf("SELECT (%s)::%s::text",
				 is_time ? psprintf("ceil((%s) * %g / 86400)", span, part)
						 : psprintf("(%s) * %g", span, part),
				 format_type_be_qualified(type)));
}

void
any_value_add_width(ValueList *list)
{
	static const struct
	{
		const char *kind;
		double part;
	} widths[] = {{"typical", 0.01}, {"wide", 1}, {"narrow", 0.001}};
	const Lookup *lookup = list->lookup;
	const char *smallest = probe_extreme(lookup, -1);
	const char *largest = probe_extreme(lookup, 1);
	bool is_time =
		TypeCategory(getBaseType(lookup->type)) == TYPCATEGORY_DATETIME;
	const char *format =
		is_time ? "extract(epoch FROM %s) - extract(epoch FROM %s)" : "%s - %s";

	if (smallest == NULL)
		return;
	for (int i = 0; i < lengthof(widths); i++)
	{
		Oid type = getBaseType(lookup->type);
		const char *span = psprintf(format, probe_literal(largest, type),
									probe_literal(smallest, type));
		char *value = any_value_part(lookup, span, widths[i].part);

		if (value != NULL)
			(void) choices_add(list, widths[i].kind, &value, -1);
	}
}

/* ---- lists ---- */

/* SQL that writes the array %s, of text, as a list. */
static const char *const any_value_formats[] = {
	"%s::text",
	"array_to_string(%s, ',')",
	"array_to_json(%s)::text",
	"'[' || array_to_string(%s, ',') || ']'",
	"array_to_string(%s, ' ')",
	"array_to_string(%s, ';')",
	"array_to_string(%s, '|')",
};

static bool
any_value_walk_texts(Node *node, void *context)
{
	List **texts = context;

	if (node == NULL)
		return false;
	if (IsA(node, Const) && castNode(Const, node)->consttype == TEXTOID &&
		!castNode(Const, node)->constisnull)
		*texts = lappend(
			*texts, TextDatumGetCString(castNode(Const, node)->constvalue));
	return expression_tree_walker(node, any_value_walk_texts, context);
}

/* The formats above, and JSON objects with the keys that the query reads. */
static List *
any_value_lists(Node *operand)
{
	List *keys = NIL;
	List *formats = NIL;
	ListCell *cell;

	for (int i = 0; i < lengthof(any_value_formats); i++)
		formats = lappend(formats, unconstify(char *, any_value_formats[i]));
	(void) any_value_walk_texts(operand, &keys);
	foreach(cell, keys)
		if (strchr(lfirst(cell), '%') == NULL)
			formats = lappend(
				formats,
				psprintf("(SELECT coalesce(json_agg(json_build_object(%s, e)), "
						 "'[]')::text FROM unnest(%%s) AS u (e))",
						 quote_literal_cstr(lfirst(cell))));
	return formats;
}

/* Returns an array as the list of a format, or NULL. */
static char *
any_value_list(const char *array, const char *format)
{
	return probe_try(psprintf(
		"SELECT %s",
		psprintf(format, psprintf("%s::text[]", quote_literal_cstr(array)))));
}

typedef struct ListTrial
{
	const ValueVariable *variable;
	char *list;
	const char *array;
	bool is_equal;
} ListTrial;

static void
any_value_try_list(void *arg)
{
	ListTrial *trial = arg;
	Node *operand = trial->variable->uses[0].operand;
	const char *sql = probe_operand(trial->variable, operand, &trial->list);
	const char *values =
		expression_returns_set(operand)
			? psprintf("ARRAY(SELECT v::text FROM (SELECT %s AS v) AS s)", sql)
			: psprintf("(%s)::text[]", sql);

	probe_select(psprintf("SELECT %s = %s::text[]", values,
						  quote_literal_cstr(trial->array)));
	trial->is_equal = probe_get(0, 1) != NULL && probe_get(0, 1)[0] == 't';
}

/* Whether the query makes the values of an array of the list. */
static bool
any_value_is_list(const ValueVariable *variable, char *list, const char *array)
{
	ListTrial trial = {variable, list, array, false};

	return list != NULL &&
		   sandbox_run(any_value_try_list, &trial,
					   perfcheck_statement_timeout) == NULL &&
		   trial.is_equal;
}

void
any_value_put_lists(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;
	const char *format = NULL;
	const char *array;
	List *formats;
	ListCell *cell;

	if (list->choices == NIL || variable->uses[0].operand == NULL)
		return;
	/* The second choice has several values, of which the separator tells. */
	array = ((ValueChoice *) list_nth(list->choices,
									  Min(1, list_length(list->choices) - 1)))
				->values[0];
	formats = any_value_lists(variable->uses[0].operand);
	foreach(cell, formats)
	{
		format = lfirst(cell);
		if (any_value_is_list(variable, any_value_list(array, format), array))
			break;
		format = NULL;
	}
	if (format == NULL)
		return;
	foreach(cell, list->choices)
	{
		ValueChoice *choice = lfirst(cell);
		char *text = any_value_list(choice->values[0], format);

		/* Not every list can be empty. */
		if (!any_value_is_list(variable, text, choice->values[0]))
			list->choices = foreach_delete_current(list->choices, cell);
		else
			choice->values[0] = MemoryContextStrdup(list->context, text);
	}
}

/* ---- values that cannot be found ---- */

/* Whether the query finds a row with the values of a choice, or may. */
static bool
any_value_finds(const Lookup *lookup, char *const *values)
{
	const char *condition = probe_condition(lookup, values);

	return condition == NULL || probe_exists(lookup, condition);
}

/* Replaces a value that is not absent for the query, or takes it out. */
static void
any_value_check_absent(ValueList *list, ValueChoice *absent)
{
	List *values = absent_fixed_values(list->lookup->type);
	ListCell *cell;

	if (!any_value_finds(list->lookup, absent->values))
		return;
	foreach(cell, values)
	{
		char *value = inverse_value(list->lookup, lfirst(cell), 0);

		if (value == NULL || any_value_finds(list->lookup, &value))
			continue;
		absent->values[0] = MemoryContextStrdup(list->context, value);
		return;
	}
	list->choices = list_delete_ptr(list->choices, absent);
}

void
any_value_check(ValueList *list)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	ListCell *cell;
	ValueChoice *first;

	if (use->operand == NULL || list->choices == NIL ||
		use->kind != USE_EQUAL ||
		probe_condition(list->lookup,
						((ValueChoice *) linitial(list->choices))->values) ==
			NULL)
		return;
	foreach(cell, list->choices)
	{
		ValueChoice *choice = lfirst(cell);

		if (!choice->weighs || !any_value_finds(list->lookup, choice->values))
			continue;
		choice = llast(list->choices);
		if (!choice->weighs)
			any_value_check_absent(list, choice);
		return;
	}
	first = linitial(list->choices);
	first->kind = "absent";
	first->share = 0;
	first->weighs = false;
	list->choices = list_truncate(list->choices, 1);
}

void
any_value_widen(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	const ParamUse *use = &lookup->variable->uses[0];
	int direction = use->kind == USE_LOWER ? -1 : 1;
	char *beyond = NULL;
	ListCell *cell;

	if (use->source == NULL || lookup->variable->nparams > 1 ||
		(use->kind != USE_LOWER && use->kind != USE_UPPER))
		return;
	foreach(cell, list->choices)
	{
		ValueChoice *choice = lfirst(cell);

		if (!choice->weighs ||
			probe_exists(lookup, probe_condition(lookup, choice->values)))
			continue;
		if (beyond == NULL)
			beyond = inverse_value(
				lookup,
				absent_beyond(lookup->type, probe_extreme(lookup, direction),
							  direction),
				0);
		if (beyond == NULL)
			return;
		choice->values[0] = MemoryContextStrdup(list->context, beyond);
		choice->share = probe_share(lookup, choice->values);
	}
}
