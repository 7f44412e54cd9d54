/*-------------------------------------------------------------------------
 *
 * timing.c
 *		Executes the contract's queries and samples their latency.
 *
 * The cases of all queries are read first, in this session, and then executed, by
 * this session or by clients. The samples are plain latencies; there is no
 * arithmetic between them and the percentiles but sorting.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "base/settings.h"
#include "cases/case_weight.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "query/tables.h"
#include "run/clients.h"
#include "run/samples.h"
#include "run/timed_work.h"
#include "run/timing.h"
#include "shared/percentile.h"

#define TIMING_NS_PER_MS 1e6
#define TIMING_NS_PER_US 1e3
#define TIMING_HARNESS_ROUNDS 5
#define TIMING_HARNESS_EXECUTIONS 400

/* ---- what is to be executed ---- */

static void
timing_refuse(const char *what, int least, int value, const char *hint)
{
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			least == 0 ? errmsg("%s must not be negative", what)
					   : errmsg("%s must be at least %d", what, least),
			errdetail("It is %d.", value), errhint("%s", hint));
}

void
timing_check_options(const TimedOptions *options)
{
	if (options->executions < 1)
		timing_refuse("executions", 1, options->executions,
					  "Leave the argument out to get its default, 1000.");
	if (options->warmup < 0)
		timing_refuse("warmup", 0, options->warmup,
					  "0 counts all executions, the first one included.");
	if (options->clients < 1)
		timing_refuse(
			"clients", 1, options->clients,
			"1 executes in this session, more in background workers.");
	clients_check(options->clients);
}

typedef struct TimingPlan
{
	const ContractQuery *query; /* that is being read */
	List *cases;                /* Case *, of it */
	List *tables;
	char *no_case;  /* why there is none, or NULL */
	List *results;  /* TimingResult *, of all queries */
	List *timed;    /* TimedCase *, of all queries */
	List *measured; /* TimingResult *, of each of these */
	int statements;
} TimingPlan;

static void
timing_read_cases(const ContractStatement *statement, void *arg)
{
	TimingPlan *plan = arg;

	plan->tables = tables_list(statement->query);
	plan->cases = derive_read(plan->query, statement);
	if (plan->cases == NIL)
		plan->no_case = derive_why_none(statement);
}

static TimingResult *
timing_add_result(TimingPlan *plan, const char *label)
{
	TimingResult *result = palloc0(sizeof(*result));

	result->query = plan->query;
	result->label = label;
	result->tables = plan->tables;
	plan->results = lappend(plan->results, result);
	return result;
}

/* The cases that count weigh 1 together, or as often as a recording had them. */
static double
timing_total_weight(List *cases, bool recorded)
{
	double total = 0;
	ListCell *cell;

	foreach(cell, cases)
		total += case_weight(lfirst(cell), recorded);
	return total;
}

static void
timing_add_cases(TimingPlan *plan)
{
	bool recorded = case_weight_is_recorded(plan->cases);
	double total = timing_total_weight(plan->cases, recorded);
	int required = 0;
	ListCell *cell;

	foreach(cell, plan->cases)
		required += ((const Case *) lfirst(cell))->required;
	foreach(cell, plan->cases)
	{
		const Case *one = lfirst(cell);
		TimedCase *timed;

		if (!one->required)
			continue;
		timed = palloc(sizeof(*timed));
		timed->query = plan->query;
		timed->statement = plan->statements;
		timed->one = one;
		/* Below 0: how often the query is sent is not known. */
		if (recorded)
			timed->weight = case_weight(one, true);
		else
			timed->weight =
				total > 0 ? -case_weight(one, false) / total : -1.0 / required;
		plan->timed = lappend(plan->timed, timed);
		plan->measured =
			lappend(plan->measured, timing_add_result(plan, one->label));
	}
	if (required > 0)
		plan->statements++;
}

static void
timing_read_query(TimingPlan *plan, const ContractQuery *query)
{
	ErrorData *error;

	plan->query = query;
	plan->cases = plan->tables = NIL;
	plan->no_case = NULL;
	error = contract_open(query, timing_read_cases, plan,
						  perfcheck_statement_timeout);
	if (error != NULL || plan->cases == NIL)
	{
		TimingResult *result = timing_add_result(plan, NULL);

		result->judged = true;
		result->error =
			error != NULL ? contract_error_text(error) : plan->no_case;
		return;
	}
	timing_add_cases(plan);
}

