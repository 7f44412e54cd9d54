/*-------------------------------------------------------------------------
 *
 * plain_cause_rows.c
 *		Queries that want all the rows that they read.
 *
 * No index spares such rows: what helps is to ask for fewer of them, or to keep
 * the answer. The query in which the busiest table stands is looked at first, and
 * then those around it, up to the first that needs all of its rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/index_facts.h"
#include "advice/index_sql.h"
#include "advice/plain_cause_rows.h"
#include "base/relation.h"
#include "work/busiest.h"

/* A subquery that runs for so many rows is the fault, and not what it reads. */
#define PLAIN_CAUSE_LOOPS 1000.0

/* What has at least this part of the work as its input is what wants it. */
#define PLAIN_CAUSE_PART 0.33

/* Likewise of the rows that an OFFSET counts, which a filter has passed. */
#define PLAIN_CAUSE_OFFSET 0.02

#define PLAIN_CAUSE_COUNTER                                                    \
	"count to a bound: SELECT count(*) FROM (SELECT 1 FROM ... LIMIT 1001) "   \
	"AS counted; or keep the count in a table of its own"
#define PLAIN_CAUSE_SUMMARY                                                    \
	"a summary table or a materialized view that holds the result, by day "    \
	"for what only grows"

/* The rows that come to a node, at scale. */
static double
plain_cause_input(const WorkNode *node)
{
	double sum = 0;

	for (int i = 0; i < node->nchildren; i++)
		if (node->children[i]->role == WORK_OUTER)
			sum += node->children[i]->rows_then;
	return sum;
}

/* ---- OFFSET ---- */

Candidate *
plain_cause_offset(const PlainFacts *facts)
{
	const WorkNode *limit = facts->limit;

	/* Rows that are sorted are read whatever the OFFSET is. */
	if (limit == NULL || facts->sort != NULL || !facts->walked ||
		limit->offset * 2 <= limit->limit ||
		plain_cause_input(limit) < PLAIN_CAUSE_OFFSET * facts->examined)
		return NULL;
	return plain_cause_facts_answer(
		psprintf("OFFSET reads and drops the rows before the page: %s",
				 plain_cause_facts_rows(facts, facts->examined)),
		"keyset pagination: WHERE (the columns of the ORDER BY) > (those of "
		"the last row of the page before)");
}

/* ---- what runs for each row ---- */

Candidate *
plain_cause_repeated(const PlainFacts *facts)
{
	const WorkNode *busiest = facts->busiest;
	const WorkNode *repeated = facts->repeated;
	double nested = busiest_in_functions(busiest);
	double each;

	if (nested * 2 > facts->examined && busiest->nnested > 0)
		return plain_cause_facts_answer(
			psprintf("%s calls a function that executes statements, %.0f times "
					 "today; these examine %s",
					 busiest->name == NULL ? "the query" : busiest->name,
					 busiest->nested[0]->loops,
					 plain_cause_facts_rows(facts, nested)),
			"write what the function does as a join, or call it for the rows "
			"of the page alone");
	if (repeated == NULL || repeated->loops_then <= 1)
		return NULL;
	if (busiest->loops_then * 2 < repeated->loops_then)
		return plain_cause_facts_answer(
			psprintf("the result of a subquery on %s is searched from its "
					 "beginning for each of %.0f rows: %s",
					 plain_cause_facts_name(facts->scan), repeated->loops_then,
					 plain_cause_facts_rows(facts, facts->examined)),
			"EXISTS or NOT EXISTS, which can look each row up in an index");
	each = facts->examined / repeated->loops_then;
	if (repeated->loops_then < PLAIN_CAUSE_LOOPS && repeated->loops_then < each)
		return NULL;
	return plain_cause_facts_answer(
		psprintf("the subquery that reads %s is executed once for each of %.0f "
				 "rows: %s",
				 plain_cause_facts_name(facts->scan), repeated->loops_then,
				 plain_cause_facts_rows(facts, facts->examined)),
		"take the rows of the page first, with their LIMIT, and run the "
		"subquery for these; or join it, grouped by the key; or keep its "
		"value in a column");
}

/* ---- what is computed whole ---- */

