/*-------------------------------------------------------------------------
 *
 * index_set.c
 *		One set of indexes for the whole contract.
 *
 * The first trial holds all indexes that any query may lack, and the set is chosen
 * in it by hiding the others. The second one holds the set alone: in it the queries
 * are judged as they will be, the indexes that were there before are hidden in
 * turns, and all of them are written to. Their cost is measured on copies that the
 * trial builds, since entries that are inserted into an index stay there after a
 * rollback.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "utils/lsyscache.h"

#include "advice/index_set.h"
#include "advice/index_set_choice.h"
#include "advice/index_set_existing.h"
#include "advice/index_set_pool.h"
#include "advice/index_set_query.h"
#include "advice/index_set_trial.h"
#include "advice/write_cost.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"

/* What an index costs, new or old. */
typedef struct SetCost
{
	Oid relid;
	Oid leaf; /* the table, or the largest of its partitions */
	SetIndex
		*made; /* of the trial: the index itself, or a copy of an old one */
	WriteCost cost;
} SetCost;

typedef struct SetTrial
{
	List *queries;
	List *pool;
	List *chosen;   /* SetIndex *, of the pool */
	List *existing; /* ExistingIndex * */
	List *with;     /* SetVerdict *, one a query: with the set */
	List *hidden;   /* OIDs, of chosen indexes that are out again */
	List *serves;   /* Lists of char *, one for each of chosen */
	List *costs;    /* SetCost *: those of chosen, then of existing */
} SetTrial;

/* ---- the first trial: which ---- */

static void
index_set_choose_inside(void *arg)
{
	SetTrial *trial = arg;
	Bitmapset *numbers;
	int number = -1;

	index_set_trial_create(trial->pool);
	numbers = index_set_choice_make(trial->queries, trial->pool);
	while ((number = bms_next_member(numbers, number)) >= 0)
		trial->chosen = lappend(trial->chosen, list_nth(trial->pool, number));
}

/* Runs a part in a sandbox. What is raised there is of the trial, no query's. */
static void
index_set_run(SandboxedFunction function, SetTrial *trial)
{
	ErrorData *error = sandbox_run(function, trial, 0);

	index_set_trial_end(trial->pool);
	index_set_query_forget(trial->queries);
	if (error != NULL)
		ReThrowError(error);
}

/* ---- the second trial: the proof ---- */

/* Judges all queries; those that raised an error before are left out. */
static List *
index_set_judge_all(List *queries, const List *hidden)
{
	List *verdicts = NIL;
	ListCell *cell;

	foreach(cell, queries)
	{
		SetQuery *query = lfirst(cell);

		verdicts = lappend(
			verdicts,
			query->error != NULL ? NULL : index_set_query_judge(query, hidden));
	}
	return verdicts;
}

/* Is a query worse than before, and not without the index? Then that is out. */
static bool
index_set_hurts(const SetTrial *trial, const SetIndex *index)
{
	List *hidden = list_concat_copy(trial->hidden, index->family);
	ListCell *cell;
	ListCell *verdict;

	forboth(cell, trial->queries, verdict, trial->with)
	{
		SetQuery *query = lfirst(cell);

		if (lfirst(verdict) != NULL &&
			index_set_query_is_worse(lfirst(verdict), &query->now) &&
			index_set_query_reads(query, index->relid) &&
			!index_set_query_is_worse(index_set_query_judge(query, hidden),
									  &query->now))
			return true;
	}
	return false;
}

/* What statistics of the trial bring out may be otherwise than in the first. */
static void
index_set_prove(SetTrial *trial)
{
	ListCell *cell;

	trial->with = index_set_judge_all(trial->queries, NIL);
	foreach(cell, trial->chosen)
	{
		SetIndex *index = lfirst(cell);

		if (OidIsValid(index->oid) && !index_set_hurts(trial, index))
			continue;
		trial->hidden = list_concat(trial->hidden, index->family);
		trial->chosen = foreach_delete_current(trial->chosen, cell);
		trial->with = index_set_judge_all(trial->queries, trial->hidden);
	}
}

static bool
index_set_reads_any(const List *indexes, const List *family)
{
	ListCell *cell;

	foreach(cell, family)
		if (list_member_oid(indexes, lfirst_oid(cell)))
			return true;
	return false;
}

/* Returns the queries that an index mends, or that are worse without it. */
static List *
index_set_served(const SetTrial *trial, const SetIndex *index)
{
	List *hidden = list_concat_copy(trial->hidden, index->family);
	List *names = NIL;
	ListCell *cell;
	ListCell *verdict;

	forboth(cell, trial->queries, verdict, trial->with)
	{
		SetQuery *query = lfirst(cell);
		const SetVerdict *with = lfirst(verdict);

		if (with == NULL || !index_set_query_reads(query, index->relid))
			continue;
		if ((index_set_query_fails(query) && with->status != VERDICT_NOT_OK &&
			 index_set_reads_any(with->indexes, index->family)) ||
			index_set_query_is_worse(index_set_query_judge(query, hidden),
									 with))
			names = lappend(names, query->query->name);
	}
	return names;
}

