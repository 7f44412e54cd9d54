/*-------------------------------------------------------------------------
 *
 * node_growth.c
 *		How the rows of joins and groups grow, and how often a node runs.
 *
 * Keys of joins, columns of groups and keys of Memoize are followed down to
 * columns of tables (plan_column.h), whose distinct values have exponents. Several
 * columns have as many values as their combinations, which projection.c bounds by
 * the rows. Of an expression nobody knows how many values it has. It has no more
 * than its columns together; where those grow, groups are taken to grow with the
 * rows if there are more than a tenth as many today, as ANALYZE takes the values
 * of a column.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/relation.h"
#include "plan/growth.h"
#include "plan/plan_column.h"
#include "work/node_growth.h"

/* Of fewer groups for a row than this the number is taken to stay. */
#define NODE_GROWTH_GROUPS 0.1

/*
 * Returns the exponent of the values of an expression of a plan, or WORK_UNKNOWN
 * if they may grow by any exponent.
 */
static double
node_growth_values(const PlannedStmt *statement, Plan *plan, Node *expression)
{
	PlanPlace place = {statement, plan};
	Oid relid;
	AttrNumber attnum;
	ListCell *cell;

	if (plan_column_find(place, expression, &relid, &attnum))
		return growth_of_distinct(relid, attnum);
	if (IsA(plan_column_strip(expression), Var))
		return WORK_UNKNOWN;
	foreach(cell, pull_var_clause(expression, PVC_RECURSE_AGGREGATES |
												  PVC_RECURSE_WINDOWFUNCS |
												  PVC_RECURSE_PLACEHOLDERS))
		if (!plan_column_find(place, lfirst(cell), &relid, &attnum) ||
			growth_of_distinct(relid, attnum) > 0)
			return WORK_UNKNOWN;
	return 0;
}

/* ---- joins ---- */

/* Returns the side of the join that an expression is of. */
static WorkRole
node_growth_side(Node *expression)
{
	List *vars = pull_var_clause(expression, PVC_RECURSE_AGGREGATES |
												 PVC_RECURSE_WINDOWFUNCS |
												 PVC_RECURSE_PLACEHOLDERS);
	ListCell *cell;

	foreach(cell, vars)
		if (IsA(lfirst(cell), Var) &&
			castNode(Var, lfirst(cell))->varno == INNER_VAR)
			return WORK_INNER;
	return WORK_OUTER;
}

/*
 * Sets the keys of a join from its conditions. If one side of a condition is not
 * known, it is taken to have the values of the other one.
 */
static void
node_growth_set_keys(PlanState *node, List *clauses, WorkNode *work)
{
	double sums[2] = {0, 0};
	bool compares = false;
	bool known = false;
	ListCell *cell;

	foreach(cell, clauses)
	{
		const OpExpr *clause = lfirst(cell);
		double values[2] = {WORK_UNKNOWN, WORK_UNKNOWN};
		WorkRole side;

		if (!IsA(clause, OpExpr) || list_length(clause->args) != 2 ||
			get_oprrest(clause->opno) != F_EQSEL)
			continue;
		side = node_growth_side(linitial(clause->args));
		if (node_growth_side(lsecond(clause->args)) == side)
			continue;
		compares = true;
		values[side] = node_growth_values(node->state->es_plannedstmt,
										  node->plan, linitial(clause->args));
		values[!side] = node_growth_values(node->state->es_plannedstmt,
										   node->plan, lsecond(clause->args));
		if (values[0] < 0 && values[1] < 0)
			continue;
		known = true;
		sums[0] += values[0] < 0 ? values[1] : values[0];
		sums[1] += values[1] < 0 ? values[0] : values[1];
	}
	work->keys[0] = known || !compares ? sums[0] : WORK_UNKNOWN;
	work->keys[1] = known || !compares ? sums[1] : WORK_UNKNOWN;
}

void
node_growth_of_join(PlanState *node, WorkNode *work)
{
	const Join *join = (Join *) node->plan;
	JoinType type = join->jointype;
	List *clauses = join->joinqual;

	if (IsA(join, HashJoin))
		clauses = ((HashJoin *) join)->hashclauses;
	else if (IsA(join, MergeJoin))
		clauses = ((MergeJoin *) join)->mergeclauses;
	node_growth_set_keys(node, clauses, work);
	work->keeps[WORK_OUTER] =
		type == JOIN_LEFT || type == JOIN_FULL || type == JOIN_ANTI;
	work->keeps[WORK_INNER] =
		type == JOIN_RIGHT || type == JOIN_FULL || compat_is_right_anti(type);
	work->single[WORK_OUTER] =
		type == JOIN_SEMI || type == JOIN_ANTI || join->inner_unique;
	work->single[WORK_INNER] =
		compat_is_right_semi(type) || compat_is_right_anti(type);
}

bool
node_growth_asks_once(PlanState *node)
{
	const Join *join = (Join *) node->plan;

	return IsA(join, NestLoop) &&
		   (join->jointype == JOIN_SEMI || join->jointype == JOIN_ANTI) &&
		   join->joinqual == NIL;
}

/* ---- groups ---- */

