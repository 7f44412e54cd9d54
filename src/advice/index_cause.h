/*-------------------------------------------------------------------------
 *
 * index_cause.h
 *		How a missing index is told to a reader.
 *
 * Nothing here is raised but what the catalogs raise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_CAUSE_H
#define PERFCHECK_ADVICE_INDEX_CAUSE_H

#include "advice/candidate.h"
#include "advice/index_match.h"
#include "plan/plan_facts.h"

/* Returns why a condition is not served: what its nearest index lacks, if any. */
extern char *index_cause_of_miss(const QueryTable *table,
								 const Condition *condition,
								 const IndexNeed *need, IndexMiss miss,
								 const IndexFacts *nearest);

/*
 * Returns why an index on equal (Condition *, compared by =) and then the columns
 * of order is wanted: what is read without it. columns is what the index has in
 * its parentheses. facts are those of the plan that does too much work.
 */
extern char *index_cause_of_order(const QueryTable *table,
								  const PlanFacts *facts, List *equal,
								  const TableOrder *order, const char *columns);

/*
 * If an index of the table has keys and then order (OrderColumn *), but for
 * directions or the place of NULLs, returns what differs, and else NULL. Where
 * the place of NULLs is all, and no column can be NULL, sets *suggestion to what
 * to leave out of the query.
 */
extern char *index_cause_of_direction(const QueryTable *table, List *keys,
									  List *order, char **suggestion);

#endif /* PERFCHECK_ADVICE_INDEX_CAUSE_H */
