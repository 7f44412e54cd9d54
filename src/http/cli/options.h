/*-------------------------------------------------------------------------
 *
 * options.h
 *		The command line of perfcheck-http.
 *
 * Owns which options there are, their defaults, which of them conflict, and
 * what --help says. What options_parse() lets through can be relied upon: the
 * URL is one that libcurl can parse, and every number is in range.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLI_OPTIONS_H
#define PERFCHECK_HTTP_CLI_OPTIONS_H

#include "http/base/error.h"
#include "http/base/settings.h"

#define PERFCHECK_HTTP_VERSION "1.0"

/* On true, options_free() is the caller's to call. */
extern bool options_parse(int argc, char **argv, Settings *settings,
						  RunError *error);
extern void options_free(Settings *settings);
extern void options_help(FILE *out);

/* Adds a header "Name: value", and takes it over. */
extern void options_add_header(Settings *settings, char *header);

/* Whether standard output is for a program, and people read stderr. */
extern bool options_machine_stdout(const Settings *settings);

/* A copy of the URL without the slashes at its end, NULL when it is bad. */
extern char *options_base_url(const char *text, RunError *error);

/* Whether this is the URL of a proxy that libcurl knows how to use. */
extern bool options_check_proxy(const char *text, RunError *error);

#endif /* PERFCHECK_HTTP_CLI_OPTIONS_H */