/* How often the second part of a recursion runs, at scale. */
static double
plain_cause_steps(const WorkNode *recursion)
{
	double steps = 0;

	for (int i = 0; i < recursion->nchildren; i++)
		if (recursion->children[i]->role == WORK_INNER)
			steps = recursion->children[i]->loops_then;
	return steps;
}

/* Returns the CTE in which the busiest table stands, or NULL. */
static const CommonTableExpr *
plain_cause_find_cte(const PlainFacts *facts)
{
	ListCell *cell;
	ListCell *outer;
	ListCell *cte;

	foreach(cell, facts->queries)
		foreach(outer, facts->queries)
			foreach(cte, ((const Query *) lfirst(outer))->cteList)
				if (lfirst_node(CommonTableExpr, cte)->ctequery == lfirst(cell))
					return lfirst_node(CommonTableExpr, cte);
	return NULL;
}

/* What computes less of it; the server puts no CTE of these two kinds in place. */
static const char *
plain_cause_cte_advice(const CommonTableExpr *cte)
{
	if (cte != NULL && cte->cterecursive)
		return "end the recursion at a depth or a number of rows; or keep the "
			   "path or the root with each row";
	if (cte != NULL && contain_volatile_functions(cte->ctequery))
		return "a table that holds its rows and has an index, since a CTE with "
			   "a VOLATILE function is always computed whole";
	return "NOT MATERIALIZED, or a subquery in FROM, so that the conditions "
		   "reach its tables";
}

static Candidate *
plain_cause_cte(const PlainFacts *facts, const WorkCte *cte)
{
	const CommonTableExpr *named = plain_cause_find_cte(facts);

	return plain_cause_facts_answer(
		psprintf("%s is %scomputed whole, and its rows have no index: %s",
				 named != NULL
					 ? psprintf("CTE %s", quote_identifier(named->ctename))
					 : "a CTE",
				 cte->scans > 1
					 ? psprintf("read %d times, so that it is ", cte->scans)
					 : "",
				 plain_cause_facts_rows(facts, facts->examined)),
		plain_cause_cte_advice(named));
}

Candidate *
plain_cause_whole(const PlainFacts *facts)
{
	const WorkNode *busiest = facts->busiest;
	char *rows = plain_cause_facts_rows(facts, facts->examined);

	if (facts->recursion != NULL)
		return plain_cause_facts_answer(
			psprintf("the recursive query walks all that it can reach, in %.0f "
					 "steps: %s",
					 plain_cause_steps(facts->recursion), rows),
			"end the recursion at a depth or a number of rows; or keep the "
			"path or the root with each row");
	if (busiest->cte != NULL)
		return plain_cause_cte(facts, busiest->cte);
	if (busiest->is_function &&
		(facts->drops || facts->grouping == NULL || facts->table == NULL))
		return plain_cause_facts_answer(
			psprintf("a function in FROM returns all of its rows%s: %s",
					 facts->drops ? ", and the filter drops most of them" : "",
					 rows),
			"give the function what to look for, or declare it in SQL and "
			"STABLE, so that the planner sees into it");
	if (facts->once == NULL || facts->limit != NULL || facts->grouping != NULL)
		return NULL;
	if (facts->once->fills != NULL)
		return facts->drops ? NULL : plain_cause_cte(facts, facts->once->fills);
	return plain_cause_facts_answer(
		psprintf("a subquery reads %s whole, to be looked up in or compared "
				 "with: %s",
				 plain_cause_facts_name(facts->scan), rows),
		"EXISTS or NOT EXISTS, which can look each row up in an index");
}

/* Does a function return the rows of a node, which may be kept? */
static bool
plain_cause_is_function(const WorkNode *node)
{
	while (!node->is_function && node->kind == WORK_STREAM &&
		   node->nchildren == 1)
		node = node->children[0];
	return node->is_function;
}

