/*-------------------------------------------------------------------------
 *
 * targets.h
 *		Decides which targets a run has, in total and for each query.
 *
 * Owns the rule. A latency target on the command line applies to all requests
 * together, and with --per-query also to each query, instead of the contract's.
 * If it gives none, all requests together have the loosest target of the
 * contract, which they meet if every query meets its own. Without a contract
 * the defaults below apply instead: to all requests together, and with
 * --per-query to each path. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_TARGETS_H
#define PERFCHECK_HTTP_REQUESTS_TARGETS_H

#include "http/requests/request.h"

#define DEFAULT_AVG_MS 200.0
#define DEFAULT_P95_MS 300.0
#define DEFAULT_P99_MS 500.0

/*
 * Turns the targets of the groups, which are those of the contract at first,
 * into the ones that they are judged by. Returns the targets of all requests
 * together.
 */
extern Targets targets_settle(const Settings *settings, RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_TARGETS_H */
