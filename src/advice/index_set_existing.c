/*-------------------------------------------------------------------------
 *
 * index_set_existing.c
 *		Which of the indexes that there are the contract needs.
 *
 * Each index is hidden from the planner, and the queries that read its table are
 * judged again. One that nothing misses stays hidden while the next is looked at:
 * of two that can stand in for each other one is kept. Those that another index
 * begins with come first, then the largest.
 *
 * A foreign key has no index of its own. What deletes or updates the rows that it
 * refers to looks for the referring rows, by the index that has most of its
 * columns in front; that one is kept. A query that could not be judged may need any
 * index of its tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "catalog/catalog.h"
#include "catalog/pg_am_d.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/ruleutils.h"

#include "advice/index_facts.h"
#include "advice/index_set_existing.h"
#include "advice/index_set_trial.h"
#include "base/relation.h"

/* ---- reading ---- */

/*
 * Returns the OIDs of tables with those of the partitions of each. None is locked:
 * whoever detaches a partition locks its parent first, and would wait for the
 * partition while the next query waited for the parent.
 */
static List *
index_set_existing_with_partitions(const List *relids)
{
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, relids)
	{
		Oid relid = relation_root(lfirst_oid(cell));

		tables = list_concat_unique_oid(
			tables, get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE
						? find_all_inheritors(relid, NoLock, NULL)
						: list_make1_oid(relid));
	}
	return tables;
}

static const char *
index_set_existing_constraint(Form_pg_index form)
{
	if (form->indisprimary)
		return "primary key";
	if (form->indisexclusion)
		return "exclusion constraint";
	if (form->indisunique)
		return "unique";
	if (form->indisreplident)
		return "replica identity";
	return form->indisclustered ? "CLUSTER goes by it" : NULL;
}

static double
index_set_existing_scans(const List *family)
{
	double scans = 0;
	ListCell *cell;

	foreach(cell, family)
	{
		PgStat_StatTabEntry *entry =
			pgstat_fetch_stat_tabentry(lfirst_oid(cell));

		if (entry != NULL)
			scans += (double) entry->numscans;
	}
	return scans;
}

/* Returns NULL for an index that is a part of another one, or is gone. */
static ExistingIndex *
index_set_existing_make(Oid oid, Oid relid)
{
	ExistingIndex *existing;
	Relation index = try_relation_open(oid, AccessShareLock);

	if (index == NULL)
		return NULL;
	if (index->rd_rel->relispartition)
	{
		relation_close(index, AccessShareLock);
		return NULL;
	}
	existing = palloc0(sizeof(*existing));
	existing->oid = oid;
	existing->relid = relid;
	existing->name = pstrdup(RelationGetRelationName(index));
	existing->constraint = index_set_existing_constraint(index->rd_index);
	relation_close(index, AccessShareLock);
	existing->family = index_set_trial_family(oid);
	existing->definition = pg_get_indexdef_string(oid);
	existing->drop = psprintf("DROP INDEX %s", relation_sql_name(oid));
	existing->bytes = index_set_trial_bytes(existing->family);
	existing->scans = index_set_existing_scans(existing->family);
	return existing;
}

static int
index_set_existing_compare(const ListCell *a, const ListCell *b)
{
	const ExistingIndex *one = lfirst(a);
	const ExistingIndex *other = lfirst(b);
	int tables =
		strcmp(relation_sql_name(one->relid), relation_sql_name(other->relid));

	return tables != 0 ? tables : strcmp(one->name, other->name);
}

List *
index_set_existing_of_tables(const List *relids)
{
	List *existing = NIL;
	ListCell *cell;
	ListCell *inner;

	foreach(cell, index_set_existing_with_partitions(relids))
	{
		Oid relid = lfirst_oid(cell);
		char kind = get_rel_relkind(relid);
		Relation table;
		List *indexes;

		if (kind != RELKIND_RELATION && kind != RELKIND_MATVIEW &&
			kind != RELKIND_PARTITIONED_TABLE)
			continue;
		table = try_relation_open(relid, AccessShareLock);
		if (table == NULL)
			continue;
		indexes = RelationGetIndexList(table);
		foreach(inner, indexes)
		{
			ExistingIndex *index =
				index_set_existing_make(lfirst_oid(inner), relid);

			if (index != NULL)
				existing = lappend(existing, index);
		}
		relation_close(table, AccessShareLock);
	}
	list_sort(existing, index_set_existing_compare);
	return existing;
}