Candidate *
plain_cause_pairs(const PlainFacts *facts)
{
	const WorkNode *busiest = facts->busiest;
	char *rows = plain_cause_facts_rows(facts, facts->examined);

	if (busiest->kind != WORK_NESTED_LOOP && busiest->kind != WORK_HASH_JOIN &&
		busiest->kind != WORK_MERGE_JOIN)
		return NULL;
	if (busiest->removed * 2 > busiest->examined)
		return plain_cause_facts_answer(
			psprintf("a join tries many pairs of rows that do not belong "
					 "together, since no index or equality finds the partners "
					 "of a row: %s",
					 rows),
			"a condition by = or a range that an index has; or fewer rows on "
			"one side");
	/* Rows of a function, such as unnest(), are no pairs. */
	for (int i = 0; i < busiest->nchildren; i++)
		if (busiest->children[i]->role == WORK_INNER &&
			plain_cause_is_function(busiest->children[i]))
			return NULL;
	return plain_cause_facts_answer(
		psprintf("a join makes far more pairs than there are rows to be "
				 "joined, since many have the same partners: %s",
				 rows),
		"a further condition between the two tables; or an aggregate of one "
		"side before the join");
}

/* ---- aggregates ---- */

typedef struct Calls
{
	List *aggregates; /* Aggref *, of this query alone */
	List *windows;    /* WindowFunc * */
} Calls;

static bool
plain_cause_find_calls(Node *node, void *arg)
{
	Calls *calls = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Aggref) && castNode(Aggref, node)->agglevelsup == 0)
		calls->aggregates = lappend(calls->aggregates, node);
	else if (IsA(node, WindowFunc))
		calls->windows = lappend(calls->windows, node);
	return expression_tree_walker(node, plain_cause_find_calls, arg);
}

/* Returns "count(*) counts", "sum(bytes) aggregates", "max(id) looks for". */
static char *
plain_cause_aggregate_text(const PlainFacts *facts, const Query *query,
						   const Calls *calls, bool *counts)
{
	const Aggref *first;
	const char *name;

	*counts = calls->aggregates != NIL;
	if (calls->aggregates == NIL)
		return pstrdup("GROUP BY reads");
	first = linitial(calls->aggregates);
	name = get_func_name(first->aggfnoid);
	*counts = strcmp(name, "count") == 0;
	return psprintf("%s %s",
					plain_cause_facts_expression(facts, query, (Node *) first),
					*counts ? "counts" : "aggregates");
}

/* Returns "all rows of post" or "all rows of post that match". */
static char *
plain_cause_all_rows(const PlainFacts *facts, const Query *query)
{
	bool join = list_length(query->jointree->fromlist) > 1 ||
				(query->jointree->fromlist != NIL &&
				 IsA(linitial(query->jointree->fromlist), JoinExpr));
	bool match =
		join || query->jointree->quals != NULL ||
		query != facts->table->query ||
		rt_fetch(facts->table->varno, query->rtable)->securityQuals != NIL;

	return psprintf("all rows%s%s%s", join ? "" : " of ",
					join ? "" : plain_cause_facts_name(facts->scan),
					match ? " that match" : "");
}

/* Returns the expression that the query is ordered by first, or NULL. */
static Node *
plain_cause_order(const Query *query)
{
	return query->sortClause == NIL
			   ? NULL
			   : get_sortgroupclause_expr(linitial(query->sortClause),
										  query->targetList);
}

static Candidate *
plain_cause_aggregate_of(const PlainFacts *facts, const Query *query)
{
	Calls calls = {0};
	Node *order = plain_cause_order(query);
	char *rows = plain_cause_facts_rows(
		facts, facts->grouping == NULL ? facts->rows
									   : plain_cause_input(facts->grouping));
	char *all = plain_cause_all_rows(facts, query);
	bool counts;
	char *text;

	plain_cause_find_calls((Node *) query->targetList, &calls);
	plain_cause_find_calls(query->havingQual, &calls);
	text = plain_cause_aggregate_text(facts, query, &calls, &counts);
	if (query->groupClause == NIL)
		return plain_cause_facts_answer(
			psprintf("%s %s: %s", text, all, rows),
			!counts                          ? PLAIN_CAUSE_SUMMARY
			: query->jointree->quals == NULL ? PLAIN_CAUSE_COUNTER
				"; or read the estimate pg_class.reltuples"
											 : PLAIN_CAUSE_COUNTER);
	if (query->limitCount != NULL && order != NULL &&
		contain_aggs_of_level(order, 0))
		return plain_cause_facts_answer(
			psprintf("the ORDER BY is by %s, so that all groups are made, of "
					 "%s, before the LIMIT takes some of them: %s",
					 plain_cause_facts_expression(facts, query, order), all,
					 rows),
			PLAIN_CAUSE_SUMMARY);
	return plain_cause_facts_answer(
		psprintf("%s %s, in groups: %s", text, all, rows), PLAIN_CAUSE_SUMMARY);
}

