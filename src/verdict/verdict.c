/*-------------------------------------------------------------------------
 *
 * verdict.c
 *		Decides whether a query is ok, from the verdicts on its cases.
 *
 * Every case is judged with its custom plan and with the generic one. The
 * generic plan counts if plancache.c would switch to it (generic_switch.h), and
 * is information otherwise. A query is ok if all cases that count are ok, and if
 * an index of the expected method serves one of them: at the target size, or
 * when planned for some size up to a million rows, since a small table needs no
 * index. If no case returns a row and the tables are empty, it is skipped.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/relation.h"
#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "plan/plan_facts.h"
#include "verdict/generic_switch.h"
#include "verdict/verdict.h"

/* The expected index method must serve at some size up to this many rows. */
#define VERDICT_LARGE_TABLE 1000000.0

/* ---- the cases ---- */

/* Adds each index once, those of the expected method at the front. */
static void
verdict_add_indexes(QueryVerdict *verdict, const char *expected,
					const PlanFacts *facts)
{
	ListCell *cell;

	foreach(cell, facts->indexes)
	{
		PlanIndex *index = lfirst(cell);
		bool known = false;
		ListCell *other;

		foreach(other, verdict->indexes)
			known = known || ((PlanIndex *) lfirst(other))->oid == index->oid;
		if (known)
			continue;
		if (expected != NULL && strcmp(index->method, expected) == 0)
			verdict->indexes = lcons(index, verdict->indexes);
		else
			verdict->indexes = lappend(verdict->indexes, index);
	}
}

/*
 * Is a worse than b? A failure is worse than more work, and one of a custom plan
 * worse than one of the generic plan, which may have the same cause.
 */
static bool
verdict_worse(const CaseVerdict *a, const CaseVerdict *b)
{
	if (a->ok != b->ok)
		return !a->ok;
	if (!a->ok && a->mode != b->mode)
		return a->mode < b->mode;
	if (a->work == NULL || b->work == NULL)
		return a->work == NULL && b->work != NULL;
	return a->work->examined_projected > b->work->examined_projected;
}

static void
verdict_add_case(QueryVerdict *verdict, const ContractQuery *query,
				 const CaseVerdict *one, bool turns_generic)
{
	JudgedCase *judged = palloc0(sizeof(*judged));
	bool informs = one->mode == PLAN_MODE_GENERIC && !turns_generic;
	ListCell *cell;

	judged->verdict = one;
	judged->counts = one->one->required && !informs;
	judged->reason = one->reason;
	if (one->reason != NULL && informs)
		judged->reason = psprintf("%s; information: prepared statements keep "
								  "to custom plans",
								  one->reason);
	verdict->cases = lappend(verdict->cases, judged);
	if (one->work != NULL)
		foreach(cell, one->work->facts->relations)
			verdict->table_rows =
				Max(verdict->table_rows, relation_rows(lfirst_oid(cell)));
	if (!judged->counts)
		return;
	if (one->work != NULL)
	{
		verdict_add_indexes(verdict, query->expected, one->work->facts);
		verdict->tables = list_concat_unique_oid(verdict->tables,
												 one->work->facts->relations);
	}
	if (verdict->worst == NULL || verdict_worse(one, verdict->worst->verdict))
		verdict->worst = judged;
}

static void
verdict_judge_cases(QueryVerdict *verdict, const ContractQuery *query,
					Judge *judge, List *cases)
{
	List *custom = NIL;
	List *generic = NIL;
	List *all;
	bool turns_generic;
	ListCell *cell;

	foreach(cell, cases)
		custom = lappend(
			custom, case_verdict_judge(judge, lfirst(cell), PLAN_MODE_CUSTOM));
	/* Without parameters the two plans are the same. */
	if (judge->statement->nparams > 0)
		foreach(cell, cases)
			generic = lappend(generic, case_verdict_judge(judge, lfirst(cell),
														  PLAN_MODE_GENERIC));
	turns_generic = generic_switch_happens(custom, generic);
	all = list_concat_copy(custom, generic);
	foreach(cell, all)
		verdict_add_case(verdict, query, lfirst(cell), turns_generic);
	foreach(cell, verdict->cases)
	{
		JudgedCase *judged = lfirst(cell);

		judged->fragile = fragile_find(judge, all, judged->verdict);
	}
}

