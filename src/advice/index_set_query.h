/*-------------------------------------------------------------------------
 *
 * index_set_query.h
 *		A query of the contract, judged again and again with other indexes.
 *
 * Owns what is remembered of a query from one judgement to the next: its cases,
 * which are derived once, and the work of plans that were executed. Owns as well
 * what it means that a query is worse than before.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_QUERY_H
#define PERFCHECK_ADVICE_INDEX_SET_QUERY_H

#include "contract/contract_query.h"
#include "nodes/pg_list.h"
#include "verdict/verdict.h"

/* What came of judging a query once. */
typedef struct SetVerdict
{
	VerdictStatus status;
	char *reason; /* why it is not ok, or skipped; else NULL */
	/* Rows that each case examines at the target size by its custom plan. */
	double *examined; /* -1: it raised an error; infinity: it ran too long */
	int ncases;
	double most;   /* of examined */
	List *indexes; /* OIDs, that the plans which count read */
} SetVerdict;

typedef struct SetQuery
{
	const ContractQuery *query;
	Oid author; /* with whose rights its indexes are tried: see sandbox.h */
	double scale;
	double budget;  /* rows that a case may examine */
	List *cases;    /* Case * */
	List *tables;   /* OIDs, of all that it reads; NIL if it is no query */
	List *asked;    /* QueryTable *, of those that an index can be created on */
	List *wanted;   /* Candidate *: indexes that it may do well with */
	char *error;    /* why it could not be judged, or NULL */
	SetVerdict now; /* with the indexes that there are */
	char *forgone;  /* an index that would mend it, and why it is not to be */
	/* Of the trial that is open: */
	MemoryContext memory;
	List *known;
} SetQuery;

/*
 * Opens the enabled queries of the contract one after the other, derives their
 * cases, judges them, and looks for the indexes that they may lack. Returns SetQueries, in the order of the contract. An error of a query
 * becomes its error. Errors: those that sandbox_run() raises again.
 */
extern List *index_set_query_read_all(double scale);

/*
 * Returns the verdict on a query, which must have no error, with the indexes that
 * are there now, less those whose OIDs are in hidden. Errors: those that
 * sandbox_run() raises again.
 */
extern SetVerdict *index_set_query_judge(SetQuery *query, const List *hidden);

/*
 * Forgets what was measured. To be called when a trial ends, since the rows and
 * the statistics of the next one are others. Raises no error.
 */
extern void index_set_query_forget(List *queries);

/*
 * Returns whether a verdict is worse than another: the query is not ok any more,
 * or a case examines more than twice as many rows, and more than a few. Of a query
 * that is not ok in both it is the worst case that counts.
 */
extern bool index_set_query_is_worse(const SetVerdict *verdict,
									 const SetVerdict *before);

/* Returns whether a query reads a table, or the table that it is a part of. */
extern bool index_set_query_reads(const SetQuery *query, Oid relid);

/* Returns whether it was judged, and found not ok. */
extern bool index_set_query_fails(const SetQuery *query);

/*
 * Returns why nothing is known of what the query needs, or NULL: it raised an
 * error, or was skipped.
 */
extern const char *index_set_query_unknown(const SetQuery *query);

#endif /* PERFCHECK_ADVICE_INDEX_SET_QUERY_H */
