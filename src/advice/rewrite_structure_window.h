/*-------------------------------------------------------------------------
 *
 * rewrite_structure_window.h
 *		Conditions that wait for a window function.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_STRUCTURE_WINDOW_H
#define PERFCHECK_ADVICE_REWRITE_STRUCTURE_WINDOW_H

#include "advice/rewrite_structure_text.h"

/*
 * Adds the query with the conditions on a subquery or view with window functions
 * within it, or with lag() and lead() as a look at the row before. Where that takes
 * what the rows of today have, the cause says so. A query for which neither is right
 * gets a candidate with a cause and a suggestion alone. Errors: those of
 * structure_text_add().
 */
extern void structure_window_add(StructureContext *context);

#endif /* PERFCHECK_ADVICE_REWRITE_STRUCTURE_WINDOW_H */
