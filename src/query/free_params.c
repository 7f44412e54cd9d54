/*-------------------------------------------------------------------------
 *
 * free_params.c
 *		Values for parameters that are compared with nothing.
 *
 * Times are fixed, so that two runs ask for the same. A type that the tables do
 * not name gets the value of its category, if its input function takes it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/catcache.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "query/free_params.h"
#include "query/operand.h"

/* ---- settings ---- */

typedef struct CheckContext
{
	Oid type;
	char *text;
} CheckContext;

static void
free_params_check(void *arg)
{
	const CheckContext *context = arg;
	Oid input;
	Oid ioparam;

	getTypeInputInfo(context->type, &input, &ioparam);
	(void) OidInputFunctionCall(input, context->text, ioparam, -1);
}

/* Returns a copy of text, or NULL if the type, a domain perhaps, refuses it. */
static char *
free_params_checked(Oid type, const char *text)
{
	CheckContext context = {type, pstrdup(text)};

	return sandbox_run(free_params_check, &context,
					   perfcheck_statement_timeout) == NULL
			   ? context.text
			   : NULL;
}

/* An argument that tells a function how to work; NULL: by the value's type. */
typedef struct Setting
{
	const char *function;
	int argument; /* from 0 */
	const char *text;
} Setting;

static const Setting free_params_known[] = {
	{"timezone", 0, "UTC"},         {"date_trunc", 0, "day"},
	{"date_trunc", 2, "UTC"},       {"date_part", 0, "day"},
	{"extract", 0, "day"},          {"date_bin", 0, "1 day"},
	{"date_bin", 2, "2024-01-01"},  {"to_char", 1, NULL},
	{"to_date", 1, "YYYY-MM-DD"},   {"to_timestamp", 1, "YYYY-MM-DD"},
	{"to_number", 1, "999999999"},  {"encode", 1, "hex"},
	{"decode", 1, "hex"},           {"round", 1, "2"},
	{"make_timestamptz", 6, "UTC"}, {"string_agg", 1, ","},
	{"array_to_string", 1, ","},    {"string_to_array", 1, ","},
	{"string_to_table", 1, ","},    {"concat_ws", 0, ","},
};

static const char *
free_params_format(Oid type)
{
	switch (TypeCategory(getBaseType(type)))
	{
		case TYPCATEGORY_DATETIME:
			return "YYYY-MM-DD";
		case TYPCATEGORY_TIMESPAN:
			return "HH24:MI:SS";
		default:
			return "999999999";
	}
}

/* The parameter that node is, under casts; NULL for another node. */
static const Param *
free_params_below(Node *node)
{
	while (IsA(node, RelabelType) || IsA(node, CoerceViaIO))
		node = IsA(node, RelabelType)
				   ? (Node *) castNode(RelabelType, node)->arg
				   : (Node *) castNode(CoerceViaIO, node)->arg;
	return IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN
			   ? castNode(Param, node)
			   : NULL;
}

typedef struct SettingsContext
{
	int nparams;
	char **texts;
} SettingsContext;

/* The text for an argument of a function; NULL if it is no setting. */
static const char *
free_params_setting(const char *name, List *args, int argument)
{
	/* The one argument of a function is what it works on. */
	if (list_length(args) < 2)
		return NULL;
	for (int i = 0; i < lengthof(free_params_known); i++)
	{
		const Setting *setting = &free_params_known[i];

		if (setting->argument == argument &&
			strcmp(setting->function, name) == 0)
			return setting->text != NULL
					   ? setting->text
					   : free_params_format(exprType(linitial(args)));
	}
	return NULL;
}

static void
free_params_of_call(const char *name, List *args, SettingsContext *context)
{
	ListCell *cell;

	foreach(cell, args)
	{
		const Param *param = free_params_below(lfirst(cell));
		const char *text;

		if (param == NULL || param->paramid > context->nparams)
			continue;
		text =
			exprType(lfirst(cell)) == REGCONFIGOID
				? GetConfigOption("default_text_search_config", false, false)
				: free_params_setting(name, args, foreach_current_index(cell));
		if (text != NULL)
			context->texts[param->paramid - 1] =
				free_params_checked(param->paramtype, text);
	}
}

static bool
free_params_walk_calls(Node *node, void *arg)
{
	const char *name;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), free_params_walk_calls,
								 arg, 0);
	if (IsA(node, FuncExpr))
	{
		name = get_func_name(castNode(FuncExpr, node)->funcid);
		if (name != NULL)
			free_params_of_call(name, castNode(FuncExpr, node)->args, arg);
	}
	return expression_tree_walker(node, free_params_walk_calls, arg);
}

