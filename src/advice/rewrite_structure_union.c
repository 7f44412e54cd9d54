/*-------------------------------------------------------------------------
 *
 * rewrite_structure_union.c
 *		OR as UNION.
 *
 * The planner uses several indexes for an OR only if its arms are over one table,
 * and then reads all rows that match. With one query for each arm, each takes its
 * own index, and stops at the LIMIT by itself.
 *
 * A row that matches two arms must come once. UNION sees to it if the primary keys
 * of all tables are among the columns, which are added for it. Where a table has
 * none, or a column has a type without equality, it is UNION ALL, and each arm but
 * the first leaves out what those before it found.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_union.h"
#include "advice/rewrite_structure_wrap.h"
#include "advice/tree_replace.h"

#define STRUCTURE_MOST_ARMS 6

/* An OR among the conditions of a query. */
typedef struct UnionOr
{
	Query *query;
	List *rest; /* the other conditions */
	List *arms; /* Node *, of which those with subqueries come last */
	bool subquery;
	bool tables;  /* arms are over different tables */
	bool columns; /* arms are over different columns */
} UnionOr;

/* ---- the arms ---- */

/* Are two arms over the same columns, as x = 1 and x = 2 are? */
static bool
structure_union_alike(Node *a, Node *b)
{
	List *of_a = pull_var_clause(a, 0);
	List *of_b = pull_var_clause(b, 0);

	return list_difference(of_a, of_b) == NIL &&
		   list_difference(of_b, of_a) == NIL;
}

/* Reads the arms of an OR, those over the same columns as one. */
static void
structure_union_read(UnionOr * or, const BoolExpr *expr)
{
	List *plain = NIL;
	List *subqueries = NIL;
	Bitmapset *first = NULL;
	ListCell *cell;

	foreach(cell, expr->args)
	{
		Node *arm = lfirst(cell);
		ListCell *other;

		if (checkExprHasSubLink(arm))
		{
			subqueries = lappend(subqueries, arm);
			continue;
		}
		foreach(other, plain)
			if (structure_union_alike(lfirst(other), arm))
			{
				lfirst(other) =
					makeBoolExpr(OR_EXPR, list_make2(lfirst(other), arm), -1);
				break;
			}
		if (other == NULL)
			plain = lappend(plain, arm);
	}
	or->subquery = subqueries != NIL;
	or->columns = list_length(plain) > 1;
	foreach(cell, plain)
	{
		Bitmapset *tables = pull_varnos(NULL, lfirst(cell));

		if (cell == list_head(plain))
			first = tables;
		or->tables = or->tables || !bms_equal(first, tables);
	}
	or->arms = list_concat(plain, subqueries);
}

static bool
structure_union_compares(Node *node, void *context)
{
	const OpExpr *comparison = context;

	if (node == NULL)
		return false;
	if (IsA(node, OpExpr) && castNode(OpExpr, node)->opno != comparison->opno &&
		equal(castNode(OpExpr, node)->args, comparison->args))
		return true;
	return expression_tree_walker(node, structure_union_compares, context);
}

/*
 * Is it a cursor, as a < $1 OR (a = $1 AND b < $2) is, or with a bound beside it,
 * a <= $1 AND (a < $1 OR b < $2)? One scan of an index serves all of it.
 */
static bool
structure_union_is_cursor(const BoolExpr *expr, List *conditions)
{
	ListCell *cell;

	foreach(cell, expr->args)
		if (IsA(lfirst(cell), OpExpr) &&
			structure_union_compares((Node *) conditions, lfirst(cell)))
			return true;
	return false;
}

/* Finds the OR of a query that is worth a change. */
static bool
structure_union_find(Query *query, UnionOr * or)
{
	List *conditions = structure_tree_conditions(query);
	ListCell *cell;

	if (query->setOperations != NULL || query->cteList != NIL ||
		query->hasTargetSRFs || query->rowMarks != NIL ||
		!structure_tree_is_closed(query))
		return false;
	foreach(cell, conditions)
	{
		BoolExpr *expr = lfirst(cell);

		if (!IsA(expr, BoolExpr) || expr->boolop != OR_EXPR ||
			structure_union_is_cursor(expr, conditions))
			continue;
		* or = (UnionOr){.query = query};
		structure_union_read(or, expr);
		or->rest = list_delete_ptr(list_copy(conditions), expr);
		if (list_length(or->arms) > 1 &&
			list_length(or->arms) <= STRUCTURE_MOST_ARMS &&
			(or->subquery || or->tables ||
			 (or->columns && query->limitCount != NULL)) &&
			!contain_volatile_functions((Node *) query))
			return true;
	}
	return false;
}

