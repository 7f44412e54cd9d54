/*-------------------------------------------------------------------------
 *
 * plain_cause_filter.c
 *		Rows that are read and dropped, and why no index keeps them away.
 *
 * The executor counts what a filter drops, but not which of its conditions does.
 * So the conditions of the table are read from the query, and sorted by why no
 * index answers them; where several of them do not, the kind that is the hardest
 * for an index is named. What row security adds is told apart.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_operator_d.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rowsecurity.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "advice/index_facts.h"
#include "advice/plain_cause_filter.h"
#include "base/compat.h"
#include "query/operand.h"

/* Why no index answers a condition, the easiest for an index first. */
typedef enum FilterKind
{
	FILTER_OTHER,
	FILTER_NEGATIVE, /* <>, NOT LIKE, NOT IN, IS NOT NULL */
	FILTER_PATTERN,  /* LIKE '%x', a regular expression */
	FILTER_SAME_ROW, /* compares two columns of a row */
	FILTER_SUBQUERY, /* asks a subquery for each row */
	FILTER_OR_OTHER, /* an OR with an arm of another table */
	FILTER_LEAKY,    /* row security must be asked before it */
	FILTER_VOLATILE  /* may be another value for each row */
} FilterKind;

typedef struct Filter
{
	FilterKind kind;
	Node *clause; /* NULL: there is none */
	int count;    /* of conditions on the table */
	bool policy;  /* there are conditions of row security ... */
	bool own;     /* ... and of the query */
} Filter;

/* ---- conditions ---- */

static bool
plain_cause_is_negative(Node *clause)
{
	Oid negator;

	switch (nodeTag(clause))
	{
		case T_OpExpr:
			/* Not what is both, as < and >=. */
			negator = get_negator(castNode(OpExpr, clause)->opno);
			if (!OidIsValid(negator))
				return false;
			if (compat_btree_strategy(negator) == BTEqualStrategyNumber)
				return true;
			return strncmp(get_opname(castNode(OpExpr, clause)->opno), "!",
						   1) == 0;
		case T_ScalarArrayOpExpr:
			return !castNode(ScalarArrayOpExpr, clause)->useOr;
		case T_DistinctExpr:
			return true;
		case T_BoolExpr:
			return castNode(BoolExpr, clause)->boolop == NOT_EXPR &&
				   !contain_subplans(clause);
		case T_NullTest:
			return castNode(NullTest, clause)->nulltesttype == IS_NOT_NULL;
		default:
			return false;
	}
}

/* Is it LIKE, ILIKE or a regular expression, by the operator's name? */
static bool
plain_cause_is_pattern(Node *clause)
{
	const char *name;

	if (!IsA(clause, OpExpr) && !IsA(clause, ScalarArrayOpExpr))
		return false;
	name = get_opname(IsA(clause, OpExpr)
						  ? castNode(OpExpr, clause)->opno
						  : castNode(ScalarArrayOpExpr, clause)->opno);
	return name != NULL &&
		   (strcmp(name, "~~") == 0 || strcmp(name, "~~*") == 0 ||
			strcmp(name, "~") == 0 || strcmp(name, "~*") == 0);
}

/* Is it NOT IN (SELECT ...)? */
static bool
plain_cause_is_not_in(Node *clause)
{
	Node *arg;

	if (!IsA(clause, BoolExpr) ||
		castNode(BoolExpr, clause)->boolop != NOT_EXPR)
		return false;
	arg = linitial(castNode(BoolExpr, clause)->args);
	return IsA(arg, SubLink) &&
		   castNode(SubLink, arg)->subLinkType == ANY_SUBLINK;
}

/* Does it compare an expression over the table with another one over it? */
static bool
plain_cause_compares_columns(Node *clause, int varno)
{
	const OpExpr *op;

	if (!IsA(clause, OpExpr) ||
		list_length(castNode(OpExpr, clause)->args) != 2)
		return false;
	op = castNode(OpExpr, clause);
	return bms_is_member(varno, pull_varnos(NULL, linitial(op->args))) &&
		   bms_is_member(varno, pull_varnos(NULL, lsecond(op->args)));
}

/* Is it LIKE with a pattern that begins with a letter? */
static bool
plain_cause_is_prefix(const QueryTable *table, const Node *clause)
{
	ListCell *cell;

	foreach(cell, table->conditions)
		if (((Condition *) lfirst(cell))->clause == clause &&
			((Condition *) lfirst(cell))->kind == CONDITION_PREFIX)
			return true;
	return false;
}

