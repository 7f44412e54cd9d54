/*-------------------------------------------------------------------------
 *
 * index_set_query.c
 *		A query of the contract, judged again and again with other indexes.
 *
 * The verdict is verdict.c's, so that perfcheck_verify() says the same once the
 * indexes are there. Each judgement opens the query anew, as its role and under
 * its settings, within the sandbox of the trial. What is measured is kept in a
 * memory context of the query until the trial ends: most judgements come to plans
 * that were executed before, and take no longer than to plan them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "advice/index_candidates.h"
#include "advice/index_set_query.h"
#include "advice/multicolumn.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/statement.h"
#include "plan/hidden_indexes.h"
#include "query/table_conditions.h"
#include "query/tables.h"

/* So many rows more are not worth an index, however many times as many. */
#define INDEX_SET_FEW_ROWS 100.0

typedef struct SetJudgement
{
	SetQuery *query;
	QueryVerdict *verdict;
} SetJudgement;

/* ---- verdicts ---- */

static double
index_set_query_examined(const CaseVerdict *verdict)
{
	if (verdict->work == NULL)
		return -1;
	return verdict->work->timed_out ? INFINITY
									: verdict->work->examined_projected;
}

/* Notes what matters of a verdict, in the current memory context. */
static void
index_set_query_note(SetVerdict *noted, const SetQuery *query,
					 const QueryVerdict *verdict)
{
	ListCell *cell;

	noted->status = verdict->status;
	noted->reason = verdict->reason == NULL ? NULL : pstrdup(verdict->reason);
	noted->ncases = list_length(query->cases);
	noted->examined = palloc(Max(noted->ncases, 1) * sizeof(double));
	noted->most = -1;
	for (int i = 0; i < noted->ncases; i++)
		noted->examined[i] = -1;
	foreach(cell, verdict->indexes)
		noted->indexes =
			lappend_oid(noted->indexes, ((PlanIndex *) lfirst(cell))->oid);
	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const CaseVerdict *one = judged->verdict;
		int i = 0;
		ListCell *other;

		if (one->mode != PLAN_MODE_CUSTOM || !one->one->required)
			continue;
		foreach(other, query->cases)
		{
			if (lfirst(other) == one->one)
				i = foreach_current_index(other);
		}
		noted->examined[i] = index_set_query_examined(one);
		noted->most = Max(noted->most, noted->examined[i]);
	}
}

static bool
index_set_query_is_more(double rows, double before)
{
	return before >= 0 && rows > Max(2 * before, before + INDEX_SET_FEW_ROWS);
}

bool
index_set_query_is_worse(const SetVerdict *verdict, const SetVerdict *before)
{
	bool fails = verdict->status == VERDICT_NOT_OK;

	if (fails && before->status != VERDICT_NOT_OK)
		return true;
	if (fails)
		return index_set_query_is_more(verdict->most, before->most);
	for (int i = 0; i < before->ncases; i++)
		if (index_set_query_is_more(verdict->examined[i], before->examined[i]))
			return true;
	return false;
}

bool
index_set_query_fails(const SetQuery *query)
{
	return query->error == NULL && query->now.status == VERDICT_NOT_OK;
}

const char *
index_set_query_unknown(const SetQuery *query)
{
	if (query->error != NULL)
		return query->error;
	return query->now.status == VERDICT_SKIP ? query->now.reason : NULL;
}

bool
index_set_query_reads(const SetQuery *query, Oid relid)
{
	ListCell *cell;

	foreach(cell, query->tables)
		if (relation_root(lfirst_oid(cell)) == relation_root(relid))
			return true;
	return false;
}

/* ---- the first time ---- */

/* Only tables that their owner can create an index on. */
static List *
index_set_query_tables(const ContractStatement *statement, const Case *one)
{
	List *all =
		table_conditions_read(statement->query, case_params(statement, one));
	List *tables = NIL;
	ListCell *cell;

	foreach(cell, all)
	{
		Oid relid = ((QueryTable *) lfirst(cell))->relid;
		char kind = get_rel_relkind(relid);

		if (!IsCatalogRelationOid(relid) &&
			(kind == RELKIND_RELATION || kind == RELKIND_MATVIEW ||
			 kind == RELKIND_PARTITIONED_TABLE))
			tables = lappend(tables, lfirst(cell));
	}
	return tables;
}

