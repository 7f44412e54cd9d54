/*-------------------------------------------------------------------------
 *
 * perfcheck_contract.c
 *		The functions that SQL calls to read and change the contract.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "arguments.h"
#include "base/compat.h"
#include "base/extension.h"
#include "base/own_triggers.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_cases.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "contract/writers.h"
#include "exchange/export_psql.h"
#include "exchange/export_sql.h"
#include "exchange/load.h"
#include "plan/table_growth.h"
#include "result_row.h"
#include "run/requests.h"

PG_FUNCTION_INFO_V1(perfcheck_add_query);
PG_FUNCTION_INFO_V1(perfcheck_drop_query);
PG_FUNCTION_INFO_V1(perfcheck_add_case);
PG_FUNCTION_INFO_V1(perfcheck_size);
PG_FUNCTION_INFO_V1(perfcheck_set_values);
PG_FUNCTION_INFO_V1(perfcheck_cases);
PG_FUNCTION_INFO_V1(perfcheck_requests);
PG_FUNCTION_INFO_V1(perfcheck_answer);
PG_FUNCTION_INFO_V1(perfcheck_rows);
PG_FUNCTION_INFO_V1(perfcheck_export);
PG_FUNCTION_INFO_V1(perfcheck_load);
PG_FUNCTION_INFO_V1(perfcheck_note_writer);
PG_FUNCTION_INFO_V1(perfcheck_note_sender);
PG_FUNCTION_INFO_V1(perfcheck_refuse_triggers);

/*
 * perfcheck_add_query(name text, sql text, path text, expected text, avg_ms
 * float8, p95_ms float8, p99_ms float8, max_rows bigint, todo text, types
 * regtype[], role text, settings jsonb, max_blocks bigint, max_rows_returned
 * bigint, todo_cause text, replace boolean, todo_until date, owner text, source
 * text, search_path text, enabled boolean, answer text) returns void. Errors: also
 * invalid_parameter_value for a name, path, target or max_rows that cannot be, and
 * undefined_object for expected.
 */
Datum
perfcheck_add_query(PG_FUNCTION_ARGS)
{
	ContractQuery query = {0};
	bool replace;

	arguments_enter(fcinfo);
	query.name = arguments_text(fcinfo, 0, "name");
	query.sql = arguments_text(fcinfo, 1, "sql");
	query.path = arguments_optional_text(fcinfo, 2);
	query.expected = arguments_optional_text(fcinfo, 3);
	query.avg_ms = DatumGetFloat8(arguments_get(fcinfo, 4, "avg_ms"));
	query.p95_ms = DatumGetFloat8(arguments_get(fcinfo, 5, "p95_ms"));
	query.p99_ms = DatumGetFloat8(arguments_get(fcinfo, 6, "p99_ms"));
	query.max_rows = arguments_is_null(fcinfo, 7) ? 0 : PG_GETARG_INT64(7);
	if (!arguments_is_null(fcinfo, 7) && query.max_rows == 0)
		query.max_rows =
			-1; /* refused; only NULL asks for the setting's budget */
	query.todo = arguments_optional_text(fcinfo, 8);
	query.types = arguments_types(fcinfo, 9, &query.ntypes);
	query.role = arguments_optional_text(fcinfo, 10);
	if (!arguments_is_null(fcinfo, 11))
		query.settings = DatumGetCString(
			DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(11)));
	query.max_blocks = arguments_is_null(fcinfo, 12) ? 0 : PG_GETARG_INT64(12);
	if (!arguments_is_null(fcinfo, 12) && query.max_blocks == 0)
		query.max_blocks = -1; /* refused, as with max_rows */
	query.max_rows_returned =
		arguments_is_null(fcinfo, 13) ? 0 : PG_GETARG_INT64(13);
	if (!arguments_is_null(fcinfo, 13) && query.max_rows_returned == 0)
		query.max_rows_returned = -2; /* refused; NULL is for no ceiling */
	query.todo_cause = arguments_optional_text(fcinfo, 14);
	replace = DatumGetBool(arguments_get(fcinfo, 15, "replace"));
	query.todo_until = arguments_optional_day(fcinfo, 16, "todo_until");
	query.owner = arguments_optional_text(fcinfo, 17);
	query.source = arguments_optional_text(fcinfo, 18);
	query.search_path = arguments_optional_text(fcinfo, 19);
	query.enabled = DatumGetBool(arguments_get(fcinfo, 20, "enabled"));
	query.answer = arguments_optional_text(fcinfo, 21);
	contract_add_query(&query, replace);
	PG_RETURN_VOID();
}