/* ---- each arm as a query ---- */

/* How many rows an arm has to return: LIMIT, and OFFSET with it. */
static Node *
structure_union_limit(const Query *query)
{
	Const *count = (Const *) strip_implicit_coercions(query->limitCount);
	Const *offset;
	OpExpr *sum;

	if (query->limitOffset == NULL)
		return copyObject(query->limitCount);
	offset = (Const *) strip_implicit_coercions(query->limitOffset);
	if (IsA(count, Const) && IsA(offset, Const) && !count->constisnull &&
		!offset->constisnull && count->consttype == INT4OID &&
		offset->consttype == INT4OID)
	{
		count = copyObject(count);
		count->constvalue = Int32GetDatum(DatumGetInt32(count->constvalue) +
										  DatumGetInt32(offset->constvalue));
		return (Node *) count;
	}
	sum = (OpExpr *) make_opclause(
		OpernameGetOprid(list_make1(makeString("+")), INT8OID, INT8OID),
		INT8OID, false, copyObject((Expr *) query->limitCount),
		copyObject((Expr *) query->limitOffset), InvalidOid, InvalidOid);
	set_opfuncid(sum);
	return (Node *) sum;
}

/*
 * Gives an arm ORDER BY and LIMIT of the query. The expressions of the order stand
 * in the arm's SELECT list as junk if they are no columns of it.
 */
static void
structure_union_order(const Query *query, Query *arm)
{
	ListCell *cell;

	foreach(cell, query->sortClause)
	{
		SortGroupClause *clause = copyObject((SortGroupClause *) lfirst(cell));
		TargetEntry *entry =
			get_sortgroupref_tle(clause->tleSortGroupRef, query->targetList);
		ListCell *old;
		TargetEntry *own = NULL;

		foreach(old, arm->targetList)
			if (equal(((TargetEntry *) lfirst(old))->expr, entry->expr))
				own = lfirst(old);
		if (own == NULL)
		{
			own = makeTargetEntry(copyObject(entry->expr),
								  list_length(arm->targetList) + 1, NULL, true);
			arm->targetList = lappend(arm->targetList, own);
		}
		if (own->ressortgroupref == 0)
			own->ressortgroupref = list_length(arm->sortClause) + 1;
		clause->tleSortGroupRef = own->ressortgroupref;
		arm->sortClause = lappend(arm->sortClause, clause);
	}
	arm->limitCount = structure_union_limit(query);
	arm->limitOption = query->limitOption;
}

static Node *
structure_union_not_true(Node *arg)
{
	BooleanTest *test = makeNode(BooleanTest);

	test->arg = (Expr *) arg;
	test->booltesttype = IS_NOT_TRUE;
	test->location = -1;
	return (Node *) test;
}

/*
 * Returns the arms as one UNION for columns; all says that it is UNION ALL, and
 * each row is in one arm alone. limited arms stop at the query's LIMIT.
 */
static Query *
structure_union_make(const UnionOr * or, List *columns, bool all, bool limited)
{
	List *queries = NIL;
	List *before = NIL;
	ListCell *cell;

	foreach(cell, or->arms)
	{
		List *conditions = lappend(list_copy(or->rest), lfirst(cell));
		Query *arm;

		if (all)
			conditions = list_concat(conditions, before);
		arm = structure_wrap_inner(or->query, columns, conditions);
		if (limited)
			structure_union_order(or->query, arm);
		queries = lappend(queries, arm);
		before = lappend(before, structure_union_not_true(lfirst(cell)));
	}
	return structure_wrap_union(queries, all);
}

