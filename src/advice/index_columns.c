/*-------------------------------------------------------------------------
 *
 * index_columns.c
 *		Collects the columns of an index that is to be created.
 *
 * The keys are kept as expressions, to tell whether one is there already, and at
 * the same time written as CREATE INDEX has them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "advice/index_columns.h"
#include "advice/index_match.h"
#include "advice/index_sql.h"
#include "base/compat.h"
#include "base/relation.h"
#include "query/operand.h"

/* ---- adding ---- */

IndexColumns
index_columns_start(const QueryTable *table)
{
	IndexColumns columns = {.table = table};

	initStringInfo(&columns.sql);
	return columns;
}

static void
index_columns_add(IndexColumns *columns, Node *key, const char *sql)
{
	appendStringInfo(&columns->sql, "%s%s", columns->keys == NIL ? "" : ", ",
					 sql);
	columns->keys = lappend(columns->keys, key);
	columns->expression = columns->expression || index_sql_attnum(key) == 0;
}

void
index_columns_add_condition(IndexColumns *columns, const Condition *condition)
{
	if (!list_member(columns->keys, condition->key))
		index_columns_add(columns, condition->key,
						  index_match_need(columns->table, condition).column);
}

void
index_columns_add_equal(IndexColumns *columns, List *conditions)
{
	ListCell *cell;

	foreach(cell, conditions)
		index_columns_add_condition(columns, lfirst(cell));
}

void
index_columns_add_order(IndexColumns *columns, List *order)
{
	List *added = index_sql_order_columns(columns->table, order, columns->keys);
	const char *sql = index_sql_order(columns->table, order, columns->keys);
	ListCell *cell;

	if (added == NIL)
		return;
	appendStringInfo(&columns->sql, "%s%s", columns->keys == NIL ? "" : ", ",
					 sql);
	foreach(cell, added)
		columns->keys =
			lappend(columns->keys, ((OrderColumn *) lfirst(cell))->key);
	columns->expression =
		columns->expression || index_sql_has_expression(added);
}

bool
index_columns_add_attributes(IndexColumns *columns, const Bitmapset *attnums)
{
	int attnum = -1;

	while ((attnum = bms_next_member(attnums, attnum)) >= 0)
	{
		Oid type;
		int32 modifier;
		Oid collation;
		Node *key;

		get_atttypetypmodcoll(columns->table->relid, attnum, &type, &modifier,
							  &collation);
		key = (Node *) makeVar(1, attnum, type, modifier, collation, 0);
		if (list_member(columns->keys, key))
			continue;
		if (!OidIsValid(
				lookup_type_cache(getBaseType(type), TYPECACHE_LT_OPR)->lt_opr))
			return false;
		index_columns_add(columns, key, index_sql_key(columns->table, key));
	}
	return true;
}

char *
index_columns_names(const IndexColumns *columns)
{
	StringInfoData names;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, columns->keys)
		appendStringInfo(&names, "%s%s",
						 names.len == 0                       ? ""
						 : lnext(columns->keys, cell) == NULL ? " and "
															  : ", ",
						 index_sql_name(columns->table, lfirst(cell)));
	return names.data;
}

/* ---- what there is ---- */

bool
index_columns_are_unique(const QueryTable *table, List *equal)
{
	Bitmapset *attnums = NULL;
	ListCell *cell;

	foreach(cell, equal)
	{
		const Condition *condition = lfirst(cell);

		if (condition->attnum > 0 && condition->kind == CONDITION_EQUAL)
			attnums = bms_add_member(attnums, condition->attnum);
	}
	return attnums != NULL && relation_has_unique_key(table->relid, attnums);
}

/* Whether index has the keys, as index_columns_exist() says. */
static bool
index_columns_are_in(const IndexColumns *columns, const IndexFacts *index,
					 int nequal)
{
	ListCell *cell;

	foreach(cell, columns->keys)
	{
		int n = foreach_current_index(cell);
		int column = index_facts_column(index, lfirst(cell));

		if (column < 0 || (n < nequal ? column >= nequal : column != n))
			return false;
	}
	return true;
}

/* Whether index has the order behind nequal columns, forward or backward. */
static bool
index_columns_are_ordered(const IndexFacts *index, int nequal, List *ordered)
{
	bool backward = false;
	ListCell *cell;

	foreach(cell, ordered)
	{
		const OrderColumn *column = lfirst(cell);
		int n = nequal + foreach_current_index(cell);

		if (n == nequal)
			backward = index->descending[n] != column->descending;
		if (column->descending != (index->descending[n] != backward) ||
			column->nulls_first != (index->nulls_first[n] != backward) ||
			(OidIsValid(column->collation) &&
			 column->collation != index->collations[n]))
			return false;
	}
	return true;
}

/* Whether the query can use an index for the keys; see index_columns_exist(). */
static bool
index_columns_serves(const IndexColumns *columns, const IndexFacts *index,
					 int nequal)
{
	return index->valid && index->method == BTREE_AM_OID &&
		   index->nkeys >= list_length(columns->keys) &&
		   index_facts_covers(index, columns->table) &&
		   index_columns_are_in(columns, index, nequal);
}

