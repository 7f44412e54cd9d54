/*-------------------------------------------------------------------------
 *
 * rewrite_structure_tree.c
 *		What changes of a query's structure ask of its tree.
 *
 * The trees are those of the parser, before the rewriter and the planner.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "advice/rewrite_structure_tree.h"

/* Queries within queries, as deep as anybody writes them. */
#define STRUCTURE_MOST_LEVELS 10

bool
structure_tree_is_plain(const Query *query)
{
	return query->commandType == CMD_SELECT && query->setOperations == NULL &&
		   query->groupClause == NIL && query->groupingSets == NIL &&
		   query->havingQual == NULL && query->distinctClause == NIL &&
		   query->limitCount == NULL && query->limitOffset == NULL &&
		   query->cteList == NIL && !query->hasAggs && !query->hasWindowFuncs &&
		   !query->hasTargetSRFs && query->rowMarks == NIL;
}

bool
structure_tree_is_closed(Query *query)
{
	for (int level = 1; level <= STRUCTURE_MOST_LEVELS; level++)
		if (contain_vars_of_level((Node *) query, level))
			return false;
	return true;
}

bool
structure_tree_is_inherited(Oid relid)
{
	return get_rel_relkind(relid) != RELKIND_PARTITIONED_TABLE &&
		   has_subclass(relid);
}

List *
structure_tree_conditions(const Query *query)
{
	return query->jointree == NULL
			   ? NIL
			   : make_ands_implicit((Expr *) query->jointree->quals);
}

void
structure_tree_set_conditions(Query *query, List *conditions)
{
	query->jointree->quals =
		conditions == NIL ? NULL : (Node *) make_ands_explicit(conditions);
}

int
structure_tree_only_table(const Query *query)
{
	RangeTblRef *ref;
	RangeTblEntry *rte;

	if (query->jointree == NULL || list_length(query->jointree->fromlist) != 1)
		return 0;
	ref = linitial(query->jointree->fromlist);
	if (!IsA(ref, RangeTblRef))
		return 0;
	rte = rt_fetch(ref->rtindex, query->rtable);
	return rte->rtekind == RTE_RELATION && rte->tablesample == NULL &&
				   (rte->relkind == RELKIND_RELATION ||
					rte->relkind == RELKIND_MATVIEW ||
					rte->relkind == RELKIND_PARTITIONED_TABLE)
			   ? ref->rtindex
			   : 0;
}

/* ---- NULL ---- */

/* Is a table on the side of an outer join that may have no row? */
static bool
structure_tree_may_lack(const Node *node, int varno, bool lacks)
{
	ListCell *cell;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblRef))
		return lacks && ((const RangeTblRef *) node)->rtindex == varno;
	if (IsA(node, JoinExpr))
	{
		const JoinExpr *join = (const JoinExpr *) node;
		JoinType type = join->jointype;

		return structure_tree_may_lack(join->larg, varno,
									   lacks || type == JOIN_RIGHT ||
										   type == JOIN_FULL) ||
			   structure_tree_may_lack(join->rarg, varno,
									   lacks || type == JOIN_LEFT ||
										   type == JOIN_FULL);
	}
	if (!IsA(node, FromExpr))
		return true;
	foreach(cell, ((const FromExpr *) node)->fromlist)
		if (structure_tree_may_lack(lfirst(cell), varno, lacks))
			return true;
	return false;
}

/* Does a condition let no row through in which the column is NULL? */
static bool
structure_tree_refuses_null(Node *condition, const Node *column)
{
	if (IsA(condition, NullTest))
	{
		NullTest *test = castNode(NullTest, condition);

		return test->nulltesttype == IS_NOT_NULL && equal(test->arg, column);
	}
	if (IsA(condition, OpExpr))
	{
		OpExpr *expr = castNode(OpExpr, condition);
		ListCell *cell;

		if (!op_strict(expr->opno))
			return false;
		foreach(cell, expr->args)
			if (equal(strip_implicit_coercions(lfirst(cell)), column))
				return true;
	}
	return false;
}

static bool
structure_tree_column_is_not_null(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	bool not_null;

	if (!HeapTupleIsValid(tuple))
		return false;
	not_null = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	return not_null;
}

