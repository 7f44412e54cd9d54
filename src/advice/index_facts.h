/*-------------------------------------------------------------------------
 *
 * index_facts.h
 *		The indexes of a table, and whether one can serve a condition.
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
	bool valid;      /* and ready */
	List *predicate; /* of a partial index; implicit AND */
	int nkeys;
	Node *keys[INDEX_MAX_KEYS]; /* columns are Vars of varno 1 */
	Oid families[INDEX_MAX_KEYS];
	Oid collations[INDEX_MAX_KEYS];
} IndexFacts;

/* The indexes of a table, as IndexFacts, by name. */
extern List *index_facts_read(Oid relid);

/* Which of its columns, from 0, holds key; -1: none. */
extern int index_facts_column(const IndexFacts *index, const Node *key);

/* Whether operator, operator class and collation fit one of its columns. */
extern bool index_facts_fits(const IndexFacts *index, int column,
							 const Condition *condition);

/* Whether the query's conditions imply the index's predicate. */
extern bool index_facts_covers(const IndexFacts *index,
							   const QueryTable *table);

#endif /* PERFCHECK_ADVICE_INDEX_FACTS_H */
