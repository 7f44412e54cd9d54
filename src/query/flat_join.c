/*-------------------------------------------------------------------------
 *
 * flat_join.c
 *		A query's tables and conditions as one join of tables.
 *
 * One walk goes down FROM and WHERE. It notes each table that it comes to, and
 * each condition of an implicit AND with the queries that it stands in. The
 * nullable side of an outer join, and each subquery of an expression, open a group
 * of their own. When all tables are known, origin_flatten() turns the conditions
 * into ones over the tables. A table is known by its range table entry; a CTE
 * that is there twice is walked once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "query/flat_join.h"
#include "query/origin.h"

/* An expression as it stands in the query. */
typedef struct FlatNode
{
	List *queries;
	Node *node;
	int group;
	/* Of a comparison with the rows of a subquery: that, after its queries. */
	List *subqueries;
} FlatNode;

typedef struct FlatContext
{
	FlatJoin *join;
	List *rtes;    /* RangeTblEntry, of join->tables */
	List *found;   /* FlatNode */
	List *ordered; /* List of queries, for each that may have an order */
	List *ctes;    /* CommonTableExpr, that were walked */
	List *queries; /* of a walk over expressions: see flat_join_sublinks() */
	int group;
} FlatContext;

static void flat_join_query(FlatContext *context, List *queries, int group);

/* ---- groups and tables ---- */

static int
flat_join_open_group(FlatContext *context, FlatKind kind, int parent)
{
	FlatGroup *group = palloc(sizeof(*group));

	group->parent = parent;
	group->kind = kind;
	context->join->groups = lappend(context->join->groups, group);
	return list_length(context->join->groups) - 1;
}

int
flat_join_root(const FlatJoin *join, int group)
{
	int parent = ((FlatGroup *) list_nth(join->groups, group))->parent;

	return parent < 0 ? group : flat_join_root(join, parent);
}

int
flat_join_find(const FlatJoin *join, const RangeTblEntry *rte)
{
	ListCell *cell;

	foreach(cell, join->tables)
		if (((FlatTable *) lfirst(cell))->rte == rte)
			return foreach_current_index(cell) + 1;
	return 0;
}

static void
flat_join_add_table(FlatContext *context, RangeTblEntry *rte, int group)
{
	FlatTable *table;

	if (flat_join_find(context->join, rte) != 0)
		return;
	table = palloc(sizeof(*table));
	table->rte = rte;
	table->group = group;
	context->join->tables = lappend(context->join->tables, table);
	context->rtes = lappend(context->rtes, rte);
}

/* ---- conditions ---- */

static void
flat_join_add_node(FlatContext *context, List *queries, Node *node, int group,
				   List *subqueries)
{
	FlatNode *found = palloc(sizeof(*found));

	found->queries = queries;
	found->node = node;
	found->group = group;
	found->subqueries = subqueries;
	context->found = lappend(context->found, found);
}

/*
 * Walks the query of a SubLink as tables of a group below. compared, if it is not
 * NULL, is a condition on its rows, with parameters for their columns.
 */
static void
flat_join_sublink(FlatContext *context, List *queries, SubLink *sublink,
				  Node *compared, FlatKind kind, int parent)
{
	List *inner = lcons(sublink->subselect, list_copy(queries));
	int group = flat_join_open_group(context, kind, parent);

	flat_join_query(context, inner, group);
	if (compared != NULL)
		flat_join_add_node(context, queries, compared, group, inner);
}

static bool
flat_join_sublinks_walk(Node *node, void *arg)
{
	FlatContext *context = arg;

	if (node == NULL || IsA(node, Query))
		return false;
	if (IsA(node, SubLink))
		flat_join_sublink(context, context->queries, castNode(SubLink, node),
						  castNode(SubLink, node)->subLinkType == ANY_SUBLINK
							  ? castNode(SubLink, node)->testexpr
							  : NULL,
						  FLAT_SUBQUERY, context->group);
	return expression_tree_walker(node, flat_join_sublinks_walk, arg);
}