bool
structure_tree_never_null(const Query *query, Node *expr)
{
	const RangeTblEntry *rte;
	Var *var;
	ListCell *cell;

	expr = strip_implicit_coercions(expr);
	if (IsA(expr, Const))
		return !castNode(Const, expr)->constisnull;
	if (!IsA(expr, Var))
		return false;
	var = castNode(Var, expr);
	if (var->varlevelsup != 0 || var->varattno <= 0)
		return false;
	foreach(cell, structure_tree_conditions(query))
		if (structure_tree_refuses_null(lfirst(cell), expr))
			return true;
	if (structure_tree_may_lack((Node *) query->jointree, var->varno, false))
		return false;
	rte = rt_fetch(var->varno, query->rtable);
	if (rte->rtekind == RTE_SUBQUERY && rte->subquery->setOperations == NULL &&
		rte->subquery->groupingSets == NIL)
	{
		TargetEntry *entry =
			list_nth(rte->subquery->targetList, var->varattno - 1);

		return structure_tree_never_null(rte->subquery, (Node *) entry->expr);
	}
	return rte->rtekind == RTE_RELATION && rte->relkind != RELKIND_VIEW &&
		   !(rte->inh && structure_tree_is_inherited(rte->relid)) &&
		   structure_tree_column_is_not_null(rte->relid, var->varattno);
}

/* ---- joins ---- */

static bool
structure_tree_add_inner(const Node *node, Bitmapset **tables,
						 List **conditions)
{
	ListCell *cell;

	if (IsA(node, RangeTblRef))
	{
		*tables =
			bms_add_member(*tables, ((const RangeTblRef *) node)->rtindex);
		return true;
	}
	if (IsA(node, JoinExpr))
	{
		const JoinExpr *join = (const JoinExpr *) node;

		if (join->jointype != JOIN_INNER || join->alias != NULL)
			return false;
		*conditions =
			list_concat(*conditions, make_ands_implicit((Expr *) join->quals));
		return structure_tree_add_inner(join->larg, tables, conditions) &&
			   structure_tree_add_inner(join->rarg, tables, conditions);
	}
	foreach(cell, ((const FromExpr *) node)->fromlist)
		if (!structure_tree_add_inner(lfirst(cell), tables, conditions))
			return false;
	return true;
}

Bitmapset *
structure_tree_inner_tables(const Query *query, List **conditions)
{
	Bitmapset *tables = NULL;

	return query->jointree != NULL &&
				   structure_tree_add_inner((Node *) query->jointree, &tables,
											conditions)
			   ? tables
			   : NULL;
}

List *
structure_tree_only_tables(List *rtable, const Bitmapset *kept)
{
	List *result = NIL;
	int varno = 0;
	ListCell *cell;

	foreach(cell, rtable)
	{
		RangeTblEntry *rte = lfirst(cell);

		if (!bms_is_member(++varno, kept))
		{
			rte = makeNode(RangeTblEntry);
			rte->rtekind = RTE_RESULT;
			rte->eref = makeAlias("*RESULT*", NIL);
		}
		result = lappend(result, rte);
	}
	return result;
}

/* ---- nodes ---- */

Node *
structure_tree_exists(Query *query)
{
	SubLink *link = makeNode(SubLink);
	Const *one = makeConst(INT4OID, -1, InvalidOid, sizeof(int32),
						   Int32GetDatum(1), false, true);

	query->targetList = list_make1(
		makeTargetEntry((Expr *) one, 1, pstrdup("?column?"), false));
	query->sortClause = NIL;
	query->distinctClause = NIL;
	link->subLinkType = EXISTS_SUBLINK;
	link->subselect = (Node *) query;
	link->location = -1;
	return (Node *) link;
}

Node *
structure_tree_not(Node *node)
{
	return (Node *) makeBoolExpr(NOT_EXPR, list_make1(node), -1);
}

static bool
structure_tree_add_query(Node *node, void *arg)
{
	List **queries = arg;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, structure_tree_add_query, arg);
	*queries = lappend(*queries, node);
	return query_tree_walker(castNode(Query, node), structure_tree_add_query,
							 arg, 0);
}

List *
structure_tree_queries(Query *query)
{
	List *queries = NIL;

	(void) structure_tree_add_query((Node *) query, &queries);
	return queries;
}

const char *
structure_tree_operator(const OpExpr *expr)
{
	const char *name = get_opname(expr->opno);

	return name == NULL ? "" : name;
}

const char *
structure_tree_name(const Query *query, int varno)
{
	const RangeTblEntry *rte = rt_fetch(varno, query->rtable);
	const char *name =
		rte->rtekind == RTE_RELATION ? get_rel_name(rte->relid) : NULL;

	return name != NULL ? name : rte->eref->aliasname;
}
