/*-------------------------------------------------------------------------
 *
 * multicolumn.c
 *		Indexes on several columns that a query may lack.
 *
 * All columns that are compared by = come first, since among equal values the
 * column that follows is in order: then those of the order of the LIMIT, so that
 * the scan can stop early; or nothing more; or one column that is compared with
 * a range. These are up to three candidates, in this order.
 *
 * Conditions of an OR, and comparisons with another table, take no part: one
 * value of theirs does not hold for all rows. Whether the index is there already
 * is not asked. A trial with it would show no less work, and candidates of which
 * only one column lacks an index are tried before these.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "advice/index_facts.h"
#include "advice/index_sql.h"
#include "advice/multicolumn.h"
#include "plan/plan_facts.h"

typedef struct MulticolumnKeys
{
	StringInfoData sql;   /* for CREATE INDEX */
	StringInfoData names; /* for the cause */
	int n;
	bool expression; /* one of them is not a column */
} MulticolumnKeys;

/* Collects the keys that are compared by =, each once. */
static MulticolumnKeys
multicolumn_equal_keys(const QueryTable *table)
{
	MulticolumnKeys columns = {.n = 0};
	List *keys = NIL;
	ListCell *cell;

	initStringInfo(&columns.sql);
	initStringInfo(&columns.names);
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->kind != CONDITION_EQUAL || condition->alternative ||
			condition->join || list_member(keys, condition->key) ||
			contain_mutable_functions(condition->key))
			continue;
		keys = lappend(keys, condition->key);
		appendStringInfo(&columns.sql, "%s%s%s", columns.n > 0 ? ", " : "",
						 index_sql_key(table, condition->key),
						 index_sql_collation(condition));
		appendStringInfo(&columns.names, "%s%s", columns.n > 0 ? " and " : "",
						 index_sql_name(table, condition->key));
		columns.expression = columns.expression || condition->attnum == 0;
		columns.n++;
	}
	return columns;
}

/* Looks for the plan's index that gives the order of the LIMIT. */
static char *
multicolumn_limit_cause(const QueryTable *table, const PlanFacts *facts)
{
	List *indexes = index_facts_read(table->relid);
	ListCell *cell;
	ListCell *used;

	foreach(cell, indexes)
	{
		const IndexFacts *index = lfirst(cell);

		if (index->nkeys > 0 && index->method == BTREE_AM_OID &&
			index_sql_leads_order(table, index_sql_attnum(index->keys[0])))
			foreach(used, facts->indexes)
				if (((PlanIndex *) lfirst(used))->oid == index->oid)
					return psprintf("the LIMIT walks %s, the index of the "
									"ORDER BY, past rows that do not match",
									index->name);
	}
	return pstrdup("all rows that match are read and sorted before the LIMIT");
}

static Candidate *
multicolumn_make(const QueryTable *table, char *cause,
				 const MulticolumnKeys *columns, const char *more)
{
	Candidate *candidate = candidate_make(cause);

	candidate_add_index(candidate, table->relid, "btree",
						more == NULL
							? columns->sql.data
							: psprintf("%s, %s", columns->sql.data, more),
						columns->expression);
	return candidate;
}

List *
multicolumn_candidates(const QueryTable *table, const PlanFacts *facts)
{
	MulticolumnKeys columns = multicolumn_equal_keys(table);
	const Condition *range = NULL;
	const char *order = index_sql_order(table);
	List *candidates = NIL;
	ListCell *cell;

	if (columns.n == 0)
		return NIL;
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (range == NULL && condition->kind == CONDITION_RANGE &&
			condition->attnum != 0 && !condition->alternative &&
			!condition->join)
			range = condition;
	}
	if (order[0] != '\0')
		candidates = lappend(
			candidates,
			multicolumn_make(table, multicolumn_limit_cause(table, facts),
							 &columns, order));
	if (columns.n > 1)
		candidates = lappend(
			candidates, multicolumn_make(table,
										 psprintf("no index holds %s together",
												  columns.names.data),
										 &columns, NULL));
	if (range != NULL && !index_sql_leads_order(table, range->attnum))
		candidates = lappend(
			candidates,
			multicolumn_make(table,
							 psprintf("no index holds %s and %s together",
									  columns.names.data,
									  index_sql_name(table, range->key)),
							 &columns, index_sql_key(table, range->key)));
	return candidates;
}