/* Adds the query that has replaced, the changed one, in place of the OR's. */
static Candidate *
structure_union_try(StructureContext *context, const UnionOr * or,
					Query *replaced)
{
	char *cause;

	if (or->subquery)
		cause =
			pstrdup("the OR has a subquery for an arm, so that no index finds "
					"the rows; each arm by itself can use its own");
	else if (or->tables)
		cause = pstrdup(
			"the OR is over columns of several tables, so that they are "
			"joined before it is checked; each arm by itself can use its "
			"own index");
	else
		cause = pstrdup(
			"no index gives the order of the LIMIT for both arms of the "
			"OR; each arm by itself can stop at the LIMIT");
	return structure_text_add(
		context, cause, or->query == context->tree
							? replaced
							: (const Query *) tree_replace(
								  (Node *) context->tree, list_make1(or->query),
								  list_make1(replaced)));
}

/* The query over the UNION of its arms. */
static void
structure_union_add_arms(StructureContext *context, const UnionOr * or)
{
	const Query *query = or->query;
	bool possible = true;
	bool keys = true;
	bool limited = query->limitCount != NULL && query->groupClause == NIL &&
				   query->groupingSets == NIL && !query->hasAggs &&
				   !query->hasWindowFuncs && query->distinctClause == NIL &&
				   query->limitOption == LIMIT_OPTION_COUNT;
	List *columns = structure_wrap_columns(query, NULL, &possible);
	List *with_keys = list_copy(columns);

	for (int i = 1; i <= list_length(query->rtable); i++)
		if (rt_fetch(i, query->rtable)->rtekind != RTE_JOIN)
			keys = keys && structure_wrap_add_key(query, i, &with_keys);
	if (!possible)
		return;
	if (keys && structure_union_try(
					context, or,
					structure_wrap_outer(
						query, with_keys,
						structure_union_make(or, with_keys, false, limited),
						"either")) != NULL)
		return;
	if (columns == NIL)
		columns = with_keys;
	if (columns != NIL)
		(void) structure_union_try(
			context, or,
			structure_wrap_outer(
				query, columns,
				structure_union_make(or, columns, true, limited), "either"));
}

/* The query with the keys of the rows that the arms find, if they are of one table. */
static void
structure_union_add_keys(StructureContext *context, const UnionOr * or)
{
	Bitmapset *tables = NULL;
	Query *query;
	Query *one;
	UnionOr alone = * or ;
	List *key = NIL;
	SubLink *link = makeNode(SubLink);
	OpExpr *test;
	Param *param = makeNode(Param);
	Var *var;
	ListCell *cell;
	int varno;

	foreach(cell, or->arms)
		tables = bms_add_members(tables, pull_varnos(NULL, lfirst(cell)));
	if (bms_membership(tables) != BMS_SINGLETON)
		return;
	varno = bms_singleton_member(tables);
	if (!structure_wrap_add_key(or->query, varno, &key) ||
		list_length(key) != 1)
		return;
	/* The table alone, under the number that it has. */
	one = copyObject(or->query);
	{
		RangeTblRef *ref = makeNode(RangeTblRef);

		ref->rtindex = varno;
		one->jointree = makeFromExpr(list_make1(ref), NULL);
		one->rtable = structure_tree_only_tables(one->rtable, tables);
	}
	alone.query = one;
	alone.rest = NIL;
	var = linitial(key);
	param->paramkind = PARAM_SUBLINK;
	param->paramid = 1;
	param->paramtype = var->vartype;
	param->paramtypmod = var->vartypmod;
	param->paramcollid = var->varcollid;
	param->location = -1;
	test = (OpExpr *) make_opclause(
		OpernameGetOprid(list_make1(makeString("=")), var->vartype,
						 var->vartype),
		BOOLOID, false, (Expr *) var, (Expr *) param, InvalidOid, InvalidOid);
	if (!OidIsValid(test->opno))
		return;
	link->subLinkType = ANY_SUBLINK;
	link->testexpr = (Node *) test;
	link->operName = list_make1(makeString("="));
	link->subselect = (Node *) structure_union_make(&alone, key, false, false);
	link->location = -1;
	query = copyObject(or->query);
	structure_tree_set_conditions(query, lappend(copyObject(or->rest), link));
	(void) structure_union_try(context, or, query);
}

void
structure_union_add(StructureContext *context)
{
	ListCell *cell;

	foreach(cell, structure_tree_queries(context->tree))
	{
		UnionOr or ;

		if (!structure_union_find(lfirst(cell), & or))
			continue;
		structure_union_add_arms(context, & or);
		structure_union_add_keys(context, & or);
		return;
	}
}
