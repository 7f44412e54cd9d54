/*-------------------------------------------------------------------------
 *
 * plain_cause_facts.c
 *		Where the work of a plan is, and what the query wants there.
 *
 * The counts tell which node examines most, and the table that it scans leads to
 * the query: to the query in which that table stands, and to those around it. The
 * executor does not tell at which of several places it scans a table; see
 * plain_cause_facts_find_table().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/index_sql.h"
#include "advice/plain_cause_facts.h"
#include "base/compat.h"
#include "base/relation.h"
#include "query/operand.h"
#include "work/busiest.h"

/* A filter that lets less than this part through is where the rows go. */
#define PLAIN_CAUSE_FACTS_DROPS 0.3

#define PLAIN_CAUSE_FACTS_TEXT 90

/* As plan_facts_scan_text() has it. */
#define PLAIN_CAUSE_FACTS_USING " using "

/* ---- the plan ---- */

static bool
plain_cause_facts_blocks(const WorkNode *node)
{
	return node->kind == WORK_BLOCK || node->one_row;
}

/* Sets what the nodes above the busiest one are, from the nearest to the root. */
static void
plain_cause_facts_read_above(PlainFacts *facts)
{
	const WorkNode *below = facts->busiest;
	bool stopped = true; /* by a Limit that is yet to come */
	ListCell *cell;

	foreach(cell, facts->above)
	{
		const WorkNode *node = lfirst(cell);

		if (below->role == WORK_SUBPLAN)
		{
			if (below->once || below->fills != NULL)
				facts->once = facts->once == NULL ? below : facts->once;
			else if (facts->repeated == NULL)
				facts->repeated = below;
			stopped = false;
		}
		/* A Limit does not stop what is read whole, or again and again. */
		if (below->role == WORK_INNER &&
			(node->kind == WORK_HASH_JOIN ||
			 (node->kind == WORK_NESTED_LOOP && below->loops_then > 1)))
			stopped = false;
		if (facts->joined == NULL &&
			(node->kind == WORK_NESTED_LOOP || node->kind == WORK_HASH_JOIN ||
			 node->kind == WORK_MERGE_JOIN))
			facts->joined = node;
		if (node->kind == WORK_RECURSION && facts->recursion == NULL)
			facts->recursion = node;
		if (facts->limit == NULL && node->blocks != NULL &&
			node->blocks->keeps == WORK_KEEPS_SORT && facts->sort == NULL)
			facts->sort = node;
		if (facts->grouping == NULL && facts->limit == NULL &&
			(node->one_row || node->grouped))
			facts->grouping = node;
		if (plain_cause_facts_blocks(node))
			stopped = false;
		if (facts->limit == NULL && node->kind == WORK_LIMIT &&
			node->limit > 0 && below->role != WORK_SUBPLAN)
		{
			facts->limit = node;
			facts->walked = stopped;
		}
		below = node;
	}
}

/* Sums the counts of the busiest node and of the scans beside it in an Append. */
static void
plain_cause_facts_read_counts(PlainFacts *facts)
{
	const WorkNode *busiest = facts->busiest;
	const WorkNode *parent =
		facts->above == NIL ? NULL : linitial(facts->above);
	Oid root = relation_root(busiest->table);
	double examined = busiest->examined;
	double removed = busiest->removed;

	facts->examined = busiest_own(busiest);
	facts->rows = busiest->rows_then;
	for (int i = 0;
		 parent != NULL && parent->kind == WORK_STREAM && i < parent->nchildren;
		 i++)
	{
		const WorkNode *beside = parent->children[i];

		if (beside == busiest || beside->kind != WORK_SCAN ||
			!OidIsValid(beside->table) || relation_root(beside->table) != root)
			continue;
		facts->examined += busiest_own(beside);
		facts->rows += beside->rows_then;
		examined += beside->examined;
		removed += beside->removed;
	}
	facts->drops =
		examined > 0 && removed > (1 - PLAIN_CAUSE_FACTS_DROPS) * examined;
}

