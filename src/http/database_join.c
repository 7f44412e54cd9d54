/*-------------------------------------------------------------------------
 *
 * database_join.c
 *		Makes the runs of several machines one run; see database_join.h.
 *
 * An advisory lock on the run's name makes entering and leaving a matter of one
 * machine at a time. What a machine adds to is read as text, merged here, and
 * written anew.
 *
 *-------------------------------------------------------------------------
 */
#include "http/database_join.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/base/session.h"
#include "http/base/text.h"
#include "http/client/client.h"
#include "http/database.h"

/* How often the two clocks are compared; the quickest answer counts. */
#define CLOCK_TRIES 5

/* A start that is nearer than that could be missed. */
#define LEAST_NOTICE "0.5 s"

/* More values than that are kept as a histogram, within 0.05 %. */
#define MAX_EXACT ((size_t) 1 << 17)

typedef struct Joining
{
	Session session;
	RunError *error;
} Joining;

/* Returns the result of a statement, or NULL with the error set. */
static PGresult *
run_sql(Joining *joining, const char *sql, int count, const char *const *values)
{
	return session_query(joining->session.connection, sql, values, count,
						 "could not join the run", joining->error);
}

/* Runs a statement whose schema is %s. */
static PGresult *
run_in_schema(Joining *joining, const char *format, int count,
			  const char *const *values)
{
	char *sql = memory_format(format, joining->session.schema);
	PGresult *result = run_sql(joining, sql, count, values);

	free(sql);
	return result;
}

static bool
do_sql(Joining *joining, const char *sql, int count, const char *const *values)
{
	PGresult *result = run_sql(joining, sql, count, values);

	PQclear(result);
	return result != NULL;
}

/* Opens a session in which no other machine enters or leaves the run. */
static bool
join_begin(Joining *joining, const Settings *settings, RunError *error)
{
	const char *const name[] = {settings->join};

	*joining = (Joining){.error = error};
	return session_open(&joining->session, settings->conninfo, error) &&
		   do_sql(joining, "BEGIN", 0, NULL) &&
		   do_sql(joining,
				  "SELECT pg_catalog.pg_advisory_xact_lock("
				  "pg_catalog.hashtextextended('perfcheck-http ' || $1, 0))",
				  1, name);
}

static bool
join_end(Joining *joining, bool ok)
{
	if (ok)
		ok = do_sql(joining, "COMMIT", 0, NULL);
	if (joining->session.schema != NULL)
		session_close(&joining->session);
	return ok;
}

/* What all machines of a run have in common, as JSON. */
static char *
what_is_sent(const Settings *settings, const RequestList *requests)
{
	json_t *names = json_array();
	json_t *object;
	char *text;

	for (size_t i = 0; i < requests->group_count; i++)
		(void) json_array_append_new(names,
									 json_string(requests->groups[i].name));
	object = json_pack("{s:o, s:f, s:f}", "queries", names, "duration_s",
					   (double) settings->duration_us / 1e6, "warmup_s",
					   (double) settings->warmup_us / 1e6);
	text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(object);
	if (text == NULL)
		memory_exhausted();
	return text;
}

/* Begins a run that nobody has begun; returns its start. */
static char *
begin_run(Joining *joining, const Settings *settings, const char *sent)
{
	char wait[TEXT_NUMBER_SIZE];
	const char *const values[] = {settings->join, wait, sent};
	PGresult *result;
	char *start = NULL;

	snprintf(wait, sizeof(wait), "%lld us", (long long) settings->join_us);
	result = run_in_schema(
		joining,
		"INSERT INTO %s.perfcheck_result"
		" (taken_at, source, query, label, executions, errors, ok, details)"
		" VALUES (pg_catalog.clock_timestamp() + $2::interval, 'http', NULL,"
		" $1, 0, 0, false, pg_catalog.jsonb_build_object('join',"
		" pg_catalog.jsonb_build_object('machines', 0, 'sent', $3::jsonb)))"
		" RETURNING taken_at",
		3, values);
	if (result != NULL)
		start = memory_text(PQgetvalue(result, 0, 0));
	PQclear(result);
	return start;
}

