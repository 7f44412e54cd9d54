/*-------------------------------------------------------------------------
 *
 * candidate.h
 *		One possible cause of too much work, with the fix for it.
 *
 * Owns the struct in which the modules that look for causes hand them to
 * advice.c, which tries them. A candidate may not help; a trial tells.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_CANDIDATE_H
#define PERFCHECK_ADVICE_CANDIDATE_H

#include "query/table_conditions.h"

typedef enum CandidateKind
{
	CANDIDATE_OTHER,
	CANDIDATE_INDEX,
	CANDIDATE_REWRITE,
	CANDIDATE_STATISTICS, /* ANALYZE, CREATE STATISTICS, n_distinct */
	CANDIDATE_VACUUM
} CandidateKind;

typedef struct Candidate
{
	CandidateKind kind;
	char *cause;
	char *fix;     /* SQL to paste; NULL if there is none */
	char *rewrite; /* a condition or a query to write instead, or NULL */
	/* A statement of the fix that the trial has in its query; or NULL. */
	char *definition;
	char *suggestion; /* what to do where no SQL does it, or NULL */
	List *statements; /* char *, of the fix, for the trial */
	List *tables;     /* OIDs, of the statements */
	int nindexes;     /* how many of the statements create an index */
	Query *query;     /* with the rewrite; NULL for the query as it is */
	bool structural;  /* and the rewrite is more than other conditions */
	bool custom;      /* the fix is that custom plans are used */
	List *members;    /* Candidate *, that a set was made of; NIL: it is one */
	double expected;  /* rows to be examined with it, guessed without a trial */
	int columns;      /* of its indexes */
	bool partial;     /* an index of it is, which serves fewer queries */
	bool paged; /* an index gives the order of the LIMIT behind equalities */
	bool order_alone; /* an index of the order, though there are equalities */
	/*
	 * It gives an order in which rows are passed that do not match the values of a
	 * case: it is good as long as enough of them match.
	 */
	bool walks;
	/*
	 * RewriteValue *, of the parameters that the rewrite casts. Each case is to be
	 * judged as rewrite_case_values() returns it: derived values that cannot be
	 * cast are others there.
	 */
	List *values;
	/* What the trial showed: */
	char *obstacle;  /* why there was none, or NULL */
	double examined; /* projected rows with the fix; -1 if not known */
	bool enough;     /* for the case that does too much work */
	bool judged;     /* what follows is known */
	int failing;     /* cases of the query that still do too much work */
	char *hurts;     /* how it makes a case worse, or NULL */
	double keyed;    /* rows examined for a row without a partner; 0: few */
	double
		unmatched; /* rows examined if nothing matches; 0: within the budget */
	double worst;  /* the most rows that a case examines */
	double sum;    /* the rows that all cases examine */
	bool floor;    /* no case examines much more than it returns */
	double bytes;  /* of the indexes that it creates, on today's rows */
	double ms;     /* that its statements took on these */
} Candidate;

/* Returns a candidate that has a cause, and no fix yet. */
extern Candidate *candidate_make(char *cause);

/* Adds a statement about one table to the fix, after those it has. */
extern void candidate_add_statement(Candidate *candidate, Oid relid,
									const char *sql);

/*
 * Adds a CREATE INDEX to the fix. columns is what stands in its parentheses.
 * expression says that a key is an expression: then an ANALYZE follows, because
 * the planner has no statistics of an expression until the table is analyzed
 * with the index.
 */
extern void candidate_add_index(Candidate *candidate, Oid relid,
								const char *method, const char *columns,
								bool expression);

/* Gives candidate the statements of index as its fix. */
extern void candidate_take_fix(Candidate *candidate, const Candidate *index);

/*
 * Returns the set of several candidates, to be tried together: their causes,
 * statements, rewrites and tables. At most one of them may have a query.
 */
extern Candidate *candidate_set(List *members);

/*
 * Returns a candidate with the statements (char *) of another, which are some of
 * those that it has, and with nothing known of a trial.
 */
extern Candidate *candidate_with_statements(const Candidate *candidate,
											List *statements);

#endif /* PERFCHECK_ADVICE_CANDIDATE_H */
