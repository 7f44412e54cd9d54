/*-------------------------------------------------------------------------
 *
 * report_json.c
 *		The report for programs, as JSON; see report.h.
 *
 * Each function returns or fills in one part of the document. jansson's calls
 * fail only if memory runs out, which ends the program as in memory.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "http/base/memory.h"
#include "http/base/text.h"

/* Of a histogram, from one power of ten to the next. */
#define BUCKETS_A_DECADE 10.0

#define JSON_FORMAT (JSON_INDENT(2) | JSON_REAL_PRECISION(15))

/* jansson's calls here fail for want of memory only, as memory.h's may. */
static void
check_memory(int failed)
{
	if (failed)
		memory_exhausted();
}

static void
put(json_t *object, const char *key, json_t *value)
{
	check_memory(json_object_set_new(object, key, value));
}

/* A name from a database without an encoding may be no UTF-8. */
static json_t *
text(const char *name)
{
	char printable[256];
	json_t *value = json_string(name);

	if (value != NULL)
		return value;
	text_copy_printable(printable, sizeof(printable), name, strlen(name));
	return json_string(printable);
}

/* Microseconds as milliseconds; three decimals hold them exactly. */
static json_t *
ms(double us)
{
	return json_real(round(us) / 1000.0);
}

/* A target that is not set is null. */
static json_t *
target(double value)
{
	return isfinite(value) && value > 0 ? json_real(value) : json_null();
}

double
report_json_rate(double rate)
{
	return round(rate * 100) / 100;
}

json_t *
report_json_errors(const Summary *summary)
{
	json_t *errors = json_object();

	for (int i = ERROR_NONE + 1; i < ERROR_CLASSES; i++)
	{
		const char *key = check_class_key((ErrorClass) i);
		json_int_t count = json_integer_value(json_object_get(errors, key));

		put(errors, key, json_integer(count + summary->by_class[i]));
	}
	return errors;
}

/* All null when there was no request. */
static json_t *
latency(const Percentiles *percentiles, bool measured)
{
	json_t *object = json_object();
	const struct
	{
		const char *key;
		double us;
	} members[] = {{"mean", percentiles->mean_us},
				   {"p50", (double) percentiles->p50_us},
				   {"p90", (double) percentiles->p90_us},
				   {"p95", (double) percentiles->p95_us},
				   {"p99", (double) percentiles->p99_us},
				   {"p99_9", (double) percentiles->p99_9_us},
				   {"max", (double) percentiles->max_us}};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put(object, members[i].key, measured ? ms(members[i].us) : json_null());
	return object;
}

json_t *
report_json_histogram(Distribution *latency)
{
	json_t *array = json_array();
	size_t below = 0;

	for (int i = 0; below < latency->count; i++)
	{
		int64_t edge = llround(pow(10, i / BUCKETS_A_DECADE));
		size_t up_to = distribution_up_to(latency, edge);
		json_t *bucket = json_array();

		if (up_to == below)
		{
			json_decref(bucket);
			continue;
		}
		check_memory(json_array_append_new(bucket, ms((double) edge)));
		check_memory(json_array_append_new(
			bucket, json_integer((json_int_t) (up_to - below))));
		check_memory(json_array_append_new(array, bucket));
		below = up_to;
	}
	return array;
}

/* The members that the whole run and each query have in common. */
static void
put_summary(json_t *object, Tally *tally, const Targets *targets)
{
	const Summary *summary = &tally->summary;
	json_t *wanted = json_object();

	put(object, "requests", json_integer(summary->requests));
	put(object, "rps", json_real(report_json_rate(summary->rps)));
	put(object, "errors", report_json_errors(summary));
	put(object, "late_starts", json_integer(summary->late));
	put(object, "latency_ms",
		latency(&summary->latency, summary->requests > 0));
	put(object, "service_ms",
		latency(&summary->service, summary->requests > 0));
	put(object, "histogram", report_json_histogram(&tally->latency));
	put(object, "exact", json_boolean(summary->exact));
	put(wanted, "avg_ms", target(targets->avg_ms));
	put(wanted, "p95_ms", target(targets->p95_ms));
	put(wanted, "p99_ms", target(targets->p99_ms));
	put(wanted, "min_rate", target(targets->min_rate));
	put(wanted, "max_errors", json_integer(targets->max_errors));
	put(wanted, "max_resent",
		targets->max_resent == RESENT_BY_SHARE
			? json_null()
			: json_integer(targets->max_resent));
	put(object, "targets", wanted);
}

/* Why a group, or the run as a whole, is not ok. */
static json_t *
reasons(const Verdict *verdict, size_t group)
{
	json_t *array = json_array();

	for (size_t i = 0; i < verdict->reason_count; i++)
		if (verdict->reasons[i].group == group)
			check_memory(
				json_array_append_new(array, text(verdict->reasons[i].text)));
	return array;
}

/* The share is to three decimals. */
static json_t *
database(const Group *group, const Summary *summary)
{
	double share = report_database_share(group, summary);
	json_t *object;

	if (!isfinite(share))
		return json_null();
	object = json_object();
	put(object, "mean_ms", ms(group->database_ms * 1000));
	put(object, "share", json_real(round(share * 1000) / 1000));
	return object;
}

/* Latencies in us by when their requests were due, as text; see slices.h. */
static json_t *
samples(const Slices *slices, size_t group)
{
	json_t *object = json_object();
	json_t *array = json_array();

	for (size_t i = 0; i < slices->count; i++)
	{
		char *values = slices_text_write(slices_of(slices, group, i));

		check_memory(json_array_append_new(array, json_string(values)));
		free(values);
	}
	put(object, "slice_ms", ms((double) slices->slice_us));
	put(object, "every", json_integer((json_int_t) slices->stride));
	put(object, "slices_us", array);
	return object;
}