/* Sets how the number of groups grows that are formed by these columns. */
static void
node_growth_set_groups(PlanState *node, int ncolumns, const AttrNumber *columns,
					   WorkNode *work)
{
	Plan *input = outerPlan(node->plan);
	const CompatInstrumentation *rows = outerPlanState(node)->instrument;
	bool known = true;

	work->grouped = true;
	for (int i = 0; i < ncolumns; i++)
	{
		const TargetEntry *entry =
			list_nth_node(TargetEntry, input->targetlist, columns[i] - 1);
		double values = node_growth_values(node->state->es_plannedstmt, input,
										   (Node *) entry->expr);

		known = known && values >= 0;
		work->groups += Max(values, 0);
	}
	if (!known && rows != NULL &&
		work->rows > NODE_GROWTH_GROUPS * (rows->ntuples + rows->tuplecount))
		work->groups = HUGE_VAL;
}

/*
 * An Incremental Sort reads to the end of a group of rows that are equal in the
 * columns by which its input is sorted.
 */
static void
node_growth_set_batch(PlanState *node, WorkNode *work)
{
	const IncrementalSort *sort = (IncrementalSort *) node->plan;
	PlanPlace place = {node->state->es_plannedstmt, outerPlan(sort)};

	for (int i = 0; i < sort->nPresortedCols; i++)
	{
		const TargetEntry *entry =
			list_nth_node(TargetEntry, outerPlan(sort)->targetlist,
						  sort->sort.sortColIdx[i] - 1);
		Oid relid;
		AttrNumber attnum;
		double rows;
		double values;

		/* Of an expression nothing is known, so its groups are let be. */
		if (!plan_column_find(place, (Node *) entry->expr, &relid, &attnum))
			continue;
		rows = relation_rows(relid);
		values = plan_column_values(relid, attnum, rows);
		if (values <= 0)
			continue;
		work->groups += growth_of_distinct(relid, attnum);
		work->batch = Min(work->batch > 0 ? work->batch : rows, rows) / values;
	}
}

void
node_growth_of_groups(PlanState *node, WorkNode *work)
{
	switch (nodeTag(node->plan))
	{
		case T_Agg:
		{
			const Agg *agg = (Agg *) node->plan;

			work->one_row = agg->aggstrategy == AGG_PLAIN;
			if (agg->numCols > 0 && agg->groupingSets == NIL)
				node_growth_set_groups(node, agg->numCols, agg->grpColIdx,
									   work);
			break;
		}
		case T_Group:
			node_growth_set_groups(node, ((Group *) node->plan)->numCols,
								   ((Group *) node->plan)->grpColIdx, work);
			break;
		case T_Unique:
			node_growth_set_groups(node, ((Unique *) node->plan)->numCols,
								   ((Unique *) node->plan)->uniqColIdx, work);
			break;
		case T_IncrementalSort:
			node_growth_set_batch(node, work);
			break;
		default:
			break;
	}
}

/* ---- what is kept ---- */

/* Returns the exponent of the values of a parameter, or HUGE_VAL. */
static double
node_growth_of_param(PlanState *node, Node *expression, const List *params)
{
	ListCell *cell;
	double values = HUGE_VAL;

	expression = plan_column_strip(expression);
	if (!IsA(expression, Param))
		return HUGE_VAL;
	foreach(cell, params)
	{
		const VaryingParam *param = lfirst(cell);

		if (param->id == castNode(Param, expression)->paramid &&
			param->plan != NULL)
			values = node_growth_values(node->state->es_plannedstmt,
										param->plan, param->expression);
	}
	return values < 0 ? HUGE_VAL : values;
}

void
node_growth_of_kept(PlanState *parent, PlanState *child, const List *params,
					const Bitmapset *varying, WorkNode *work)
{
	ListCell *cell;

	if (IsA(parent, MemoizeState))
	{
		work->kept = true;
		foreach(cell, ((Memoize *) parent->plan)->param_exprs)
			work->kept_values +=
				node_growth_of_param(parent, lfirst(cell), params);
	}
	else
		work->kept = (IsA(parent, MaterialState) || IsA(child, HashState)) &&
					 !bms_overlap(child->plan->extParam, varying);
}

/* ---- subqueries of an aggregate ---- */

static bool
node_growth_has_subplan(Node *node, void *plan_id)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubPlan) &&
		castNode(SubPlan, node)->plan_id == *(int *) plan_id)
		return true;
	return expression_tree_walker(node, node_growth_has_subplan, plan_id);
}

static bool
node_growth_aggregates_subplan(Node *node, void *plan_id)
{
	if (node == NULL)
		return false;
	if (IsA(node, Aggref))
		return node_growth_has_subplan(node, plan_id);
	return expression_tree_walker(node, node_growth_aggregates_subplan,
								  plan_id);
}

bool
node_growth_is_per_input(PlanState *node, const SubPlan *subplan)
{
	int plan_id = subplan->plan_id;

	return IsA(node, AggState) &&
		   (node_growth_aggregates_subplan((Node *) node->plan->targetlist,
										   &plan_id) ||
			node_growth_aggregates_subplan((Node *) node->plan->qual,
										   &plan_id));
}