/*
 * perfcheck_drop_query(name text) returns void.
 */
Datum
perfcheck_drop_query(PG_FUNCTION_ARGS)
{
	arguments_enter(fcinfo);
	contract_drop_query(arguments_text(fcinfo, 0, "name"));
	PG_RETURN_VOID();
}

/*
 * perfcheck_refuse_triggers() returns void. Errors: insufficient_privilege if a trigger
 * of others would be called with the rights of the current user.
 */
Datum
perfcheck_refuse_triggers(PG_FUNCTION_ARGS)
{
	arguments_enter(fcinfo);
	own_triggers_check(NULL, GetUserId());
	PG_RETURN_VOID();
}

/* Returns the weight of a case, which is 0 where none is given. */
static double
weight_arg(FunctionCallInfo fcinfo, int n)
{
	double weight;

	if (arguments_is_null(fcinfo, n))
		return 0;
	weight = PG_GETARG_FLOAT8(n);
	if (!(weight > 0) || isinf(weight))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("weight must be a number above 0"),
				errhint("It is how often a recording had these values; leave "
						"it out for a case that is of none."));
	return weight;
}

/*
 * perfcheck_add_case(query text, label text, args text[], required boolean,
 * weight float8) returns void. Errors: also invalid_parameter_value for an empty
 * label and for a weight that is not above 0.
 */
Datum
perfcheck_add_case(PG_FUNCTION_ARGS)
{
	char *name = arguments_text(fcinfo, 0, "query");
	AddedCase added = {0};

	arguments_enter(fcinfo);
	added.label = arguments_text(fcinfo, 1, "label");
	added.args = arguments_texts(fcinfo, 2, "args", &added.nargs);
	added.required = DatumGetBool(arguments_get(fcinfo, 3, "required"));
	added.weight = weight_arg(fcinfo, 4);
	derive_check_added(linitial(contract_read(name)), &added);
	contract_add_case(name, &added);
	PG_RETURN_VOID();
}

static void
perfcheck_put_case(ResultRow *row, const ContractQuery *query, const Case *one)
{
	result_row_put_text(row, query->name);
	result_row_put_text(row, one->label);
	result_row_put_texts(row, one->args, one->nargs);
	result_row_put_bool(row, one->required);
	result_row_put_share(row, one->share);
	result_row_put_jsonb(row, case_settings_json(one));
	result_row_put_null(row); /* reason */
	result_row_end(row);
}

/*
 * perfcheck_size(relation regclass, rows bigint, denser name[]) returns void.
 */
Datum
perfcheck_size(PG_FUNCTION_ARGS)
{
	double rows =
		arguments_is_null(fcinfo, 1) ? 0 : (double) PG_GETARG_INT64(1);

	arguments_enter(fcinfo);
	table_growth_tell(DatumGetObjectId(arguments_get(fcinfo, 0, "relation")),
					  arguments_is_null(fcinfo, 1) ? NULL : &rows,
					  arguments_is_null(fcinfo, 2) ? NULL
												   : PG_GETARG_ARRAYTYPE_P(2));
	PG_RETURN_VOID();
}

/*
 * perfcheck_set_values(query text, param integer, vals text[]) returns void.
 */
Datum
perfcheck_set_values(PG_FUNCTION_ARGS)
{
	char *name = arguments_text(fcinfo, 0, "query");
	int32 param = DatumGetInt32(arguments_get(fcinfo, 1, "param"));
	ParamValues values = {.param = param};

	arguments_enter(fcinfo);
	if (!arguments_is_null(fcinfo, 2)) /* NULL removes them */
		values.values = arguments_texts(fcinfo, 2, "vals", &values.nvalues);
	derive_check_values(linitial(contract_read(name)), &values);
	contract_set_values(name, &values);
	PG_RETURN_VOID();
}

/*
 * perfcheck_cases(query text) returns a row a case: query, label, args, required,
 * share, settings, reason. A query that has no cases, or raises an error, is a row
 * that says so in reason. Errors: also undefined_object for an unknown query.
 */
