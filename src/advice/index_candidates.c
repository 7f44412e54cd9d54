/*-------------------------------------------------------------------------
 *
 * index_candidates.c
 *		Indexes that a query may lack, each with the cause that it fixes.
 *
 * Each condition, and each order, is looked at by itself: index_match.c tells
 * what index it needs, and which one comes nearest to that. What several
 * conditions need together is for multicolumn.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "advice/index_candidates.h"
#include "advice/index_cause.h"
#include "advice/index_match.h"
#include "advice/index_sql.h"
#include "base/operator_class.h"
#include "base/relation.h"

/* ---- candidates of one condition ---- */

/* Returns a cause of a table that has no fix. */
static Candidate *
index_candidates_cause(const QueryTable *table, char *cause)
{
	Candidate *candidate = candidate_make(cause);

	candidate->tables = list_make1_oid(table->relid);
	return candidate;
}

/* Returns the cause alone where no index can help, otherwise NULL. */
static Candidate *
index_candidates_hopeless(const QueryTable *table, const Condition *condition,
						  const IndexNeed *need)
{
	char *key = index_sql_name(table, condition->key);

	if (condition->kind == CONDITION_SEARCH && condition->is_short)
		return index_candidates_cause(
			table, pstrdup("a pattern of under 3 characters has no trigram to "
						   "look up"));
	if (!OidIsValid(need->method))
		return index_candidates_cause(
			table, psprintf("no index method has the operator %s for %s",
							get_opname(condition->opno), key));
	if (index_sql_attnum(condition->key) == 0 &&
		contain_mutable_functions(condition->key))
		return index_candidates_cause(
			table,
			psprintf("%s is not immutable, so that no index can hold it", key));
	return NULL;
}

/*
 * Returns the index that a condition lacks, or NULL where one serves it already.
 * columns is what the index is to hold; NULL stands for the condition's own key.
 */
static Candidate *
index_candidates_for(const QueryTable *table, const Condition *condition,
					 const char *columns)
{
	IndexNeed need = index_match_need(table, condition);
	Candidate *candidate = index_candidates_hopeless(table, condition, &need);
	bool partitioned =
		get_rel_relkind(table->relid) == RELKIND_PARTITIONED_TABLE;
	IndexFacts *nearest;
	IndexMiss miss;
	char *cause;

	if (candidate != NULL)
		return candidate;
	miss = index_match_nearest(table, condition, need.method, &nearest);
	if (miss == MISS_SERVES)
		return NULL;
	cause = index_cause_of_miss(table, condition, &need, miss, nearest);
	if (partitioned)
	{
		int partitions;
		int bare = index_match_bare_partitions(table, condition, need.method,
											   &partitions);

		if (bare == 0 && partitions > 0)
			return NULL;
		if (bare < partitions)
			cause = psprintf("%d of %d partitions have no %s index for %s",
							 bare, partitions, need.name,
							 index_sql_name(table, condition->key));
	}
	candidate = candidate_make(cause);
	if (miss == MISS_INVALID && !partitioned)
		candidate_add_statement(
			candidate, table->relid,
			psprintf("REINDEX INDEX %s", relation_sql_name(nearest->oid)));
	else
		candidate_add_index(candidate, table->relid, need.name,
							columns == NULL ? need.column : columns,
							index_sql_attnum(condition->key) == 0);
	return candidate;
}

/* ---- an order ---- */

/*
 * Returns an index that gives rows by their distance from a value, the nearest
 * first, or NULL where there is one.
 */
static Candidate *
index_candidates_nearest_first(const QueryTable *table,
							   const OrderColumn *column)
{
	Oid type = exprType(column->key);
	Oid method = InvalidOid;
	Oid class = operator_class_for_order(column->distance, type, &method);
	char *name = index_sql_name(table, column->key);
	List *indexes = index_facts_read(table->relid);
	Candidate *candidate;
	ListCell *cell;

	if (!OidIsValid(class) || contain_mutable_functions(column->key))
		return NULL;
	foreach(cell, indexes)
	{
		const IndexFacts *index = lfirst(cell);

		if (index->valid && index_facts_column(index, column->key) == 0 &&
			OidIsValid(get_op_opfamily_sortfamily(column->distance,
												  index->families[0])) &&
			index_facts_covers(index, table))
			return NULL;
	}
	candidate = candidate_make(psprintf(
		"the distance of all rows is computed and sorted, no %s index returns "
		"them by %s %s",
		get_am_name(method), name, get_opname(column->distance)));
	candidate_add_index(candidate, table->relid, get_am_name(method),
						psprintf("%s%s", index_sql_key(table, column->key),
								 operator_class_sql(class, type)),
						index_sql_attnum(column->key) == 0);
	return candidate;
}

