/*-------------------------------------------------------------------------
 *
 * result_key.c
 *		The columns of a query's result that tell its rows apart.
 *
 * A unique index that is checked at once, has no predicate and no expression, and
 * whose columns are NOT NULL, is a key of its table; the primary key comes first.
 * Tables are tried from left to right, as a query names the one that it is about
 * first. The result of a view is that of the subquery that the rewriter put in its
 * place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/rel.h"
#include "utils/relcache.h"

#include "base/relation.h"
#include "query/result_key.h"

/* Returns the number of the column that is a column of a table, or 0. */
static int
result_key_column(const Query *query, int varno, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst(cell);
		Var *var = (Var *) entry->expr;

		if (!entry->resjunk && IsA(var, Var) && var->varlevelsup == 0 &&
			var->varno == varno && var->varattno == attnum)
			return entry->resno;
	}
	return 0;
}

/* Returns the columns that hold this index's columns, or NIL. */
static List *
result_key_of_index(const Query *query, int varno, Relation relation,
					Relation index)
{
	Form_pg_index form = index->rd_index;
	List *key = NIL;

	if (!form->indisunique || !form->indimmediate || !form->indisvalid ||
		relation_index_predicate(index) != NIL ||
		relation_index_expressions(index) != NIL)
		return NIL;
	for (int i = 0; i < form->indnkeyatts; i++)
	{
		AttrNumber attnum = form->indkey.values[i];
		int column = result_key_column(query, varno, attnum);

		if (column == 0 || attnum <= 0 ||
			!TupleDescAttr(RelationGetDescr(relation), attnum - 1)->attnotnull)
			return NIL;
		key = lappend_int(key, column);
	}
	return key;
}

static List *
result_key_of_table(const Query *query, int varno, Oid relid)
{
	Relation relation = table_open(relid, NoLock);
	List *indexes = RelationGetIndexList(relation);
	List *key = NIL;
	ListCell *cell;

	foreach(cell, indexes)
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		List *found = result_key_of_index(query, varno, relation, index);

		if (found != NIL && (key == NIL || index->rd_index->indisprimary))
			key = found;
		index_close(index, NoLock);
	}
	table_close(relation, NoLock);
	return key;
}

/* Takes the key of a subquery's result through the query around it. */
static List *
result_key_of_subquery(const Query *query, int varno, Query *subquery)
{
	List *key = NIL;
	ListCell *cell;

	foreach(cell, result_key(subquery))
	{
		int column = result_key_column(query, varno, lfirst_int(cell));

		if (column == 0)
			return NIL;
		key = lappend_int(key, column);
	}
	return key;
}

/* Adds the numbers of the tables that are joined, from left to right. */
static List *
result_key_tables(Node *node, List *tables)
{
	ListCell *cell;

	if (node == NULL)
		return tables;
	if (IsA(node, RangeTblRef))
		return lappend_int(tables, ((RangeTblRef *) node)->rtindex);
	if (IsA(node, JoinExpr))
	{
		tables = result_key_tables(((JoinExpr *) node)->larg, tables);
		return result_key_tables(((JoinExpr *) node)->rarg, tables);
	}
	if (IsA(node, FromExpr))
		foreach(cell, ((FromExpr *) node)->fromlist)
			tables = result_key_tables(lfirst(cell), tables);
	return tables;
}

/* The columns that are grouped by are a key, if all of them are selected. */
static List *
result_key_of_groups(const Query *query)
{
	List *key = NIL;
	ListCell *cell;

	foreach(cell, query->groupClause)
	{
		SortGroupClause *clause = lfirst(cell);
		ListCell *inner;
		int column = 0;

		foreach(inner, query->targetList)
		{
			TargetEntry *entry = lfirst(inner);

			if (entry->ressortgroupref == clause->tleSortGroupRef &&
				!entry->resjunk)
				column = entry->resno;
		}
		if (column == 0)
			return NIL;
		key = lappend_int(key, column);
	}
	return key;
}

/* Can no other column be mistaken for one of the key? */
static bool
result_key_is_named(const Query *query, List *key)
{
	ListCell *cell;
	ListCell *inner;

	foreach(cell, key)
	{
		TargetEntry *own = list_nth(query->targetList, lfirst_int(cell) - 1);

		if (own->resname == NULL)
			return false;
		foreach(inner, query->targetList)
		{
			TargetEntry *other = lfirst(inner);

			if (other != own && !other->resjunk && other->resname != NULL &&
				strcmp(own->resname, other->resname) == 0)
				return false;
		}
	}
	return true;
}

List *
result_key(Query *query)
{
	ListCell *cell;
	List *key;

	check_stack_depth();
	if (query->commandType != CMD_SELECT || query->setOperations != NULL ||
		query->groupingSets != NIL || query->hasTargetSRFs)
		return NIL;
	if (query->groupClause != NIL)
	{
		key = result_key_of_groups(query);
		return result_key_is_named(query, key) ? key : NIL;
	}
	if (query->hasAggs)
		return NIL;
	foreach(cell, result_key_tables((Node *) query->jointree, NIL))
	{
		RangeTblEntry *entry = rt_fetch(lfirst_int(cell), query->rtable);

		key = NIL;
		if (entry->rtekind == RTE_RELATION && OidIsValid(entry->relid))
			key = result_key_of_table(query, lfirst_int(cell), entry->relid);
		else if (entry->rtekind == RTE_SUBQUERY)
			key = result_key_of_subquery(query, lfirst_int(cell),
										 entry->subquery);
		if (key != NIL && result_key_is_named(query, key))
			return key;
	}
	return NIL;
}

bool
result_key_orders(Query *query, List *key)
{
	ListCell *cell;

	if (key == NIL || query->groupClause != NIL ||
		list_length(result_key_tables((Node *) query->jointree, NIL)) != 1)
		return false;
	foreach(cell, key)
	{
		TargetEntry *entry = list_nth(query->targetList, lfirst_int(cell) - 1);
		bool sorted = false;
		ListCell *inner;

		foreach(inner, query->sortClause)
		{
			SortGroupClause *clause = lfirst(inner);

			sorted |= clause->tleSortGroupRef == entry->ressortgroupref;
		}
		if (!sorted || entry->ressortgroupref == 0)
			return false;
	}
	return true;
}