Datum
perfcheck_cases(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	List *queries = contract_read(arguments_optional_text(fcinfo, 0));
	ListCell *outer;
	ListCell *inner;

	foreach(outer, queries)
	{
		const ContractQuery *query = lfirst(outer);
		ErrorData *error;
		List *cases = derive_list(query, &error);

		CHECK_FOR_INTERRUPTS();
		foreach(inner, cases)
			perfcheck_put_case(&row, query, lfirst(inner));
		if (cases != NIL)
			continue;
		result_row_put_text(&row, query->name);
		result_row_put_nulls(&row, 5); /* label to settings */
		result_row_put_text(&row, error == NULL
									  ? "no row has values for the parameters"
									  : contract_error_text(error));
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_requests(query text, samples integer, answers text) returns a row a
 * request: query, label, path, rows, reason, answer. A query that has none, or raises an error, is a row
 * that says so in reason. Errors: undefined_object for an unknown query,
 * invalid_parameter_value for samples and answers.
 */
Datum
perfcheck_requests(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	int32 samples = DatumGetInt32(arguments_get(fcinfo, 1, "samples"));
	List *requests = requests_read(arguments_optional_text(fcinfo, 0), samples,
								   arguments_optional_text(fcinfo, 2));
	ListCell *cell;

	foreach(cell, requests)
	{
		const Request *request = lfirst(cell);

		result_row_put_text(&row, request->query);
		result_row_put_text(&row, request->label);
		result_row_put_text(&row, request->path);
		if (request->path == NULL || request->rows < 0)
			result_row_put_null(&row);
		else
			result_row_put_rows(&row, request->rows);
		result_row_put_text(&row, request->reason);
		result_row_put_jsonb(&row, request->answer);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_answer(query text, path text, answers text, whole boolean) returns
 * jsonb, or null where the path is not one of the query's.
 */
Datum
perfcheck_answer(PG_FUNCTION_ARGS)
{
	char *answer;

	arguments_enter(fcinfo);
	answer = requests_answer(arguments_text(fcinfo, 0, "query"),
							 arguments_text(fcinfo, 1, "path"),
							 arguments_text(fcinfo, 2, "answers"),
							 DatumGetBool(arguments_get(fcinfo, 3, "whole")));
	if (answer == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(answer)));
}

/*
 * perfcheck_rows(query text, path text) returns bigint, or null where the path is
 * not one of the query's.
 */
Datum
perfcheck_rows(PG_FUNCTION_ARGS)
{
	int64 rows;

	arguments_enter(fcinfo);
	rows = requests_rows(arguments_text(fcinfo, 0, "query"),
						 arguments_text(fcinfo, 1, "path"));
	if (rows < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(rows);
}

/* ---- as a file ---- */

/*
 * perfcheck_export(format text) returns the lines of a file. Errors: also
 * invalid_parameter_value for an unknown format.
 */
Datum
perfcheck_export(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	char *format = arguments_text(fcinfo, 0, "format");
	char *file = NULL;

	if (strcmp(format, "psql") == 0)
		file = export_psql();
	else if (strcmp(format, "sql") == 0)
		file = export_sql();
	else
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("format \"%s\" is unknown", format),
				errhint("Formats are psql, a script, and sql, a file of "
						"queries."));
	for (char *end = strchr(file, '\n'); end != NULL; end = strchr(file, '\n'))
	{
		*end = '\0';
		result_row_put_text(&row, file);
		result_row_end(&row);
		file = end + 1;
	}
	return (Datum) 0;
}

/*
 * perfcheck_load(content text, source text, prune boolean) returns a row a query:
 * query, line, action, reason.
 */
Datum
perfcheck_load(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *content = arguments_text(fcinfo, 0, "content");
	char *source = arguments_optional_text(fcinfo, 1);
	bool prune = DatumGetBool(arguments_get(fcinfo, 2, "prune"));
	List *loaded = load_queries(
		content, source == NULL || source[0] == '\0' ? NULL : source, prune);
	ListCell *cell;

	foreach(cell, loaded)
	{
		const LoadedQuery *query = lfirst(cell);

		result_row_put_text(&row, query->name);
		if (query->line == 0)
			result_row_put_null(&row);
		else
			result_row_put(&row, Int32GetDatum(query->line));
		result_row_put_text(&row, query->action);
		result_row_put_text(&row, query->reason);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/* Does a row have the same value of a column as another one? */
static bool
is_unchanged(const TriggerData *trigger, int column)
{
	TupleDesc desc = RelationGetDescr(trigger->tg_relation);
	Form_pg_attribute attribute = TupleDescAttr(desc, column - 1);
	bool old_null;
	bool new_null;
	Datum old_value =
		heap_getattr(trigger->tg_trigtuple, column, desc, &old_null);
	Datum new_value =
		heap_getattr(trigger->tg_newtuple, column, desc, &new_null);

	return old_null == new_null &&
		   (old_null || datum_image_eq(old_value, new_value,
									   attribute->attbyval, attribute->attlen));
}

/* Is it a trigger as the extension makes it? Anybody may make one of his tables. */
static bool
is_of_contract(const TriggerData *trigger)
{
	static const char *const tables[] = {"perfcheck_query", "perfcheck_case",
										 "perfcheck_values"};

	if (!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) ||
		!TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		trigger->tg_trigger->tgnargs < 1)
		return false;
	for (int i = 0; i < lengthof(tables); i++)
		if (RelationGetRelid(trigger->tg_relation) ==
			extension_table(tables[i]))
			return true;
	return false;
}

/*
 * perfcheck_note_writer() returns trigger: after a row of the contract was written.
 * Its arguments are the column that names the query, and those that it runs.
 */
Datum
perfcheck_note_writer(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (const TriggerData *) fcinfo->context;
	bool updated;
	bool changed;
	int column;
	TupleDesc desc;
	char **names;

	extension_set_schema(get_func_namespace(fcinfo->flinfo->fn_oid));
	if (!CALLED_AS_TRIGGER(fcinfo) || !is_of_contract(trigger))
		ereport(ERROR, errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("perfcheck_note_writer() is a trigger after each row of "
					   "the contract"),
				errhint("CREATE EXTENSION makes it."));
	desc = RelationGetDescr(trigger->tg_relation);
	names = trigger->tg_trigger->tgargs;
	updated = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
	changed = !updated;
	for (int i = 1; i < trigger->tg_trigger->tgnargs && !changed; i++)
	{
		column = SPI_fnumber(desc, names[i]);
		changed = column > 0 && !is_unchanged(trigger, column);
	}
	column = SPI_fnumber(desc, names[0]);
	if (changed && column > 0)
		writers_note(
			SPI_getvalue(updated ? trigger->tg_newtuple : trigger->tg_trigtuple,
						 desc, column),
			GetUserId(), strcmp(names[0], "name") == 0);
	return PointerGetDatum(NULL);
}

/*
 * perfcheck_note_sender(query text, role name) returns void. Errors:
 * insufficient_privilege for whoever may not add queries, or has nothing to do with the
 * role, undefined_object for the role, and for a query that is not there.
 */
Datum
perfcheck_note_sender(PG_FUNCTION_ARGS)
{
	char *query = arguments_text(fcinfo, 0, "query");
	Name role = DatumGetName(arguments_get(fcinfo, 1, "role"));
	AclResult allowed;
	Oid sender;

	arguments_enter(fcinfo);
	allowed = pg_class_aclcheck(extension_table("perfcheck_query"), GetUserId(),
								ACL_INSERT);
	if (allowed != ACLCHECK_OK)
		aclcheck_error(allowed, OBJECT_TABLE, "perfcheck_query");
	sender = get_role_oid(NameStr(*role), false);
	/* Whom a query runs as is not for others to choose. */
	if (!compat_may_set_role(GetUserId(), sender) &&
		!compat_may_set_role(sender, GetUserId()))
		ereport(
			ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("permission denied to set role \"%s\"", NameStr(*role)),
			errhint("GRANT %s TO %s.", quote_identifier(NameStr(*role)),
					quote_identifier(GetUserNameFromId(GetUserId(), false))));
	if (((const ContractQuery *) linitial(contract_read(query)))->built_in)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("query \"%s\" is built in", query),
				errhint("Nobody has sent it."));
	writers_note(query, sender, false);
	PG_RETURN_VOID();
}
