/*-------------------------------------------------------------------------
 *
 * mix.h
 *		How often each request is sent.
 *
 * Owns the weights of queries, and the sequence that a schedule shuffles and
 * goes through again and again. With a contract each query has the same weight, however many cases it
 * has; in a request file each line has, so that a path weighs as many as it
 * has lines. --weight sets another one. The requests of a query are sent
 * equally often; common values are more often among them, see
 * perfcheck_requests(). Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_MIX_H
#define PERFCHECK_HTTP_REQUESTS_MIX_H

#include "http/requests/request.h"

/* False when --weight names a query that is not there. */
extern bool mix_weigh(RequestList *list, const Settings *settings,
					  RunError *error);

/* Lays down list->sequence, with each request in it at least once. */
extern void mix_sequence(RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_MIX_H */
