/*-------------------------------------------------------------------------
 *
 * load.h
 *		Reads a file of queries into the contract.
 *
 * Owns what the keys of such a file mean; its form is that of query_file.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_LOAD_H
#define PERFCHECK_EXCHANGE_LOAD_H

#include "nodes/pg_list.h"

typedef struct LoadedQuery
{
	char *name;
	int line;           /* of its name; 0 for one that the file lacks */
	const char *action; /* added, replaced, skipped or dropped */
	const char *reason; /* why it was skipped, or NULL */
} LoadedQuery;

/*
 * Reads a text, which is that of the file called source, or of none if that is NULL.
 * Queries that there are already are replaced, with their cases and values; the
 * others stay, unless prune is set, which drops all that the file lacks. Returns
 * LoadedQueries. Statements of sqlc and aiosql that are no SELECT are skipped. Warns
 * of comments that look like a misspelt key.
 *
 * Errors: syntax_error for a file that is none, invalid_text_representation and
 * invalid_parameter_value for a value that cannot be, and those of contract_add_query(),
 * contract_add_case(), contract_set_values() and perfcheck_size(). Each message
 * begins with the source and the line.
 */
extern List *load_queries(const char *text, const char *source, bool prune);

#endif /* PERFCHECK_EXCHANGE_LOAD_H */
