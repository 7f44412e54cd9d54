/*-------------------------------------------------------------------------
 *
 * index_cause.c
 *		How a missing index is told to a reader.
 *
 * The index that is named is the one that a person would look at: the nearest
 * one in the sense of index_match.c, or for an order the one that the plan walks,
 * or the one that has the same columns in other directions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_attribute.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice/index_cause.h"
#include "advice/index_sql.h"

/* ---- one condition ---- */

char *
index_cause_of_miss(const QueryTable *table, const Condition *condition,
					const IndexNeed *need, IndexMiss miss,
					const IndexFacts *nearest)
{
	char *key = index_sql_name(table, condition->key);

	switch (miss)
	{
		case MISS_INVALID:
			return psprintf("index %s is not valid, its build failed",
							nearest->name);
		case MISS_PARTIAL:
			return psprintf(
				"index %s holds the rows with %s alone, which the "
				"query's conditions do not imply",
				nearest->name,
				index_sql_expression(
					table, (Node *) make_ands_explicit(nearest->predicate)));
		case MISS_CLASS:
			if (condition->kind == CONDITION_PREFIX)
				return psprintf("index %s has %s in the order of a language, "
								"in which a prefix is not a range",
								nearest->name, key);
			return psprintf("index %s has %s with another operator class or "
							"collation than the %s",
							nearest->name, key,
							condition->clause == NULL ? "ORDER BY"
													  : "condition");
		case MISS_METHOD:
			return psprintf("%s has a %s index (%s), and this search needs %s",
							key, get_am_name(nearest->method), nearest->name,
							need->name);
		case MISS_ROUGH:
			return psprintf("the %s index %s on %s finds much else with the "
							"rows that match, and no btree index is led by %s",
							get_am_name(nearest->method), nearest->name, key,
							key);
		case MISS_EXPRESSION:
			return psprintf("no btree index is led by %s, index %s holds %s",
							key, nearest->name,
							index_sql_name(table, nearest->keys[0]));
		case MISS_BEHIND:
			return psprintf(
				"index %s has %s behind %s, which has no equality condition",
				nearest->name, key,
				index_sql_name(
					table,
					nearest->keys[index_match_gap(table, nearest, condition)]));
		default:
			break;
	}
	if (index_sql_attnum(condition->key) == 0)
		return psprintf("no index holds the expression %s", key);
	return psprintf("no %s index is led by %s", need->name, key);
}

/* ---- an order behind equalities ---- */

/* Returns the plan's index that gives the order of the query, or NULL. */
static const char *
index_cause_walked(const QueryTable *table, const PlanFacts *facts,
				   const TableOrder *order)
{
	const OrderColumn *first = linitial(order->columns);
	List *indexes = index_facts_read(table->relid);
	ListCell *cell;
	ListCell *used;

	foreach(cell, indexes)
	{
		const IndexFacts *index = lfirst(cell);

		if (index->method != BTREE_AM_OID ||
			index_facts_column(index, first->key) != 0)
			continue;
		foreach(used, facts->indexes)
			if (((PlanIndex *) lfirst(used))->oid == index->oid)
				return index->name;
	}
	return NULL;
}

/* "user_id = $1 and each post_id", or "user_id and post_id" without values. */
static char *
index_cause_conditions(const QueryTable *table, List *equal, bool values)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, equal)
	{
		const Condition *condition = lfirst(cell);
		const char *name = index_sql_name(table, condition->key);

		appendStringInfo(&text, "%s%s", text.len > 0 ? " and " : "",
						 !values ? name
						 : condition->partner != NULL
							 ? psprintf("each %s", name)
							 : index_sql_condition(table, condition));
	}
	return text.data;
}

/*
 * If an index has the first column of an order behind one without an equality,
 * returns that, as the beginning of a sentence; else an empty string.
 */
static char *
index_cause_behind(const QueryTable *table, const TableOrder *order)
{
	const OrderColumn *first = linitial(order->columns);
	Condition condition = index_match_order_condition(first->key, first->attnum,
													  first->collation);
	IndexNeed need;
	IndexFacts *nearest;

	if (!OidIsValid(condition.opno) ||
		index_match_nearest(table, &condition, BTREE_AM_OID, &nearest) !=
			MISS_BEHIND)
		return pstrdup("");
	need = index_match_need(table, &condition);
	return psprintf(
		"%s, so that ",
		index_cause_of_miss(table, &condition, &need, MISS_BEHIND, nearest));
}

