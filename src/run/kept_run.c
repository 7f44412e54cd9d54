/*-------------------------------------------------------------------------
 *
 * kept_run.c
 *		Runs of perfcheck_time that are kept.
 *
 * The samples of a run are kept in the order of time, those of several clients one
 * after another in slices, so that a part of the array is a part of the run. With
 * them are the server's version, the settings that EXPLAIN (SETTINGS) would tell,
 * and how many rows the tables had.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "base/extension.h"
#include "base/json_text.h"
#include "base/own_triggers.h"
#include "base/relation.h"
#include "plan/growth.h"
#include "run/kept_run.h"
#include "run/samples.h"
#include "run/timing.h"

/* As many parts as a comparison looks at. */
#define KEPT_RUN_SLICES 20

static const char *const kept_run_plans[] = {"auto", "custom", "generic"};

/* ---- what decides how fast it is ---- */

static void
kept_run_add_settings(JsonText *json)
{
	int n;
	struct config_generic **changed = get_explain_guc_options(&n);

	json_text_open_object(json, "settings");
	json_text_string(json, "shared_buffers",
					 GetConfigOptionByName("shared_buffers", NULL, false));
	for (int i = 0; i < n; i++)
		/* The path is that of the query. */
		if (strcmp(changed[i]->name, "search_path") != 0)
			json_text_string(
				json, changed[i]->name,
				GetConfigOptionByName(changed[i]->name, NULL, true));
	json_text_close_object(json);
}

static char *
kept_run_details(const TimingResult *result, const TimedOptions *options)
{
	JsonText json;
	ListCell *cell;

	json_text_init(&json);
	json_text_open_object(&json, NULL);
	json_text_string(&json, "server_version",
					 GetConfigOptionByName("server_version", NULL, false));
	kept_run_add_settings(&json);
	json_text_open_object(&json, "rows");
	foreach(cell, result->tables)
		json_text_count(&json, relation_sql_name(lfirst_oid(cell)),
						growth_rows_today(lfirst_oid(cell)));
	json_text_close_object(&json);
	json_text_count(&json, "clients", options->clients);
	json_text_bool(&json, "mix", options->mix);
	json_text_string(&json, "plan", kept_run_plans[options->plan]);
	json_text_count(&json, "generic", result->generic);
	json_text_bool(&json, "jit", result->jit);
	json_text_number(&json, "first_ms", result->first_ms);
	json_text_count(&json, "shared_hit", result->shared_hit);
	json_text_count(&json, "shared_read", result->shared_read);
	json_text_number(&json, "reference_ms", result->reference_ms);
	json_text_number(&json, "reference_p95_ms", result->reference_p95_ms);
	json_text_close_object(&json);
	return json.text.data;
}

/* ---- samples ---- */

/* Copies slice number i of what a client sampled. Returns the number of samples. */
static int64
kept_run_slice(const CaseSamples *samples, int i, Datum *to)
{
	int64 from = samples->n * i / KEPT_RUN_SLICES;
	int64 n = samples->n * (i + 1) / KEPT_RUN_SLICES - from;

	for (int64 k = 0; k < n; k++)
		to[k] = Int64GetDatum(samples->ns[from + k]);
	return n;
}

/* A bigint[], or NULL if there are more than an array may have. */
static ArrayType *
kept_run_samples(const TimingResult *result)
{
	Datum *all;
	int64 n = 0;
	ArrayType *array;

	if (result->executions > (int64) (MaxAllocSize / sizeof(Datum) / 4))
		return NULL;
	all = MemoryContextAllocHuge(CurrentMemoryContext,
								 result->executions * sizeof(Datum));
	for (int i = 0; i < KEPT_RUN_SLICES; i++)
	{
		ListCell *cell;

		foreach(cell, result->samples)
			n += kept_run_slice(lfirst(cell), i, all + n);
	}
	array = construct_array(all, n, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
							TYPALIGN_DOUBLE);
	pfree(all);
	return array;
}

/* ---- storing ---- */

typedef struct KeptRun
{
	SPIPlanPtr plan;
	TimestampTz taken_at;
	const TimedOptions *options;
	const char *label;
} KeptRun;

static SPIPlanPtr
kept_run_prepare(void)
{
	static Oid types[] = {TIMESTAMPTZOID, TEXTOID,     TEXTOID,   TEXTOID,
						  INT8OID,        FLOAT8OID,   FLOAT8OID, FLOAT8OID,
						  FLOAT8OID,      FLOAT8OID,   FLOAT8OID, BOOLOID,
						  TEXTOID,        INT8ARRAYOID};
	SPIPlanPtr plan;

	own_triggers_check("perfcheck_result", GetUserId());
	plan = SPI_prepare(
		psprintf("INSERT INTO %s.perfcheck_result (source, taken_at, run, "
				 "query, label, executions, mean_ms, p50_ms, p95_ms, p99_ms, "
				 "max_ms, plan_ms, ok, details, samples_ns) VALUES ('time', "
				 "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
				 "(SELECT $13::pg_catalog.jsonb OPERATOR(pg_catalog.||) "
				 "pg_catalog.jsonb_build_object('sql_md5', "
				 "pg_catalog.md5(q.sql)) FROM %s.perfcheck_query q "
				 "WHERE q.name OPERATOR(pg_catalog.=) $3), $14)",
				 extension_schema(), extension_schema()),
		lengthof(types), types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	return plan;
}

static void
kept_run_insert(const KeptRun *run, const TimingResult *result)
{
	ArrayType *samples = run->label != NULL ? kept_run_samples(result) : NULL;
	Datum values[] = {
		TimestampTzGetDatum(run->taken_at),
		run->label != NULL ? CStringGetTextDatum(run->label) : (Datum) 0,
		CStringGetTextDatum(result->query->name),
		CStringGetTextDatum(result->label),
		Int64GetDatum(result->executions),
		Float8GetDatum(result->mean_ms),
		Float8GetDatum(result->p50_ms),
		Float8GetDatum(result->p95_ms),
		Float8GetDatum(result->p99_ms),
		Float8GetDatum(result->max_ms),
		Float8GetDatum(result->plan_ms),
		BoolGetDatum(result->ok),
		CStringGetTextDatum(kept_run_details(result, run->options)),
		PointerGetDatum(samples),
	};
	char nulls[lengthof(values) + 1];
	int code;

	memset(nulls, ' ', lengthof(values));
	nulls[lengthof(values)] = '\0';
	if (run->label == NULL)
		nulls[1] = 'n';
	if (samples == NULL)
		nulls[lengthof(values) - 1] = 'n';
	code = SPI_execute_plan(run->plan, values, nulls, false, 0);
	if (code != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan failed: %s",
			 SPI_result_code_string(code));
}

/* Where no case could be timed, no INSERT would tell. */
static void
kept_run_check_right(void)
{
	Oid table = extension_table("perfcheck_result");

	if (pg_class_aclcheck(table, GetUserId(), ACL_INSERT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(table, GetUserId(), ACL_INSERT,
								  ACLMASK_ANY) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table));
}

int
kept_run_store(List *results, const TimedOptions *options, const char *label)
{
	/* All rows of a run have the same time, and no other run has it. */
	KeptRun run = {
		.taken_at = GetCurrentTimestamp(), .options = options, .label = label};
	int rows = 0;
	ListCell *cell;

	kept_run_check_right();
	SPI_connect();
	run.plan = kept_run_prepare();
	foreach(cell, results)
	{
		const TimingResult *result = lfirst(cell);

		if (result->error != NULL)
			continue;
		kept_run_insert(&run, result);
		rows++;
	}
	SPI_finish();
	return rows;
}
