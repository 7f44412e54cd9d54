/*-------------------------------------------------------------------------
 *
 * error.h
 *		Why perfcheck-http cannot go on, and the exit statuses.
 *
 * Owns the way in which a module says no: it fills a RunError with one
 * lower-case line and, where it helps, a hint for the next step, and returns
 * false. Only main() prints it and exits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_ERROR_H
#define PERFCHECK_HTTP_BASE_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* Part of the public interface: see the design and --help. */
typedef enum ExitStatus
{
	EXIT_TARGETS_MET = 0,
	EXIT_TARGETS_MISSED = 1,
	EXIT_BAD_USAGE = 2,
	EXIT_CANNOT_RUN = 3,
	EXIT_INTERRUPTED = 130
} ExitStatus;

typedef struct RunError
{
	ExitStatus status;
	char message[1024];
	char hint[256]; /* "" when there is none */
} RunError;

/* Both return false, so that a caller can return what they return. */
extern bool error_set(RunError *error, ExitStatus status, const char *format,
					  ...) __attribute__((format(printf, 3, 4)));
extern bool error_hint(RunError *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* "perfcheck-http: message" and, on a line of its own, the hint. */
extern void error_print(FILE *out, const RunError *error);

#endif /* PERFCHECK_HTTP_BASE_ERROR_H */
