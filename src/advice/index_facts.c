/*-------------------------------------------------------------------------
 *
 * index_facts.c
 *		The indexes of a table, and whether one can serve a condition.
 *
 * Everything is read from the relation cache, whose Vars have varno 1 as those
 * of a Condition do, so that keys are compared with equal(). A RelabelType, such
 * as that of varchar to text, is looked through on both sides.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily_d.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"

#include "advice/index_facts.h"
#include "base/compat.h"
#include "base/relation.h"

static IndexFacts *
index_facts_of(Relation relation, Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	IndexFacts *facts = palloc0(sizeof(*facts));
	List *expressions = relation_index_expressions(index);
	int next = 0;

	facts->oid = oid;
	facts->name = pstrdup(RelationGetRelationName(index));
	facts->method = index->rd_rel->relam;
	facts->valid = index->rd_index->indisvalid && index->rd_index->indisready;
	facts->predicate = relation_index_predicate(index);
	facts->nkeys = index->rd_index->indnkeyatts;
	for (int i = 0; i < facts->nkeys; i++)
	{
		AttrNumber attnum = index->rd_index->indkey.values[i];

		if (attnum > 0)
		{
			Form_pg_attribute attribute =
				TupleDescAttr(RelationGetDescr(relation), attnum - 1);

			facts->keys[i] = (Node *) makeVar(1, attnum, attribute->atttypid,
											  attribute->atttypmod,
											  attribute->attcollation, 0);
		}
		else if (attnum == 0)
			facts->keys[i] = list_nth(expressions, next++);
		facts->families[i] = index->rd_opfamily[i];
		facts->collations[i] = index->rd_indcollation[i];
		facts->descending[i] = (index->rd_indoption[i] & INDOPTION_DESC) != 0;
		facts->nulls_first[i] =
			(index->rd_indoption[i] & INDOPTION_NULLS_FIRST) != 0;
	}
	for (int i = 0; i < index->rd_index->indnatts; i++)
		if (index->rd_index->indkey.values[i] > 0)
			facts->columns = bms_add_member(facts->columns,
											index->rd_index->indkey.values[i]);
	index_close(index, AccessShareLock);
	return facts;
}

static int
index_facts_compare(const ListCell *a, const ListCell *b)
{
	return strcmp(((IndexFacts *) lfirst(a))->name,
				  ((IndexFacts *) lfirst(b))->name);
}

List *
index_facts_read(Oid relid)
{
	Relation relation = try_relation_open(relid, AccessShareLock);
	List *indexes = NIL;
	ListCell *cell;

	if (relation == NULL)
		return NIL;
	foreach(cell, RelationGetIndexList(relation))
		indexes = lappend(indexes, index_facts_of(relation, lfirst_oid(cell)));
	relation_close(relation, AccessShareLock);
	list_sort(indexes, index_facts_compare);
	return indexes;
}

static const Node *
index_facts_strip(const Node *key)
{
	while (key != NULL && IsA(key, RelabelType))
		key = (Node *) castNode(RelabelType, unconstify(Node *, key))->arg;
	return key;
}

int
index_facts_column(const IndexFacts *index, const Node *key)
{
	Node *simple;

	key = index_facts_strip(key);
	/* The relation cache has the expressions of an index in this form. */
	simple =
		IsA(key, Var)
			? NULL
			: eval_const_expressions(NULL, copyObject(unconstify(Node *, key)));
	for (int i = 0; i < index->nkeys; i++)
	{
		const Node *of_index = index_facts_strip(index->keys[i]);

		if (of_index == NULL)
			continue;
		/* For columns the number decides: type modifiers may differ. */
		if (IsA(key, Var) && IsA(of_index, Var) &&
			((const Var *) key)->varattno == ((const Var *) of_index)->varattno)
			return i;
		if (equal(key, of_index) || (simple != NULL && equal(simple, of_index)))
			return i;
	}
	return -1;
}

bool
index_facts_fits(const IndexFacts *index, int column,
				 const Condition *condition)
{
	Oid collation = index->collations[column];

	/* The strings with a prefix are a range only where the order is by bytes. */
	if (condition->kind == CONDITION_PREFIX && index->method == BTREE_AM_OID)
		switch (index->families[column])
		{
			case TEXT_PATTERN_BTREE_FAM_OID:
			case BPCHAR_PATTERN_BTREE_FAM_OID:
				return true;
			case TEXT_BTREE_FAM_OID:
			case BPCHAR_BTREE_FAM_OID:
				return compat_collation_is_c(collation);
			default:
				return false;
		}
	/* IS NULL asks for no operator. */
	if (condition->kind == CONDITION_NULL)
		return index->method == BTREE_AM_OID || index->method == GIST_AM_OID ||
			   index->method == BRIN_AM_OID;
	if (OidIsValid(collation) && OidIsValid(condition->collation) &&
		collation != condition->collation)
		return false;
	return op_in_opfamily(condition->opno, index->families[column]);
}

bool
index_facts_covers(const IndexFacts *index, const QueryTable *table)
{
	List *clauses;

	if (index->predicate == NIL)
		return true;
	clauses = (List *) eval_const_expressions(
		NULL, (Node *) copyObject(table->filters));
	return predicate_implied_by(index->predicate, clauses, false);
}
