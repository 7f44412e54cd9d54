/*-------------------------------------------------------------------------
 *
 * redirect.h
 *		Decides which redirects are followed.
 *
 * Owns the rule: only those that stay on the server under test, with the same
 * scheme, host and port. Any other would send load, and perhaps a token, to a
 * server that nobody has named, or without encryption. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_REDIRECT_H
#define PERFCHECK_HTTP_CLIENT_REDIRECT_H

#include <stdbool.h>

/* Returns whether a status redirects to another URL. */
extern bool redirect_is_one(int status);

/*
 * Returns whether two absolute URLs name the same server; false also if one of
 * them cannot be parsed or contains a user name.
 */
extern bool redirect_stays(const char *from, const char *to);

#endif /* PERFCHECK_HTTP_CLIENT_REDIRECT_H */
