/*-------------------------------------------------------------------------
 *
 * plain_cause_rows.h
 *		Queries that want all the rows that they read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_PLAIN_CAUSE_ROWS_H
#define PERFCHECK_ADVICE_PLAIN_CAUSE_ROWS_H

#include "advice/plain_cause_facts.h"

/*
 * Each returns a Candidate with a cause, or NULL if that is not what happens.
 * Errors: those of reading the catalogs.
 */

/* An OFFSET reads and drops the rows before the page. */
extern Candidate *plain_cause_offset(const PlainFacts *facts);

/* Something is executed for each row: a function, a subquery. */
extern Candidate *plain_cause_repeated(const PlainFacts *facts);

/* A recursive query, a function in FROM, a CTE or a list is computed whole. */
extern Candidate *plain_cause_whole(const PlainFacts *facts);

/* A join makes more pairs than there are rows. */
extern Candidate *plain_cause_pairs(const PlainFacts *facts);

/* Aggregates, groups, window functions, DISTINCT and UNION of all rows. */
extern Candidate *plain_cause_aggregate(const PlainFacts *facts);

/* All rows that match are sorted before a LIMIT. */
extern Candidate *plain_cause_sorted(const PlainFacts *facts);

/* All rows that match are returned, or joined, or simply many. */
extern Candidate *plain_cause_many(const PlainFacts *facts);

/* Returns why a query returns too many rows, whatever they cost; never NULL. */
extern Candidate *plain_cause_returned(const Query *query);

#endif /* PERFCHECK_ADVICE_PLAIN_CAUSE_ROWS_H */
