/*-------------------------------------------------------------------------
 *
 * rewrite_apply.h
 *		Puts the text of rewritten conditions into a query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_APPLY_H
#define PERFCHECK_ADVICE_REWRITE_APPLY_H

#include "contract/statement.h"

/*
 * Returns the statement with the texts of Rewrites, a List, in the places of their
 * conditions, analyzed; NULL if a condition does not stand in the statement's text,
 * but in a view's or a policy's, or if a text is refused. To be called within
 * sandbox_run(). Errors: those that sandbox_run() raises again.
 */
extern ContractStatement *rewrite_apply(const ContractStatement *statement,
										List *rewrites);

#endif /* PERFCHECK_ADVICE_REWRITE_APPLY_H */
