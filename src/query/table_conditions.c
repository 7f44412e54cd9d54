/*-------------------------------------------------------------------------
 *
 * table_conditions.c
 *		What a query asks of each of its tables: conditions and order.
 *
 * One walk visits the queries within a query, the outer one first. Of each it
 * reads the conditions of WHERE and ON, what HAVING asks of the groups, and by
 * way of table_orders.c the orders. origin.c tells which tables a side of a condition comes
 * from; the condition is noted with each of these that it reaches, so that one
 * on a UNION ALL is noted with the table of each arm. A condition that does not
 * reach a table is not noted with it, since no index of the table would serve
 * the condition. A table is known by its query and its place in the range
 * table: the same table twice in FROM is two QueryTables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/condition_partner.h"
#include "query/condition_pattern.h"
#include "query/origin.h"
#include "query/table_conditions.h"

typedef struct ConditionsContext
{
	List *queries; /* the query looked at first, then those around it */
	List *tables;  /* QueryTable * */
	List *joined;  /* the subqueries of IN and EXISTS that become joins */
	List *closed;  /* the other subqueries of expressions */
	const SubLink *sublink; /* that is compared with, by IN */
	const BoolExpr *any_of; /* the outermost OR around the condition */
	int arm;                /* of any_of */
	bool policy;            /* the conditions are those of row security */
	ParamListInfo params;
} ConditionsContext;

static QueryTable *
table_conditions_table(ConditionsContext *context, const Query *query,
					   int varno, Oid relid)
{
	QueryTable *table;
	ListCell *cell;

	foreach(cell, context->tables)
	{
		table = lfirst(cell);
		if (table->query == query && table->varno == varno)
			return table;
	}
	table = palloc0(sizeof(*table));
	table->query = query;
	table->varno = varno;
	table->relid = relid;
	context->tables = lappend(context->tables, table);
	return table;
}

static bool table_conditions_walk(Node *node, void *arg);
static void table_conditions_note(ConditionsContext *context, Node *node,
								  bool alternative);

/* ---- what reaches a table ---- */

/* Whether the planner applies the condition clause on origin to the table. */
static bool
table_conditions_reaches(const ConditionsContext *context, const Origin *origin,
						 Node *clause)
{
	for (int i = 0; i < origin->levels_up; i++)
		if (list_member_ptr(context->closed, list_nth(context->queries, i)))
			return false;
	/* The conditions of row security are what others must not leak by. */
	return origin->pushed && (context->policy || !origin->leakproof ||
							  !contain_leaked_vars(clause));
}

/* ---- where the value comes from ---- */

/* Whether a value is another row's, so that it is known only in a join. */
static bool
table_conditions_joins(Node *value, void *context)
{
	if (value == NULL)
		return false;
	if (IsA(value, Var) || IsA(value, SubLink) ||
		(IsA(value, Param) &&
		 castNode(Param, value)->paramkind != PARAM_EXTERN))
		return true;
	return expression_tree_walker(value, table_conditions_joins, context);
}

/* Notes whether the value of a condition is another row's, and whose. */
static void
table_conditions_read_value(const ConditionsContext *context,
							Condition *condition)
{
	condition->join = table_conditions_joins(condition->value, NULL);
	if (condition->join)
		condition->partner = condition_partner_find(
			context->queries, condition->value, context->sublink);
}

/* ---- conditions ---- */

/* Notes a condition with those that hold for each row of a table. */
static void
table_conditions_add_filter(ConditionsContext *context, QueryTable *table,
							const Condition *condition, const Origin *origin)
{
	Node *filter;

	if (condition->alternative || condition->partner != NULL)
		return;
	filter = origin_condition(context->queries, condition->clause, origin);
	if (filter != NULL && !list_member(table->filters, filter))
		table->filters = lappend(table->filters, filter);
}

/*
 * Adds the condition "key operator value" to each table that key comes from; or
 * to its filters alone, if serves is false.
 */
