/*-------------------------------------------------------------------------
 *
 * options.h
 *		The command line of perfcheck-http.
 *
 * Owns which options there are, their defaults, which of them conflict, and what
 * --help says. Settings that options_parse() accepts can be relied upon: libcurl
 * can parse the URL, and every number is in range.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLI_OPTIONS_H
#define PERFCHECK_HTTP_CLI_OPTIONS_H

#include "http/base/error.h"
#include "http/base/settings.h"

#define PERFCHECK_HTTP_VERSION "1.1"

/*
 * Parses the command line. Returns false, and sets the error, if it is invalid;
 * else the caller calls options_free().
 */
extern bool options_parse(int argc, char **argv, Settings *settings,
						  RunError *error);
extern void options_free(Settings *settings);
/* Writes the text of --help. */
extern void options_help(FILE *out);

/* Adds a header "Name: value", which the settings own from now on. */
extern void options_add_header(Settings *settings, char *header);

/*
 * Parse --rows or --key, --next, --cookie and a user. Return false, and set the
 * error, if the text is invalid.
 */
extern bool options_parse_path(const char *option, const char *text,
							   const char **path, RunError *error);
extern bool options_parse_next(const char *text, Settings *settings,
							   RunError *error);
extern bool options_parse_cookie(const char *text, Settings *settings,
								 RunError *error);
extern bool options_parse_user(const char *option, const char *text,
							   Settings *settings, RunError *error);

/* Take the file of --requests or --replay, and check what goes with that. */
extern bool options_parse_file(const char *file, bool replay,
							   Settings *settings, RunError *error);
extern bool options_check_replay(Settings *settings, RunError *error);

/* Checks these options against others, and adds the headers they stand for. */
extern bool options_settle_answers(Settings *settings, RunError *error);

/*
 * Parse --check, --page-size and --ignore; check them against others, where given
 * says whether --check was; and free what they hold.
 */
extern bool options_parse_check(const char *text, CheckHow *check,
								RunError *error);
extern bool options_parse_page_size(const char *text, Settings *settings,
									RunError *error);
extern bool options_parse_ignore(const char *text, Settings *settings,
								 RunError *error);
extern bool options_settle_check(Settings *settings, bool given,
								 RunError *error);
extern void options_free_check(Settings *settings);

/* Adds a text that no report shows, unless it is too short to be told from others. */
extern void options_add_secret(Settings *settings, const char *text);

/* Returns whether a program reads stdout, so that the report goes to stderr. */
extern bool options_machine_stdout(const Settings *settings);

/*
 * Returns a copy of the URL without a user and the slashes at its end, which the
 * caller frees; or NULL, and sets the error, if it is invalid. A user is taken
 * over by the settings.
 */
extern char *options_base_url(const char *text, Settings *settings,
							  RunError *error);

/* Returns false, and sets the error, if libcurl cannot use this proxy. */
extern bool options_check_proxy(const char *text, RunError *error);

/* Values of getopt_long() for the options below. */
enum RunsOption
{
	OPT_SAMPLES = 768,
	OPT_FIND_RATE,
	OPT_JOIN,
	OPT_JOIN_WAIT
};

/* Their rows for getopt_long(). */
#define OPTIONS_RUNS                                                           \
	{"samples", no_argument, NULL, OPT_SAMPLES},                               \
		{"find-rate", no_argument, NULL, OPT_FIND_RATE},                       \
		{"join", required_argument, NULL, OPT_JOIN},                           \
	{                                                                          \
		"join-wait", required_argument, NULL, OPT_JOIN_WAIT                    \
	}

/*
 * Checks --samples, --find-rate and --join, and sets what follows from them.
 * Returns false, and sets the error, if they do not go with what else was given.
 * For options_parse() alone.
 */
extern bool options_settle_runs(Settings *settings, RunError *error);

#endif /* PERFCHECK_HTTP_CLI_OPTIONS_H */
