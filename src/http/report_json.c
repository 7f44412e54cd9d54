/*-------------------------------------------------------------------------
 *
 * report_json.c
 *		The report for programs; see report.h.
 *
 *-------------------------------------------------------------------------
 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"
#include "text.h"

#define JSON_FORMAT (JSON_INDENT(2) | JSON_REAL_PRECISION(15))

/* jansson's calls here fail for want of memory only, as memory.h's may. */
static void
check_memory(int failed)
{
	if (failed)
	{
		fputs("perfcheck-http: out of memory\n", stderr);
		exit(EXIT_CANNOT_RUN);
	}
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

/* The members that the whole run and each query have in common. */
static void
put_summary(json_t *object, const Summary *summary, const Targets *targets,
			bool ok)
{
	json_t *wanted = json_object();

	put(object, "requests", json_integer(summary->requests));
	put(object, "rps", json_real(report_json_rate(summary->rps)));
	put(object, "errors", report_json_errors(summary));
	put(object, "latency_ms",
		latency(&summary->latency, summary->requests > 0));
	put(object, "service_ms",
		latency(&summary->service, summary->requests > 0));
	put(wanted, "avg_ms", target(targets->avg_ms));
	put(wanted, "p95_ms", target(targets->p95_ms));
	put(wanted, "p99_ms", target(targets->p99_ms));
	put(wanted, "min_rate", target(targets->min_rate));
	put(wanted, "max_errors", json_integer(targets->max_errors));
	put(object, "targets", wanted);
	put(object, "ok", json_boolean(ok));
}

json_t *
report_json(const Run *run)
{
	json_t *root = json_object();
	json_t *queries = json_array();
	const Result *result = run->result;

	put(root, "url", text(run->options->url));
	put(root, "connections", json_integer(run->options->connections));
	put(root, "duration_s", ms((double) result->sent_for_us / 1000));
	put(root, "rate", json_null());
	put_summary(root, &result->total.summary, &run->options->targets,
				run->verdict->ok);
	put(root, "queries", queries);
	for (size_t i = 0; i < result->group_count; i++)
	{
		const Group *group = &run->requests->groups[i];
		json_t *query = json_object();
		Targets targets = group->targets;

		targets.max_errors = run->options->targets.max_errors;
		put(query, "name", text(group->name));
		put_summary(query, &result->groups[i].summary, &targets,
					run->verdict->group_ok[i]);
		check_memory(json_array_append_new(queries, query));
	}
	return root;
}

/* A pipe or a device is written to as it is; a rename would replace it. */
static bool
is_special(const char *file)
{
	struct stat status;

	return lstat(file, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool
cannot_write(const char *file, RunError *error)
{
	return error_set(error, EXIT_CANNOT_RUN, "cannot write \"%s\": %s", file,
					 strerror(errno));
}

static char *
beside(const char *file)
{
	return memory_format("%s.%ld.tmp", file, (long) getpid());
}

bool
report_json_check(const char *file, RunError *error)
{
	struct stat status;
	char *name;
	int fd;

	if (strcmp(file, "-") == 0)
		return true;
	if (stat(file, &status) == 0 && S_ISDIR(status.st_mode))
	{
		errno = EISDIR;
		return cannot_write(file, error);
	}
	if (is_special(file))
		return access(file, W_OK) == 0 || cannot_write(file, error);
	name = beside(file);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd < 0)
		(void) cannot_write(file, error);
	else
	{
		(void) close(fd);
		(void) unlink(name);
	}
	free(name);
	return fd >= 0;
}

/* Closes the file, whatever happens. */
static bool
write_document(FILE *out, const json_t *document)
{
	bool ok = json_dumpf(document, out, JSON_FORMAT) == 0 &&
			  fputc('\n', out) != EOF && fflush(out) == 0;

	if (out != stdout && fclose(out) != 0)
		ok = false;
	return ok;
}

static bool
write_beside(const char *file, const json_t *document)
{
	char *name = beside(file);
	FILE *out = fopen(name, "wx");
	bool ok =
		out != NULL && write_document(out, document) && rename(name, file) == 0;

	if (!ok && out != NULL)
	{
		int cause = errno;

		(void) unlink(name);
		errno = cause;
	}
	free(name);
	return ok;
}

bool
report_json_write(const Run *run, const char *file, RunError *error)
{
	json_t *document = report_json(run);
	bool ok;

	if (strcmp(file, "-") == 0)
		ok = write_document(stdout, document);
	else if (is_special(file))
	{
		FILE *out = fopen(file, "w");

		ok = out != NULL && write_document(out, document);
	}
	else
		ok = write_beside(file, document);
	if (!ok)
		(void) cannot_write(file, error);
	json_decref(document);
	return ok;
}
