/*-------------------------------------------------------------------------
 *
 * check.h
 *		Whether one answer is right.
 *
 * Owns the classes of errors, and the rule which of them an answer falls
 * into: exactly one, the first that applies in the order below. A wrong answer
 * must never count as a fast one. Pure: an answer in, a finding out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_CHECK_H
#define PERFCHECK_HTTP_CHECK_CHECK_H

#include "http/client/client.h"

typedef enum ErrorClass
{
	ERROR_NONE,
	ERROR_CONNECT,   /* no connection, or lost before an answer began */
	ERROR_TIMEOUT,   /* no whole answer in time */
	ERROR_STATUS,    /* an HTTP status other than 2xx */
	ERROR_INVALID,   /* cut off, not HTTP, not JSON, no "events" array */
	ERROR_TOO_LARGE, /* a body above CLIENT_MAX_BODY */
	ERROR_EMPTY,     /* no event, where there should be some */
	ERROR_COUNT,     /* another number of events than the database has */
	ERROR_CHANGED,   /* right, but not the same body as before */
	ERROR_CLASSES
} ErrorClass;

typedef struct CheckRules
{
	CheckHow how;
	bool allow_empty;
	bool allow_changes; /* the same request may get another body */
	const char *secret; /* never to be shown; or NULL */
} CheckRules;

typedef struct Finding
{
	ErrorClass class;
	int status;     /* of ERROR_STATUS, else 0 */
	char text[200]; /* what was wrong, in words; printable */
} Finding;

/* What a right answer of the API holds, as far as it is looked at. */
typedef struct Content
{
	size_t events;
	char *next_cursor; /* NULL: none; allocated */
} Content;

/* A next page whose answers were right as far as they alone can tell. */
typedef struct Page
{
	Request request; /* a copy, of which the path is owned */
	size_t events;
	int64_t answers; /* that were like this */
} Page;

/* content may be NULL; of an answer that is wrong it is all zero. */
extern void check_answer(const CheckRules *rules, const Request *request,
						 const Answer *answer, Finding *finding,
						 Content *content);

/* Whether so many events are right, as check_answer() finds. */
extern void check_events(const CheckRules *rules, const Request *request,
						 size_t events, Finding *finding);

/* Whether this is an answer of which the body is looked at. */
extern bool check_has_events(const Request *request, const Answer *answer);

/* What is found of a next page that is the page before once again. */
extern void check_same_page(Finding *finding);

/* What is found of a right body that is not the same as before. */
extern void check_changed(const Answer *answer, Finding *finding);

/* "status", as in a report; a member's name in the JSON's "errors". */
extern const char *check_class_name(ErrorClass class);
extern const char *check_class_key(ErrorClass class);

#endif /* PERFCHECK_HTTP_CHECK_CHECK_H */