/* Returns the scan of a table in and below a node that examines most, or NULL. */
static const WorkNode *
plain_cause_facts_largest_scan(const WorkNode *node)
{
	const WorkNode *best =
		node->kind == WORK_SCAN && OidIsValid(node->table) ? node : NULL;

	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *below =
			plain_cause_facts_largest_scan(node->children[i]);

		if (below != NULL &&
			(best == NULL || busiest_own(below) > busiest_own(best)))
			best = below;
	}
	return best;
}

/* ---- the query ---- */

typedef struct FindQuery
{
	const Query *wanted;
	List *stack; /* of queries around the one that is looked at */
	List *found;
} FindQuery;

static bool
plain_cause_facts_find(Node *node, void *arg)
{
	FindQuery *find = arg;
	bool found;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, plain_cause_facts_find, arg);
	find->stack = lcons(node, find->stack);
	if ((const Query *) node == find->wanted)
		find->found = list_copy(find->stack);
	found =
		find->found != NIL || query_tree_walker(castNode(Query, node),
												plain_cause_facts_find, arg, 0);
	find->stack = list_delete_first(find->stack);
	return found;
}

/*
 * Returns the table of the query that a scan of relid reads. Of several places one
 * within a subquery is taken if the scan is in a subplan, and then one that has
 * conditions.
 */
static const QueryTable *
plain_cause_facts_find_table(const PlainFacts *facts, List *tables, Oid relid)
{
	const QueryTable *found = NULL;
	bool subplan = facts->once != NULL || facts->repeated != NULL;
	Oid root = relation_root(relid);
	int most = -1;
	ListCell *cell;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		bool within = table->query != facts->statement->query;
		int fits = (within == subplan ? 2 : 0) + (table->conditions != NIL);

		if ((table->relid == relid || table->relid == root) && fits > most)
		{
			found = table;
			most = fits;
		}
	}
	return found;
}

PlainFacts *
plain_cause_facts_read(const ContractStatement *statement, const Case *one,
					   const Work *work, List *tables, double scale)
{
	PlainFacts *facts = palloc0(sizeof(*facts));
	FindQuery find = {0};

	facts->statement = statement;
	facts->one = one;
	facts->scale = scale;
	facts->work = *work;
	measure_project(&facts->work, scale);
	facts->busiest = busiest_find(work->runs.run);
	for (const WorkNode *node = work->runs.run;
		 node != NULL && node != facts->busiest;
		 node = busiest_toward(node, facts->busiest))
		facts->above = lcons(unconstify(WorkNode *, node), facts->above);
	plain_cause_facts_read_above(facts);
	plain_cause_facts_read_counts(facts);
	facts->scan = plain_cause_facts_largest_scan(
		facts->busiest->is_function && facts->joined != NULL ? facts->joined
															 : facts->busiest);
	if (facts->scan == NULL)
		return facts;
	facts->table =
		plain_cause_facts_find_table(facts, tables, facts->scan->table);
	if (facts->table == NULL)
		return facts;
	find.wanted = facts->table->query;
	(void) plain_cause_facts_find((Node *) statement->query, &find);
	facts->queries = find.found;
	if (facts->queries == NIL)
		facts->table = NULL;
	return facts;
}

List *
plain_cause_facts_conditions(const Query *query)
{
	List *conditions =
		list_copy(make_ands_implicit((Expr *) query->jointree->quals));
	List *from = list_copy(query->jointree->fromlist);

	while (from != NIL)
	{
		Node *node = linitial(from);

		from = list_delete_first(from);
		if (IsA(node, JoinExpr))
		{
			const JoinExpr *join = castNode(JoinExpr, node);

			conditions = list_concat(conditions,
									 make_ands_implicit((Expr *) join->quals));
			from = lappend(lappend(from, join->larg), join->rarg);
		}
		else if (IsA(node, FromExpr))
		{
			conditions = list_concat(
				conditions,
				make_ands_implicit((Expr *) castNode(FromExpr, node)->quals));
			from = list_concat(from, castNode(FromExpr, node)->fromlist);
		}
	}
	return conditions;
}

/* ---- words ---- */