List *
index_set_existing_read(List *queries)
{
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, queries)
		tables =
			list_concat_unique_oid(tables, ((SetQuery *) lfirst(cell))->tables);
	return index_set_existing_of_tables(tables);
}

/* ---- what one index has of another ---- */

static const IndexFacts *
index_set_existing_facts(List *facts, Oid oid)
{
	ListCell *cell;

	foreach(cell, facts)
		if (((IndexFacts *) lfirst(cell))->oid == oid)
			return lfirst(cell);
	return NULL;
}

/* Are the keys, up to their number, in the same order in both? */
static bool
index_set_existing_same_options(Oid a, Oid b, int nkeys)
{
	Relation one = index_open(a, AccessShareLock);
	Relation other = index_open(b, AccessShareLock);
	bool same = true;

	for (int i = 0; i < nkeys; i++)
		same = same && one->rd_indoption[i] == other->rd_indoption[i] &&
			   one->rd_opcintype[i] == other->rd_opcintype[i];
	/* Columns that it includes besides are worth something by themselves. */
	same = same && one->rd_index->indnatts == one->rd_index->indnkeyatts;
	index_close(other, AccessShareLock);
	index_close(one, AccessShareLock);
	return same;
}

/* Does an index begin with all keys of another, which holds the same rows? */
static bool
index_set_existing_begins_with(const IndexFacts *index,
							   const IndexFacts *prefix)
{
	if (!index->valid || index->method != prefix->method ||
		!equal(index->predicate, prefix->predicate) ||
		(index->method == BTREE_AM_OID ? index->nkeys < prefix->nkeys
									   : index->nkeys != prefix->nkeys))
		return false;
	for (int i = 0; i < prefix->nkeys; i++)
		if (!equal(index->keys[i], prefix->keys[i]) ||
			index->families[i] != prefix->families[i] ||
			index->collations[i] != prefix->collations[i])
			return false;
	return index_set_existing_same_options(prefix->oid, index->oid,
										   prefix->nkeys);
}

/*
 * Returns the index that begins with the keys of another, of those that are not
 * gone; of equal ones the one that must stay, or is older. NULL if there is none.
 */
static const IndexFacts *
index_set_existing_longer(const ExistingIndex *prefix, List *facts,
						  const List *gone)
{
	const IndexFacts *shorter = index_set_existing_facts(facts, prefix->oid);
	ListCell *cell;

	if (shorter == NULL)
		return NULL;
	foreach(cell, facts)
	{
		const IndexFacts *index = lfirst(cell);

		if (index->oid != prefix->oid && !list_member_oid(gone, index->oid) &&
			index_set_existing_begins_with(index, shorter))
			return index;
	}
	return NULL;
}

/* ---- foreign keys ---- */

/* How many leading keys of the index are columns of the foreign key? */
static int
index_set_existing_fk_columns(const IndexFacts *index,
							  const ForeignKeyCacheInfo *key)
{
	int columns = 0;
	List *clauses = NIL;

	if (index == NULL || !index->valid ||
		(index->method != BTREE_AM_OID && index->method != HASH_AM_OID))
		return 0;
	for (int i = 0; i < index->nkeys; i++)
	{
		const Var *var = (const Var *) index->keys[i];
		bool found = false;

		for (int j = 0; j < key->nkeys; j++)
			found = found || (var != NULL && IsA(var, Var) &&
							  var->varattno == key->conkey[j]);
		if (!found)
			break;
		columns++;
	}
	/* The rows that are looked up are not null in these columns. */
	for (int i = 0; i < columns; i++)
	{
		NullTest *test = makeNode(NullTest);

		test->arg = (Expr *) index->keys[i];
		test->nulltesttype = IS_NOT_NULL;
		test->location = -1;
		clauses = lappend(clauses, test);
	}
	return index->predicate == NIL ||
				   predicate_implied_by(index->predicate, clauses, false)
			   ? columns
			   : 0;
}

static char *
index_set_existing_fk_text(const ForeignKeyCacheInfo *key)
{
	StringInfoData columns;

	initStringInfo(&columns);
	for (int i = 0; i < key->nkeys; i++)
		appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "",
						 get_attname(key->conrelid, key->conkey[i], false));
	return psprintf("foreign key (%s)", columns.data);
}

/*
 * Returns the foreign key that is looked up by the index and by no other one as
 * well, of those that are not gone; or NULL.
 */
