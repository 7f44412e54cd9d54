/*-------------------------------------------------------------------------
 *
 * rewrite_structure_fence.h
 *		CTEs and subqueries that keep conditions out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_FENCE_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_FENCE_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with its CTEs NOT MATERIALIZED and its subqueries without OFFSET 0,
 * if it has any that keep conditions out. Errors: those of structure_text_add().
 */
extern void structure_fence_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_FENCE_H */
