/*-------------------------------------------------------------------------
 *
 * rewrite_structure_wrap.c
 *		Puts FROM and WHERE of a query into a subquery.
 *
 * What is around them, the SELECT list, GROUP BY, ORDER BY and the rest, then reads
 * the columns of the subquery, and stays as it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_constraint.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_wrap.h"

typedef struct WrapContext
{
	const List *columns; /* Var * */
	const Bitmapset *only;
	List *found;
	int depth; /* queries around the node, within the query */
	int varno; /* that replaces the tables */
	bool possible;
} WrapContext;

/* ---- columns ---- */

static void
structure_wrap_note_column(WrapContext *context, const Var *var)
{
	Var *column;

	if (var->varlevelsup != context->depth ||
		(context->only != NULL && !bms_is_member(var->varno, context->only)))
		return;
	if (var->varattno <= 0)
		context->possible = false;
	column = copyObject(unconstify(Var *, var));
	column->varlevelsup = 0;
	column->location = -1;
	context->found = list_append_unique(context->found, column);
}

static bool
structure_wrap_walker(Node *node, void *arg)
{
	WrapContext *context = arg;
	bool stopped;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		structure_wrap_note_column(context, castNode(Var, node));
		return false;
	}
	if (!IsA(node, Query))
		return expression_tree_walker(node, structure_wrap_walker, arg);
	context->depth++;
	stopped =
		query_tree_walker(castNode(Query, node), structure_wrap_walker, arg, 0);
	context->depth--;
	return stopped;
}

List *
structure_wrap_columns(const Query *query, const Bitmapset *only,
					   bool *possible)
{
	WrapContext context = {.only = only, .possible = true};

	(void) structure_wrap_walker((Node *) query->targetList, &context);
	(void) structure_wrap_walker(query->havingQual, &context);
	(void) structure_wrap_walker((Node *) query->windowClause, &context);
	if (only != NULL)
		(void) structure_wrap_walker((Node *) query->jointree, &context);
	if (!context.possible)
		*possible = false;
	return context.found;
}

