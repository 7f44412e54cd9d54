/*-------------------------------------------------------------------------
 *
 * statement.h
 *		Tells whether a statement is a query of the contract in another form.
 *
 * Owns the rule for statements that do not have the query's own identifier: an API
 * may select other columns, name the schema, cast its parameters, or have the
 * database make JSON of the rows around the query. What counts is what the query
 * says from FROM on, without its LIMIT. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RATE_STATEMENT_H
#define PERFCHECK_HTTP_RATE_STATEMENT_H

#include <stdbool.h>

/*
 * Returns a statement in plain words, which the caller frees: small letters, "?" for
 * parameters and constants, no casts, schemas, aliases' names before columns,
 * quotes or parentheses.
 */
extern char *statement_plain(const char *sql);

/*
 * Returns the part of a plain query by which it is known, which the caller frees;
 * or NULL if it says too little, as a query of a whole table.
 */
extern char *statement_core(const char *plain);

/* Returns whether a plain statement has such a part. */
extern bool statement_has(const char *plain, const char *core);

#endif /* PERFCHECK_HTTP_RATE_STATEMENT_H */
