/*-------------------------------------------------------------------------
 *
 * rewrite_structure_window.c
 *		Conditions that wait for a window function.
 *
 * A condition that leaves rows of a partition out changes what the window functions
 * of the others are, so that the planner applies it after them, unless it is on what
 * divides the partitions. It may be applied before them if the rows of a partition
 * all meet it or all do not: if its columns have one value in each partition. Whether
 * they do is asked of the rows.
 *
 * lag() and lead() need one other row alone, which an index on the partition and the
 * order finds. Rows that are equal in the order would have no one row before them;
 * whether there are any is asked as well.
 *
 * A view is read as the subquery that it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_clause.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "advice/rewrite_structure_keys.h"
#include "advice/rewrite_structure_tree.h"
#include "advice/rewrite_structure_window.h"
#include "advice/rewrite_structure_wrap.h"
#include "base/relation.h"

/* A subquery with window functions, and the query around it. */
typedef struct WindowShape
{
	Query *tree;  /* a copy of the whole query */
	Query *outer; /* in it */
	Query *inner;
	int varno; /* of inner in outer */
	const char *name;
	List *late;   /* conditions of outer that wait for the functions ... */
	List *inside; /* ... and the same over the tables of inner */
} WindowShape;

/* Returns the query of a view, or NULL for what is none or must not be opened. */
static Query *
structure_window_view(const RangeTblEntry *rte)
{
	Relation relation;
	Query *query = NULL;

	if (rte->rtekind != RTE_RELATION || rte->relkind != RELKIND_VIEW)
		return NULL;
	relation = table_open(rte->relid, AccessShareLock);
	if (!RelationIsSecurityView(relation))
	{
		query = copyObject(get_view_query(relation));
		structure_text_name_columns(query);
	}
	table_close(relation, AccessShareLock);
	return query;
}

/* Returns the query of a table in FROM, a view's in place of it; or NULL. */
static Query *
structure_window_open(Query *outer, RangeTblEntry *rte)
{
	Query *view;
	ListCell *cell;

	if (rte->rtekind == RTE_SUBQUERY)
		return rte->subquery;
	if (rte->rtekind == RTE_CTE && rte->ctelevelsup == 0)
		foreach(cell, outer->cteList)
		{
			CommonTableExpr *cte = lfirst(cell);

			if (strcmp(cte->ctename, rte->ctename) == 0 &&
				cte->cterefcount == 1 && !cte->cterecursive)
				return castNode(Query, cte->ctequery);
		}
	view = structure_window_view(rte);
	if (view == NULL || !view->hasWindowFuncs)
		return NULL;
	if (rte->alias == NULL)
		rte->alias = makeAlias(rte->eref->aliasname, NIL);
	rte->rtekind = RTE_SUBQUERY;
	rte->subquery = view;
	rte->relid = InvalidOid;
	return view;
}

/* Is a column of a query's SELECT list one that divides all partitions? */
static bool
structure_window_divides(const Query *inner, TargetEntry *entry)
{
	ListCell *cell;

	foreach(cell, inner->windowClause)
		if (!targetIsInSortList(
				entry, InvalidOid,
				((WindowClause *) lfirst(cell))->partitionClause))
			return false;
	return true;
}

typedef struct WindowColumns
{
	const WindowShape *shape;
	bool possible; /* all columns are of inner, and no window function */
	bool divides;  /* all of them divide the partitions */
} WindowColumns;

/* Puts what inner selects in place of its columns. */
static Node *
structure_window_mutator(Node *node, void *arg)
{
	WindowColumns *columns = arg;

	if (node == NULL)
		return NULL;
	if (IsA(node, SubLink))
		columns->possible = false;
	if (IsA(node, Var))
	{
		Var *var = castNode(Var, node);
		TargetEntry *entry;

		if (var->varno != columns->shape->varno || var->varlevelsup != 0 ||
			var->varattno <= 0)
		{
			columns->possible = false;
			return node;
		}
		entry = list_nth(columns->shape->inner->targetList, var->varattno - 1);
		if (contain_window_function((Node *) entry->expr) ||
			checkExprHasSubLink((Node *) entry->expr))
			columns->possible = false;
		columns->divides =
			columns->divides &&
			structure_window_divides(columns->shape->inner, entry);
		return copyObject((Node *) entry->expr);
	}
	return expression_tree_mutator(node, structure_window_mutator, arg);
}

