/*-------------------------------------------------------------------------
 *
 * main.c
 *		perfcheck-http sends load to an HTTP API and judges its answers.
 *
 * Owns the order of steps: options, requests, the run, its reports. Whatever can
 * be known to fail is checked before the run.
 *
 *-------------------------------------------------------------------------
 */
#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "http/after.h"
#include "http/base/conceal.h"
#include "http/base/interrupt.h"
#include "http/base/memory.h"
#include "http/cli/bearer.h"
#include "http/compare/compare.h"
#include "http/database.h"
#include "http/database_join.h"
#include "http/load/load.h"
#include "http/rate/find_rate.h"
#include "http/report/output.h"
#include "http/requests/mix.h"
#include "http/requests/source.h"
#include "http/requests/targets.h"

/* Returns the file for the table of --github, or NULL. */
static const char *
summary_file(const Settings *settings)
{
	const char *file = settings->github ? getenv("GITHUB_STEP_SUMMARY") : NULL;

	return file != NULL && file[0] != '\0' ? file : NULL;
}

/* Returns whether all reports can be written. */
static bool
check_outputs(const Settings *settings, RunError *error)
{
	const char *summary = summary_file(settings);

	return (summary == NULL || output_check_append(summary, error)) &&
		   (settings->json_file == NULL ||
			output_check(settings->json_file, error)) &&
		   (settings->junit_file == NULL ||
			output_check(settings->junit_file, error));
}

/* --cursor replaces the contract's parameter for cursors, if there is one. */
static void
set_cursor(const Settings *settings, RequestList *requests)
{
	if (settings->cursor == NULL)
		return;
	if (requests->cursor == NULL)
		requests->cursor_group = NO_GROUP;
	free(requests->cursor);
	requests->cursor = memory_text(settings->cursor);
}

/* Returns how long a replay takes, with a bit of time after the last request. */
static int64_t
replay_length(const Settings *settings, const RequestList *requests)
{
	int64_t last_us = requests->times_us[requests->sequence_count - 1];

	return (int64_t) ((double) last_us / settings->replay_speed) + 1000;
}

/* Does all that comes before the run. */
static bool
prepare(Settings *settings, RequestList *requests, RunError *error)
{
	if (!check_outputs(settings, error) || !bearer_read(settings, error))
		return false;
	interrupt_catch();
	if (!(settings->conninfo != NULL ? database_read(requests, settings, error)
									 : source_read(requests, settings, error)))
		return false;
	if (!mix_weigh(requests, settings, error))
		return false;
	/* What was recorded has its own mix. */
	if (requests->sequence_count == 0 || settings->weight_count > 0)
		mix_sequence(requests);
	if (settings->replay && !settings->duration_given)
		settings->duration_us = replay_length(settings, requests);
	set_cursor(settings, requests);
	requests->guesses = settings->next_given;
	request_set_headers(requests, settings->headers, settings->header_count);
	request_set_how(requests, settings);
	return true;
}

/* Writes the reports for programs. */
static bool
publish_files(const Run *run, RunError *error)
{
	const Settings *settings = run->settings;
	const char *summary = summary_file(settings);
	bool ok = true;

	if (settings->tap)
		ok = output_write("-", report_tap, run, error);
	if (ok && settings->json_file != NULL)
		ok = output_write(settings->json_file, report_json_write, run, error);
	if (ok && settings->junit_file != NULL)
		ok = output_write(settings->junit_file, report_junit, run, error);
	if (ok && summary != NULL)
		ok = output_append(summary, report_markdown, run, error);
	return ok;
}

static void
warn(const RunError *problem)
{
	fprintf(stderr, "perfcheck-http: warning: %s\n", problem->message);
}

/* Only the database knows what next pages should contain, and what changed. */
static void
compare_pages(const Settings *settings, const RequestList *requests,
			  Result *result)
{
	RunError problem = {0};

	if (settings->check >= CHECK_COUNT &&
		!after_compare(result, requests, settings, &problem))
		warn(&problem);
}

/* What the database has recorded may be nobody's business but its owner's. */
static void
count_statements(const Settings *settings, Result *result)
{
	RunError problem = {0};

	if (settings->trace && settings->conninfo != NULL &&
		!database_trace(result, settings, &problem))
		warn(&problem);
}

/* Writes all reports; returns false if one could not be written. */
static bool
publish(const Run *run, RunError *error)
{
	const Settings *settings = run->settings;
	FILE *out = options_machine_stdout(settings) ? stderr : stdout;
	RunError problem = {0};

	report_text(out, run);
	if (settings->github)
		report_github(out, run);
	if (fflush(out) != 0 || ferror(out))
		return error_set(error, EXIT_CANNOT_RUN, "could not write the report");
	if (settings->conninfo != NULL && settings->join == NULL &&
		!database_keep(run, settings->conninfo, &problem))
		warn(&problem);
	return publish_files(run, error);
}

/* What is wrong is wrong, also if the run was cut short. */
static ExitStatus
status_of(const Run *run)
{
	const Verdict *verdict = run->verdict;

	if (verdict->ok)
		return run->result->interrupted ? EXIT_CUT_SHORT : EXIT_TARGETS_MET;
	return verdict->invalid != NULL && verdict->only_slow ? EXIT_NOT_VALID
														  : EXIT_TARGETS_MISSED;
}

