/*-------------------------------------------------------------------------
 *
 * index_facts.h
 *		The indexes of a table, and whether one can serve a condition.
 *
 * Owns the comparison of one index with one condition, by the rules of the
 * planner's indxpath.c. Nothing here is raised but what the catalogs raise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_FACTS_H
#define PERFCHECK_ADVICE_INDEX_FACTS_H

#include "query/table_conditions.h"

typedef struct IndexFacts
{
	Oid oid;
	char *name;
	Oid method;
	bool valid;      /* indisvalid and indisready */
	List *predicate; /* of a partial index, as an implicit AND; or NIL */
	int nkeys;
	/* Columns are Vars of varno 1. Included columns are left out. */
	Node *keys[INDEX_MAX_KEYS];
	Oid families[INDEX_MAX_KEYS];
	Oid collations[INDEX_MAX_KEYS];
	bool descending[INDEX_MAX_KEYS];
	bool nulls_first[INDEX_MAX_KEYS];
	Bitmapset *columns; /* of the table that it holds, included ones as well */
} IndexFacts;

/*
 * Returns the indexes of a table as IndexFacts, in the order of their names; NIL for
 * a table that does not exist any more.
 */
extern List *index_facts_read(Oid relid);

/* Returns which of the index's columns, counted from 0, holds key; or -1. */
extern int index_facts_column(const IndexFacts *index, const Node *key);

/*
 * Do the operator and the collation of a condition fit the operator class and
 * the collation of a column, which holds its key?
 */
extern bool index_facts_fits(const IndexFacts *index, int column,
							 const Condition *condition);

/* Do the query's conditions imply the index's predicate? */
extern bool index_facts_covers(const IndexFacts *index,
							   const QueryTable *table);

#endif /* PERFCHECK_ADVICE_INDEX_FACTS_H */
