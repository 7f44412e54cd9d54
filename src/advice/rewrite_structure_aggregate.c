/*-------------------------------------------------------------------------
 *
 * rewrite_structure_aggregate.c
 *		Aggregates of which one row tells all.
 *
 * PostgreSQL itself takes max() and min() from an index, but only of one table and
 * without FILTER. Over a join, the first row in that order is the same value, and
 * no row is the same NULL. A count that is compared with 0 is EXISTS.
 *
 * A query that has only such aggregates needs no FROM any more: each of them becomes
 * a subquery with a FROM of its own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "advice/rewrite_structure_aggregate.h"
#include "advice/rewrite_structure_tree.h"

/* So many subqueries are not more work than reading the join once. */
#define STRUCTURE_MOST_AGGREGATES 4

typedef struct AggregateContext
{
	const Query *query;
	int nmax;    /* how many max() and min() were replaced */
	int nexists; /* counts that were */
	bool filter; /* one of them has a FILTER */
	bool other;  /* there is another aggregate, or a column */
} AggregateContext;

/* ---- counts ---- */

/* Is an aggregate the number of rows of its query? */
static bool
structure_aggregate_is_count(const Query *query, Node *node)
{
	Aggref *aggregate = (Aggref *) node;

	if (!IsA(node, Aggref) || aggregate->aggfilter != NULL ||
		aggregate->agglevelsup != 0 || aggregate->aggdistinct != NIL)
		return false;
	if (aggregate->aggfnoid == F_COUNT_)
		return true;
	return aggregate->aggfnoid == F_COUNT_ANY &&
		   structure_tree_never_null(
			   query,
			   (Node *) ((TargetEntry *) linitial(aggregate->args))->expr);
}

/* Is a query all rows of FROM and WHERE, aggregated into one? */
static bool
structure_aggregate_is_of_all(const Query *query)
{
	return query->commandType == CMD_SELECT && query->hasAggs &&
		   query->setOperations == NULL && query->groupClause == NIL &&
		   query->groupingSets == NIL && query->havingQual == NULL &&
		   query->distinctClause == NIL && query->limitCount == NULL &&
		   query->limitOffset == NULL && query->cteList == NIL &&
		   !query->hasWindowFuncs && !query->hasTargetSRFs &&
		   query->rowMarks == NIL;
}

/*
 * Is a comparison of a count with a constant the same as "there is a row" (1) or
 * "there is none" (0)? -1 if it is neither. *count is the count.
 */
static int
structure_aggregate_means(const OpExpr *expr, Node **count)
{
	const char *operator;
	Oid opno = expr->opno;
	Node *left;
	Node *right;
	Const *constant;
	int64 value;

	if (list_length(expr->args) != 2)
		return -1;
	left = strip_implicit_coercions(linitial(expr->args));
	right = strip_implicit_coercions(lsecond(expr->args));
	if (IsA(left, Const))
	{
		Node *swap = left;

		left = right;
		right = swap;
		opno = get_commutator(opno);
	}
	operator= OidIsValid(opno) ? get_opname(opno) : NULL;
	constant = (Const *) right;
	if (operator== NULL || !IsA(right, Const) || constant->constisnull ||
		(constant->consttype != INT4OID && constant->consttype != INT8OID))
		return -1;
	value = constant->consttype == INT4OID
				? DatumGetInt32(constant->constvalue)
				: DatumGetInt64(constant->constvalue);
	*count = left;
	if ((value == 0 &&
		 (strcmp(operator, ">") == 0 || strcmp(operator, "<>") == 0)) ||
		(value == 1 && strcmp(operator, ">=") == 0))
		return 1;
	if ((value == 0 &&
		 (strcmp(operator, "=") == 0 || strcmp(operator, "<=") == 0)) ||
		(value == 1 && strcmp(operator, "<") == 0))
		return 0;
	return -1;
}

/* Returns EXISTS (the rows of an aggregated query), as a part of it or around it. */
static Node *
structure_aggregate_exists(const Query *query, int means, bool within)
{
	Query *rows = copyObject(unconstify(Query *, query));
	Node *exists;

	rows->hasAggs = false;
	rows->targetList = NIL;
	if (within)
		IncrementVarSublevelsUp((Node *) rows, 1, 1);
	exists = structure_tree_exists(rows);
	return means == 1 ? exists : structure_tree_not(exists);
}

/* Replaces a comparison of (SELECT count(*) ...) with 0, wherever it stands. */
static Node *
structure_aggregate_link_mutator(Node *node, void *arg)
{
	AggregateContext *context = arg;
	Node *count;
	int means;

	if (node == NULL)
		return NULL;
	if (IsA(node, Query))
		return (Node *) query_tree_mutator(
			castNode(Query, node), structure_aggregate_link_mutator, arg, 0);
	means = IsA(node, OpExpr)
				? structure_aggregate_means(castNode(OpExpr, node), &count)
				: -1;
	if (means >= 0 && IsA(count, SubLink) &&
		castNode(SubLink, count)->subLinkType == EXPR_SUBLINK)
	{
		Query *query = castNode(Query, castNode(SubLink, count)->subselect);

		if (structure_aggregate_is_of_all(query) &&
			list_length(query->targetList) == 1 &&
			structure_aggregate_is_count(
				query,
				(Node *) ((TargetEntry *) linitial(query->targetList))->expr))
		{
			context->nexists++;
			return structure_aggregate_exists(query, means, false);
		}
	}
	return expression_tree_mutator(node, structure_aggregate_link_mutator, arg);
}

/* ---- max() and min() ---- */

