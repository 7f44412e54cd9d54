/*-------------------------------------------------------------------------
 *
 * index_candidates.h
 *		Indexes that a query may lack, each with the cause that it fixes.
 *
 * Owns the comparison of a table's indexes with the conditions and the order
 * that a query asks of it. Nothing here is raised but what the catalogs raise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_INDEX_CANDIDATES_H
#define PERFCHECK_ADVICE_INDEX_CANDIDATES_H

#include "advice/candidate.h"
#include "query/table_conditions.h"

/*
 * Returns a Candidate for each condition of the table that no index serves, but
 * not for its order; the likeliest to help first. Where no index can serve a
 * condition, its candidate has a cause and no fix.
 */
extern List *index_candidates_missing(const QueryTable *table);

/*
 * Returns the index that gives the order of the LIMIT, or NULL where there is
 * one, no order, or no operator class for it.
 */
extern Candidate *index_candidates_order(const QueryTable *table);

/*
 * Like index_candidates_order(), for any order (OrderColumn *) of the table. Where
 * there is an index on the first column it goes on to the other ones, to their
 * directions and to the place of NULLs.
 */
extern Candidate *index_candidates_any_order(const QueryTable *table,
											 List *order);

/*
 * Returns a B-tree index on one column, or NULL where one is led by it or its
 * type has no order.
 */
extern Candidate *index_candidates_column(const QueryTable *table,
										  AttrNumber attnum);

#endif /* PERFCHECK_ADVICE_INDEX_CANDIDATES_H */
