/*-------------------------------------------------------------------------
 *
 * index_report.h
 *		The set of indexes for the contract, with the queries that it leaves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_INDEX_REPORT_H
#define PERFCHECK_REPORT_INDEX_REPORT_H

#include "nodes/pg_list.h"

/*
 * Returns the rows of index_set_find() (advice/index_set.h), and behind them one
 * for each query that is not ok with the set either, with its cause: IndexSetRows.
 * Errors: those of index_set_find().
 */
extern List *index_report(double scale);

#endif /* PERFCHECK_REPORT_INDEX_REPORT_H */
