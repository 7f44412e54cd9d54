/*-------------------------------------------------------------------------
 *
 * table_notes.c
 *		What a reader of a verdict should know of the state of its tables.
 *
 * The rows changed since the last ANALYZE come from the cumulative statistics
 * system, which a session tells of its changes when it is idle, at the latest
 * after a minute. So a table that has just been loaded may go unnamed; and what a
 * session changed just before it called ANALYZE is told afterwards, and counted
 * as if it came after. Therefore no more changes are believed than the table
 * shows: the rows by which it is larger than ANALYZE left it, and those that need
 * no more room, which are the rows deleted and updated in place, ever. Missed is
 * what went into the room that VACUUM had made.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "pgstat.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "plan/growth.h"
#include "plan/table_notes.h"

/* Statistics are old if this share of the rows, and this many more, changed. */
#define TABLE_NOTES_SHARE 0.05
#define TABLE_NOTES_ROWS 50.0

/* A table and, of a partitioned one, those of its partitions that are read. */
typedef struct TableState
{
	Oid relid;
	double rows;
	double changed;
} TableState;

static double
table_notes_count(PGFunction function, Oid relid)
{
	return (double) DatumGetInt64(
		DirectFunctionCall1(function, ObjectIdGetDatum(relid)));
}

/* Returns how many rows of a table have changed since ANALYZE, at the least. */
static double
table_notes_changes(Oid relid, double rows)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	double analyzed;
	double seen;

	if (!HeapTupleIsValid(tuple))
		return 0;
	analyzed = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	/* It was never analyzed. */
	if (analyzed < 0)
		return 0;
	seen = Max(rows - analyzed, 0) +
		   table_notes_count(pg_stat_get_tuples_deleted, relid) +
		   table_notes_count(pg_stat_get_tuples_hot_updated, relid);
	return Min(seen, table_notes_count(pg_stat_get_mod_since_analyze, relid));
}

/* Returns the TableState of a table in the list, to which it is added. */
static TableState *
table_notes_state(List **states, Oid relid)
{
	TableState *state;
	ListCell *cell;

	foreach(cell, *states)
		if (((TableState *) lfirst(cell))->relid == relid)
			return lfirst(cell);
	state = palloc0(sizeof(*state));
	state->relid = relid;
	*states = lappend(*states, state);
	return state;
}

static List *
table_notes_changed(List *tables)
{
	List *states = NIL;
	List *notes = NIL;
	ListCell *cell;

	if (!pgstat_track_counts)
		return NIL;
	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);
		TableState *state = table_notes_state(&states, relation_root(relid));
		double rows = relation_rows(relid);

		state->rows += rows;
		state->changed += table_notes_changes(relid, rows);
	}
	foreach(cell, states)
	{
		const TableState *state = lfirst(cell);

		if (state->changed > TABLE_NOTES_SHARE * state->rows + TABLE_NOTES_ROWS)
			notes = lappend(
				notes, psprintf("statistics: %.0f of %.0f rows of table \"%s\" "
								"changed since ANALYZE",
								state->changed, state->rows,
								get_rel_name(state->relid)));
	}
	return notes;
}

static List *
table_notes_vacuum(List *index_only)
{
	List *roots = NIL;
	List *notes = NIL;
	ListCell *cell;

	foreach(cell, index_only)
		if (growth_forecasts_vacuum(lfirst_oid(cell)))
			roots =
				list_append_unique_oid(roots, relation_root(lfirst_oid(cell)));
	foreach(cell, roots)
		notes = lappend(notes,
						psprintf("vacuum: table \"%s\" was never vacuumed; it "
								 "is judged as autovacuum will leave it",
								 get_rel_name(lfirst_oid(cell))));
	return notes;
}

List *
table_notes(List *tables, List *index_only)
{
	return list_concat(table_notes_changed(tables),
					   table_notes_vacuum(index_only));
}