/* Sends the load; with a database, counts the statements that it executes. */
static bool
send_load(const Settings *settings, const RequestList *requests, Result *result,
		  const Join *join, RunError *error)
{
	RunError unwatched = {0};
	Watch *watch = settings->conninfo != NULL
					   ? watch_create(settings->conninfo, NULL, &unwatched)
					   : NULL;
	WatchSample sample;
	bool ok;

	if (watch != NULL)
		watch_begin(watch, false);
	if (join != NULL)
		join_wait(join);
	ok = load_run(settings, requests, result, error);
	if (watch != NULL)
	{
		watch_end(watch, &sample);
		result->statements = sample.statements;
		watch_sample_free(&sample);
		watch_free(watch);
	}
	return ok;
}

/* Adds this run to that of several machines, and reports the whole. */
static json_t *
leave_join(const Join *join, const Run *run)
{
	FILE *out = options_machine_stdout(run->settings) ? stderr : stdout;
	RunError problem = {0};
	json_t *whole = join_leave(join, run, &problem);

	if (whole == NULL)
		warn(&problem);
	else
		fprintf(out,
				"run \"%s\" so far, %lld machine%s: %s: %lld requests, %.1f "
				"right answers/s, mean %.2f ms, p95 %.2f ms, p99 %.2f ms\n"
				"this machine:\n\n",
				run->settings->join,
				json_integer_value(json_object_get(whole, "machines")),
				json_integer_value(json_object_get(whole, "machines")) == 1
					? ""
					: "s",
				json_is_true(json_object_get(whole, "ok")) ? "ok" : "not ok",
				json_integer_value(json_object_get(whole, "requests")),
				json_real_value(json_object_get(whole, "rps")),
				json_real_value(json_object_get(whole, "mean_ms")),
				json_real_value(json_object_get(whole, "p95_ms")),
				json_real_value(json_object_get(whole, "p99_ms")));
	return whole;
}

/* Searches for a rate, and publishes the held run with what was found. */
static ExitStatus
search(Settings *settings, Run *run, Verdict *verdict, RunError *error)
{
	FoundRate found;
	json_t *json = NULL;
	ExitStatus status = EXIT_CANNOT_RUN;

	if (find_rate(&found, settings, run->requests, &run->targets, run->result,
				  error))
	{
		if (found.count > 0)
			settings->rate = found.steps[found.count - 1].rate;
		judge_run(verdict, run->requests, run->result, &run->targets);
		if (!found.held && verdict->ok)
			judge_add(verdict,
					  memory_text("no rate was held for as long as asked"));
		find_rate_report(options_machine_stdout(settings) ? stderr : stdout,
						 &found, run->requests);
		run->find_rate = json = find_rate_json(&found, run->requests);
		status = publish(run, error) ? status_of(run) : error->status;
	}
	json_decref(json);
	find_rate_free(&found);
	return status;
}

/* Makes one run, and judges and publishes it. */
static ExitStatus
run_once(const Settings *settings, Run *run, Verdict *verdict, const Join *join,
		 RunError *error)
{
	Result *result = run->result;
	json_t *whole = NULL;
	ExitStatus status;

	if (!send_load(settings, run->requests, result, join, error))
		return error->status;
	compare_pages(settings, run->requests, result);
	count_statements(settings, result);
	result_finish(result, result->sent_for_us);
	judge_run(verdict, run->requests, result, &run->targets);
	if (join != NULL)
		run->join = whole = leave_join(join, run);
	status = publish(run, error) ? status_of(run) : error->status;
	json_decref(whole);
	return status;
}

static ExitStatus
run_all(Settings *settings, RunError *error)
{
	RequestList requests = {0};
	Result result = {0};
	Verdict verdict = {0};
	Join join = {0};
	Run run = {.settings = settings,
			   .requests = &requests,
			   .result = &result,
			   .verdict = &verdict,
			   .targets = settings->targets};
	ExitStatus status;

	if (!prepare(settings, &requests, error) ||
		(settings->join != NULL &&
		 !join_enter(&join, settings, &requests, error)))
	{
		join_free(&join);
		request_free(&requests);
		return error->status;
	}
	run.targets = targets_settle(settings, &requests);
	result_init(&result, requests.group_count);
	status = settings->find_rate
				 ? search(settings, &run, &verdict, error)
				 : run_once(settings, &run, &verdict,
							settings->join != NULL ? &join : NULL, error);
	join_free(&join);
	judge_free(&verdict);
	result_free(&result);
	request_free(&requests);
	return status;
}

int
main(int argc, char **argv)
{
	RunError error = {0};
	Settings settings;
	ExitStatus status = EXIT_CANNOT_RUN;
	char **words = conceal_copy(argc, argv);

	/* If a reader has gone, the write fails and gets a message. */
	(void) signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		error_set(&error, EXIT_CANNOT_RUN, "could not set up libcurl");
	else if (argc > 1 && strcmp(argv[1], "compare") == 0)
		status = compare_main(argc - 1, &words[1], &error);
	else if (!options_parse(argc, words, &settings, &error))
		status = error.status;
	else if (settings.help)
	{
		options_help(stdout);
		status = EXIT_TARGETS_MET;
	}
	else if (settings.version)
	{
		puts("perfcheck-http " PERFCHECK_HTTP_VERSION);
		status = EXIT_TARGETS_MET;
	}
	else
	{
		conceal_arguments(argc, argv, &settings);
		status = run_all(&settings, &error);
		options_free(&settings);
	}
	if (error.message[0] != '\0')
		error_print(stderr, &error);
	curl_global_cleanup();
	return (int) status;
}
