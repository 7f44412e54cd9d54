/*-------------------------------------------------------------------------
 *
 * rewrite_structure_page.h
 *		Pages by OFFSET.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_PAGE_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_PAGE_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds a candidate with the cause and what to write instead, in words, for a query
 * whose OFFSET may be large. Raises no error.
 */
extern void structure_page_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_PAGE_H */
