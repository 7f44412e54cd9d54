/*-------------------------------------------------------------------------
 *
 * table_conditions.c
 *		What a query asks of each of its tables: conditions and order.
 *
 * One walk visits the queries within a query, the outer one first. Of each it
 * reads the conditions of WHERE and ON, what HAVING asks of the groups, and the
 * ORDER BY of a LIMIT. origin.c tells which tables a side of a condition comes
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
#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/origin.h"
#include "query/table_conditions.h"

/* Trigrams are of 3 characters. */
#define TABLE_CONDITIONS_TRIGRAM 3

typedef struct ConditionsContext
{
	List *queries; /* the query looked at first, then those around it */
	List *tables;  /* QueryTable * */
	List *joined;  /* the subqueries of IN and EXISTS that become joins */
	List *closed;  /* the other subqueries of expressions */
	const SubLink *sublink; /* that is compared with, by IN */
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

/* ---- what reaches a table ---- */

/* Whether the planner applies the condition clause on origin to the table. */
static bool
table_conditions_reaches(const ConditionsContext *context, const Origin *origin,
						 Node *clause)
{
	for (int i = 0; i < origin->levels_up; i++)
		if (list_member_ptr(context->closed, list_nth(context->queries, i)))
			return false;
	return origin->pushed &&
		   !(origin->leakproof && contain_leaked_vars(clause));
}

/* ---- where the value comes from ---- */

typedef struct ConditionsPartner
{
	List *queries; /* around the value, as in ConditionsContext */
	int depth;     /* of subqueries within it */
	const void *found;
} ConditionsPartner;

/* The range table entry that a column is read from, below joins. */
static const RangeTblEntry *
table_conditions_entry(List *queries, const Var *var)
{
	const RangeTblEntry *rte =
		rt_fetch(var->varno, linitial_node(Query, queries)->rtable);

	while (rte->rtekind == RTE_JOIN && var->varattno > 0)
	{
		var = list_nth(rte->joinaliasvars, var->varattno - 1);
		if (var == NULL || !IsA(var, Var))
			break;
		rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
	}
	return rte;
}

/* Looks for the first thing in a value that differs from row to row. */
static bool
table_conditions_find_partner(Node *value, void *arg)
{
	ConditionsPartner *search = arg;
	bool found;

	if (value == NULL)
		return false;
	if (IsA(value, Var))
	{
		const Var *var = castNode(Var, value);
		int levels_up = (int) var->varlevelsup - search->depth;

		if (levels_up < 0)
			return false;
		if (levels_up < list_length(search->queries))
			search->found = table_conditions_entry(
				list_copy_tail(search->queries, levels_up), var);
		else
			search->found = var;
		return true;
	}
	/* A row of IN, of which table_conditions_note() knows the subquery. */
	if (IsA(value, Param) && castNode(Param, value)->paramkind != PARAM_EXTERN)
	{
		search->found = value;
		return true;
	}
	if (IsA(value, Query))
	{
		search->depth++;
		found = query_tree_walker(castNode(Query, value),
								  table_conditions_find_partner, search, 0);
		search->depth--;
		return found;
	}
	return expression_tree_walker(value, table_conditions_find_partner, search);
}

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
	ConditionsPartner search = {.queries = context->queries};

	condition->join = table_conditions_joins(condition->value, NULL);
	if (!condition->join)
		return;
	(void) table_conditions_find_partner(condition->value, &search);
	condition->partner = search.found;
	if (search.found != NULL && IsA(search.found, Param) &&
		context->sublink != NULL)
		condition->partner = context->sublink;
}

/* ---- patterns ---- */

/*
 * If the condition is LIKE or ILIKE of a constant, notes what its pattern tells.
 * The value has no Var, of which eval_const_expressions() would look into the
 * parse tree from 19 on.
 */
