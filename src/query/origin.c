/*-------------------------------------------------------------------------
 *
 * origin.c
 *		Follows an expression to the table that its values come from.
 *
 * origin_map() copies an expression and replaces each Var by what it stands
 * for, until only columns of tables are left. While it does, it keeps the
 * queries that the levels of a Var count from: going into a subquery puts one
 * in front, an outer reference takes some away. What the planner asks before
 * it pushes a condition into a subquery (subquery_is_pushdown_safe and
 * check_output_expressions in allpaths.c, SS_process_ctes in subselect.c) is
 * asked at each step, and pushed is true at the end if every step allowed it.
 *
 * A set operation has an answer for each arm. The arms that a run takes are
 * kept in a list, which works like an odometer: the next run takes the next arm
 * of the last set operation, and the first arm of those that come after it.
 *
 * origin_resolve() follows conditions rather than expressions: it keeps their
 * parameters, and goes on where a column stands for something without a table,
 * such as a function's result in FROM, or a parameter that a CTE gives a name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_clause.h"
#include "parser/parse_coerce.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "query/origin.h"

/* The time that the arms of a set operation take grows by their square. */
#define ORIGIN_MOST_RUNS 100

typedef struct OriginArm
{
	const Query *query; /* whose set operation it is */
	int arm;            /* the one that is taken, from 0 */
	int narms;
} OriginArm;

typedef struct OriginMap
{
	List *queries;    /* that the levels of the node's Vars count from */
	int nqueries;     /* as many as there were at first */
	bool with_params; /* parameters are kept */
	bool resolving;   /* functions and VALUES in FROM, and (SELECT $n), are
					   * followed, too */
	int row;          /* of VALUES */
	bool failed;
	/* The tables that origin_flatten() allows; NIL if there may be one alone. */
	List *tables;
	/* origin_is_read() searches for this place, and goes on after a failure. */
	const RangeTblEntry *sought;
	bool seen;
	Origin origin; /* without its expressions */
} OriginMap;

static Node *origin_map(Node *node, void *arg);

/* ---- what a condition gets through ---- */

/* Whether EXCEPT is among set operations, or (by_rows) any but UNION ALL. */
static bool
origin_has_except(Node *arm, bool by_rows)
{
	SetOperationStmt *operation;

	check_stack_depth();
	if (!IsA(arm, SetOperationStmt))
		return false;
	operation = castNode(SetOperationStmt, arm);
	return operation->op == SETOP_EXCEPT ||
		   (by_rows && (operation->op != SETOP_UNION || !operation->all)) ||
		   origin_has_except(operation->larg, by_rows) ||
		   origin_has_except(operation->rarg, by_rows);
}

/* Whether a condition on a column of a subquery may be applied within it. */
static bool
origin_lets_through(const Query *query, AttrNumber attnum)
{
	TargetEntry *entry =
		list_nth_node(TargetEntry, query->targetList, attnum - 1);
	ListCell *cell;

	if (query->limitCount != NULL || query->limitOffset != NULL ||
		query->groupingSets != NIL)
		return false;
	if (query->setOperations != NULL)
		return !origin_has_except(query->setOperations, false);
	/* The condition must take or leave whole partitions of each window. */
	if (query->hasWindowFuncs)
		foreach(cell, query->windowClause)
			if (!targetIsInSortList(
					entry, InvalidOid,
					lfirst_node(WindowClause, cell)->partitionClause))
				return false;
	return !(query->hasTargetSRFs &&
			 expression_returns_set((Node *) entry->expr)) &&
		   !(query->hasDistinctOn &&
			 !targetIsInSortList(entry, InvalidOid, query->distinctClause));
}

/*
 * Whether the planner would join a subquery's tables to those around it. A
 * condition on an outer reference stays in another subquery.
 */
static bool
origin_is_plain(const Query *query)
{
	return query->setOperations == NULL && !query->hasAggs &&
		   !query->hasWindowFuncs && !query->hasTargetSRFs &&
		   !query->hasForUpdate && query->groupClause == NIL &&
		   query->groupingSets == NIL && query->havingQual == NULL &&
		   query->sortClause == NIL && query->distinctClause == NIL &&
		   query->limitCount == NULL && query->limitOffset == NULL &&
		   query->cteList == NIL;
}

