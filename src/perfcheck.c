/*-------------------------------------------------------------------------
 *
 * perfcheck.c
 *		The functions that SQL calls: arguments -> structs -> rows.
 *
 * This file, perfcheck_record.c and arguments.c are the only ones that know fmgr.
 * The functions are not strict, but for one, so that a NULL argument raises
 * null_value_not_allowed instead of making the result NULL. The comment of each
 * one says what its SQL COMMENT does not. All but that one raise
 * object_not_in_prerequisite_state when a query of the contract calls it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

#include "arguments.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "plan/forecast.h"
#include "plan/plan_facts.h"
#include "plan/table_growth.h"
#include "record/recorder.h"
#include "report/coverage.h"
#include "report/failure.h"
#include "report/index_report.h"
#include "report/tap.h"
#include "report/verify.h"
#include "report_row.h"
#include "result_row.h"
#include "run/requests.h"
#include "run/row_values.h"
#include "run/timing.h"
#include "seed/event_rows.h"
#include "seed/events_table.h"
#include "seed/seed.h"
#include "verdict/size_ranges.h"
#include "work/nested.h"

PG_MODULE_MAGIC;

void _PG_init(void);

PG_FUNCTION_INFO_V1(perfcheck_create_events);
PG_FUNCTION_INFO_V1(perfcheck_seed);
PG_FUNCTION_INFO_V1(perfcheck_unseed);
PG_FUNCTION_INFO_V1(perfcheck_is_synthetic);
PG_FUNCTION_INFO_V1(perfcheck_events);
PG_FUNCTION_INFO_V1(perfcheck_add_query);
PG_FUNCTION_INFO_V1(perfcheck_accept);
PG_FUNCTION_INFO_V1(perfcheck_drop_query);
PG_FUNCTION_INFO_V1(perfcheck_add_case);
PG_FUNCTION_INFO_V1(perfcheck_size);
PG_FUNCTION_INFO_V1(perfcheck_set_values);
PG_FUNCTION_INFO_V1(perfcheck_cases);
PG_FUNCTION_INFO_V1(perfcheck_requests);
PG_FUNCTION_INFO_V1(perfcheck_rows);
PG_FUNCTION_INFO_V1(perfcheck_plan);
PG_FUNCTION_INFO_V1(perfcheck_forecast);
PG_FUNCTION_INFO_V1(perfcheck_verify);
PG_FUNCTION_INFO_V1(perfcheck_indexes);
PG_FUNCTION_INFO_V1(perfcheck_assert);
PG_FUNCTION_INFO_V1(perfcheck_time);
PG_FUNCTION_INFO_V1(perfcheck_used);
PG_FUNCTION_INFO_V1(perfcheck_row_values);

void
_PG_init(void)
{
	settings_init();
	forecast_init();
	nested_init();
	recorder_init();
}

/* ---- seed ---- */

/*
 * perfcheck_create_events(target text) returns void. Errors: also those of
 * CREATE TABLE and CREATE INDEX.
 */
Datum
perfcheck_create_events(PG_FUNCTION_ARGS)
{
	char *target = arguments_text(fcinfo, 0, "target");

	arguments_enter(fcinfo);
	events_table_create_indexes(events_table_create_table(target));
	PG_RETURN_VOID();
}

/* Reads seed, starts, horizon, venues and artists, from argument n on. */
static EventSpec
perfcheck_spec_args(FunctionCallInfo fcinfo, int n)
{
	return seed_spec(
		DatumGetInt64(arguments_get(fcinfo, n, "seed")),
		DatumGetTimestampTz(arguments_get(fcinfo, n + 1, "starts")),
		DatumGetIntervalP(arguments_get(fcinfo, n + 2, "horizon")),
		DatumGetInt32(arguments_get(fcinfo, n + 3, "venues")),
		DatumGetInt32(arguments_get(fcinfo, n + 4, "artists")));
}

/*
 * perfcheck_seed(rows bigint, target text, seed bigint, starts timestamptz,
 * horizon interval, venues integer, artists integer) returns bigint, the number
 * of rows inserted. Errors: also those of INSERT, CREATE TABLE and ANALYZE.
 */
