/*-------------------------------------------------------------------------
 *
 * vacuum.c
 *		Tables whose pages are not known to be visible to all.
 *
 * VACUUM sets a bit in the visibility map for each page whose rows all sessions
 * may see, and clears none; each write to a page clears its bit. pg_class holds
 * their number as the last VACUUM or ANALYZE left it. A table that was never
 * vacuumed is judged as autovacuum will leave it, so VACUUM changes nothing there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice/vacuum.h"
#include "base/relation.h"
#include "plan/growth.h"

/* With more of its pages visible than this, a table is as good as vacuumed. */
#define VACUUM_VISIBLE 0.9

/* A table of fewer pages is vacuumed in no time, and as soon as it matters. */
#define VACUUM_PAGES 10.0

/* Adds the pages of a table, and those of them that are visible to all. */
static void
vacuum_add_pages(Oid relid, double *pages, double *visible)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		return;
	if (RELKIND_HAS_STORAGE(((Form_pg_class) GETSTRUCT(tuple))->relkind))
	{
		*pages += Max(((Form_pg_class) GETSTRUCT(tuple))->relpages, 0);
		*visible += Max(((Form_pg_class) GETSTRUCT(tuple))->relallvisible, 0);
	}
	ReleaseSysCache(tuple);
}

List *
vacuum_candidates(List *tables)
{
	List *candidates = NIL;
	List *seen = NIL;
	ListCell *cell;
	ListCell *member;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		double pages = 0;
		double visible = 0;
		Candidate *candidate;

		if (list_member_oid(seen, table->relid))
			continue;
		seen = lappend_oid(seen, table->relid);
		foreach(member, find_all_inheritors(table->relid, NoLock, NULL))
			if (!growth_forecasts_vacuum(lfirst_oid(member)))
				vacuum_add_pages(lfirst_oid(member), &pages, &visible);
		if (pages < VACUUM_PAGES || visible > VACUUM_VISIBLE * pages)
			continue;
		candidate = candidate_make(psprintf(
			"%.0f of %.0f pages of %s are known to be visible to all, so that "
			"an index alone does not do",
			visible, pages, get_rel_name(table->relid)));
		candidate_add_statement(
			candidate, table->relid,
			psprintf("VACUUM %s", relation_sql_name(table->relid)));
		candidate->kind = CANDIDATE_VACUUM;
		candidate->suggestion = pstrdup(
			"VACUUM cannot run in a trial: all pages were taken to be "
			"visible; rows that an old snapshot may see stay, and the "
			"table may need autovacuum_vacuum_scale_factor to be lower");
		candidates = lappend(candidates, candidate);
	}
	return candidates;
}
