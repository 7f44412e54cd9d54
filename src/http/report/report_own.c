/*-------------------------------------------------------------------------
 *
 * report_own.c
 *		What the report says of the client itself, and of lost connections; see
 *		report.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/result/own.h"

#define US_PER_MS 1000.0

static const struct
{
	const char *words;
	const char *key;
} losses[LOSS_CAUSES] = {
	[LOSS_RESET] = {"the server reset the connection before an answer",
					"reset"},
	[LOSS_CLOSED] = {"the server closed the connection before an answer",
					 "closed"},
};

void
report_own(FILE *out, const Run *run)
{
	const Result *result = run->result;
	const Own *own = &result->own;
	char text[3][TEXT_NUMBER_SIZE];

	fprintf(out, "\nperfcheck-http itself: %.0f %% of a core",
			100 * own->cpu_share);
	if (own->delay.count > 0)
		fprintf(out, "; its own delay p50 %s ms, p95 %s ms, p99 %s ms",
				text_from_ms(text[0],
							 (double) own_delay_us(result, 50) / US_PER_MS),
				text_from_ms(text[1],
							 (double) own_delay_us(result, 95) / US_PER_MS),
				text_from_ms(text[2],
							 (double) own_delay_us(result, 99) / US_PER_MS));
	if (run->settings->rate > 0)
		fprintf(out, "; %s started late by it",
				text_from_count(text[0], own->late));
	fputc('\n', out);
}

void
report_resent(FILE *out, const Run *run)
{
	const Result *result = run->result;
	char text[TEXT_NUMBER_SIZE];

	if (result_resent(result) == 0)
		return;
	fputs("\nsent again, which the latency includes, each with its first "
		  "example\n",
		  out);
	for (int i = 0; i < LOSS_CAUSES; i++)
	{
		const Resent *resent = &result->resent[i];

		if (resent->count == 0)
			continue;
		fprintf(out, "%9s  %s\n           %s %s\n",
				text_from_count(text, resent->count), losses[i].words,
				request_method_name(resent->method), resent->path);
	}
	fputs("           does the server restart workers, or close connections "
		  "that are in use?\n",
		  out);
}

static void
put_trace(FILE *out, const Run *run)
{
	const Result *result = run->result;
	char text[2][TEXT_NUMBER_SIZE];

	if (result->traced_statements == 0)
		fputs("note: no statement on record has a trace of this run: is "
			  "perfcheck.record on for the API's role,\n"
			  "      and does the API pass traceparent on in a comment of its "
			  "SQL?\n",
			  out);
	else if (result->traced_statements > 0)
		fprintf(out,
				"note: %s statements are on record for %s of these requests: "
				"%.2f a request\n",
				text_from_count(text[0], result->traced_statements),
				text_from_count(text[1], result->traced_requests),
				(double) result->traced_statements /
					(double) result->traced_requests);
}

void
report_own_notes(FILE *out, const Run *run)
{
	OwnNotes notes = own_notes(run->settings, run->result);

	put_trace(out, run);
	for (int i = 0; i < notes.count; i++)
		fprintf(out, "note: %s\n", notes.text[i]);
	own_notes_free(&notes);
}

/* jansson's calls here fail for want of memory only, as memory.h's may. */
static void
put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		memory_exhausted();
}

static json_t *
share(double value)
{
	return isfinite(value) ? json_real(round(value * 1000) / 1000)
						   : json_null();
}

static json_t *
delays(const Result *result)
{
	static const struct
	{
		const char *key;
		double percent;
	} members[] = {{"p50", 50}, {"p95", 95}, {"p99", 99}, {"max", 100}};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put(object, members[i].key,
			result->own.delay.count > 0
				? json_real((double) own_delay_us(result, members[i].percent) /
							US_PER_MS)
				: json_null());
	return object;
}

/* The traces of this run; null if there are none. */
static json_t *
trace(const Run *run)
{
	const Result *result = run->result;
	json_t *object = json_object();
	bool known = result->traced_statements >= 0;
	char start[24];

	if (!run->settings->trace)
	{
		json_decref(object);
		return json_null();
	}
	(void) snprintf(start, sizeof(start), "%016" PRIx64,
					run->settings->trace_run);
	put(object, "starts_with", json_string(start));
	put(object, "statements",
		known ? json_integer(result->traced_statements) : json_null());
	put(object, "requests",
		known ? json_integer(result->traced_requests) : json_null());
	return object;
}

void
report_json_own(json_t *root, const Run *run)
{
	const Result *result = run->result;
	const Own *own = &result->own;
	json_t *client = json_object();
	json_t *causes = json_object();
	json_t *warnings = json_array();
	OwnNotes notes = own_notes(run->settings, result);

	for (int i = 0; i < LOSS_CAUSES; i++)
		put(causes, losses[i].key, json_integer(result->resent[i].count));
	put(root, "resent", json_integer(result_resent(result)));
	put(root, "resent_by", causes);
	put(root, "valid", json_boolean(run->verdict->invalid == NULL));
	put(client, "core_share", share(own->cpu_share));
	put(client, "queue_share", share(own->queue_share));
	put(client, "delay_ms", delays(result));
	put(client, "delays_sampled", json_integer((json_int_t) own->delay.count));
	put(client, "late_starts", json_integer(own->late));
	put(client, "time_wait",
		own->time_wait >= 0 ? json_integer(own->time_wait) : json_null());
	put(client, "ports", json_integer(own->ports));
	for (int i = 0; i < notes.count; i++)
		if (json_array_append_new(warnings, json_string(notes.text[i])) != 0)
			memory_exhausted();
	put(client, "warnings", warnings);
	put(client, "invalid",
		run->verdict->invalid != NULL ? json_string(run->verdict->invalid)
									  : json_null());
	own_notes_free(&notes);
	put(root, "client", client);
	put(root, "trace", trace(run));
}
