/*-------------------------------------------------------------------------
 *
 * rewrite_structure_exists.c
 *		Joins that only ask whether there is a row.
 *
 * A row that is joined with three others comes three times, and DISTINCT makes one
 * of it again. If the tables that the result shows have their primary keys in it,
 * each of their rows comes once without DISTINCT, and what is left of the others is
 * whether there is one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/fmgroids.h"

#include "advice/rewrite_structure_exists.h"
#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_wrap.h"

typedef struct ExistsShape
{
	Query *query;
	Bitmapset *shown;  /* the tables that the result shows */
	Bitmapset *others; /* those that only filter */
	List *conditions;  /* of WHERE and ON */
} ExistsShape;

/* ---- what is shown ---- */

/* Are the primary keys of the tables that are shown among columns? */
static bool
structure_exists_has_keys(const ExistsShape *shape, List *columns)
{
	int varno = -1;

	while ((varno = bms_next_member(shape->shown, varno)) >= 0)
	{
		List *key = NIL;
		ListCell *cell;

		if (!structure_wrap_add_key(shape->query, varno, &key))
			return false;
		foreach(cell, key)
		{
			const Var *part = lfirst(cell);
			bool found = false;
			ListCell *column;

			foreach(column, columns)
			{
				const Var *var = lfirst(column);

				found = found || (IsA(var, Var) && var->varlevelsup == 0 &&
								  var->varno == part->varno &&
								  var->varattno == part->varattno);
			}
			if (!found)
				return false;
		}
	}
	return true;
}

/* Returns the expressions of SELECT's list that clauses name. */
static List *
structure_exists_expressions(const Query *query, List *clauses)
{
	List *expressions = NIL;
	ListCell *cell;

	foreach(cell, clauses)
		expressions = lappend(
			expressions,
			get_sortgroupclause_tle(lfirst(cell), query->targetList)->expr);
	return expressions;
}

/* Is count(DISTINCT key) all that a query selects? */
static Aggref *
structure_exists_count(const Query *query)
{
	Aggref *aggregate;

	if (!query->hasAggs || query->groupClause != NIL ||
		query->distinctClause != NIL || query->sortClause != NIL ||
		list_length(query->targetList) != 1)
		return NULL;
	aggregate = (Aggref *) ((TargetEntry *) linitial(query->targetList))->expr;
	return IsA(aggregate, Aggref) && aggregate->aggfnoid == F_COUNT_ANY &&
				   aggregate->aggdistinct != NIL &&
				   aggregate->aggfilter == NULL &&
				   list_length(aggregate->args) == 1
			   ? aggregate
			   : NULL;
}

/* Does each row of the tables that are shown come once in the result? */
static bool
structure_exists_is_distinct(const ExistsShape *shape)
{
	const Query *query = shape->query;
	const Aggref *count = structure_exists_count(query);

	if (count != NULL)
		return structure_exists_has_keys(
			shape, list_make1(((TargetEntry *) linitial(count->args))->expr));
	if (query->hasAggs || query->hasDistinctOn ||
		(query->distinctClause != NIL) == (query->groupClause != NIL))
		return false;
	return structure_exists_has_keys(
		shape, structure_exists_expressions(query, query->distinctClause != NIL
													   ? query->distinctClause
													   : query->groupClause));
}

/* Finds the tables of a query, and whether there are any that only filter. */
static bool
structure_exists_read(Query *query, ExistsShape *shape)
{
	bool possible = true;
	Bitmapset *tables;
	int varno = -1;
	ListCell *cell;

	*shape = (ExistsShape){.query = query};
	if (query->setOperations != NULL || query->groupingSets != NIL ||
		query->havingQual != NULL || query->hasWindowFuncs ||
		query->hasTargetSRFs || query->cteList != NIL ||
		query->rowMarks != NIL || contain_volatile_functions((Node *) query))
		return false;
	tables = structure_tree_inner_tables(query, &shape->conditions);
	shape->conditions =
		list_concat(shape->conditions, structure_tree_conditions(query));
	foreach(cell, structure_wrap_columns(query, NULL, &possible))
		shape->shown =
			bms_add_member(shape->shown, ((Var *) lfirst(cell))->varno);
	shape->others = bms_difference(tables, shape->shown);
	while ((varno = bms_next_member(tables, varno)) >= 0)
		possible =
			possible && rt_fetch(varno, query->rtable)->rtekind == RTE_RELATION;
	return possible && shape->shown != NULL && !bms_is_empty(shape->others) &&
		   bms_is_subset(shape->shown, tables) &&
		   structure_exists_is_distinct(shape);
}

