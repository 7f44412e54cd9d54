/*-------------------------------------------------------------------------
 *
 * perfcheck_time.c
 *		The functions that SQL calls to time queries.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "arguments.h"
#include "base/settings.h"
#include "report_row.h"
#include "result_row.h"
#include "run/compared.h"
#include "run/kept_run.h"
#include "run/samples.h"
#include "run/side_by_side.h"
#include "run/timing.h"

/* The rounds of a run that is kept: the slices of a comparison. */
#define RECORDED_ROUNDS 20
/* Characters of the longest bar. */
#define LONGEST_BAR 50
#define MOST_DURATION_S (24 * 60 * 60)
#define TIME_NS_PER_S 1e9
#define TIME_NS_PER_MS 1e6

PG_FUNCTION_INFO_V1(perfcheck_time);
PG_FUNCTION_INFO_V1(perfcheck_samples);
PG_FUNCTION_INFO_V1(perfcheck_record_run);
PG_FUNCTION_INFO_V1(perfcheck_compare_samples);
PG_FUNCTION_INFO_V1(perfcheck_ab);
PG_FUNCTION_INFO_V1(perfcheck_histogram);

/* ---- arguments ---- */

/* Returns the interval in ns, or 0 if it is null. */
static int64
argument_duration(FunctionCallInfo fcinfo, int n)
{
	const Interval *interval;
	double seconds;

	if (arguments_is_null(fcinfo, n))
		return 0;
	interval = PG_GETARG_INTERVAL_P(n);
	seconds = interval->time / (double) USECS_PER_SEC +
			  interval->day * (double) SECS_PER_DAY +
			  interval->month * (double) SECS_PER_DAY * DAYS_PER_MONTH;
	if (!(seconds > 0 && seconds <= MOST_DURATION_S))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("duration must be more than 0 and at most 24 hours"),
				errhint("Give it such as '10 s', or leave it out to count "
						"executions."));
	return (int64) (seconds * TIME_NS_PER_S);
}

static PreparedPlan
argument_plan(FunctionCallInfo fcinfo, int n)
{
	char *plan = arguments_text(fcinfo, n, "plan");

	if (strcmp(plan, "auto") == 0)
		return PREPARED_AUTO;
	if (strcmp(plan, "custom") == 0)
		return PREPARED_CUSTOM;
	if (strcmp(plan, "generic") == 0)
		return PREPARED_GENERIC;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("plan must be auto, custom or generic"),
			errdetail("It is \"%s\".", plan),
			errhint("auto is what the server chooses for a prepared "
					"statement."));
}

/* Reads executions, warmup and clients from n on, and duration, mix and plan. */
static TimedOptions
argument_options(FunctionCallInfo fcinfo, int n, int duration)
{
	return (TimedOptions){
		.executions = DatumGetInt32(arguments_get(fcinfo, n, "executions")),
		.warmup = DatumGetInt32(arguments_get(fcinfo, n + 1, "warmup")),
		.clients = DatumGetInt32(arguments_get(fcinfo, n + 2, "clients")),
		.duration_ns = argument_duration(fcinfo, duration),
		.mix = DatumGetBool(arguments_get(fcinfo, duration + 1, "mix")),
		.plan = argument_plan(fcinfo, duration + 2),
		.rounds = 1,
	};
}

/* ---- functions ---- */

/*
 * perfcheck_time(query text, executions integer, warmup integer, clients integer,
 * keep boolean, duration interval, mix boolean, plan text) returns a row a
 * required case, and one for a query without cases. Errors: those of
 * timing_measure(), invalid_parameter_value for the arguments.
 */
Datum
perfcheck_time(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *name = arguments_optional_text(fcinfo, 0);
	TimedOptions options = argument_options(fcinfo, 1, 5);
	bool keep = DatumGetBool(arguments_get(fcinfo, 4, "keep"));
	List *results = timing_measure(name, &options);
	ListCell *cell;

	if (keep)
		(void) kept_run_store(results, &options, NULL);
	foreach(cell, results)
		report_row_timing(&row, lfirst(cell));
	return (Datum) 0;
}

