/*-------------------------------------------------------------------------
 *
 * rewrite_structure_not_in.c
 *		NOT IN (SELECT ...) as NOT EXISTS.
 *
 * x NOT IN (SELECT y ...) is true if no y is equal to x, no y is NULL, and x is
 * not NULL or there is no y at all. Of these three the catalogs and the query's
 * other conditions often tell the last two; those that they do not tell are
 * written down, so that the rows are the same in any case. Only conditions that
 * each row of a WHERE needs are changed, because there NULL and false are one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_structure_not_in.h"
#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_wrap.h"

/* Returns the subquery of NOT IN or <> ALL, or NULL for another condition. */
static SubLink *
structure_not_in_link(Node *condition)
{
	SubLink *link;

	if (IsA(condition, BoolExpr) &&
		castNode(BoolExpr, condition)->boolop == NOT_EXPR)
	{
		Node *negated = linitial(castNode(BoolExpr, condition)->args);

		if (!IsA(negated, SubLink) ||
			castNode(SubLink, negated)->subLinkType != ANY_SUBLINK)
			return NULL;
		return castNode(SubLink, negated);
	}
	if (!IsA(condition, SubLink))
		return NULL;
	link = castNode(SubLink, condition);
	return link->subLinkType == ALL_SUBLINK && IsA(link->testexpr, OpExpr) &&
				   strcmp(structure_tree_operator(
							  castNode(OpExpr, link->testexpr)),
						  "<>") == 0
			   ? link
			   : NULL;
}

/* Returns the comparisons of a link by =, or NIL where it makes others. */
static List *
structure_not_in_comparisons(const SubLink *link)
{
	List *comparisons = make_ands_implicit(
		(Expr *) copyObject(unconstify(SubLink *, link)->testexpr));
	ListCell *cell;

	foreach(cell, comparisons)
	{
		OpExpr *expr = lfirst(cell);

		if (!IsA(expr, OpExpr) || list_length(expr->args) != 2)
			return NIL;
		if (link->subLinkType == ALL_SUBLINK)
		{
			expr->opno = get_negator(expr->opno);
			expr->opfuncid = InvalidOid;
			if (!OidIsValid(expr->opno))
				return NIL;
		}
		if (!op_strict(expr->opno) ||
			strcmp(structure_tree_operator(expr), "=") != 0)
			return NIL;
	}
	return comparisons;
}

/* Puts a query into FROM of another one, which selects the same columns. */
static Query *
structure_not_in_wrap(Query *inner)
{
	Query *outer = makeNode(Query);
	RangeTblRef *ref = makeNode(RangeTblRef);
	ListCell *cell;

	outer->commandType = CMD_SELECT;
	outer->canSetTag = true;
	foreach(cell, inner->targetList)
	{
		TargetEntry *entry = lfirst(cell);

		if (!entry->resjunk)
			outer->targetList = lappend(
				outer->targetList,
				makeTargetEntry((Expr *) makeVarFromTargetEntry(1, entry),
								list_length(outer->targetList) + 1,
								pstrdup(entry->resname), false));
	}
	IncrementVarSublevelsUp((Node *) inner, 1, 1);
	outer->rtable = list_make1(structure_wrap_entry(inner, "listed"));
	ref->rtindex = 1;
	outer->jointree = makeFromExpr(list_make1(ref), NULL);
	return outer;
}

typedef struct NotInColumns
{
	List *columns; /* Node *, what the subquery selects */
} NotInColumns;

/* Puts the column in place of the parameter that stands for it. */
static Node *
structure_not_in_mutator(Node *node, void *arg)
{
	NotInColumns *columns = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, Param) && castNode(Param, node)->paramkind == PARAM_SUBLINK)
		return copyObject(
			list_nth(columns->columns, castNode(Param, node)->paramid - 1));
	return expression_tree_mutator(node, structure_not_in_mutator, arg);
}

/* Returns EXISTS (query with one more condition). */
static Node *
structure_not_in_exists(const Query *query, Node *condition)
{
	Query *copy = copyObject(unconstify(Query *, query));

	if (condition != NULL)
		structure_tree_set_conditions(
			copy, lappend(structure_tree_conditions(copy), condition));
	return structure_tree_exists(copy);
}