/* Returns the start of the run, which may be one that others have begun. */
static char *
find_start(Joining *joining, const Settings *settings, const char *sent)
{
	const char *const values[] = {settings->join, sent};
	PGresult *found = run_in_schema(
		joining,
		"SELECT taken_at, taken_at > pg_catalog.clock_timestamp() +"
		" '" LEAST_NOTICE "'::interval,"
		" details #> '{join,sent}' = $2::jsonb"
		" FROM %s.perfcheck_result WHERE source = 'http' AND query IS NULL"
		" AND label = $1 ORDER BY taken_at DESC LIMIT 1",
		2, values);
	char *start = NULL;

	if (found == NULL)
		return NULL;
	if (PQntuples(found) == 0)
		start = begin_run(joining, settings, sent);
	else if (strcmp(PQgetvalue(found, 0, 1), "t") != 0)
	{
		error_set(joining->error, EXIT_CANNOT_RUN,
				  "run \"%s\" has begun already, at %s", settings->join,
				  PQgetvalue(found, 0, 0));
		error_hint(joining->error,
				   "Give a run another name, or start all machines within "
				   "--join-wait.");
	}
	else if (strcmp(PQgetvalue(found, 0, 2), "t") != 0)
		error_set(joining->error, EXIT_CANNOT_RUN,
				  "run \"%s\" sends other queries, or for another time",
				  settings->join);
	else
		start = memory_text(PQgetvalue(found, 0, 0));
	PQclear(found);
	return start;
}

/* Finds out when the start is by this machine's clock. */
static bool
compare_clocks(Joining *joining, Join *join)
{
	const char *const values[] = {join->start_at};
	int64_t quickest_us = INT64_MAX;

	for (int i = 0; i < CLOCK_TRIES; i++)
	{
		int64_t asked_us = clock_now_us();
		PGresult *result =
			run_sql(joining,
					"SELECT (EXTRACT(EPOCH FROM $1::timestamptz"
					" - pg_catalog.clock_timestamp()) * 1000000)::bigint",
					1, values);
		int64_t answered_us = clock_now_us();

		if (result == NULL)
			return false;
		/* The clock was read halfway between, give or take half of it. */
		if (answered_us - asked_us < quickest_us)
		{
			quickest_us = answered_us - asked_us;
			join->start_us = (asked_us + answered_us) / 2 +
							 strtoll(PQgetvalue(result, 0, 0), NULL, 10);
		}
		PQclear(result);
	}
	return true;
}

bool
join_enter(Join *join, const Settings *settings, const RequestList *requests,
		   RunError *error)
{
	Joining joining;
	char *sent = what_is_sent(settings, requests);
	bool ok;

	*join = (Join){0};
	ok = join_begin(&joining, settings, error) &&
		 (join->start_at = find_start(&joining, settings, sent)) != NULL &&
		 compare_clocks(&joining, join);
	ok = join_end(&joining, ok) && ok;
	free(sent);
	return ok;
}

void
join_free(Join *join)
{
	free(join->start_at);
	join->start_at = NULL;
}

void
join_wait(const Join *join)
{
	int64_t left_us = join->start_us - clock_now_us();

	if (left_us > 0)
		fprintf(stderr, "perfcheck-http: the run starts in %.1f s\n",
				(double) left_us / 1e6);
	while ((left_us = join->start_us - clock_now_us()) > 0)
	{
		struct timespec pause = {.tv_sec = left_us / 1000000,
								 .tv_nsec = left_us % 1000000 * 1000};

		(void) nanosleep(&pause, NULL);
	}
}

/* Adds a distribution that was kept to one of this machine. */
static bool
read_latencies(const json_t *object, const char *key, Distribution *into)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && slices_text_read(text, into);
}

/* Adds what other machines have kept of a query. */
static bool
read_tally(const char *details, Tally *tally, int64_t *sent_for_us,
		   json_int_t *machines)
{
	json_t *document = json_loads(details, 0, NULL);
	const json_t *join = json_object_get(document, "join");
	const json_t *errors = json_object_get(join, "by_class");
	bool ok = read_latencies(join, "latency_us", &tally->latency) &&
			  read_latencies(join, "service_us", &tally->service) &&
			  json_array_size(errors) == ERROR_CLASSES;
	json_int_t sent = json_integer_value(json_object_get(join, "sent_for_us"));

	for (size_t i = 0; ok && i < ERROR_CLASSES; i++)
		tally->by_class[i] += json_integer_value(json_array_get(errors, i));
	tally->late += json_integer_value(json_object_get(join, "late"));
	tally->right_in_time +=
		json_integer_value(json_object_get(join, "right_in_time"));
	*machines = json_integer_value(json_object_get(join, "machines"));
	if (sent > *sent_for_us)
		*sent_for_us = sent;
	json_decref(document);
	return ok;
}

