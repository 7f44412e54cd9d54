/*-------------------------------------------------------------------------
 *
 * hidden_indexes.c
 *		Indexes that the planner is not shown.
 *
 * get_relation_info() lists the indexes of a table in its RelOptInfo, and
 * everything that the planner does with indexes starts from that list: paths,
 * proofs of uniqueness, the statistics of expressions, and the look-up of the
 * least and the greatest value. So an index that is taken out of it there does
 * not exist for the plan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/pathnodes.h"

#include "plan/hidden_indexes.h"

static const List *hidden_indexes = NIL;

void
hidden_indexes_set(const List *oids)
{
	hidden_indexes = oids;
}

List *
hidden_indexes_filter(List *list)
{
	ListCell *cell;

	if (hidden_indexes == NIL)
		return list;
	foreach(cell, list)
		if (list_member_oid(hidden_indexes,
							lfirst_node(IndexOptInfo, cell)->indexoid))
			list = foreach_delete_current(list, cell);
	return list;
}
