/*-------------------------------------------------------------------------
 *
 * value_growth.c
 *		How many values come out of an array, or a function, that tables fill.
 *
 * An expression is followed through the parameters that subqueries and nested
 * loops set, and through the target lists of the nodes below, to what collects
 * rows: ARRAY(SELECT ...) has an element for each row of its plan, an aggregate
 * such as array_agg() or count(*) for each row that it takes in. These are noted as
 * the nodes whose rows tell the growth.
 *
 * The ends of generate_series() are told apart by whether they go on with the
 * table. The greatest value of a column whose new values lie beyond today's does, and
 * so does the clock; the least one and a constant do not. A series between two ends
 * of which one goes on becomes longer, as the table does; one whose ends go on
 * together, as of the last 30 days, does not.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_index.h"
#include "catalog/pg_namespace_d.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "plan/growth.h"
#include "plan/plan_column.h"
#include "plan/plan_tree.h"
#include "query/clock.h"
#include "work/node_growth.h"
#include "work/value_growth.h"

/* What is found on the way down from an expression. */
typedef struct ValueSearch
{
	const ValuePlace *at;
	PlanPlace place;  /* where the expression stands */
	PlanState *state; /* the subquery that it is in, or NULL */
	WorkNode *work;   /* whose sources they are */
	/*
	 * Of an end of a series: exponent of its table, whether it goes on with this one,
	 * and whether it reads the clock.
	 */
	double end;
	bool goes_on;
	bool clock;
} ValueSearch;

static bool value_growth_walk(Node *node, void *arg);

static void
value_growth_add(WorkNode *work, WorkSource source)
{
	work->sources =
		work->sources == NULL
			? palloc(sizeof(source))
			: repalloc(work->sources, (work->nsources + 1) * sizeof(source));
	work->sources[work->nsources++] = source;
}

/* Follows an expression that stands at another node. */
static void
value_growth_follow(ValueSearch *search, PlanPlace place, PlanState *state,
					Node *expression)
{
	PlanPlace before = search->place;
	PlanState *state_before = search->state;

	search->place = place;
	search->state = state;
	(void) value_growth_walk(expression, search);
	search->place = before;
	search->state = state_before;
}

/* ---- ends ---- */

/*
 * Returns whether a subquery with a LIMIT comes to the greatest values first, and
 * sets known; not if it has no LIMIT, or its order is not found.
 */
static bool
value_growth_is_last(PlanState *root, bool *known)
{
	bool limited = false;
	List *conditions;

	*known = false;
	for (PlanState *node = root; node != NULL; node = outerPlanState(node))
	{
		ScanDirection direction;
		Relation index;

		limited = limited || IsA(node, LimitState);
		if (!limited)
			continue;
		if (IsA(node, SortState))
		{
			bool greater = false;

			*known = OidIsValid(get_equality_op_for_ordering_op(
				((Sort *) node->plan)->sortOperators[0], &greater));
			return greater;
		}
		if (!OidIsValid(plan_tree_scanned_index(node, &conditions)))
			continue;
		if (IsA(node, IndexScanState))
		{
			direction = ((IndexScan *) node->plan)->indexorderdir;
			index = castNode(IndexScanState, node)->iss_RelationDesc;
		}
		else if (IsA(node, IndexOnlyScanState))
		{
			direction = ((IndexOnlyScan *) node->plan)->indexorderdir;
			index = castNode(IndexOnlyScanState, node)->ioss_RelationDesc;
		}
		else
			return false;
		if (index == NULL)
			return false;
		*known = true;
		return ScanDirectionIsBackward(direction) !=
			   ((index->rd_indoption[0] & INDOPTION_DESC) != 0);
	}
	return false;
}

/* Takes in that an end of a series is the first or the last value of a column. */
static void
value_growth_take_end(ValueSearch *search, Node *column, bool last)
{
	Oid relid;
	AttrNumber attnum;

	if (!plan_column_find(search->place, column, &relid, &attnum) ||
		!growth_extends(relid, attnum))
		return;
	search->end = Max(search->end, growth_of_relation(relid));
	search->goes_on = search->goes_on || last;
}

/* ---- what collects rows ---- */

/* Notes that a node's input tells how many values there are. */
static void
value_growth_take_input(ValueSearch *search)
{
	const ListCell *cell;

	foreach(cell, search->at->works)
	{
		const WorkNode *node = lfirst(cell);

		if (node->id == search->place.plan->plan_node_id && node->loops > 0)
		{
			WorkSource source = {.node = node, .input = true};

			value_growth_add(search->work, source);
			return;
		}
	}
}

