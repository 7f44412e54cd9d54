/*-------------------------------------------------------------------------
 *
 * case.h
 *		One set of values that a query is judged with.
 *
 * Owns the struct that every step after this one hands on, and the way from
 * its values, which are text, to parameters that the executor takes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_CASE_H
#define PERFCHECK_CASES_CASE_H

#include "nodes/params.h"

#include "contract/contract.h"

typedef struct Case
{
	const char *label;
	int nargs;
	char **args; /* an element may be NULL */
	bool required;
	/*
	 * Where it is known beforehand that no index can help: what it is about,
	 * "patterns under 3 characters", and why; else NULL.
	 */
	const char *known_limit;
	const char *known_limit_reason;
	/*
	 * The fraction of the rows that the values select, as if each comparison
	 * were independent of the others; -1 where it is not known, as for added
	 * cases.
	 */
	double share;
	/* Whether share tells how often such values are asked for: not of absent
	 * and short ones, and of others that select nothing by design. */
	bool weighs;
} Case;

/*
 * Returns a required case of nargs values, which are all NULL, and of an
 * unknown share.
 */
extern Case *case_make(const char *label, int nargs);

/* Returns an added case as a Case, which shares its label and values. */
extern Case *case_from_added(const AddedCase *added);

/*
 * Returns the values as parameters of a custom plan and of its execution.
 * Errors: those of the types' input functions, with the parameter's number as
 * context. The case must have as many values as the statement has parameters.
 */
extern ParamListInfo case_params(const ContractStatement *statement,
								 const Case *one);

#endif /* PERFCHECK_CASES_CASE_H */