/* ---- set operations ---- */

/* The range table indexes of the arms that rows of the result come from. */
static List *
origin_arms(Node *arm, List *arms)
{
	SetOperationStmt *operation;

	check_stack_depth();
	if (IsA(arm, RangeTblRef))
		return lappend_int(arms, castNode(RangeTblRef, arm)->rtindex);
	operation = castNode(SetOperationStmt, arm);
	arms = origin_arms(operation->larg, arms);
	return operation->op == SETOP_EXCEPT ? arms
										 : origin_arms(operation->rarg, arms);
}

static int
origin_choose_arm(OriginMap *map, const Query *query)
{
	List *arms = origin_arms(query->setOperations, NIL);
	OriginArm *chosen;
	ListCell *cell;

	foreach(cell, map->origin.arms)
	{
		chosen = lfirst(cell);
		if (chosen->query == query)
			return list_nth_int(arms, chosen->arm);
	}
	chosen = palloc(sizeof(*chosen));
	chosen->query = query;
	chosen->arm = 0;
	chosen->narms = list_length(arms);
	map->origin.arms = lappend(map->origin.arms, chosen);
	return linitial_int(arms);
}

/* The arms of the next run; NIL after the last one. */
static List *
origin_next_arms(const List *arms)
{
	List *next = list_copy(arms);

	while (next != NIL)
	{
		const OriginArm *last = llast(next);

		next = list_truncate(next, list_length(next) - 1);
		if (last->arm + 1 < last->narms)
		{
			OriginArm *following = palloc(sizeof(*following));

			*following = *last;
			following->arm++;
			return lappend(next, following);
		}
	}
	return NIL;
}

/*
 * A column of a set operation as the one of the arm that is followed. The
 * planner pushes no condition on a column into arms of which one has another
 * type than the result. It makes a plain append of UNION ALL if all types are
 * the same; in other set operations, one arm that refuses the condition refuses
 * it for all.
 */
static Node *
origin_of_arm(OriginMap *map, const Query *query, AttrNumber attnum)
{
	SetOperationStmt *top = castNode(SetOperationStmt, query->setOperations);
	Oid type = list_nth_oid(top->colTypes, attnum - 1);
	int chosen = origin_choose_arm(map, query);
	List *arms = origin_arms((Node *) top, NIL);
	bool append = !origin_has_except((Node *) top, true);
	bool other_refuses = false;
	Node *column = NULL;
	ListCell *cell;

	foreach(cell, arms)
	{
		const Query *arm = rt_fetch(lfirst_int(cell), query->rtable)->subquery;
		Node *output =
			(Node *) list_nth_node(TargetEntry, arm->targetList, attnum - 1)
				->expr;

		append = append &&
				 tlist_same_datatypes(arm->targetList, top->colTypes, true);
		if (exprType(output) != type)
			map->origin.pushed = false;
		if (lfirst_int(cell) != chosen)
		{
			other_refuses = other_refuses || !origin_lets_through(arm, attnum);
			continue;
		}
		column = (Node *) makeVar(chosen, attnum, exprType(output),
								  exprTypmod(output), exprCollation(output), 0);
	}
	if (other_refuses && !append)
		map->origin.pushed = false;
	return exprType(column) == type
			   ? column
			   : coerce_to_target_type(NULL, column, exprType(column), type, -1,
									   COERCION_IMPLICIT, COERCE_IMPLICIT_CAST,
									   -1);
}

/* ---- columns ---- */

/*
 * What a column of a subquery stands for; queries, which are around the
 * subquery, become those that this is to be read in.
 */
static Node *
origin_of_subquery(OriginMap *map, Query *query, AttrNumber attnum,
				   List **queries)
{
	if (query->commandType != CMD_SELECT ||
		attnum > list_length(query->targetList))
		return NULL;
	map->origin.pushed =
		map->origin.pushed && origin_lets_through(query, attnum);
	*queries = lcons(query, list_copy(*queries));
	if (query->setOperations != NULL)
		return origin_of_arm(map, query, attnum);
	return (Node *) list_nth_node(TargetEntry, query->targetList, attnum - 1)
		->expr;
}