static void
table_conditions_read_pattern(ConditionsContext *context, Condition *condition)
{
	PlannerGlobal global = {.type = T_PlannerGlobal};
	PlannerInfo root = {.type = T_PlannerInfo};
	bool ignore_case = false;
	Node *value;
	const char *pattern;
	int literal = 0;

	switch (condition->opno)
	{
		case OID_TEXT_ICLIKE_OP:
		case OID_BPCHAR_ICLIKE_OP:
		case OID_NAME_ICLIKE_OP:
			ignore_case = true;
			break;
		case OID_TEXT_LIKE_OP:
		case OID_BPCHAR_LIKE_OP:
		case OID_NAME_LIKE_OP:
			break;
		default:
			return;
	}
	global.boundParams = context->params;
	root.glob = &global;
	value = eval_const_expressions(&root, copyObject(condition->value));
	if (value == NULL || !IsA(value, Const) ||
		castNode(Const, value)->constisnull ||
		castNode(Const, value)->consttype != TEXTOID)
		return;
	pattern = TextDatumGetCString(castNode(Const, value)->constvalue);
	if (!ignore_case && *pattern != '\0' && *pattern != '%' && *pattern != '_')
		condition->kind = CONDITION_PREFIX;
	while (*pattern != '\0')
	{
		if (*pattern != '%' && *pattern != '_')
			literal++;
		pattern += pg_mblen(pattern);
	}
	condition->is_short = literal < TABLE_CONDITIONS_TRIGRAM;
}

/* ---- conditions ---- */

/* Adds the condition "key operator value" to each table that key comes from. */
static void
table_conditions_add(ConditionsContext *context, const Condition *model,
					 Node *key, Node *value)
{
	List *origins =
		OidIsValid(model->opno) ? origin_find(context->queries, key) : NIL;
	ListCell *cell;

	foreach(cell, origins)
	{
		const Origin *origin = lfirst(cell);
		Condition *condition;
		QueryTable *table;

		if (!table_conditions_reaches(context, origin, model->clause) ||
			(value != NULL && origin_is_read(context->queries, value, origin)))
			continue;
		condition = palloc(sizeof(*condition));
		*condition = *model;
		condition->query = linitial(context->queries);
		condition->key = origin->key;
		condition->attnum = origin->attnum;
		condition->value = value;
		table_conditions_read_value(context, condition);
		if (condition->kind == CONDITION_SEARCH && value != NULL &&
			!condition->join)
			table_conditions_read_pattern(context, condition);
		table = table_conditions_table(context, origin->query, origin->varno,
									   origin->relid);
		table->conditions = lappend(table->conditions, condition);
	}
}

/* Each side may be the key: the other one is its value then. */
static void
table_conditions_add_both(ConditionsContext *context, Condition *model,
						  Node *left, Node *right)
{
	table_conditions_add(context, model, left, right);
	model->opno = get_commutator(model->opno);
	table_conditions_add(context, model, right, left);
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

	if (list_length(op->args) != 2 || get_func_rettype(op->opfuncid) != BOOLOID)
		return;
	strategy = compat_btree_strategy(op->opno);
	if (strategy > BTMaxStrategyNumber)
		return;
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
						 value);
	context->queries = list_delete_first(context->queries);
}

static void table_conditions_note(ConditionsContext *context, Node *node,
								  bool alternative);

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