static Candidate *
plain_cause_window_of(const PlainFacts *facts, const Query *query)
{
	Calls calls = {0};
	const WindowFunc *first;
	const WindowClause *window;
	const char *name;
	char *rows = plain_cause_facts_rows(facts, facts->rows);
	char *all = plain_cause_all_rows(facts, query);

	plain_cause_find_calls((Node *) query->targetList, &calls);
	if (calls.windows == NIL)
		return NULL;
	first = linitial(calls.windows);
	name = get_func_name(first->winfnoid);
	window = list_nth(query->windowClause, first->winref - 1);
	if (window->partitionClause == NIL && window->orderClause == NIL)
		return plain_cause_facts_answer(
			psprintf("%s(*) OVER () %s %s, whatever the LIMIT is: %s", name,
					 strcmp(name, "count") == 0 ? "counts" : "aggregates", all,
					 rows),
			"a query of its own for the count, when the user asks for it; or "
			"one more row than the page, which tells whether there is another "
			"page");
	return plain_cause_facts_answer(
		psprintf("%s() OVER (...) is computed over %s: %s", name, all, rows),
		"put the conditions into the query of the window function; or a "
		"LATERAL subquery with a LIMIT for each group");
}

static Candidate *
plain_cause_set_of(const PlainFacts *facts, const Query *query)
{
	const SetOperationStmt *set =
		castNode(SetOperationStmt, query->setOperations);
	char *rows = plain_cause_facts_rows(facts, facts->rows);

	if (set->op == SETOP_UNION && set->all)
		return NULL;
	return plain_cause_facts_answer(
		psprintf("%s compares all rows of its arms: %s",
				 set->op == SETOP_UNION       ? "UNION"
				 : set->op == SETOP_INTERSECT ? "INTERSECT"
											  : "EXCEPT",
				 rows),
		"UNION ALL, if the arms have no row in common; or an ORDER BY and "
		"LIMIT in each arm");
}

Candidate *
plain_cause_aggregate(const PlainFacts *facts)
{
	ListCell *cell;

	if (facts->rows < PLAIN_CAUSE_PART * facts->examined)
		return NULL;
	foreach(cell, facts->queries)
	{
		const Query *query = lfirst(cell);
		Candidate *answer = NULL;

		if (query->hasAggs || query->groupClause != NIL)
			answer = plain_cause_aggregate_of(facts, query);
		else if (query->hasWindowFuncs)
			answer = plain_cause_window_of(facts, query);
		else if (query->setOperations != NULL)
			answer = plain_cause_set_of(facts, query);
		else if (query->distinctClause != NIL &&
				 (!facts->walked || facts->grouping != NULL))
			answer = plain_cause_facts_answer(
				psprintf("DISTINCT%s reads %s to find the values that differ: "
						 "%s",
						 query->hasDistinctOn ? " ON" : "",
						 plain_cause_all_rows(facts, query),
						 plain_cause_facts_rows(facts, facts->rows)),
				"a table of the values; or a recursive query that goes from "
				"one value to the next in an index");
		if (answer != NULL)
			return answer;
		/* A LIMIT within bounds what the queries around it get. */
		if (query->limitCount != NULL)
			return NULL;
	}
	return NULL;
}

/* ---- sorting ---- */

/*
 * Returns the index in whose order the LIMIT could have walked, of several the one
 * with most columns before it that have one value; or NULL.
 */
static const IndexFacts *
plain_cause_has_order(const QueryTable *table)
{
	const IndexFacts *best = NULL;
	int most = -1;
	ListCell *cell;

	if (table->order == NIL)
		return NULL;
	foreach(cell, index_facts_read(table->relid))
	{
		const IndexFacts *index = lfirst(cell);
		const OrderColumn *first = linitial(table->order);

		if (index->method != BTREE_AM_OID || !index->valid ||
			!index_facts_covers(index, table))
			continue;
		for (int i = 0; i < index->nkeys; i++)
		{
			AttrNumber attnum = index_sql_attnum(index->keys[i]);

			if (attnum == first->attnum && i > most &&
				(!OidIsValid(first->collation) ||
				 index->collations[i] == first->collation))
			{
				best = index;
				most = i;
			}
			if (attnum == 0 || !index_sql_is_fixed(table, attnum))
				break;
		}
	}
	return best;
}

