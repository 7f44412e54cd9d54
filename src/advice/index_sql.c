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

char *
index_sql_key(const QueryTable *table, Node *key)
{
	char *name = index_sql_name(table, key);
	bool function = IsA(key, FuncExpr) &&
					castNode(FuncExpr, key)->funcformat == COERCE_EXPLICIT_CALL;

	/* ruleutils.c puts an operator into parentheses of its own. */
	return index_sql_attnum(key) != 0 || function || IsA(key, OpExpr)
			   ? name
			   : psprintf("(%s)", name);
}

const char *
index_sql_collation(const Condition *condition)
{
	if (!OidIsValid(condition->collation) ||
		condition->collation == exprCollation(condition->key))
		return "";
	return psprintf(" COLLATE %s",
					generate_collation_name(condition->collation));
}

bool
index_sql_is_fixed(const QueryTable *table, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->kind == CONDITION_EQUAL && !condition->alternative &&
			condition->partner == NULL && condition->attnum == attnum)
			return true;
	}
	return false;
}

static bool
index_sql_is_key(List *keys, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, keys)
		if (index_sql_attnum(lfirst(cell)) == attnum)
			return true;
	return false;
}

/* If the first column descends, flip turns the whole order around. */
char *
index_sql_order(const QueryTable *table, List *keys)
{
	StringInfoData columns;
	bool first = true;
	bool flip = false;
	ListCell *cell;

	initStringInfo(&columns);
	foreach(cell, table->order)
	{
		const OrderColumn *column = lfirst(cell);
		bool descending;
		bool nulls_first;

		if (index_sql_is_fixed(table, column->attnum) ||
			index_sql_is_key(keys, column->attnum))
			continue;
		if (first)
			flip = column->descending;
		descending = column->descending != flip;
		nulls_first = column->nulls_first != flip;
		appendStringInfo(
			&columns, "%s%s%s%s", first ? "" : ", ",
			quote_identifier(get_attname(table->relid, column->attnum, false)),
			descending ? " DESC" : "",
			nulls_first == descending ? ""
			: nulls_first             ? " NULLS FIRST"
									  : " NULLS LAST");
		first = false;
	}
	return columns.data;
}

bool
index_sql_leads_order(const QueryTable *table, AttrNumber attnum)
{
	return attnum != 0 && table->order != NIL &&
		   ((OrderColumn *) linitial(table->order))->attnum == attnum;
}