/* What was sent, so that a comparison can tell whether it was the same. */
static json_t *
source(const Run *run)
{
	const RequestList *requests = run->requests;
	json_t *object = json_object();
	uint64_t hash = 0;
	char id[17];

	for (size_t i = 0; i < requests->sequence_count; i++)
	{
		const Request *request = &requests->items[requests->sequence[i]];

		hash = XXH64(&request->method, sizeof(request->method), hash);
		hash = XXH64(request->path, strlen(request->path) + 1, hash);
		if (request->body != NULL)
			hash = XXH64(request->body, request->body_size, hash);
	}
	snprintf(id, sizeof(id), "%016llx", (unsigned long long) hash);
	put(object, "kind",
		json_string(run->settings->conninfo != NULL ? "contract" : "file"));
	put(object, "requests", json_integer((json_int_t) requests->count));
	put(object, "id", json_string(id));
	return object;
}

static json_t *
failure(const Failure *failure)
{
	json_t *object = json_object();

	put(object, "class", json_string(check_class_key(failure->class)));
	put(object, "status",
		failure->status != 0 ? json_integer(failure->status) : json_null());
	put(object, "count", json_integer(failure->count));
	put(object, "method",
		json_string(request_method_name(failure->request.method)));
	put(object, "path", text(failure->request.path));
	put(object, "message", text(failure->text));
	return object;
}

static json_t *
warm_up(const Run *run)
{
	json_t *object = json_object();

	put(object, "duration_s", ms((double) run->settings->warmup_us / 1000));
	put(object, "requests", json_integer(run->result->warm_up));
	put(object, "failed", json_integer(run->result->warm_up_errors));
	return object;
}

static json_t *
queries(const Run *run)
{
	json_t *array = json_array();

	for (size_t i = 0; i < run->result->group_count; i++)
	{
		const Group *group = &run->requests->groups[i];
		const Summary *summary = &run->result->groups[i].summary;
		json_t *query = json_object();
		Targets targets = group->targets;

		targets.max_errors = run->targets.max_errors;
		targets.max_resent = run->targets.max_resent;
		put(query, "name", text(group->name));
		put_summary(query, &run->result->groups[i], &targets);
		put(query, "database", database(group, summary));
		put(query, "ok", json_boolean(run->verdict->group_ok[i]));
		put(query, "reasons", reasons(run->verdict, i));
		if (run->settings->samples)
			put(query, "samples", samples(run->result->slices, i));
		check_memory(json_array_append_new(array, query));
	}
	return array;
}

json_t *
report_json(const Run *run)
{
	const Settings *settings = run->settings;
	const Result *result = run->result;
	json_t *root = json_object();
	json_t *failures = json_array();

	put(root, "url", text(settings->url));
	put(root, "connections", json_integer(settings->connections));
	put(root, "threads", json_integer(settings->threads));
	put(root, "http", json_string(settings_http_version(settings)));
	put(root, "streams", json_integer(settings->streams));
	put(root, "duration_s", ms((double) result->sent_for_us / 1000));
	put(root, "interrupted", json_boolean(result->interrupted));
	put(root, "warmup", warm_up(run));
	put(root, "rate",
		settings->rate > 0 ? json_real(settings->rate) : json_null());
	put(root, "replay_speed",
		settings->replay ? json_real(settings->replay_speed) : json_null());
	put_summary(root, &run->result->total, &run->targets);
	put(root, "next_pages", json_integer(result->next_pages));
	put(root, "next_pages_compared",
		json_integer((json_int_t) result->compared));
	put(root, "chains_compared", json_integer(result->chains));
	put(root, "redirects", json_integer(result->redirects));
	report_json_own(root, run);
	put(root, "ok", json_boolean(run->verdict->ok));
	put(root, "reasons", reasons(run->verdict, WHOLE_RUN));
	put(root, "queries", queries(run));
	for (size_t i = 0; i < result->failure_count; i++)
		check_memory(
			json_array_append_new(failures, failure(&result->failures[i])));
	put(root, "failures", failures);
	put(root, "source", source(run));
	put(root, "statements_per_request",
		isfinite(report_statements(result))
			? json_real(round(report_statements(result) * 1000) / 1000)
			: json_null());
	if (run->find_rate != NULL)
		put(root, "find_rate", json_deep_copy(run->find_rate));
	if (run->join != NULL)
		put(root, "join", json_deep_copy(run->join));
	return root;
}

/* Within strings, the only place they can be in, an escape means the same. */
static void
write_visible(FILE *out, const char *text)
{
	while (*text != '\0')
	{
		unsigned long code;
		size_t length = text_hidden(text, &code);

		if (length == 0)
			(void) fputc(*text, out);
		else if (code < 0x10000)
			fprintf(out, "\\u%04lx", code);
		else
			fprintf(out, "\\u%04lx\\u%04lx", 0xd800 + ((code - 0x10000) >> 10),
					0xdc00 + ((code - 0x10000) & 0x3ff));
		text += length > 0 ? length : 1;
	}
}

void
report_json_write(FILE *out, const Run *run)
{
	json_t *document = report_json(run);
	char *text;

	/* A failed write shows in the stream's error state. */
	check_memory(document == NULL);
	text = json_dumps(document, JSON_FORMAT);
	check_memory(text == NULL);
	write_visible(out, text);
	(void) fputc('\n', out);
	free(text);
	json_decref(document);
}