/* A recursive CTE is followed by its first term: it is a set operation. */
static Node *
origin_of_cte(OriginMap *map, const RangeTblEntry *rte, AttrNumber attnum,
			  List **queries)
{
	ListCell *cell;

	if (rte->self_reference || (int) rte->ctelevelsup >= list_length(*queries))
		return NULL;
	*queries = list_copy_tail(*queries, rte->ctelevelsup);
	foreach(cell, linitial_node(Query, *queries)->cteList)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (strcmp(cte->ctename, rte->ctename) != 0)
			continue;
		/* Only in a CTE that the planner inlines. */
		map->origin.pushed = map->origin.pushed &&
							 (cte->ctematerialized == CTEMaterializeNever ||
							  (cte->ctematerialized == CTEMaterializeDefault &&
							   cte->cterefcount == 1)) &&
							 !cte->cterecursive &&
							 castNode(Query, cte->ctequery)->rowMarks == NIL &&
							 !contain_volatile_functions(cte->ctequery);
		return origin_of_subquery(map, castNode(Query, cte->ctequery), attnum,
								  queries);
	}
	return NULL;
}

/* A column of one of several tables, numbered as in their list. */
static Node *
origin_map_to_tables(const Var *var, const RangeTblEntry *rte, OriginMap *map)
{
	ListCell *cell;

	foreach(cell, map->tables)
	{
		if (lfirst(cell) != rte)
			continue;
		map->failed = false;
		return (Node *) makeVar(foreach_current_index(cell) + 1, var->varattno,
								var->vartype, var->vartypmod, var->varcollid,
								0);
	}
	return NULL;
}

/* json_to_recordset(x) AS r (a int) has (json_array_elements(x) ->> 'a')::int. */
static Node *
origin_of_record(const RangeTblFunction *function, int column)
{
	FuncExpr *call = (FuncExpr *) function->funcexpr;
	bool binary = IsA(call, FuncExpr) && call->funcid == F_JSONB_TO_RECORDSET;
	FuncExpr *elements;
	FuncExpr *field;
	CoerceViaIO *value;

	if (!IsA(call, FuncExpr) ||
		(!binary && call->funcid != F_JSON_TO_RECORDSET))
		return NULL;
	elements =
		makeFuncExpr(binary ? F_JSONB_ARRAY_ELEMENTS : F_JSON_ARRAY_ELEMENTS,
					 binary ? JSONBOID : JSONOID, call->args, InvalidOid,
					 InvalidOid, COERCE_EXPLICIT_CALL);
	elements->funcretset = true;
	field = makeFuncExpr(
		binary ? F_JSONB_OBJECT_FIELD_TEXT : F_JSON_OBJECT_FIELD_TEXT, TEXTOID,
		list_make2(elements, makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
									   CStringGetTextDatum(strVal(list_nth(
										   function->funccolnames, column))),
									   false, false)),
		DEFAULT_COLLATION_OID, DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL);
	value = makeNode(CoerceViaIO);
	value->arg = (Expr *) field;
	value->resulttype = list_nth_oid(function->funccoltypes, column);
	value->resultcollid = list_nth_oid(function->funccolcollations, column);
	value->coerceformat = COERCE_EXPLICIT_CAST;
	value->location = -1;
	return (Node *) value;
}

/*
 * The call that a column of a function in FROM stands for, which may return a
 * set; NULL for a column of several that one function returns.
 */
static Node *
origin_of_function(const RangeTblEntry *rte, const Var *var)
{
	int attnum = var->varattno;
	ListCell *cell;

	foreach(cell, rte->functions)
	{
		RangeTblFunction *function = lfirst_node(RangeTblFunction, cell);

		if (attnum > function->funccolcount)
		{
			attnum -= function->funccolcount;
			continue;
		}
		if (function->funccolnames != NIL)
			return origin_of_record(function, attnum - 1);
		return function->funccolcount == 1 &&
					   exprType(function->funcexpr) == var->vartype
				   ? function->funcexpr
				   : NULL;
	}
	return NULL;
}

/*
 * The expression of (SELECT expression), which reads no table; else NULL. Of
 * ARRAY(SELECT ...) it is a set.
 */
