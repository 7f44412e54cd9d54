/*-------------------------------------------------------------------------
 *
 * judge.h
 *		A run against its targets.
 *
 * Owns what "ok" means: every target met, no more errors than allowed, and
 * something measured at all. A group without a request, or in which every
 * request failed, is never ok; nor is one with more failures than are allowed
 * in all. Pure: summaries in, reasons out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RESULT_JUDGE_H
#define PERFCHECK_HTTP_RESULT_JUDGE_H

#include "http/result/result.h"

#define WHOLE_RUN ((size_t) -1)

typedef struct Reason
{
	size_t group; /* or WHOLE_RUN */
	char *text;   /* "p95 412 ms is over 300 ms" */
	bool implied; /* a reason of the whole run says as much */
} Reason;

typedef struct Verdict
{
	bool ok;
	bool total_ok;   /* what is judged of all requests together */
	bool *group_ok;  /* one a group */
	Reason *reasons; /* why not; those of the whole run come first */
	size_t reason_count;
	size_t reason_room;
} Verdict;

extern void judge_run(Verdict *verdict, const RequestList *requests,
					  const Result *result, const Targets *targets);

/* A reason in full: with the name of its query, if it has one. Allocated. */
extern char *judge_reason(const RequestList *requests, const Reason *reason);
extern void judge_free(Verdict *verdict);

#endif /* PERFCHECK_HTTP_RESULT_JUDGE_H */
