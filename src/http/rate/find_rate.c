/*-------------------------------------------------------------------------
 *
 * find_rate.c
 *		The runs of the search for a rate; see find_rate.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/rate/find_rate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/client/client.h"
#include "http/load/load.h"

#define US_PER_MS 1000.0

/* Where doubling begins unless --rate says. */
#define FIRST_RATE 50.0
#define PRECISION 0.02

/* Under two minutes in all, with what is spent between the runs. */
#define BUDGET_US INT64_C(115000000)
#define PROBE_US INT64_C(4000000)
#define WARMUP_US INT64_C(500000)

/* Of each query, so that its p99 means something. */
#define REQUESTS_A_QUERY 50
#define MIN_REQUESTS 200

/* An answer that takes several times its target need not be waited for. */
#define PATIENCE_TARGETS 4
#define MIN_PATIENCE_US INT64_C(1000000)

/* At so many of the looks no session was free: queries queue up before them. */
#define POOL_BUSY 0.5

/* The longest latency that is still of interest, so that a queue drains soon. */
static int64_t
patience(const Settings *settings, const RequestList *requests,
		 const Targets *targets)
{
	double loosest =
		fmax(targets->avg_ms, fmax(targets->p95_ms, targets->p99_ms));
	double us;

	for (size_t i = 0; i < requests->group_count; i++)
	{
		const Targets *own = &requests->groups[i].targets;

		/* One that has no target must not shorten what others need. */
		if (isfinite(own->p99_ms))
			loosest = fmax(loosest, own->p99_ms);
	}
	us = loosest * US_PER_MS * PATIENCE_TARGETS;
	if (!(us < (double) settings->timeout_us))
		return settings->timeout_us;
	return us > (double) MIN_PATIENCE_US ? (int64_t) us : MIN_PATIENCE_US;
}

static StepQuery
step_query(const Summary *summary)
{
	return (StepQuery){.requests = summary->requests,
					   .errors = summary->errors,
					   .latency_ms = summary->latency.mean_us / US_PER_MS,
					   .service_ms = summary->service.mean_us / US_PER_MS,
					   .p95_ms = (double) summary->latency.p95_us / US_PER_MS,
					   .p99_ms = (double) summary->latency.p99_us / US_PER_MS};
}

static RateStep *
add_step(FoundRate *found, const Result *result)
{
	RateStep *step;

	found->steps = memory_grow(found->steps, found->count + 1, &found->room,
							   sizeof(RateStep));
	step = &found->steps[found->count++];
	*step = (RateStep){.duration_s = (double) result->sent_for_us / 1e6,
					   .total = step_query(&result->total.summary),
					   .rps = result->total.summary.rps};
	step->queries = memory_zeroed(result->group_count + 1, sizeof(StepQuery));
	for (size_t i = 0; i < result->group_count; i++)
		step->queries[i] = step_query(&result->groups[i].summary);
	return step;
}

static void
show_step(const RateStep *step)
{
	char rate[TEXT_NUMBER_SIZE];
	char p95[TEXT_NUMBER_SIZE];
	char p99[TEXT_NUMBER_SIZE];

	fprintf(stderr, "perfcheck-http: %s: %s/s %s: p95 %s ms, p99 %s ms%s%s\n",
			search_stage_name(step->stage),
			text_from_count(rate, (int64_t) round(step->rate)),
			step->probe.outcome == SEARCH_HOLDS ? "holds" : "fails",
			text_from_ms(p95, step->total.p95_ms),
			text_from_ms(p99, step->total.p99_ms),
			step->probe.reason != NULL ? "; " : "",
			step->probe.reason != NULL ? step->probe.reason : "");
}

/* What all runs of a search have in common. */
typedef struct Searching
{
	const RequestList *requests;
	Targets targets;   /* without a rate, which is what is sought */
	Settings settings; /* of the runs */
	int64_t held_us;
	Watch *watch; /* or NULL */
} Searching;

/* Makes one run, and keeps what it showed. */
static bool
make_step(FoundRate *found, Searching *searching, SearchStage stage,
		  Result *result, RunError *error)
{
	Settings *settings = &searching->settings;
	RateStep *step;
	WatchSample sample = {.statements = NAN};
	bool ok;

	result_free(result);
	result_init(result, searching->requests->group_count);
	if (searching->watch != NULL)
		watch_begin(searching->watch, true);
	ok = load_run(settings, searching->requests, result, error);
	if (searching->watch != NULL)
		watch_end(searching->watch, &sample);
	if (!ok)
	{
		watch_sample_free(&sample);
		return false;
	}
	result_finish(result, result->sent_for_us);
	step = add_step(found, result);
	step->stage = stage;
	step->rate = settings->rate;
	step->sample = sample;
	probe_judge(&step->probe, searching->requests, result, &searching->targets,
				settings->rate, searching->held_us);
	if (result->interrupted)
		found->interrupted = true;
	else
		show_step(step);
	return true;
}

