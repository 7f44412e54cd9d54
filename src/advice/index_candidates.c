/*-------------------------------------------------------------------------
 *
 * index_candidates.c
 *		Indexes that a query may lack, each with the cause that it fixes.
 *
 * Each condition is looked at by itself. What it needs is an IndexNeed: the
 * access method that has its operator, and its key as a column of CREATE INDEX.
 * Each index of the table is then graded by how near it comes to that, which is
 * an IndexMiss; the nearest index names the cause ("is not valid", "has another
 * operator class"), and only where none holds the key at all is it "no index".
 *
 * A range over the first column of the order stands for the order. A
 * partitioned table is looked at by its partitions, with the condition's
 * attribute numbers mapped to each: an index that all partitions have of their
 * own is not missing, though the parent has none. What several conditions need
 * together is for multicolumn.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/partition.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_opfamily_d.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "advice/index_candidates.h"
#include "advice/index_facts.h"
#include "advice/index_sql.h"
#include "base/compat.h"
#include "base/relation.h"

/* ---- what a condition needs ---- */

typedef struct IndexNeed
{
	Oid method;       /* InvalidOid if no method has the operator */
	const char *name; /* of the method */
	char *column;     /* key, collation and operator class of CREATE INDEX */
} IndexNeed;

static IndexNeed
index_candidates_need(const QueryTable *table, const Condition *condition)
{
	static const Oid methods[] = {GIN_AM_OID, GIST_AM_OID, SPGIST_AM_OID};
	char *key = index_sql_key(table, condition->key);
	IndexNeed need = {.method = BTREE_AM_OID, .column = key};

	if (condition->kind == CONDITION_PREFIX)
		need.column = psprintf("%s %s", key,
							   exprType(condition->key) == BPCHAROID
								   ? "bpchar_pattern_ops"
								   : "text_pattern_ops");
	else if (condition->kind != CONDITION_SEARCH)
		need.column = psprintf("%s%s", key, index_sql_collation(condition));
	else
	{
		/* pg_trgm may not be there, or have no class for GIN. */
		Oid class = get_opclass_oid(
			GIN_AM_OID, compat_string_to_name_list(relation_trigram_class()),
			true);
		bool trigrams =
			OidIsValid(class) &&
			op_in_opfamily(condition->opno, get_opclass_family(class));

		need.method = trigrams ? GIN_AM_OID : InvalidOid;
		if (trigrams)
			need.column = psprintf("%s %s", key, relation_trigram_class());
		/* Otherwise the first method whose default class has the operator. */
		for (int i = 0; i < lengthof(methods) && !OidIsValid(need.method); i++)
		{
			class = GetDefaultOpClass(exprType(condition->key), methods[i]);
			if (OidIsValid(class) &&
				op_in_opfamily(condition->opno, get_opclass_family(class)))
				need.method = methods[i];
		}
	}
	if (OidIsValid(need.method))
		need.name = get_am_name(need.method);
	return need;
}

/* ---- what there is ---- */

/* How near an index comes to serving a condition, the nearest first. */
typedef enum IndexMiss
{
	MISS_SERVES,
	MISS_INVALID,
	MISS_PARTIAL,
	MISS_CLASS,  /* operator class or collation */
	MISS_METHOD, /* access method */
	MISS_BEHIND, /* a column without an equality stands before it */
	MISS_NONE
} IndexMiss;

/* Do the columns before column all have an equality condition? */
static bool
index_candidates_leads(const QueryTable *table, const IndexFacts *index,
					   int column)
{
	for (int i = 0; i < column; i++)
	{
		bool equal_to = false;
		ListCell *cell;

		foreach(cell, table->conditions)
		{
			const Condition *condition = lfirst(cell);

			equal_to =
				equal_to || ((condition->kind == CONDITION_EQUAL ||
							  condition->kind == CONDITION_ANY) &&
							 index_facts_column(index, condition->key) == i);
		}
		if (!equal_to)
			return false;
	}
	return true;
}

