/*-------------------------------------------------------------------------
 *
 * param_types.h
 *		The types that the parser finds for the parameters of a text.
 *
 * Owns the analysis of a text that nobody has added to the contract: it is not
 * planned and not executed, and leaves no lock behind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_PARAM_TYPES_H
#define PERFCHECK_RECORD_PARAM_TYPES_H

#include "contract/contract_query.h"

#include "utils/elog.h"

typedef struct ParamTypes
{
	int n;
	Oid *types;
	ErrorData *error; /* of the text; there are no types then */
} ParamTypes;

/*
 * Analyzes the text of a query, as whom it may run as for those who wrote it, and under
 * its search_path, which is the caller's if it is NULL. A text that is no SELECT, INSERT, UPDATE, DELETE or MERGE, or several statements,
 * has an error like one that the parser finds. Errors: those that sandbox_run()
 * raises again.
 */
extern ParamTypes param_types_find(const ContractQuery *query);

#endif /* PERFCHECK_RECORD_PARAM_TYPES_H */