/* Opens a group for each subquery of an expression. */
static void
flat_join_sublinks(FlatContext *context, List *queries, Node *node, int group)
{
	List *outer_queries = context->queries;
	int outer_group = context->group;

	context->queries = queries;
	context->group = group;
	(void) flat_join_sublinks_walk(node, context);
	context->queries = outer_queries;
	context->group = outer_group;
}

/* Puts a parameter in place of a SubLink: that of the first of its columns. */
static Node *
flat_join_put_column(Node *node, void *arg)
{
	Param *param;

	if (node == NULL)
		return NULL;
	if (!IsA(node, SubLink))
		return expression_tree_mutator(node, flat_join_put_column, arg);
	param = makeNode(Param);
	param->paramkind = PARAM_SUBLINK;
	param->paramid = 1;
	param->paramtype = exprType(node);
	param->paramtypmod = exprTypmod(node);
	param->paramcollid = exprCollation(node);
	param->location = -1;
	return (Node *) param;
}

static SubLink *
flat_join_as_sublink(Node *node, SubLinkType type)
{
	while (node != NULL && IsA(node, RelabelType))
		node = (Node *) castNode(RelabelType, node)->arg;
	return node != NULL && IsA(node, SubLink) &&
				   castNode(SubLink, node)->subLinkType == type
			   ? castNode(SubLink, node)
			   : NULL;
}

/*
 * Returns the SubLink of a condition that asks for a row of it: EXISTS, IN,
 * = (SELECT ...), = ANY (ARRAY (SELECT ...)); else NULL. Stores the condition on
 * its rows, or NULL if there is none.
 */
static SubLink *
flat_join_needed_sublink(Node *node, Node **compared)
{
	SubLink *sublink = flat_join_as_sublink(node, EXISTS_SUBLINK);
	ScalarArrayOpExpr *any = (ScalarArrayOpExpr *) node;
	OpExpr *op = (OpExpr *) node;
	Oid element;

	*compared = NULL;
	if (sublink != NULL)
		return sublink;
	sublink = flat_join_as_sublink(node, ANY_SUBLINK);
	if (sublink != NULL)
		*compared = sublink->testexpr;
	else if (IsA(node, OpExpr) && list_length(op->args) == 2 &&
			 compat_btree_strategy(op->opno) == BTEqualStrategyNumber)
	{
		sublink = flat_join_as_sublink(linitial(op->args), EXPR_SUBLINK);
		if (sublink == NULL)
			sublink = flat_join_as_sublink(lsecond(op->args), EXPR_SUBLINK);
		if (sublink != NULL)
			*compared = flat_join_put_column(node, NULL);
	}
	else if (IsA(node, ScalarArrayOpExpr) && any->useOr)
	{
		sublink = flat_join_as_sublink(lsecond(any->args), ARRAY_SUBLINK);
		element = sublink == NULL
					  ? InvalidOid
					  : get_element_type(exprType((Node *) sublink));
		if (!OidIsValid(element))
			return NULL;
		op = (OpExpr *) make_opclause(
			any->opno, BOOLOID, false, linitial(any->args),
			(Expr *) flat_join_put_column((Node *) sublink, NULL), InvalidOid,
			any->inputcollid);
		((Param *) lsecond(op->args))->paramtype = element;
		op->opfuncid = any->opfuncid;
		*compared = (Node *) op;
	}
	return sublink;
}

static void
flat_join_quals(FlatContext *context, List *queries, Node *node, int group)
{
	SubLink *sublink;
	Node *compared;
	ListCell *cell;

	check_stack_depth();
	if (node == NULL)
		return;
	if (IsA(node, List) || is_andclause(node))
	{
		foreach(cell, IsA(node, List) ? (List *) node
									  : castNode(BoolExpr, node)->args)
			flat_join_quals(context, queries, lfirst(cell), group);
		return;
	}
	sublink = flat_join_needed_sublink(node, &compared);
	if (sublink != NULL)
	{
		flat_join_sublink(context, queries, sublink, compared, FLAT_SEMI_JOIN,
						  group);
		return;
	}
	flat_join_add_node(context, queries, node, group, NIL);
	flat_join_sublinks(context, queries, node, group);
}