/* Reads the conditions that wait. */
static void
structure_window_read(WindowShape *shape)
{
	ListCell *cell;

	foreach(cell, structure_tree_conditions(shape->outer))
	{
		WindowColumns columns = {
			.shape = shape, .possible = true, .divides = true};
		Node *inside;

		if (!contain_var_clause(lfirst(cell)) ||
			contain_volatile_functions(lfirst(cell)))
			continue;
		inside = structure_window_mutator(lfirst(cell), &columns);
		if (!columns.possible || columns.divides)
			continue;
		shape->late = lappend(shape->late, lfirst(cell));
		shape->inside = lappend(shape->inside, inside);
	}
}

/* Finds such a subquery in a copy of the query. */
static bool
structure_window_find(const StructureContext *context, WindowShape *shape)
{
	ListCell *cell;

	shape->tree = copyObject(context->tree);
	foreach(cell, structure_tree_queries(shape->tree))
	{
		Query *outer = lfirst(cell);
		ListCell *table;

		shape->outer = outer;
		shape->varno = 0;
		foreach(table, outer->rtable)
		{
			shape->varno++;
			shape->inner = structure_window_open(outer, lfirst(table));
			if (shape->inner == NULL || !shape->inner->hasWindowFuncs ||
				shape->inner->setOperations != NULL ||
				shape->inner->groupClause != NIL || shape->inner->hasAggs ||
				shape->inner->distinctClause != NIL ||
				shape->inner->limitCount != NULL ||
				shape->inner->limitOffset != NULL ||
				shape->inner->hasTargetSRFs ||
				contain_volatile_functions((Node *) shape->inner) ||
				!structure_tree_is_closed(shape->inner))
				continue;
			shape->name = ((RangeTblEntry *) lfirst(table))->eref->aliasname;
			structure_window_read(shape);
			if (shape->late != NIL)
				return true;
		}
	}
	return false;
}

/* ---- the conditions before the functions ---- */

static bool
structure_window_uses_function(Node *node, void *arg)
{
	const WindowShape *shape = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		Var *var = castNode(Var, node);

		return var->varno == shape->varno && var->varlevelsup == 0 &&
			   (var->varattno <= 0 ||
				contain_window_function(
					(Node *) ((TargetEntry *) list_nth(shape->inner->targetList,
													   var->varattno - 1))
						->expr));
	}
	/* A subquery could use it as well. */
	if (IsA(node, SubLink))
		return true;
	return expression_tree_walker(node, structure_window_uses_function, arg);
}

/* Does the query around it use no window function? */
static bool
structure_window_is_unused(WindowShape *shape)
{
	return !structure_window_uses_function((Node *) shape->outer->targetList,
										   shape) &&
		   !structure_window_uses_function((Node *) shape->outer->jointree,
										   shape) &&
		   !structure_window_uses_function(shape->outer->havingQual, shape);
}

/*
 * Returns SQL that finds a partition in which the columns of the conditions have
 * more than one value; NULL where there is none for it.
 */
static char *
structure_window_question(const StructureContext *context,
						  const WindowShape *shape)
{
	Query *rows = copyObject(shape->inner);
	List *vars = pull_var_clause((Node *) shape->inside, 0);
	int nkeys;
	StringInfoData sql;
	WindowClause *window;
	char *text;
	ListCell *cell;

	window = linitial(rows->windowClause);
	if (window->partitionClause == NIL)
		return NULL;
	foreach(cell, rows->windowClause)
		if (!equal(((WindowClause *) lfirst(cell))->partitionClause,
				   window->partitionClause))
			return NULL;
	rows->targetList = NIL;
	foreach(cell, window->partitionClause)
		rows->targetList = lappend(
			rows->targetList,
			makeTargetEntry(
				copyObject(get_sortgroupclause_tle(lfirst(cell),
												   shape->inner->targetList)
							   ->expr),
				list_length(rows->targetList) + 1,
				psprintf("c%d", list_length(rows->targetList) + 1), false));
	nkeys = list_length(rows->targetList);
	foreach(cell, vars)
		rows->targetList = lappend(
			rows->targetList,
			makeTargetEntry(
				copyObject(lfirst(cell)), list_length(rows->targetList) + 1,
				psprintf("c%d", list_length(rows->targetList) + 1), false));
	rows->windowClause = NIL;
	rows->hasWindowFuncs = false;
	rows->sortClause = NIL;
	text = structure_text_print(context, rows);
	/* Values of parameters are not at hand here. */
	if (text == NULL || strchr(text, '$') != NULL)
		return NULL;
	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT 1 FROM (%s) AS r", text);
	for (int i = 1; i <= nkeys; i++)
		appendStringInfo(&sql, "%sr.c%d", i == 1 ? " GROUP BY " : ", ", i);
	for (int i = nkeys + 1; i <= list_length(rows->targetList); i++)
		appendStringInfo(&sql,
						 "%s count(DISTINCT r.c%d) > 1 OR count(r.c%d) NOT IN "
						 "(0, count(*))",
						 i == nkeys + 1 ? " HAVING" : " OR", i, i);
	appendStringInfoString(&sql, " LIMIT 1");
	return sql.data;
}

