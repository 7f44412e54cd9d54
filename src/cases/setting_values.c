/*-------------------------------------------------------------------------
 *
 * setting_values.c
 *		Which values a setting could have, by the rows of a table.
 *
 * Row security shows the role of a query the rows of one user or tenant. So the
 * column is read as the owner of the table, if the author has the owner's rights,
 * as he does whatever the owner may do anyway: no code of the owner's then runs
 * with more rights than his. Where row security is forced upon the owner, or the
 * author is not one, the author reads it himself if he may and its type is the
 * server's own; else the role of the query does, and finds what it may see. The
 * author is the caller, or who wrote the query if that may do less: the query sees
 * the values.
 *
 * A value of the column is not always what the setting holds. The comparison of
 * the query tells: it is evaluated, as the role of the query and under a setting
 * made from the value, with that value in place of the column.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/ruleutils.h"

#include "base/guc_scope.h"
#include "base/owner.h"
#include "base/sandbox.h"
#include "cases/choices.h"
#include "cases/frequency.h"
#include "cases/setting_values.h"
#include "query/table_conditions.h"

/* So many frequent values are held against each other for the stale one. */
#define SETTING_VALUES_FREQUENT 100

/* ---- as whom ---- */

/* May a user read a column, without code of others being called for it? */
static bool
setting_values_is_plain(const ParamUse *column, Oid user)
{
	return column->attnum != 0 &&
		   exprType(column->expr) < FirstNormalObjectId &&
		   (pg_class_aclcheck(column->relid, user, ACL_SELECT) == ACLCHECK_OK ||
			pg_attribute_aclcheck(column->relid, column->attnum, user,
								  ACL_SELECT) == ACLCHECK_OK);
}

/* Becomes, within a sandbox, whoever reads columns of one table. */
static void
setting_values_take_reader(const ParamUse *a, const ParamUse *b)
{
	Oid author = sandbox_author();
	Oid owner = owner_of_relation(a->relid);
	bool owns = OidIsValid(owner) && has_privs_of_role(author, owner);

	if (owns && check_enable_rls(a->relid, owner, true) != RLS_ENABLED)
		(void) sandbox_enter_user(owner);
	else if (setting_values_is_plain(a, author) &&
			 setting_values_is_plain(b, author))
		(void) sandbox_enter_user(author);
}

/* ---- the values of a column ---- */

typedef struct ColumnReading
{
	const ParamUse *column;
	const Query *query;
	MemoryContext results;
	List *choices;
} ColumnReading;

static SettingChoice *
setting_values_add(ColumnReading *reading, const char *kind, const char *key,
				   double share)
{
	MemoryContext old = MemoryContextSwitchTo(reading->results);
	SettingChoice *choice = palloc0(sizeof(*choice));

	choice->kind = kind;
	choice->key = pstrdup(key);
	choice->value = choice->key;
	choice->share = share;
	choice->weighs = true;
	reading->choices = lappend(reading->choices, choice);
	MemoryContextSwitchTo(old);
	return choice;
}

/* The column of the table that the rows of the query are ordered by, or NULL. */
static const OrderColumn *
setting_values_order(const ColumnReading *reading)
{
	List *tables = table_conditions_read(reading->query, NULL);
	ListCell *cell;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);

		if (table->relid == reading->column->relid && table->order != NIL &&
			((OrderColumn *) linitial(table->order))->attnum != 0)
			return linitial(table->order);
	}
	return NULL;
}

/* The value at the near end of an order, by an aggregate that the type has. */
static const char *
setting_values_nearest(Oid relid, const OrderColumn *order)
{
	const char *name =
		quote_identifier(get_attname(relid, order->attnum, false));

	switch (TypeCategory(get_atttype(relid, order->attnum)))
	{
		case TYPCATEGORY_NUMERIC:
		case TYPCATEGORY_DATETIME:
		case TYPCATEGORY_STRING:
			return psprintf("%s(t.%s)", order->descending ? "max" : "min",
							name);
		default:
			return psprintf("(array_agg(t.%s ORDER BY t.%s %s))[1]", name, name,
							order->descending ? "DESC" : "ASC");
	}
}

/*
 * Adds the stale value: of the frequent ones, that whose first row comes last in
 * the order of the query. A scan in that order passes by all rows before it.
 */