/* Returns a table of the query that has a condition of its own, or 0. */
static int
plain_cause_filtered_table(const Query *query, int ordered)
{
	ListCell *cell;

	foreach(cell, plain_cause_facts_conditions(query))
	{
		Relids tables = pull_varnos(NULL, lfirst(cell));
		int varno;

		if (bms_get_singleton_member(tables, &varno) && varno != ordered)
			return varno;
	}
	return 0;
}

/* The reason why all rows are sorted: by what the ORDER BY is. */
static Candidate *
plain_cause_sorted_by(const PlainFacts *facts, const Query *query, Node *order,
					  char *rows)
{
	int ordered = 0;
	int filtered;
	char *by = plain_cause_facts_expression(facts, query, order);

	if (contain_volatile_functions(order))
		return plain_cause_facts_answer(
			psprintf("the ORDER BY is by a volatile function, so that all rows "
					 "that match are read and sorted for each page: %s",
					 rows),
			"TABLESAMPLE; or a column with a random value and an index, from "
			"which the page begins at a random place");
	if (facts->hopeless != NULL && contain_mutable_functions(order))
		return facts->hopeless;
	if (contain_subplans(order))
		return plain_cause_facts_answer(
			psprintf("the ORDER BY is by a subquery, which is computed for all "
					 "rows that match before the LIMIT: %s",
					 rows),
			"keep the value in a column of the table that is sorted");
	if (bms_num_members(pull_varnos(NULL, order)) > 1)
		return plain_cause_facts_answer(
			psprintf("the ORDER BY is by columns of several tables, so that "
					 "all rows that match are joined and sorted before the "
					 "LIMIT: %s",
					 rows),
			"keep the value in a column of one table");
	(void) bms_get_singleton_member(pull_varnos(NULL, order), &ordered);
	filtered = ordered == 0 ? 0 : plain_cause_filtered_table(query, ordered);
	if (filtered > 0)
		return plain_cause_facts_answer(
			psprintf("the ORDER BY is by %s and the filter on %s, so that all "
					 "rows that match are joined and sorted before the LIMIT: "
					 "%s",
					 by,
					 quote_identifier(
						 rt_fetch(filtered, query->rtable)->eref->aliasname),
					 rows),
			"keep the column that is filtered in the table of the ORDER BY, "
			"or the other way round, so that one index holds both");
	return plain_cause_facts_answer(
		psprintf("all rows that match are sorted by %s before the LIMIT: %s",
				 by, rows),
		NULL);
}

Candidate *
plain_cause_sorted(const PlainFacts *facts)
{
	const IndexFacts *index;
	ListCell *cell;
	double input;

	if (facts->sort == NULL || facts->limit == NULL)
		return NULL;
	input = plain_cause_input(facts->sort);
	if (input < PLAIN_CAUSE_PART * facts->examined)
		return NULL;
	foreach(cell, facts->queries)
	{
		const Query *query = lfirst(cell);
		Node *order = plain_cause_order(query);

		if (query->limitCount == NULL || order == NULL)
			continue;
		index = plain_cause_has_order(facts->table);
		if (index != NULL)
			return plain_cause_facts_answer(
				psprintf("all rows that match are sorted before the LIMIT, "
						 "since that costs less than to walk %s, by the "
						 "planner's estimates: %s",
						 quote_identifier(index->name),
						 plain_cause_facts_rows(facts, input)),
				"an index whose first columns are those of all conditions, "
				"followed by those of the ORDER BY; or statistics that fit the "
				"rows (ANALYZE, SET STATISTICS)");
		if (plain_cause_facts_other_collation(facts->table))
			return plain_cause_facts_answer(
				psprintf("the ORDER BY is by %s in another collation than the "
						 "condition on it, so that no index holds the rows "
						 "that match in this order: %s",
						 plain_cause_facts_expression(facts, query, order),
						 plain_cause_facts_rows(facts, input)),
				"one collation for both, in the query or of the column");
		return plain_cause_sorted_by(facts, query, order,
									 plain_cause_facts_rows(facts, input));
	}
	return NULL;
}

