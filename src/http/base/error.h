/*-------------------------------------------------------------------------
 *
 * error.h
 *		The error that ends perfcheck-http, and the exit statuses.
 *
 * Owns how a module reports that it cannot go on: it fills in a RunError with
 * a message of one line in lower case and, if that helps, a hint in whole
 * sentences that names the next step, and returns false. Only main() prints
 * the error and exits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_ERROR_H
#define PERFCHECK_HTTP_BASE_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* These are part of the public interface; --help lists them. */
typedef enum ExitStatus
{
	EXIT_TARGETS_MET = 0,
	EXIT_TARGETS_MISSED = 1,
	EXIT_BAD_USAGE = 2,
	EXIT_CANNOT_RUN = 3,
	EXIT_CUT_SHORT = 4, /* by a signal, with nothing wrong until then */
	EXIT_NOT_VALID = 5, /* targets were missed, but not by the server */
	EXIT_INTERRUPTED = 130
} ExitStatus;

typedef struct RunError
{
	ExitStatus status;
	char message[1024];
	char hint[256]; /* "" if there is none */
} RunError;

/*
 * Sets the message and clears the hint, or sets the hint. Both always return
 * false, so that a caller can return their result.
 */
extern bool error_set(RunError *error, ExitStatus status, const char *format,
					  ...) __attribute__((format(printf, 3, 4)));
extern bool error_hint(RunError *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Prints "perfcheck-http: message" and, if there is one, "hint: hint" on the
 * next line.
 */
extern void error_print(FILE *out, const RunError *error);

#endif /* PERFCHECK_HTTP_BASE_ERROR_H */