/* Picks the steps that tell what a higher rate changes. */
static void
pick_steps(FoundRate *found)
{
	found->calm = found->last = found->first = NULL;
	for (size_t i = 0; i < found->count; i++)
	{
		const RateStep *step = &found->steps[i];
		bool holds = step->probe.outcome == SEARCH_HOLDS;

		if (holds && step->rate <= found->low * 1.0001)
		{
			if (found->calm == NULL || step->rate < found->calm->rate)
				found->calm = step;
			if (found->last == NULL || step->rate >= found->last->rate)
				found->last = step;
		}
		else if (!holds && step->rate >= found->high * 0.9999 &&
				 (found->first == NULL || step->rate <= found->first->rate))
			found->first = step;
	}
}

static bool
search_all(FoundRate *found, Searching *searching, Result *result,
		   RunError *error)
{
	SearchRules rules = {.first_rate = searching->settings.rate > 0
										   ? searching->settings.rate
										   : FIRST_RATE,
						 .precision = PRECISION,
						 .held_us = searching->held_us,
						 .budget_us = BUDGET_US > 3 * searching->held_us
										  ? BUDGET_US
										  : 3 * searching->held_us,
						 .probe_us = PROBE_US,
						 .requests = MIN_REQUESTS};
	Search search;
	SearchStage stage;
	int64_t began_us = clock_now_us();
	int64_t wanted =
		(int64_t) searching->requests->group_count * REQUESTS_A_QUERY;

	if (wanted > rules.requests)
		rules.requests = wanted;
	search_init(&search, &rules);
	while (!found->interrupted &&
		   (stage = search_next(&search, &searching->settings.rate,
								&searching->settings.duration_us)) !=
			   SEARCH_OVER)
	{
		int64_t start_us = clock_now_us();

		if (!make_step(found, searching, stage, result, error))
			return false;
		if (!found->interrupted)
			search_told(&search, found->steps[found->count - 1].probe.outcome,
						result->total.summary.rps, clock_now_us() - start_us);
	}
	found->rate = search_found(&search);
	found->held = search.held > 0;
	found->low = search.low;
	found->high = search.high;
	found->by_client = search.by_client;
	found->took_s = (double) (clock_now_us() - began_us) / 1e6;
	return true;
}

bool
find_rate(FoundRate *found, const Settings *settings,
		  const RequestList *requests, const Targets *targets, Result *result,
		  RunError *error)
{
	Searching searching = {.requests = requests,
						   .targets = *targets,
						   .settings = *settings,
						   .held_us = settings->duration_us};
	RunError problem = {0};
	bool ok;

	*found = (FoundRate){0};
	searching.targets.min_rate = 0;
	searching.settings.slices = PROBE_SLICES;
	searching.settings.warmup_us = WARMUP_US;
	searching.settings.timeout_us = patience(settings, requests, targets);
	if (settings->conninfo != NULL)
	{
		searching.watch = watch_create(settings->conninfo, requests, &problem);
		if (searching.watch == NULL)
			fprintf(stderr, "perfcheck-http: warning: %s\n", problem.message);
	}
	ok = search_all(found, &searching, result, error);
	pick_steps(found);
	if (ok && !found->interrupted && searching.watch != NULL &&
		found->first != NULL && found->first->probe.breaks != NO_GROUP)
		found->verdict = watch_verdict(
			searching.watch, requests->groups[found->first->probe.breaks].name);
	watch_free(searching.watch);
	return ok;
}

void
find_rate_free(FoundRate *found)
{
	for (size_t i = 0; i < found->count; i++)
	{
		free(found->steps[i].probe.reason);
		free(found->steps[i].queries);
		watch_sample_free(&found->steps[i].sample);
	}
	free(found->steps);
	free(found->verdict);
	*found = (FoundRate){0};
}

/* What is neither the database nor a wait to be sent. */
static double
other_ms(const RateStep *step, size_t group)
{
	const StepQuery *query = &step->queries[group];
	const WatchQuery *database;

	if (group >= step->sample.count || query->requests == 0)
		return NAN;
	database = &step->sample.queries[group];
	if (database->calls <= 0)
		return NAN;
	return fmax(0, query->service_ms - (database->plan_ms + database->exec_ms) /
										   (double) query->requests);
}

TimeParts
find_rate_parts(const FoundRate *found, const RateStep *step, size_t group)
{
	const StepQuery *query = &step->queries[group];
	double other = other_ms(step, group);
	double calm = found->calm != NULL ? other_ms(found->calm, group) : NAN;
	TimeParts parts = {NAN, NAN, NAN, NAN,
					   fmax(0, query->latency_ms - query->service_ms)};

	if (query->requests == 0)
		parts.unsent = NAN;
	if (isnan(other))
		return parts;
	parts.planning =
		step->sample.queries[group].plan_ms / (double) query->requests;
	parts.execution =
		step->sample.queries[group].exec_ms / (double) query->requests;
	/*
	 * If no session is free, what an API takes longer than it does at rest is
	 * spent in waiting for one.
	 */
	parts.connection = step->sample.busy >= POOL_BUSY && !isnan(calm)
						   ? fmax(0, other - calm)
						   : 0;
	parts.api = other - parts.connection;
	return parts;
}