static void
setting_values_add_stale(ColumnReading *reading, const Lookup *lookup)
{
	const OrderColumn *order = setting_values_order(reading);
	const char *expression = probe_expression(reading->column);
	const char *key;

	if (order == NULL)
		return;
	probe_select(psprintf(
		"SELECT v FROM (SELECT min(%s COLLATE \"C\") AS v, count(*) AS n, "
		"%s AS place FROM %s WHERE %s IS NOT NULL GROUP BY %s "
		"ORDER BY 2 DESC, 1 LIMIT %d) AS s ORDER BY place %s, v LIMIT 1",
		probe_text(expression, lookup->type),
		setting_values_nearest(reading->column->relid, order), lookup->sample,
		expression, expression, SETTING_VALUES_FREQUENT,
		order->descending ? "ASC" : "DESC"));
	if (SPI_processed == 0)
		return;
	key = probe_get(0, 1);
	(void) setting_values_add(
		reading, "stale", key,
		probe_count(lookup, frequency_equal(lookup, key)) /
			Max(lookup->rows, 1));
}

static void
setting_values_read_inside(void *arg)
{
	ColumnReading *reading = arg;
	ValueVariable variable = {
		.nparams = 1,
		.params = {1},
		.types = {getBaseType(exprType(reading->column->expr))},
		.uses = {*reading->column}};
	Lookup lookup;
	ValueList list = {.context = reading->results, .lookup = &lookup};
	ListCell *cell;
	int level;

	setting_values_take_reader(reading->column, reading->column);
	level = probe_open();
	probe_start(&lookup, &variable);
	choices_equal(&list);
	foreach(cell, list.choices)
	{
		const ValueChoice *found = lfirst(cell);

		if (found->values[0] != NULL)
			setting_values_add(reading, found->kind, found->values[0],
							   found->share)
				->weighs = found->weighs;
	}
	if (list.choices != NIL)
		setting_values_add_stale(reading, &lookup);
	probe_close(level);
}

static void
setting_values_read_row(void *arg)
{
	ColumnReading *reading = arg;
	ValueVariable variable = {.nparams = 1, .uses = {*reading->column}};
	const char *expression;
	Lookup lookup;
	int level;

	setting_values_take_reader(reading->column, reading->column);
	level = probe_open();
	probe_start(&lookup, &variable);
	expression = probe_expression(reading->column);
	probe_select(psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL LIMIT 1",
						  probe_text(expression, lookup.type), lookup.table,
						  expression));
	if (SPI_processed > 0)
		(void) setting_values_add(reading, "any", probe_get(0, 1), -1);
	probe_close(level);
}

List *
setting_values_of_a_row(const ParamUse *column)
{
	ColumnReading reading = {.column = column, .results = CurrentMemoryContext};
	ErrorData *error = sandbox_run(setting_values_read_row, &reading, 0);

	if (error != NULL)
		ReThrowError(error);
	return reading.choices;
}

List *
setting_values_of_column(const ParamUse *column, const Query *query)
{
	ColumnReading reading = {
		.column = column, .query = query, .results = CurrentMemoryContext};
	ErrorData *error = sandbox_run(setting_values_read_inside, &reading, 0);

	if (error != NULL)
		ReThrowError(error);
	return reading.choices;
}

/* ---- from a value of the column to one of the setting ---- */

/* What the setting holds, in the order in which it is tried. */
typedef enum SettingForm
{
	FORM_PLAIN,   /* the value */
	FORM_ARRAY,   /* an array with the value */
	FORM_CHANGED, /* the JSON that it has, with the value in it */
	FORM_JSON,    /* JSON with nothing but the value */
	FORM_END
} SettingForm;

typedef struct SettingTrial
{
	const SettingUse *use;
	const char *name;
	const char *given;
	List *choices;
	MemoryContext results;
	SettingForm form;
	List *values; /* char *, one for each choice; NIL if one does not fit */
} SettingTrial;

static char *
setting_values_json(const SettingUse *use, const char *key)
{
	StringInfoData json;
	ListCell *cell;

	initStringInfo(&json);
	foreach(cell, use->keys)
	{
		appendStringInfoChar(&json, '{');
		escape_json(&json, lfirst(cell));
		appendStringInfoString(&json, ": ");
	}
	escape_json(&json, key);
	foreach(cell, use->keys)
		appendStringInfoChar(&json, '}');
	return json.data;
}

