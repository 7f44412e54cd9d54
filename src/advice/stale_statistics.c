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
 * With estimates that are far off, today's plan may be far worse than the one that
 * is asked about. It is ended then, and that plan tells how many rows there are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "commands/defrem.h"
#include "commands/vacuum.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "statistics/statistics.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice/index_sql.h"
#include "advice/stale_statistics.h"
#include "base/compat.h"
#include "base/relation.h"
#include "base/settings.h"
#include "cases/probe.h"
#include "contract/statement.h"
#include "plan/plan_column.h"
#include "verdict/case_verdict.h"
#include "work/estimates.h"

/* The longest list of common values that is proposed. */
#define STALE_STATISTICS_TARGET 1000

/* A number of distinct values that is off by more than this is told ANALYZE. */
#define STALE_STATISTICS_DISTINCT 2.0

/* Above this share of the rows it is told as a share, since it grows with them. */
#define STALE_STATISTICS_SHARE 0.1

/* Today's plan may examine this many times as many rows as the one that fails ... */
#define STALE_STATISTICS_TIMES 10.0

/* ... or so many, which takes no time. */
#define STALE_STATISTICS_ROWS 100000.0

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

/* Executes the plan for a scale; see Judge for most. Returns NULL for an error. */
static const Work *
stale_statistics_execute(const ContractStatement *statement, const Case *one,
						 double scale, double most)
{
	Judge judge = {.statement = statement,
				   .scale = scale,
				   .any_scale = scale > 1,
				   .most_examined = most};
	const Work *work = case_verdict_judge(&judge, one, PLAN_MODE_CUSTOM)->work;

	case_verdict_forget_plans(&judge);
	return work;
}

/*
 * Finds how many rows match today, and how many the planner expects: without
 * the LIMIT, under which both are the same. failing is the work of the plan for the
 * scale at. Returns false where that cannot be told.
 */
static bool
stale_statistics_estimate(const ContractStatement *limited, const Case *one,
						  const Work *failing, double at, double *expected,
						  double *found)
{
	ContractStatement statement = *limited;
	double most = Max(STALE_STATISTICS_TIMES * failing->rows_examined,
					  STALE_STATISTICS_ROWS);
	const Work *work;

	statement.query = copyObject(limited->query);
	if (statement.query->hasAggs || statement.query->groupClause != NIL ||
		statement.query->distinctClause != NIL)
		return false;
	statement.query->limitCount = NULL;
	statement.query->limitOffset = NULL;
	work = stale_statistics_execute(&statement, one, 1, at == 1 ? 0 : most);
	if (work == NULL)
		return false;
	*expected = work->rows_estimated;
	if (work->stopped)
		work = stale_statistics_execute(&statement, one, at, most);
	if (work == NULL || work->stopped)
		work = stale_statistics_execute(&statement, one, 1, 0);
	if (work == NULL)
		return false;
	*found = work->rows_returned;
	return true;
}

/* ---- one column ---- */

/* Returns the columns that are compared by = with one value, each once. */
static Bitmapset *
stale_statistics_equal(const QueryTable *table)
{
	Bitmapset *columns = NULL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if ((condition->kind == CONDITION_EQUAL ||
			 condition->kind == CONDITION_ANY) &&
			condition->attnum > 0 && !condition->join &&
			!condition->alternative)
			columns = bms_add_member(columns, condition->attnum);
	}
	return columns;
}

static Candidate *
stale_statistics_make(const QueryTable *table, char *cause)
{
	Candidate *candidate = candidate_make(cause);

	candidate->kind = CANDIDATE_STATISTICS;
	return candidate;
}

static void
stale_statistics_add_analyze(Candidate *candidate, const QueryTable *table)
{
	candidate_add_statement(
		candidate, table->relid,
		psprintf("ANALYZE %s", relation_sql_name(table->relid)));
}

