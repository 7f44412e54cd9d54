/*-------------------------------------------------------------------------
 *
 * report_row.h
 *		The result rows of perfcheck_plan, perfcheck_forecast, perfcheck_indexes,
 *		perfcheck_used and perfcheck_time.
 *
 * Owns the order of their columns, which is that of the functions' declarations.
 * Each function adds a row, and raises the errors of result_row_end() alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_ROW_H
#define PERFCHECK_REPORT_ROW_H

#include "advice/index_set.h"
#include "advice/index_set_existing.h"
#include "report/coverage.h"
#include "report/verify.h"
#include "result_row.h"
#include "run/timing.h"
#include "verdict/size_ranges.h"

/* Of perfcheck_plan: a case under one plan mode. */
extern void report_row_judged_case(ResultRow *row, const QueryReport *report,
								   const JudgedCase *judged);

/* Of perfcheck_plan: a query without cases. */
extern void report_row_no_cases(ResultRow *row, const QueryReport *report);

/* Of perfcheck_forecast: the sizes at which a case has one plan and verdict. */
extern void report_row_range(ResultRow *row, const QuerySizeRanges *found,
							 const SizeRange *range);

/* Of perfcheck_forecast: a query without sizes. */
extern void report_row_no_ranges(ResultRow *row, const QuerySizeRanges *found);

/* Of perfcheck_indexes: an index, or a query that none mends. */
extern void report_row_index(ResultRow *row, const IndexSetRow *index);

/* Of perfcheck_used: what a query reads; it adds one row or more. */
extern void report_row_coverage(ResultRow *row, const QueryCoverage *coverage);

/* Of perfcheck_used: an index, after index_set_existing_compare_all(). */
extern void report_row_existing_index(ResultRow *row,
									  const ExistingIndex *index);

/* Of perfcheck_time: a case. */
extern void report_row_timing(ResultRow *row, const TimingResult *result);

#endif /* PERFCHECK_REPORT_ROW_H */