Datum
perfcheck_seed(PG_FUNCTION_ARGS)
{
	int64 rows = DatumGetInt64(arguments_get(fcinfo, 0, "rows"));
	char *target = arguments_text(fcinfo, 1, "target");
	EventSpec spec = perfcheck_spec_args(fcinfo, 2);

	arguments_enter(fcinfo);
	PG_RETURN_INT64(seed_insert(target, rows, &spec, PG_GETARG_TIMESTAMPTZ(3),
								PG_GETARG_INTERVAL_P(4)));
}

/*
 * perfcheck_unseed(target text) returns bigint, the number of rows deleted.
 * Errors: undefined_table, wrong_object_type, and those of DELETE.
 */
Datum
perfcheck_unseed(PG_FUNCTION_ARGS)
{
	char *target = arguments_text(fcinfo, 0, "target");

	arguments_enter(fcinfo);
	PG_RETURN_INT64(seed_remove(target));
}

/*
 * perfcheck_is_synthetic(id uuid) returns boolean. It is strict, and raises no
 * error.
 */
Datum
perfcheck_is_synthetic(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(event_id_is_synthetic(PG_GETARG_UUID_P(0)->data));
}

/*
 * perfcheck_events(first bigint, rows bigint, seed bigint, starts timestamptz,
 * horizon interval, venues integer, artists integer) returns a row an event, with
 * the columns of the canonical table. Errors: invalid_parameter_value for an
 * argument out of range, program_limit_exceeded where there are fewer events.
 */
Datum
perfcheck_events(PG_FUNCTION_ARGS)
{
	int64 first = DatumGetInt64(arguments_get(fcinfo, 0, "first"));
	int64 rows = DatumGetInt64(arguments_get(fcinfo, 1, "rows"));
	EventSpec spec = perfcheck_spec_args(fcinfo, 2);
	EventRows *events = event_rows_create(&spec);
	ResultRow row = arguments_start_rows(fcinfo, 0);
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck event", ALLOCSET_DEFAULT_SIZES);

	if (first < 0 || rows < 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("first and rows must not be negative"),
				errhint("The first event has the number 0."));
	if (first > event_capacity(&spec) || rows > event_capacity(&spec) - first)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("the last event has the number " INT64_FORMAT,
					   event_capacity(&spec) - 1),
				errhint("Raise venues or horizon."));
	for (int64 i = first; i < first + rows; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(scratch);

		CHECK_FOR_INTERRUPTS();
		event_rows_read(events, i, row.values, row.nulls);
		row.columns = EVENT_ROWS_COLUMNS;
		result_row_end(&row);
		MemoryContextSwitchTo(old);
		MemoryContextReset(scratch);
	}
	return (Datum) 0;
}

/* ---- contract ---- */

static void
perfcheck_types_arg(FunctionCallInfo fcinfo, int n, ContractQuery *query)
{
	Datum *types;
	bool *nulls;

	if (arguments_is_null(fcinfo, n))
		return;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), REGTYPEOID, sizeof(Oid), true,
					  TYPALIGN_INT, &types, &nulls, &query->ntypes);
	query->types = palloc0(Max(query->ntypes, 1) * sizeof(Oid));
	for (int i = 0; i < query->ntypes; i++)
		query->types[i] = nulls[i] ? InvalidOid : DatumGetObjectId(types[i]);
}

/*
 * perfcheck_add_query(name text, sql text, path text, expected text, avg_ms
 * float8, p95_ms float8, p99_ms float8, max_rows bigint, todo text, types
 * regtype[], role text, settings jsonb, max_blocks bigint, max_rows_returned
 * bigint, todo_cause text) returns void. Errors: also invalid_parameter_value for a
 * name, path, target or max_rows that cannot be, and undefined_object for expected.
 */