/* ---- the expected index method ---- */

/* Does an index of the method serve a case that counts, planned at scale? */
static bool
verdict_serves_at(QueryVerdict *verdict, Judge *judge, const char *expected,
				  double scale)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const PlanFacts *facts;
		const PlanIndex *index;

		if (!judged->counts)
			continue;
		facts = case_verdict_explain(judge, judged->verdict->one,
									 PLAN_MODE_CUSTOM, scale);
		if (facts == NULL)
			continue;
		index = plan_facts_index_of_method(facts->indexes, expected);
		if (index == NULL)
			continue;
		verdict->later_index = index->name;
		verdict->later_rows = verdict->table_rows * scale;
		return true;
	}
	return false;
}

static bool
verdict_method_serves(QueryVerdict *verdict, Judge *judge, const char *expected)
{
	double largest = verdict->largest_scale;

	if (expected == NULL ||
		plan_facts_index_of_method(verdict->indexes, expected) != NULL)
		return true;
	for (double scale = 1; scale < largest; scale *= 10)
		if (verdict_serves_at(verdict, judge, expected, scale))
			return true;
	return verdict_serves_at(verdict, judge, expected, largest);
}

/* ---- the query ---- */

/* Returns a scan of any case's plan whose work cannot be seen, or NULL. */
static const char *
verdict_opaque_scan(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const Work *work = ((JudgedCase *) lfirst(cell))->verdict->work;

		if (work != NULL && work->facts->opaque != NULL)
			return work->facts->opaque;
	}
	return NULL;
}

/* A case that raised an error may have rows as well. */
static bool
verdict_no_case_returned_rows(const QueryVerdict *verdict)
{
	ListCell *cell;

	foreach(cell, verdict->cases)
	{
		const Work *work = ((JudgedCase *) lfirst(cell))->verdict->work;

		if (work == NULL || work->rows_returned > 0)
			return false;
	}
	return true;
}

static void
verdict_decide(QueryVerdict *verdict, const ContractQuery *query, Judge *judge)
{
	const char *opaque = verdict_opaque_scan(verdict);

	if (verdict->worst == NULL || verdict_no_case_returned_rows(verdict))
	{
		if (derive_tables_are_empty(judge->statement, verdict->cases == NIL))
		{
			verdict->status = VERDICT_SKIP;
			verdict->reason = pstrdup("no rows");
			return;
		}
		if (verdict->cases == NIL)
			ereport(ERROR, errcode(ERRCODE_NO_DATA_FOUND),
					errmsg("no value can be derived from the rows"),
					errhint("Add cases with perfcheck_add_case()."));
	}
	if (opaque != NULL)
	{
		verdict->status = VERDICT_SKIP;
		verdict->reason =
			psprintf("the work of a %s cannot be seen from here", opaque);
	}
	else if (verdict->worst != NULL && !verdict->worst->verdict->ok)
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->reason = verdict->worst->reason;
	}
	else if (!verdict_method_serves(verdict, judge, query->expected))
	{
		verdict->status = VERDICT_NOT_OK;
		verdict->unserved = query->expected;
		verdict->reason =
			psprintf("no %s index serves it at any size", query->expected);
	}
}

static QueryVerdict *
verdict_make(const ContractQuery *query, double scale)
{
	QueryVerdict *verdict = palloc0(sizeof(*verdict));

	verdict->scale = scale;
	verdict->budget = settings_row_budget(query->max_rows);
	return verdict;
}

QueryVerdict *
verdict_judge(const ContractStatement *statement, const ContractQuery *query,
			  List *cases, double scale)
{
	QueryVerdict *verdict = verdict_make(query, scale);
	Judge judge = {
		.statement = statement, .scale = scale, .budget = verdict->budget};

	verdict_judge_cases(verdict, query, &judge, cases);
	verdict->largest_scale =
		Max(VERDICT_LARGE_TABLE / Max(verdict->table_rows, 1), scale);
	verdict_decide(verdict, query, &judge);
	return verdict;
}

QueryVerdict *
verdict_of_error(const ContractQuery *query, double scale, char *reason)
{
	QueryVerdict *verdict = verdict_make(query, scale);

	verdict->status = VERDICT_NOT_OK;
	verdict->reason = reason;
	return verdict;
}