/* perfcheck_samples() returns a row an execution. Raises no error of its own. */
Datum
perfcheck_samples(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	ListCell *cell;

	foreach(cell, samples_kept())
	{
		const CaseSamples *samples = lfirst(cell);

		for (int64 i = 0; i < samples->n; i++)
		{
			CHECK_FOR_INTERRUPTS();
			result_row_put_text(&row, samples->query);
			result_row_put_text(&row, samples->label);
			result_row_put(&row, Int32GetDatum(samples->client));
			result_row_put(&row, Int64GetDatum(i + 1));
			result_row_put(&row,
						   Float8GetDatum(samples->ns[i] / TIME_NS_PER_MS));
			result_row_end(&row);
		}
	}
	return (Datum) 0;
}

/*
 * perfcheck_record_run(label text, query text, executions integer, warmup integer,
 * clients integer, duration interval, mix boolean, plan text) returns integer, the
 * number of cases that are kept. Errors: as perfcheck_time();
 * invalid_parameter_value for an empty label.
 */
Datum
perfcheck_record_run(PG_FUNCTION_ARGS)
{
	char *label = arguments_text(fcinfo, 0, "label");
	char *name = arguments_optional_text(fcinfo, 1);
	TimedOptions options = argument_options(fcinfo, 2, 5);

	if (label[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("label must not be empty"),
				errhint("Name the run, such as 'before'."));
	arguments_enter(fcinfo);
	options.rounds = RECORDED_ROUNDS;
	PG_RETURN_INT32(
		kept_run_store(timing_measure(name, &options), &options, label));
}

/* ---- comparisons ---- */

/* A change of a ratio, in %, to a tenth. */
static void
put_change(ResultRow *row, double ratio)
{
	if (isfinite(ratio))
		result_row_put(row, Float8GetDatum(rint((ratio - 1) * 1000) / 10));
	else
		result_row_put_null(row);
}

/* Before, after, the change, and its interval. */
static void
put_comparison(ResultRow *row, const Comparison *comparison)
{
	result_row_put_ms(row, comparison->before / TIME_NS_PER_MS);
	result_row_put_ms(row, comparison->after / TIME_NS_PER_MS);
	if (!comparison->enough)
	{
		result_row_put_nulls(row, 3);
		return;
	}
	put_change(row, comparison->ratio);
	put_change(row, comparison->low);
	put_change(row, comparison->high);
}

/* Reads a bigint[] without NULLs. */
static ComparedSamples
argument_samples(FunctionCallInfo fcinfo, int n, const char *name)
{
	ArrayType *array = DatumGetArrayTypeP(arguments_get(fcinfo, n, name));

	if (array_contains_nulls(array))
		ereport(ERROR, errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("%s must not contain null", name),
				errhint("Give samples_ns of perfcheck_result."));
	return (ComparedSamples){
		.ns = (const int64 *) ARR_DATA_PTR(array),
		.n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array))};
}

/*
 * perfcheck_compare_samples(a bigint[], b bigint[], tests integer) returns one row.
 * Errors: null_value_not_allowed.
 */
Datum
perfcheck_compare_samples(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	ComparedSamples a = argument_samples(fcinfo, 0, "a");
	ComparedSamples b = argument_samples(fcinfo, 1, "b");
	int32 tests = DatumGetInt32(arguments_get(fcinfo, 2, "tests"));
	Compared compared = compared_samples(a, b, false, tests);

	put_comparison(&row, &compared.median);
	put_comparison(&row, &compared.p95);
	result_row_put_text(&row, comparison_word(compared.verdict));
	result_row_put_text(&row, comparison_word(compared.median.verdict));
	result_row_put_text(&row, comparison_word(compared.p95.verdict));
	result_row_end(&row);
	return (Datum) 0;
}

/*
 * perfcheck_ab(sql_a text, sql_b text, args text[], executions integer, warmup
 * integer, duration interval, plan text) returns one row. Errors: those of
 * side_by_side_run(), invalid_parameter_value for the arguments.
 */
