/*-------------------------------------------------------------------------
 *
 * query_settings.c
 *		The settings that a query of the contract runs with.
 *
 * The object is read level by level with the iterator of jsonb, which hands out
 * a list or an object within it whole. A value becomes the text that SET would
 * take. Whether a name and a value can be is left to the server, which checks
 * them, and the right to set them, when they are set.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "contract/query_settings.h"

/* ---- reading ---- */

static void
query_settings_refuse(const char *name)
{
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("setting \"%s\" has no value that can be tried", name),
			errdetail("A value is a string, a number, a boolean, a list of "
					  "these, or {\"column\": \"schema.table.column\"}."),
			errhint("Write a setting whose value is JSON as a string."));
}

/* Settings that a query has elsewhere, or that would undo its sandbox. */
static void
query_settings_check_name(const char *name)
{
	static const char *const elsewhere[][2] = {
		{"role", "Name the role with the column role of perfcheck_query."},
		{"session_authorization",
		 "Name the role with the column role of perfcheck_query."},
		{"search_path", "A query keeps the search_path under which "
						"perfcheck_add_query() was called."},
		{"perfcheck.role",
		 "Name the role with the column role of perfcheck_query."},
	};
	static const char own[] = "perfcheck.";

	for (int i = 0; i < lengthof(elsewhere); i++)
		if (pg_strcasecmp(name, elsewhere[i][0]) == 0)
			ereport(
				ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" cannot be among the settings of a query", name),
				errhint("%s", elsewhere[i][1]));
	/* How much is tried, and for how long, is for whoever judges to say. */
	if (pg_strncasecmp(name, own, strlen(own)) == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" cannot be among the settings of a query", name),
				errhint("Set it where the query is judged."));
}

/* The text of a string, a number or a boolean; NULL for another value. */
static char *
query_settings_text(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(
				numeric_out, NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return NULL;
	}
}

static void
query_settings_read_list(QuerySetting *setting, JsonbContainer *list)
{
	JsonbIterator *iterator = JsonbIteratorInit(list);
	JsonbIteratorToken token;
	JsonbValue value;

	setting->listed = true;
	(void) JsonbIteratorNext(&iterator, &value, true);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) == WJB_ELEM)
	{
		char *text = query_settings_text(&value);

		if (text == NULL)
			query_settings_refuse(setting->name);
		setting->values = lappend(setting->values, text);
	}
	if (setting->values == NIL)
		query_settings_refuse(setting->name);
}

/* Whoever names the column need not be who runs the query. */
static void
query_settings_find_column(QuerySetting *setting, const char *name)
{
	SandboxUser before = sandbox_enter_user(sandbox_author());
	List *names = compat_string_to_name_list(name);
	const char *column = strVal(llast(names));
	char kind;

	if (list_length(names) < 2 || list_length(names) > 3)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not the name of a table's column", name),
				errhint("Name it as schema.table.column."));
	names = list_truncate(names, list_length(names) - 1);
	setting->relid =
		RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, false);
	kind = get_rel_relkind(setting->relid);
	if (!RELKIND_HAS_TABLE_AM(kind) && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is not a table", get_rel_name(setting->relid)),
				errhint("Name a column of a table, whose rows are read."));
	setting->attnum = get_attnum(setting->relid, column);
	if (setting->attnum <= 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" of relation \"%s\" does not exist",
					   column, get_rel_name(setting->relid)),
				errhint("Name another column in the settings of the query."));
	sandbox_leave_user(before);
}

static void
query_settings_read_column(QuerySetting *setting, JsonbContainer *object)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue value;

	(void) JsonbIteratorNext(&iterator, &value, true);
	while (JsonbIteratorNext(&iterator, &value, true) == WJB_KEY)
	{
		bool known = strcmp(query_settings_text(&value), "column") == 0;

		(void) JsonbIteratorNext(&iterator, &value, true);
		if (known && value.type == jbvString)
			query_settings_find_column(setting, query_settings_text(&value));
		else
			query_settings_refuse(setting->name);
	}
	if (!OidIsValid(setting->relid))
		query_settings_refuse(setting->name);
}

static QuerySetting *
query_settings_read_one(char *name, const JsonbValue *value)
{
	QuerySetting *setting = palloc0(sizeof(*setting));
	char *text = query_settings_text(value);

	setting->name = name;
	query_settings_check_name(name);
	if (text != NULL)
		setting->values = list_make1(text);
	else if (value->type != jbvBinary)
		query_settings_refuse(name);
	else if (JsonContainerIsArray(value->val.binary.data))
		query_settings_read_list(setting, value->val.binary.data);
	else
		query_settings_read_column(setting, value->val.binary.data);
	return setting;
}

List *
query_settings_read(const ContractQuery *query)
{
	List *settings = NIL;
	JsonbIterator *iterator;
	JsonbValue value;
	Jsonb *jsonb;

	if (query->settings == NULL)
		return NIL;
	jsonb = DatumGetJsonbP(
		DirectFunctionCall1(jsonb_in, CStringGetDatum(query->settings)));
	if (!JB_ROOT_IS_OBJECT(jsonb))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("settings must be a JSON object"),
				errhint("Give names and values, such as {\"app.user\": "
						"\"5\"}."));
	iterator = JsonbIteratorInit(&jsonb->root);
	(void) JsonbIteratorNext(&iterator, &value, true);
	while (JsonbIteratorNext(&iterator, &value, true) == WJB_KEY)
	{
		char *name = query_settings_text(&value);

		(void) JsonbIteratorNext(&iterator, &value, true);
		settings = lappend(settings, query_settings_read_one(name, &value));
	}
	return settings;
}

/* ---- setting them ---- */

static void
query_settings_error_context(void *arg)
{
	errcontext("setting \"%s\"", *(const char **) arg);
}

void
query_settings_enter(const ContractQuery *query)
{
	List *settings = query_settings_read(query);
	const char *name = NULL;
	ErrorContextCallback callback = {
		.previous = error_context_stack,
		.callback = query_settings_error_context,
		.arg = &name,
	};
	ListCell *cell;

	error_context_stack = &callback;
	foreach(cell, settings)
	{
		const QuerySetting *setting = lfirst(cell);

		name = setting->name;
		if (setting->values != NIL)
			guc_scope_set(name, linitial(setting->values));
	}
	error_context_stack = callback.previous;
}
