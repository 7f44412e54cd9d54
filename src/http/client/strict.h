/*-------------------------------------------------------------------------
 *
 * strict.h
 *		What libcurl takes for an answer, and is none.
 *
 * Owns the rules that a client checks beyond libcurl's own, so that both clients
 * judge alike: one Content-Length at most, of digits alone, and no byte behind
 * the end of an answer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_STRICT_H
#define PERFCHECK_HTTP_CLIENT_STRICT_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

#include "http/client/heads.h"

typedef struct Strict
{
	CURL *easy;
	Heads *heads;      /* of the last answer */
	int lengths;       /* in the headers of this answer */
	const char *fault; /* why the answer is none, or NULL */
} Strict;

/*
 * Has the answers of a handle checked, and their headers kept. strict and heads must
 * outlive the handle. Returns
 * false if libcurl refuses an option.
 */
extern bool strict_set_up(Strict *strict, CURL *easy, Heads *heads);

/* Prepares for the next request; returns false if libcurl refuses an option. */
extern bool strict_start(Strict *strict);

/*
 * Returns whether bytes on a connection without a request are unasked for. A
 * server that says why it closes the connection (408) means no request.
 */
extern bool strict_is_stray(const char *bytes, size_t size);

#endif /* PERFCHECK_HTTP_CLIENT_STRICT_H */
