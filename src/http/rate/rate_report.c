/*-------------------------------------------------------------------------
 *
 * rate_report.c
 *		Reports a search for a rate; see find_rate.h.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/rate/find_rate.h"

/* Rates of servers that do little have decimals. */
static const char *
rate_text(char *buffer, double rate)
{
	if (rate >= 100)
		return text_from_count(buffer, (int64_t) round(rate));
	snprintf(buffer, TEXT_NUMBER_SIZE, "%.3g", rate);
	return buffer;
}

static void
put_headline(FILE *out, const FoundRate *found)
{
	char rate[TEXT_NUMBER_SIZE];
	char high[TEXT_NUMBER_SIZE];

	if (found->interrupted)
		fputs("find-rate: interrupted\n", out);
	else if (found->rate <= 0)
		fputs("find-rate: no rate holds the targets\n", out);
	else if (found->held)
		fprintf(out, "find-rate: %s requests/s hold the targets\n",
				rate_text(rate, found->rate));
	else
		fprintf(out,
				"find-rate: about %s requests/s; no time was left to hold them "
				"for as long as --duration says\n",
				rate_text(rate, found->rate));
	if (found->rate <= 0)
		return;
	if (found->high <= 0)
		fputs("           no rate that was tried fails\n", out);
	else
		fprintf(out, "           the limit is between %s and %s/s%s\n",
				rate_text(rate, found->low), rate_text(high, found->high),
				found->by_client ? ", and it is perfcheck-http's own: give it "
								   "a core of its own, or --threads"
								 : "");
}

static void
put_steps(FILE *out, const FoundRate *found)
{
	fprintf(out, "\n%-10s %9s %9s %8s %8s  %s\n", "", "asked/s", "right/s",
			"p95 ms", "p99 ms", "");
	for (size_t i = 0; i < found->count; i++)
	{
		const RateStep *step = &found->steps[i];
		char number[4][TEXT_NUMBER_SIZE];

		fprintf(
			out, "%-10s %9s %9s %8s %8s  %s\n", search_stage_name(step->stage),
			rate_text(number[0], step->rate), rate_text(number[1], step->rps),
			text_from_ms(number[2], step->total.p95_ms),
			text_from_ms(number[3], step->total.p99_ms),
			step->probe.outcome == SEARCH_HOLDS ? "holds"
			: step->probe.reason != NULL        ? step->probe.reason
												: "fails");
	}
}

static const char *
part_text(char *buffer, double ms)
{
	return isnan(ms) ? "?" : text_from_ms(buffer, ms);
}

static void
put_parts(FILE *out, const FoundRate *found, const RateStep *step, size_t group)
{
	TimeParts parts = find_rate_parts(found, step, group);
	char number[7][TEXT_NUMBER_SIZE];

	fprintf(out, "%9s/s %9s %9s %9s %9s %9s %9s\n",
			rate_text(number[0], step->rate),
			text_from_ms(number[1], step->queries[group].latency_ms),
			part_text(number[2], parts.planning),
			part_text(number[3], parts.execution),
			part_text(number[4], parts.connection),
			part_text(number[5], parts.api),
			part_text(number[6], parts.unsent));
}

static void
put_sessions(FILE *out, const RateStep *step)
{
	const WatchSample *sample = &step->sample;
	char rate[TEXT_NUMBER_SIZE];

	if (sample->looks == 0)
		return;
	fprintf(
		out,
		"at %s/s the database had %.1f sessions of clients, %.1f of them at "
		"work: %.1f waited for\n"
		"locks, %.1f for files, %.1f for other things; none was free in "
		"%.0f %% of %d looks\n",
		rate_text(rate, step->rate), sample->sessions, sample->active,
		sample->waits[WATCH_LOCK], sample->waits[WATCH_IO],
		sample->waits[WATCH_OTHER], 100 * sample->busy, sample->looks);
	if (!isnan(sample->statements) && step->total.requests > 0)
		fprintf(out, "it executed %.2f statements a request\n",
				sample->statements / (double) step->total.requests);
}

/* Says which query misses its targets first, and what its time is spent on. */
static void
put_breaks(FILE *out, const FoundRate *found, const RequestList *requests)
{
	const RateStep *first = found->first;
	char number[TEXT_NUMBER_SIZE];
	size_t group;

	if (first == NULL || first->probe.breaks == NO_GROUP)
		return;
	group = first->probe.breaks;
	fprintf(out, "\nbreaks first: \"%s\"", requests->groups[group].name);
	if (first->queries[group].errors > 0)
		fprintf(out, ", of which %s requests failed",
				text_from_count(number, first->queries[group].errors));
	else if (first->probe.rise > 0)
		fprintf(out, ", whose latency rises by %.1f ms a second",
				first->probe.rise * 1000);
	else
		fprintf(out, ", at %.0f %% of its target", 100 * first->probe.worst);
	fprintf(out, ", at %s/s\n", rate_text(number, first->rate));
	if (found->verdict != NULL)
		fprintf(out, "perfcheck_verify: %s\n", found->verdict);
	fprintf(out, "\n%11s %9s %9s %9s %9s %9s %9s\n", "", "mean ms", "planning",
			"execution", "for conn.", "API", "unsent");
	if (found->calm != NULL)
		put_parts(out, found, found->calm, group);
	if (found->last != NULL && found->last != found->calm)
		put_parts(out, found, found->last, group);
	put_parts(out, found, first, group);
	if (first->sample.looks > 0 && first->sample.count == 0)
		fputs("pg_stat_statements is not there, so the database's part is "
			  "unknown\n",
			  out);
	else if (isnan(first->sample.statements))
		fputs("? without pg_stat_statements, which counts what the database "
			  "does\n",
			  out);
	else if (isnan(find_rate_parts(found, first, group).execution))
		fputs("? the database did not execute the contract's statement for "
			  "it\n",
			  out);
	else if (!first->sample.planning)
		fputs("planning is not counted: pg_stat_statements.track_planning is "
			  "off\n",
			  out);
	put_sessions(out, first);
}

