/*-------------------------------------------------------------------------
 *
 * rewrite_structure_group.h
 *		The first row of each group, as a look into an index for each.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_GROUP_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_GROUP_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with DISTINCT ON, DISTINCT, max() or min() per group, and a bound
 * on row_number(), as LATERAL or as a loose scan. Errors: those of
 * structure_text_add().
 */
extern void structure_group_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_GROUP_H */