bool
structure_wrap_add_key(const Query *query, int varno, List **columns)
{
	const RangeTblEntry *rte = rt_fetch(varno, query->rtable);
	Oid constraint;
	Bitmapset *key =
		rte->rtekind == RTE_RELATION
			? get_primary_key_attnos(rte->relid, false, &constraint)
			: NULL;
	int member = -1;

	if (key == NULL || structure_tree_is_inherited(rte->relid))
		return false;
	while ((member = bms_next_member(key, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;
		Oid type;
		int32 modifier;
		Oid collation;

		get_atttypetypmodcoll(rte->relid, attnum, &type, &modifier, &collation);
		*columns = list_append_unique(
			*columns, makeVar(varno, attnum, type, modifier, collation, 0));
	}
	return true;
}

/* ---- queries ---- */

/* Returns a name that is not among names, and adds it to them. */
static char *
structure_wrap_column_name(const Query *query, const Var *var, List **names)
{
	const RangeTblEntry *rte = rt_fetch(var->varno, query->rtable);
	const char *column =
		get_rte_attribute_name(unconstify(RangeTblEntry *, rte), var->varattno);
	char *name = pstrdup(column);
	int tries = 1;

	while (list_member(*names, makeString(name)))
	{
		name = tries == 1 ? psprintf("%s_%s", rte->eref->aliasname, column)
						  : psprintf("%s_%d", column, tries);
		tries++;
	}
	*names = lappend(*names, makeString(name));
	return name;
}

Query *
structure_wrap_inner(const Query *query, const List *columns, List *conditions)
{
	Query *inner = makeNode(Query);
	List *names = NIL;
	const ListCell *cell;

	inner->commandType = CMD_SELECT;
	inner->canSetTag = true;
	inner->rtable = copyObject(query->rtable);
	inner->jointree = copyObject(query->jointree);
	inner->hasSubLinks = query->hasSubLinks;
	structure_tree_set_conditions(inner, copyObject(conditions));
	foreach(cell, columns)
	{
		char *name = structure_wrap_column_name(query, lfirst(cell), &names);

		inner->targetList =
			lappend(inner->targetList,
					makeTargetEntry(copyObject(lfirst(cell)),
									list_length(names), name, false));
	}
	return inner;
}

RangeTblEntry *
structure_wrap_entry(Query *inner, const char *name)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	List *names = NIL;
	ListCell *cell;

	foreach(cell, inner->targetList)
		if (!((TargetEntry *) lfirst(cell))->resjunk)
			names = lappend(
				names,
				makeString(pstrdup(((TargetEntry *) lfirst(cell))->resname)));
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = inner;
	rte->alias = makeAlias(name, NIL);
	rte->eref = makeAlias(name, names);
	rte->inFromCl = true;
	return rte;
}

Query *
structure_wrap_union(List *queries, bool all)
{
	Query *result = makeNode(Query);
	Query *first = linitial(queries);
	Node *tree = NULL;
	ListCell *cell;

	result->commandType = CMD_SELECT;
	result->canSetTag = true;
	result->jointree = makeFromExpr(NIL, NULL);
	foreach(cell, queries)
	{
		RangeTblRef *ref = makeNode(RangeTblRef);

		result->rtable =
			lappend(result->rtable, structure_wrap_entry(lfirst(cell), "arm"));
		ref->rtindex = list_length(result->rtable);
		if (tree == NULL)
			tree = (Node *) ref;
		else
		{
			SetOperationStmt *operation = makeNode(SetOperationStmt);

			operation->op = SETOP_UNION;
			operation->all = all;
			operation->larg = tree;
			operation->rarg = (Node *) ref;
			tree = (Node *) operation;
		}
	}
	result->setOperations = tree;
	foreach(cell, first->targetList)
	{
		TargetEntry *entry = lfirst(cell);

		if (!entry->resjunk)
			result->targetList = lappend(
				result->targetList,
				makeTargetEntry((Expr *) makeVarFromTargetEntry(1, entry),
								entry->resno, pstrdup(entry->resname), false));
	}
	return result;
}

/* ---- what is around them ---- */

static Node *
structure_wrap_mutator(Node *node, void *arg)
{
	WrapContext *context = arg;
	Node *result;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		Var *var = copyObject(castNode(Var, node));
		int number = 0;
		const ListCell *cell;

		foreach(cell, context->columns)
		{
			const Var *column = lfirst(cell);

			number++;
			if (var->varlevelsup == context->depth &&
				var->varno == column->varno &&
				var->varattno == column->varattno)
			{
				var->varno = context->varno;
				var->varattno = number;
				var->varnosyn = context->varno;
				var->varattnosyn = number;
				break;
			}
		}
		return (Node *) var;
	}
	if (!IsA(node, Query))
		return expression_tree_mutator(node, structure_wrap_mutator, arg);
	context->depth++;
	result = (Node *) query_tree_mutator(castNode(Query, node),
										 structure_wrap_mutator, arg, 0);
	context->depth--;
	return result;
}

Node *
structure_wrap_replace(Node *node, const List *columns, int varno)
{
	WrapContext context = {.columns = columns, .varno = varno};

	return structure_wrap_mutator(node, &context);
}

Query *
structure_wrap_outer(const Query *query, const List *columns, Query *inner,
					 const char *name)
{
	Query *outer = makeNode(Query);
	RangeTblRef *ref = makeNode(RangeTblRef);

	*outer = *query;
	outer->rtable = list_make1(structure_wrap_entry(inner, name));
	ref->rtindex = 1;
	outer->jointree = makeFromExpr(list_make1(ref), NULL);
	outer->targetList =
		(List *) structure_wrap_replace((Node *) query->targetList, columns, 1);
	outer->havingQual = structure_wrap_replace(query->havingQual, columns, 1);
	outer->windowClause = (List *) structure_wrap_replace(
		(Node *) query->windowClause, columns, 1);
	return outer;
}