static FilterKind
plain_cause_filter_kind(const QueryTable *table, Node *clause, bool policy)
{
	const RangeTblEntry *rte = rt_fetch(table->varno, table->query->rtable);
	int varno = table->varno;
	bool is_or =
		IsA(clause, BoolExpr) && castNode(BoolExpr, clause)->boolop == OR_EXPR;

	if (contain_volatile_functions(clause))
		return FILTER_VOLATILE;
	if (!policy && rte->securityQuals != NIL && contain_leaked_vars(clause))
		return FILTER_LEAKY;
	if (is_or && (bms_num_members(pull_varnos(NULL, clause)) > 1 ||
				  contain_subplans(clause)))
		return FILTER_OR_OTHER;
	if (contain_subplans(clause))
		return FILTER_SUBQUERY;
	if (plain_cause_compares_columns(clause, varno))
		return FILTER_SAME_ROW;
	if (plain_cause_is_negative(clause))
		return FILTER_NEGATIVE;
	return plain_cause_is_pattern(clause) &&
				   !plain_cause_is_prefix(table, clause)
			   ? FILTER_PATTERN
			   : FILTER_OTHER;
}

/* Is the condition's key in an index that the scan uses? */
static bool
plain_cause_is_answered(const QueryTable *table, List *indexes, Node *clause)
{
	ListCell *cell;
	ListCell *used;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->clause != clause || condition->alternative)
			continue;
		foreach(used, indexes)
		{
			int column = index_facts_column(lfirst(used), condition->key);

			if (column >= 0 &&
				index_facts_fits(lfirst(used), column, condition))
				return true;
		}
	}
	return false;
}

/* Returns the indexes that a scan of the table uses, as IndexFacts. */
static List *
plain_cause_used_indexes(const PlainFacts *facts)
{
	List *used = NIL;
	ListCell *cell;
	ListCell *of_plan;

	foreach(cell, index_facts_read(facts->table->relid))
		foreach(of_plan, facts->work.facts->indexes)
			if (((PlanIndex *) lfirst(of_plan))->oid ==
				((IndexFacts *) lfirst(cell))->oid)
				used = lappend(used, lfirst(cell));
	return used;
}

/* Adds a condition, if it is about the table, and no index answers it. */
static void
plain_cause_add_filter(Filter *filter, const QueryTable *table, List *indexes,
					   Node *clause, bool policy)
{
	Relids tables = pull_varnos(NULL, clause);
	int varno = table->varno;
	FilterKind kind;

	if (!bms_is_member(varno, tables) ||
		plain_cause_is_answered(table, indexes, clause))
		return;
	kind = plain_cause_filter_kind(table, clause, policy);
	/* What joins two tables drops nothing from one of them. */
	if (bms_num_members(tables) > 1 && kind != FILTER_OR_OTHER)
		return;
	filter->count++;
	if (filter->clause == NULL || kind > filter->kind)
	{
		filter->kind = kind;
		filter->clause = clause;
	}
}

static Filter
plain_cause_read_filter(const PlainFacts *facts)
{
	const QueryTable *table = facts->table;
	List *indexes = plain_cause_used_indexes(facts);
	const RangeTblEntry *rte = rt_fetch(table->varno, table->query->rtable);
	Filter filter = {0};
	ListCell *cell;

	foreach(cell, plain_cause_facts_conditions(table->query))
		plain_cause_add_filter(&filter, table, indexes, lfirst(cell), false);
	filter.own = filter.clause != NULL;
	foreach(cell, rte->securityQuals)
	{
		filter.policy = true;
		plain_cause_add_filter(&filter, table, indexes, lfirst(cell), true);
	}
	return filter;
}

/* Returns "policy a of t", or "the policies of t" if there are several. */
static char *
plain_cause_policy(Oid relid)
{
	Relation relation = table_open(relid, NoLock);
	const char *table = quote_identifier(RelationGetRelationName(relation));
	char *text = psprintf("the row security of %s", table);

	if (relation->rd_rsdesc != NULL &&
		list_length(relation->rd_rsdesc->policies) == 1)
	{
		const RowSecurityPolicy *policy =
			linitial(relation->rd_rsdesc->policies);

		text = psprintf("policy %s of %s",
						quote_identifier(policy->policy_name), table);
	}
	table_close(relation, NoLock);
	return text;
}

