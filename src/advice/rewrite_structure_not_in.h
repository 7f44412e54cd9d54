/*-------------------------------------------------------------------------
 *
 * rewrite_structure_not_in.h
 *		NOT IN (SELECT ...) as NOT EXISTS.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_NOT_IN_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_NOT_IN_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with each NOT IN (SELECT ...) and <> ALL (SELECT ...) of a WHERE
 * as NOT EXISTS, if it has one. Errors: those of structure_text_add().
 */
extern void structure_not_in_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_NOT_IN_H */
