/*-------------------------------------------------------------------------
 *
 * held_table.c
 *		Finds the small table on whose growth a plan depends.
 *
 * Each table is tried with a Judge of its own, which holds it at its size for the
 * planner and for the projection: what the query's Judge remembers is not true
 * then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/relation.h"
#include "contract/statement.h"
#include "plan/fixed_tables.h"
#include "plan/plan_facts.h"
#include "query/tables.h"
#include "verdict/held_table.h"

/* A small table has at most this fraction of the rows of the largest one. */
#define HELD_TABLE_SMALL 0.25

/*
 * Returns the verdict on a case while a table keeps its rows; NULL if its plan is
 * the same, and if it is ok.
 */
static const CaseVerdict *
held_table_judge(const Judge *judge, const CaseVerdict *target, Oid relid)
{
	Judge trial = *judge;
	const ExplainedPlan *plan;
	const CaseVerdict *verdict = NULL;

	trial.held = relid;
	trial.known = NIL;
	trial.explained = NIL;
	trial.plans = NULL;
	plan =
		case_verdict_explain(&trial, target->one, target->mode, target->scale);
	if (plan != NULL &&
		strcmp(plan->facts->signature, target->work->facts->signature) != 0)
		verdict = case_verdict_judge(&trial, target->one, target->mode);
	case_verdict_forget_plans(&trial);
	if (verdict == NULL || verdict->work == NULL || verdict->ok)
		return NULL;
	return verdict;
}

HeldTable *
held_table_find(const Judge *judge, const CaseVerdict *target)
{
	List *tables = tables_list(judge->statement->query);
	HeldTable *most = NULL;
	double largest = 0;
	ListCell *cell;

	if (target->work == NULL)
		return NULL;
	/* The plan has the partitions of a partitioned table. */
	foreach(cell, target->work->facts->relations)
		largest = Max(largest, relation_rows(lfirst_oid(cell)));
	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);
		double rows = relation_rows(relid);
		const CaseVerdict *verdict;

		if (rows < 1 || rows > largest * HELD_TABLE_SMALL ||
			fixed_tables_contains(relid))
			continue;
		verdict = held_table_judge(judge, target, relid);
		if (verdict == NULL ||
			(most != NULL && verdict->work->examined_projected <=
								 most->verdict->work->examined_projected))
			continue;
		if (most == NULL)
			most = palloc(sizeof(*most));
		most->relid = relid;
		most->rows = rows;
		most->verdict = verdict;
	}
	return most;
}