void
free_params_settings(Query *query, int nparams, char **texts)
{
	SettingsContext context = {nparams, texts};

	(void) free_params_walk_calls((Node *) query, &context);
}

/* ---- values of a type ---- */

typedef struct TypeText
{
	Oid type;
	const char *text;
} TypeText;

static const TypeText free_params_types_known[] = {
	{BOOLOID, "true"},
	{BYTEAOID, "\\x61"},
	{UUIDOID, "00000000-0000-4000-8000-000000000001"},
	{JSONOID, "{}"},
	{JSONBOID, "{}"},
	{JSONPATHOID, "$"},
	{XMLOID, "<a/>"},
	{TSQUERYOID, "a"},
	{TSVECTOROID, "a"},
	{TIMEOID, "12:00:00"},
	{TIMETZOID, "12:00:00+00"},
	{INETOID, "192.0.2.1"},
	{CIDROID, "192.0.2.0/24"},
	{POINTOID, "(0,0)"},
	{BOXOID, "(1,1),(0,0)"},
	{CIRCLEOID, "<(0,0),1>"},
	{POLYGONOID, "((0,0),(1,0),(1,1))"},
	{LINEOID, "{1,-1,0}"},
	{LSEGOID, "[(0,0),(1,1)]"},
	{PATHOID, "((0,0),(1,1))"},
	{BITOID, "1"},
	{VARBITOID, "1"},
	{MACADDROID, "00:00:5e:00:53:01"},
	{MACADDR8OID, "00:00:5e:ef:10:00:00:01"},
	{PG_LSNOID, "0/0"},
	{TIDOID, "(0,1)"},
	{XIDOID, "3"},
	{XID8OID, "3"},
	/* The number of no object makes functions raise internal errors. */
	{REGCLASSOID, "pg_catalog.pg_class"},
	{REGCOLLATIONOID, "pg_catalog.\"C\""},
	{REGCONFIGOID, "pg_catalog.simple"},
	{REGDICTIONARYOID, "pg_catalog.simple"},
	{REGNAMESPACEOID, "pg_catalog"},
	{REGOPEROID, "pg_catalog.||/"},
	{REGOPERATOROID, "pg_catalog.=(pg_catalog.int4,pg_catalog.int4)"},
	{REGPROCOID, "pg_catalog.now"},
	{REGPROCEDUREOID, "pg_catalog.now()"},
	{REGROLEOID, "pg_monitor"},
	{REGTYPEOID, "pg_catalog.int4"},
};

static const char *
free_params_of_category(Oid type)
{
	switch (TypeCategory(type))
	{
		case TYPCATEGORY_ARRAY:
			return "{}";
		case TYPCATEGORY_RANGE:
			return type_is_multirange(type) ? "{}" : "empty";
		case TYPCATEGORY_STRING:
			return "a";
		case TYPCATEGORY_NUMERIC:
			return "1";
		case TYPCATEGORY_DATETIME:
			return "2024-01-01";
		case TYPCATEGORY_TIMESPAN:
			return "1 day";
		default:
			return NULL;
	}
}

/* The first label of an enum; NULL if it has none. */
static char *
free_params_first_label(Oid type)
{
	CatCList *labels =
		SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
	float4 order = 0;
	char *first = NULL;

	for (int i = 0; i < labels->n_members; i++)
	{
		Form_pg_enum label =
			(Form_pg_enum) GETSTRUCT(&labels->members[i]->tuple);

		if (first != NULL && label->enumsortorder >= order)
			continue;
		order = label->enumsortorder;
		first = pstrdup(NameStr(label->enumlabel));
	}
	ReleaseSysCacheList(labels);
	return first;
}

char *
free_params_default(Oid type)
{
	Oid base = getBaseType(type);
	const char *text = NULL;

	for (int i = 0; i < lengthof(free_params_types_known); i++)
		if (free_params_types_known[i].type == base)
			text = free_params_types_known[i].text;
	if (type_is_enum(base))
		text = free_params_first_label(base);
	if (text == NULL)
		text = free_params_of_category(base);
	return text == NULL ? NULL : free_params_checked(type, text);
}

/* ---- the query with values ---- */

Query *
free_params_put(Query *query, int nparams, char *const *texts)
{
	int *numbers = palloc(Max(nparams, 1) * sizeof(int));
	char **known = palloc(Max(nparams, 1) * sizeof(char *));
	OperandValues values = {0, numbers, known};
	bool unknown = false;

	for (int i = 0; i < nparams; i++)
	{
		if (texts[i] == NULL)
			continue;
		numbers[values.n] = i + 1;
		known[values.n++] = texts[i];
	}
	return (Query *) operand_put((Node *) query, &values, &unknown);
}