/* Is it up to a condition that no index can have that rows are dropped? */
static bool
plain_cause_is_hopeless(const PlainFacts *facts, const Filter *filter)
{
	return facts->hopeless != NULL && facts->drops &&
		   list_member_oid(facts->hopeless->tables, facts->table->relid) &&
		   (filter->kind == FILTER_OTHER || filter->kind == FILTER_PATTERN) &&
		   (filter->own || !filter->policy);
}

/* Finds a call of a function of the users' own, with columns. */
static bool
plain_cause_asks_function(Node *node, void *arg)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) &&
		castNode(FuncExpr, node)->funcid >= FirstNormalObjectId &&
		contain_var_clause((Node *) castNode(FuncExpr, node)->args))
		return true;
	return expression_tree_walker(node, plain_cause_asks_function, arg);
}

/* What to write in place of a policy that is asked for each row. */
static const char *
plain_cause_policy_suggestion(const PlainFacts *facts)
{
	const QueryTable *table = facts->table;
	List *quals = rt_fetch(table->varno, table->query->rtable)->securityQuals;
	List *vars = pull_var_clause((Node *) quals, PVC_RECURSE_PLACEHOLDERS);
	const char *column =
		vars == NIL ? NULL
					: get_attname(table->relid,
								  linitial_node(Var, vars)->varattno, true);
	ListCell *cell;

	if (column == NULL)
		return "let the policy compare a column with one value";
	column = quote_identifier(column);
	foreach(cell, quals)
		if (IsA(lfirst(cell), BoolExpr) &&
			lfirst_node(BoolExpr, cell)->boolop == OR_EXPR)
			return psprintf(
				"a role of its own, with a policy of its own or BYPASSRLS, for "
				"those who see all rows; without the OR the policy compares %s "
				"with one value, which an index led by it has",
				column);
	if (contain_subplans((Node *) quals) ||
		plain_cause_asks_function((Node *) quals, NULL))
		return psprintf(
			"let the policy compare %s with a list that is made once, %s = ANY "
			"(ARRAY(SELECT ...)), and have an index led by %s",
			column, column, column);
	return "let the policy compare a column with one value, as with (SELECT "
		   "current_setting('app.user_id'))::int, and have an index on it";
}

/* ---- the LIMIT that walks ---- */

/* Returns an index whose keys answer all conditions of the table, or NULL. */
static const IndexFacts *
plain_cause_passed_index(const QueryTable *table, const char *walked)
{
	ListCell *cell;
	ListCell *of;

	foreach(cell, index_facts_read(table->relid))
	{
		const IndexFacts *index = lfirst(cell);
		int served = 0;

		if (!index->valid || strcmp(index->name, walked) == 0 ||
			!index_facts_covers(index, table))
			continue;
		foreach(of, table->conditions)
		{
			const Condition *condition = lfirst(of);
			int column = index_facts_column(index, condition->key);

			if (condition->kind == CONDITION_EQUAL && column >= 0 &&
				column < list_length(table->conditions) &&
				index_facts_fits(index, column, condition))
				served++;
		}
		if (served > 1 && served == list_length(table->conditions))
			return index;
	}
	return NULL;
}

/* Returns what drops the rows that a LIMIT walks past, as words. */
static char *
plain_cause_walk_what(const PlainFacts *facts, const Filter *filter)
{
	char *text;

	if (!facts->drops)
		return pstrdup("that find no partner in the tables they are joined "
					   "with, or not one that matches");
	if (filter->policy && !filter->own)
		return psprintf("that %s hides",
						plain_cause_policy(facts->table->relid));
	if (filter->kind == FILTER_OR_OTHER)
		return pstrdup("that match no arm of an OR over several tables");
	if (filter->kind == FILTER_SUBQUERY)
		return pstrdup("that a subquery rejects one by one");
	text = filter->count == 1
			   ? plain_cause_facts_text(facts->table->query, filter->clause)
			   : NULL;
	return text == NULL ? pstrdup("that do not match")
						: psprintf("that do not match %s", text);
}

