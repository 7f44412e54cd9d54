/*-------------------------------------------------------------------------
 *
 * stale_statistics.c
 *		Estimates that are far off, and the statistics that correct them.
 *
 * The query is planned and executed once more without its LIMIT, under which
 * the planner's estimate for the result and the rows that it returns are the
 * same whatever the statistics say. If the two differ by more than
 * ESTIMATES_OFF, each table with a condition gets a candidate that analyzes it,
 * and one that also creates extended statistics on the columns that are
 * compared by =. A table without statistics is analyzed in any case. Where the
 * estimate cannot be compared, since rows are aggregated, all tables get their
 * candidates if a scan of the plan that failed is misestimated, and the trials
 * tell.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice/stale_statistics.h"
#include "base/relation.h"
#include "contract/statement.h"
#include "verdict/case_verdict.h"
#include "work/estimates.h"

/* Has the table statistics of every column that has a condition? */
static bool
stale_statistics_exist(const QueryTable *table)
{
	bool partitioned =
		get_rel_relkind(table->relid) == RELKIND_PARTITIONED_TABLE;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->attnum != 0 &&
			!SearchSysCacheExists3(
				STATRELATTINH, ObjectIdGetDatum(table->relid),
				Int16GetDatum(condition->attnum), BoolGetDatum(partitioned)))
			return false;
	}
	return true;
}

/*
 * Finds how many rows match today, and how many the planner expects: without
 * the LIMIT, under which both are the same. Returns false where that cannot be
 * told.
 */
static bool
stale_statistics_estimate(const ContractStatement *limited, const Case *one,
						  double *expected, double *found)
{
	ContractStatement statement = *limited;
	Judge judge = {.statement = &statement, .scale = 1};
	const Work *work;

	statement.query = copyObject(limited->query);
	if (statement.query->hasAggs || statement.query->groupClause != NIL ||
		statement.query->distinctClause != NIL)
		return false;
	statement.query->limitCount = NULL;
	statement.query->limitOffset = NULL;
	work = case_verdict_judge(&judge, one, PLAN_MODE_CUSTOM)->work;
	if (work == NULL)
		return false;
	*expected = work->rows_estimated;
	*found = work->rows_returned;
	return true;
}

/* Lists the columns that are compared by =; NULL if these are fewer than two. */
static char *
stale_statistics_equal_columns(const QueryTable *table, const char *between)
{
	Bitmapset *seen = NULL;
	StringInfoData columns;
	ListCell *cell;

	initStringInfo(&columns);
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if ((condition->kind != CONDITION_EQUAL &&
			 condition->kind != CONDITION_ANY) ||
			condition->attnum == 0 || condition->join ||
			condition->alternative || bms_is_member(condition->attnum, seen))
			continue;
		appendStringInfo(&columns, "%s%s", columns.len > 0 ? between : "",
						 quote_identifier(get_attname(
							 table->relid, condition->attnum, false)));
		seen = bms_add_member(seen, condition->attnum);
	}
	return bms_num_members(seen) < 2 ? NULL : columns.data;
}

/*
 * Returns NULL if fewer than two columns are compared by =, or if there are
 * statistics of that name.
 */
static Candidate *
stale_statistics_extended(const QueryTable *table, const char *off)
{
	const char *name = relation_sql_name(table->relid);
	char *columns = stale_statistics_equal_columns(table, ", ");
	Oid schema = get_rel_namespace(table->relid);
	char *statistics;
	Candidate *candidate;

	if (columns == NULL)
		return NULL;
	/* PostgreSQL 15 needs a name for them. */
	statistics =
		makeObjectName(get_rel_name(table->relid),
					   stale_statistics_equal_columns(table, "_"), "stat");
	if (SearchSysCacheExists2(STATEXTNAMENSP, CStringGetDatum(statistics),
							  ObjectIdGetDatum(schema)))
		return NULL;
	candidate = candidate_make(
		psprintf("%s depend on each other%s",
				 stale_statistics_equal_columns(table, " and "), off));
	candidate_add_statement(
		candidate, table->relid,
		psprintf(
			"CREATE STATISTICS %s ON %s FROM %s",
			quote_qualified_identifier(get_namespace_name(schema), statistics),
			columns, name));
	candidate_add_statement(candidate, table->relid,
							psprintf("ANALYZE %s", name));
	return candidate;
}

List *
stale_statistics_candidates(const ContractStatement *statement, const Case *one,
							const Work *work, List *tables)
{
	List *candidates = NIL;
	const char *off = "";
	double expected;
	double found;
	bool known = stale_statistics_estimate(statement, one, &expected, &found);
	bool fit = known ? estimates_times(expected, found) <= ESTIMATES_OFF
					 : work->misestimate == NULL;
	ListCell *cell;

	if (known && !fit)
		off = psprintf(" (%.0f rows expected, %.0f found)", expected, found);
	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		bool exist = stale_statistics_exist(table);
		Candidate *analyze;
		Candidate *extended;

		if (table->conditions == NIL || (fit && exist))
			continue;
		analyze = candidate_make(
			psprintf(exist ? "the statistics of %s do not fit its rows%s"
						   : "%s was not analyzed%s",
					 get_rel_name(table->relid), off));
		candidate_add_statement(
			analyze, table->relid,
			psprintf("ANALYZE %s", relation_sql_name(table->relid)));
		candidates = lappend(candidates, analyze);
		extended = stale_statistics_extended(table, off);
		if (extended != NULL)
			candidates = lappend(candidates, extended);
	}
	return candidates;
}