static char *
index_set_existing_fk(const ExistingIndex *existing, List *facts,
					  const List *gone)
{
	Relation table = try_relation_open(existing->relid, AccessShareLock);
	List *keys;
	char *needed = NULL;
	ListCell *cell;
	ListCell *inner;

	if (table == NULL)
		return NULL;
	keys = copyObject(RelationGetFKeyList(table));
	relation_close(table, AccessShareLock);
	foreach(cell, keys)
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);
		int columns = index_set_existing_fk_columns(
			index_set_existing_facts(facts, existing->oid), key);
		bool other = false;

		foreach(inner, facts)
		{
			const IndexFacts *index = lfirst(inner);

			other =
				other || (index->oid != existing->oid &&
						  !list_member_oid(gone, index->oid) &&
						  index_set_existing_fk_columns(index, key) >= columns);
		}
		if (columns > 0 && !other)
			needed = index_set_existing_fk_text(key);
	}
	return needed;
}

/* ---- judging ---- */

typedef struct ExistingJudgement
{
	List *existing;
	List *queries;
	List *with;      /* SetVerdict *, one a query */
	const List *set; /* OIDs */
	List *gone;      /* OIDs, of what is hidden for good */
} ExistingJudgement;

/*
 * Notes the queries that are worse without the index. Returns the first query that
 * reads its table and could not be judged, or NULL.
 */
static const SetQuery *
index_set_existing_judge_queries(const ExistingJudgement *judgement,
								 ExistingIndex *existing, char **worse)
{
	List *hidden = list_concat_copy(judgement->gone, existing->family);
	StringInfoData text;
	const SetQuery *unknown = NULL;
	ListCell *cell;
	ListCell *verdict;

	initStringInfo(&text);
	forboth(cell, judgement->queries, verdict, judgement->with)
	{
		SetQuery *query = lfirst(cell);
		const SetVerdict *with = lfirst(verdict);
		const SetVerdict *without;
		bool breaks;

		if (!index_set_query_reads(query, existing->relid))
			continue;
		if (index_set_query_unknown(query) != NULL && unknown == NULL)
			unknown = query;
		if (with == NULL)
			continue;
		without = index_set_query_judge(query, hidden);
		if (!index_set_query_is_worse(without, with))
			continue;
		breaks =
			without->status == VERDICT_NOT_OK && with->status != VERDICT_NOT_OK;
		existing->worse = lappend(existing->worse, query->query->name);
		appendStringInfo(
			&text, "%s%s %s", text.len > 0 ? ", " : "", query->query->name,
			breaks ? "is not ok" : "examines more than twice the rows");
	}
	*worse = text.len > 0 ? psprintf("without it %s", text.data) : NULL;
	return unknown;
}

static char *
index_set_existing_needless(const ExistingJudgement *judgement,
							const ExistingIndex *existing, List *facts)
{
	const IndexFacts *longer =
		index_set_existing_longer(existing, facts, judgement->gone);
	const IndexFacts *own = index_set_existing_facts(facts, existing->oid);
	const char *of;
	ListCell *cell;

	if (!own->valid)
		return pstrdup("it is not valid, so that no query can use it");
	if (longer == NULL)
	{
		foreach(cell, facts)
			if (list_member_oid(judgement->set,
								((IndexFacts *) lfirst(cell))->oid))
				return pstrdup("no query of the contract and no constraint "
							   "needs it beside the new ones");
		return pstrdup("no query of the contract and no constraint needs it");
	}
	of = list_member_oid(judgement->set, longer->oid)
			 ? psprintf("the new index %s", longer->name)
			 : longer->name;
	return longer->nkeys == own->nkeys ? psprintf("it is the same as %s", of)
									   : psprintf("it is a prefix of %s", of);
}

static void
index_set_existing_judge_one(ExistingJudgement *judgement,
							 ExistingIndex *existing)
{
	List *facts = index_facts_read(existing->relid);
	const SetQuery *unknown;
	const char *kept;
	char *worse;

	existing->gone = index_set_existing_facts(facts, existing->oid) == NULL;
	if (existing->gone)
		return;
	unknown = index_set_existing_judge_queries(judgement, existing, &worse);
	kept = existing->constraint != NULL
			   ? existing->constraint
			   : index_set_existing_fk(existing, facts, judgement->gone);
	existing->needed = true;
	if (kept != NULL && worse != NULL)
		existing->reason = psprintf("%s; %s", kept, worse);
	else if (kept != NULL || worse != NULL)
		existing->reason = pstrdup(kept != NULL ? kept : worse);
	else if (unknown != NULL)
		existing->reason = psprintf("query %s may need it, which could not be "
									"judged",
									unknown->query->name);
	else
	{
		existing->needed = false;
		existing->reason =
			index_set_existing_needless(judgement, existing, facts);
		judgement->gone = list_concat(judgement->gone, existing->family);
	}
}

