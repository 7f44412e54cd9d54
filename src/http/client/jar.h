/*-------------------------------------------------------------------------
 *
 * jar.h
 *		The cookies of one connection.
 *
 * Owns which cookies are sent with a request: those that the user gave, and those
 * that the server has set for its path, until they end (RFC 6265). All of them go
 * to the one server under test, so that the attribute Domain does not matter.
 * Pure, but for the clock.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_JAR_H
#define PERFCHECK_HTTP_CLIENT_JAR_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

typedef struct Cookie
{
	char *name;
	char *value;
	char *path; /* it is sent to what is below that */
	bool secure;
	time_t ends; /* 0: with the run */
} Cookie;

typedef struct Jar
{
	Cookie *cookies;
	size_t count;
	size_t room;
	char *line; /* the last one that jar_line() has made */
} Jar;

/* A jar that is all zero is empty, and jar_free() leaves it like that. */
extern void jar_free(Jar *jar);

/* Adds cookies "a=b; c=d", which are sent to every path. */
extern void jar_add(Jar *jar, const char *text);

/*
 * Takes the values of Set-Cookie, a line each or NULL, from an answer to a request
 * for this path, which follows the prefix. now is the time of day.
 */
extern void jar_take(Jar *jar, const char *lines, const char *prefix,
					 const char *path, time_t now);

/*
 * Returns the value of the header Cookie for a request, or NULL if there is none.
 * It is valid until the next call.
 */
extern const char *jar_line(Jar *jar, const char *prefix, const char *path,
							bool is_tls, time_t now);

#endif /* PERFCHECK_HTTP_CLIENT_JAR_H */