/* Adds ALTER TABLE for a column, and ANALYZE. */
static void
stale_statistics_alter(Candidate *candidate, const QueryTable *table,
					   const char *column, const char *what)
{
	candidate_add_statement(candidate, table->relid,
							psprintf("ALTER TABLE %s ALTER COLUMN %s SET %s",
									 relation_sql_name(table->relid), column,
									 what));
	stale_statistics_add_analyze(candidate, table);
}

/* Returns how many common values ANALYZE may list of a column. */
static int
stale_statistics_target(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	int target = -1;
	bool unset;
	Datum value;

	if (!HeapTupleIsValid(tuple))
		return default_statistics_target;
	/* An int4 that cannot be null before 17, and an int2 from then on. */
	value =
		SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &unset);
	if (!unset)
		target = DatumGetInt32(value);
	ReleaseSysCache(tuple);
	return target < 0 ? default_statistics_target : target;
}

/* Returns how many common values the statistics list of a column; -1: none. */
static int
stale_statistics_common(const QueryTable *table, AttrNumber attnum)
{
	bool partitioned =
		get_rel_relkind(table->relid) == RELKIND_PARTITIONED_TABLE;
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(table->relid),
						Int16GetDatum(attnum), BoolGetDatum(partitioned));
	AttStatsSlot slot;
	int values = -1;

	if (!HeapTupleIsValid(tuple))
		return -1;
	if (get_attstatsslot(&slot, tuple, STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		values = slot.nnumbers;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(tuple);
	return values;
}

/* Returns NULL if the list of common values has room. */
static Candidate *
stale_statistics_longer(const QueryTable *table, AttrNumber attnum,
						const char *column, const char *off)
{
	int target = stale_statistics_target(table->relid, attnum);
	int common = stale_statistics_common(table, attnum);
	Candidate *candidate;

	if (common < target || target >= STALE_STATISTICS_TARGET)
		return NULL;
	candidate = stale_statistics_make(
		table, psprintf("the statistics list the %d most common values of %s, "
						"and it has more of them%s",
						common, column, off));
	stale_statistics_alter(candidate, table, column,
						   psprintf("STATISTICS %d", STALE_STATISTICS_TARGET));
	return candidate;
}

/* Counts the distinct values of a column; -1 if that cannot be done. */
static double
stale_statistics_count(const QueryTable *table, const char *column)
{
	double count;
	int level;

	/* Row security may hide rows from the query, and not from ANALYZE. */
	if (relation_rows(table->relid) > perfcheck_prove_rows ||
		rt_fetch(table->varno, table->query->rtable)->securityQuals != NIL)
		return -1;
	level = probe_open();
	probe_select(psprintf("SELECT pg_catalog.count(DISTINCT %s) FROM %s",
						  column, relation_sql_name(table->relid)));
	count = probe_get_number(0, 1);
	probe_close(level);
	return count;
}

/* Returns NULL if the planner knows how many distinct values a column has. */
static Candidate *
stale_statistics_distinct(const QueryTable *table, AttrNumber attnum,
						  const char *column)
{
	double rows = relation_rows(table->relid);
	double planned = plan_column_values(table->relid, attnum, rows);
	double found =
		planned > 0 ? stale_statistics_count(table, column) : planned;
	Candidate *candidate;

	if (found <= 0 || rows <= 0 ||
		Max(found, planned) <= STALE_STATISTICS_DISTINCT * Min(found, planned))
		return NULL;
	candidate = stale_statistics_make(
		table,
		psprintf("the planner takes %s to have %.0f values, and it has %.0f",
				 column, planned, found));
	stale_statistics_alter(
		candidate, table, column,
		found > STALE_STATISTICS_SHARE * rows
			? psprintf("(n_distinct = -%.3g)", Min(found / rows, 1))
			: psprintf("(n_distinct = %.0f)", found));
	return candidate;
}

/* ---- several columns, and expressions ---- */

/*
 * Returns a candidate with extended statistics on columns, as SQL, and title for
 * their name; NULL if there are statistics of that name.
 */
static Candidate *
stale_statistics_create(const QueryTable *table, const char *columns,
						const char *title, char *cause)
{
	Oid schema = get_rel_namespace(table->relid);
	/* PostgreSQL 15 needs a name for them. */
	char *statistics =
		makeObjectName(get_rel_name(table->relid), title, "stat");
	Candidate *candidate;

	if (SearchSysCacheExists2(STATEXTNAMENSP, CStringGetDatum(statistics),
							  ObjectIdGetDatum(schema)))
		return NULL;
	candidate = stale_statistics_make(table, cause);
	candidate_add_statement(
		candidate, table->relid,
		psprintf(
			"CREATE STATISTICS %s ON %s FROM %s",
			quote_qualified_identifier(get_namespace_name(schema), statistics),
			columns, relation_sql_name(table->relid)));
	stale_statistics_add_analyze(candidate, table);
	return candidate;
}

/* Lists columns; NULL if these are fewer than two. */
static char *
stale_statistics_names(const QueryTable *table, const Bitmapset *columns,
					   const char *between)
{
	StringInfoData names;
	int attnum = -1;

	if (bms_num_members(columns) < 2 ||
		bms_num_members(columns) > STATS_MAX_DIMENSIONS)
		return NULL;
	initStringInfo(&names);
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
		appendStringInfo(
			&names, "%s%s", names.len > 0 ? between : "",
			quote_identifier(get_attname(table->relid, attnum, false)));
	return names.data;
}

static Candidate *
stale_statistics_together(const QueryTable *table, const Bitmapset *columns,
						  const char *off)
{
	char *names = stale_statistics_names(table, columns, ", ");

	if (names == NULL)
		return NULL;
	return stale_statistics_create(
		table, names, stale_statistics_names(table, columns, "_"),
		psprintf("%s depend on each other%s",
				 stale_statistics_names(table, columns, " and "), off));
}

/* Returns the columns of the table by which its query is grouped. */
static Bitmapset *
stale_statistics_grouped(const QueryTable *table)
{
	Bitmapset *columns = NULL;
	ListCell *cell;

	foreach(cell, table->query->groupClause)
	{
		Node *key =
			get_sortgroupclause_expr(lfirst(cell), table->query->targetList);

		if (IsA(key, Var) && castNode(Var, key)->varlevelsup == 0)
		{
			const Var *var = castNode(Var, key);
			Node *grouped = compat_group_expression(
				rt_fetch(var->varno, table->query->rtable), var->varattno);

			key = grouped == NULL ? key : grouped;
		}
		if (IsA(key, Var) && castNode(Var, key)->varno == table->varno &&
			castNode(Var, key)->varlevelsup == 0 &&
			castNode(Var, key)->varattno > 0)
			columns = bms_add_member(columns, castNode(Var, key)->varattno);
	}
	return columns;
}

/* Returns NULL unless a condition has an expression of the table as its key. */
static Candidate *
stale_statistics_expression(const QueryTable *table, const char *off)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);
		char *expression;

		if (condition->attnum != 0 || condition->join ||
			contain_mutable_functions(condition->key) ||
			contain_volatile_functions(condition->clause) ||
			!contain_var_clause(condition->key))
			continue;
		expression = index_sql_expression(table, condition->key);
		return stale_statistics_create(
			table, psprintf("(%s)", expression), "expr",
			psprintf("the planner knows nothing of the values of %s%s",
					 expression, off));
	}
	return NULL;
}