/* Reads what the machines that ended before have added. */
static bool
read_others(Joining *joining, const Join *join, const Run *run, Result *others,
			int64_t *sent_for_us, json_int_t *machines)
{
	const char *const values[] = {run->settings->join, join->start_at};
	PGresult *rows = run_in_schema(
		joining,
		"SELECT query, details FROM %s.perfcheck_result WHERE source = 'http'"
		" AND label = $1 AND taken_at = $2::timestamptz"
		" AND query IS NOT NULL",
		2, values);
	bool ok = rows != NULL;

	for (int row = 0; ok && row < PQntuples(rows); row++)
		for (size_t i = 0; ok && i < others->group_count; i++)
			if (strcmp(PQgetvalue(rows, row, 0),
					   run->requests->groups[i].name) == 0 &&
				!read_tally(PQgetvalue(rows, row, 1), &others->groups[i],
							sent_for_us, machines))
				ok = error_set(joining->error, EXIT_CANNOT_RUN,
							   "the rows of run \"%s\" cannot be read",
							   run->settings->join);
	PQclear(rows);
	for (size_t i = 0; i < others->group_count; i++)
		others->requests += (int64_t) others->groups[i].latency.count;
	return ok;
}

/* What the next machine needs to add to a query's row. */
static json_t *
join_details(Tally *tally, int64_t sent_for_us, json_int_t machines)
{
	json_t *classes = json_array();
	char *latency;
	char *service;
	json_t *object;

	if (tally->latency.count > MAX_EXACT)
	{
		distribution_compact(&tally->latency);
		distribution_compact(&tally->service);
	}
	latency = slices_text_write(&tally->latency);
	service = slices_text_write(&tally->service);
	for (int i = 0; i < ERROR_CLASSES; i++)
		(void) json_array_append_new(classes, json_integer(tally->by_class[i]));
	object = json_pack("{s:I, s:I, s:I, s:I, s:o, s:s, s:s}", "machines",
					   machines, "sent_for_us", (json_int_t) sent_for_us,
					   "late", (json_int_t) tally->late, "right_in_time",
					   (json_int_t) tally->right_in_time, "by_class", classes,
					   "latency_us", latency, "service_us", service);
	free(latency);
	free(service);
	if (object == NULL)
		memory_exhausted();
	return object;
}

/* Writes the run's rows anew, those of queries and the total. */
static bool
write_rows(Joining *joining, const Join *join, const Run *whole,
		   json_int_t machines)
{
	const char *const values[] = {whole->settings->join, join->start_at};
	const Result *result = whole->result;
	char *sent = what_is_sent(whole->settings, whole->requests);
	PGresult *deleted =
		run_in_schema(joining,
					  "DELETE FROM %s.perfcheck_result WHERE source = 'http'"
					  " AND label = $1 AND taken_at = $2::timestamptz",
					  2, values);
	bool ok = deleted != NULL;

	PQclear(deleted);
	for (size_t i = 0; ok && i <= result->group_count; i++)
	{
		bool total = i == result->group_count;
		Tally *tally = total ? &whole->result->total : &result->groups[i];
		json_t *details =
			total ? json_pack("{s:I, s:o}", "machines", machines, "sent",
							  json_loads(sent, 0, NULL))
				  : join_details(tally, result->sent_for_us, machines);

		ok = database_keep_row(
			joining->session.connection, joining->session.schema, whole,
			total ? NULL : &whole->requests->groups[i], &tally->summary,
			total ? whole->verdict->ok : whole->verdict->group_ok[i],
			join->start_at, details, joining->error);
	}
	free(sent);
	return ok;
}

/* What the JSON says of the run as a whole. */
static json_t *
describe(const Join *join, const Run *whole, json_int_t machines)
{
	const Summary *total = &whole->result->total.summary;

	return json_pack(
		"{s:s, s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:b}", "run",
		whole->settings->join, "start_at", join->start_at, "machines", machines,
		"requests", (json_int_t) total->requests, "rps",
		report_json_rate(total->rps), "mean_ms",
		round(total->latency.mean_us) / 1000, "p95_ms",
		(double) total->latency.p95_us / 1000, "p99_ms",
		(double) total->latency.p99_us / 1000, "ok", whole->verdict->ok);
}

json_t *
join_leave(const Join *join, const Run *run, RunError *error)
{
	Joining joining;
	Result whole;
	Verdict verdict = {0};
	Run all = *run;
	json_int_t machines = 0;
	int64_t sent_for_us = run->result->sent_for_us;
	json_t *json = NULL;
	bool ok;

	result_init(&whole, run->result->group_count);
	ok = join_begin(&joining, run->settings, error) &&
		 read_others(&joining, join, run, &whole, &sent_for_us, &machines);
	if (ok)
	{
		result_merge(&whole, run->result);
		result_finish(&whole, sent_for_us);
		judge_run(&verdict, run->requests, &whole, &run->targets);
		all.result = &whole;
		all.verdict = &verdict;
		ok = write_rows(&joining, join, &all, machines + 1);
	}
	ok = join_end(&joining, ok) && ok;
	if (ok)
		json = describe(join, &all, machines + 1);
	judge_free(&verdict);
	result_free(&whole);
	return json;
}
