/*-------------------------------------------------------------------------
 *
 * perfcheck.c
 *		The functions that SQL calls: arguments -> structs -> rows.
 *
 * This file, perfcheck_contract.c, perfcheck_record.c and arguments.c are the only
 * ones that know fmgr.
 * The functions are not strict, but for one, so that a NULL argument raises
 * null_value_not_allowed instead of making the result NULL. The comment of each
 * one says what its SQL COMMENT does not. All but that one raise
 * object_not_in_prerequisite_state when a query of the contract calls it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

#include "arguments.h"
#include "base/refused_calls.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "contract/contract.h"
#include "plan/forecast.h"
#include "plan/plan_facts.h"
#include "record/recorder.h"
#include "report/baseline.h"
#include "report/coverage.h"
#include "report/explained_case.h"
#include "report/failure.h"
#include "report/index_report.h"
#include "report/run_json.h"
#include "report/tap.h"
#include "report/verify.h"
#include "report_row.h"
#include "result_row.h"
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
PG_FUNCTION_INFO_V1(perfcheck_accept);
PG_FUNCTION_INFO_V1(perfcheck_plan);
PG_FUNCTION_INFO_V1(perfcheck_forecast);
PG_FUNCTION_INFO_V1(perfcheck_verify);
PG_FUNCTION_INFO_V1(perfcheck_indexes);
PG_FUNCTION_INFO_V1(perfcheck_assert);
PG_FUNCTION_INFO_V1(perfcheck_used);
PG_FUNCTION_INFO_V1(perfcheck_view_text);
PG_FUNCTION_INFO_V1(perfcheck_judge);
PG_FUNCTION_INFO_V1(perfcheck_explain);

void
_PG_init(void)
{
	sandbox_init();
	settings_init();
	refused_calls_init();
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
 * perfcheck_view_text(view oid) returns the text of a view, or NULL if it does not exist
 * any more.
 */
Datum
perfcheck_view_text(PG_FUNCTION_ARGS)
{
	text *definition = relation_view_text(PG_GETARG_OID(0));

	if (definition == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(definition);
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
 * perfcheck_explain(query text, label text, plan_mode text, scale double precision,
 * format text) returns the plan of a case, a line a row.
 */
Datum
perfcheck_explain(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	char *query = arguments_text(fcinfo, 0, "query");
	double scale = DatumGetFloat8(arguments_get(fcinfo, 3, "scale"));
	char *format = arguments_text(fcinfo, 4, "format");
	char *text =
		explained_case(query, arguments_optional_text(fcinfo, 1),
					   arguments_optional_text(fcinfo, 2), scale, format);
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line != NULL;
		 line = strtok_r(NULL, "\n", &rest))
	{
		result_row_put_text(&row, line);
		result_row_end(&row);
	}
	return (Datum) 0;
}

/*
 * perfcheck_judge(scale float8, strict boolean) returns one row: document json, tap
 * text[]. Errors: as perfcheck_verify().
 */
Datum
perfcheck_judge(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	bool strict = DatumGetBool(arguments_get(fcinfo, 1, "strict"));
	List *reports = verify_queries(NULL, scale, VERDICT_TO_REPORT, strict);
	List *lines = tap_report(reports, strict);
	char **tap = palloc(list_length(lines) * sizeof(char *));
	ListCell *cell;

	foreach(cell, lines)
		tap[foreach_current_index(cell)] = lfirst(cell);
	/* json is kept as the text that it is. */
	result_row_put_text(&row, run_json(reports, scale, strict));
	result_row_put_texts(&row, tap, list_length(lines));
	result_row_end(&row);
	return (Datum) 0;
}

/* A log of CI is where a todo that ends soon is seen. */
static void
perfcheck_tell_ending(List *reports)
{
	ListCell *cell;

	foreach(cell, reports)
	{
		const QueryReport *report = lfirst(cell);
		const ContractQuery *query = report->query;

		if (todo_ends_soon(query, report->todo))
			ereport(NOTICE,
					errmsg("the todo of query \"%s\" %s", query->name,
						   todo_end(query)),
					errhint("Mend the fault, or accept it for longer with "
							"perfcheck_accept()."));
	}
}

/* Fails on what is worse than in the snapshot alone. */
static void
perfcheck_assert_baseline(List *reports, double scale, bool strict,
						  const char *snapshot)
{
	List *changes = baseline_worse(reports, scale, strict, snapshot);
	Failure *failure = failure_of_changes(reports, changes);
	char *old = failure_old_faults(reports, changes);

	if (failure != NULL)
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
				errmsg("queries that are worse than in the baseline: %s",
					   failure->message),
				errdetail_internal("%s", failure->detail),
				errdetail_log("%s", failure->log),
				errhint("Apply the fixes; or, if they are meant to be worse, "
						"make a new baseline with perfcheck_snapshot()."));
	if (old != NULL)
		ereport(NOTICE, errmsg("old faults, as in the baseline: %s", old));
}

/*
 * perfcheck_assert(scale float8, strict boolean, baseline text) returns void. Errors:
 * also invalid_parameter_value for a scale out of range, and for a baseline that is
 * no snapshot.
 */
Datum
perfcheck_assert(PG_FUNCTION_ARGS)
{
	double scale = DatumGetFloat8(arguments_get(fcinfo, 0, "scale"));
	bool strict = DatumGetBool(arguments_get(fcinfo, 1, "strict"));
	char *baseline = arguments_optional_text(fcinfo, 2);
	List *reports;
	Failure *failure;

	arguments_enter(fcinfo);
	reports = verify_queries(
		NULL, scale,
		baseline == NULL ? VERDICT_STATUS_ALONE : VERDICT_TO_REPORT, strict);
	if (strict && reports == NIL)
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
				errmsg("the contract has no enabled query"),
				errdetail("Nothing was judged, which strict does not accept."),
				errhint("Add queries with perfcheck_add_query(), or set "
						"enabled in perfcheck_query."));
	perfcheck_tell_ending(reports);
	if (baseline != NULL)
	{
		perfcheck_assert_baseline(reports, scale, strict, baseline);
		PG_RETURN_VOID();
	}
	failure = failure_of_reports(reports);
	if (failure != NULL)
		ereport(ERROR, errcode(ERRCODE_CHECK_VIOLATION),
				errmsg("queries that are not ok: %s", failure->message),
				errdetail_internal("%s", failure->detail),
				errdetail_log("%s", failure->log),
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
 * perfcheck_accept(query text, reason text, scale float8, until date) returns text,
 * the cause that is accepted; null if reason is.
 */
Datum
perfcheck_accept(PG_FUNCTION_ARGS)
{
	char *name = arguments_text(fcinfo, 0, "query");
	char *reason = arguments_optional_text(fcinfo, 1);
	double scale = DatumGetFloat8(arguments_get(fcinfo, 2, "scale"));
	char *until = arguments_optional_day(fcinfo, 3, "until");
	const QueryReport *report;
	const char *cause;

	arguments_enter(fcinfo);
	if (reason == NULL)
	{
		contract_set_todo(name, NULL, NULL, NULL);
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
	cause = todo_cause_to_keep(report->verdict, report->advice);
	contract_set_todo(name, reason, cause, until);
	PG_RETURN_TEXT_P(cstring_to_text(cause));
}