bool
index_columns_exist(const IndexColumns *columns, int nequal, List *ordered)
{
	List *indexes = index_facts_read(columns->table->relid);
	ListCell *cell;

	foreach(cell, indexes)
		if (index_columns_serves(columns, lfirst(cell), nequal) &&
			index_columns_are_ordered(lfirst(cell), nequal, ordered))
			return true;
	return false;
}

bool
index_columns_are_covered(const IndexColumns *columns, int nequal,
						  const Bitmapset *attnums)
{
	List *indexes = index_facts_read(columns->table->relid);
	ListCell *cell;

	foreach(cell, indexes)
		if (index_columns_serves(columns, lfirst(cell), nequal) &&
			bms_is_subset(attnums, ((IndexFacts *) lfirst(cell))->columns))
			return true;
	return false;
}

/* ---- conditions ---- */

bool
index_columns_is_equal(const Condition *condition)
{
	return (condition->kind == CONDITION_EQUAL ||
			condition->kind == CONDITION_NULL) &&
		   !condition->alternative &&
		   !contain_mutable_functions(condition->key);
}

List *
index_columns_equal(const QueryTable *table, bool filters, const void *partner)
{
	List *equal = NIL;
	ListCell *cell;

	if (filters)
		foreach(cell, table->conditions)
		{
			const Condition *condition = lfirst(cell);

			if (condition->partner == NULL && index_columns_is_equal(condition))
				equal = lappend(equal, lfirst(cell));
		}
	if (partner == NULL)
		return equal;
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->partner == partner && index_columns_is_equal(condition))
			equal = lappend(equal, lfirst(cell));
	}
	return equal;
}

/* Is it NOT LIKE, !~ or the like, by the operator's name? */
static bool
index_columns_is_negative_match(const OpExpr *op)
{
	const char *name = get_opname(op->opno);

	return name != NULL && name[0] == '!';
}

/*
 * Whether a condition only says which rows are of interest at all, as deleted_at IS
 * NULL does: a column that is compared by = is better as a key. What a row is not, and
 * what compares columns of it, is no key of any index; and a flag, or a list of states
 * that is always the same, leaves a key to what the parameters ask for.
 */
static bool
index_columns_is_lasting(Node *filter)
{
	OpExpr *op = (OpExpr *) filter;
	ScalarArrayOpExpr *any = (ScalarArrayOpExpr *) filter;

	switch (nodeTag(filter))
	{
		case T_NullTest:
		case T_BooleanTest:
			return true;
		case T_Var:
		case T_FuncExpr:
			return exprType(filter) == BOOLOID;
		case T_BoolExpr:
			return is_notclause(filter) &&
				   index_columns_is_lasting(
					   linitial(castNode(BoolExpr, filter)->args));
		case T_DistinctExpr:
			return list_length(op->args) == 2;
		case T_ScalarArrayOpExpr:
			return IsA(lsecond(any->args), Const);
		case T_OpExpr:
			if (list_length(op->args) != 2)
				return false;
			if (contain_var_clause(linitial(op->args)) &&
				contain_var_clause(lsecond(op->args)))
				return OidIsValid(get_negator(op->opno));
			return IsA(lsecond(op->args), Const) &&
				   (compat_btree_strategy(op->opno) == COMPAT_STRATEGY_NE ||
					index_columns_is_negative_match(op));
		default:
			return false;
	}
}

List *
index_columns_constant_filters(const QueryTable *table)
{
	List *simple = (List *) eval_const_expressions(
		NULL, (Node *) copyObject(table->filters));
	List *all = NIL;
	List *constant = NIL;
	ListCell *cell;

	/* NOT (a OR b) has become NOT a AND NOT b. */
	foreach(cell, simple)
		all = list_concat(all, make_ands_implicit(lfirst(cell)));
	foreach(cell, all)
		if (index_columns_is_lasting(lfirst(cell)) &&
			!contain_mutable_functions(lfirst(cell)) &&
			!contain_subplans(lfirst(cell)) &&
			operand_params(lfirst(cell)) == NULL)
			constant = list_append_unique(constant, lfirst(cell));
	return constant;
}

/* ---- a partial index ---- */

void
index_columns_add_partial_index(Candidate *candidate,
								const IndexColumns *columns,
								const char *predicate)
{
	Oid relid = columns->table->relid;
	const char *name = relation_sql_name(relid);

	candidate_add_statement(
		candidate, relid,
		psprintf("CREATE INDEX ON %s USING btree (%s) WHERE %s", name,
				 columns->sql.data, predicate));
	if (columns->expression)
		candidate_add_statement(candidate, relid, psprintf("ANALYZE %s", name));
	candidate->kind = CANDIDATE_INDEX;
	candidate->partial = true;
	candidate->nindexes++;
}
