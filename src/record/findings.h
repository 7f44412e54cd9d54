/*-------------------------------------------------------------------------
 *
 * findings.h
 *		What a recorded statement turns out to be, once it is analyzed.
 *
 * Owns which statement cannot be a query of the contract, whatever its text is,
 * and what kind of value each of its parameters takes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_FINDINGS_H
#define PERFCHECK_RECORD_FINDINGS_H

#include "contract/contract_query.h"
#include "record/query_name.h"

/* What a value is that was a constant in the text, and whether it may stay one. */
typedef enum FoundKind
{
	FOUND_FREE,  /* a page, a format, or compared with no column */
	FOUND_PART,  /* a part of an expression: now() - $1 */
	FOUND_FEW,   /* of a column with few values, or the bound of a number */
	FOUND_VALUE, /* of a key, a time, a word that is searched, any other */
} FoundKind;

typedef struct FoundParam
{
	Oid type;
	FoundKind kind;
	const char *table; /* it is compared with a column of this table, or NULL */
	const char *column; /* which is this, or NULL */
} FoundParam;

typedef struct Findings
{
	const char
		*problem; /* why it cannot be judged; what follows is empty then */
	int nparams;
	FoundParam *params;
	bool row_security; /* policies of its tables are about the role */
	bool executes;     /* a value of it may be executed as code */
	char *names[QUERY_NAME_LEVELS];
} Findings;

/*
 * Analyzes a statement in a sandbox, under the query's search_path, and as whom it may
 * run as for those who wrote it. role is whom it was recorded for, or NULL. Errors: those that
 * sandbox_run() raises again.
 */
extern Findings *findings_read(const ContractQuery *query, const char *role);

#endif /* PERFCHECK_RECORD_FINDINGS_H */