/* ---- what indexes cost ---- */

/* Returns the largest of a table's partitions, or the table. */
static Oid
index_set_leaf(const List *family)
{
	Oid leaf = InvalidOid;
	double most = -1;
	ListCell *cell;

	foreach(cell, family)
	{
		Oid relid;

		if (get_rel_relkind(lfirst_oid(cell)) != RELKIND_INDEX)
			continue;
		relid = IndexGetRelation(lfirst_oid(cell), false);
		if (relation_rows(relid) > most)
		{
			leaf = relid;
			most = relation_rows(relid);
		}
	}
	return leaf;
}

/* Returns the index of a family that is on a table. */
static Oid
index_set_member_on(const List *family, Oid relid)
{
	ListCell *cell;

	foreach(cell, family)
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_INDEX &&
			IndexGetRelation(lfirst_oid(cell), false) == relid)
			return lfirst_oid(cell);
	return InvalidOid;
}

static SetCost *
index_set_make_cost(Oid relid, const List *family, SetIndex *made)
{
	SetCost *cost = palloc0(sizeof(*cost));

	cost->relid = relid;
	cost->leaf = index_set_leaf(family);
	cost->made = made;
	cost->cost.us = -1;
	cost->cost.wal = -1;
	return cost;
}

/* A copy of an index that is there, on the table whose rows are written. */
static SetIndex *
index_set_copy_of(const ExistingIndex *existing)
{
	SetIndex *copy = palloc0(sizeof(*copy));
	Oid leaf = index_set_leaf(existing->family);
	Oid index = index_set_member_on(existing->family, leaf);

	copy->relid = leaf;
	if (OidIsValid(index))
		copy->sql = psprintf("REINDEX INDEX %s", relation_sql_name(index));
	return copy;
}

/*
 * Measures in a sandbox of its own: the copies are gone when it ends, and entries
 * without rows with them. The new indexes are not read any more then.
 */
static void
index_set_measure_inside(void *arg)
{
	SetTrial *trial = arg;
	List *tables = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, trial->costs)
	{
		SetCost *cost = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!OidIsValid(cost->leaf))
			continue;
		if (!OidIsValid(cost->made->oid))
			index_set_trial_create(list_make1(cost->made));
		cost->cost.index = index_set_member_on(cost->made->family, cost->leaf);
		tables = list_append_unique_oid(tables, cost->leaf);
	}
	foreach(cell, tables)
	{
		List *costs = NIL;

		foreach(inner, trial->costs)
		{
			SetCost *cost = lfirst(inner);

			if (cost->leaf == lfirst_oid(cell) && OidIsValid(cost->cost.index))
				costs = lappend(costs, &cost->cost);
		}
		if (costs != NIL)
			write_cost_measure(lfirst_oid(cell), costs);
	}
}

/* Each index may take as long as a case of a query. */
static int
index_set_most_ms(int indexes)
{
	return Min(perfcheck_statement_timeout, INT_MAX / (indexes + 1)) *
		   (indexes + 1);
}

static void
index_set_measure(SetTrial *trial)
{
	ErrorData *error;
	ListCell *cell;

	foreach(cell, trial->chosen)
	{
		SetIndex *index = lfirst(cell);

		trial->costs =
			lappend(trial->costs,
					index_set_make_cost(index->relid, index->family, index));
	}
	foreach(cell, trial->existing)
	{
		const ExistingIndex *existing = lfirst(cell);

		trial->costs = lappend(
			trial->costs, index_set_make_cost(existing->relid, existing->family,
											  index_set_copy_of(existing)));
	}
	error = sandbox_run(index_set_measure_inside, trial,
						index_set_most_ms(list_length(trial->costs)));
	if (error != NULL)
		ereport(NOTICE, errmsg("the cost of writing was not measured: %s",
							   error->message));
}

static void
index_set_prove_inside(void *arg)
{
	SetTrial *trial = arg;
	List *oids = NIL;
	ListCell *cell;

	index_set_trial_create(trial->chosen);
	index_set_prove(trial);
	foreach(cell, trial->chosen)
	{
		SetIndex *index = lfirst(cell);

		oids = list_concat(oids, index->family);
		trial->serves = lappend(trial->serves, index_set_served(trial, index));
	}
	ereport(NOTICE, errmsg("judging the queries without each of %d indexes",
						   list_length(trial->existing)));
	trial->existing = index_set_existing_judge(
		trial->existing, trial->queries, trial->with, oids, trial->hidden);
	ereport(NOTICE, errmsg("measuring what writing to the indexes costs"));
	index_set_measure(trial);
}

/* ---- the result ---- */

static IndexSetRow *
index_set_make_row(IndexAction action, char *sql, Oid relid)
{
	IndexSetRow *row = palloc0(sizeof(*row));

	row->action = action;
	row->sql = sql;
	row->relid = relid;
	row->bytes = -1;
	row->build_ms = -1;
	row->write_us = -1;
	row->write_wal = -1;
	row->scans = -1;
	return row;
}

