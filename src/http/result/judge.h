/*-------------------------------------------------------------------------
 *
 * judge.h
 *		Judges a run by its targets.
 *
 * Owns what "ok" means: every target is met, there are no more errors than
 * allowed, and something was measured at all. A group without a request, or in
 * which every request failed, is never ok; nor is one with more errors than are
 * allowed in total. Requests that were sent again count against a limit of
 * their own. Pure: summaries in, reasons out.
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
	bool slow;    /* a latency is over its target */
	bool implied; /* a reason of the whole run covers it */
} Reason;

typedef struct Verdict
{
	bool ok;
	bool total_ok;   /* the verdict on all requests together */
	bool *group_ok;  /* for each group */
	Reason *reasons; /* why it is not ok; those of the whole run first */
	size_t reason_count;
	size_t reason_room;

	/*
	 * NULL, or why the figures are perfcheck-http's own rather than the
	 * server's. Its delays add to latencies: a target that is met is met, and
	 * one that is missed may not be.
	 */
	char *invalid;
	bool only_slow; /* all reasons are latencies or the rate */
} Verdict;

/* Fills in the verdict, which is to be freed by judge_free(). */
extern void judge_run(Verdict *verdict, const RequestList *requests,
					  const Result *result, const Targets *targets);

/* Adds a reason why the whole run is not ok; the verdict owns the text. */
extern void judge_add(Verdict *verdict, char *text);

/*
 * Returns a reason with the name of its query, if it has one; the caller frees
 * it.
 */
extern char *judge_reason(const RequestList *requests, const Reason *reason);
extern void judge_free(Verdict *verdict);

#endif /* PERFCHECK_HTTP_RESULT_JUDGE_H */
