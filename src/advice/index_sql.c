/*-------------------------------------------------------------------------
 *
 * index_sql.c
 *		Columns, expressions and orders as CREATE INDEX has them.
 *
 * Columns are named from pg_attribute; all else is printed by the server's
 * ruleutils.c, with pg_catalog alone in the search_path, so that it writes the
 * other schemas. Only the parentheses that CREATE INDEX wants around an
 * expression are put here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "advice/index_sql.h"
#include "base/guc_scope.h"

char *
index_sql_expression(const QueryTable *table, Node *key)
{
	List *names = deparse_context_for(get_rel_name(table->relid), table->relid);
	int level = guc_scope_enter();
	char *text = deparse_expression(key, names, false, false);

	guc_scope_leave(level);
	return text;
}

AttrNumber
index_sql_attnum(Node *key)
{
	while (key != NULL && IsA(key, RelabelType))
		key = (Node *) castNode(RelabelType, key)->arg;
	return key != NULL && IsA(key, Var) ? castNode(Var, key)->varattno : 0;
}

char *
index_sql_name(const QueryTable *table, Node *key)
{
	AttrNumber attnum = index_sql_attnum(key);

	return attnum == 0 ? index_sql_expression(table, key)
					   : pstrdup(quote_identifier(
							 get_attname(table->relid, attnum, false)));
}

/* Whether one pair of parentheses is around all of an expression. */
static bool
index_sql_is_enclosed(const char *text)
{
	int depth = 0;
	char quote = '\0';

	for (const char *at = text; *at != '\0'; at++)
	{
		if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '\'' || *at == '"')
			quote = *at;
		else
			depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		if (depth == 0)
			return at[1] == '\0' && at > text;
	}
	return false;
}

char *
index_sql_key(const QueryTable *table, Node *key)
{
	char *name = index_sql_name(table, key);
	bool function = IsA(key, FuncExpr) &&
					castNode(FuncExpr, key)->funcformat == COERCE_EXPLICIT_CALL;

	/* ruleutils.c puts an operator into parentheses of its own. */
	return index_sql_attnum(key) != 0 || function || IsA(key, OpExpr) ||
				   index_sql_is_enclosed(name)
			   ? name
			   : psprintf("(%s)", name);
}

char *
index_sql_collated(const QueryTable *table, Node *key, Oid collation)
{
	if (!OidIsValid(collation) || collation == exprCollation(key))
		return index_sql_key(table, key);
	return psprintf("%s COLLATE %s", index_sql_key(table, key),
					generate_collation_name(collation));
}

char *
index_sql_condition(const QueryTable *table, const Condition *condition)
{
	char *key = index_sql_name(table, condition->key);
	int level;
	char *value;

	if (condition->kind == CONDITION_NULL)
		return psprintf("%s IS NULL", key);
	if (condition->kind == CONDITION_ANY)
		return psprintf("%s = ANY (...)", key);
	/* Of a long expression it is of no interest how it comes by its value. */
	if (condition->value == NULL ||
		(!IsA(condition->value, Const) && !IsA(condition->value, Param)))
		return psprintf("one %s", key);
	/* A condition that is the column itself. */
	if (!IsA(condition->clause, OpExpr) && IsA(condition->value, Const))
		return DatumGetBool(castNode(Const, condition->value)->constvalue)
				   ? key
				   : psprintf("NOT %s", key);
	level = guc_scope_enter();
	value = deparse_expression(condition->value, NIL, false, false);
	guc_scope_leave(level);
	return psprintf("%s %s %s", key, get_opname(condition->opno), value);
}

bool
index_sql_is_fixed(const QueryTable *table, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if ((condition->kind == CONDITION_EQUAL ||
			 condition->kind == CONDITION_NULL) &&
			!condition->alternative && condition->partner == NULL &&
			condition->attnum == attnum)
			return true;
	}
	return false;
}

/* Whether an order needs no key: all rows that are read are equal in it. */
static bool
index_sql_is_equal(const QueryTable *table, const OrderColumn *column,
				   List *keys)
{
	ListCell *cell;

	if (list_member(keys, column->key) ||
		(column->attnum != 0 && index_sql_is_fixed(table, column->attnum)))
		return true;
	foreach(cell, keys)
		if (column->attnum != 0 &&
			index_sql_attnum(lfirst(cell)) == column->attnum)
			return true;
	return false;
}

List *
index_sql_order_columns(const QueryTable *table, List *order, List *keys)
{
	List *columns = NIL;
	ListCell *cell;

	foreach(cell, order)
	{
		OrderColumn *column = lfirst(cell);

		if (index_sql_is_equal(table, column, keys))
			continue;
		if (OidIsValid(column->distance) ||
			contain_mutable_functions(column->key))
			break;
		columns = lappend(columns, column);
	}
	return columns;
}

bool
index_sql_has_expression(List *order)
{
	ListCell *cell;

	foreach(cell, order)
		if (((OrderColumn *) lfirst(cell))->attnum == 0)
			return true;
	return false;
}

/* If the first column descends, flip turns the whole order around. */
char *
index_sql_order(const QueryTable *table, List *order, List *keys)
{
	List *columns = index_sql_order_columns(table, order, keys);
	bool flip =
		columns != NIL && ((OrderColumn *) linitial(columns))->descending;
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	foreach(cell, columns)
	{
		const OrderColumn *column = lfirst(cell);
		bool descending = column->descending != flip;
		bool nulls_first = column->nulls_first != flip;

		appendStringInfo(
			&sql, "%s%s%s%s", sql.len == 0 ? "" : ", ",
			index_sql_collated(table, column->key, column->collation),
			descending ? " DESC" : "",
			nulls_first == descending ? ""
			: nulls_first             ? " NULLS FIRST"
									  : " NULLS LAST");
	}
	return sql.data;
}

bool
index_sql_leads_order(const QueryTable *table, const Condition *condition)
{
	const OrderColumn *first =
		table->order == NIL ? NULL : linitial(table->order);

	return first != NULL && !OidIsValid(first->distance) &&
		   first->collation == condition->collation &&
		   (first->attnum != 0 ? first->attnum == condition->attnum
							   : equal(first->key, condition->key));
}
