/*-------------------------------------------------------------------------
 *
 * index_candidates.h
 *		Indexes that a query may lack, each with the cause that it mends.
 *
 * Owns the comparison of a table's indexes with what the query asks of it. What
 * is proposed here may not help: proof.h tells.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_CANDIDATES_H
#define PERFCHECK_ADVICE_INDEX_CANDIDATES_H

#include "query/table_conditions.h"

typedef struct Candidate
{
	char *cause;
	char *fix;        /* SQL to paste; NULL: a cause that nothing mends */
	char *rewrite;    /* a condition to write instead, or NULL */
	List *statements; /* char *: what fix does, for the proof */
	List *tables;     /* OIDs, of statements */
	Query *query;     /* with rewrite; NULL: the query as it is */
	bool custom;      /* it is judged with a custom plan */
	/* Once it is tried: */
	char *obstacle;  /* why it was not */
	double examined; /* at the size judged for; -1: not known */
	int others;      /* of a proven one: the cases that still do too much */
} Candidate;

extern Candidate *candidate_make(char *cause, char *fix);

/* A statement that makes or analyzes something of one table. */
extern void candidate_add_statement(Candidate *candidate, Oid relid,
									const char *sql);

/* An index, and for an expression the statistics that make it worth using. */
extern void candidate_add_index(Candidate *candidate, const QueryTable *table,
								const char *method, const char *columns,
								bool expression);

/* For each condition, and for the order, that no index serves. */
extern List *index_candidates_missing(const QueryTable *table);

/* For the order alone; NULL where an index has it. */
extern Candidate *index_candidates_order(const QueryTable *table);

/* A B-tree index on one column; NULL where one is led by it. */
extern Candidate *index_candidates_column(const QueryTable *table,
										  AttrNumber attnum);

#endif /* PERFCHECK_ADVICE_INDEX_CANDIDATES_H */