/* ---- candidates ---- */

static List *
stale_statistics_add(List *candidates, Candidate *candidate)
{
	return candidate == NULL ? candidates : lappend(candidates, candidate);
}

static List *
stale_statistics_of_table(const QueryTable *table, const char *off)
{
	bool exist = stale_statistics_exist(table);
	Bitmapset *equal = stale_statistics_equal(table);
	Candidate *analyze = stale_statistics_make(
		table, psprintf(exist ? "the statistics of %s do not fit its rows%s"
							  : "%s was not analyzed%s",
						get_rel_name(table->relid), off));
	List *candidates = list_make1(analyze);
	int attnum = -1;

	stale_statistics_add_analyze(analyze, table);
	candidates = stale_statistics_add(
		candidates, stale_statistics_together(table, equal, off));
	if (!exist)
		return candidates;
	candidates = stale_statistics_add(candidates,
									  stale_statistics_expression(table, off));
	candidates = stale_statistics_add(
		candidates,
		stale_statistics_together(table, stale_statistics_grouped(table), off));
	while ((attnum = bms_next_member(equal, attnum)) >= 0)
	{
		const char *column =
			quote_identifier(get_attname(table->relid, attnum, false));

		candidates = stale_statistics_add(
			candidates, stale_statistics_longer(table, attnum, column, off));
		candidates = stale_statistics_add(
			candidates, stale_statistics_distinct(table, attnum, column));
	}
	return candidates;
}