static Node *
origin_of_sublink(const SubLink *sublink)
{
	const Query *query = (const Query *) sublink->subselect;
	Expr *expression;

	if ((sublink->subLinkType != EXPR_SUBLINK &&
		 sublink->subLinkType != ARRAY_SUBLINK) ||
		!IsA(query, Query) || query->jointree->fromlist != NIL ||
		query->jointree->quals != NULL || query->setOperations != NULL ||
		query->hasAggs || query->limitCount != NULL ||
		query->limitOffset != NULL || list_length(query->targetList) != 1)
		return NULL;
	/* All of its columns are those of queries around it. */
	expression =
		copyObject(linitial_node(TargetEntry, query->targetList)->expr);
	IncrementVarSublevelsUp((Node *) expression, -1, 1);
	return (Node *) expression;
}

static Node *
origin_map_column(Var *var, OriginMap *map)
{
	List *around = map->queries;
	Origin *origin = &map->origin;
	List *queries;
	RangeTblEntry *rte;
	Node *below;

	check_stack_depth();
	map->failed = true;
	if (var->varattno <= 0 || (int) var->varlevelsup >= list_length(around))
		return (Node *) var;
	queries = list_copy_tail(around, var->varlevelsup);
	for (int i = 0; i < var->varlevelsup; i++)
		origin->pushed = origin->pushed && origin_is_plain(list_nth(around, i));
	origin->levels_up =
		Max(origin->levels_up, map->nqueries - list_length(queries));
	rte = rt_fetch(var->varno, linitial_node(Query, queries)->rtable);
	switch (rte->rtekind)
	{
		case RTE_RELATION:
			if (map->tables != NIL)
				return origin_map_to_tables(var, rte, map);
			map->seen = map->seen || rte == map->sought;
			map->failed = origin->rte != NULL && origin->rte != rte;
			origin->query = linitial(queries);
			origin->varno = var->varno;
			origin->rte = rte;
			origin->leakproof = origin->leakproof || rte->securityQuals != NIL;
			/* The planner puts the expression in its place; nothing stores it. */
			below = compat_virtual_column(rte->relid, var->varattno);
			if (below != NULL)
				return below;
			return (Node *) makeVar(1, var->varattno, var->vartype,
									var->vartypmod, var->varcollid, 0);
		case RTE_JOIN:
			below = list_nth(rte->joinaliasvars, var->varattno - 1);
			/* The column that USING merges: COALESCE(left, right). */
			if (rte->jointype == JOIN_FULL && below != NULL &&
				IsA(below, CoalesceExpr))
			{
				origin->pushed = false;
				below = linitial(castNode(CoalesceExpr, below)->args);
			}
			break;
		case RTE_SUBQUERY:
			origin->leakproof = origin->leakproof || rte->security_barrier;
			below =
				origin_of_subquery(map, rte->subquery, var->varattno, &queries);
			break;
		case RTE_CTE:
			below = origin_of_cte(map, rte, var->varattno, &queries);
			break;
		case RTE_FUNCTION:
			below = map->resolving ? origin_of_function(rte, var) : NULL;
			break;
		case RTE_VALUES:
			origin->nrows = list_length(rte->values_lists);
			below = map->resolving && map->row < origin->nrows
						? list_nth(list_nth(rte->values_lists, map->row),
								   var->varattno - 1)
						: NULL;
			break;
		default:
			below = compat_group_expression(rte, var->varattno);
			break;
	}
	if (below == NULL)
		return (Node *) var;
	map->failed = false;
	map->queries = queries;
	below = origin_map(below, map);
	map->queries = around;
	return below;
}

static Node *
origin_map(Node *node, void *arg)
{
	OriginMap *map = arg;
	Node *below = NULL;

	if (node == NULL || (map->failed && map->sought == NULL))
		return node;
	switch (nodeTag(node))
	{
		case T_Var:
			return origin_map_column(castNode(Var, node), map);
		case T_Param:
			map->failed = !map->with_params ||
						  (castNode(Param, node)->paramkind != PARAM_EXTERN &&
						   map->tables == NIL);
			return copyObject(node);
		case T_SubLink:
			if (map->resolving)
				below = origin_of_sublink(castNode(SubLink, node));
			if (below != NULL)
				return origin_map(below, map);
			map->failed = true;
			return node;
		case T_Aggref:
		case T_GroupingFunc:
		case T_WindowFunc:
		case T_Query:
			map->failed = true;
			return node;
		default:
			return expression_tree_mutator(node, origin_map, map);
	}
}

