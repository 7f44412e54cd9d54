/*-------------------------------------------------------------------------
 *
 * mix.h
 *		Decides how often each request is sent.
 *
 * Owns the weights of queries, and the sequence of requests that a schedule
 * shuffles and repeats. With a contract each query has the same weight, however
 * many cases it has; in a request file each line has, so that a path weighs as
 * much as it has lines. --weight sets another weight. The requests of a query
 * are sent equally often; common values occur more often among them, see
 * perfcheck_requests(). Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_MIX_H
#define PERFCHECK_HTTP_REQUESTS_MIX_H

#include "http/requests/request.h"

/*
 * Sets the weight of each group. Returns false, and sets the error, if --weight
 * names a query that does not exist.
 */
extern bool mix_weigh(RequestList *list, const Settings *settings,
					  RunError *error);

/* Makes list->sequence, which contains each request at least once. */
extern void mix_sequence(RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_MIX_H */
