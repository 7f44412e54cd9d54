/*-------------------------------------------------------------------------
 *
 * url_template.h
 *		HTTP paths of the contract: from values to a path, and back.
 *
 * Owns the meaning of $1 to $n in a path. It is pure C without calls of the
 * server, and raises no error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SHARED_URL_TEMPLATE_H
#define PERFCHECK_SHARED_URL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* Returns the highest n of the $n in path, or 0 if there is none. */
extern int url_template_highest_parameter(const char *path);

/* Before the path of what is asked for by a body: "POST /graphql {...}" */
#define URL_TEMPLATE_POST "POST "

/* Returns where the body is in such a path, or NULL if it is another one. */
extern const char *url_template_body(const char *path);

/*
 * Writes path with each $n replaced by args[n - 1], percent-encoded as RFC 3986
 * asks for a query's value (all but its unreserved characters). A NULL value,
 * or an n above nargs, is replaced by nothing. In a body of JSON, a value in a
 * string is escaped, and one outside is a number, true or false, or a string, or
 * null. Writes at most size bytes, the
 * closing zero included, and returns the length that the whole takes, like
 * snprintf.
 */
extern size_t url_template_expand(char *out, size_t size, const char *path,
								  int nargs, const char *const *args);

/*
 * Returns whether url_template_expand() can make path from template. If so,
 * values[n - 1] is the decoded value of $n, or NULL if that is empty. A value
 * ends at the first character that follows it in the template. Parameters after
 * the question mark may come in any order; a path in which one comes twice does
 * not match. The values are in buffer, which must have room for as many bytes as
 * template and path have together, closing zeros included.
 */
extern bool url_template_match(const char *template, const char *path,
							   int nargs, char **values, char *buffer);

#endif /* PERFCHECK_SHARED_URL_TEMPLATE_H */
