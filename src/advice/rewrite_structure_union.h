/*-------------------------------------------------------------------------
 *
 * rewrite_structure_union.h
 *		OR as UNION.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_UNION_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_UNION_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with an OR, over several tables, with a subquery, or under a LIMIT,
 * as UNION. Errors: those of structure_text_add().
 */
extern void structure_union_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_UNION_H */