/* ---- FROM ---- */

static void
flat_join_cte(FlatContext *context, List *queries, const RangeTblEntry *rte,
			  int group)
{
	ListCell *cell;

	if (rte->self_reference || (int) rte->ctelevelsup >= list_length(queries))
		return;
	queries = list_copy_tail(queries, rte->ctelevelsup);
	foreach(cell, linitial_node(Query, queries)->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (strcmp(cte->ctename, rte->ctename) != 0 ||
			list_member_ptr(context->ctes, cte))
			continue;
		context->ctes = lappend(context->ctes, cte);
		flat_join_query(context, lcons(cte->ctequery, queries), group);
	}
}

static void
flat_join_from(FlatContext *context, List *queries, Node *node, int group)
{
	RangeTblEntry *rte;
	JoinExpr *join;
	int nullable;
	ListCell *cell;

	check_stack_depth();
	if (node == NULL)
		return;
	if (IsA(node, FromExpr))
	{
		foreach(cell, castNode(FromExpr, node)->fromlist)
			flat_join_from(context, queries, lfirst(cell), group);
		flat_join_quals(context, queries, castNode(FromExpr, node)->quals,
						group);
		return;
	}
	if (IsA(node, JoinExpr))
	{
		join = castNode(JoinExpr, node);
		nullable = join->jointype == JOIN_LEFT || join->jointype == JOIN_RIGHT
					   ? flat_join_open_group(context, FLAT_OUTER_JOIN, group)
					   : group;
		flat_join_from(context, queries, join->larg,
					   join->jointype == JOIN_RIGHT ? nullable : group);
		flat_join_from(context, queries, join->rarg,
					   join->jointype == JOIN_LEFT ? nullable : group);
		flat_join_quals(context, queries, join->quals, nullable);
		return;
	}
	rte = rt_fetch(castNode(RangeTblRef, node)->rtindex,
				   linitial_node(Query, queries)->rtable);
	if (rte->rtekind == RTE_RELATION)
		flat_join_add_table(context, rte, group);
	else if (rte->rtekind == RTE_SUBQUERY)
		flat_join_query(context, lcons(rte->subquery, list_copy(queries)),
						group);
	else if (rte->rtekind == RTE_CTE)
		flat_join_cte(context, queries, rte, group);
}

/*
 * Walks the arms of a set operation: the first one as tables of the group, since
 * origin_flatten() follows it, and each other one by itself.
 */
static void
flat_join_arms(FlatContext *context, List *queries, Node *arm, int *group)
{
	RangeTblEntry *rte;

	check_stack_depth();
	if (IsA(arm, SetOperationStmt))
	{
		flat_join_arms(context, queries, castNode(SetOperationStmt, arm)->larg,
					   group);
		flat_join_arms(context, queries, castNode(SetOperationStmt, arm)->rarg,
					   group);
		return;
	}
	rte = rt_fetch(castNode(RangeTblRef, arm)->rtindex,
				   linitial_node(Query, queries)->rtable);
	flat_join_query(
		context, lcons(rte->subquery, list_copy(queries)),
		*group >= 0 ? *group : flat_join_open_group(context, FLAT_QUERY, -1));
	*group = -1;
}

