/*-------------------------------------------------------------------------
 *
 * work_text.h
 *		The words for the work of a case: today, and at the target size.
 *
 * Each text speaks of one size, and says which. Rows that were counted are told
 * apart from those that are expected, which are "about". No text holds a time or a
 * cost, and no function raises an error of its own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_WORK_TEXT_H
#define PERFCHECK_REPORT_WORK_TEXT_H

#include "verdict/verdict.h"

/*
 * Returns what was counted, and what is expected at the target size if that is
 * more: "40 rows examined for 20 returned, about 2000 for 20 at 1000000 rows".
 */
extern char *work_text_summary(const QueryVerdict *verdict, const Work *work);

/*
 * Returns what was counted: "600 rows examined (300 are index entries) for 20
 * returned; events has 10000 rows". If result was judged at today's size, the limit
 * that it is over is named.
 */
extern char *work_text_today(const QueryVerdict *verdict,
							 const CaseVerdict *result);

/*
 * Returns what is expected at the size that result was judged at, with the limit
 * that it is over: "about 60000 rows examined (limit 50000) for 20 returned;
 * events has 1000000 rows". NULL if that is today's size,
 * or if the query reads no table.
 */
extern char *work_text_forecast(const QueryVerdict *verdict,
								const CaseVerdict *result);

#endif /* PERFCHECK_REPORT_WORK_TEXT_H */
