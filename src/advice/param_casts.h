/*-------------------------------------------------------------------------
 *
 * param_casts.h
 *		Casts of parameters whose types a text would not tell.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PARAM_CASTS_H
#define PERFCHECK_ADVICE_PARAM_CASTS_H

#include "nodes/primnodes.h"

/*
 * Returns whether the parser, given SQL that was printed from node alone, comes to other
 * types of its parameters than node has, or to none. No errors but those that stop a
 * statement.
 */
extern bool param_casts_are_needed(const char *sql, Node *node);

/* Returns a copy of node in which each parameter is cast to its own type. */
extern Node *param_casts_put(Node *node);

/*
 * Returns an expression without columns as SQL that can be parsed without being told
 * of the types of its parameters.
 */
extern char *param_casts_text(Node *expression);

#endif /* PERFCHECK_ADVICE_PARAM_CASTS_H */
