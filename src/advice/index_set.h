/*-------------------------------------------------------------------------
 *
 * index_set.h
 *		One set of indexes for the whole contract.
 *
 * Owns the way from the contract to the list of indexes to create, to drop and to
 * keep: the queries are judged, the set is chosen in one trial, and proven and
 * measured in another.
 *
 * Locks: those of proof_ddl.h on the tables of new indexes, and on all tables of
 * the contract's queries that the caller owns and that are not too large for a
 * trial, for what their indexes cost. Rollback: as in proof_ddl.h; rows of the
 * tables, sequences and the indexes that there are are not written to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_H
#define PERFCHECK_ADVICE_INDEX_SET_H

#include "contract/contract_query.h"
#include "nodes/pg_list.h"

typedef enum IndexAction
{
	INDEX_ACTION_CREATE,
	INDEX_ACTION_UNTRIED, /* the best that is known, but it could not be tried */
	INDEX_ACTION_DROP,
	INDEX_ACTION_KEEP,
	INDEX_ACTION_NONE /* a query that is not ok with the set either */
} IndexAction;

/* A negative number is not known. */
typedef struct IndexSetRow
{
	IndexAction action;
	char *sql; /* what to do; of an index to keep, its definition; or NULL */
	Oid relid; /* of the table; InvalidOid if there is none */
	List *
		serves; /* char *: queries that it mends, or that are worse without it */
	double bytes;
	double build_ms;
	double write_us;  /* see write_cost.h */
	double write_wal; /* bytes */
	double scans;     /* that the cumulative statistics count */
	char *reason;     /* or NULL */
} IndexSetRow;

typedef struct IndexSet
{
	List *rows; /* IndexSetRow *, what is to be done first */
	List *
		failing; /* IndexSetFailure *: queries that are not ok with it either */
} IndexSet;

typedef struct IndexSetFailure
{
	const ContractQuery *query;
	char *forgone; /* an index that would mend it, and why it is not to be */
} IndexSetFailure;

/*
 * Finds the set for the enabled queries of the contract, for tables of scale times
 * their size, and returns it. Tells of its progress by NOTICEs. Errors: those that
 * sandbox_run() raises again, and invalid_parameter_value for the scale; an error of
 * a query is no error here.
 */
extern IndexSet *index_set_find(double scale);

#endif /* PERFCHECK_ADVICE_INDEX_SET_H */
