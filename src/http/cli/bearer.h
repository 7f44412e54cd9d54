/*-------------------------------------------------------------------------
 *
 * bearer.h
 *		Reads the bearer token.
 *
 * Owns where the token comes from: a file or an environment variable, because
 * an argument would be visible in the list of processes. check/redact.h keeps it
 * out of reports.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLI_BEARER_H
#define PERFCHECK_HTTP_CLI_BEARER_H

#include "http/cli/options.h"

/*
 * Reads the token and adds its header, if --bearer-file or --bearer-env is
 * given. Returns false, and sets the error, if there is no valid token.
 */
extern bool bearer_read(Settings *settings, RunError *error);

#endif /* PERFCHECK_HTTP_CLI_BEARER_H */