/*
 * Returns a candidate that analyzes several tables, since what was loaded together
 * is planned well only if all of it is known; NULL if it is one table.
 */
static Candidate *
stale_statistics_of_all(List *tables, const char *off)
{
	Candidate *candidate = candidate_make(NULL);
	StringInfoData names;
	List *analyzed = NIL;
	ListCell *cell;

	candidate->kind = CANDIDATE_STATISTICS;
	initStringInfo(&names);
	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);

		if (list_member_oid(analyzed, table->relid))
			continue;
		appendStringInfo(&names, "%s%s", analyzed == NIL ? "" : " and ",
						 get_rel_name(table->relid));
		analyzed = lappend_oid(analyzed, table->relid);
		stale_statistics_add_analyze(candidate, table);
	}
	if (list_length(analyzed) < 2)
		return NULL;
	candidate->cause = psprintf("the statistics of %s do not fit their rows%s",
								names.data, off);
	return candidate;
}

/*
 * Does a query take rows from a function, or the elements of an array that a subquery
 * makes? How many there are, the planner takes from the function and from no
 * statistics, so that ANALYZE mends nothing.
 */
static bool
stale_statistics_guesses(Node *node, void *arg)
{
	ListCell *cell;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		if (castNode(Query, node)->hasTargetSRFs)
			return true;
		foreach(cell, castNode(Query, node)->rtable)
			if (lfirst_node(RangeTblEntry, cell)->rtekind == RTE_FUNCTION ||
				lfirst_node(RangeTblEntry, cell)->rtekind == RTE_TABLEFUNC)
				return true;
		return query_tree_walker(castNode(Query, node),
								 stale_statistics_guesses, arg, 0);
	}
	if (IsA(node, SubLink) &&
		castNode(SubLink, node)->subLinkType == ARRAY_SUBLINK)
		return true;
	return expression_tree_walker(node, stale_statistics_guesses, arg);
}

List *
stale_statistics_candidates(const ContractStatement *statement, const Case *one,
							const Work *work, double at, List *tables)
{
	List *candidates = NIL;
	List *stale = NIL;
	const char *off = "";
	double expected;
	double found;
	bool known =
		stale_statistics_estimate(statement, one, work, at, &expected, &found);
	bool guessed = stale_statistics_guesses((Node *) statement->query, NULL);
	bool result =
		known && !guessed && estimates_times(expected, found) > ESTIMATES_OFF;
	Oid scanned = InvalidOid;
	ListCell *cell;

	if (result)
		off = psprintf(" (%.0f rows expected, %.0f found)", expected, found);
	else if (work->misestimate != NULL)
	{
		off = psprintf(" (%s)", work->misestimate);
		if (OidIsValid(work->misestimated))
			scanned = relation_root(work->misestimated);
	}
	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		bool off_here = result || (work->misestimate != NULL &&
								   ((!OidIsValid(scanned) && !guessed) ||
									scanned == relation_root(table->relid)));

		if (table->conditions == NIL ||
			(!off_here && stale_statistics_exist(table)))
			continue;
		candidates = list_concat(
			candidates, stale_statistics_of_table(table, off_here ? off : ""));
		stale = lappend(stale, lfirst(cell));
	}
	return stale_statistics_add(candidates,
								stale_statistics_of_all(stale, off));
}
