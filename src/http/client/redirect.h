/*-------------------------------------------------------------------------
 *
 * redirect.h
 *		Which redirects are followed.
 *
 * Owns the rule: those that stay with the server that is measured, of the same
 * scheme, host and port. Any other would send load, and a token, to a server
 * that nobody has named, or in the clear. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_REDIRECT_H
#define PERFCHECK_HTTP_CLIENT_REDIRECT_H

#include <stdbool.h>

/* Whether a status is that of a redirect that names another URL. */
extern bool redirect_is_one(int status);

/* Whether two URLs are of the same server; both are absolute. */
extern bool redirect_stays(const char *from, const char *to);

#endif /* PERFCHECK_HTTP_CLIENT_REDIRECT_H */
