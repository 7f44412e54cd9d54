/*-------------------------------------------------------------------------
 *
 * judge.h
 *		A run against its targets.
 *
 * Owns what "ok" means: every target met, no more errors than allowed, and
 * something measured at all. A group without a request, or in which every
 * request failed, is never ok. Pure: summaries in, reasons out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_JUDGE_H
#define PERFCHECK_HTTP_JUDGE_H

#include "result.h"

typedef struct Verdict
{
	bool ok;
	bool *group_ok; /* one a group */
	char **reasons; /* why not; those of the whole run come first */
	size_t reason_count;
	size_t reason_room;
} Verdict;

extern void judge_run(Verdict *verdict, const RequestList *requests,
					  const Result *result, const Targets *targets);
extern void judge_free(Verdict *verdict);

#endif /* PERFCHECK_HTTP_JUDGE_H */