static const char *
plain_cause_walk_suggestion(const PlainFacts *facts, const Filter *filter)
{
	if (!facts->drops)
		return "keep the column that is filtered in the table of the ORDER BY, "
			   "so that one index holds both; or find the rows that match in a "
			   "MATERIALIZED CTE, and sort these";
	if (filter->policy && !filter->own)
		return plain_cause_policy_suggestion(facts);
	if (filter->kind == FILTER_OR_OTHER)
		return "a UNION of one query for each arm, each with an index, an "
			   "ORDER BY and a LIMIT of its own";
	return "an index whose first columns are those of the conditions, followed "
		   "by those of the ORDER BY; or find the rows that match in a "
		   "MATERIALIZED CTE, and sort these";
}

Candidate *
plain_cause_walk(const PlainFacts *facts)
{
	const WorkNode *scan = facts->scan;
	const IndexFacts *passed;
	Filter filter;

	/* Whole groups are read for each row that a LIMIT gets of them. */
	if (!facts->walked || facts->grouping != NULL || facts->table == NULL ||
		scan == NULL || scan != facts->busiest ||
		plain_cause_facts_index(scan) == NULL ||
		facts->examined < 10 * Max(facts->limit->rows_then, 1))
		return NULL;
	/* A bitmap has no order that a LIMIT could walk in. */
	if (scan->nchildren > 0 && scan->children[0]->role != WORK_SUBPLAN)
		return NULL;
	filter = plain_cause_read_filter(facts);
	if (plain_cause_is_hopeless(facts, &filter))
		return facts->hopeless;
	passed = facts->drops && facts->table->order == NIL
				 ? plain_cause_passed_index(facts->table,
											plain_cause_facts_index(scan))
				 : NULL;
	if (passed != NULL)
		return plain_cause_facts_answer(
			psprintf(
				"%s has all conditions, and the planner walks %s, since it "
				"expects the rows that match to be spread over it: %s, "
				"for %.0f that are wanted",
				quote_identifier(passed->name), plain_cause_facts_index(scan),
				plain_cause_facts_rows(facts, facts->examined),
				facts->limit->rows_then),
			"an index of these conditions that also holds the columns that are "
			"read; or an ORDER BY that it has");
	return plain_cause_facts_answer(
		psprintf("%s walks %s, past rows %s: %s, for %.0f that are "
				 "wanted",
				 facts->table->query->limitCount == NULL &&
						 facts->table->query->hasAggs
					 ? "min() or max()"
					 : "the LIMIT",
				 plain_cause_facts_index(scan),
				 plain_cause_walk_what(facts, &filter),
				 plain_cause_facts_rows(facts, facts->examined),
				 facts->limit->rows_then),
		plain_cause_walk_suggestion(facts, &filter));
}

/* ---- what drops most rows ---- */

static Candidate *
plain_cause_dropped_by(const PlainFacts *facts, const Filter *filter)
{
	const char *table = plain_cause_facts_name(facts->scan);
	char *rows = plain_cause_facts_rows(facts, facts->examined);
	char *text = plain_cause_facts_text(facts->table->query, filter->clause);
	const char *what = text == NULL ? "the condition" : text;

	switch (filter->kind)
	{
		case FILTER_VOLATILE:
			return plain_cause_facts_answer(
				psprintf("%s calls a volatile function, whose value may be "
						 "another one for each row of %s: %s",
						 what, table, rows),
				"declare the function STABLE or IMMUTABLE if it is, or call it "
				"once: (SELECT f())");
		case FILTER_LEAKY:
			return plain_cause_facts_answer(
				psprintf("%s is not leakproof, so that it is asked after the "
						 "row security of %s, and by no index: %s",
						 what, table, rows),
				"= and ranges of most types are leakproof; or a superuser "
				"declares the function of the operator LEAKPROOF");
		case FILTER_OR_OTHER:
			return plain_cause_facts_answer(
				psprintf("an OR has arms on several tables, so that no index "
						 "of %s narrows it down: %s",
						 table, rows),
				"a UNION of one query for each arm, each with an index of its "
				"own");
		case FILTER_SUBQUERY:
			if (plain_cause_is_not_in(filter->clause))
				return plain_cause_facts_answer(
					psprintf("NOT IN looks each row of %s up in the list of a "
							 "subquery: %s",
							 table, rows),
					"NOT EXISTS, which the planner makes a join of");
			return plain_cause_facts_answer(
				psprintf("a subquery decides on each row of %s: %s", table,
						 rows),
				"write it as a join, or as EXISTS or NOT EXISTS by itself, "
				"which the planner makes a join of");
		case FILTER_SAME_ROW:
			return plain_cause_facts_answer(
				psprintf("%s compares columns of one row, which an index on "
						 "them does not narrow down, so that %s is read: %s",
						 what, table, rows),
				operand_params(filter->clause) != NULL
					? "write the difference of the columns on one side, and "
					  "have an index on it"
					: "a partial index on the condition, if it holds for few "
					  "rows");
		case FILTER_NEGATIVE:
			return plain_cause_facts_answer(
				psprintf("%s tells what a row is not, for which no index is "
						 "searched, so that %s is read: %s",
						 what, table, rows),
				"a partial index WHERE this condition, if it is always the "
				"same; or ask for what the row is");
		case FILTER_PATTERN:
			return plain_cause_facts_answer(
				psprintf("%s searches within the text, so that %s is read: %s",
						 what, table, rows),
				"a pg_trgm index and patterns of 3 characters or more; or a "
				"tsvector for words");
		default:
			return NULL;
	}
}

