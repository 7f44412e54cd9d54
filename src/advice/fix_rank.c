/*-------------------------------------------------------------------------
 *
 * fix_rank.c
 *		What is to be expected of a candidate before it is tried.
 *
 * An index is read back from its CREATE INDEX. Its leading columns that are
 * compared by = leave the rows of one value each, by the number of values in the
 * statistics. A range behind them leaves a part. Where the order of the LIMIT
 * follows, and no condition is left that the index does not serve, it is the rows
 * of a page. An order with nothing before it promises nothing where a condition is
 * left: that is walked past all rows that do not match.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/attnum.h"
#include "catalog/namespace.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parser.h"
#include "utils/lsyscache.h"

#include "advice/fix_rank.h"
#include "advice/index_sql.h"
#include "base/relation.h"
#include "plan/plan_column.h"

/* How many values an expression has, or a column without statistics. */
#define FIX_RANK_VALUES 200.0

/* What a range leaves, as the planner takes it for one end and then the other. */
#define FIX_RANK_RANGE 0.33

/* What a search leaves, as of words. */
#define FIX_RANK_SEARCH 0.01

/* Fewer rows than this make no difference before a trial. */
#define FIX_RANK_FEW 100.0

/* What an index does for a table of the query. */
typedef struct FixRank
{
	double rows;      /* that are read by it */
	int equal;        /* leading columns that are compared by = */
	bool begins;      /* the order of the LIMIT follows, or a part of it */
	bool ordered;     /* all of it does */
	int served;       /* conditions that it serves */
	bool order_alone; /* the order leads, though there are equalities */
	bool walks;       /* past rows that do not match the values of a case */
} FixRank;

static bool
fix_rank_is_equality(const Condition *condition)
{
	return condition->kind == CONDITION_EQUAL ||
		   condition->kind == CONDITION_ANY;
}

/*
 * Returns the condition that a column of an index serves, equalities first, or
 * NULL; attnum is 0 for any expression.
 */
static const Condition *
fix_rank_condition(const QueryTable *table, AttrNumber attnum)
{
	const Condition *found = NULL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->attnum == attnum &&
			(found == NULL ||
			 (fix_rank_is_equality(condition) && !fix_rank_is_equality(found))))
			found = condition;
	}
	return found;
}

/*
 * Does a key stand next in the order, at *next, after columns that are fixed? Goes
 * on behind it.
 */
static bool
fix_rank_is_next(const QueryTable *table, AttrNumber attnum, int *next)
{
	int i = *next;

	while (i < list_length(table->order) &&
		   ((OrderColumn *) list_nth(table->order, i))->attnum != attnum &&
		   index_sql_is_fixed(
			   table, ((OrderColumn *) list_nth(table->order, i))->attnum))
		i++;
	if (i >= list_length(table->order) ||
		((OrderColumn *) list_nth(table->order, i))->attnum != attnum)
		return false;
	*next = i + 1;
	return true;
}

/* Is what is left of an order, from next on, fixed by equalities? */
static bool
fix_rank_is_done(const QueryTable *table, int next)
{
	for (int i = next; i < list_length(table->order); i++)
		if (!index_sql_is_fixed(
				table, ((OrderColumn *) list_nth(table->order, i))->attnum))
			return false;
	return true;
}

static FixRank
fix_rank_of_index(const IndexStmt *index, const QueryTable *table)
{
	FixRank rank = {.rows = relation_rows(table->relid)};
	double all = Max(rank.rows, 1);
	int next = 0;
	bool equal = true;
	bool ordered = true;
	ListCell *cell;

	foreach(cell, index->indexParams)
	{
		const IndexElem *key = lfirst(cell);
		AttrNumber attnum =
			key->name == NULL ? 0 : get_attnum(table->relid, key->name);
		const Condition *condition = fix_rank_condition(table, attnum);
		double values =
			attnum == 0 ? 0 : plan_column_values(table->relid, attnum, all);

		if (equal && condition != NULL && fix_rank_is_equality(condition))
		{
			rank.rows /= values > 0 ? values : FIX_RANK_VALUES;
			rank.equal++;
			rank.served++;
			continue;
		}
		ordered = ordered && fix_rank_is_next(table, attnum, &next);
		if (equal && condition != NULL)
		{
			rank.rows *= condition->kind == CONDITION_RANGE ? FIX_RANK_RANGE
															: FIX_RANK_SEARCH;
			rank.served++;
		}
		equal = false;
	}
	rank.begins = next > 0;
	rank.ordered = next > 0 && fix_rank_is_done(table, next);
	return rank;
}

static bool
fix_rank_has_value(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXTERN)
		return true;
	return expression_tree_walker(node, fix_rank_has_value, context);
}