/*
 * A query of which no recording tells weighs as much as one of which one does, on
 * average.
 */
static void
timing_settle_weights(List *timed)
{
	double recorded = 0;
	int statements = 0;
	int last = -1;
	ListCell *cell;

	foreach(cell, timed)
	{
		const TimedCase *one = lfirst(cell);

		if (one->weight <= 0)
			continue;
		recorded += one->weight;
		statements += one->statement != last;
		last = one->statement;
	}
	foreach(cell, timed)
	{
		TimedCase *one = lfirst(cell);

		if (one->weight < 0)
			one->weight *= statements > 0 ? -recorded / statements : -1;
	}
}

/* Does no more than computing, and the same on every machine. */
static void
timing_add_reference(TimedWork *work, int statement)
{
	static ContractQuery query = {
		.name = "",
		.sql = "SELECT pg_catalog.count(*) FROM "
			   "pg_catalog.generate_series(1, 1000) AS n"};

	work->cases[work->ncases++] = (TimedCase){
		.query = &query, .statement = statement, .one = case_make("", 0)};
}

static TimedWork
timing_work(const TimingPlan *plan, const TimedOptions *options)
{
	TimedWork work = {.options = *options};
	ListCell *cell;

	work.cases = palloc0((list_length(plan->timed) + 1) * sizeof(TimedCase));
	foreach(cell, plan->timed)
		work.cases[work.ncases++] = *(TimedCase *) lfirst(cell);
	if (options->rounds > 1 && !options->mix)
		timing_add_reference(&work, plan->statements);
	return work;
}

/* ---- the harness ---- */

/*
 * Returns what an execution of a query without tables and columns takes, all
 * included, in us: the median of a few rounds. Below 0 if it cannot be told.
 */
static double
timing_harness_us(void)
{
	ContractQuery query = {.name = "", .sql = "SELECT"};
	Case *one = case_make("", 0);
	Prepared *prepared = prepared_make(&query, PREPARED_AUTO);
	PreparedSamples samples = {.memory = CurrentMemoryContext};
	PreparedTurn turn = {.most = TIMING_HARNESS_EXECUTIONS, .counted = true};
	int64 rounds[TIMING_HARNESS_ROUNDS];

	prepared_run(prepared, one, &turn, &samples);
	for (int i = 0; i < TIMING_HARNESS_ROUNDS; i++)
	{
		int64 start = prepared_now();

		prepared_run(prepared, one, &turn, &samples);
		rounds[i] = prepared_now() - start;
	}
	if (samples.error != NULL)
		return -1;
	percentile_sort(rounds, TIMING_HARNESS_ROUNDS);
	return percentile_percentile(rounds, TIMING_HARNESS_ROUNDS, 50) /
		   TIMING_NS_PER_US / TIMING_HARNESS_EXECUTIONS;
}

/* ---- results ---- */

static void
timing_judge(TimingResult *result)
{
	const ContractQuery *query = result->query;

	/* A client waits for the planning too. */
	result->judged = true;
	result->ok = result->mean_ms + result->plan_ms <= query->avg_ms &&
				 result->p95_ms + result->plan_ms <= query->p95_ms &&
				 result->p99_ms + result->plan_ms <= query->p99_ms;
}

static void
timing_take_sums(TimingResult *result, const PreparedSamples *sum)
{
	int64 n = sum->n;

	result->plan_ms = sum->plan_ns / TIMING_NS_PER_MS / n;
	result->shared_hit = sum->shared_hit / n;
	result->shared_read = sum->shared_read / n;
	result->shared_written = sum->shared_written / n;
	result->temp_read = sum->temp_read / n;
	result->temp_written = sum->temp_written / n;
	result->generic = sum->generic;
	result->jit = sum->jit;
}

static void
timing_take_samples(TimingResult *result, int64 *ns, int64 n)
{
	result->executions = n;
	result->mean_ms = percentile_mean(ns, n) / TIMING_NS_PER_MS;
	percentile_sort(ns, n);
	result->p50_ms = percentile_percentile(ns, n, 50) / TIMING_NS_PER_MS;
	result->p95_ms = percentile_percentile(ns, n, 95) / TIMING_NS_PER_MS;
	result->p99_ms = percentile_percentile(ns, n, 99) / TIMING_NS_PER_MS;
	result->max_ms = ns[n - 1] / TIMING_NS_PER_MS;
}

