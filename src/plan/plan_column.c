/*-------------------------------------------------------------------------
 *
 * plan_column.c
 *		Follows an expression of a plan to the table's column that it is.
 *
 * In a finished plan a Var of a node refers to an output column of the node
 * below (OUTER_VAR, INNER_VAR), to a column of an index (INDEX_VAR), or, in a
 * scan, to a column of its range table entry. So the walk goes from one target
 * list to the next below it, until it comes to a table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_statistic.h"
#include "nodes/primnodes.h"
#include "parser/parsetree.h"
#include "utils/syscache.h"

#include "plan/plan_column.h"

Node *
plan_column_strip(Node *expression)
{
	while (expression != NULL && IsA(expression, RelabelType))
		expression = (Node *) castNode(RelabelType, expression)->arg;
	return expression;
}

/* Returns the node that OUTER_VAR refers to, or NULL. */
static Plan *
plan_column_outer(Plan *plan)
{
	if (IsA(plan, Append))
		return linitial(((Append *) plan)->appendplans);
	if (IsA(plan, MergeAppend))
		return linitial(((MergeAppend *) plan)->mergeplans);
	return outerPlan(plan);
}

List *
plan_column_targets(PlanPlace *place, const Var *var)
{
	Plan *at = place->plan;

	if (var->varno == INDEX_VAR)
		return IsA(at, IndexOnlyScan) ? ((IndexOnlyScan *) at)->indextlist
									  : NIL;
	if (var->varno == OUTER_VAR)
		place->plan = plan_column_outer(at);
	else if (var->varno == INNER_VAR)
		place->plan = innerPlan(at);
	else if (IsA(at, SubqueryScan))
		place->plan = ((SubqueryScan *) at)->subplan;
	else if (IsA(at, CteScan))
		place->plan = list_nth(place->statement->subplans,
							   ((CteScan *) at)->ctePlanId - 1);
	else
		return NIL;
	return place->plan == NULL ? NIL : place->plan->targetlist;
}

bool
plan_column_find(PlanPlace place, Node *expression, Oid *relid,
				 AttrNumber *attnum)
{
	expression = plan_column_strip(expression);
	while (expression != NULL && IsA(expression, Var))
	{
		const Var *var = castNode(Var, expression);
		List *targets = plan_column_targets(&place, var);
		const RangeTblEntry *entry;

		if (targets == NIL)
		{
			if (IS_SPECIAL_VARNO(var->varno) || var->varattno < 1)
				return false;
			entry = rt_fetch(var->varno, place.statement->rtable);
			*relid = entry->relid;
			*attnum = var->varattno;
			return entry->rtekind == RTE_RELATION;
		}
		if (var->varattno < 1 || var->varattno > list_length(targets))
			return false;
		expression = plan_column_strip(
			(Node *) list_nth_node(TargetEntry, targets, var->varattno - 1)
				->expr);
	}
	return false;
}

double
plan_column_values(Oid relid, AttrNumber attnum, double rows)
{
	HeapTuple tuple =
		SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(relid),
						Int16GetDatum(attnum), BoolGetDatum(false));
	double distinct;

	if (!HeapTupleIsValid(tuple))
		return 0;
	distinct = ((Form_pg_statistic) GETSTRUCT(tuple))->stadistinct;
	ReleaseSysCache(tuple);
	return distinct < 0 ? -distinct * rows : distinct;
}