/* Takes what the query around it does not use off the subquery, the functions too. */
static void
structure_window_drop_functions(WindowShape *shape)
{
	Bitmapset *only = bms_make_singleton(shape->varno);
	bool possible = true;
	List *columns = structure_wrap_columns(shape->outer, only, &possible);
	RangeTblEntry *rte = rt_fetch(shape->varno, shape->outer->rtable);
	List *entries = NIL;
	List *names = NIL;
	ListCell *cell;

	if (rte->rtekind != RTE_SUBQUERY || !possible || columns == NIL)
		return;
	foreach(cell, columns)
	{
		TargetEntry *entry = list_nth(shape->inner->targetList,
									  ((Var *) lfirst(cell))->varattno - 1);

		names = lappend(names, makeString(pstrdup(entry->resname)));
		entry = flatCopyTargetEntry(entry);
		entry->resno = list_length(names);
		entries = lappend(entries, entry);
	}
	/* There is no LIMIT for it. */
	shape->inner->sortClause = NIL;
	shape->inner->targetList = entries;
	shape->inner->windowClause = NIL;
	shape->inner->hasWindowFuncs = false;
	rte->eref->colnames = names;
	shape->outer->targetList = (List *) structure_wrap_replace(
		(Node *) shape->outer->targetList, columns, shape->varno);
	shape->outer->havingQual =
		structure_wrap_replace(shape->outer->havingQual, columns, shape->varno);
	shape->outer->jointree = (FromExpr *) structure_wrap_replace(
		(Node *) shape->outer->jointree, columns, shape->varno);
}

/* Adds the query with the conditions inside, if it returns the same rows. */
static bool
structure_window_add_inside(StructureContext *context, WindowShape *shape)
{
	bool unused = structure_window_is_unused(shape);
	char *question = unused ? NULL : structure_window_question(context, shape);
	List *conditions;
	const char *column;
	Var *var = linitial(pull_var_clause((Node *) shape->late, 0));

	if (!unused && (question == NULL || !structure_text_finds_none(question)))
		return false;
	column = get_rte_attribute_name(
		rt_fetch(shape->varno, shape->outer->rtable), var->varattno);
	conditions = list_concat_copy(structure_tree_conditions(shape->inner),
								  shape->inside);
	structure_tree_set_conditions(shape->inner, conditions);
	structure_tree_set_conditions(
		shape->outer,
		list_difference_ptr(structure_tree_conditions(shape->outer),
							shape->late));
	if (unused)
		structure_window_drop_functions(shape);
	return structure_text_add(
			   context,
			   psprintf(
				   "the condition on %s is applied after the window "
				   "functions of %s, to all of its rows%s",
				   column, shape->name,
				   unused ? ""
						  : psprintf("; it gives the same before them as long "
									 "as each partition has one %s",
									 column)),
			   shape->tree) != NULL;
}

/* ---- lag() and lead() ---- */