/* Returns the value of the setting in a form; NULL where it has no such form. */
static const char *
setting_values_make(const SettingTrial *trial, const char *key)
{
	bool is_json = trial->use->keys != NIL;

	switch (trial->form)
	{
		case FORM_ARRAY:
			return probe_array(list_make1(unconstify(char *, key)));
		case FORM_CHANGED:
			if (!is_json || trial->given == NULL || trial->given[0] == '\0')
				return NULL;
			probe_select(
				psprintf("SELECT jsonb_set(%s::jsonb, %s::text[], "
						 "to_jsonb(%s::text))::text",
						 quote_literal_cstr(trial->given),
						 quote_literal_cstr(probe_array(trial->use->keys)),
						 quote_literal_cstr(key)));
			return probe_get(0, 1);
		case FORM_JSON:
			return is_json ? setting_values_json(trial->use, key) : NULL;
		default:
			return key;
	}
}

typedef struct ColumnValue
{
	const char *key;
} ColumnValue;

static Node *
setting_values_put(Node *node, void *arg)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && castNode(Param, node)->paramid == 1)
		return (Node *) operand_constant(castNode(Param, node),
										 ((const ColumnValue *) arg)->key);
	return expression_tree_mutator(node, setting_values_put, arg);
}

static void
setting_values_try_inside(void *arg)
{
	SettingTrial *trial = arg;
	int level = probe_open();
	List *values = NIL;
	ListCell *cell;

	foreach(cell, trial->choices)
	{
		ColumnValue column = {((const SettingChoice *) lfirst(cell))->key};
		const char *value = setting_values_make(trial, column.key);
		const char *met = NULL;
		MemoryContext old;

		if (value != NULL)
		{
			guc_scope_set(trial->name, value);
			probe_select(psprintf(
				"SELECT %s",
				deparse_expression(
					setting_values_put(trial->use->comparison, &column), NIL,
					false, false)));
			met = probe_get(0, 1);
		}
		if (met == NULL || strcmp(met, "t") != 0)
		{
			values = NIL;
			break;
		}
		old = MemoryContextSwitchTo(trial->results);
		values = lappend(values, pstrdup(value));
		MemoryContextSwitchTo(old);
	}
	trial->values = values;
	probe_close(level);
}

bool
setting_values_fit(const SettingUse *use, const char *name, const char *given,
				   List *choices)
{
	SettingTrial trial = {.use = use,
						  .name = name,
						  .given = given,
						  .choices = choices,
						  .results = CurrentMemoryContext};
	ListCell *choice;
	ListCell *value;

	for (; trial.form < FORM_END; trial.form++)
		if (sandbox_run(setting_values_try_inside, &trial, 0) == NULL &&
			trial.values != NIL)
			break;
	if (trial.values == NIL)
		return false;
	forboth(choice, choices, value, trial.values)
		((SettingChoice *) lfirst(choice))->value = lfirst(value);
	return true;
}

/* ---- two columns of one table ---- */

typedef struct PartnerReading
{
	const ParamUse *a;
	const char *key;
	const ParamUse *b;
	MemoryContext results;
	char *found;
} PartnerReading;

static void
setting_values_partner_inside(void *arg)
{
	PartnerReading *reading = arg;
	ValueVariable variable = {.nparams = 1, .uses = {*reading->a}};
	const char *expression;
	Lookup lookup;
	int level;

	setting_values_take_reader(reading->a, reading->b);
	level = probe_open();
	probe_start(&lookup, &variable);
	expression = probe_expression(reading->b);
	probe_select(psprintf(
		"SELECT min(%s COLLATE \"C\"), count(*) FROM %s WHERE %s "
		"AND %s IS NOT NULL GROUP BY %s ORDER BY 2 DESC, 1 LIMIT 1",
		probe_text(expression, exprType(reading->b->expr)), lookup.table,
		frequency_equal(&lookup, reading->key), expression, expression));
	if (SPI_processed > 0)
		reading->found = MemoryContextStrdup(reading->results, probe_get(0, 1));
	probe_close(level);
}

char *
setting_values_partner(const ParamUse *a, const char *key, const ParamUse *b)
{
	PartnerReading reading = {
		.a = a, .key = key, .b = b, .results = CurrentMemoryContext};
	ErrorData *error;

	if (a->relid != b->relid)
		return NULL;
	error = sandbox_run(setting_values_partner_inside, &reading, 0);
	if (error != NULL)
		ReThrowError(error);
	return reading.found;
}