static Node *
structure_not_in_null_test(Node *arg, NullTestType type)
{
	NullTest *test = makeNode(NullTest);

	test->arg = copyObject((Expr *) arg);
	test->nulltesttype = type;
	test->argisrow = false;
	test->location = -1;
	return (Node *) test;
}

/* The conditions in place of one, or NIL where there are none that say the same. */
static List *
structure_not_in_conditions(const Query *query, const SubLink *link)
{
	Query *inner = copyObject(castNode(Query, link->subselect));
	List *comparisons = structure_not_in_comparisons(link);
	NotInColumns columns = {.columns = NIL};
	Node *left = comparisons == NIL
					 ? NULL
					 : linitial(castNode(OpExpr, linitial(comparisons))->args);
	bool left_null = false;
	bool right_null = false;
	List *conditions;
	Node *equal;
	ListCell *cell;

	if (comparisons == NIL || contain_volatile_functions((Node *) link))
		return NIL;
	inner->distinctClause = NIL;
	inner->hasDistinctOn = false;
	inner->sortClause = inner->limitCount == NULL ? NIL : inner->sortClause;
	if (castNode(Query, link->subselect)->hasDistinctOn ||
		!structure_tree_is_plain(inner))
		inner =
			structure_not_in_wrap(copyObject(castNode(Query, link->subselect)));
	foreach(cell, inner->targetList)
	{
		TargetEntry *entry = lfirst(cell);

		if (!entry->resjunk)
			columns.columns = lappend(columns.columns, entry->expr);
		right_null = right_null ||
					 (!entry->resjunk &&
					  !structure_tree_never_null(inner, (Node *) entry->expr));
	}
	foreach(cell, comparisons)
		left_null = left_null ||
					!structure_tree_never_null(
						query, linitial(castNode(OpExpr, lfirst(cell))->args));
	if (list_length(comparisons) > 1 && (left_null || right_null))
		return NIL;
	equal = (Node *) make_ands_explicit(copyObject(comparisons));
	IncrementVarSublevelsUp(equal, 1, 0);
	equal = structure_not_in_mutator(equal, &columns);
	conditions =
		list_make1(structure_tree_not(structure_not_in_exists(inner, equal)));
	if (right_null)
		conditions = lappend(
			conditions, structure_tree_not(structure_not_in_exists(
							inner, structure_not_in_null_test(
									   linitial(columns.columns), IS_NULL))));
	if (left_null)
		conditions = lappend(
			conditions,
			makeBoolExpr(
				OR_EXPR,
				list_make2(
					structure_not_in_null_test(left, IS_NOT_NULL),
					structure_tree_not(structure_not_in_exists(inner, NULL))),
				-1));
	return conditions;
}

/* Returns how the rows of the subquery are called. */
static const char *
structure_not_in_name(const SubLink *link)
{
	const Query *query = castNode(Query, link->subselect);
	List *conditions = NIL;
	Bitmapset *tables = query->setOperations == NULL
							? structure_tree_inner_tables(query, &conditions)
							: NULL;

	return tables == NULL
			   ? "the subquery"
			   : structure_tree_name(query, bms_next_member(tables, -1));
}

void
structure_not_in_add(StructureContext *context)
{
	Query *tree = copyObject(context->tree);
	const char *name = NULL;
	bool nulls = false;
	ListCell *cell;

	foreach(cell, structure_tree_queries(tree))
	{
		Query *query = lfirst(cell);
		List *conditions = NIL;
		ListCell *old;

		foreach(old, structure_tree_conditions(query))
		{
			SubLink *link = structure_not_in_link(lfirst(old));
			List *changed =
				link == NULL ? NIL : structure_not_in_conditions(query, link);

			if (changed == NIL)
				changed = list_make1(lfirst(old));
			else
			{
				name = name == NULL ? structure_not_in_name(link) : name;
				nulls = nulls || list_length(changed) > 1;
			}
			conditions = list_concat(conditions, changed);
		}
		if (name != NULL)
			structure_tree_set_conditions(query, conditions);
	}
	if (name == NULL)
		return;
	(void) structure_text_add(
		context,
		psprintf(
			"NOT IN keeps a list of all rows of %s, or reads them again for "
			"each row, since one NULL among them decides; NOT EXISTS is a "
			"join%s",
			name,
			nulls ? " (its further conditions keep what NULL means to NOT IN)"
				  : ""),
		tree);
}