char *
index_cause_of_order(const QueryTable *table, const PlanFacts *facts,
					 List *equal, const TableOrder *order, const char *columns)
{
	const char *walked = index_cause_walked(table, facts, order);
	const char *rows = index_cause_conditions(table, equal, true);
	const char *behind;

	if (walked != NULL && order->kind == ORDER_LIMIT)
		return psprintf("the LIMIT walks %s past the rows of any other %s, no "
						"index has (%s)",
						walked, index_cause_conditions(table, equal, false),
						columns);
	behind = index_cause_behind(table, order);
	switch (order->kind)
	{
		case ORDER_LIMIT:
			return psprintf("%sall rows of %s are read and sorted before the "
							"LIMIT, no index has (%s)",
							behind, rows, columns);
		case ORDER_EXTREME:
			return psprintf("%sall rows of %s are read for min() or max(), no "
							"index has (%s)",
							behind, rows, columns);
		default:
			return psprintf("%sall rows of %s are read and sorted, no index "
							"has (%s)",
							behind, rows, columns);
	}
}

/* ---- directions ---- */

static bool
index_cause_is_not_null(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	bool not_null = HeapTupleIsValid(tuple) &&
					((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return not_null;
}

/* Whether an index has keys, in any order, and then those of order. */
static bool
index_cause_has_keys(const IndexFacts *index, List *keys, List *order)
{
	int n = list_length(keys);
	ListCell *cell;

	if (index->method != BTREE_AM_OID || !index->valid ||
		index->nkeys < n + list_length(order))
		return false;
	foreach(cell, keys)
	{
		int column = index_facts_column(index, lfirst(cell));

		if (column < 0 || column >= n)
			return false;
	}
	foreach(cell, order)
	{
		const OrderColumn *column = lfirst(cell);
		int at = n + foreach_current_index(cell);

		if (index_facts_column(index, column->key) != at ||
			(OidIsValid(column->collation) &&
			 index->collations[at] != column->collation))
			return false;
	}
	return true;
}

/*
 * Whether index, which has the columns of order behind n others, gives another
 * order, forward as well as backward; *nulls says whether it is only in the place
 * of NULLs.
 */
static bool
index_cause_differs(const IndexFacts *index, int n, List *order, bool *nulls)
{
	bool backward = false;
	bool differs = false;
	ListCell *cell;

	*nulls = true;
	foreach(cell, order)
	{
		const OrderColumn *column = lfirst(cell);
		int at = n + foreach_current_index(cell);

		if (foreach_current_index(cell) == 0)
			backward = column->descending != index->descending[at];
		if (column->descending != (index->descending[at] != backward))
		{
			differs = true;
			*nulls = false;
		}
		if (column->nulls_first != (index->nulls_first[at] != backward))
			differs = true;
	}
	return differs;
}

char *
index_cause_of_direction(const QueryTable *table, List *keys, List *order,
						 char **suggestion)
{
	List *indexes = index_facts_read(table->relid);
	ListCell *cell;
	ListCell *one;

	if (order == NIL)
		return NULL;
	foreach(cell, indexes)
	{
		const IndexFacts *index = lfirst(cell);
		bool nulls;
		const char *named = NULL;
		const char *clause = NULL;

		if (!index_cause_has_keys(index, keys, order) ||
			!index_facts_covers(index, table) ||
			!index_cause_differs(index, list_length(keys), order, &nulls))
			continue;
		if (!nulls)
			return psprintf("index %s has the columns of the ORDER BY, but not "
							"ascending and descending as it has",
							index->name);
		foreach(one, order)
		{
			const OrderColumn *column = lfirst(one);

			if (column->nulls_first == column->descending)
				continue;
			/* NULLs need a place where there may be some. */
			if (column->attnum == 0 ||
				!index_cause_is_not_null(table->relid, column->attnum))
				return psprintf("index %s has the NULLs of %s at the other end "
								"than the ORDER BY",
								index->name,
								index_sql_name(table, column->key));
			named = index_sql_name(table, column->key);
			clause = column->nulls_first ? "NULLS FIRST" : "NULLS LAST";
		}
		if (named == NULL)
			return psprintf("index %s has its NULLs at the other end than the "
							"ORDER BY",
							index->name);
		*suggestion = psprintf("leave %s out of the ORDER BY, since %s is NOT "
							   "NULL and index %s has the order then",
							   clause, named, index->name);
		return psprintf("%s in the ORDER BY keeps index %s from giving the "
						"order, though %s is NOT NULL",
						clause, index->name, named);
	}
	return NULL;
}
