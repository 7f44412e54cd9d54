/*-------------------------------------------------------------------------
 *
 * index_set_existing.h
 *		Which of the indexes that there are the contract needs.
 *
 * Owns the reasons for keeping an index: a constraint, a foreign key that is
 * looked up by it, a query that would be worse without it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_EXISTING_H
#define PERFCHECK_ADVICE_INDEX_SET_EXISTING_H

#include "advice/index_set_query.h"
#include "nodes/pg_list.h"

typedef struct ExistingIndex
{
	Oid oid;
	Oid relid;
	List *family; /* OIDs, of it and of the indexes of partitions below it */
	char *name;   /* without schema and quotes */
	char *definition; /* the CREATE INDEX of it */
	char *drop;       /* the DROP INDEX of it */
	/* Why it must stay whatever the queries do: "primary key"; or NULL. */
	const char *constraint;
	double scans; /* that the cumulative statistics count */
	double bytes; /* pg_relation_size() */
	int rank;     /* of the module's own */
	bool gone;    /* another session has dropped it meanwhile */
	/* What index_set_existing_judge() found: */
	bool needed;
	List *worse;  /* char *: names of the queries that are worse without it */
	char *reason; /* why it is needed, or is not */
	/* What index_set_existing_compare_all() found, and needed as well: */
	Oid longer;        /* an index that begins with it, or is the same */
	char *foreign_key; /* that is looked up by it and by no other; or NULL */
} ExistingIndex;

/*
 * Returns the indexes of tables and of their partitions, by table and name, as
 * ExistingIndexes. Those that belong to the index of a partitioned table are parts
 * of that. Errors: those of the catalogs.
 */
extern List *index_set_existing_of_tables(const List *relids);

/* Does so for the tables that the queries (SetQuery *) read. Errors: likewise. */
extern List *index_set_existing_read(List *queries);

/*
 * Fills in whether the indexes are needed, and returns them without those that another
 * session has dropped meanwhile, since nothing is locked. To be called in the trial that created
 * the set, whose indexes are there beside them, but for those in hidden: set holds
 * the OIDs of the indexes that were created, and with the verdicts on the queries
 * under them (SetVerdict *, NULL for a query with an error). An index is called
 * needless if it is so together with all others that are. Errors: those of
 * index_set_query_judge().
 */
extern List *index_set_existing_judge(List *existing, List *queries, List *with,
									  const List *set, const List *hidden);

/*
 * Finds, without a trial, which of the indexes begin with which others, and which
 * foreign keys are looked up by them. Those whose OIDs are in used are needed. Of
 * two that are not, and can stand in for each other, one is taken to be there.
 * Returns them without those that are gone meanwhile. Errors: those of the catalogs.
 */
extern List *index_set_existing_compare_all(List *existing, const List *used);

#endif /* PERFCHECK_ADVICE_INDEX_SET_EXISTING_H */
