/*-------------------------------------------------------------------------
 *
 * redact.h
 *		Decides which texts of a server must not be shown.
 *
 * Owns what counts as showing a bearer token or a password. No message of perfcheck-http
 * repeats a header, but a server may echo one in the body of an error, and the
 * reports show the beginning of such a body. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_REDACT_H
#define PERFCHECK_HTTP_CHECK_REDACT_H

#include <stdbool.h>

/*
 * Returns whether a text contains the secret, or any 8 consecutive bytes of
 * it, with or without the backslashes by which JSON escapes a slash. There may be
 * several secrets, a line each. secret may be NULL, and then nothing needs to be
 * hidden.
 */
extern bool redact_is_needed(const char *secret, const char *text);

#endif /* PERFCHECK_HTTP_CHECK_REDACT_H */
