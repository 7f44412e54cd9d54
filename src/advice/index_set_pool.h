/*-------------------------------------------------------------------------
 *
 * index_set_pool.h
 *		The indexes that may be in the set.
 *
 * Owns what is known of each of them: who asks for it, and what a trial showed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_SET_POOL_H
#define PERFCHECK_ADVICE_INDEX_SET_POOL_H

#include "advice/index_set_query.h"
#include "nodes/pg_list.h"

/* More are not tried: each of them is built. */
#define INDEX_SET_MOST_INDEXES 256

typedef struct SetIndex
{
	int number;    /* its place in the pool, from 0 */
	Oid relid;     /* of the table */
	char *sql;     /* that creates it, or builds it anew */
	char *fix;     /* the same to paste, with the ANALYZE that it needs */
	Oid author;    /* of the query that asks for it: see sandbox.h */
	bool analyze;  /* a key is an expression, which has no statistics yet */
	List *queries; /* SetQuery *, that lack it */
	/* In a trial: */
	Oid oid;         /* InvalidOid: it is not there */
	List *family;    /* OIDs, of it and of the indexes of partitions below it */
	char *obstacle;  /* why it could not be created, or NULL */
	double build_ms; /* how long that took */
	double bytes;    /* pg_relation_size() */
} SetIndex;

/*
 * Returns the indexes that queries which are not ok may lack, as SetIndexes, each
 * once; and those on the same tables that other queries may need beside them, so
 * as not to be drawn to a new index that is worse for them. Where one query compares all columns of another's index by =, there is
 * one more, which serves both: with (a, b) and (b) also (b, a). Raises no error
 * but those of the catalogs.
 */
extern List *index_set_pool_collect(List *queries);

/*
 * Returns the indexes that the queries would likely do best with, of those that
 * have an obstacle: the one for each query that most of its conditions and its
 * order are in, less those that another one begins with.
 */
extern List *index_set_pool_untried(List *pool, List *queries);

/*
 * Returns how many leading keys of an index of the trial a query narrows down to
 * single values: by =, by a list, or by a search.
 */
extern int index_set_pool_fit(const SetIndex *index, const SetQuery *query);

#endif /* PERFCHECK_ADVICE_INDEX_SET_POOL_H */
