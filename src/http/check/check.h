/*-------------------------------------------------------------------------
 *
 * check.h
 *		Decides whether one answer is right.
 *
 * Owns the classes of errors, and the rule by which an answer falls into
 * exactly one of them: the first that applies in the order below. A wrong
 * answer must never count as a fast one. Pure: an answer in, a finding out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_CHECK_H
#define PERFCHECK_HTTP_CHECK_CHECK_H

#include "http/client/client.h"

typedef enum ErrorClass
{
	ERROR_NONE,
	ERROR_CONNECT, /* there was no connection, or it was lost before an answer */
	ERROR_TIMEOUT,   /* the whole answer did not arrive in time */
	ERROR_STATUS,    /* an HTTP status other than 2xx */
	ERROR_INVALID,   /* cut off, not HTTP, not JSON, no rows found in it */
	ERROR_TOO_LARGE, /* a body above CLIENT_MAX_BODY */
	ERROR_EMPTY,     /* no row, although some were expected */
	ERROR_COUNT,     /* not as many rows as the database has */
	ERROR_CHANGED,   /* right, but the body is not the same as before */
	ERROR_CLASSES
} ErrorClass;

typedef struct CheckRules
{
	CheckHow how;
	bool allow_empty;
	bool allow_changes; /* the same request may get different bodies */
	const char *secret; /* must never be shown; or NULL */
	const char *base;   /* the URL that paths are appended to */
} CheckRules;

typedef struct Finding
{
	ErrorClass class;
	int status;     /* of ERROR_STATUS, else 0 */
	char text[200]; /* what was wrong; printable */
} Finding;

/* What is read from a right answer of the API. */
typedef struct Content
{
	size_t events;   /* rows */
	AnswerNext next; /* the caller frees its text and parameter */
} Content;

/* A next page, and its answers that were right without a comparison. */
typedef struct Page
{
	Request request; /* a copy that owns its path */
	size_t events;
	int64_t answers; /* how many had this body */
} Page;

/*
 * Sets *finding, of class ERROR_NONE if the answer is right. content may be
 * NULL; it is all zero if the answer is wrong.
 */
extern void check_answer(const CheckRules *rules, const Request *request,
						 const Answer *answer, Finding *finding,
						 Content *content);

/* Sets *finding if this number of events is wrong, as check_answer() does. */
extern void check_events(const CheckRules *rules, const Request *request,
						 size_t events, Finding *finding);

/* Returns whether the events in the body of this answer are checked. */
extern bool check_has_events(const Request *request, const Answer *answer);

/* Sets the finding for a next page that is the same as the page before it. */
extern void check_same_page(Finding *finding);

/* Sets the finding for a right body that differs from the first one. */
extern void check_changed(const Answer *answer, Finding *finding);

/* Return the name of a class in a report, and in the "errors" of the JSON. */
extern const char *check_class_name(ErrorClass class);
extern const char *check_class_key(ErrorClass class);

#endif /* PERFCHECK_HTTP_CHECK_CHECK_H */
