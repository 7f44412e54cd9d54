/*-------------------------------------------------------------------------
 *
 * table_conditions.c
 *		What a query asks of each of its tables: conditions and order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_class.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "query/table_conditions.h"

/* Trigrams are of 3 characters. */
#define TABLE_CONDITIONS_TRIGRAM 3

typedef struct ConditionsContext
{
	List *queries; /* the query looked at first, then those around it */
	List *tables;  /* QueryTable * */
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

/* ---- keys: expressions over the columns of one table ---- */

typedef struct KeyContext
{
	ConditionsContext *reader;
	List *queries; /* that the expression's levels count from */
	QueryTable *table;
	bool several; /* tables */
	bool opaque;  /* it holds what no index expression can */
} KeyContext;

static Node *table_conditions_key_mutator(Node *node, void *arg);

/* The same mutation, with the levels of another query. */
static Node *
table_conditions_key_below(KeyContext *context, List *queries, Node *node)
{
	List *kept = context->queries;

	context->queries = queries;
	node = table_conditions_key_mutator(node, context);
	context->queries = kept;
	return node;
}

static Node *
table_conditions_key_of_subquery(KeyContext *context, List *queries,
								 Query *subquery, const Var *var)
{
	TargetEntry *entry;

	if (var->varattno > list_length(subquery->targetList) ||
		subquery->setOperations != NULL)
	{
		context->opaque = true;
		return NULL;
	}
	entry = list_nth_node(TargetEntry, subquery->targetList, var->varattno - 1);
	return table_conditions_key_below(context, lcons(subquery, queries),
									  (Node *) entry->expr);
}

static Node *
table_conditions_key_of_cte(KeyContext *context, List *queries,
							const RangeTblEntry *rte, const Var *var)
{
	ListCell *cell;

	if ((int) rte->ctelevelsup < list_length(queries) && !rte->self_reference)
	{
		queries = list_copy_tail(queries, rte->ctelevelsup);
		foreach(cell, linitial_node(Query, queries)->cteList)
		{
			CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

			if (strcmp(cte->ctename, rte->ctename) == 0 && !cte->cterecursive)
				return table_conditions_key_of_subquery(
					context, queries, castNode(Query, cte->ctequery), var);
		}
	}
	context->opaque = true;
	return NULL;
}

static Node *
table_conditions_key_column(KeyContext *context, const Var *var)
{
	List *queries;
	Query *query;
	RangeTblEntry *rte;
	QueryTable *table;

	if (var->varattno <= 0 ||
		(int) var->varlevelsup >= list_length(context->queries))
	{
		context->opaque = true;
		return NULL;
	}
	check_stack_depth();
	queries = list_copy_tail(context->queries, var->varlevelsup);
	query = linitial_node(Query, queries);
	rte = rt_fetch(var->varno, query->rtable);
	switch (rte->rtekind)
	{
		case RTE_RELATION:
			table = table_conditions_table(context->reader, query, var->varno,
										   rte->relid);
			context->several = context->several || (context->table != NULL &&
													context->table != table);
			context->table = table;
			return (Node *) makeVar(1, var->varattno, var->vartype,
									var->vartypmod, var->varcollid, 0);
		case RTE_JOIN:
			return table_conditions_key_below(
				context, queries,
				list_nth(rte->joinaliasvars, var->varattno - 1));
		case RTE_SUBQUERY:
			return table_conditions_key_of_subquery(context, queries,
													rte->subquery, var);
		case RTE_CTE:
			return table_conditions_key_of_cte(context, queries, rte, var);
		default:
			context->opaque = true;
			return NULL;
	}
}

static Node *
table_conditions_key_mutator(Node *node, void *arg)
{
	KeyContext *context = arg;

	if (node == NULL)
		return NULL;
	switch (nodeTag(node))
	{
		case T_Var:
			return table_conditions_key_column(context, castNode(Var, node));
		case T_Param:
		case T_SubLink:
		case T_Aggref:
		case T_GroupingFunc:
		case T_WindowFunc:
			context->opaque = true;
			return node;
		default:
			return expression_tree_mutator(node, table_conditions_key_mutator,
										   arg);
	}
}

/*
 * The expression over one table that node is, and that table; NULL for
 * another. others: it holds columns of whatever table.
 */
static Node *
table_conditions_key(ConditionsContext *reader, Node *node, QueryTable **table,
					 bool *others)
{
	KeyContext context = {.reader = reader, .queries = reader->queries};
	Node *key = table_conditions_key_mutator(node, &context);

	*table = context.table;
	*others = context.table != NULL || context.several;
	return context.opaque || context.several || context.table == NULL ? NULL
																	  : key;
}

static AttrNumber
table_conditions_attnum(Node *key)
{
	while (key != NULL && IsA(key, RelabelType))
		key = (Node *) castNode(RelabelType, key)->arg;
	return key != NULL && IsA(key, Var) ? castNode(Var, key)->varattno : 0;
}

/* ---- patterns ---- */

/* The value with the case's parameters put in; NULL where it is no constant. */
static Const *
table_conditions_constant(const ConditionsContext *context, Node *value)
{
	PlannerGlobal global = {.type = T_PlannerGlobal};
	PlannerInfo root = {.type = T_PlannerInfo};

	global.boundParams = context->params;
	root.glob = &global;
	value = eval_const_expressions(&root, copyObject(value));
	if (value == NULL || !IsA(value, Const) ||
		castNode(Const, value)->constisnull)
		return NULL;
	return castNode(Const, value);
}

static bool
table_conditions_is_like(Oid operator, bool * ignore_case)
{
	switch (operator)
	{
		case OID_TEXT_ICLIKE_OP:
		case OID_BPCHAR_ICLIKE_OP:
		case OID_NAME_ICLIKE_OP:
			*ignore_case = true;
			return true;
		case OID_TEXT_LIKE_OP:
		case OID_BPCHAR_LIKE_OP:
		case OID_NAME_LIKE_OP:
			*ignore_case = false;
			return true;
		default:
			return false;
	}
}

static void
table_conditions_read_pattern(ConditionsContext *context, Condition *condition,
							  bool ignore_case)
{
	Const *constant = table_conditions_constant(context, condition->value);
	const char *pattern;
	int literal = 0;

	if (constant == NULL || constant->consttype != TEXTOID)
		return;
	pattern = TextDatumGetCString(constant->constvalue);
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

static void
table_conditions_add(ConditionsContext *context, QueryTable *table,
					 const Condition *model)
{
	Condition *condition = palloc(sizeof(*condition));
	bool ignore_case;

	*condition = *model;
	condition->query = linitial(context->queries);
	condition->attnum = table_conditions_attnum(condition->key);
	if (condition->kind == CONDITION_SEARCH && condition->value != NULL &&
		table_conditions_is_like(condition->operator, & ignore_case))
		table_conditions_read_pattern(context, condition, ignore_case);
	table->conditions = lappend(table->conditions, condition);
}

/* key operator value, where key is of one table and value is not of it. */
static void
table_conditions_note_side(ConditionsContext *context, const Condition *model,
						   Node *side, Node *value)
{
	Condition condition = *model;
	QueryTable *table;
	QueryTable *of_value;
	bool others;

	condition.key = table_conditions_key(context, side, &table, &others);
	if (condition.key == NULL || !OidIsValid(condition.operator))
		return;
	(void) table_conditions_key(context, value, &of_value, &others);
	if (of_value == table)
		return;
	condition.value = value;
	condition.join = others || checkExprHasSubLink(value) ||
					 (IsA(value, Param) &&
					  castNode(Param, value)->paramkind != PARAM_EXTERN);
	table_conditions_add(context, table, &condition);
}

static void
table_conditions_note_operator(ConditionsContext *context, OpExpr *op,
							   Node *clause, bool alternative)
{
	Condition condition = {.clause = clause, .alternative = alternative};
	int strategy;

	if (list_length(op->args) != 2 || get_func_rettype(op->opfuncid) != BOOLOID)
		return;
	strategy = compat_btree_strategy(op->opno);
	if (strategy > BTMaxStrategyNumber)
		return;
	condition.kind = strategy == 0                       ? CONDITION_SEARCH
					 : strategy == BTEqualStrategyNumber ? CONDITION_EQUAL
														 : CONDITION_RANGE;
	condition.collation = op->inputcollid;
	condition.operator= op->opno;
	table_conditions_note_side(context, &condition, linitial(op->args),
							   lsecond(op->args));
	condition.operator= get_commutator(op->opno);
	table_conditions_note_side(context, &condition, lsecond(op->args),
							   linitial(op->args));
}

static void
table_conditions_note_array(ConditionsContext *context, ScalarArrayOpExpr *op,
							bool alternative)
{
	Condition condition = {.clause = (Node *) op,
						   .alternative = alternative,
						   .operator= op->opno,
						   .collation = op->inputcollid};
	int strategy = compat_btree_strategy(op->opno);
	QueryTable *table;
	bool others;

	if (!op->useOr || (strategy != 0 && strategy != BTEqualStrategyNumber))
		return;
	condition.kind = strategy == 0 ? CONDITION_SEARCH : CONDITION_ANY;
	condition.key =
		table_conditions_key(context, linitial(op->args), &table, &others);
	if (condition.key != NULL)
		table_conditions_add(context, table, &condition);
}

static void
table_conditions_note_row(ConditionsContext *context, RowCompareExpr *row,
						  bool alternative)
{
	Condition condition = {.clause = (Node *) row,
						   .alternative = alternative,
						   .kind = CONDITION_RANGE,
						   .operator= linitial_oid(row->opnos),
						   .collation = linitial_oid(row->inputcollids)};

	table_conditions_note_side(context, &condition, linitial(row->largs),
							   linitial(row->rargs));
	condition.operator= get_commutator(condition.operator);
	table_conditions_note_side(context, &condition, linitial(row->rargs),
							   linitial(row->largs));
}

/* A condition of WHERE or ON. */
static void
table_conditions_note(ConditionsContext *context, Node *node, bool alternative)
{
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
										   node, alternative);
			break;
		case T_ScalarArrayOpExpr:
			table_conditions_note_array(
				context, castNode(ScalarArrayOpExpr, node), alternative);
			break;
		case T_RowCompareExpr:
			table_conditions_note_row(context, castNode(RowCompareExpr, node),
									  alternative);
			break;
		case T_SubLink:
			/* column IN (SELECT ...): column = the subquery's, row by row */
			if (castNode(SubLink, node)->subLinkType == ANY_SUBLINK)
				table_conditions_note(
					context, castNode(SubLink, node)->testexpr, alternative);
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
	}
}