/* ---- many rows ---- */

/* Tells how many of the rows of its table a scan returns. */
static Candidate *
plain_cause_matches(const PlainFacts *facts)
{
	const WorkNode *scan = facts->scan;
	double all =
		scan == NULL || scan->blocks == NULL ? 0 : scan->blocks->table_rows;
	double part = all > 0 ? scan->rows / all : 0;

	if (scan == NULL || scan != facts->busiest || scan->loops != 1 ||
		facts->drops)
		return NULL;
	if (facts->joined != NULL)
		return plain_cause_facts_answer(
			psprintf(
				"%s are read to be joined: %s",
				part < 0.999
					? psprintf("%.2g %% of the rows of %s", part * 100,
							   plain_cause_facts_name(scan))
					: psprintf("all rows of %s", plain_cause_facts_name(scan)),
				plain_cause_facts_rows(facts, facts->examined)),
			"a condition that narrows them down before the join");
	if (part < 0.999 && facts->table->conditions != NIL)
		return plain_cause_facts_answer(
			psprintf("%.2g %% of the rows of %s match, and all of them are "
					 "read: %s",
					 part * 100, plain_cause_facts_name(scan),
					 plain_cause_facts_rows(facts, facts->examined)),
			"a further condition, or a LIMIT with an order that an index has");
	return plain_cause_facts_answer(
		psprintf("all rows of %s are read: %s", plain_cause_facts_name(scan),
				 plain_cause_facts_rows(facts, facts->examined)),
		"a condition that narrows them down");
}

Candidate *
plain_cause_many(const PlainFacts *facts)
{
	const Query *root = facts->statement->query;
	char *rows = plain_cause_facts_rows(facts, facts->examined);

	if (facts->limit != NULL && !facts->drops &&
		facts->limit->rows_then > PLAIN_CAUSE_PART * facts->examined &&
		facts->limit->loops == 1)
		return plain_cause_facts_answer(
			psprintf("its LIMIT lets %.0f rows through",
					 facts->limit->rows_then),
			"a smaller LIMIT, and the next page from where this one ends");
	if (root->limitCount == NULL && facts->rows * 2 > facts->examined &&
		facts->work.returned_projected > PLAIN_CAUSE_PART * facts->examined)
		return plain_cause_facts_answer(
			psprintf("it has no LIMIT, and %s: %s",
					 facts->joined == NULL
						 ? "returns every row that matches"
						 : "returns all pairs that the join finds",
					 rows),
			"pages: ORDER BY a unique key, LIMIT, and WHERE the key > that of "
			"the last row of the page before");
	if (facts->table == NULL)
		return NULL;
	if (facts->scan == facts->busiest &&
		facts->scan->loops_then > PLAIN_CAUSE_LOOPS &&
		facts->examined < 10 * facts->scan->loops_then)
		return plain_cause_facts_answer(
			psprintf("%s is looked up for each of %.0f rows: %s",
					 plain_cause_facts_name(facts->scan),
					 facts->scan->loops_then, rows),
			"a condition that narrows down the rows that drive the look-up");
	return plain_cause_matches(facts);
}

Candidate *
plain_cause_returned(const Query *query)
{
	const FromExpr *from = query->jointree;
	bool join =
		list_length(from->fromlist) > 1 ||
		(from->fromlist != NIL && IsA(linitial(from->fromlist), JoinExpr));
	const char *what =
		join ? "all pairs that the join finds" : "every row that it finds";

	if (query->limitCount != NULL)
		return plain_cause_facts_answer(
			pstrdup("its LIMIT lets too many rows through"),
			"a smaller LIMIT, and the next page from where this one ends");
	if (query->groupClause != NIL)
		what = "all groups";
	return plain_cause_facts_answer(
		psprintf("it has no LIMIT, and returns %s", what),
		"pages: ORDER BY a unique key, LIMIT, and WHERE the key > that of the "
		"last row of the page before");
}
