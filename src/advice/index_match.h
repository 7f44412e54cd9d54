/*-------------------------------------------------------------------------
 *
 * index_match.h
 *		What index a condition needs, and how near a table's indexes come to it.
 *
 * Nothing here is raised but what the catalogs raise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_MATCH_H
#define PERFCHECK_ADVICE_INDEX_MATCH_H

#include "advice/index_facts.h"

typedef struct IndexNeed
{
	Oid method;       /* InvalidOid if no method has the operator */
	const char *name; /* of the method */
	char *column;     /* key, collation and operator class of CREATE INDEX */
} IndexNeed;

/* How near an index comes to serving a condition, the nearest first. */
typedef enum IndexMiss
{
	MISS_SERVES,
	MISS_INVALID,
	MISS_PARTIAL,
	MISS_CLASS,      /* operator class or collation */
	MISS_METHOD,     /* access method */
	MISS_ROUGH,      /* a method that finds the rows, but much else with them */
	MISS_EXPRESSION, /* it holds an expression over the key */
	MISS_BEHIND,     /* a column without an equality stands before it */
	MISS_NONE
} IndexMiss;

/* Returns what an index needs to serve a condition of the table. */
extern IndexNeed index_match_need(const QueryTable *table,
								  const Condition *condition);

/*
 * Returns the least miss of the table's indexes, and in *nearest whose it is;
 * NULL if it is none's.
 */
extern IndexMiss index_match_nearest(const QueryTable *table,
									 const Condition *condition, Oid method,
									 IndexFacts **nearest);

/*
 * Returns the first column of an index before the one that holds the condition's
 * key that is not compared by =, or the number of that one.
 */
extern int index_match_gap(const QueryTable *table, const IndexFacts *index,
						   const Condition *condition);

/*
 * Counts the partitions that have no index for the condition, and in
 * *partitions all of them.
 */
extern int index_match_bare_partitions(const QueryTable *table,
									   const Condition *condition, Oid method,
									   int *partitions);

/*
 * Returns a range over an order's key as a condition: an index that can serve it
 * has the order of the key. opno is InvalidOid where the type has no order.
 */
extern Condition index_match_order_condition(Node *key, AttrNumber attnum,
											 Oid collation);

#endif /* PERFCHECK_ADVICE_INDEX_MATCH_H */