Datum
perfcheck_add_query(PG_FUNCTION_ARGS)
{
	ContractQuery query = {0};

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
	perfcheck_types_arg(fcinfo, 9, &query);
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
	contract_add_query(&query);
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
 * perfcheck_add_case(query text, label text, args text[], required boolean)
 * returns void. Errors: also invalid_parameter_value for an empty label.
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
	if (added.label[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("label must not be empty"),
				errhint("It names the case in the reports."));
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
 * perfcheck_requests(query text, samples integer) returns a row a request: query,
 * label, path, rows, reason. A query that has none, or raises an error, is a row
 * that says so in reason. Errors: undefined_object for an unknown query,
 * invalid_parameter_value for samples.
 */
Datum
perfcheck_requests(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	int32 samples = DatumGetInt32(arguments_get(fcinfo, 1, "samples"));
	List *requests = requests_read(arguments_optional_text(fcinfo, 0), samples);
	ListCell *cell;

	foreach(cell, requests)
	{
		const Request *request = lfirst(cell);

		result_row_put_text(&row, request->query);
		result_row_put_text(&row, request->label);
		result_row_put_text(&row, request->path);
		if (request->path == NULL)
			result_row_put_null(&row);
		else
			result_row_put_rows(&row, request->rows);
		result_row_put_text(&row, request->reason);
		result_row_end(&row);
	}
	return (Datum) 0;
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

/*
 * perfcheck_row_values(sql text, args text[], role text, search_path text,
 * most integer) returns a text[] a row; none for a statement that fails.
 */
Datum
perfcheck_row_values(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	ContractQuery query = {
		.name = "a recorded statement",
		.sql = arguments_text(fcinfo, 0, "sql"),
		.role = arguments_optional_text(fcinfo, 2),
		.search_path = arguments_optional_text(fcinfo, 3),
	};
	int nargs;
	char **args = arguments_texts(fcinfo, 1, "args", &nargs);
	int most = DatumGetInt32(arguments_get(fcinfo, 4, "most"));
	ListCell *cell;

	foreach(cell, row_values_read(&query, args, nargs, most))
	{
		const RowValues *values = lfirst(cell);

		result_row_put_texts(&row, values->columns, values->ncolumns);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/* ---- verify ---- */

/*
 * perfcheck_plan(query text, scale float8) returns a row a case and plan mode. A
 * query that has no cases, or raises an error, is a row that says so in reason.
 */
Datum
perfcheck_plan(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 1, "scale"));
	List *reports = verify_queries(arguments_optional_text(fcinfo, 0), scale,
								   VERDICT_OF_CASES, false);
	ListCell *outer;
	ListCell *inner;

	foreach(outer, reports)
	{
		const QueryReport *report = lfirst(outer);
		const QueryVerdict *verdict = report->verdict;

		if (verdict->cases == NIL)
			report_row_no_cases(&row, report);
		foreach(inner, verdict->cases)
			report_row_judged_case(&row, report, lfirst(inner));
	}
	return (Datum) 0;
}

/*
 * perfcheck_forecast(query text, max_rows bigint) returns a row a case, plan mode
 * and range of sizes. A case and a query that raise an error are rows as well.
 */
Datum
perfcheck_forecast(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	int64 max_rows = DatumGetInt64(arguments_get(fcinfo, 1, "max_rows"));
	List *queries =
		size_ranges_find(arguments_optional_text(fcinfo, 0), (double) max_rows);
	ListCell *outer;
	ListCell *inner;

	foreach(outer, queries)
	{
		const QuerySizeRanges *found = lfirst(outer);

		if (found->ranges == NIL)
			report_row_no_ranges(&row, found);
		foreach(inner, found->ranges)
			report_row_range(&row, found, lfirst(inner));
	}
	return (Datum) 0;
}

/*
 * perfcheck_used(scale float8) returns a row a query and table of it, a row a query
 * and index that it reads, and then a row an index of these tables.
 */
Datum
perfcheck_used(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	List *coverages = coverage_read(scale);
	ListCell *cell;

	foreach(cell, coverages)
		report_row_coverage(&row, lfirst(cell));
	foreach(cell, coverage_indexes(coverages))
		report_row_existing_index(&row, lfirst(cell));
	return (Datum) 0;
}

/*
 * perfcheck_verify(scale float8, strict boolean) returns the lines of the report.
 * Errors: invalid_parameter_value for a scale out of range. The error of a query
 * is in the report instead.
 */
Datum
perfcheck_verify(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	bool strict = DatumGetBool(arguments_get(fcinfo, 1, "strict"));
	List *lines = tap_report(
		verify_queries(NULL, scale, VERDICT_TO_REPORT, strict), strict);
	ListCell *cell;

	foreach(cell, lines)
	{
		result_row_put_text(&row, lfirst(cell));
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_assert(scale float8, strict boolean) returns void. Errors: also
 * invalid_parameter_value for a scale out of range.
 */
Datum
perfcheck_assert(PG_FUNCTION_ARGS)
{
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	bool strict = DatumGetBool(arguments_get(fcinfo, 1, "strict"));
	List *reports;
	Failure *failure;

	arguments_enter(fcinfo);
	reports = verify_queries(NULL, scale, VERDICT_STATUS_ALONE, strict);
	if (strict && reports == NIL)
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
				errmsg("the contract has no enabled query"),
				errdetail("Nothing was judged, which strict does not accept."),
				errhint("Add queries with perfcheck_add_query(), or set "
						"enabled in perfcheck_query."));
	failure = failure_of_reports(reports);
	if (failure != NULL)
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
				errmsg("queries that are not ok: %s", failure->message),
				errdetail_internal("%s", failure->detail),
				errhint("Apply the fixes, or accept a cause with "
						"perfcheck_accept(). perfcheck_verify() shows the "
						"values and the plan."));
	PG_RETURN_VOID();
}

/* ---- indexes ---- */

/*
 * perfcheck_indexes(scale float8) returns a row an index to create, to drop or to
 * keep, and one a query that none mends. Errors: also invalid_parameter_value for
 * a scale out of range.
 */
Datum
perfcheck_indexes(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	List *indexes = index_report(scale);
	ListCell *cell;

	foreach(cell, indexes)
		report_row_index(&row, lfirst(cell));
	return (Datum) 0;
}

/*
 * perfcheck_accept(query text, reason text, scale float8) returns text, the cause
 * that is accepted; null if reason is.
 */
Datum
perfcheck_accept(PG_FUNCTION_ARGS)
{
	char *name = arguments_text(fcinfo, 0, "query");
	char *reason = arguments_optional_text(fcinfo, 1);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 2, "scale"));
	const QueryReport *report;
	const char *cause;

	arguments_enter(fcinfo);
	if (reason == NULL)
	{
		contract_set_todo(name, NULL, NULL);
		PG_RETURN_NULL();
	}
	/* What strict does not accept can be accepted as well. */
	report = linitial(verify_queries(name, scale, VERDICT_STATUS_ALONE, true));
	if (report->verdict->status != VERDICT_NOT_OK || report->todo == TODO_STALE)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("query \"%s\" has no fault to accept", name),
				errdetail("It is ok."),
				errhint("SELECT perfcheck_accept(%s, NULL) removes its todo.",
						quote_literal_cstr(name)));
	cause = todo_cause(report->verdict, report->advice);
	contract_set_todo(name, reason, cause);
	PG_RETURN_TEXT_P(cstring_to_text(cause));
}

/* ---- time ---- */

/*
 * perfcheck_time(query text, executions integer, warmup integer, clients integer,
 * keep boolean) returns a row a required case, and one for a query without cases.
 * Errors: undefined_object for an unknown query, invalid_parameter_value and
 * feature_not_supported for the arguments.
 */
Datum
perfcheck_time(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *name = arguments_optional_text(fcinfo, 0);
	int32 executions = DatumGetInt32(arguments_get(fcinfo, 1, "executions"));
	int32 warmup = DatumGetInt32(arguments_get(fcinfo, 2, "warmup"));
	int32 clients = DatumGetInt32(arguments_get(fcinfo, 3, "clients"));
	bool keep = DatumGetBool(arguments_get(fcinfo, 4, "keep"));
	List *results;
	ListCell *cell;

	if (clients != 1)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("clients must be 1 in this version"),
				errdetail("It is %d.", clients),
				errhint("perfcheck-http measures under concurrent load."));
	results = timing_measure(name, executions, warmup);
	if (keep)
		timing_keep(results);
	foreach(cell, results)
		report_row_timing(&row, lfirst(cell));
	return (Datum) 0;
}
