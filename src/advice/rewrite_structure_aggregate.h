/*-------------------------------------------------------------------------
 *
 * rewrite_structure_aggregate.h
 *		Aggregates of which one row tells all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_AGGREGATE_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_AGGREGATE_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with max() and min() over a join as ORDER BY ... LIMIT 1, and with
 * EXISTS in place of a count that is compared with 0. Errors: those of
 * structure_text_add().
 */
extern void structure_aggregate_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_AGGREGATE_H */