static void
value_growth_take_aggregate(ValueSearch *search, const Aggref *aggregate)
{
	const char *name = get_func_name(aggregate->aggfnoid);
	bool core = get_func_namespace(aggregate->aggfnoid) == PG_CATALOG_NAMESPACE;

	if (core && name != NULL &&
		(strcmp(name, "min") == 0 || strcmp(name, "max") == 0))
	{
		const TargetEntry *argument = linitial(aggregate->args);

		value_growth_take_end(search, (Node *) argument->expr,
							  strcmp(name, "max") == 0);
		return;
	}
	/* A mean stays where the values do. */
	if (core && name != NULL && strcmp(name, "avg") == 0)
		return;
	value_growth_take_input(search);
}

/* Follows a parameter to the subquery, or the outer side of a loop, that sets it. */
static void
value_growth_take_param(ValueSearch *search, const Param *param)
{
	const PlannedStmt *statement = search->place.statement;
	const ListCell *cell;

	foreach(cell, search->at->subqueries)
	{
		const ReadSubquery *subquery = lfirst(cell);
		Plan *plan = subquery->root->plan;
		PlanPlace place = {statement, plan};

		if (!list_member_int(subquery->subplan->setParam, param->paramid))
			continue;
		if (subquery->subplan->subLinkType == ARRAY_SUBLINK)
		{
			WorkSource source = {.node = subquery->cte->plan};

			value_growth_add(search->work, source);
		}
		else if (subquery->subplan->subLinkType == EXPR_SUBLINK &&
				 plan->targetlist != NIL)
			value_growth_follow(
				search, place, subquery->root,
				(Node *) linitial_node(TargetEntry, plan->targetlist)->expr);
		return;
	}
	foreach(cell, search->at->params)
	{
		const VaryingParam *varying = lfirst(cell);
		PlanPlace place = {statement, varying->plan};

		if (varying->id == param->paramid && varying->plan != NULL)
			value_growth_follow(search, place, NULL, varying->expression);
	}
}

/* Follows a column of a node to the target list below, or to its table. */
static void
value_growth_take_var(ValueSearch *search, const Var *var)
{
	PlanPlace place = search->place;
	List *targets = plan_column_targets(&place, var);
	bool known;
	bool last;

	if (targets != NIL && !IsA(search->place.plan, IndexOnlyScan))
	{
		if (var->varattno >= 1 && var->varattno <= list_length(targets))
			value_growth_follow(
				search, place, search->state,
				(Node *) list_nth_node(TargetEntry, targets, var->varattno - 1)
					->expr);
		return;
	}
	if (search->state == NULL)
		return;
	last = value_growth_is_last(search->state, &known);
	if (known)
		value_growth_take_end(search, (Node *) var, last);
}

/* Returns what is found below a part of an expression by itself. */
static ValueSearch
value_growth_part(const ValueSearch *search, Node *part)
{
	ValueSearch found = *search;

	found.end = 0;
	found.goes_on = found.clock = false;
	(void) value_growth_walk(part, &found);
	return found;
}

/* Returns whether what was found goes on with time. */
static bool
value_growth_moves(const ValueSearch *search)
{
	return search->end > 0 ? search->goes_on : search->clock;
}

/* Takes in a part of an expression, of the table if end is not 0. */
static void
value_growth_take_moves(ValueSearch *search, double end, bool moves)
{
	search->end = Max(search->end, end);
	if (end > 0)
		search->goes_on = search->goes_on || moves;
	else
		search->clock = search->clock || moves;
}

/*
 * Takes in a - b. What goes on on both sides goes on in neither; so the age of the
 * last row stays, while the time between the first and the last does not.
 */
static void
value_growth_take_difference(ValueSearch *search, const OpExpr *difference)
{
	bool moves[2];
	double end = 0;
	ListCell *cell;

	foreach(cell, difference->args)
	{
		ValueSearch side = value_growth_part(search, lfirst(cell));

		moves[foreach_current_index(cell)] = value_growth_moves(&side);
		end = Max(end, side.end);
	}
	value_growth_take_moves(search, end, moves[0] != moves[1]);
}

/*
 * Takes in COALESCE, of which the first one counts that is not null, GREATEST or
 * LEAST.
 */
static void
value_growth_take_one_of(ValueSearch *search, List *args, bool first, bool all)
{
	bool moves = all;
	double end = 0;
	ListCell *cell;

	foreach(cell, args)
	{
		ValueSearch one = value_growth_part(search, lfirst(cell));

		end = Max(end, one.end);
		moves = all ? moves && value_growth_moves(&one)
					: moves || value_growth_moves(&one);
		if (first)
			break;
	}
	value_growth_take_moves(search, end, moves);
}

/* Does an operator subtract? */
static bool
value_growth_is_difference(const OpExpr *operation)
{
	const char *name = get_opname(operation->opno);

	return list_length(operation->args) == 2 && name != NULL &&
		   strcmp(name, "-") == 0;
}

