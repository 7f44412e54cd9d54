/*-------------------------------------------------------------------------
 *
 * main.c
 *		perfcheck-http: sends load to an HTTP API and judges its answers.
 *
 * Owns the order of things: options, requests, the run, its reports. All that
 * can be known to fail is asked before the run, not after it.
 *
 *-------------------------------------------------------------------------
 */
#include <curl/curl.h>
#include <signal.h>
#include <string.h>

#include "database.h"
#include "load.h"

/* Before the run: is there something to send, can the result be written? */
static bool
prepare(const Options *options, RequestList *requests, RunError *error)
{
	if (options->json_file != NULL &&
		!report_json_check(options->json_file, error))
		return false;
	if (options->conninfo != NULL)
		return database_read(requests, options->conninfo, error);
	return request_read_named(requests, options->requests_file, error);
}

/* After the run; false when a report could not be written. */
static bool
publish(const Run *run, RunError *error)
{
	const Options *options = run->options;
	bool json_is_stdout =
		options->json_file != NULL && strcmp(options->json_file, "-") == 0;
	FILE *out = json_is_stdout ? stderr : stdout;
	RunError warning;

	report_text(out, run);
	if (fflush(out) != 0 || ferror(out))
		return error_set(error, EXIT_CANNOT_RUN, "cannot write the report");
	if (options->conninfo != NULL &&
		!database_keep(run, options->conninfo, &warning))
		fprintf(stderr, "perfcheck-http: warning: %s\n", warning.message);
	return options->json_file == NULL ||
		   report_json_write(run, options->json_file, error);
}

static ExitStatus
run_all(const Options *options, RunError *error)
{
	RequestList requests = {0};
	Result result = {0};
	Verdict verdict = {0};
	Run run = {options, &requests, &result, &verdict};
	ExitStatus status;

	if (!prepare(options, &requests, error))
	{
		request_free(&requests);
		return error->status;
	}
	request_set_headers(&requests, options->headers, options->header_count);
	result_init(&result, requests.group_count);
	if (!load_run(options, &requests, &result, error))
		status = error->status;
	else
	{
		judge_run(&verdict, &requests, &result, &options->targets);
		status = !publish(&run, error) ? error->status
				 : verdict.ok          ? EXIT_TARGETS_MET
									   : EXIT_TARGETS_MISSED;
	}
	judge_free(&verdict);
	result_free(&result);
	request_free(&requests);
	return status;
}

int
main(int argc, char **argv)
{
	RunError error = {0};
	Options options;
	ExitStatus status = EXIT_CANNOT_RUN;

	/* A reader that is gone shows as a failed write, with a message. */
	(void) signal(SIGPIPE, SIG_IGN);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		error_set(&error, EXIT_CANNOT_RUN, "cannot set up libcurl");
	else if (!options_parse(argc, argv, &options, &error))
		status = error.status;
	else if (options.help)
	{
		options_help(stdout);
		status = EXIT_TARGETS_MET;
	}
	else if (options.version)
	{
		puts("perfcheck-http " PERFCHECK_HTTP_VERSION);
		status = EXIT_TARGETS_MET;
	}
	else
	{
		status = run_all(&options, &error);
		options_free(&options);
	}
	if (error.message[0] != '\0')
		error_print(stderr, &error);
	curl_global_cleanup();
	return (int) status;
}
