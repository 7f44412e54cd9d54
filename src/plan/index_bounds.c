/*-------------------------------------------------------------------------
 *
 * index_bounds.c
 *		What the conditions of an index scan narrow it down to.
 *
 * Each condition is read as a column of the index and whether it is an equality.
 * In a plan's indexqual the left side is always a Var whose varattno numbers the
 * columns of the index; conditions of other kinds bound nothing here.
 *
 * A B-tree reads the range from the leading columns: all with an equality, and
 * the first one without (_bt_preprocess_keys() in nbtree). A condition on
 * a later column is checked on each entry of that range. IS NULL counts as an
 * equality for the range. The rows of a value come from pg_statistic's stadistinct, which ANALYZE
 * makes negative, a fraction of the rows, where the distinct values grow.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_statistic.h"
#include "nodes/primnodes.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "plan/index_bounds.h"

typedef struct BoundsCondition
{
	int column;    /* of the index, from 1 */
	bool equality; /* = or = ANY or IS NULL */
} BoundsCondition;

/*
 * Sets the left side of a condition, and its operator: the first one of a row
 * comparison, InvalidOid for a test of null. False if no column is compared.
 */
static bool
index_bounds_parts(Node *condition, Node **left, Oid *opno)
{
	if (IsA(condition, OpExpr))
	{
		*opno = castNode(OpExpr, condition)->opno;
		*left = linitial(castNode(OpExpr, condition)->args);
	}
	else if (IsA(condition, ScalarArrayOpExpr))
	{
		*opno = castNode(ScalarArrayOpExpr, condition)->opno;
		*left = linitial(castNode(ScalarArrayOpExpr, condition)->args);
	}
	else if (IsA(condition, RowCompareExpr))
	{
		*opno = linitial_oid(castNode(RowCompareExpr, condition)->opnos);
		*left = linitial(castNode(RowCompareExpr, condition)->largs);
	}
	else if (IsA(condition, NullTest))
	{
		*opno = InvalidOid;
		*left = (Node *) castNode(NullTest, condition)->arg;
	}
	else
		return false;
	if (IsA(*left, RelabelType))
		*left = (Node *) castNode(RelabelType, *left)->arg;
	return IsA(*left, Var);
}

/* Returns false for a condition that index_bounds_parts() does not know. */
static bool
index_bounds_read(Oid index, Node *condition, BoundsCondition *read)
{
	Oid opno;
	Node *left;

	if (!index_bounds_parts(condition, &left, &opno))
		return false;
	read->column = castNode(Var, left)->varattno;
	if (IsA(condition, NullTest))
		read->equality = castNode(NullTest, condition)->nulltesttype == IS_NULL;
	else
	{
		Oid method = relation_index_method(index);
		Oid family =
			get_opclass_family(get_index_column_opclass(index, read->column));
		int strategy = get_op_opfamily_strategy(opno, family);

		read->equality =
			!IsA(condition, RowCompareExpr) &&
			((method == BTREE_AM_OID && strategy == BTEqualStrategyNumber) ||
			 (method == HASH_AM_OID && strategy == HTEqualStrategyNumber));
	}
	return true;
}

double
index_bounds_rows_of_value(Oid relation, AttrNumber column)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relation),
						Int16GetDatum(column), BoolGetDatum(false));
	double distinct;

	if (!HeapTupleIsValid(tuple))
		return 0;
	distinct = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct;
	ReleaseSysCache(tuple);
	return distinct < 0 ? -1 / distinct : 0;
}

int
index_bounds_last(Oid index, List *conditions)
{
	Bitmapset *equal = NULL;
	int last = 1;
	ListCell *cell;

	foreach(cell, conditions)
	{
		BoundsCondition read;

		if (index_bounds_read(index, lfirst(cell), &read) && read.equality)
			equal = bms_add_member(equal, read.column);
	}
	while (bms_is_member(last, equal))
		last++;
	return last;
}

Bitmapset *
index_bounds_behind(Oid index, List *conditions)
{
	Bitmapset *behind = NULL;
	int last;
	ListCell *cell;

	if (relation_index_method(index) != BTREE_AM_OID)
		return NULL;
	last = index_bounds_last(index, conditions);
	foreach(cell, conditions)
	{
		BoundsCondition read;

		if (index_bounds_read(index, lfirst(cell), &read) && read.column > last)
			behind = bms_add_member(behind, foreach_current_index(cell));
	}
	return behind;
}