/*
 * Would a scan of an index in its order pass rows that are not equal to the values
 * of a case? Those that do not match a search are passed as well, but there is no
 * index that has both, and the planner knows rare words from common ones.
 */
static bool
fix_rank_walks(const QueryTable *table, AttrNumber first)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (fix_rank_is_equality(condition) && condition->attnum != first &&
			(fix_rank_has_value(condition->clause, NULL) ||
			 contain_mutable_functions(condition->clause)))
			return true;
	}
	return false;
}

/* Completes a rank by what the table's conditions ask for besides. */
static void
fix_rank_finish(FixRank *rank, const IndexStmt *index, const QueryTable *table)
{
	const IndexElem *first = linitial(index->indexParams);
	int conditions = 0;
	int equalities = 0;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		conditions++;
		if (fix_rank_is_equality(condition) && !condition->alternative)
			equalities++;
	}
	if (rank->begins && rank->served >= conditions)
		rank->rows = 0;
	rank->rows = Max(rank->rows, FIX_RANK_FEW);
	rank->walks =
		rank->begins && rank->equal == 0 &&
		fix_rank_walks(table, first->name == NULL
								  ? 0
								  : get_attnum(table->relid, first->name));
	rank->order_alone = rank->begins && rank->equal == 0 && equalities > 0;
}

/* Returns the table of the query that a CREATE INDEX is of, or NULL. */
static const QueryTable *
fix_rank_table(const IndexStmt *index, List *tables)
{
	Oid relid = RangeVarGetRelid(index->relation, NoLock, true);
	ListCell *cell;

	foreach(cell, tables)
		if (((const QueryTable *) lfirst(cell))->relid == relid)
			return lfirst(cell);
	return NULL;
}

/*
 * Sets the rows that are expected to be read of a candidate's tables; and for each
 * table that it has no index of, those of the table.
 */
static void
fix_rank_candidate(Candidate *candidate, List *tables)
{
	ListCell *cell;
	ListCell *statement;

	candidate->expected = 0;
	foreach(cell, tables)
		candidate->expected +=
			relation_rows(((const QueryTable *) lfirst(cell))->relid);
	foreach(statement, candidate->statements)
	{
		Node *tree = linitial_node(RawStmt, raw_parser(lfirst(statement),
													   RAW_PARSE_DEFAULT))
						 ->stmt;
		const QueryTable *table;
		FixRank rank;

		if (!IsA(tree, IndexStmt))
			continue;
		candidate->columns +=
			list_length(castNode(IndexStmt, tree)->indexParams);
		table = fix_rank_table(castNode(IndexStmt, tree), tables);
		if (table == NULL)
			continue;
		rank = fix_rank_of_index(castNode(IndexStmt, tree), table);
		fix_rank_finish(&rank, castNode(IndexStmt, tree), table);
		candidate->walks = candidate->walks || rank.walks;
		candidate->expected += rank.rows - relation_rows(table->relid);
		candidate->order_alone = candidate->order_alone || rank.order_alone;
		candidate->paged = candidate->paged || (rank.ordered && rank.equal > 0);
	}
}

void
fix_rank_set(List *candidates, List *tables)
{
	ListCell *cell;

	foreach(cell, candidates)
		fix_rank_candidate(lfirst(cell), tables);
}

/* Rewrites and statistics first, the settings of a role last. */
static int
fix_rank_kind(const Candidate *candidate)
{
	if (candidate->custom)
		return 2;
	return candidate->kind == CANDIDATE_INDEX && candidate->query == NULL ? 1
																		  : 0;
}

int
fix_rank_compare(const Candidate *of_a, const Candidate *of_b)
{
	if (of_a->order_alone != of_b->order_alone)
		return of_a->order_alone ? 1 : -1;
	if (of_a->expected != of_b->expected)
		return of_a->expected < of_b->expected ? -1 : 1;
	if (of_a->paged != of_b->paged)
		return of_a->paged ? -1 : 1;
	return of_a->columns - of_b->columns;
}

/* Is a to be tried after b? */
static bool
fix_rank_is_later(const Candidate *a, const Candidate *b)
{
	int kind = fix_rank_kind(a) - fix_rank_kind(b);

	if (kind != 0 || fix_rank_kind(a) != 1)
		return kind > 0;
	return fix_rank_compare(a, b) > 0;
}

List *
fix_rank_order(List *candidates)
{
	List *ordered = list_copy(candidates);

	/* list_sort() keeps no order of equals, and there are few of them. */
	for (int i = 1; i < list_length(ordered); i++)
		for (int j = i; j > 0; j--)
		{
			ListCell *one = list_nth_cell(ordered, j - 1);
			ListCell *two = list_nth_cell(ordered, j);
			ListCell kept = *one;

			if (!fix_rank_is_later(lfirst(one), lfirst(two)))
				break;
			*one = *two;
			*two = kept;
		}
	return ordered;
}
