/*-------------------------------------------------------------------------
 *
 * index_set_pool.c
 *		The indexes that may be in the set.
 *
 * Candidates come as SQL, and one candidate may be several statements, as one for
 * each arm of an OR. Each CREATE INDEX is an index of its own here. The server's
 * parser tells its table and its columns.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "advice/candidate.h"
#include "advice/index_facts.h"
#include "advice/index_set_pool.h"
#include "base/relation.h"

/* ---- collecting ---- */

static Node *
index_set_pool_parse(const char *sql)
{
	return linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT))->stmt;
}

/* Returns the table of a statement; InvalidOid if it makes no index. */
static Oid
index_set_pool_table(Node *statement)
{
	Oid index;

	if (IsA(statement, IndexStmt))
		return RangeVarGetRelid(castNode(IndexStmt, statement)->relation,
								NoLock, true);
	if (!IsA(statement, ReindexStmt) ||
		castNode(ReindexStmt, statement)->relation == NULL)
		return InvalidOid;
	index = RangeVarGetRelid(castNode(ReindexStmt, statement)->relation, NoLock,
							 true);
	return OidIsValid(index) ? IndexGetRelation(index, true) : InvalidOid;
}

static SetIndex *
index_set_pool_find(List *pool, const char *sql)
{
	ListCell *cell;

	foreach(cell, pool)
		if (strcmp(((SetIndex *) lfirst(cell))->sql, sql) == 0)
			return lfirst(cell);
	return NULL;
}

/* Adds an index, or one more query to the one that is there already. */
static List *
index_set_pool_add(List *pool, Oid relid, const char *sql, bool analyze,
				   SetQuery *query)
{
	SetIndex *index = index_set_pool_find(pool, sql);

	if (index == NULL)
	{
		if (list_length(pool) == INDEX_SET_MOST_INDEXES)
			return pool;
		index = palloc0(sizeof(*index));
		index->number = list_length(pool);
		index->relid = relid;
		index->author = query->author;
		index->sql = pstrdup(sql);
		index->analyze = analyze;
		index->fix =
			analyze ? psprintf("%s; ANALYZE %s", sql, relation_sql_name(relid))
					: index->sql;
		index->bytes = -1;
		index->build_ms = -1;
		pool = lappend(pool, index);
	}
	index->queries = list_append_unique_ptr(index->queries, query);
	return pool;
}

static List *
index_set_pool_add_candidate(List *pool, const Candidate *candidate,
							 SetQuery *query)
{
	bool analyze = false;
	ListCell *cell;

	foreach(cell, candidate->statements)
		analyze =
			analyze || IsA(index_set_pool_parse(lfirst(cell)), VacuumStmt);
	foreach(cell, candidate->statements)
	{
		Oid relid = index_set_pool_table(index_set_pool_parse(lfirst(cell)));

		if (OidIsValid(relid))
			pool =
				index_set_pool_add(pool, relid, lfirst(cell), analyze, query);
	}
	return pool;
}

/* ---- one index for two ---- */

/* Is every key a column, and in no special order? Then others may follow it. */
static bool
index_set_pool_is_plain(const IndexStmt *statement)
{
	ListCell *cell;

	if (statement->whereClause != NULL ||
		strcmp(statement->accessMethod, "btree") != 0)
		return false;
	foreach(cell, statement->indexParams)
	{
		const IndexElem *key = lfirst_node(IndexElem, cell);

		if (key->name == NULL || key->collation != NIL || key->opclass != NIL ||
			key->ordering != SORTBY_DEFAULT)
			return false;
	}
	return true;
}

/* Does a query that asks for the index compare the column by = for all rows? */
static bool
index_set_pool_is_equal(const SetIndex *index, const char *column)
{
	const SetQuery *query = linitial(index->queries);
	AttrNumber attnum = get_attnum(index->relid, column);
	ListCell *cell;
	ListCell *inner;

	foreach(cell, query->asked)
	{
		const QueryTable *table = lfirst(cell);

		if (table->relid != index->relid)
			continue;
		foreach(inner, table->conditions)
		{
			const Condition *condition = lfirst(inner);

			if (condition->kind == CONDITION_EQUAL && !condition->alternative &&
				condition->attnum == attnum)
				return true;
		}
	}
	return false;
}

static IndexElem *
index_set_pool_key(const IndexStmt *statement, const char *column)
{
	ListCell *cell;

	foreach(cell, statement->indexParams)
	{
		IndexElem *key = lfirst_node(IndexElem, cell);

		if (key->name != NULL && strcmp(key->name, column) == 0)
			return key;
	}
	return NULL;
}

/*
 * Returns the keys of an index with those of another one first, if a query that
 * lacks the former compares all of them by =, so that their order is free; NULL
 * if not.
 */
static char *
index_set_pool_reordered(const SetIndex *index, const IndexStmt *statement,
						 const IndexStmt *first)
{
	StringInfoData keys;
	ListCell *cell;

	initStringInfo(&keys);
	foreach(cell, first->indexParams)
	{
		const char *column = lfirst_node(IndexElem, cell)->name;

		if (index_set_pool_key(statement, column) == NULL ||
			!index_set_pool_is_equal(index, column))
			return NULL;
		appendStringInfo(&keys, "%s%s", keys.len > 0 ? ", " : "",
						 quote_identifier(column));
	}
	foreach(cell, statement->indexParams)
	{
		const char *column = lfirst_node(IndexElem, cell)->name;

		if (index_set_pool_key(first, column) == NULL)
			appendStringInfo(&keys, ", %s", quote_identifier(column));
	}
	return keys.data;
}

