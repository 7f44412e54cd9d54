/*-------------------------------------------------------------------------
 *
 * chain.h
 *		Walks the pages of an answer to their end, one after another.
 *
 * Owns these few requests, which are no part of the load.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CHAIN_H
#define PERFCHECK_HTTP_CHAIN_H

#include "http/check/check.h"

typedef enum ChainEnd
{
	CHAIN_ENDED,   /* the last page has no next one */
	CHAIN_STOPPED, /* there were too many pages, or it took too long */
	CHAIN_WRONG,   /* the pages are not what the database has */
	CHAIN_FAILED   /* a page was not answered with rows */
} ChainEnd;

/*
 * Requests the page of a request and those that follow it, until until_us at the
 * latest, and compares them with the rows that its query has without a LIMIT. For
 * CHAIN_WRONG and CHAIN_FAILED the finding is set, and *wrong is a copy of the
 * request that was answered so, whose path and body the caller frees.
 */
extern ChainEnd chain_walk(const ClientSettings *client,
						   const RequestList *requests, const CheckRules *rules,
						   const Request *first, const Expected *expected,
						   int64_t until_us, Finding *finding, Request *wrong);

#endif /* PERFCHECK_HTTP_CHAIN_H */