static void
table_conditions_add(ConditionsContext *context, const Condition *model,
					 Node *key, Node *value, bool serves)
{
	List *origins;
	ListCell *cell;

	/* The collation of the comparison stands for it. */
	while (IsA(key, CollateExpr))
		key = (Node *) castNode(CollateExpr, key)->arg;
	origins = origin_find(context->queries, key);
	foreach(cell, origins)
	{
		const Origin *origin = lfirst(cell);
		Condition *condition;
		QueryTable *table;

		if (!table_conditions_reaches(context, origin, model->clause))
			continue;
		table = table_conditions_table(context, origin->query, origin->varno,
									   origin->relid);
		/* What compares columns of one row is no key of an index. */
		if (value != NULL && origin_is_read(context->queries, value, origin))
		{
			table_conditions_add_filter(context, table, model, origin);
			continue;
		}
		condition = palloc(sizeof(*condition));
		*condition = *model;
		condition->query = linitial(context->queries);
		condition->key = origin->key;
		condition->attnum = origin->attnum;
		condition->value = value;
		condition->any_of = context->any_of;
		condition->arm = context->arm;
		table_conditions_read_value(context, condition);
		if (condition->kind == CONDITION_SEARCH && value != NULL &&
			!condition->join &&
			condition_pattern_read(condition->opno, value, context->params,
								   &condition->is_short))
			condition->kind = CONDITION_PREFIX;
		table_conditions_add_filter(context, table, condition, origin);
		if (serves)
			table->conditions = lappend(table->conditions, condition);
	}
}

/* Each side may be the key: the other one is its value then. */
static void
table_conditions_add_both(ConditionsContext *context, Condition *model,
						  Node *left, Node *right)
{
	table_conditions_add(context, model, left, right, OidIsValid(model->opno));
	model->opno = get_commutator(model->opno);
	if (OidIsValid(model->opno))
		table_conditions_add(context, model, right, left, true);
}

static void
table_conditions_note_operator(ConditionsContext *context, OpExpr *op,
							   bool alternative)
{
	Condition condition = {.clause = (Node *) op,
						   .alternative = alternative,
						   .opno = op->opno,
						   .collation = op->inputcollid};
	int strategy;

	/* The rewriter leaves opfuncid open where it makes an operator, as for CYCLE. */
	if (list_length(op->args) != 2 || op->opresulttype != BOOLOID)
		return;
	strategy = compat_btree_strategy(op->opno);
	/* <> */
	if (strategy > BTMaxStrategyNumber)
	{
		table_conditions_add(context, &condition, linitial(op->args),
							 lsecond(op->args), false);
		return;
	}
	condition.kind = strategy == 0                       ? CONDITION_SEARCH
					 : strategy == BTEqualStrategyNumber ? CONDITION_EQUAL
														 : CONDITION_RANGE;
	table_conditions_add_both(context, &condition, linitial(op->args),
							  lsecond(op->args));
}

/*
 * Notes column IN (SELECT other ...) with the table of other: in a join, each
 * row of the query may be the one that other is compared with. comparison is
 * the one of testexpr, where a Param stands for other.
 */
static void
table_conditions_note_inner(ConditionsContext *context, const SubLink *sublink,
							Node *comparison)
{
	Query *query = castNode(Query, sublink->subselect);
	Condition condition = {.kind = CONDITION_EQUAL, .clause = comparison};
	OpExpr *op;
	Node *value;
	Param *param;
	ListCell *cell;

	if (is_andclause(comparison))
		foreach(cell, castNode(BoolExpr, comparison)->args)
			table_conditions_note_inner(context, sublink, lfirst(cell));
	if (!IsA(comparison, OpExpr))
		return;
	op = castNode(OpExpr, comparison);
	if (list_length(op->args) != 2 || !IsA(lsecond(op->args), Param) ||
		compat_btree_strategy(op->opno) != BTEqualStrategyNumber ||
		query->setOperations != NULL)
		return;
	param = lsecond_node(Param, op->args);
	if (param->paramkind != PARAM_SUBLINK ||
		param->paramid > list_length(query->targetList))
		return;
	condition.opno = get_commutator(op->opno);
	condition.collation = op->inputcollid;
	value = copyObject(linitial(op->args));
	IncrementVarSublevelsUp(value, 1, 0);
	context->queries = lcons(query, context->queries);
	table_conditions_add(context, &condition,
						 (Node *) list_nth_node(TargetEntry, query->targetList,
												param->paramid - 1)
							 ->expr,
						 value, true);
	context->queries = list_delete_first(context->queries);
}