static IndexMiss
index_candidates_miss(const QueryTable *table, const IndexFacts *index,
					  const Condition *condition, Oid method)
{
	int column = index_facts_column(index, condition->key);
	bool fits = column >= 0 && index_facts_fits(index, column, condition);

	if (column < 0)
		return MISS_NONE;
	if (index->method == BTREE_AM_OID &&
		!index_candidates_leads(table, index, column))
		return fits ? MISS_BEHIND : MISS_NONE;
	if (!fits)
		return index->method == method ? MISS_CLASS : MISS_METHOD;
	if (!index->valid)
		return MISS_INVALID;
	return index_facts_covers(index, table) ? MISS_SERVES : MISS_PARTIAL;
}

/* Returns the least miss of the table's indexes, and whose it is, if any's. */
static IndexMiss
index_candidates_nearest(const QueryTable *table, const Condition *condition,
						 Oid method, IndexFacts **nearest)
{
	List *indexes = index_facts_read(table->relid);
	IndexMiss least = MISS_NONE;
	ListCell *cell;

	*nearest = NULL;
	foreach(cell, indexes)
	{
		IndexFacts *index = lfirst(cell);
		IndexMiss miss = index_candidates_miss(table, index, condition, method);

		if (miss < least)
		{
			least = miss;
			*nearest = index;
		}
	}
	return least;
}

/* ---- causes ---- */

static char *
index_candidates_cause(const QueryTable *table, const Condition *condition,
					   const IndexNeed *need, IndexMiss miss,
					   const IndexFacts *index)
{
	char *key = index_sql_name(table, condition->key);

	switch (miss)
	{
		case MISS_INVALID:
			return psprintf("index %s is not valid, its build failed",
							index->name);
		case MISS_PARTIAL:
			return psprintf(
				"index %s holds the rows with %s alone, which the "
				"query's conditions do not imply",
				index->name,
				index_sql_expression(
					table, (Node *) make_ands_explicit(index->predicate)));
		case MISS_CLASS:
			if (condition->kind == CONDITION_PREFIX)
				return psprintf("index %s has %s in the order of a language, "
								"in which a prefix is not a range",
								index->name, key);
			return psprintf("index %s has %s with another operator class or "
							"collation than the condition",
							index->name, key);
		case MISS_METHOD:
			return psprintf("%s has a %s index (%s), and this search needs %s",
							key, get_am_name(index->method), index->name,
							need->name);
		case MISS_BEHIND:
			return psprintf("index %s has %s behind %s, which has no equality "
							"condition",
							index->name, key,
							index_sql_name(table, index->keys[0]));
		default:
			break;
	}
	if (index_sql_attnum(condition->key) == 0)
		return psprintf("no index holds the expression %s", key);
	return psprintf("no %s index is led by %s", need->name, key);
}

/* Maps the attribute numbers of a key, which a partition may have otherwise. */
static Node *
index_candidates_key_in(Relation partition, Relation parent, Node *key)
{
	return linitial(
		map_partition_varattnos(list_make1(key), 1, partition, parent));
}

/*
 * Returns a copy of table with its conditions on one of its partitions, and
 * sets *mapped to a copy of condition.
 */
static QueryTable *
index_candidates_partition(const QueryTable *table, Oid relid,
						   const Condition *condition, Condition *mapped)
{
	QueryTable *of = palloc(sizeof(*of));
	Relation parent = table_open(table->relid, AccessShareLock);
	Relation partition = table_open(relid, AccessShareLock);
	ListCell *cell;

	*of = *table;
	of->relid = relid;
	of->conditions = NIL;
	foreach(cell, table->conditions)
	{
		Condition *copy = palloc(sizeof(*copy));

		*copy = *(const Condition *) lfirst(cell);
		copy->key = index_candidates_key_in(partition, parent, copy->key);
		of->conditions = lappend(of->conditions, copy);
	}
	*mapped = *condition;
	mapped->key = index_candidates_key_in(partition, parent, condition->key);
	table_close(partition, AccessShareLock);
	table_close(parent, AccessShareLock);
	return of;
}

/*
 * Counts the partitions that have no index for the condition, and in
 * *partitions all of them.
 */
static int
index_candidates_bare_partitions(const QueryTable *table,
								 const Condition *condition, Oid method,
								 int *partitions)
{
	List *family = find_all_inheritors(table->relid, AccessShareLock, NULL);
	int bare = 0;
	ListCell *cell;

	*partitions = 0;
	foreach(cell, family)
	{
		IndexFacts *nearest;
		Condition mapped;
		QueryTable *partition;

		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_RELATION)
			continue;
		(*partitions)++;
		partition = index_candidates_partition(table, lfirst_oid(cell),
											   condition, &mapped);
		if (index_candidates_nearest(partition, &mapped, method, &nearest) !=
			MISS_SERVES)
			bare++;
	}
	return bare;
}

