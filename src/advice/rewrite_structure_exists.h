/*-------------------------------------------------------------------------
 *
 * rewrite_structure_exists.h
 *		Joins that only ask whether there is a row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_EXISTS_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_EXISTS_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with EXISTS in place of joins whose rows DISTINCT, GROUP BY or
 * count(DISTINCT) takes away again. Errors: those of structure_text_add().
 */
extern void structure_exists_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_EXISTS_H */