Datum
perfcheck_ab(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *sql_a = arguments_text(fcinfo, 0, "sql_a");
	char *sql_b = arguments_text(fcinfo, 1, "sql_b");
	int nargs;
	char **args = arguments_texts(fcinfo, 2, "args", &nargs);
	TimedOptions options = {
		.executions = DatumGetInt32(arguments_get(fcinfo, 3, "executions")),
		.warmup = DatumGetInt32(arguments_get(fcinfo, 4, "warmup")),
		.clients = 1,
		.duration_ns = argument_duration(fcinfo, 5),
		.plan = argument_plan(fcinfo, 6),
		.timeout_ms = perfcheck_statement_timeout,
		.rounds = 1,
	};
	SideBySide found;

	timing_check_options(&options);
	found = side_by_side_run(sql_a, sql_b, args, nargs, &options);
	result_row_put_text(&row, comparison_word(found.verdict));
	result_row_put(&row, Int64GetDatum(found.executions));
	put_comparison(&row, &found.compared.median);
	put_comparison(&row, &found.compared.p95);
	for (int i = 0; i < 2; i++)
		if (found.not_counted == NULL)
			result_row_put(&row, Int64GetDatum(found.instructions[i]));
		else
			result_row_put_null(&row);
	result_row_put_text(&row, found.not_counted);
	result_row_end(&row);
	return (Datum) 0;
}

/* ---- a bar chart ---- */

/* Where a step begins, to three digits. */
static double
histogram_ms(int step)
{
	int decade = (int) floor(step / 10.0);
	double digits = rint(pow(10, step / 10.0 - decade + 2));

	/* A quotient is what the digits would be read as; a product need not be. */
	return decade < 2 ? digits / pow(10, 2 - decade)
					  : digits * pow(10, decade - 2);
}

static char *
histogram_bar(int64 n, int64 most)
{
	int length = n == 0 ? 0 : Max(1, (int) (n * (double) LONGEST_BAR / most));
	char *bar = palloc(length + 1);

	memset(bar, '#', length);
	bar[length] = '\0';
	return bar;
}

/*
 * Returns the bars of a query, and times it before if the session has no samples of
 * it.
 */
static SamplesBar *
histogram_bars(const char *query, const char *label, int *count)
{
	SamplesBar *bars = samples_bars(query, label, count);
	TimedOptions options = {
		.executions = 1000, .warmup = 10, .clients = 1, .rounds = 1};

	/* A label that is not there is no reason to. */
	if (bars != NULL || samples_bars(query, NULL, count) != NULL)
		return samples_bars(query, label, count);
	(void) timing_measure(query, &options);
	return samples_bars(query, label, count);
}

/*
 * perfcheck_histogram(query text, label text) returns a row a step of the scale.
 * Errors: those of perfcheck_time(); no_data_found if no case can be timed;
 * undefined_object if there is no case of that label.
 */
Datum
perfcheck_histogram(PG_FUNCTION_ARGS)
{
	ResultRow row = arguments_start_rows(fcinfo, 0);
	char *query = arguments_text(fcinfo, 0, "query");
	char *label = arguments_optional_text(fcinfo, 1);
	int count;
	SamplesBar *bars = histogram_bars(query, label, &count);
	int64 most = 0;

	if (bars == NULL)
		ereport(ERROR,
				errcode(label != NULL ? ERRCODE_UNDEFINED_OBJECT
									  : ERRCODE_NO_DATA_FOUND),
				label != NULL
					? errmsg("query \"%s\" has no times of a case \"%s\"",
							 query, label)
					: errmsg("query \"%s\" has no times", query),
				errhint("perfcheck_time() says which cases were timed, and why "
						"others were not."));
	for (int i = 0; i < count; i++)
		most = Max(most, bars[i].n);
	for (int i = 0; i < count; i++)
	{
		result_row_put(&row, Float8GetDatum(histogram_ms(bars[i].step)));
		result_row_put(&row, Float8GetDatum(histogram_ms(bars[i].step + 1)));
		result_row_put(&row, Int64GetDatum(bars[i].n));
		result_row_put_text(&row, histogram_bar(bars[i].n, most));
		result_row_end(&row);
	}
	return (Datum) 0;
}
