/*-------------------------------------------------------------------------
 *
 * run_file.c
 *		Reads the JSON of a run for a comparison; see run_file.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/compare/run_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/result/slices.h"

/* Makes a slice of its text; returns false if the text is none. */
static bool
read_slice(const json_t *text, ComparisonSlice *slice)
{
	Distribution latencies = {0};
	double *samples;
	bool ok = json_is_string(text) &&
			  slices_text_read(json_string_value(text), &latencies);

	samples = memory_zeroed(latencies.count + 1, sizeof(double));
	for (size_t i = 0; ok && i < latencies.count; i++)
		samples[i] = (double) latencies.samples[i] / 1000;
	*slice = (ComparisonSlice){samples, ok ? latencies.count : 0};
	distribution_free(&latencies);
	return ok;
}

static json_int_t
sum_of(const json_t *object)
{
	json_int_t sum = 0;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *) object, key, value) sum +=
		json_integer_value(value);
	return sum;
}

static bool
read_query(QuerySamples *query, const json_t *json)
{
	const json_t *samples = json_object_get(json, "samples");
	const json_t *slices = json_object_get(samples, "slices_us");
	bool ok;

	*query = (QuerySamples){
		.name = json_string_value(json_object_get(json, "name")),
		.requests = json_integer_value(json_object_get(json, "requests")),
		.errors = sum_of(json_object_get(json, "errors"))};
	ok = query->name != NULL && json_is_array(slices) &&
		 json_is_object(json_object_get(json, "targets"));
	if (!ok)
		return false;
	query->slice_count = json_array_size(slices);
	query->slices =
		memory_zeroed(query->slice_count + 1, sizeof(ComparisonSlice));
	for (size_t i = 0; i < query->slice_count; i++)
		ok = read_slice(json_array_get(slices, i), &query->slices[i]) && ok;
	return ok;
}

static bool
not_a_run(const char *name, RunError *error)
{
	error_set(error, EXIT_BAD_USAGE,
			  "\"%s\" is not the JSON of a run of perfcheck-http", name);
	return error_hint(error, "perfcheck-http --samples --json FILE writes it.");
}

bool
run_file_read(RunFile *file, const char *name, RunError *error)
{
	json_error_t problem;
	FILE *in = fopen(name, "r");
	const json_t *queries;

	*file = (RunFile){.name = name};
	if (in == NULL)
		return error_set(error, EXIT_CANNOT_RUN, "cannot read \"%s\": %s", name,
						 strerror(errno));
	file->document = json_loadf(in, 0, &problem);
	(void) fclose(in);
	queries = json_object_get(file->document, "queries");
	if (!json_is_array(queries) || json_array_size(queries) == 0 ||
		!json_is_object(json_object_get(file->document, "source")))
		return not_a_run(name, error);
	for (size_t i = 0; i < json_array_size(queries); i++)
		if (json_object_get(json_array_get(queries, i), "samples") == NULL)
		{
			error_set(error, EXIT_BAD_USAGE, "\"%s\" has no samples to compare",
					  name);
			return error_hint(error, "Run perfcheck-http with --samples.");
		}
	file->queries =
		memory_zeroed(json_array_size(queries), sizeof(QuerySamples));
	for (size_t i = 0; i < json_array_size(queries); i++)
	{
		file->query_count++;
		if (!read_query(&file->queries[i], json_array_get(queries, i)))
			return not_a_run(name, error);
	}
	return true;
}

void
run_file_free(RunFile *file)
{
	for (size_t i = 0; i < file->query_count; i++)
	{
		for (size_t k = 0; k < file->queries[i].slice_count; k++)
			free((double *) file->queries[i].slices[k].samples);
		free(file->queries[i].slices);
	}
	free(file->queries);
	json_decref(file->document);
	*file = (RunFile){0};
}

static bool
refuse(const RunFile *one, const RunFile *other, const char *what,
	   RunError *error)
{
	return error_set(error, EXIT_BAD_USAGE,
					 "\"%s\" and \"%s\" are not comparable: %s", one->name,
					 other->name, what);
}

static bool
member_differs(const RunFile *one, const RunFile *other, const char *key)
{
	const json_t *a = json_object_get(one->document, key);
	const json_t *b = json_object_get(other->document, key);

	return a == NULL || b == NULL ? a != b : !json_equal(a, b);
}

/* Returns what differs in the queries and their targets, or NULL. */
static const char *
query_difference(const RunFile *one, const RunFile *other)
{
	const json_t *a = json_object_get(one->document, "queries");
	const json_t *b = json_object_get(other->document, "queries");

	if (one->query_count != other->query_count)
		return "they have other requests";
	for (size_t i = 0; i < one->query_count; i++)
		if (strcmp(one->queries[i].name, other->queries[i].name) != 0)
			return "they have other requests";
	for (size_t i = 0; i < one->query_count; i++)
		if (!json_equal(json_object_get(json_array_get(a, i), "targets"),
						json_object_get(json_array_get(b, i), "targets")))
			return "they have other targets";
	return NULL;
}

bool
run_file_same_requests(const RunFile *one, const RunFile *other)
{
	return !member_differs(one, other, "source");
}

bool
run_file_comparable(const RunFile *one, const RunFile *other, RunError *error)
{
	static const char *const load[] = {"rate", "connections", "streams",
									   "http"};
	const char *kind = json_string_value(
		json_object_get(json_object_get(one->document, "source"), "kind"));
	const char *difference = query_difference(one, other);
	char what[64];

	if (difference != NULL)
		return refuse(one, other, difference, error);
	/* A contract's values are drawn anew, so they may differ. */
	if ((kind == NULL || strcmp(kind, "contract") != 0) &&
		!run_file_same_requests(one, other))
		return refuse(one, other, "they have other requests", error);
	if (member_differs(one, other, "targets"))
		return refuse(one, other, "they have other targets", error);
	for (size_t i = 0; i < sizeof(load) / sizeof(load[0]); i++)
		if (member_differs(one, other, load[i]))
		{
			snprintf(what, sizeof(what), "they have another load (%s)",
					 load[i]);
			return refuse(one, other, what, error);
		}
	return true;
}
