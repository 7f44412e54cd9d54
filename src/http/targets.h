/*-------------------------------------------------------------------------
 *
 * targets.h
 *		Which targets a run has, in total and for each query.
 *
 * Owns the rule. A latency target that the command line gives is that of all
 * requests together, and with --per-query that of each query, too; what the
 * contract says of the same measure does not count then. One that it does not
 * give is the contract's, for each query; all requests together have the
 * loosest of them, which they meet when every query does. Without a contract
 * the defaults below take its place, for each query with --per-query only.
 * Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_TARGETS_H
#define PERFCHECK_HTTP_TARGETS_H

#include "request.h"

#define DEFAULT_AVG_MS 200.0
#define DEFAULT_P95_MS 300.0
#define DEFAULT_P99_MS 500.0

/*
 * Before: the targets of the list's groups are the contract's. After: those
 * that they are judged by. Returns those of all requests together.
 */
extern Targets targets_settle(const Options *options, RequestList *list);

#endif /* PERFCHECK_HTTP_TARGETS_H */