/* A subquery as a condition: column IN (SELECT ...), EXISTS (SELECT ...). */
static void
table_conditions_note_sublink(ConditionsContext *context, SubLink *sublink,
							  bool alternative)
{
	bool any = sublink->subLinkType == ANY_SUBLINK;

	/* column IN (SELECT ...) is compared with each of its rows. */
	if (any)
	{
		context->sublink = sublink;
		table_conditions_note(context, sublink->testexpr, alternative);
		context->sublink = NULL;
	}
	/*
	 * The planner makes joins of those that stand by themselves, but before 17
	 * not of an IN that refers to the query above.
	 */
	if (alternative ||
		(sublink->subLinkType != EXISTS_SUBLINK &&
		 (!any || (!compat_joins_correlated_any() &&
				   contain_vars_of_level(sublink->subselect, 1)))))
		return;
	context->joined = lappend(context->joined, sublink->subselect);
	if (any)
		table_conditions_note_inner(context, sublink, sublink->testexpr);
}

/* column, NOT column, and column IS TRUE: the same as column = true or false. */
static void
table_conditions_note_boolean(ConditionsContext *context, Node *clause,
							  Node *key, bool is, bool alternative)
{
	Condition condition = {.kind = CONDITION_EQUAL,
						   .clause = clause,
						   .alternative = alternative,
						   .opno = BooleanEqualOperator};

	table_conditions_add(context, &condition, key, makeBoolConst(is, false),
						 IsA(key, Var));
}

/* IS NULL is what a B-tree serves like =; IS NOT NULL is a predicate. */
static void
table_conditions_note_null(ConditionsContext *context, NullTest *test,
						   bool alternative)
{
	Condition condition = {.kind = CONDITION_NULL,
						   .clause = (Node *) test,
						   .alternative = alternative,
						   .collation = exprCollation((Node *) test->arg)};

	if (!test->argisrow)
		table_conditions_add(context, &condition, (Node *) test->arg, NULL,
							 test->nulltesttype == IS_NULL);
}

static void
table_conditions_note_array(ConditionsContext *context, ScalarArrayOpExpr *any,
							bool alternative)
{
	Condition condition = {.clause = (Node *) any,
						   .alternative = alternative,
						   .opno = any->opno,
						   .collation = any->inputcollid};
	int strategy = compat_btree_strategy(any->opno);

	condition.kind = strategy == 0 ? CONDITION_SEARCH : CONDITION_ANY;
	table_conditions_add(
		context, &condition, linitial(any->args), NULL,
		any->useOr && (strategy == 0 || strategy == BTEqualStrategyNumber));
}

/* The conditions that stand in each arm of an OR, which holds for all rows. */
static List *
table_conditions_common(BoolExpr *any_of)
{
	List *common =
		list_copy(make_ands_implicit((Expr *) linitial(any_of->args)));
	ListCell *cell;

	foreach(cell, any_of->args)
		common = list_intersection(common,
								   make_ands_implicit((Expr *) lfirst(cell)));
	return common;
}

/* The arms of an OR, with those of an OR that is an arm. */
static List *
table_conditions_arms(BoolExpr *any_of)
{
	List *arms = NIL;
	ListCell *cell;

	check_stack_depth();
	foreach(cell, any_of->args)
		arms = is_orclause(lfirst(cell))
				   ? list_concat(arms, table_conditions_arms(lfirst(cell)))
				   : lappend(arms, lfirst(cell));
	return arms;
}

/* The planner takes what stands in each arm out of an OR. */
static void
table_conditions_note_or(ConditionsContext *context, BoolExpr *any_of,
						 bool alternative)
{
	List *common;
	bool outermost = context->any_of == NULL;
	ListCell *cell;

	any_of = (BoolExpr *) makeBoolExpr(OR_EXPR, table_conditions_arms(any_of),
									   any_of->location);
	common = table_conditions_common(any_of);
	table_conditions_note(context, (Node *) common, alternative);
	foreach(cell, any_of->args)
	{
		List *arm =
			list_difference(make_ands_implicit((Expr *) lfirst(cell)), common);

		/* One arm asks for nothing else: the others add no row. */
		if (arm == NIL)
			return;
		if (outermost)
		{
			context->any_of = any_of;
			context->arm = foreach_current_index(cell);
		}
		table_conditions_note(context, (Node *) arm, true);
		if (outermost)
			context->any_of = NULL;
	}
}

