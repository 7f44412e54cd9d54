/*-------------------------------------------------------------------------
 *
 * checker.h
 *		Whether the answers of a whole run are right, at little cost.
 *
 * Owns what is known of the bodies of each request. Reading JSON takes up to
 * a millisecond of processor time a body, a thousand times what a hash takes;
 * so a body is read once (check.h), and from then on known: the first one of a
 * request byte by byte, others by their length and XXH3 hash. The first right body of a request is what all others must equal:
 * one that is right, but differs, is of the class ERROR_CHANGED, unless
 * changes are allowed or only the status is to be looked at.
 *
 * A body that has a cursor to the next page gives the request for that page,
 * and a share of answers is followed by it. Such requests are made once for
 * each body, and live as long as the checker.
 *
 * May be called by several threads at a time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_CHECKER_H
#define PERFCHECK_HTTP_CHECK_CHECKER_H

#include "http/check/check.h"

typedef struct Checker Checker;

/*
 * The list must stay, and stay as it is, as long as the checker. No pages
 * follow when it names no cursor.
 */
extern Checker *checker_create(const CheckRules *rules,
							   const RequestList *requests,
							   double follow_percent);
extern void checker_free(Checker *checker);

/*
 * Returns a request that is to be sent next, or NULL. counts: the answer is one
 * of those that checker_pages() tells of.
 */
extern const Request *checker_answer(Checker *checker, const Request *request,
									 const Answer *answer, bool counts,
									 Finding *finding);

/*
 * Up to `most` next pages, evenly from all of them; returns how many. After the
 * run. Each path is the caller's to free.
 */
extern size_t checker_pages(Checker *checker, Page *pages, size_t most);

/* How many bodies were read, rather than known. */
extern int64_t checker_bodies_read(Checker *checker);

#endif /* PERFCHECK_HTTP_CHECK_CHECKER_H */
