/*-------------------------------------------------------------------------
 *
 * fix_variants.c
 *		Candidates that are made of others.
 *
 * A condition that is written otherwise asks for other indexes: without the cast
 * of a column, it is the column that an index is to lead by. So the tables of the
 * new query are looked at as those of the query were.
 *
 * Where an index gives the order of a page already, the planner may keep to it
 * beside a better one, since its rows lie in the order of the table. An index that
 * holds what the page shows needs no table, and is cheaper by all estimates.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/attnum.h"
#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "nodes/bitmapset.h"
#include "nodes/nodeFuncs.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/fix_rank.h"
#include "advice/fix_variants.h"
#include "advice/index_candidates.h"
#include "advice/multicolumn.h"
#include "base/relation.h"

/* Ways to write the query that are given indexes, and indexes for each. */
#define FIX_VARIANTS_MOST_QUERIES 6
#define FIX_VARIANTS_MOST_INDEXES 2

/* Columns that take more bytes than this are not copied into an index. */
#define FIX_VARIANTS_WIDE 256

/* ---- indexes of a rewrite ---- */

/* Returns the indexes that the tables of a query may lack, the best first. */
static List *
fix_variants_indexes(const Query *query, ParamListInfo params,
					 const PlanFacts *facts)
{
	List *tables = table_conditions_read(query, params);
	List *indexes = NIL;
	ListCell *cell;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);

		if (get_rel_relkind(table->relid) != RELKIND_RELATION ||
			table->relid < FirstNormalObjectId)
			continue;
		indexes = list_concat(indexes, multicolumn_candidates(table, facts));
		indexes = list_concat(indexes, index_candidates_missing(table));
	}
	fix_rank_set(indexes, tables);
	return fix_rank_order(indexes);
}

List *
fix_variants_of_rewrites(List *candidates, ParamListInfo params,
						 const PlanFacts *facts)
{
	List *variants = NIL;
	int queries = 0;
	ListCell *cell;
	ListCell *of;

	foreach(cell, candidates)
	{
		const Candidate *rewrite = lfirst(cell);
		int indexes = 0;

		if (rewrite->query == NULL || queries++ == FIX_VARIANTS_MOST_QUERIES)
			continue;
		foreach(of, fix_variants_indexes(rewrite->query, params, facts))
		{
			const Candidate *index = lfirst(of);
			Candidate *variant;

			if (index->nindexes == 0 || index->order_alone ||
				indexes++ >= FIX_VARIANTS_MOST_INDEXES)
				continue;
			variant = candidate_with_statements(rewrite, index->statements);
			variant->tables = index->tables;
			variants = lappend(variants, variant);
		}
	}
	return variants;
}

/* ---- covering indexes ---- */

typedef struct FixColumns
{
	const QueryTable *table;
	const Query *query; /* that is being walked */
	int depth;          /* of it below the table's; -1 outside */
	Bitmapset *columns; /* attribute numbers */
	bool other;         /* whole rows, and what is no column */
} FixColumns;

static bool
fix_variants_note_columns(Node *node, FixColumns *found)
{
	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		int depth = found->depth;

		if (node == (const Node *) found->table->query)
			found->depth = 0;
		else if (depth >= 0)
			found->depth++;
		(void) query_tree_walker((Query *) node, fix_variants_note_columns,
								 found, 0);
		found->depth = depth;
		return false;
	}
	if (IsA(node, Var))
	{
		const Var *column = castNode(Var, node);

		if (found->depth < 0 || column->varno != found->table->varno ||
			column->varlevelsup != found->depth)
			return false;
		if (column->varattno > 0)
			found->columns = bms_add_member(found->columns, column->varattno);
		else
			found->other = true;
		return false;
	}
	return expression_tree_walker(node, fix_variants_note_columns, found);
}

/* Returns the columns of a table that its query reads; NULL if not only those. */
static Bitmapset *
fix_variants_columns(const QueryTable *table)
{
	FixColumns found = {.table = table, .depth = -1};

	(void) fix_variants_note_columns(
		unconstify(Node *, (const Node *) table->query), &found);
	return found.other ? NULL : found.columns;
}

/* Takes off the keys of an index; returns false if one is an expression. */
static bool
fix_variants_take_keys(const IndexStmt *index, Oid relid, Bitmapset **columns)
{
	ListCell *cell;

	foreach(cell, index->indexParams)
	{
		const IndexElem *key = lfirst(cell);

		if (key->name == NULL)
			return false;
		*columns = bms_del_member(*columns, get_attnum(relid, key->name));
	}
	return true;
}

/* Returns the columns for INCLUDE, or NULL if there are none, or they are wide. */
static char *
fix_variants_include(Oid relid, const Bitmapset *columns)
{
	StringInfoData sql;
	int width = 0;
	int attnum = -1;

	initStringInfo(&sql);
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		int column = get_attavgwidth(relid, attnum);

		if (column == 0)
			column = get_typavgwidth(get_atttype(relid, attnum), -1);
		width += column;
		appendStringInfo(&sql, "%s%s", sql.len == 0 ? "" : ", ",
						 quote_identifier(get_attname(relid, attnum, false)));
	}
	return sql.len == 0 || width > FIX_VARIANTS_WIDE ? NULL : sql.data;
}

Candidate *
fix_variants_covering(const Candidate *candidate, List *tables)
{
	ListCell *cell;

	if (!candidate->paged || candidate->query != NULL ||
		list_length(candidate->statements) != 1)
		return NULL;
	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		char *sql = linitial(candidate->statements);
		IndexStmt *index = castNode(
			IndexStmt,
			linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT))->stmt);
		Bitmapset *columns;
		char *include;

		if (table->relid != linitial_oid(candidate->tables))
			continue;
		columns = fix_variants_columns(table);
		if (index->whereClause != NULL || index->indexIncludingParams != NIL ||
			strcmp(index->accessMethod, "btree") != 0 ||
			!fix_variants_take_keys(index, table->relid, &columns))
			return NULL;
		include = fix_variants_include(table->relid, columns);
		if (include == NULL)
			return NULL;
		return candidate_with_statements(
			candidate, list_make1(psprintf("%s INCLUDE (%s)", sql, include)));
	}
	return NULL;
}
