/*-------------------------------------------------------------------------
 *
 * options_runs.c
 *		Options of what is kept of a run, and of runs that belong together; see
 *		options.h.
 *
 * Those are the many runs of --find-rate, the two of a comparison, and those of
 * several machines.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "http/cli/options.h"

/* Parts of a run for which --samples keeps latencies. */
#define SLICES 60

#define MAX_JOIN_NAME 64
#define DEFAULT_DURATION_US INT64_C(30000000)
#define DEFAULT_HELD_US INT64_C(20000000)
#define DEFAULT_JOIN_US INT64_C(10000000)
/* A held run that is shorter could not tell that a queue grows. */
#define MIN_HELD_US INT64_C(5000000)

static bool
is_dash(const char *file)
{
	return file != NULL && strcmp(file, "-") == 0;
}

bool
options_machine_stdout(const Settings *settings)
{
	return settings->tap || is_dash(settings->json_file) ||
		   is_dash(settings->junit_file);
}

static bool
check_outputs(const Settings *settings, RunError *error)
{
	int takers = settings->tap + is_dash(settings->json_file) +
				 is_dash(settings->junit_file);

	if (takers > 1)
		return error_set(error, EXIT_BAD_USAGE,
						 "only one of --tap, --json - and --junit - can "
						 "write to standard output");
	if (settings->json_file != NULL && settings->junit_file != NULL &&
		strcmp(settings->json_file, settings->junit_file) == 0)
		return error_set(error, EXIT_BAD_USAGE,
						 "--json and --junit name the same file");
	return true;
}

static bool
check_find_rate(const Settings *settings, RunError *error)
{
	const char *other = settings->warmup_us > 0  ? "--warmup"
						: settings->samples      ? "--samples"
						: settings->join != NULL ? "--join"
						: settings->replay       ? "--replay"
												 : NULL;

	if (other != NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--find-rate and %s conflict: give one of them",
						 other);
	if (settings->duration_us < MIN_HELD_US)
		return error_set(error, EXIT_BAD_USAGE,
						 "--find-rate requires --duration of at least 5s: so "
						 "long the rate that it finds is held");
	return true;
}

static bool
check_join(const Settings *settings, RunError *error)
{
	size_t length = strlen(settings->join);

	if (length == 0 || length > MAX_JOIN_NAME)
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid --join \"%s\": give the run a name of 1 to "
						 "%d bytes",
						 settings->join, MAX_JOIN_NAME);
	if (settings->conninfo == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--join requires --db, where the runs of several "
						 "machines become one");
	return true;
}

bool
options_settle_runs(Settings *settings, RunError *error)
{
	if (settings->duration_us == 0)
		settings->duration_us =
			settings->find_rate ? DEFAULT_HELD_US : DEFAULT_DURATION_US;
	if (!check_outputs(settings, error))
		return false;
	if (settings->samples && settings->json_file == NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--samples requires --json FILE, which keeps them");
	if (settings->find_rate && !check_find_rate(settings, error))
		return false;
	if (settings->join != NULL && !check_join(settings, error))
		return false;
	if (settings->join == NULL && settings->join_us > 0)
		return error_set(error, EXIT_BAD_USAGE, "--join-wait requires --join");
	if (settings->join != NULL && settings->join_us == 0)
		settings->join_us = DEFAULT_JOIN_US;
	if (settings->samples)
		settings->slices = SLICES;
	return true;
}
