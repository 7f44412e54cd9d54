/*-------------------------------------------------------------------------
 *
 * plan_text.h
 *		A plan in a few words, for a line of a report.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_PLAN_TEXT_H
#define PERFCHECK_WORK_PLAN_TEXT_H

#include "work/measure.h"

/* No text is longer, in bytes. */
#define PLAN_TEXT_LONGEST 199

/*
 * Returns how the plan of work gets at its rows: PlanFacts.access where that is
 * short. Otherwise the node that examines most at scale, and the way to it from the
 * top: "Limit > Sort > 3 x Nested Loop > Seq Scan on story, Filter (1 of 8
 * scans)". Projects work to that size. No errors.
 */
extern char *plan_text_short(const Work *work, double scale);

#endif /* PERFCHECK_WORK_PLAN_TEXT_H */