/* ---- candidates of one condition ---- */

/* Returns the cause alone where no index can help, otherwise NULL. */
static Candidate *
index_candidates_hopeless(const QueryTable *table, const Condition *condition,
						  const IndexNeed *need)
{
	char *key = index_sql_name(table, condition->key);

	if (condition->kind == CONDITION_SEARCH && condition->is_short)
		return candidate_make(pstrdup("a pattern of under 3 characters has no "
									  "trigram to look up"));
	if (!OidIsValid(need->method))
		return candidate_make(
			psprintf("no index method has the operator %s for %s",
					 get_opname(condition->opno), key));
	if (index_sql_attnum(condition->key) == 0 &&
		contain_mutable_functions(condition->key))
		return candidate_make(
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
	IndexNeed need = index_candidates_need(table, condition);
	Candidate *candidate = index_candidates_hopeless(table, condition, &need);
	bool partitioned =
		get_rel_relkind(table->relid) == RELKIND_PARTITIONED_TABLE;
	IndexFacts *nearest;
	IndexMiss miss;
	char *cause;

	if (candidate != NULL)
		return candidate;
	miss = index_candidates_nearest(table, condition, need.method, &nearest);
	if (miss == MISS_SERVES)
		return NULL;
	cause = index_candidates_cause(table, condition, &need, miss, nearest);
	if (partitioned)
	{
		int partitions;
		int bare = index_candidates_bare_partitions(table, condition,
													need.method, &partitions);

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

/* ---- the order of a LIMIT ---- */

/*
 * Returns a range over a column as a condition: an index that can serve it has
 * the order of the column. opno is InvalidOid where the type has no order.
 */
static Condition
index_candidates_order_condition(const QueryTable *table, AttrNumber attnum)
{
	Condition condition = {.kind = CONDITION_RANGE, .attnum = attnum};
	Oid type;
	int32 modifier;

	get_atttypetypmodcoll(table->relid, attnum, &type, &modifier,
						  &condition.collation);
	condition.key =
		(Node *) makeVar(1, attnum, type, modifier, condition.collation, 0);
	condition.opno =
		lookup_type_cache(getBaseType(type), TYPECACHE_LT_OPR)->lt_opr;
	return condition;
}

Candidate *
index_candidates_order(const QueryTable *table)
{
	ListCell *cell;

	foreach(cell, table->order)
	{
		const OrderColumn *column = lfirst(cell);
		Condition condition;

		if (index_sql_is_fixed(table, column->attnum))
			continue;
		condition = index_candidates_order_condition(table, column->attnum);
		if (!OidIsValid(condition.opno))
			return NULL;
		return index_candidates_for(table, &condition,
									index_sql_order(table, NIL));
	}
	return NULL;
}

Candidate *
index_candidates_column(const QueryTable *table, AttrNumber attnum)
{
	Condition condition = index_candidates_order_condition(table, attnum);

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
index_candidates_mixed_order(const QueryTable *table)
{
	const char *columns;
	Candidate *candidate;
	const OrderColumn *first = NULL;
	bool mixed = false;
	ListCell *cell;

	foreach(cell, table->order)
	{
		const OrderColumn *column = lfirst(cell);

		if (index_sql_is_fixed(table, column->attnum))
			continue;
		if (first == NULL)
			first = column;
		mixed = mixed || column->nulls_first != column->descending ||
				column->descending != first->descending;
	}
	if (!mixed)
		return NULL;
	columns = index_sql_order(table, NIL);
	candidate =
		candidate_make(psprintf("no btree index has the order %s", columns));
	candidate_add_index(candidate, table->relid, "btree", columns, false);
	return candidate;
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
			index_sql_leads_order(table, condition->attnum))
			continue;
		candidate = index_candidates_for(table, condition, NULL);
		if (candidate != NULL)
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}

Candidate *
index_candidates_any_order(const QueryTable *table)
{
	Candidate *candidate = index_candidates_order(table);

	return candidate != NULL ? candidate : index_candidates_mixed_order(table);
}