char *
plain_cause_facts_rows(const PlainFacts *facts, double rows)
{
	if (facts->work.timed_out)
		return pstrdup("more rows than were read until it was ended");
	return facts->scale == 1
			   ? psprintf("%.0f rows", rows)
			   : psprintf("about %.0f rows at %.3g times the size", rows,
						  facts->scale);
}

const char *
plain_cause_facts_name(const WorkNode *scan)
{
	const char *name = scan == NULL || !OidIsValid(scan->table)
						   ? NULL
						   : get_rel_name(relation_root(scan->table));

	return name == NULL ? "the rows" : quote_identifier(name);
}

const char *
plain_cause_facts_index(const WorkNode *scan)
{
	const char *found = strstr(scan->name, PLAIN_CAUSE_FACTS_USING);

	return found == NULL ? NULL : found + strlen(PLAIN_CAUSE_FACTS_USING);
}

char *
plain_cause_facts_cut(const char *text)
{
	int length = strlen(text);

	if (length <= PLAIN_CAUSE_FACTS_TEXT)
		return pstrdup(text);
	length = pg_mbcliplen(text, length, PLAIN_CAUSE_FACTS_TEXT - 3);
	return psprintf("%.*s...", length, text);
}

char *
plain_cause_facts_text(const Query *query, Node *node)
{
	QueryTable place = {0};
	int varno;
	Node *copy;

	if (node == NULL || contain_subplans(node) ||
		contain_aggs_of_level(node, 0) || contain_window_function(node) ||
		operand_refers_out(node) ||
		!bms_get_singleton_member(pull_varnos(NULL, node), &varno) ||
		rt_fetch(varno, query->rtable)->rtekind != RTE_RELATION)
		return NULL;
	place.relid = rt_fetch(varno, query->rtable)->relid;
	copy = copyObject(node);
	ChangeVarNodes(copy, varno, 1, 0);
	return plain_cause_facts_cut(index_sql_expression(&place, copy));
}

char *
plain_cause_facts_expression(const PlainFacts *facts, const Query *query,
							 Node *expression)
{
	char *text;

	if (IsA(expression, Aggref))
	{
		const Aggref *call = castNode(Aggref, expression);
		const char *name = get_func_name(call->aggfnoid);
		const TargetEntry *first =
			call->args == NIL ? NULL : linitial(call->args);

		if (call->aggstar)
			return psprintf("%s(*)", name);
		return psprintf("%s(%s)", name,
						first == NULL
							? ""
							: plain_cause_facts_expression(
								  facts, query, (Node *) first->expr));
	}
	if (IsA(expression, Var) && castNode(Var, expression)->varlevelsup == 0)
	{
		const Var *var = castNode(Var, expression);
		RangeTblEntry *rte = rt_fetch(var->varno, query->rtable);
		Node *grouped = compat_group_expression(rte, var->varattno);

		if (grouped != NULL)
			return plain_cause_facts_expression(facts, query, grouped);
		if (var->varattno > 0 && rte->eref != NULL &&
			(rte->rtekind == RTE_RELATION || rte->rtekind == RTE_SUBQUERY ||
			 rte->rtekind == RTE_CTE))
			return psprintf(
				"%s.%s", quote_identifier(rte->eref->aliasname),
				quote_identifier(get_rte_attribute_name(rte, var->varattno)));
	}
	text = plain_cause_facts_text(query, expression);
	return text == NULL ? pstrdup("an expression") : text;
}

bool
plain_cause_facts_other_collation(const QueryTable *table)
{
	const OrderColumn *first =
		table->order == NIL ? NULL : linitial(table->order);
	ListCell *cell;

	foreach(cell, first == NULL ? NIL : table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (OidIsValid(first->collation) && OidIsValid(condition->collation) &&
			condition->collation != first->collation &&
			equal(condition->key, first->key))
			return true;
	}
	return false;
}

Candidate *
plain_cause_facts_answer(char *cause, const char *suggestion)
{
	Candidate *answer = candidate_make(cause);

	answer->suggestion = suggestion == NULL ? NULL : pstrdup(suggestion);
	return answer;
}
