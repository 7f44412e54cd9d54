/*-------------------------------------------------------------------------
 *
 * pending_list.c
 *		The pending lists of GIN indexes, which every search reads whole.
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
 * Pages from which a list is called long: of 8 kB, 256 kB. By default it is
 * merged into the index when it has 512.
 */
#define PENDING_LIST_LONG 32

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

static bool
pending_list_is_used(const IndexFacts *facts, List *indexes)
{
	ListCell *cell;

	foreach(cell, indexes)
		if (((PlanIndex *) lfirst(cell))->oid == facts->oid)
			return true;
	return false;
}

List *
pending_list_notes(List *tables, List *indexes)
{
	List *notes = NIL;
	ListCell *table;
	ListCell *cell;

	foreach(table, tables)
	{
		List *of_table = index_facts_read(lfirst_oid(table));

		foreach(cell, of_table)
		{
			const IndexFacts *facts = lfirst(cell);
			char *note = NULL;

			if (facts->method == GIN_AM_OID && facts->valid &&
				pending_list_is_used(facts, indexes))
				note = pending_list_note(facts);
			if (note != NULL)
				notes = lappend(notes, note);
		}
	}
	return notes;
}
