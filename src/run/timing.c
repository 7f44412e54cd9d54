/*-------------------------------------------------------------------------
 *
 * timing.c
 *		Executes the contract's queries and samples their latency.
 *
 * Each execution does what an unprepared statement costs the server: analysis
 * and planning, which are timed apart, then the plan, whose result a receiver of
 * this file's converts to text as for a client and throws away. Each one runs in
 * a sandbox of its own, whose start and end are not timed. All samples of a case
 * are kept and sorted, so that percentiles are exact; the mean of the planning
 * time is added to them before they are compared with the targets.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/instrument.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/extension.h"
#include "base/guc_scope.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "run/timing.h"
#include "shared/percentile.h"
#include "work/measure.h"

#define TIMING_NS_PER_MS 1e6

/* ---- the receiver: converts rows to text, and throws them away ---- */

typedef struct TimingReceiver
{
	DestReceiver receiver; /* first: it is cast to this */
	FmgrInfo *output;
	MemoryContext row_context;
} TimingReceiver;

static void
timing_startup(DestReceiver *receiver, int operation, TupleDesc desc)
{
	TimingReceiver *self = (TimingReceiver *) receiver;

	self->output = palloc(Max(desc->natts, 1) * sizeof(FmgrInfo));
	for (int i = 0; i < desc->natts; i++)
	{
		Oid function;
		bool is_varlena;

		getTypeOutputInfo(TupleDescAttr(desc, i)->atttypid, &function,
						  &is_varlena);
		fmgr_info(function, &self->output[i]);
	}
	self->row_context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck row", ALLOCSET_DEFAULT_SIZES);
}

static bool
timing_receive(TupleTableSlot *slot, DestReceiver *receiver)
{
	TimingReceiver *self = (TimingReceiver *) receiver;
	MemoryContext old = MemoryContextSwitchTo(self->row_context);

	slot_getallattrs(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (!slot->tts_isnull[i])
			(void) OutputFunctionCall(&self->output[i], slot->tts_values[i]);
	MemoryContextSwitchTo(old);
	MemoryContextReset(self->row_context);
	return true;
}

static void
timing_shutdown(DestReceiver *receiver)
{
}

static void
timing_destroy(DestReceiver *receiver)
{
}

/* ---- one execution ---- */

typedef struct TimingSample
{
	int64 plan_ns;
	int64 run_ns;
	int64 shared_hit;
	int64 shared_read;
} TimingSample;

typedef struct TimingContext
{
	const ContractQuery *query;
	const Case *one;
	TimingSample sample;
	int executions;
	int warmup;
	List *cases;   /* Case * */
	char *no_case; /* why there is none, or NULL */
} TimingContext;

static int64
timing_ns_since(instr_time start)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, start);
	return (int64) (INSTR_TIME_GET_DOUBLE(now) * 1e9);
}

/* The query is not opened before, since its analysis is timed as well. */
static void
timing_execute(void *arg)
{
	TimingContext *context = arg;
	TimingSample *sample = &context->sample;
	TimingReceiver receiver = {
		.receiver = {.receiveSlot = timing_receive,
					 .rStartup = timing_startup,
					 .rShutdown = timing_shutdown,
					 .rDestroy = timing_destroy,
					 .mydest = DestNone},
	};
	BufferUsage before;
	ContractStatement *statement;
	ParamListInfo params;
	PlannedStmt *plan;
	instr_time start;

	/* A client has its role and its settings before it sends the query. */
	contract_enter(context->query);
	(void) case_enter_settings(context->one);
	INSTR_TIME_SET_CURRENT(start);
	statement = contract_analyze(context->query);
	params = case_params(statement, context->one);
	plan = forecast_plan(statement, params, 1);
	sample->plan_ns = timing_ns_since(start);

	before = pgBufferUsage;
	INSTR_TIME_SET_CURRENT(start);
	(void) measure_as_sent(plan, statement, params, &receiver.receiver);
	sample->run_ns = timing_ns_since(start);
	sample->shared_hit = pgBufferUsage.shared_blks_hit - before.shared_blks_hit;
	sample->shared_read =
		pgBufferUsage.shared_blks_read - before.shared_blks_read;
}

/* ---- one case ---- */

static void
timing_summarize(TimingResult *result, int64 *samples, int n,
				 const TimingSample *sum)
{
	const ContractQuery *query = result->query;

	result->executions = n;
	result->mean_ms = percentile_mean(samples, n) / TIMING_NS_PER_MS;
	percentile_sort(samples, n);
	result->p50_ms = percentile_percentile(samples, n, 50) / TIMING_NS_PER_MS;
	result->p95_ms = percentile_percentile(samples, n, 95) / TIMING_NS_PER_MS;
	result->p99_ms = percentile_percentile(samples, n, 99) / TIMING_NS_PER_MS;
	result->max_ms = samples[n - 1] / TIMING_NS_PER_MS;
	result->plan_ms = sum->plan_ns / TIMING_NS_PER_MS / n;
	result->shared_hit = sum->shared_hit / n;
	result->shared_read = sum->shared_read / n;
	/* A client waits for the planning too. */
	result->ok = result->mean_ms + result->plan_ms <= query->avg_ms &&
				 result->p95_ms + result->plan_ms <= query->p95_ms &&
				 result->p99_ms + result->plan_ms <= query->p99_ms;
}

