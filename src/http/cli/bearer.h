/*-------------------------------------------------------------------------
 *
 * bearer.h
 *		The bearer token, and the rule that nobody gets to see it.
 *
 * Owns where a token comes from (a file or a variable: an argument would show
 * in the list of processes), and what a text from a server may not hold. No
 * message of perfcheck-http repeats a header; but a server may, in the body of
 * an error, of which the reports show the beginning.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLI_BEARER_H
#define PERFCHECK_HTTP_CLI_BEARER_H

#include "http/cli/options.h"

/* Reads the token and adds the header, if --bearer-file or -env says so. */
extern bool bearer_read(Settings *settings, RunError *error);

#endif /* PERFCHECK_HTTP_CLI_BEARER_H */