/* ---- order ---- */

static OrderColumn *
table_conditions_order_column(const SortGroupClause *clause, AttrNumber attnum)
{
	OrderColumn *column = palloc0(sizeof(*column));
	Oid family;
	Oid type;
	int16 strategy;

	column->attnum = attnum;
	column->nulls_first = clause->nulls_first;
	if (get_ordering_op_properties(clause->sortop, &family, &type, &strategy))
		column->descending = strategy == BTGreaterStrategyNumber;
	return column;
}

/* The columns of one table that an ORDER BY with a LIMIT begins with. */
static void
table_conditions_read_order(ConditionsContext *context, const Query *query)
{
	QueryTable *ordered = NULL;
	List *order = NIL;
	ListCell *cell;

	if (query->limitCount == NULL || query->hasAggs ||
		query->groupClause != NIL || query->distinctClause != NIL ||
		query->setOperations != NULL)
		return;
	foreach(cell, query->sortClause)
	{
		const SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		QueryTable *table;
		bool others;
		Node *key = table_conditions_key(
			context,
			get_sortgroupclause_expr(unconstify(SortGroupClause *, clause),
									 query->targetList),
			&table, &others);
		AttrNumber attnum = table_conditions_attnum(key);

		if (attnum == 0 || (ordered != NULL && table != ordered))
			break;
		ordered = table;
		order = lappend(order, table_conditions_order_column(clause, attnum));
	}
	if (ordered != NULL)
		ordered->order = order;
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

		context->queries = lcons(query, context->queries);
		table_conditions_read_from(context, (Node *) query->jointree);
		table_conditions_read_order(context, query);
		(void) query_tree_walker(query, table_conditions_walk, context, 0);
		context->queries = list_delete_first(context->queries);
		return false;
	}
	return expression_tree_walker(node, table_conditions_walk, context);
}

List *
table_conditions_read(const Query *query, ParamListInfo params)
{
	ConditionsContext context = {.params = params};

	table_conditions_walk((Node *) unconstify(Query *, query), &context);
	return context.tables;
}
