/*-------------------------------------------------------------------------
 *
 * reach.h
 *		Ranks values by the rows that they lead to in the query's other tables.
 *
 * The name of a tag stands once in the table of tags, but may lead to half of
 * the posts. To be called between probe_open() and probe_close().
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_REACH_H
#define PERFCHECK_CASES_REACH_H

#include "cases/frequency.h"
#include "cases/joined.h"

/*
 * Returns the values of a variable, the one that leads to most rows of the
 * query's join first; counts are of these rows. Returns NULL where a value leads
 * to no more rows than have it, or where the join tells nothing: the values of
 * the table itself are then as good. If the user has set values of variables in
 * the same part, the rows are those that have the first of them.
 */
extern Frequencies *reach_read(const Joined *joined, const Variable *variable,
							   const Lookup *lookup);

#endif /* PERFCHECK_CASES_REACH_H */