/* Like index_candidates_order(), of any order of the table. */
static Candidate *
index_candidates_of_order(const QueryTable *table, List *order)
{
	List *columns;
	const OrderColumn *first;
	Condition condition;

	if (order != NIL && OidIsValid(((OrderColumn *) linitial(order))->distance))
		return index_candidates_nearest_first(table, linitial(order));
	columns = index_sql_order_columns(table, order, NIL);
	/* If the first one is what no index can hold, that is said. */
	first = columns != NIL ? linitial(columns)
			: order != NIL ? linitial(order)
						   : NULL;
	if (first == NULL ||
		(first->attnum != 0 && index_sql_is_fixed(table, first->attnum)))
		return NULL;
	condition = index_match_order_condition(first->key, first->attnum,
											first->collation);
	if (!OidIsValid(condition.opno))
		return NULL;
	return index_candidates_for(
		table, &condition,
		columns == NIL ? NULL : index_sql_order(table, order, NIL));
}

Candidate *
index_candidates_order(const QueryTable *table)
{
	return index_candidates_of_order(table, table->order);
}

Candidate *
index_candidates_column(const QueryTable *table, AttrNumber attnum)
{
	Oid type;
	int32 modifier;
	Oid collation;
	Condition condition;

	get_atttypetypmodcoll(table->relid, attnum, &type, &modifier, &collation);
	condition = index_match_order_condition(
		(Node *) makeVar(1, attnum, type, modifier, collation, 0), attnum,
		collation);
	return OidIsValid(condition.opno)
			   ? index_candidates_for(table, &condition, NULL)
			   : NULL;
}

/*
 * Returns an index for an order that no scan of an index on its first column
 * gives, forward or backward: with NULLs at the other end, or with one column
 * ascending and another descending. NULL for any other order.
 */
static Candidate *
index_candidates_mixed_order(const QueryTable *table, List *order)
{
	List *columns = index_sql_order_columns(table, order, NIL);
	const char *sql = index_sql_order(table, order, NIL);
	char *suggestion = NULL;
	char *cause = index_cause_of_direction(table, NIL, columns, &suggestion);
	bool mixed = cause != NULL;
	Candidate *candidate;
	ListCell *cell;

	foreach(cell, columns)
	{
		const OrderColumn *first = linitial(columns);
		const OrderColumn *column = lfirst(cell);

		mixed = mixed || column->nulls_first != column->descending ||
				column->descending != first->descending;
	}
	if (!mixed)
		return NULL;
	if (cause == NULL)
		cause = psprintf("no btree index has the order %s", sql);
	candidate = candidate_make(cause);
	candidate->suggestion = suggestion;
	candidate_add_index(candidate, table->relid, "btree", sql,
						index_sql_has_expression(columns));
	return candidate;
}

Candidate *
index_candidates_any_order(const QueryTable *table, List *order)
{
	Candidate *candidate = index_candidates_of_order(table, order);

	return candidate != NULL ? candidate
							 : index_candidates_mixed_order(table, order);
}

/* ---- all of a table ---- */

/* Searches need an index most, then equalities, then ranges, then joins. */
static int
index_candidates_rank(const Condition *condition)
{
	int rank = condition->join ? 10 : 0;

	switch (condition->kind)
	{
		case CONDITION_SEARCH:
		case CONDITION_PREFIX:
			return rank;
		case CONDITION_EQUAL:
		case CONDITION_NULL:
			return rank + 1;
		case CONDITION_ANY:
			return rank + 2;
		default:
			return rank + 3;
	}
}

static int
index_candidates_compare_conditions(const ListCell *a, const ListCell *b)
{
	return index_candidates_rank(lfirst(a)) - index_candidates_rank(lfirst(b));
}

/*
 * Returns a GIN index of jsonb that is smaller and quicker than that of the
 * default class, but has no other operator than @>; NULL for another condition.
 */
static Candidate *
index_candidates_path_ops(const QueryTable *table, const Condition *condition)
{
	const char *name = get_opname(condition->opno);
	Candidate *candidate;

	if (condition->kind != CONDITION_SEARCH || name == NULL ||
		strcmp(name, "@>") != 0 || exprType(condition->key) != JSONBOID)
		return NULL;
	candidate = index_candidates_for(
		table, condition,
		psprintf("%s jsonb_path_ops", index_sql_key(table, condition->key)));
	return candidate == NULL || candidate->statements == NIL ? NULL : candidate;
}

List *
index_candidates_missing(const QueryTable *table)
{
	List *conditions = list_copy(table->conditions);
	List *candidates = NIL;
	Candidate *candidate;
	ListCell *cell;

	list_sort(conditions, index_candidates_compare_conditions);
	foreach(cell, conditions)
	{
		const Condition *condition = lfirst(cell);

		/* The index for the order, below, serves this range as well. */
		if (condition->kind == CONDITION_RANGE &&
			index_sql_leads_order(table, condition))
			continue;
		candidate = index_candidates_for(table, condition, NULL);
		if (candidate != NULL)
			candidates = lappend(candidates, candidate);
		candidate = index_candidates_path_ops(table, condition);
		if (candidate != NULL)
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}
