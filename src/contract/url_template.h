/*-------------------------------------------------------------------------
 *
 * url_template.h
 *		HTTP paths of the contract: $1 to $n replaced by encoded values, and
 *		the way back.
 *
 * Pure C, no server call.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_URL_TEMPLATE_H
#define PERFCHECK_CONTRACT_URL_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* The highest n of the $n in path; 0 where there is none. */
extern int url_template_highest_parameter(const char *path);

/*
 * Writes path with each $n replaced by args[n - 1], percent-encoded as RFC 3986
 * asks for a query's value (all but its unreserved characters). A NULL value,
 * or an n above nargs, is replaced by nothing. Writes at most size bytes, the
 * closing zero included, and returns the length that the whole takes, like
 * snprintf.
 */
extern size_t url_template_expand(char *out, size_t size, const char *path,
								  int nargs, const char *const *args);

/*
 * Whether url_template_expand() can make path of a template. If so, values[n - 1] is
 * what stands for $n, decoded, or NULL where that is nothing. A value ends at
 * the first place where what follows it in the template does. Parameters after
 * the question mark may come in any order; a path in which one comes twice is
 * no match. buffer is where the values are, and has room for as many bytes as
 * template and path have together, closing zeros included.
 */
extern bool url_template_match(const char *template, const char *path,
							   int nargs, char **values, char *buffer);

#endif /* PERFCHECK_CONTRACT_URL_TEMPLATE_H */