/* AND, OR and NOT. */
static void
table_conditions_note_bool(ConditionsContext *context, BoolExpr *expr,
						   bool alternative)
{
	if (expr->boolop == OR_EXPR)
		table_conditions_note_or(context, expr, alternative);
	else if (expr->boolop == AND_EXPR)
		table_conditions_note(context, (Node *) expr->args, alternative);
	else
		table_conditions_note_boolean(context, (Node *) expr,
									  linitial(expr->args), false, alternative);
}

/* A condition of WHERE or ON. */
static void
table_conditions_note(ConditionsContext *context, Node *node, bool alternative)
{
	Condition condition = {.clause = node, .alternative = alternative};
	BooleanTest *test;
	RowCompareExpr *row;
	ListCell *cell;

	if (node == NULL)
		return;
	switch (nodeTag(node))
	{
		case T_List:
			foreach(cell, (List *) node)
				table_conditions_note(context, lfirst(cell), alternative);
			break;
		case T_BoolExpr:
			table_conditions_note_bool(context, castNode(BoolExpr, node),
									   alternative);
			break;
		case T_OpExpr:
			table_conditions_note_operator(context, castNode(OpExpr, node),
										   alternative);
			break;
		case T_DistinctExpr:
			table_conditions_add(context, &condition,
								 linitial(((DistinctExpr *) node)->args), NULL,
								 false);
			break;
		case T_ScalarArrayOpExpr:
			table_conditions_note_array(
				context, castNode(ScalarArrayOpExpr, node), alternative);
			break;
		case T_RowCompareExpr:
			row = castNode(RowCompareExpr, node);
			condition.kind = CONDITION_RANGE;
			condition.opno = linitial_oid(row->opnos);
			condition.collation = linitial_oid(row->inputcollids);
			table_conditions_add_both(context, &condition, linitial(row->largs),
									  linitial(row->rargs));
			break;
		case T_Var:
			table_conditions_note_boolean(context, node, node, true,
										  alternative);
			break;
		case T_BooleanTest:
			test = castNode(BooleanTest, node);
			if (test->booltesttype == IS_TRUE || test->booltesttype == IS_FALSE)
				table_conditions_note_boolean(context, node, (Node *) test->arg,
											  test->booltesttype == IS_TRUE,
											  alternative);
			break;
		case T_NullTest:
			table_conditions_note_null(context, castNode(NullTest, node),
									   alternative);
			break;
		case T_SubLink:
			table_conditions_note_sublink(context, castNode(SubLink, node),
										  alternative);
			break;
		default:
			break;
	}
}

/* Notes what stands around a table of the first of the queries. */
static void
table_conditions_place(const ConditionsContext *context, QueryTable *table)
{
	bool limited = false;
	ListCell *cell;

	table->aggregated = table->query->hasAggs;
	foreach(cell, context->queries)
	{
		const Query *around = lfirst_node(Query, cell);

		/* An arm with a LIMIT of its own is one all the same. */
		if (table->append == NULL && around->setOperations != NULL)
			table->append = around;
		/* SELECT count(*) FROM (SELECT ...) */
		if (!limited)
			table->aggregated = table->aggregated || around->hasAggs;
		limited = limited || around->limitCount != NULL;
	}
}

static void
table_conditions_read_from(ConditionsContext *context, Node *node)
{
	ListCell *cell;

	if (node == NULL)
		return;
	if (IsA(node, FromExpr))
	{
		foreach(cell, castNode(FromExpr, node)->fromlist)
			table_conditions_read_from(context, lfirst(cell));
		table_conditions_note(context, castNode(FromExpr, node)->quals, false);
	}
	else if (IsA(node, JoinExpr))
	{
		table_conditions_read_from(context, castNode(JoinExpr, node)->larg);
		table_conditions_read_from(context, castNode(JoinExpr, node)->rarg);
		table_conditions_note(context, castNode(JoinExpr, node)->quals, false);
	}
	else if (IsA(node, RangeTblRef))
	{
		Query *query = linitial_node(Query, context->queries);
		int varno = castNode(RangeTblRef, node)->rtindex;
		RangeTblEntry *rte = rt_fetch(varno, query->rtable);

		if (rte->rtekind == RTE_RELATION)
			table_conditions_place(
				context,
				table_conditions_table(context, query, varno, rte->relid));
		/* The planner applies row security before all else. */
		context->policy = true;
		table_conditions_note(context, (Node *) rte->securityQuals, false);
		context->policy = false;
	}
}