static void
flat_join_query(FlatContext *context, List *queries, int group)
{
	Query *query = linitial_node(Query, queries);

	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (query->commandType != CMD_SELECT)
		return;
	if (query->groupClause == NIL &&
		(query->hasAggs ||
		 (query->limitCount != NULL && query->sortClause != NIL)))
		context->ordered = lappend(context->ordered, queries);
	if (query->setOperations != NULL)
	{
		flat_join_arms(context, queries, query->setOperations, &group);
		return;
	}
	flat_join_from(context, queries, (Node *) query->jointree, group);
	flat_join_quals(context, queries, query->havingQual, group);
	flat_join_sublinks(context, queries, (Node *) query->targetList, group);
}

/* ---- conditions over the tables ---- */

typedef struct FlatOutputs
{
	FlatContext *context;
	List *queries; /* the subquery first */
	bool failed;
} FlatOutputs;

/* Puts the outputs of a subquery in place of the parameters that stand for them. */
static Node *
flat_join_put_outputs(Node *node, void *arg)
{
	FlatOutputs *outputs = arg;
	Query *query = linitial_node(Query, outputs->queries);
	Node *output;
	int number;

	if (node == NULL)
		return NULL;
	if (!IsA(node, Param) || castNode(Param, node)->paramkind != PARAM_SUBLINK)
		return expression_tree_mutator(node, flat_join_put_outputs, arg);
	number = castNode(Param, node)->paramid;
	output =
		number > list_length(query->targetList)
			? NULL
			: origin_flatten(outputs->queries,
							 (Node *) list_nth_node(
								 TargetEntry, query->targetList, number - 1)
								 ->expr,
							 outputs->context->rtes);
	outputs->failed = outputs->failed || output == NULL;
	return output;
}

typedef struct FlatContent
{
	Bitmapset *tables;
	Bitmapset *params;
	bool other; /* a parameter that is not one of the query */
} FlatContent;

static bool
flat_join_content_walk(Node *node, void *arg)
{
	FlatContent *content = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
		content->tables =
			bms_add_member(content->tables, castNode(Var, node)->varno);
	if (IsA(node, Param))
	{
		if (castNode(Param, node)->paramkind == PARAM_EXTERN)
			content->params =
				bms_add_member(content->params, castNode(Param, node)->paramid);
		else
			content->other = true;
	}
	return expression_tree_walker(node, flat_join_content_walk, arg);
}

typedef struct FlatReferences
{
	const Query *query;
	Bitmapset *varnos; /* of references to CTEs */
	List *names;       /* char *, of these CTEs */
} FlatReferences;

/* Whether an expression has columns of two references to one CTE. */
static bool
flat_join_references_walk(Node *node, void *arg)
{
	FlatReferences *references = arg;
	const RangeTblEntry *rte;
	int varno;
	ListCell *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Var))
		return expression_tree_walker(node, flat_join_references_walk, arg);
	varno = castNode(Var, node)->varno;
	if (castNode(Var, node)->varlevelsup > 0 ||
		bms_is_member(varno, references->varnos))
		return false;
	rte = rt_fetch(varno, references->query->rtable);
	if (rte->rtekind != RTE_CTE)
		return false;
	references->varnos = bms_add_member(references->varnos, varno);
	foreach(cell, references->names)
		if (strcmp(lfirst(cell), rte->ctename) == 0)
			return true;
	references->names = lappend(references->names, rte->ctename);
	return false;
}

static void
flat_join_add_condition(FlatContext *context, const FlatNode *found)
{
	FlatContent content = {0};
	FlatReferences references = {.query = linitial_node(Query, found->queries)};
	FlatCondition *condition;
	Node *node = origin_flatten(found->queries, found->node, context->rtes);

	if (node != NULL && found->subqueries != NIL)
	{
		FlatOutputs outputs = {context, found->subqueries, false};

		node = flat_join_put_outputs(node, &outputs);
		if (outputs.failed)
			return;
	}
	if (node == NULL)
		return;
	(void) flat_join_content_walk(node, &content);
	/* Of two references to one CTE it would be a condition on a single row. */
	if (content.other || flat_join_references_walk(found->node, &references))
		return;
	condition = palloc(sizeof(*condition));
	condition->node = node;
	condition->tables = content.tables;
	condition->params = content.params;
	condition->group = found->group;
	context->join->conditions = lappend(context->join->conditions, condition);
}

