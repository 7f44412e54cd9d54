/*-------------------------------------------------------------------------
 *
 * targets.h
 *		Which targets a run has, in total and for each query.
 *
 * Owns the rule. A latency target that the command line gives is that of all
 * requests together, and with --per-query that of each query, too, in place of
 * the contract's. Where it gives none, all requests together have the loosest
 * of the contract's, which they meet when every query meets its own. Without a
 * contract the defaults below take its place: of all requests together, and
 * with --per-query of each path. Pure.
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
 * Before: the targets of the list's groups are the contract's. After: those
 * that they are judged by. Returns those of all requests together.
 */
extern Targets targets_settle(const Settings *settings, RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_TARGETS_H */
