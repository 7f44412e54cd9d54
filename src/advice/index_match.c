/*-------------------------------------------------------------------------
 *
 * index_match.c
 *		What index a condition needs, and how near a table's indexes come to it.
 *
 * What a condition needs is an IndexNeed: the access method that has its
 * operator, and its key as a column of CREATE INDEX. Each index of the table is
 * then graded by how near it comes to that, which is an IndexMiss.
 *
 * An index that holds the key behind columns that the query does not ask for is
 * no near miss: it is there for another query. It is one only if the query
 * compares its first column by =.
 *
 * A partitioned table is looked at by its partitions, with the condition's
 * attribute numbers mapped to each: an index that all partitions have of their
 * own is not missing, though the parent has none.
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
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "advice/index_match.h"
#include "advice/index_sql.h"
#include "base/compat.h"
#include "base/relation.h"

/* ---- what a condition needs ---- */

IndexNeed
index_match_need(const QueryTable *table, const Condition *condition)
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
		need.column =
			index_sql_collated(table, condition->key, condition->collation);
	else
	{
		Oid class = relation_trigram_class_oid();
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

/* Is the key at a column of the index compared by = wherever condition holds? */
static bool
index_match_is_equal(const QueryTable *table, const IndexFacts *index,
					 int column, const Condition *condition)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *other = lfirst(cell);

		if ((other->kind == CONDITION_EQUAL || other->kind == CONDITION_ANY ||
			 other->kind == CONDITION_NULL) &&
			(!other->alternative || (other->any_of == condition->any_of &&
									 other->arm == condition->arm)) &&
			index_facts_column(index, other->key) == column)
			return true;
	}
	return false;
}

int
index_match_gap(const QueryTable *table, const IndexFacts *index,
				const Condition *condition)
{
	int column = index_facts_column(index, condition->key);

	for (int i = 0; i < column; i++)
		if (!index_match_is_equal(table, index, i, condition))
			return i;
	return column;
}

/* Whether an index is led by an expression over the key and nothing else. */
static bool
index_match_leads_expression(const IndexFacts *index, const Node *key)
{
	const Node *first = index->nkeys == 0 ? NULL : index->keys[0];
	List *columns;
	ListCell *cell;

	if (first == NULL || IsA(first, Var) || !IsA(key, Var))
		return false;
	columns = pull_var_clause(unconstify(Node *, first), 0);
	foreach(cell, columns)
		if (lfirst_node(Var, cell)->varattno != ((const Var *) key)->varattno)
			return false;
	return columns != NIL;
}

/* A method that answers a question of a B-tree, but not as well. */
static bool
index_match_is_rough(Oid method, Oid needed, const Condition *condition)
{
	return needed == BTREE_AM_OID && method != BTREE_AM_OID &&
		   !(method == HASH_AM_OID && condition->kind == CONDITION_EQUAL);
}

static IndexMiss
index_match_miss(const QueryTable *table, const IndexFacts *index,
				 const Condition *condition, Oid method)
{
	int column = index_facts_column(index, condition->key);
	bool fits = column >= 0 && index_facts_fits(index, column, condition);
	int gap;

	if (column < 0)
		return index->method == BTREE_AM_OID && method == BTREE_AM_OID &&
					   index_match_leads_expression(index, condition->key)
				   ? MISS_EXPRESSION
				   : MISS_NONE;
	gap = index_match_gap(table, index, condition);
	if (index->method == BTREE_AM_OID && gap < column)
		return fits && gap > 0 ? MISS_BEHIND : MISS_NONE;
	if (!fits)
		return index->method == method ? MISS_CLASS : MISS_METHOD;
	if (!index->valid)
		return MISS_INVALID;
	if (index_match_is_rough(index->method, method, condition))
		return MISS_ROUGH;
	return index_facts_covers(index, table) ? MISS_SERVES : MISS_PARTIAL;
}

IndexMiss
index_match_nearest(const QueryTable *table, const Condition *condition,
					Oid method, IndexFacts **nearest)
{
	List *indexes = index_facts_read(table->relid);
	IndexMiss least = MISS_NONE;
	ListCell *cell;

	*nearest = NULL;
	foreach(cell, indexes)
	{
		IndexFacts *index = lfirst(cell);
		IndexMiss miss = index_match_miss(table, index, condition, method);

		if (miss < least)
		{
			least = miss;
			*nearest = index;
		}
	}
	return least;
}

/* ---- partitions ---- */

/* Maps the attribute numbers of a key, which a partition may have otherwise. */
static Node *
index_match_key_in(Relation partition, Relation parent, Node *key)
{
	return linitial(
		map_partition_varattnos(list_make1(key), 1, partition, parent));
}

/*
 * Returns a copy of table with its conditions on one of its partitions, and
 * sets *mapped to a copy of condition.
 */
static QueryTable *
index_match_partition(const QueryTable *table, Oid relid,
					  const Condition *condition, Condition *mapped)
{
	QueryTable *of = palloc(sizeof(*of));
	Relation parent = table_open(table->relid, AccessShareLock);
	Relation partition = table_open(relid, AccessShareLock);
	ListCell *cell;

	*of = *table;
	of->relid = relid;
	of->conditions = NIL;
	of->filters =
		(List *) index_match_key_in(partition, parent, (Node *) table->filters);
	foreach(cell, table->conditions)
	{
		Condition *copy = palloc(sizeof(*copy));

		*copy = *(const Condition *) lfirst(cell);
		copy->key = index_match_key_in(partition, parent, copy->key);
		of->conditions = lappend(of->conditions, copy);
	}
	*mapped = *condition;
	mapped->key = index_match_key_in(partition, parent, condition->key);
	table_close(partition, AccessShareLock);
	table_close(parent, AccessShareLock);
	return of;
}

int
index_match_bare_partitions(const QueryTable *table, const Condition *condition,
							Oid method, int *partitions)
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
		partition =
			index_match_partition(table, lfirst_oid(cell), condition, &mapped);
		if (index_match_nearest(partition, &mapped, method, &nearest) !=
			MISS_SERVES)
			bare++;
	}
	return bare;
}

/* ---- orders ---- */

Condition
index_match_order_condition(Node *key, AttrNumber attnum, Oid collation)
{
	Condition condition = {.kind = CONDITION_RANGE,
						   .key = key,
						   .attnum = attnum,
						   .collation = collation};

	condition.opno =
		lookup_type_cache(getBaseType(exprType(key)), TYPECACHE_LT_OPR)->lt_opr;
	return condition;
}
