/*-------------------------------------------------------------------------
 *
 * multicolumn.c
 *		Indexes on several columns that a query may lack.
 *
 * All columns that are compared by = come first, since among equal values the
 * column that follows is in order: then those of the order of the LIMIT, so that
 * the scan can stop early; or nothing more; or one column that is compared with
 * a range.
 *
 * A comparison with another table, or with a row of the query around a subquery,
 * gives one value in each loop of the join, as a parameter does for the whole
 * query. But it does so in one order of the join alone. So the comparisons that
 * are with the same table are one set of keys, and each such set is put behind
 * the keys that are compared with parameters, or left out.
 *
 * Conditions of an OR take no part: one value of theirs does not hold for all
 * rows. Whether the index is there already is not asked. A trial with it would
 * show no less work, and candidates of which only one column lacks an index are
 * tried before these.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "advice/index_candidates.h"
#include "advice/index_facts.h"
#include "advice/index_sql.h"
#include "advice/multicolumn.h"
#include "plan/plan_facts.h"

/* Of more tables than this that one is joined with, the first ones are tried. */
#define MULTICOLUMN_MOST_JOINS 3

typedef struct MulticolumnKeys
{
	List *keys;           /* Node *, each once */
	StringInfoData sql;   /* for CREATE INDEX */
	StringInfoData names; /* for the cause */
	bool expression;      /* one of them is not a column */
} MulticolumnKeys;

/* ---- the keys that are compared by = ---- */

static MulticolumnKeys
multicolumn_no_keys(void)
{
	MulticolumnKeys keys = {.keys = NIL};

	initStringInfo(&keys.sql);
	initStringInfo(&keys.names);
	return keys;
}

static void
multicolumn_add_key(MulticolumnKeys *keys, const QueryTable *table,
					const Condition *condition)
{
	if (list_member(keys->keys, condition->key))
		return;
	appendStringInfo(&keys->sql, "%s%s%s", keys->keys == NIL ? "" : ", ",
					 index_sql_key(table, condition->key),
					 index_sql_collation(condition));
	appendStringInfo(&keys->names, "%s%s", keys->keys == NIL ? "" : " and ",
					 index_sql_name(table, condition->key));
	keys->keys = lappend(keys->keys, condition->key);
	keys->expression = keys->expression || condition->attnum == 0;
}

/* Can the condition give one value to its key, which an index can hold? */
static bool
multicolumn_is_equal(const Condition *condition)
{
	return condition->kind == CONDITION_EQUAL && !condition->alternative &&
		   !contain_mutable_functions(condition->key);
}

/*
 * Returns the keys that are compared by =: with values that hold for the whole
 * query, if filters is true; and with the rows of partner, if it is not NULL.
 */
static MulticolumnKeys
multicolumn_equal_keys(const QueryTable *table, bool filters,
					   const void *partner)
{
	MulticolumnKeys keys = multicolumn_no_keys();
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (filters && condition->partner == NULL &&
			multicolumn_is_equal(condition))
			multicolumn_add_key(&keys, table, condition);
	}
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (partner != NULL && condition->partner == partner &&
			multicolumn_is_equal(condition))
			multicolumn_add_key(&keys, table, condition);
	}
	return keys;
}

/* What the table is joined with by =. */
static List *
multicolumn_partners(const QueryTable *table)
{
	List *partners = NIL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->partner != NULL && multicolumn_is_equal(condition))
			partners = list_append_unique_ptr(
				partners, unconstify(void *, condition->partner));
	}
	return list_truncate(partners, MULTICOLUMN_MOST_JOINS);
}

/* ---- causes ---- */

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

/* ---- candidates ---- */

static Candidate *
multicolumn_make(const QueryTable *table, char *cause,
				 const MulticolumnKeys *keys, const char *more)
{
	Candidate *candidate = candidate_make(cause);

	candidate_add_index(candidate, table->relid, "btree",
						more == NULL ? keys->sql.data
									 : psprintf("%s, %s", keys->sql.data, more),
						keys->expression);
	return candidate;
}

/* Keys, and then the order of the LIMIT; NULL where there is not both. */
static Candidate *
multicolumn_with_order(const QueryTable *table, const PlanFacts *facts,
					   const MulticolumnKeys *keys)
{
	const char *order = index_sql_order(table, keys->keys);

	if (keys->keys == NIL || order[0] == '\0')
		return NULL;
	return multicolumn_make(table, multicolumn_limit_cause(table, facts), keys,
							order);
}

/* Several keys alone. */
static Candidate *
multicolumn_together(const QueryTable *table, const MulticolumnKeys *keys)
{
	if (list_length(keys->keys) < 2)
		return NULL;
	return multicolumn_make(
		table, psprintf("no index holds %s together", keys->names.data), keys,
		NULL);
}

/* Keys, and then the first column that is compared with a range. */
static Candidate *
multicolumn_with_range(const QueryTable *table, const MulticolumnKeys *keys)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->kind != CONDITION_RANGE || condition->attnum == 0 ||
			condition->alternative || condition->partner != NULL ||
			list_member(keys->keys, condition->key))
			continue;
		if (keys->keys == NIL ||
			index_sql_leads_order(table, condition->attnum))
			return NULL;
		return multicolumn_make(table,
								psprintf("no index holds %s and %s together",
										 keys->names.data,
										 index_sql_name(table, condition->key)),
								keys, index_sql_key(table, condition->key));
	}
	return NULL;
}

static List *
multicolumn_add(List *candidates, Candidate *candidate)
{
	ListCell *cell;

	if (candidate == NULL)
		return candidates;
	foreach(cell, candidates)
	{
		const Candidate *other = lfirst(cell);

		if (candidate->fix != NULL && other->fix != NULL &&
			strcmp(candidate->fix, other->fix) == 0)
			return candidates;
	}
	return lappend(candidates, candidate);
}

List *
multicolumn_candidates(const QueryTable *table, const PlanFacts *facts)
{
	MulticolumnKeys filters = multicolumn_equal_keys(table, true, NULL);
	List *partners = multicolumn_partners(table);
	List *found = NIL;
	ListCell *cell;

	foreach(cell, partners)
	{
		MulticolumnKeys all = multicolumn_equal_keys(table, true, lfirst(cell));

		found =
			multicolumn_add(found, multicolumn_with_order(table, facts, &all));
		found = multicolumn_add(found, multicolumn_together(table, &all));
		found = multicolumn_add(found, multicolumn_with_range(table, &all));
	}
	found =
		multicolumn_add(found, multicolumn_with_order(table, facts, &filters));
	found = multicolumn_add(found, multicolumn_together(table, &filters));
	found = multicolumn_add(found, multicolumn_with_range(table, &filters));
	foreach(cell, partners)
	{
		MulticolumnKeys joined =
			multicolumn_equal_keys(table, false, lfirst(cell));

		found = multicolumn_add(found,
								multicolumn_with_order(table, facts, &joined));
	}
	/* An order alone may walk past any number of rows that do not match. */
	return multicolumn_add(found, index_candidates_any_order(table));
}