/* 0: another begins with it and goes on, 1: another is the same, 2: neither. */
static int
index_set_existing_rank(const ExistingIndex *existing, List *facts)
{
	const IndexFacts *longer = index_set_existing_longer(existing, facts, NIL);

	if (longer == NULL)
		return 2;
	return longer->nkeys ==
				   index_set_existing_facts(facts, existing->oid)->nkeys
			   ? 1
			   : 0;
}

static int
index_set_existing_compare_order(const ListCell *a, const ListCell *b)
{
	const ExistingIndex *one = lfirst(a);
	const ExistingIndex *other = lfirst(b);

	if (one->rank != other->rank)
		return one->rank - other->rank;
	if (one->bytes != other->bytes)
		return one->bytes < other->bytes ? 1 : -1;
	/* Of equal ones the younger goes. */
	return one->oid < other->oid ? 1 : one->oid > other->oid ? -1 : 0;
}

/* Returns the indexes in the order in which they are asked whether they may go. */
static List *
index_set_existing_order(List *existing)
{
	List *order = list_copy(existing);
	List *facts = NIL;
	Oid relid = InvalidOid;
	ListCell *cell;

	/* Reading the facts of a table takes time, and its indexes follow each other. */
	foreach(cell, existing)
	{
		ExistingIndex *one = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (one->relid != relid)
			facts = index_facts_read(one->relid);
		relid = one->relid;
		one->rank = index_set_existing_rank(one, facts);
	}
	list_sort(order, index_set_existing_compare_order);
	return order;
}

/* From the list itself, which outlives the trial. */
static List *
index_set_existing_leave_out_gone(List *existing)
{
	ListCell *cell;

	foreach(cell, existing)
		if (((ExistingIndex *) lfirst(cell))->gone)
			existing = foreach_delete_current(existing, cell);
	return existing;
}

List *
index_set_existing_judge(List *existing, List *queries, List *with,
						 const List *set, const List *hidden)
{
	ExistingJudgement judgement = {.existing = existing,
								   .queries = queries,
								   .with = with,
								   .set = set,
								   .gone = list_copy(hidden)};
	List *order = index_set_existing_order(existing);
	ListCell *cell;

	/* First what may go, so that the others are judged without it. */
	foreach(cell, order)
		if (((ExistingIndex *) lfirst(cell))->constraint == NULL)
			index_set_existing_judge_one(&judgement, lfirst(cell));
	foreach(cell, order)
		if (((ExistingIndex *) lfirst(cell))->constraint != NULL)
			index_set_existing_judge_one(&judgement, lfirst(cell));
	return index_set_existing_leave_out_gone(existing);
}

/* Of index_set_existing_compare_all(): returns whether an index can go as well. */
static bool
index_set_existing_compare_one(ExistingIndex *one, const List *gone)
{
	List *facts;
	const IndexFacts *longer;

	CHECK_FOR_INTERRUPTS();
	facts = index_facts_read(one->relid);
	one->gone = index_set_existing_facts(facts, one->oid) == NULL;
	longer = index_set_existing_longer(one, facts, gone);
	one->longer = longer == NULL ? InvalidOid : longer->oid;
	one->foreign_key = index_set_existing_fk(one, facts, gone);
	return one->constraint == NULL && one->foreign_key == NULL &&
		   (!one->needed || longer != NULL);
}

List *
index_set_existing_compare_all(List *existing, const List *used)
{
	List *order = index_set_existing_order(existing);
	List *gone = NIL;
	ListCell *cell;

	foreach(cell, order)
	{
		ExistingIndex *one = lfirst(cell);

		one->needed = list_member_oid(used, one->oid);
		if (!one->needed && index_set_existing_compare_one(one, gone))
			gone = list_concat(gone, one->family);
	}
	/* One that is used has to have a longer one that stays. */
	foreach(cell, order)
	{
		ExistingIndex *one = lfirst(cell);

		if (one->needed && index_set_existing_compare_one(one, gone))
			gone = list_concat(gone, one->family);
	}
	return index_set_existing_leave_out_gone(existing);
}