static List *
index_set_names(List *queries)
{
	List *names = NIL;
	ListCell *cell;

	foreach(cell, queries)
		names = lappend(names, ((SetQuery *) lfirst(cell))->query->name);
	return names;
}

static void
index_set_take_cost(IndexSetRow *row, const SetTrial *trial, int number)
{
	const SetCost *cost = list_nth(trial->costs, number);

	row->write_us = cost->cost.us;
	row->write_wal = cost->cost.wal;
}

static List *
index_set_new_rows(const SetTrial *trial)
{
	List *rows = NIL;
	ListCell *cell;

	foreach(cell, trial->chosen)
	{
		const SetIndex *index = lfirst(cell);
		int number = foreach_current_index(cell);
		IndexSetRow *row =
			index_set_make_row(INDEX_ACTION_CREATE, index->fix, index->relid);

		row->serves = list_nth(trial->serves, number);
		row->bytes = index->bytes;
		row->build_ms = index->build_ms;
		index_set_take_cost(row, trial, number);
		rows = lappend(rows, row);
	}
	foreach(cell, index_set_pool_untried(trial->pool, trial->queries))
	{
		const SetIndex *index = lfirst(cell);
		IndexSetRow *row =
			index_set_make_row(INDEX_ACTION_UNTRIED, index->fix, index->relid);

		row->serves = index_set_names(index->queries);
		row->reason = psprintf("not proven: %s", index->obstacle);
		rows = lappend(rows, row);
	}
	return rows;
}

/* Is it built anew by a statement of the set? */
static bool
index_set_rebuilds(const SetTrial *trial, const ExistingIndex *existing)
{
	char *sql = psprintf("REINDEX INDEX %s", relation_sql_name(existing->oid));
	ListCell *cell;

	foreach(cell, trial->chosen)
		if (strcmp(((SetIndex *) lfirst(cell))->sql, sql) == 0)
			return true;
	return false;
}

static List *
index_set_old_rows(const SetTrial *trial)
{
	List *rows = NIL;
	ListCell *cell;

	foreach(cell, trial->existing)
	{
		const ExistingIndex *existing = lfirst(cell);
		IndexSetRow *row =
			existing->needed
				? index_set_make_row(INDEX_ACTION_KEEP, existing->definition,
									 existing->relid)
				: index_set_make_row(INDEX_ACTION_DROP, existing->drop,
									 existing->relid);

		if (index_set_rebuilds(trial, existing))
			continue;
		row->serves = existing->worse;
		row->bytes = existing->bytes;
		row->scans = existing->scans;
		row->reason = existing->reason;
		index_set_take_cost(row, trial,
							list_length(trial->chosen) +
								foreach_current_index(cell));
		rows = lappend(rows, row);
	}
	return rows;
}

/* What serves most queries comes first. */
static int
index_set_compare_rows(const ListCell *a, const ListCell *b)
{
	const IndexSetRow *one = lfirst(a);
	const IndexSetRow *other = lfirst(b);

	if (one->action != other->action)
		return (int) one->action - (int) other->action;
	if (list_length(one->serves) != list_length(other->serves) &&
		one->action == INDEX_ACTION_CREATE)
		return list_length(other->serves) - list_length(one->serves);
	return strcmp(one->sql, other->sql);
}

static List *
index_set_failing(const SetTrial *trial)
{
	List *failing = NIL;
	ListCell *cell;
	ListCell *verdict;

	forboth(cell, trial->queries, verdict, trial->with)
	{
		SetQuery *query = lfirst(cell);
		const SetVerdict *with = lfirst(verdict);
		IndexSetFailure *failure;

		if (with != NULL && with->status != VERDICT_NOT_OK)
			continue;
		failure = palloc0(sizeof(*failure));
		failure->query = query->query;
		failure->forgone = query->forgone;
		failing = lappend(failing, failure);
	}
	return failing;
}

IndexSet *
index_set_find(double scale)
{
	SetTrial trial = {.queries = NIL};
	IndexSet *set = palloc0(sizeof(*set));
	int failing = 0;
	ListCell *cell;

	settings_check_scale(scale);
	trial.queries = index_set_query_read_all(scale);
	foreach(cell, trial.queries)
		failing += ((SetQuery *) lfirst(cell))->error != NULL ||
				   index_set_query_fails(lfirst(cell));
	trial.pool = index_set_pool_collect(trial.queries);
	ereport(NOTICE,
			errmsg("%d of %d queries are not ok; trying %d indexes", failing,
				   list_length(trial.queries), list_length(trial.pool)));
	if (trial.pool != NIL)
		index_set_run(index_set_choose_inside, &trial);
	ereport(NOTICE, errmsg("judging the queries with %d new indexes",
						   list_length(trial.chosen)));
	trial.existing = index_set_existing_read(trial.queries);
	index_set_run(index_set_prove_inside, &trial);
	set->rows =
		list_concat(index_set_new_rows(&trial), index_set_old_rows(&trial));
	list_sort(set->rows, index_set_compare_rows);
	set->failing = index_set_failing(&trial);
	return set;
}