void
find_rate_report(FILE *out, const FoundRate *found, const RequestList *requests)
{
	put_headline(out, found);
	put_steps(out, found);
	put_breaks(out, found, requests);
	if (found->count > 0)
		fprintf(out, "\nthe %s run:\n\n", found->held ? "held" : "last");
}

static void
put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		memory_exhausted();
}

/* To three decimals; what is unknown is null. */
static json_t *
number(double value)
{
	return isfinite(value) ? json_real(round(value * 1000) / 1000)
						   : json_null();
}

static json_t *
parts_json(const FoundRate *found, const RateStep *step, size_t group,
		   const char *name)
{
	TimeParts parts = find_rate_parts(found, step, group);
	const StepQuery *query = &step->queries[group];
	json_t *object = json_object();

	put(object, "name", json_string(name));
	put(object, "requests", json_integer(query->requests));
	put(object, "errors", json_integer(query->errors));
	put(object, "mean_ms", number(query->latency_ms));
	put(object, "p95_ms", number(query->p95_ms));
	put(object, "p99_ms", number(query->p99_ms));
	put(object, "planning_ms", number(parts.planning));
	put(object, "execution_ms", number(parts.execution));
	put(object, "connection_ms", number(parts.connection));
	put(object, "api_ms", number(parts.api));
	put(object, "unsent_ms", number(parts.unsent));
	return object;
}

static json_t *
sessions_json(const WatchSample *sample)
{
	json_t *object;

	if (sample->looks == 0)
		return json_null();
	object = json_object();
	put(object, "looks", json_integer(sample->looks));
	put(object, "sessions", number(sample->sessions));
	put(object, "active", number(sample->active));
	put(object, "lock", number(sample->waits[WATCH_LOCK]));
	put(object, "io", number(sample->waits[WATCH_IO]));
	put(object, "other", number(sample->waits[WATCH_OTHER]));
	put(object, "none_free", number(sample->busy));
	return object;
}

static json_t *
step_json(const FoundRate *found, const RateStep *step,
		  const RequestList *requests)
{
	json_t *object = json_object();
	json_t *queries = json_array();

	put(object, "stage", json_string(search_stage_name(step->stage)));
	put(object, "rate", number(step->rate));
	put(object, "duration_s", number(step->duration_s));
	put(object, "holds", json_boolean(step->probe.outcome == SEARCH_HOLDS));
	put(object, "reason",
		step->probe.reason != NULL ? json_string(step->probe.reason)
								   : json_null());
	put(object, "rps", number(step->rps));
	put(object, "p95_ms", number(step->total.p95_ms));
	put(object, "p99_ms", number(step->total.p99_ms));
	put(object, "statements_per_request",
		number(step->total.requests > 0
				   ? step->sample.statements / (double) step->total.requests
				   : NAN));
	put(object, "database", sessions_json(&step->sample));
	for (size_t i = 0; i < requests->group_count; i++)
		if (json_array_append_new(
				queries,
				parts_json(found, step, i, requests->groups[i].name)) != 0)
			memory_exhausted();
	put(object, "queries", queries);
	return object;
}

static json_t *
breaks_json(const FoundRate *found, const RequestList *requests)
{
	const RateStep *first = found->first;
	json_t *object;

	if (first == NULL || first->probe.breaks == NO_GROUP)
		return json_null();
	object = json_object();
	put(object, "query",
		json_string(requests->groups[first->probe.breaks].name));
	put(object, "rate", number(first->rate));
	put(object, "of_target", number(first->probe.worst));
	put(object, "verdict",
		found->verdict != NULL ? json_string(found->verdict) : json_null());
	return object;
}

json_t *
find_rate_json(const FoundRate *found, const RequestList *requests)
{
	json_t *object = json_object();
	json_t *steps = json_array();

	put(object, "rate", found->rate > 0 ? number(found->rate) : json_null());
	put(object, "held", json_boolean(found->held));
	put(object, "low", found->low > 0 ? number(found->low) : json_null());
	put(object, "high", found->high > 0 ? number(found->high) : json_null());
	put(object, "limit",
		json_string(found->high <= 0   ? "none"
					: found->by_client ? "client"
									   : "server"));
	put(object, "took_s", number(found->took_s));
	put(object, "breaks_first", breaks_json(found, requests));
	for (size_t i = 0; i < found->count; i++)
		if (json_array_append_new(
				steps, step_json(found, &found->steps[i], requests)) != 0)
			memory_exhausted();
	put(object, "steps", steps);
	return object;
}