static bool
value_growth_walk(Node *node, void *arg)
{
	ValueSearch *search = arg;

	if (node == NULL)
		return false;
	check_stack_depth();
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_EXEC)
		value_growth_take_param(search, castNode(Param, node));
	else if (IsA(node, Var))
		value_growth_take_var(search, castNode(Var, node));
	else if (IsA(node, Aggref))
		value_growth_take_aggregate(search, castNode(Aggref, node));
	else if (IsA(node, WindowFunc))
		value_growth_take_input(search);
	else if (IsA(node, OpExpr) &&
			 value_growth_is_difference(castNode(OpExpr, node)))
		value_growth_take_difference(search, castNode(OpExpr, node));
	else if (IsA(node, CoalesceExpr))
		value_growth_take_one_of(search, castNode(CoalesceExpr, node)->args,
								 true, false);
	else if (IsA(node, MinMaxExpr))
		value_growth_take_one_of(search, castNode(MinMaxExpr, node)->args,
								 false,
								 castNode(MinMaxExpr, node)->op == IS_LEAST);
	else if ((IsA(node, SQLValueFunction) ||
			  (IsA(node, FuncExpr) && castNode(FuncExpr, node)->args == NIL)) &&
			 clock_is_read(node))
		search->clock = true;
	else
		return expression_tree_walker(node, value_growth_walk, arg);
	return false;
}

/* ---- nodes ---- */

/* Returns what is found below an expression of a node. */
static ValueSearch
value_growth_search(const ValuePlace *at, WorkNode *work, Node *expression)
{
	ValueSearch search = {
		.at = at,
		.place = {at->node->state->es_plannedstmt, at->node->plan},
		.work = work};

	(void) value_growth_walk(expression, &search);
	search.goes_on = value_growth_moves(&search);
	return search;
}

/* Takes in a call of a function that returns rows. */
static void
value_growth_take_call(const ValuePlace *at, WorkNode *work, Node *call)
{
	const FuncExpr *function = (const FuncExpr *) call;
	const char *name =
		IsA(call, FuncExpr) ? get_func_name(function->funcid) : NULL;
	ValueSearch first;
	ValueSearch last;
	WorkSource source = {0};

	if (name == NULL || strcmp(name, "generate_series") != 0 ||
		get_func_namespace(function->funcid) != PG_CATALOG_NAMESPACE)
	{
		(void) value_growth_search(at, work, call);
		return;
	}
	first = value_growth_search(at, work, linitial(function->args));
	last = value_growth_search(at, work, lsecond(function->args));
	source.exponent = Max(first.end, last.end);
	/* A step that is a part of the whole makes as many of them. */
	if (list_length(function->args) > 2 &&
		value_growth_search(at, work, lthird(function->args)).end > 0)
		return;
	if (source.exponent > 0 && first.goes_on != last.goes_on)
		value_growth_add(work, source);
}

/* Takes in the arrays of = ANY in conditions. */
static void
value_growth_take_arrays(const ValuePlace *at, WorkNode *work, List *conditions)
{
	ListCell *cell;

	foreach(cell, conditions)
	{
		const ScalarArrayOpExpr *any = lfirst(cell);

		if (IsA(any, ScalarArrayOpExpr) && any->useOr)
			(void) value_growth_search(at, work, lsecond(any->args));
	}
}

void
value_growth_read(const ValuePlace *place, WorkNode *work)
{
	Plan *plan = place->node->plan;
	List *conditions = NIL;
	ListCell *cell;

	work->by_sources = true;
	switch (nodeTag(plan))
	{
		case T_FunctionScan:
			foreach(cell, ((FunctionScan *) plan)->functions)
				value_growth_take_call(
					place, work, lfirst_node(RangeTblFunction, cell)->funcexpr);
			break;
		case T_TableFuncScan:
			(void) value_growth_search(
				place, work, ((TableFuncScan *) plan)->tablefunc->docexpr);
			break;
		case T_ProjectSet:
			foreach(cell, plan->targetlist)
				if (expression_returns_set(
						(Node *) lfirst_node(TargetEntry, cell)->expr))
					value_growth_take_call(
						place, work,
						(Node *) lfirst_node(TargetEntry, cell)->expr);
			break;
		case T_BitmapHeapScan:
			value_growth_take_arrays(place, work,
									 ((BitmapHeapScan *) plan)->bitmapqualorig);
			break;
		default:
			if (OidIsValid(plan_tree_scanned_index(place->node, &conditions)))
				value_growth_take_arrays(place, work, conditions);
			if (work->nsources > 0)
				break;
			work->by_sources = false;
			value_growth_take_arrays(place, work, plan->qual);
			break;
	}
}
