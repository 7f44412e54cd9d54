/*-------------------------------------------------------------------------
 *
 * pending_list.c
 *		The pending lists of GIN indexes, which every search reads whole.
 *
 * The length is read from each index's metapage, and only for indexes that the
 * plans of the query use.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/gin.h"
#include "catalog/pg_am_d.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "advice/index_facts.h"
#include "advice/pending_list.h"
#include "plan/plan_facts.h"

/*
 * From how many pages on a list is called long: 256 kB of pages of 8 kB. By
 * default (gin_pending_list_limit) it is merged into the index at 4 MB.
 */
#define PENDING_LIST_LONG 32

/* Returns the note on an index, or NULL if its list is short. */
static char *
pending_list_note(const IndexFacts *facts)
{
	Relation index = index_open(facts->oid, AccessShareLock);
	GinStatsData stats;

	ginGetStats(index, &stats);
	index_close(index, AccessShareLock);
	if (stats.nPendingPages < PENDING_LIST_LONG)
		return NULL;
	return psprintf(
		"%s has a pending list of %u pages, which each search reads whole: "
		"SELECT gin_clean_pending_list(%s)",
		facts->name, stats.nPendingPages,
		quote_literal_cstr(quote_qualified_identifier(
			get_namespace_name(get_rel_namespace(facts->oid)), facts->name)));
}

List *
pending_list_notes(List *tables, List *indexes)
{
	List *notes = NIL;
	List *used = NIL;
	ListCell *table;
	ListCell *cell;

	foreach(cell, indexes)
		used = lappend_oid(used, ((PlanIndex *) lfirst(cell))->oid);
	foreach(table, tables)
	{
		List *of_table = index_facts_read(lfirst_oid(table));

		foreach(cell, of_table)
		{
			const IndexFacts *facts = lfirst(cell);
			char *note = facts->method == GIN_AM_OID && facts->valid &&
								 list_member_oid(used, facts->oid)
							 ? pending_list_note(facts)
							 : NULL;

			if (note != NULL)
				notes = lappend(notes, note);
		}
	}
	return notes;
}