/* A condition of WHERE or ON. */
static void
table_conditions_note(ConditionsContext *context, Node *node, bool alternative)
{
	Condition condition = {.clause = node, .alternative = alternative};
	ScalarArrayOpExpr *any;
	RowCompareExpr *row;
	int strategy;
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
			if (castNode(BoolExpr, node)->boolop == NOT_EXPR)
				break;
			alternative =
				alternative || castNode(BoolExpr, node)->boolop == OR_EXPR;
			foreach(cell, castNode(BoolExpr, node)->args)
				table_conditions_note(context, lfirst(cell), alternative);
			break;
		case T_OpExpr:
			table_conditions_note_operator(context, castNode(OpExpr, node),
										   alternative);
			break;
		case T_ScalarArrayOpExpr:
			any = castNode(ScalarArrayOpExpr, node);
			strategy = compat_btree_strategy(any->opno);
			if (!any->useOr ||
				(strategy != 0 && strategy != BTEqualStrategyNumber))
				break;
			condition.kind = strategy == 0 ? CONDITION_SEARCH : CONDITION_ANY;
			condition.opno = any->opno;
			condition.collation = any->inputcollid;
			table_conditions_add(context, &condition, linitial(any->args),
								 NULL);
			break;
		case T_RowCompareExpr:
			row = castNode(RowCompareExpr, node);
			condition.kind = CONDITION_RANGE;
			condition.opno = linitial_oid(row->opnos);
			condition.collation = linitial_oid(row->inputcollids);
			table_conditions_add_both(context, &condition, linitial(row->largs),
									  linitial(row->rargs));
			break;
		case T_SubLink:
			table_conditions_note_sublink(context, castNode(SubLink, node),
										  alternative);
			break;
		default:
			break;
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
			(void) table_conditions_table(context, query, varno, rte->relid);
		/* The planner applies row security before all else. */
		table_conditions_note(context, (Node *) rte->securityQuals, false);
	}
}

/* ---- order ---- */

/*
 * Adds the n-th expression of an ORDER BY to the order of its table, or of the
 * table of each arm of a UNION ALL. Returns false where no order goes on with
 * it.
 */
static bool
table_conditions_add_order(ConditionsContext *context, const Query *query,
						   const SortGroupClause *clause, int n)
{
	List *origins = origin_find(
		context->queries,
		get_sortgroupclause_expr(unconstify(SortGroupClause *, clause),
								 query->targetList));
	bool goes_on = false;
	ListCell *cell;

	foreach(cell, origins)
	{
		const Origin *origin = lfirst(cell);
		QueryTable *table;
		OrderColumn *column;
		Oid family;
		Oid type;
		int strategy;

		if (origin->attnum == 0 || origin->levels_up > 0 || !origin->pushed)
			continue;
		table = table_conditions_table(context, origin->query, origin->varno,
									   origin->relid);
		/* An index orders by the columns of its own table alone. */
		if (list_length(table->order) != n)
			continue;
		column = palloc0(sizeof(*column));
		column->attnum = origin->attnum;
		column->nulls_first = clause->nulls_first;
		if (compat_ordering_op(clause->sortop, &family, &type, &strategy))
			column->descending = strategy == BTGreaterStrategyNumber;
		table->order = lappend(table->order, column);
		goes_on = true;
	}
	return goes_on;
}

/* Whether a set operation appends the rows of its arms, each in its order. */
static bool
table_conditions_appends(Node *arm)
{
	SetOperationStmt *operation;

	check_stack_depth();
	if (arm == NULL || !IsA(arm, SetOperationStmt))
		return true;
	operation = castNode(SetOperationStmt, arm);
	return operation->op == SETOP_UNION && operation->all &&
		   table_conditions_appends(operation->larg) &&
		   table_conditions_appends(operation->rarg);
}

/* The columns of a table that an ORDER BY with a LIMIT begins with. */
static void
table_conditions_read_order(ConditionsContext *context, const Query *query)
{
	ListCell *cell;

	if (query->limitCount == NULL || query->hasAggs ||
		query->groupClause != NIL || query->distinctClause != NIL ||
		!table_conditions_appends(query->setOperations))
		return;
	foreach(cell, query->sortClause)
		if (!table_conditions_add_order(context, query,
										lfirst_node(SortGroupClause, cell),
										foreach_current_index(cell)))
			break;
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
					!contain_agg_clause(lfirst(cell)) &&
					!contain_volatile_functions(lfirst(cell)))
					table_conditions_note(context, lfirst(cell), false);
		table_conditions_read_order(context, query);
		(void) query_tree_walker(query, table_conditions_walk, context, 0);
		context->queries = list_delete_first(context->queries);
		return false;
	}
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