/* ---- order ---- */

static void
table_conditions_read_orders(ConditionsContext *context)
{
	List *orders = table_orders_read(context->queries);
	ListCell *cell;

	foreach(cell, orders)
	{
		TableOrder *order = lfirst(cell);
		QueryTable *table = table_conditions_table(context, order->query,
												   order->varno, order->relid);

		table->orders = lappend(table->orders, order);
		if (order->kind == ORDER_LIMIT && table->order == NIL)
			table->order = order->columns;
	}
}

/* ---- columns ---- */

/* Returns the columns of an expression over one table. */
static Bitmapset *
table_conditions_attnums(Node *expression)
{
	Bitmapset *attnums = NULL;
	ListCell *cell;

	foreach(cell, pull_var_clause(expression, 0))
		attnums =
			bms_add_member(attnums, castNode(Var, lfirst(cell))->varattno);
	return attnums;
}

/* Notes a column that the first of the queries reads, or one around it. */
static void
table_conditions_note_column(ConditionsContext *context, const Var *var)
{
	const Query *query;
	const RangeTblEntry *rte;
	QueryTable *table;
	Node *computed;

	if ((int) var->varlevelsup >= list_length(context->queries))
		return;
	query = list_nth_node(Query, context->queries, var->varlevelsup);
	rte = rt_fetch(var->varno, query->rtable);
	if (rte->rtekind == RTE_JOIN && var->varattno > 0)
	{
		Node *below =
			copyObject(list_nth(rte->joinaliasvars, var->varattno - 1));

		IncrementVarSublevelsUp(below, var->varlevelsup, 0);
		(void) table_conditions_walk(below, context);
	}
	if (rte->rtekind != RTE_RELATION)
		return;
	table = table_conditions_table(context, query, var->varno, rte->relid);
	computed = compat_virtual_column(rte->relid, var->varattno);
	if (computed != NULL)
		table->columns =
			bms_add_members(table->columns, table_conditions_attnums(computed));
	else if (var->varattno > 0)
		table->columns = bms_add_member(table->columns, var->varattno);
	else
		table->whole_row = true;
}

/* ---- the walk ---- */

static bool
table_conditions_walk(Node *node, void *arg)
{
	ConditionsContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query *query = castNode(Query, node);
		List *having = make_ands_implicit((Expr *) query->havingQual);
		ListCell *cell;

		context->queries = lcons(query, context->queries);
		table_conditions_read_from(context, (Node *) query->jointree);
		/*
		 * The planner moves the parts of HAVING without aggregates, subqueries
		 * and volatile functions to WHERE. Above grouping sets it moves none,
		 * or from 18 on those on columns of all sets.
		 */
		if (query->groupClause != NIL && query->groupingSets == NIL)
			foreach(cell, having)
				if (!contain_subplans(lfirst(cell)) &&
					!contain_aggs_of_level(lfirst(cell), 0) &&
					!contain_volatile_functions(lfirst(cell)))
					table_conditions_note(context, lfirst(cell), false);
		table_conditions_read_orders(context);
		(void) query_tree_walker(query, table_conditions_walk, context,
								 QTW_IGNORE_JOINALIASES);
		context->queries = list_delete_first(context->queries);
		return false;
	}
	if (IsA(node, Var))
		table_conditions_note_column(context, castNode(Var, node));
	if (IsA(node, SubLink) &&
		!list_member_ptr(context->joined, castNode(SubLink, node)->subselect))
		context->closed =
			lappend(context->closed, castNode(SubLink, node)->subselect);
	return expression_tree_walker(node, table_conditions_walk, context);
}

List *
table_conditions_read(const Query *query, ParamListInfo params)
{
	ConditionsContext context = {.params = params};

	table_conditions_walk((Node *) unconstify(Query *, query), &context);
	return context.tables;
}