/* ---- orders ---- */

/*
 * Returns an expression by which rows are ordered, with the operator that orders
 * them, or NULL if it is not known over the tables. constant is set for one that
 * does not order.
 */
static FlatOrder *
flat_join_order(FlatContext *context, List *queries, Node *node, Oid operator,
				bool nulls_first, bool *constant)
{
	Node *expr = origin_flatten(queries, node, context->rtes);
	FlatContent content = {0};
	FlatOrder *order;
	Oid family;
	Oid type;
	int strategy;

	*constant = false;
	if (expr == NULL)
		return NULL;
	(void) flat_join_content_walk(expr, &content);
	*constant = content.tables == NULL && content.params == NULL;
	if (content.tables == NULL || content.params != NULL || content.other ||
		!compat_ordering_op(operator, & family, &type, &strategy))
		return NULL;
	order = palloc(sizeof(*order));
	order->expr = expr;
	order->tables = content.tables;
	order->descending = strategy == BTGreaterStrategyNumber;
	order->nulls_first = nulls_first;
	return order;
}

/* The expressions that an ORDER BY begins with, as far as they are known. */
static List *
flat_join_sort_order(FlatContext *context, List *queries)
{
	const Query *query = linitial_node(Query, queries);
	List *orders = NIL;
	ListCell *cell;

	foreach(cell, query->sortClause)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		bool constant;
		FlatOrder *order =
			flat_join_order(context, queries,
							get_sortgroupclause_expr(clause, query->targetList),
							clause->sortop, clause->nulls_first, &constant);

		if (order != NULL)
			orders = lappend(orders, order);
		else if (!constant)
			break;
	}
	return orders;
}

/* The order in which max(x) or min(x) would come first; see planagg.c. */
static List *
flat_join_extreme_order(FlatContext *context, List *queries)
{
	const Query *query = linitial_node(Query, queries);
	const Aggref *aggregate;
	FlatOrder *order;
	HeapTuple tuple;
	Oid operator;
	bool constant;

	if (list_length(query->targetList) != 1 ||
		!IsA(linitial_node(TargetEntry, query->targetList)->expr, Aggref))
		return NIL;
	aggregate =
		castNode(Aggref, linitial_node(TargetEntry, query->targetList)->expr);
	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate->aggfnoid));
	if (!HeapTupleIsValid(tuple))
		return NIL;
	operator=((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop;
	ReleaseSysCache(tuple);
	if (!OidIsValid(operator) || list_length(aggregate->args) != 1 ||
		aggregate->aggfilter != NULL)
		return NIL;
	order = flat_join_order(
		context, queries,
		(Node *) linitial_node(TargetEntry, aggregate->args)->expr, operator,
		false, &constant);
	return order == NULL ? NIL : list_make1(order);
}

static void
flat_join_add_order(FlatContext *context, List *queries)
{
	List *order = linitial_node(Query, queries)->hasAggs
					  ? flat_join_extreme_order(context, queries)
					  : flat_join_sort_order(context, queries);

	if (order != NIL)
		context->join->orders = lappend(context->join->orders, order);
}

FlatJoin *
flat_join_read(const Query *query)
{
	FlatContext context = {.join = palloc0(sizeof(FlatJoin))};
	ListCell *cell;

	flat_join_query(&context, list_make1(unconstify(Query *, query)),
					flat_join_open_group(&context, FLAT_QUERY, -1));
	if (list_length(context.join->tables) > FLAT_JOIN_MOST_TABLES)
	{
		memset(context.join, 0, sizeof(*context.join));
		return context.join;
	}
	foreach(cell, context.found)
		flat_join_add_condition(&context, lfirst(cell));
	foreach(cell, context.ordered)
		flat_join_add_order(&context, lfirst(cell));
	return context.join;
}