static TimingResult *
timing_measure_case(TimingContext *context)
{
	TimingResult *result = palloc0(sizeof(*result));
	int64 *samples = MemoryContextAllocHuge(
		CurrentMemoryContext, (Size) context->executions * sizeof(int64));
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck execution", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	TimingSample sum = {0};

	result->query = context->query;
	result->label = context->one->label;
	for (int i = -context->warmup;
		 result->error == NULL && i < context->executions; i++)
	{
		ErrorData *error;

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(scratch);
		error =
			sandbox_run(timing_execute, context, perfcheck_statement_timeout);
		MemoryContextSwitchTo(old);
		if (error != NULL)
			result->error = contract_error_text(error);
		MemoryContextReset(scratch);
		if (i < 0 || error != NULL)
			continue;
		samples[i] = context->sample.run_ns;
		sum.plan_ns += context->sample.plan_ns;
		sum.shared_hit += context->sample.shared_hit;
		sum.shared_read += context->sample.shared_read;
	}
	MemoryContextDelete(scratch);
	if (result->error == NULL)
		timing_summarize(result, samples, context->executions, &sum);
	pfree(samples);
	return result;
}

/* ---- queries ---- */

static void
timing_read_cases(const ContractStatement *statement, void *arg)
{
	TimingContext *context = arg;

	context->cases = derive_read(context->query, statement);
	if (context->cases == NIL)
		context->no_case = derive_why_none(statement);
}

static void
timing_check_arguments(int executions, int warmup)
{
	if (executions < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("executions must be at least 1"),
				errdetail("It is %d.", executions),
				errhint("Leave the argument out to get its default, 1000."));
	if (warmup < 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("warmup must not be negative"),
				errdetail("It is %d.", warmup),
				errhint("0 counts all executions, the first one included."));
}

static void
timing_measure_query(TimingContext *context, List **results)
{
	ErrorData *error =
		contract_open(context->query, timing_read_cases, context, 0);
	ListCell *cell;

	if (error != NULL || context->cases == NIL)
	{
		TimingResult *result = palloc0(sizeof(*result));

		result->query = context->query;
		result->error =
			error != NULL ? contract_error_text(error) : context->no_case;
		*results = lappend(*results, result);
		return;
	}
	foreach(cell, context->cases)
	{
		context->one = lfirst(cell);
		if (context->one->required)
			*results = lappend(*results, timing_measure_case(context));
	}
}

List *
timing_measure(const char *name, int executions, int warmup)
{
	List *queries;
	List *results = NIL;
	ListCell *cell;

	timing_check_arguments(executions, warmup);
	queries = contract_read(name);
	foreach(cell, queries)
	{
		TimingContext context = {
			.query = lfirst(cell), .executions = executions, .warmup = warmup};

		timing_measure_query(&context, &results);
	}
	return results;
}

void
timing_keep(List *results)
{
	static Oid types[] = {TEXTOID,   TEXTOID,   INT8OID,   FLOAT8OID, FLOAT8OID,
						  FLOAT8OID, FLOAT8OID, FLOAT8OID, FLOAT8OID, BOOLOID};
	SPIPlanPtr plan;
	ListCell *cell;

	SPI_connect();
	plan = SPI_prepare(
		psprintf("INSERT INTO %s.perfcheck_result (source, query, label, "
				 "executions, mean_ms, p50_ms, p95_ms, p99_ms, max_ms, "
				 "plan_ms, ok) VALUES ('time', $1, $2, $3, $4, $5, $6, $7, $8, "
				 "$9, $10)",
				 extension_schema()),
		lengthof(types), types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	foreach(cell, results)
	{
		const TimingResult *result = lfirst(cell);
		Datum values[] = {
			CStringGetTextDatum(result->query->name),
			CStringGetTextDatum(result->error == NULL ? result->label : ""),
			Int64GetDatum(result->executions),
			Float8GetDatum(result->mean_ms),
			Float8GetDatum(result->p50_ms),
			Float8GetDatum(result->p95_ms),
			Float8GetDatum(result->p99_ms),
			Float8GetDatum(result->max_ms),
			Float8GetDatum(result->plan_ms),
			BoolGetDatum(result->ok),
		};
		int code;

		if (result->error != NULL)
			continue;
		code = SPI_execute_plan(plan, values, NULL, false, 0);
		if (code != SPI_OK_INSERT)
			elog(ERROR, "SPI_execute_plan failed: %s",
				 SPI_result_code_string(code));
	}
	SPI_finish();
}
