/*-------------------------------------------------------------------------
 *
 * checker.h
 *		Checks the answers of a whole run at little cost.
 *
 * Owns what is known of the bodies of each request. Reading JSON takes up to a
 * millisecond of processor time for a body, a thousand times as long as a hash.
 * So a body is read once (check.h), and recognized from then on. The first
 * right body of a request is what all others must equal: one that is right but
 * differs is of class ERROR_CHANGED, unless changes are allowed or only the
 * status is checked. A wrong body is recognized as well, so that a server whose
 * answers are wrong is asked as fast as one whose answers are right.
 *
 * A body with a cursor yields the request for the next page, and a share of the
 * answers is followed by that request. It is made once for each body, and lives
 * as long as the checker.
 *
 * Several threads may call these functions at the same time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHECK_CHECKER_H
#define PERFCHECK_HTTP_CHECK_CHECKER_H

#include "http/check/check.h"

typedef struct Checker Checker;

/*
 * Never returns NULL. The list must stay valid and unchanged as long as the
 * checker. If it has no cursor, no next pages are requested.
 */
extern Checker *checker_create(const CheckRules *rules,
							   const RequestList *requests,
							   double follow_percent);
/* Frees the checker and its requests. checker may be NULL. */
extern void checker_free(Checker *checker);

/*
 * Sets *finding for an answer, of class ERROR_NONE if it is right. Returns the
 * request for the next page if that is to be sent now, or NULL. counts says
 * whether checker_pages() counts this answer.
 */
extern const Request *checker_answer(Checker *checker, const Request *request,
									 const Answer *answer, bool counts,
									 Finding *finding);

/*
 * Takes up to `most` next pages, evenly from all of them, and returns how many.
 * To be called after the run. The caller frees the path and the body's data of
 * each.
 */
extern size_t checker_pages(Checker *checker, Page *pages, size_t most);

/*
 * Takes up to `most` kinds of wrong answers that may have been right for the rows
 * at their time, and returns how many. The caller frees the data of each body.
 */
extern size_t checker_suspects(Checker *checker, Suspect *suspects,
							   size_t most);

/* Returns how many bodies had to be read as JSON. */
extern int64_t checker_bodies_read(Checker *checker);

#endif /* PERFCHECK_HTTP_CHECK_CHECKER_H */