/*
 * A bitmap is made whole before a row comes out, and that of a BRIN points to all
 * rows of its ranges of blocks.
 */
Candidate *
plain_cause_bitmap(const PlainFacts *facts)
{
	const WorkNode *scan = facts->scan;
	const WorkNode *bitmap =
		scan == NULL || scan->nchildren == 0 ? NULL : scan->children[0];

	if (bitmap == NULL || scan != facts->busiest ||
		bitmap->kind != WORK_BITMAP_INDEX || bitmap->blocks == NULL)
		return NULL;
	if (bitmap->blocks->method == WORK_INDEX_WHOLE && facts->drops)
		return plain_cause_facts_answer(
			psprintf("the BRIN index %s leads to ranges of blocks, in which "
					 "most rows do not match, since the table does not lie in "
					 "its order: %s",
					 plain_cause_facts_index(bitmap),
					 plain_cause_facts_rows(facts, facts->examined)),
			"a btree index; or CLUSTER the table, if it is only appended to");
	/* The conditions in the body of a function are not known. */
	if (facts->drops && facts->table != NULL &&
		plain_cause_read_filter(facts).clause == NULL)
		return plain_cause_facts_answer(
			psprintf("%s finds rows that may match, and the recheck drops most "
					 "of them: %s",
					 bitmap->name,
					 plain_cause_facts_rows(facts, facts->examined)),
			"a pattern with more characters that are known, or a word to "
			"search for");
	if (facts->limit == NULL || !facts->walked ||
		scan->examined_then * 2 > bitmap->examined_then)
		return NULL;
	return plain_cause_facts_answer(
		psprintf("%s finds all rows that match before the LIMIT takes the "
				 "first: %s",
				 bitmap->name,
				 plain_cause_facts_rows(facts, bitmap->examined_then)),
		"a further condition; or an ORDER BY that a btree index has, if most "
		"rows match");
}

Candidate *
plain_cause_dropped(const PlainFacts *facts)
{
	const WorkNode *joined = facts->joined;
	bool at_join = joined != NULL && joined->removed > 0 &&
				   joined->removed * 2 > joined->examined;
	Candidate *answer;
	Filter filter;
	char *text;

	if (facts->table == NULL || (!facts->drops && !at_join))
		return NULL;
	filter = plain_cause_read_filter(facts);
	if (!facts->drops && filter.kind != FILTER_OR_OTHER)
		return NULL;
	if (filter.policy && filter.kind != FILTER_LEAKY &&
		(!filter.own || filter.kind >= FILTER_SUBQUERY))
		return plain_cause_facts_answer(
			psprintf("%s decides on each row: %s",
					 plain_cause_policy(facts->table->relid),
					 plain_cause_facts_rows(facts, facts->examined)),
			plain_cause_policy_suggestion(facts));
	if (plain_cause_is_hopeless(facts, &filter))
		return facts->hopeless;
	answer = plain_cause_dropped_by(facts, &filter);
	if (answer != NULL || filter.clause == NULL)
		return answer;
	text = filter.count == 1
			   ? plain_cause_facts_text(facts->table->query, filter.clause)
			   : NULL;
	return plain_cause_facts_answer(
		psprintf("%s reads %s, and its filter%s%s drops most of them",
				 facts->scan->name,
				 plain_cause_facts_rows(facts, facts->examined),
				 text == NULL ? "" : " ", text == NULL ? "" : text),
		NULL);
}