static void
timing_note_samples(TimingResult *result, const PreparedSamples *samples,
					int client)
{
	CaseSamples *noted = palloc(sizeof(*noted));

	noted->query = result->query->name;
	noted->label = unconstify(char *, result->label);
	noted->client = client + 1;
	noted->n = samples->n;
	noted->ns = samples->ns;
	result->samples = lappend(result->samples, noted);
}

/* Puts what each client sampled of a case together. */
static PreparedSamples
timing_merge(TimingResult *result, const PreparedSamples *samples, int stride,
			 int clients)
{
	PreparedSamples sum = {.memory = CurrentMemoryContext};

	for (int c = 0; c < clients; c++)
	{
		const PreparedSamples *one = &samples[c * stride];

		if (sum.error == NULL)
			sum.error = one->error;
		sum.n += one->n;
		sum.first_ns = Max(sum.first_ns, one->first_ns);
		sum.plan_ns += one->plan_ns;
		sum.shared_hit += one->shared_hit;
		sum.shared_read += one->shared_read;
		sum.shared_written += one->shared_written;
		sum.temp_read += one->temp_read;
		sum.temp_written += one->temp_written;
		sum.generic += one->generic;
		sum.jit |= one->jit;
		timing_note_samples(result, one, c);
	}
	sum.ns = MemoryContextAllocHuge(CurrentMemoryContext,
									Max(sum.n, 1) * sizeof(int64));
	sum.n = 0;
	for (int c = 0; c < clients; c++)
	{
		const PreparedSamples *one = &samples[c * stride];

		if (one->n > 0)
			memcpy(sum.ns + sum.n, one->ns, one->n * sizeof(int64));
		sum.n += one->n;
	}
	return sum;
}

static void
timing_finish(TimingResult *result, const TimedWork *work, int i,
			  const PreparedSamples *samples)
{
	PreparedSamples sum =
		timing_merge(result, samples + i, work->ncases, work->options.clients);

	if (sum.error != NULL)
	{
		result->error = sum.error;
		result->judged = true;
		result->samples = NIL;
	}
	else if (sum.n == 0)
	{
		result->error = pstrdup(
			work->cases[i].weight > 0
				? "it was not drawn: give more executions or a longer duration"
				: "it weighs nothing in the mix");
		result->samples = NIL;
	}
	else
	{
		result->first_ms = sum.first_ns / TIMING_NS_PER_MS;
		timing_take_sums(result, &sum);
		timing_take_samples(result, sum.ns, sum.n);
		timing_judge(result);
	}
	pfree(sum.ns);
}

/* Returns a percentile of the reference, or no number if it took no part. */
static double
timing_reference_ms(const TimedWork *work, const PreparedSamples *samples,
					double percent)
{
	const PreparedSamples *one = &samples[work->ncases - 1];

	if (work->options.rounds == 1 || work->options.mix || one->n == 0)
		return NAN;
	percentile_sort(one->ns, one->n);
	return percentile_percentile(one->ns, one->n, percent) / TIMING_NS_PER_MS;
}

static void
timing_keep_samples(List *results)
{
	List *samples = NIL;
	ListCell *cell;

	foreach(cell, results)
		samples = list_concat(samples,
							  ((const TimingResult *) lfirst(cell))->samples);
	samples_keep(samples);
}

List *
timing_measure(const char *name, const TimedOptions *options)
{
	TimingPlan plan = {.statements = 0};
	const PreparedSamples *samples;
	double harness_us;
	TimedWork work;
	ListCell *cell;
	int i = 0;

	timing_check_options(options);
	foreach(cell, contract_read(name))
		timing_read_query(&plan, lfirst(cell));
	timing_settle_weights(plan.timed);
	work = timing_work(&plan, options);
	work.options.timeout_ms = perfcheck_statement_timeout;
	harness_us = timing_harness_us();
	if (options->clients > 1)
		samples = clients_run(&work);
	else
	{
		timed_work_run(&work, NULL, NULL);
		samples = work.samples;
	}
	foreach(cell, plan.measured)
	{
		TimingResult *result = lfirst(cell);

		result->harness_us = harness_us;
		result->reference_ms = timing_reference_ms(&work, samples, 50);
		result->reference_p95_ms = timing_reference_ms(&work, samples, 95);
		timing_finish(result, &work, i++, samples);
	}
	timing_keep_samples(plan.results);
	return plan.results;
}
