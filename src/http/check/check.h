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

#include "http/base/expect.h"
#include "http/check/compare.h"
#include "http/client/client.h"

typedef enum ErrorClass
{
	ERROR_NONE,
	ERROR_CONNECT, /* there was no connection, or it was lost before an answer */
	ERROR_TIMEOUT,   /* the whole answer did not arrive in time */
	ERROR_STATUS,    /* an HTTP status that is not expected */
	ERROR_INVALID,   /* cut off, not HTTP, not JSON, no rows found in it */
	ERROR_TOO_LARGE, /* a body above CLIENT_MAX_BODY */
	ERROR_EMPTY,     /* no row, although some were expected */
	ERROR_COUNT,     /* not as many rows as the database has */
	ERROR_ROWS,      /* other rows, another order, or other values */
	ERROR_CHANGED,   /* right, but the body is not the same as before */
	ERROR_EXPECTED,  /* it breaks an expectation of the user's */
	ERROR_CLASSES
} ErrorClass;

typedef struct CheckRules
{
	CheckHow how;
	bool allow_empty;
	bool allow_changes;      /* the same request may get different bodies */
	const char *secret;      /* must never be shown; or NULL */
	const char *secret_name; /* what that is; NULL: a bearer token */
	const Expect *expect;    /* or NULL */
	const char *base;        /* the URL that paths are appended to */
	bool pages;         /* answers have a next page while there are more rows */
	CompareHow compare; /* the key of --key, and the columns */
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

/* A body, to be judged once more. */
typedef struct BodyCopy
{
	char *data; /* or NULL */
	size_t size;
	bool has_next; /* it had a next page */
} BodyCopy;

/* A next page, and its answers that were right without a comparison. */
typedef struct Page
{
	Request request; /* a copy that owns its path */
	size_t events;
	int64_t answers; /* how many had this body */
	BodyCopy body;   /* its data is owned */
} Page;

/* Answers that were not what the database had before the run. */
typedef struct Suspect
{
	const Request *request; /* of the list */
	Finding finding;
	int64_t answers; /* how many had this body */
	BodyCopy body;   /* its data is owned */
} Suspect;

/* Sets *finding if this number of rows is wrong, as check_answer() does. */
extern void check_events(const CheckRules *rules, const Request *request,
						 size_t events, Finding *finding);

/* Sets the finding for pages that are not what the database has. */
extern void check_chain(const CheckRules *rules, const char *text,
						Finding *finding);

/*
 * Sets *finding, of class ERROR_NONE if the answer is right. content may be
 * NULL; it is all zero if the answer is wrong.
 */
extern void check_answer(const CheckRules *rules, const Request *request,
						 const Answer *answer, Finding *finding,
						 Content *content);

/*
 * Does the same for a body that was kept, with what a request is expected to
 * answer.
 */
extern void check_kept(const CheckRules *rules, const Request *request,
					   const BodyCopy *body, Finding *finding);

/*
 * Returns whether a body that was kept may be from a moment between two states of
 * the database.
 */
extern bool check_between(const CheckRules *rules, const Request *request,
						  const Expected *before, const Expected *after,
						  const BodyCopy *body);

/* Returns whether the events in the body of this answer are checked. */
extern bool check_has_events(const CheckRules *rules, const Request *request,
							 const Answer *answer);

/* Sets the finding for a next page that is the same as the page before it. */
extern void check_same_page(Finding *finding);

/*
 * Sets the finding for a right body that differs from the first one, and tells what
 * changed. The data of the first one may be NULL.
 */
extern void check_changed(const CheckRules *rules, const Request *request,
						  const BodyCopy *first, const Answer *answer,
						  Finding *finding);

/* Sets the finding for an answer whose rows changed while the load ran. */
extern void check_moved(Finding *finding);

/* Return the name of a class in a report, and in the "errors" of the JSON. */
extern const char *check_class_name(ErrorClass class);
extern const char *check_class_key(ErrorClass class);

#endif /* PERFCHECK_HTTP_CHECK_CHECK_H */