/* ---- origins ---- */

static OriginMap
origin_start(List *queries, List *arms)
{
	OriginMap map = {.queries = queries, .nqueries = list_length(queries)};

	map.origin.pushed = true;
	map.origin.arms = list_copy(arms);
	return map;
}

void
origin_set_expression(Origin *origin, Node *key)
{
	origin->key = key;
	origin->expr = key;
	origin->attnum = InvalidAttrNumber;
	/* A relabeling keeps what is equal: varchar as text. */
	while (IsA(origin->expr, RelabelType))
	{
		Node *arg = (Node *) castNode(RelabelType, origin->expr)->arg;

		if (lookup_type_cache(exprType(arg), TYPECACHE_EQ_OPR)->eq_opr !=
			lookup_type_cache(exprType(origin->expr), TYPECACHE_EQ_OPR)->eq_opr)
			break;
		origin->expr = arg;
	}
	if (IsA(origin->expr, Var))
		origin->attnum = castNode(Var, origin->expr)->varattno;
}

/* The origins by each combination of arms, or the first of them alone. */
static List *
origin_find_arms(List *queries, Node *node, bool all)
{
	List *origins = NIL;
	List *arms = NIL;
	int runs = 0;

	if (node == NULL)
		return NIL;
	do
	{
		OriginMap map = origin_start(queries, arms);
		Node *key = origin_map(node, &map);

		CHECK_FOR_INTERRUPTS();
		arms = origin_next_arms(map.origin.arms);
		if (!map.failed && map.origin.rte != NULL &&
			!contain_volatile_functions(key))
		{
			Origin *origin = palloc(sizeof(*origin));

			*origin = map.origin;
			origin->relid = origin->rte->relid;
			origin_set_expression(origin, key);
			origins = lappend(origins, origin);
		}
	} while (arms != NIL && ++runs < ORIGIN_MOST_RUNS &&
			 (all || origins == NIL));
	return origins;
}

List *
origin_find(List *queries, Node *node)
{
	return origin_find_arms(queries, node, true);
}

const Origin *
origin_find_first(List *queries, Node *node)
{
	List *origins = origin_find_arms(queries, node, false);

	return origins == NIL ? NULL : linitial(origins);
}

Node *
origin_condition(List *queries, Node *node, const Origin *origin)
{
	OriginMap map = origin_start(queries, origin->arms);

	map.with_params = true;
	map.origin.rte = origin->rte;
	node = origin_map(node, &map);
	return map.failed || contain_volatile_functions(node) ? NULL : node;
}

Node *
origin_flatten(List *queries, Node *node, List *tables)
{
	OriginMap map = origin_start(queries, NIL);

	if (tables == NIL)
		return NULL;
	map.with_params = true;
	map.tables = tables;
	node = origin_map(node, &map);
	return map.failed || contain_volatile_functions(node) ? NULL : node;
}

Node *
origin_resolve(List *queries, Node *node, int row, Origin *origin)
{
	OriginMap map = origin_start(queries, NIL);

	map.with_params = true;
	map.resolving = true;
	map.row = row;
	node = origin_map(node, &map);
	*origin = map.origin;
	if (map.failed || contain_volatile_functions(node))
		return NULL;
	if (origin->rte != NULL)
		origin->relid = origin->rte->relid;
	return node;
}

bool
origin_is_read(List *queries, Node *node, const Origin *origin)
{
	List *arms = NIL;
	int runs = 0;

	do
	{
		OriginMap map = origin_start(queries, arms);

		CHECK_FOR_INTERRUPTS();
		map.sought = origin->rte;
		(void) origin_map(node, &map);
		if (map.seen)
			return true;
		arms = origin_next_arms(map.origin.arms);
	} while (arms != NIL && ++runs < ORIGIN_MOST_RUNS);
	return false;
}

bool
origin_equal(const Origin *a, const Origin *b)
{
	return a->rte == b->rte && equal(a->expr, b->expr);
}