/* Returns the joins and the SELECT list for a subquery with lag() and lead(). */
static char *
structure_window_neighbours(const GroupShape *keys, const WindowShape *shape,
							const WindowClause *window, Var *order)
{
	bool descending =
		get_ordering_op_for_equality_op(
			((SortGroupClause *) linitial(window->orderClause))->eqop, true) !=
		((SortGroupClause *) linitial(window->orderClause))->sortop;
	StringInfoData columns;
	StringInfoData joins;
	StringInfoData conditions;
	ListCell *cell;
	int n = 0;

	initStringInfo(&columns);
	initStringInfo(&joins);
	initStringInfo(&conditions);
	foreach(cell, structure_tree_conditions(shape->inner))
		appendStringInfo(&conditions, "%s(%s)",
						 conditions.len > 0 ? " AND " : " WHERE ",
						 structure_keys_sql(keys, lfirst(cell)));
	foreach(cell, shape->inner->targetList)
	{
		TargetEntry *entry = lfirst(cell);
		WindowFunc *function = (WindowFunc *) entry->expr;
		char *near;
		bool before;
		ListCell *key;

		if (entry->resjunk)
			continue;
		appendStringInfoString(&columns, columns.len > 0 ? ", " : "");
		if (!IsA(function, WindowFunc))
		{
			if (contain_window_function((Node *) function))
				return NULL;
			appendStringInfo(&columns, "%s AS %s",
							 structure_keys_sql(keys, (Node *) function),
							 quote_identifier(entry->resname));
			continue;
		}
		if ((function->winfnoid != F_LAG_ANYELEMENT &&
			 function->winfnoid != F_LEAD_ANYELEMENT) ||
			function->aggfilter != NULL)
			return NULL;
		n++;
		near = psprintf("near%d", n);
		before = (function->winfnoid == F_LAG_ANYELEMENT) != descending;
		appendStringInfo(&columns, "%s.value AS %s", near,
						 quote_identifier(entry->resname));
		appendStringInfo(
			&joins,
			" LEFT JOIN LATERAL (SELECT %s AS value FROM %s AS other WHERE ",
			structure_text_expression(linitial(function->args), keys->varno,
									  keys->relid, "other"),
			relation_sql_name(keys->relid));
		foreach(key, window->partitionClause)
		{
			Node *part = (Node *) get_sortgroupclause_tle(
							 lfirst(key), shape->inner->targetList)
							 ->expr;

			appendStringInfo(&joins, "%s = %s AND ",
							 structure_text_expression(part, keys->varno,
													   keys->relid, "other"),
							 structure_keys_sql(keys, part));
		}
		appendStringInfo(&joins, "%s %s %s",
						 structure_text_expression((Node *) order, keys->varno,
												   keys->relid, "other"),
						 before ? "<" : ">",
						 structure_keys_sql(keys, (Node *) order));
		foreach(key, structure_tree_conditions(shape->inner))
			appendStringInfo(&joins, " AND (%s)",
							 structure_text_expression(lfirst(key), keys->varno,
													   keys->relid, "other"));
		appendStringInfo(&joins, " ORDER BY %s%s LIMIT 1) AS %s ON true",
						 structure_text_expression((Node *) order, keys->varno,
												   keys->relid, "other"),
						 before ? " DESC" : "", near);
	}
	return psprintf("SELECT %s FROM %s%s%s", columns.data,
					structure_keys_table_sql(keys->relid, keys->alias),
					joins.data, conditions.data);
}

/* Adds the query with a look at the neighbour of each row that is wanted. */
static bool
structure_window_add_neighbours(StructureContext *context, WindowShape *shape)
{
	GroupShape keys;
	WindowClause *window = linitial(shape->inner->windowClause);
	StructureContext changed = *context;
	StringInfoData question;
	Candidate *candidate;
	Node *order;
	char *sql;
	ListCell *cell;

	if (list_length(shape->inner->windowClause) != 1 ||
		list_length(window->orderClause) != 1 ||
		window->partitionClause == NIL ||
		!structure_keys_read(shape->inner, &keys))
		return false;
	order = (Node *) get_sortgroupclause_tle(linitial(window->orderClause),
											 shape->inner->targetList)
				->expr;
	if (!IsA(order, Var) || !structure_tree_never_null(shape->inner, order))
		return false;
	initStringInfo(&question);
	appendStringInfo(&question, "SELECT 1 FROM %s GROUP BY %s",
					 structure_keys_table_sql(keys.relid, keys.alias),
					 structure_keys_sql(&keys, order));
	foreach(cell, window->partitionClause)
	{
		Node *part = (Node *) get_sortgroupclause_tle(lfirst(cell),
													  shape->inner->targetList)
						 ->expr;

		if (!IsA(part, Var) || !structure_tree_never_null(shape->inner, part))
			return false;
		keys.group = castNode(Var, part);
		appendStringInfo(&question, ", %s", structure_keys_sql(&keys, part));
	}
	appendStringInfoString(&question, " HAVING count(*) > 1 LIMIT 1");
	sql =
		structure_window_neighbours(&keys, shape, window, castNode(Var, order));
	if (sql == NULL || !structure_text_finds_none(question.data))
		return false;
	changed.tree = shape->tree;
	candidate = structure_text_add_part(
		&changed,
		psprintf(
			"the conditions on %s are applied after its window functions, to "
			"all of its rows; a look at the row before gives the same as long "
			"as no two rows of a partition are equal in the order",
			shape->name),
		shape->inner, sql);
	context->candidates = changed.candidates;
	return candidate != NULL;
}

void
structure_window_add(StructureContext *context)
{
	WindowShape shape = {.tree = NULL};
	Candidate *candidate;

	if (!structure_window_find(context, &shape) ||
		structure_window_add_inside(context, &shape) ||
		structure_window_add_neighbours(context, &shape))
		return;
	candidate = candidate_make(psprintf(
		"the conditions on %s are applied after its window functions, to "
		"all of its rows",
		shape.name));
	candidate->suggestion = pstrdup(
		"write the condition inside, before the window functions, or add its column "
		"to PARTITION BY; which rows they see then is for you to decide");
	context->candidates = lappend(context->candidates, candidate);
	context->complete = lappend(context->complete, candidate);
}