/* All indexes that the query may lack, whether one alone would help or not. */
static List *
index_set_query_candidates(const SetQuery *query, const Work *work)
{
	List *candidates = NIL;
	ListCell *cell;

	foreach(cell, query->asked)
	{
		const QueryTable *table = lfirst(cell);
		Candidate *order = index_candidates_order(table);

		if (work != NULL)
			candidates = list_concat(
				candidates, multicolumn_candidates(table, work->facts));
		candidates = list_concat(candidates, index_candidates_missing(table));
		if (order != NULL)
			candidates = lappend(candidates, order);
	}
	return candidates;
}

static void
index_set_query_first(const ContractStatement *statement, void *arg)
{
	SetQuery *query = arg;
	QueryVerdict *verdict;
	const Case *worst;
	ListCell *cell;

	query->author = sandbox_author();
	foreach(cell, tables_list(statement->query))
		if (!IsCatalogRelationOid(lfirst_oid(cell)))
			query->tables = lappend_oid(query->tables, lfirst_oid(cell));
	query->cases = derive_read(query->query, statement);
	verdict = verdict_judge(statement, query->query, query->cases, query->scale,
							VERDICT_STATUS_ALONE);
	index_set_query_note(&query->now, query, verdict);
	query->budget = verdict->budget;
	if (query->cases == NIL)
		return;
	worst = verdict->worst == NULL ? linitial(query->cases)
								   : verdict->worst->decides->one;
	query->asked = index_set_query_tables(statement, worst);
	query->wanted = index_set_query_candidates(
		query, verdict->worst == NULL ? NULL : verdict->worst->decides->work);
}

List *
index_set_query_read_all(double scale)
{
	List *contract = contract_read(NULL);
	List *queries = NIL;
	ListCell *cell;

	foreach(cell, contract)
	{
		SetQuery *query = palloc0(sizeof(*query));
		ErrorData *error;

		CHECK_FOR_INTERRUPTS();
		query->query = lfirst(cell);
		query->scale = scale;
		error = contract_open(query->query, index_set_query_first, query, 0);
		if (error != NULL)
			query->error = contract_error_text(error);
		queries = lappend(queries, query);
	}
	return queries;
}

/* ---- again ---- */

static void
index_set_query_again(const ContractStatement *statement, void *arg)
{
	SetJudgement *judgement = arg;
	SetQuery *query = judgement->query;

	judgement->verdict =
		verdict_judge_again(statement, query->query, query->cases, query->scale,
							VERDICT_STATUS_ALONE, &query->known);
}

SetVerdict *
index_set_query_judge(SetQuery *query, const List *hidden)
{
	SetJudgement judgement = {.query = query};
	SetVerdict *noted = palloc0(sizeof(*noted));
	MemoryContext old;
	ErrorData *volatile error = NULL;

	CHECK_FOR_INTERRUPTS();
	if (query->memory == NULL)
		query->memory =
			AllocSetContextCreate(CurrentMemoryContext, "perfcheck set query",
								  ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(query->memory);
	PG_TRY();
	{
		hidden_indexes_set(hidden);
		error =
			contract_open(query->query, index_set_query_again, &judgement, 0);
	}
	PG_FINALLY();
	{
		hidden_indexes_set(NIL);
	}
	PG_END_TRY();
	if (error != NULL)
		judgement.verdict = verdict_of_error(query->query, query->scale,
											 contract_error_text(error));
	MemoryContextSwitchTo(old);
	index_set_query_note(noted, query, judgement.verdict);
	return noted;
}

void
index_set_query_forget(List *queries)
{
	ListCell *cell;

	foreach(cell, queries)
	{
		SetQuery *query = lfirst(cell);

		if (query->memory != NULL)
			MemoryContextDelete(query->memory);
		query->memory = NULL;
		query->known = NIL;
	}
}