/* Adds the indexes that would each serve in the place of two others. */
static List *
index_set_pool_merge(List *pool)
{
	List *alone = list_copy(pool);
	ListCell *cell;
	ListCell *inner;

	foreach(cell, alone)
	{
		const SetIndex *index = lfirst(cell);
		Node *statement = index_set_pool_parse(index->sql);

		if (!IsA(statement, IndexStmt) ||
			!index_set_pool_is_plain(castNode(IndexStmt, statement)))
			continue;
		foreach(inner, alone)
		{
			const SetIndex *other = lfirst(inner);
			Node *first = index_set_pool_parse(other->sql);
			char *keys;

			if (other == index || other->relid != index->relid ||
				!IsA(first, IndexStmt) ||
				!index_set_pool_is_plain(castNode(IndexStmt, first)))
				continue;
			keys =
				index_set_pool_reordered(index, castNode(IndexStmt, statement),
										 castNode(IndexStmt, first));
			if (keys != NULL)
				pool = index_set_pool_add(
					pool, index->relid,
					psprintf("CREATE INDEX ON %s USING btree (%s)",
							 relation_sql_name(index->relid), keys),
					false, linitial(index->queries));
		}
	}
	return pool;
}

/* Does the pool hold an index on one of the candidate's tables? */
static bool
index_set_pool_has_table(const List *pool, const Candidate *candidate)
{
	ListCell *cell;

	foreach(cell, pool)
		if (list_member_oid(candidate->tables,
							((SetIndex *) lfirst(cell))->relid))
			return true;
	return false;
}

List *
index_set_pool_collect(List *queries)
{
	List *pool = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, queries)
		if (index_set_query_fails(lfirst(cell)))
			foreach(inner, ((SetQuery *) lfirst(cell))->wanted)
				pool = index_set_pool_add_candidate(pool, lfirst(inner),
													lfirst(cell));
	pool = index_set_pool_merge(pool);
	foreach(cell, queries)
		if (!index_set_query_fails(lfirst(cell)))
			foreach(inner, ((SetQuery *) lfirst(cell))->wanted)
				if (index_set_pool_has_table(pool, lfirst(inner)))
					pool = index_set_pool_add_candidate(pool, lfirst(inner),
														lfirst(cell));
	return pool;
}

/* ---- what cannot be tried ---- */

/* How many keys of the index does the query compare or order by? */
static int
index_set_pool_keys_used(const SetIndex *index)
{
	Node *statement = index_set_pool_parse(index->sql);

	return IsA(statement, IndexStmt)
			   ? list_length(castNode(IndexStmt, statement)->indexParams)
			   : 0;
}

static bool
index_set_pool_begins_with(const SetIndex *index, const SetIndex *prefix)
{
	Node *longer = index_set_pool_parse(index->sql);
	Node *shorter = index_set_pool_parse(prefix->sql);
	ListCell *a;
	ListCell *b;

	if (index == prefix || index->relid != prefix->relid ||
		!IsA(longer, IndexStmt) || !IsA(shorter, IndexStmt) ||
		!index_set_pool_is_plain(castNode(IndexStmt, longer)) ||
		!index_set_pool_is_plain(castNode(IndexStmt, shorter)) ||
		list_length(castNode(IndexStmt, longer)->indexParams) <=
			list_length(castNode(IndexStmt, shorter)->indexParams))
		return false;
	forboth(a, castNode(IndexStmt, longer)->indexParams, b,
			castNode(IndexStmt, shorter)->indexParams)
		if (strcmp(lfirst_node(IndexElem, a)->name,
				   lfirst_node(IndexElem, b)->name) != 0)
			return false;
	return true;
}

List *
index_set_pool_untried(List *pool, List *queries)
{
	List *best = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, queries)
	{
		SetIndex *of_query = NULL;

		foreach(inner, pool)
		{
			SetIndex *index = lfirst(inner);

			if (index->obstacle == NULL ||
				!index_set_query_fails(lfirst(cell)) ||
				!list_member_ptr(index->queries, lfirst(cell)))
				continue;
			if (of_query == NULL || index_set_pool_keys_used(index) >
										index_set_pool_keys_used(of_query))
				of_query = index;
		}
		if (of_query != NULL)
			best = list_append_unique_ptr(best, of_query);
	}
	foreach(cell, best)
		foreach(inner, best)
		{
			SetIndex *longer = lfirst(inner);
			SetIndex *shorter = lfirst(cell);

			if (!index_set_pool_begins_with(longer, shorter))
				continue;
			longer->queries =
				list_concat_unique_ptr(longer->queries, shorter->queries);
			best = foreach_delete_current(best, cell);
			break;
		}
	return best;
}

/* ---- what a query makes of it ---- */

/* Is the key narrowed down to single values by a condition? */
static bool
index_set_pool_narrows(const IndexFacts *facts, int column,
					   const QueryTable *table)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->kind != CONDITION_RANGE && condition->key != NULL &&
			index_facts_column(facts, condition->key) == column &&
			index_facts_fits(facts, column, condition))
			return true;
	}
	return false;
}

int
index_set_pool_fit(const SetIndex *index, const SetQuery *query)
{
	List *indexes = index_facts_read(index->relid);
	int best = 0;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, indexes)
	{
		const IndexFacts *facts = lfirst(cell);

		if (facts->oid != index->oid)
			continue;
		foreach(inner, query->asked)
		{
			const QueryTable *table = lfirst(inner);
			int fit = 0;

			if (table->relid != index->relid)
				continue;
			while (fit < facts->nkeys &&
				   index_set_pool_narrows(facts, fit, table))
				fit++;
			best = Max(best, fit);
		}
	}
	return best;
}