/* Returns (SELECT column FROM ... ORDER BY column LIMIT 1), or NULL. */
static Node *
structure_aggregate_first(const Query *query, const Aggref *aggregate)
{
	HeapTuple tuple =
		SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate->aggfnoid));
	Oid sortop = InvalidOid;
	Query *rows = copyObject(unconstify(Query *, query));
	SubLink *link = makeNode(SubLink);
	SortGroupClause *sort = makeNode(SortGroupClause);
	TargetEntry *entry;
	TypeCacheEntry *type;
	Node *column;

	if (HeapTupleIsValid(tuple))
	{
		sortop = ((Form_pg_aggregate) GETSTRUCT(tuple))->aggsortop;
		ReleaseSysCache(tuple);
	}
	if (!OidIsValid(sortop) || list_length(aggregate->args) != 1 ||
		aggregate->agglevelsup != 0)
		return NULL;
	column =
		copyObject((Node *) ((TargetEntry *) linitial(aggregate->args))->expr);
	type = lookup_type_cache(exprType(column), TYPECACHE_LT_OPR |
												   TYPECACHE_GT_OPR |
												   TYPECACHE_EQ_OPR);
	if ((sortop != type->lt_opr && sortop != type->gt_opr) ||
		!contain_var_clause(column) || checkExprHasSubLink(column))
		return NULL;
	entry = makeTargetEntry((Expr *) column, 1, pstrdup("first"), false);
	entry->ressortgroupref = 1;
	sort->tleSortGroupRef = 1;
	sort->eqop = type->eq_opr;
	sort->sortop = sortop;
	sort->nulls_first = sortop == type->gt_opr;
	rows->hasAggs = false;
	rows->targetList = list_make1(entry);
	rows->sortClause = list_make1(sort);
	/* It is only printed, and a bigint would be printed with its type. */
	rows->limitCount = (Node *) makeConst(
		INT4OID, -1, InvalidOid, sizeof(int32), Int32GetDatum(1), false, true);
	if (aggregate->aggfilter != NULL)
		structure_tree_set_conditions(
			rows, lappend(structure_tree_conditions(rows),
						  copyObject(aggregate->aggfilter)));
	if (!structure_tree_never_null(rows, column))
	{
		NullTest *test = makeNode(NullTest);

		test->arg = copyObject((Expr *) column);
		test->nulltesttype = IS_NOT_NULL;
		test->location = -1;
		structure_tree_set_conditions(
			rows, lappend(structure_tree_conditions(rows), test));
	}
	IncrementVarSublevelsUp((Node *) rows, 1, 1);
	link->subLinkType = EXPR_SUBLINK;
	link->subselect = (Node *) rows;
	link->location = -1;
	return (Node *) link;
}

/* Replaces the aggregates of a query's SELECT list. */
static Node *
structure_aggregate_mutator(Node *node, void *arg)
{
	AggregateContext *context = arg;
	Node *count;
	int means;

	if (node == NULL)
		return NULL;
	means = IsA(node, OpExpr)
				? structure_aggregate_means(castNode(OpExpr, node), &count)
				: -1;
	if (means >= 0 && structure_aggregate_is_count(context->query, count))
	{
		context->nexists++;
		return structure_aggregate_exists(context->query, means, true);
	}
	if (IsA(node, Aggref))
	{
		Node *first =
			structure_aggregate_first(context->query, castNode(Aggref, node));

		context->filter =
			context->filter || castNode(Aggref, node)->aggfilter != NULL;
		context->other = context->other || first == NULL;
		context->nmax++;
		return first == NULL ? node : first;
	}
	context->other = context->other || IsA(node, Var) || IsA(node, SubLink);
	return expression_tree_mutator(node, structure_aggregate_mutator, arg);
}

/* Does PostgreSQL not take max() and min() of a query from an index itself? */
static bool
structure_aggregate_is_join(const Query *query)
{
	return structure_tree_only_table(query) == 0 || query->hasSubLinks;
}

/* Replaces all aggregates of a query, if all can be, and counts them in total. */
static void
structure_aggregate_change(Query *query, AggregateContext *total)
{
	AggregateContext context = {.query = copyObject(query)};
	List *columns;

	if (!structure_aggregate_is_of_all(query) ||
		query->jointree->fromlist == NIL ||
		contain_volatile_functions((Node *) query))
		return;
	columns = (List *) structure_aggregate_mutator((Node *) query->targetList,
												   &context);
	if (context.other || context.nmax + context.nexists == 0 ||
		context.nmax + context.nexists > STRUCTURE_MOST_AGGREGATES ||
		(context.nexists == 0 && !context.filter &&
		 !structure_aggregate_is_join(query)))
		return;
	query->targetList = columns;
	query->hasAggs = false;
	query->hasSubLinks = true;
	query->rtable = NIL;
	query->jointree = makeFromExpr(NIL, NULL);
	query->sortClause = NIL;
	total->nmax += context.nmax;
	total->nexists += context.nexists;
}

void
structure_aggregate_add(StructureContext *context)
{
	AggregateContext total = {.query = NULL};
	Query *tree = (Query *) structure_aggregate_link_mutator(
		copyObject((Node *) context->tree), &total);
	ListCell *cell;

	foreach(cell, structure_tree_queries(tree))
		structure_aggregate_change(lfirst(cell), &total);
	if (total.nmax + total.nexists == 0)
		return;
	(void) structure_text_add(
		context,
		total.nexists > 0
			? pstrdup(
				  "count() reads all rows that match, and is compared with 0: "
				  "EXISTS stops at the first")
			: pstrdup(
				  "max() and min() are taken from an index of one table alone, "
				  "without FILTER, and read all rows here; ORDER BY with LIMIT 1 "
				  "can stop at the first"),
		tree);
}
