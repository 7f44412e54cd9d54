/*-------------------------------------------------------------------------
 *
 * table_notes.c
 *		What a reader of a verdict should know of the state of its tables.
 *
 * The rows changed since the last ANALYZE come from the cumulative statistics
 * system, which a session tells of its changes when it is idle, at the latest
 * after a minute; so a table that has just been loaded may go unnamed. A
 * transaction reads the number for a table once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "pgstat.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "base/relation.h"
#include "plan/growth.h"
#include "plan/table_notes.h"

/* Statistics are old if this share of the rows, and this many more, changed. */
#define TABLE_NOTES_SHARE 0.1
#define TABLE_NOTES_ROWS 50.0

/* A table and, of a partitioned one, those of its partitions that are read. */
typedef struct TableState
{
	Oid relid;
	double rows;
	double changed;
} TableState;

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

		state->rows += relation_rows(relid);
		state->changed += (double) DatumGetInt64(DirectFunctionCall1(
			pg_stat_get_mod_since_analyze, ObjectIdGetDatum(relid)));
	}
	foreach(cell, states)
	{
		const TableState *state = lfirst(cell);

		if (state->changed > TABLE_NOTES_SHARE * state->rows + TABLE_NOTES_ROWS)
			notes = lappend(
				notes,
				psprintf("statistics: %.0f rows of \"%s\", which has %.0f, "
						 "changed since ANALYZE",
						 state->changed, get_rel_name(state->relid),
						 state->rows));
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
