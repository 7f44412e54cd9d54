/*-------------------------------------------------------------------------
 *
 * index_arms.c
 *		Indexes that a query needs together: one for each arm of it.
 *
 * An OR reads little only if each of its arms has an index, whose rows a bitmap
 * then adds up; one arm without an index reads the whole table, so that an index
 * for one of them alone shows no less work. The same is so of the arms of a UNION
 * ALL. Arms on the same column share an index. What is compared by = beside the
 * OR stands first in the index of each arm, if that is a B-tree.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_am_d.h"
#include "optimizer/optimizer.h"

#include "advice/index_arms.h"
#include "advice/index_candidates.h"
#include "advice/index_columns.h"
#include "advice/index_match.h"
#include "advice/index_sql.h"
#include "advice/multicolumn.h"

/* An OR with more arms than this is a list that was written out. */
#define INDEX_ARMS_MOST 8

/* Adds the statements of another candidate, each once. */
static void
index_arms_take(Candidate *candidate, const Candidate *other)
{
	ListCell *cell;
	ListCell *old;

	foreach(cell, other->statements)
	{
		bool known = false;

		foreach(old, candidate->statements)
			known = known || strcmp(lfirst(old), lfirst(cell)) == 0;
		if (known)
			return;
		candidate_add_statement(candidate, linitial_oid(other->tables),
								lfirst(cell));
	}
	candidate->nindexes += other->nindexes;
	candidate->kind = other->kind;
}

/* ---- an OR ---- */

/* How well a condition can lead the index of an arm; 0: not at all. */
static int
index_arms_rank(const Condition *condition)
{
	if (contain_mutable_functions(condition->key) || condition->is_short)
		return 0;
	switch (condition->kind)
	{
		case CONDITION_EQUAL:
			return 5;
		case CONDITION_ANY:
			return 4;
		case CONDITION_SEARCH:
		case CONDITION_PREFIX:
			return 3;
		case CONDITION_NULL:
			return 2;
		default:
			return 1;
	}
}

/* The condition of an arm of an OR that an index serves best, or NULL. */
static const Condition *
index_arms_leader(const QueryTable *table, const BoolExpr *any_of, int arm)
{
	const Condition *best = NULL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->any_of == any_of && condition->arm == arm &&
			index_arms_rank(condition) > 0 &&
			(best == NULL ||
			 index_arms_rank(condition) > index_arms_rank(best)))
			best = condition;
	}
	return best;
}

/*
 * Returns the index for one arm: what holds beside the OR by =, what the arm
 * compares by =, and then its leader. NULL if nothing is missing.
 */
static Candidate *
index_arms_index(const QueryTable *table, const Condition *leader)
{
	IndexColumns columns = index_columns_start(table);
	IndexNeed need = index_match_need(table, leader);
	List *equal = index_columns_equal(table, true, NULL);
	IndexFacts *nearest;
	Candidate *candidate;
	ListCell *cell;

	if (!OidIsValid(need.method))
		return NULL;
	candidate = candidate_make(NULL);
	if (need.method != BTREE_AM_OID)
	{
		if (index_match_nearest(table, leader, need.method, &nearest) ==
			MISS_SERVES)
			return NULL;
		candidate_add_index(candidate, table->relid, need.name, need.column,
							index_sql_attnum(leader->key) == 0);
		return candidate;
	}
	index_columns_add_equal(&columns, equal);
	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->any_of == leader->any_of &&
			condition->arm == leader->arm &&
			condition->kind == CONDITION_EQUAL &&
			!contain_mutable_functions(condition->key))
			index_columns_add_condition(&columns, condition);
	}
	if (leader->kind == CONDITION_EQUAL &&
		index_columns_exist(&columns, list_length(columns.keys), NIL))
		return NULL;
	index_columns_add_condition(&columns, leader);
	if (index_columns_exist(&columns, list_length(columns.keys) - 1, NIL))
		return NULL;
	candidate_add_index(candidate, table->relid, "btree", columns.sql.data,
						columns.expression);
	return candidate;
}

/* Returns the indexes for the arms of an OR, or NULL if they do not help. */
static Candidate *
index_arms_of_or(const QueryTable *table, const BoolExpr *any_of)
{
	int narms = list_length(any_of->args);
	Candidate *all = candidate_make(NULL);
	StringInfoData names;

	if (narms > INDEX_ARMS_MOST)
		return NULL;
	initStringInfo(&names);
	for (int i = 0; i < narms; i++)
	{
		const Condition *leader = index_arms_leader(table, any_of, i);
		Candidate *index;

		/* The whole table is read for such an arm; and a cursor has an order. */
		if (leader == NULL || leader->partner != NULL ||
			(leader->kind == CONDITION_RANGE &&
			 index_sql_leads_order(table, leader)))
			return NULL;
		index = index_arms_index(table, leader);
		if (index == NULL)
			continue;
		index_arms_take(all, index);
		appendStringInfo(&names, "%s%s", names.len > 0 ? " and " : "",
						 index_sql_name(table, leader->key));
	}
	if (all->statements == NIL)
		return NULL;
	all->cause = psprintf("each arm of the OR needs an index of its own, and "
						  "there is none for %s",
						  names.data);
	return all;
}

/* The ORs over a table, each once. */
static List *
index_arms_ors(const QueryTable *table)
{
	List *ors = NIL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->any_of != NULL)
			ors = list_append_unique_ptr(
				ors, unconstify(BoolExpr *, condition->any_of));
	}
	return ors;
}

/* ---- a UNION ALL ---- */

/* The likeliest index of a table: with the order, or else for a condition. */
static const Candidate *
index_arms_best(const QueryTable *table, const PlanFacts *facts)
{
	List *candidates = multicolumn_candidates(table, facts);
	ListCell *cell;

	if (table->orders == NIL)
		candidates = list_concat(index_candidates_missing(table), candidates);
	foreach(cell, candidates)
		if (((const Candidate *) lfirst(cell))->nindexes > 0)
			return lfirst(cell);
	return NULL;
}

/* Returns the indexes of the tables below a set operation, if it has several. */
static Candidate *
index_arms_of_append(List *tables, const Query *append, const PlanFacts *facts)
{
	Candidate *all = candidate_make(NULL);
	ListCell *cell;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		const Candidate *best =
			table->append != append ? NULL : index_arms_best(table, facts);

		if (best == NULL)
			continue;
		index_arms_take(all, best);
		if (all->cause == NULL)
			all->cause = best->cause;
	}
	if (all->nindexes < 2)
		return NULL;
	all->cause = psprintf("%s, in each of %d arms of the UNION ALL", all->cause,
						  all->nindexes);
	return all;
}

List *
index_arms_candidates(List *tables, const PlanFacts *facts)
{
	List *candidates = NIL;
	List *appends = NIL;
	Candidate *candidate;
	ListCell *cell;
	ListCell *one;

	foreach(cell, tables)
	{
		const QueryTable *table = lfirst(cell);
		List *ors = index_arms_ors(table);

		foreach(one, ors)
		{
			candidate = index_arms_of_or(table, lfirst(one));
			if (candidate != NULL)
				candidates = lappend(candidates, candidate);
		}
		if (table->append != NULL)
			appends = list_append_unique_ptr(
				appends, unconstify(Query *, table->append));
	}
	foreach(cell, appends)
	{
		candidate = index_arms_of_append(tables, lfirst(cell), facts);
		if (candidate != NULL)
			candidates = lappend(candidates, candidate);
	}
	return candidates;
}
