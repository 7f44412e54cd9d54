/*-------------------------------------------------------------------------
 *
 * compose.h
 *		Puts the choices of a query's variables together to cases.
 *
 * Owns which cases there are, and what they are called. To be called between
 * probe_open() and probe_close(), but for compose_number_labels().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_COMPOSE_H
#define PERFCHECK_CASES_COMPOSE_H

#include "cases/case.h"
#include "cases/joined.h"
#include "contract/statement.h"

/* What the cases of one query are made of. */
typedef struct Composition
{
	MemoryContext context; /* that choices and cases are allocated in */
	const ContractStatement *statement;
	List *variables; /* Variable, with their choices */
	const Joined *joined;
	char **typical; /* the values of the first case, one for each parameter */
	int matches;    /* whether a row has them: see Case */
} Composition;

/*
 * Takes the typical values of all variables but pages, as ones that a row has
 * together. Typical choices that do not go together are changed.
 */
extern void compose_agree(Composition *composition);

/* Takes the typical value of one variable as it is. */
extern void compose_put_typical(Composition *composition,
								const Variable *variable);

/*
 * Returns the cases, a List of Case, the typical one first, which is the only one
 * if typical is set.
 */
extern List *compose_cases(const Composition *composition, bool typical);

/*
 * Numbers the labels of cases that stand twice among them, or that an added case
 * has already.
 */
extern void compose_number_labels(List *cases, List *added);

#endif /* PERFCHECK_CASES_COMPOSE_H */