/* ---- the query without the join ---- */

typedef struct ExistsOuter
{
	const Bitmapset *shown;
	int depth;
} ExistsOuter;

/* Makes the columns of the tables that are shown those of the query around. */
static bool
structure_exists_raise(Node *node, void *arg)
{
	ExistsOuter *outer = arg;
	bool stopped;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = castNode(Var, node);

		/* What referred to queries further out was raised before. */
		if (var->varlevelsup == outer->depth &&
			bms_is_member(var->varno, outer->shown))
			var->varlevelsup++;
		return false;
	}
	if (!IsA(node, Query))
		return expression_tree_walker(node, structure_exists_raise, arg);
	outer->depth++;
	stopped = query_tree_walker(castNode(Query, node), structure_exists_raise,
								arg, 0);
	outer->depth--;
	return stopped;
}

static FromExpr *
structure_exists_from(const Bitmapset *tables, List *conditions)
{
	FromExpr *from = makeFromExpr(NIL, NULL);
	int varno = -1;

	while ((varno = bms_next_member(tables, varno)) >= 0)
	{
		RangeTblRef *ref = makeNode(RangeTblRef);

		ref->rtindex = varno;
		from->fromlist = lappend(from->fromlist, ref);
	}
	from->quals =
		conditions == NIL ? NULL : (Node *) make_ands_explicit(conditions);
	return from;
}

static void
structure_exists_change(ExistsShape *shape)
{
	Query *query = shape->query;
	Query *rows = makeNode(Query);
	Aggref *count = structure_exists_count(query);
	ExistsOuter outer = {.shown = shape->shown};
	List *inside = NIL;
	List *stay = NIL;
	ListCell *cell;

	foreach(cell, shape->conditions)
	{
		Bitmapset *tables = pull_varnos(NULL, lfirst(cell));

		if (tables != NULL && bms_is_subset(tables, shape->shown))
			stay = lappend(stay, lfirst(cell));
		else
			inside = lappend(inside, copyObject(lfirst(cell)));
	}
	rows->commandType = CMD_SELECT;
	rows->canSetTag = true;
	rows->rtable =
		structure_tree_only_tables(copyObject(query->rtable), shape->others);
	IncrementVarSublevelsUp((Node *) inside, 1, 1);
	(void) structure_exists_raise((Node *) inside, &outer);
	rows->jointree = structure_exists_from(shape->others, inside);
	query->rtable = structure_tree_only_tables(query->rtable, shape->shown);
	query->jointree = structure_exists_from(
		shape->shown, lappend(stay, structure_tree_exists(rows)));
	query->distinctClause = NIL;
	query->groupClause = NIL;
	if (count != NULL)
	{
		count->aggfnoid = F_COUNT_;
		count->aggstar = true;
		count->args = NIL;
		count->aggargtypes = NIL;
		count->aggdistinct = NIL;
	}
}

void
structure_exists_add(StructureContext *context)
{
	Query *tree = copyObject(context->tree);
	ListCell *cell;

	foreach(cell, structure_tree_queries(tree))
	{
		ExistsShape shape;
		const char *name;
		const char *what;

		if (!structure_exists_read(lfirst(cell), &shape))
			continue;
		name =
			structure_tree_name(shape.query, bms_next_member(shape.others, -1));
		what = structure_exists_count(shape.query) != NULL ? "count(DISTINCT)"
			   : shape.query->distinctClause != NIL        ? "DISTINCT"
														   : "GROUP BY";
		structure_exists_change(&shape);
		(void) structure_text_add(
			context,
			psprintf(
				"all rows of %s that match are joined, and %s takes them away "
				"again; EXISTS stops at the first",
				name, what),
			tree);
		return;
	}
}
