/*-------------------------------------------------------------------------
 *
 * shape_walk.c
 *		The tree of a SELECT, with its values in their places.
 *
 * A value belongs to the columns of the condition that it stands in, the innermost
 * one that names any; in a result or a list, to those of the conditions around it.
 * Nodes that are not known here keep their constants: they may be part of the
 * grammar.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"

#include "record/shape_functions.h"
#include "record/shape_twins.h"
#include "record/shape_walk.h"

typedef struct Walk
{
	ShapeValues *values;
	ShapePlace place;
	ShapeTree tree;
} Walk;

static bool walk(Node *node, void *arg);

static void
walk_as(Node *node, Walk *state, ShapePlace place)
{
	ShapePlace before = state->place;

	state->place = before == SHAPE_PLACE_KEEP ? before : place;
	(void) walk(node, state);
	state->place = before;
}

static void
walk_list(List *nodes, Walk *state, ShapePlace place)
{
	ListCell *cell;

	foreach(cell, nodes)
		walk_as(lfirst(cell), state, place);
}

/*
 * Walks an expression, whose values then have its columns. A condition settles
 * which they have; otherwise an expression around it may add more.
 */
static void
walk_expression(Node *node, Walk *state, ShapePlace place, bool condition)
{
	ShapeValues *values = state->values;
	int use = values->nuses;
	int column = values->ncolumns;

	walk_as(node, state, place);
	for (; use < values->nuses; use++)
	{
		if (values->uses[use].settled)
			continue;
		values->uses[use].column_from = column;
		values->uses[use].column_to = values->ncolumns;
		values->uses[use].settled = condition && values->ncolumns > column;
	}
}

/* Does anything but constants and parameters tell what type the node has? */
static bool
has_type(const Node *node)
{
	ListCell *cell;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_A_Const:
		case T_ParamRef:
			return false;
		case T_A_Expr:
			return has_type(((const A_Expr *) node)->lexpr) ||
				   has_type(((const A_Expr *) node)->rexpr);
		case T_CoalesceExpr:
			return has_type((Node *) ((const CoalesceExpr *) node)->args);
		case T_RowExpr:
			return has_type((Node *) ((const RowExpr *) node)->args);
		case T_List:
			foreach(cell, (const List *) node)
				if (has_type(lfirst(cell)))
					return true;
			return false;
		default:
			return true;
	}
}

static bool
is_integer(const Node *node)
{
	return node != NULL && IsA(node, A_Const) &&
		   !((const A_Const *) node)->isnull &&
		   IsA(&((const A_Const *) node)->val, Integer);
}

/* Returns the name of the column that the node is, or NULL. */
static const char *
column_name(Node *node)
{
	Node *last;

	if (node == NULL || !IsA(node, ColumnRef))
		return NULL;
	last = llast(((ColumnRef *) node)->fields);
	return IsA(last, String) ? strVal(last) : NULL;
}

/*
 * Notes that the columns that were met from first on may have the values of those
 * from middle on, if there are any of both.
 */
static void
link_columns(ShapeValues *values, int first, int middle)
{
	if (first == middle || middle == values->ncolumns)
		return;
	for (int i = first + 1; i < values->ncolumns; i++)
		shape_values_rename(values, values->columns[first], values->columns[i]);
}

/* Walks both sides of a comparison, each of which may tell the other's type. */
static void
walk_comparison(A_Expr *expr, Walk *state)
{
	int first = state->values->ncolumns;
	int middle;
	ShapePlace place = has_type(expr->lexpr) || has_type(expr->rexpr)
						   ? SHAPE_PLACE_PEER
						   : SHAPE_PLACE_OPERAND;

	/* 1 = 1 and 0 = 1 are how programs say true and false. */
	if (is_integer(expr->lexpr) && is_integer(expr->rexpr) &&
		shape_values_keeps(state->values, (A_Const *) expr->lexpr) &&
		shape_values_keeps(state->values, (A_Const *) expr->rexpr))
		return;
	walk_as(expr->lexpr, state, place);
	middle = state->values->ncolumns;
	walk_as(expr->rexpr, state, place);
	link_columns(state->values, first, middle);
}

static void
walk_row_item(Node *node, Walk *state)
{
	if (IsA(node, ParamRef))
		shape_values_row_param(state->values, (ParamRef *) node);
	else
		walk_as(node, state, SHAPE_PLACE_PEER);
}

/* Walks the list of an IN that is left as it is. */
static void
walk_in_rows(List *items, Walk *state, bool typed)
{
	ListCell *item;
	ListCell *cell;

	foreach(item, items)
	{
		if (IsA(lfirst(item), RowExpr))
			foreach(cell, ((RowExpr *) lfirst(item))->args)
				walk_row_item(lfirst(cell), state);
		else
			walk_as(lfirst(item), state,
					typed ? SHAPE_PLACE_PEER : SHAPE_PLACE_OPERAND);
	}
}

/* Notes a constant that may be the name of an attribute. */
static void
walk_constant_name(const Node *node, Walk *state)
{
	const A_Const *constant = (const A_Const *) node;

	if (node != NULL && IsA(node, A_Const) && !constant->isnull &&
		IsA(&constant->val, String))
		shape_values_column(state->values, constant->val.sval.sval);
}

/* Walks an operator that compares nothing. */
static void
walk_operator(A_Expr *expr, Walk *state, const char *name)
{
	ShapePlace right = SHAPE_PLACE_OPERAND;

	/* The key of a JSON object is as a column is. */
	if (strcmp(name, "->") == 0 || strcmp(name, "->>") == 0 ||
		strcmp(name, "#>") == 0 || strcmp(name, "#>>") == 0)
	{
		right = SHAPE_PLACE_KEEP;
		walk_constant_name(expr->rexpr, state);
	}
	walk_as(expr->lexpr, state, SHAPE_PLACE_OPERAND);
	walk_as(expr->rexpr, state, right);
}

static bool
compares(const char *name)
{
	static const char *const names[] = {
		"=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*"};

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
walk_a_expr(A_Expr *expr, Walk *state)
{
	bool typed = has_type(expr->lexpr);
	const char *name = strVal(llast(expr->name));

	switch (expr->kind)
	{
		case AEXPR_OP:
			if (compares(name))
				walk_comparison(expr, state);
			else
				walk_operator(expr, state, name);
			break;
		case AEXPR_OP_ANY:
		case AEXPR_OP_ALL:
			walk_as(expr->lexpr, state, SHAPE_PLACE_PEER);
			walk_as(expr->rexpr, state,
					typed ? SHAPE_PLACE_PEER : SHAPE_PLACE_OPERAND);
			break;
		case AEXPR_IN:
			walk_as(expr->lexpr, state, SHAPE_PLACE_PEER);
			if (state->place == SHAPE_PLACE_KEEP ||
				!shape_values_in(state->values, expr, typed))
				walk_in_rows((List *) expr->rexpr, state, typed);
			break;
		case AEXPR_DISTINCT:
		case AEXPR_NOT_DISTINCT:
		case AEXPR_NULLIF:
		case AEXPR_LIKE:
		case AEXPR_ILIKE:
		case AEXPR_SIMILAR:
		case AEXPR_BETWEEN:
		case AEXPR_NOT_BETWEEN:
		case AEXPR_BETWEEN_SYM:
		case AEXPR_NOT_BETWEEN_SYM:
			walk_comparison(expr, state);
			break;
		default:
			walk_as(expr->lexpr, state, SHAPE_PLACE_OPERAND);
			walk_as(expr->rexpr, state, SHAPE_PLACE_OPERAND);
			break;
	}
}

static void
walk_bool_expr(BoolExpr *expr, Walk *state)
{
	ListCell *cell;

	foreach(cell, expr->args)
		walk_expression(lfirst(cell), state, SHAPE_PLACE_RESULT, true);
}

static void
walk_function(FuncCall *call, Walk *state)
{
	const char *name = strVal(llast(call->funcname));
	int n = list_length(call->args);
	int i = 0;
	ListCell *cell;

	foreach(cell, call->args)
	{
		walk_constant_name(lfirst(cell), state);
		walk_as(lfirst(cell), state, shape_function_place(name, i++, n));
	}
	walk_list(call->agg_order, state, SHAPE_PLACE_POSITION);
	if (call->agg_filter)
		walk_expression(call->agg_filter, state, SHAPE_PLACE_RESULT, true);
	walk_as((Node *) call->over, state, SHAPE_PLACE_OPERAND);
}

static void
walk_case(CaseExpr *expr, Walk *state)
{
	ListCell *cell;

	walk_as((Node *) expr->arg, state, SHAPE_PLACE_OPERAND);
	foreach(cell, expr->args)
	{
		CaseWhen *when = lfirst(cell);

		if (expr->arg)
			walk_as((Node *) when->expr, state,
					has_type((Node *) expr->arg) ? SHAPE_PLACE_PEER
												 : SHAPE_PLACE_OPERAND);
		else
			walk_expression((Node *) when->expr, state, SHAPE_PLACE_RESULT,
							true);
		walk_as((Node *) when->result, state, SHAPE_PLACE_RESULT);
	}
	walk_as((Node *) expr->defresult, state, SHAPE_PLACE_RESULT);
}

static void
walk_type_cast(TypeCast *cast, Walk *state)
{
	if (shape_values_cast(state->values, cast, state->place))
		return;
	walk_as(cast->arg, state,
			IsA(cast->arg, A_ArrayExpr) ? SHAPE_PLACE_CAST
										: SHAPE_PLACE_OPERAND);
}

static void
walk_array(A_ArrayExpr *array, Walk *state)
{
	if (!shape_values_array(state->values, array, state->place))
		walk_list(array->elements, state, SHAPE_PLACE_OPERAND);
}

static void
walk_column(ColumnRef *column, Walk *state)
{
	const char *name = column_name((Node *) column);

	/* A whole row has any column. */
	shape_values_column(state->values, name ? name : "*");
}

/* Notes the attributes of an expression. */
static void
walk_attributes(A_Indirection *expr, Walk *state)
{
	ListCell *cell;

	foreach(cell, expr->indirection)
	{
		Node *node = lfirst(cell);

		if (IsA(node, String))
			shape_values_column(state->values, strVal(node));
		else if (IsA(node, A_Indices))
			walk_constant_name(((A_Indices *) node)->uidx, state);
		else
			shape_values_column(state->values, "*");
	}
}

/* Columns with names of their own may be any of the table's. */
static void
walk_new_names(List *names, Walk *state)
{
	ListCell *cell;

	foreach(cell, names)
		shape_values_rename(state->values, strVal(lfirst(cell)), "*");
}

static void
walk_alias(Alias *alias, Walk *state)
{
	state->values->rows = lappend(state->values->rows, alias->aliasname);
	walk_new_names(alias->colnames, state);
}

static void
walk_table(RangeVar *table, Walk *state)
{
	state->tree.tables = lappend(state->tree.tables, table->relname);
	if (table->schemaname)
		state->tree.tables =
			lappend(state->tree.tables,
					psprintf("%s.%s", table->schemaname, table->relname));
	if (table->alias)
		walk_alias(table->alias, state);
	else
		state->values->rows =
			lappend(state->values->rows, pstrdup(table->relname));
}

static void
walk_join(JoinExpr *join, Walk *state)
{
	(void) walk(join->larg, state);
	(void) walk(join->rarg, state);
	if (join->quals)
		walk_expression(join->quals, state, SHAPE_PLACE_RESULT, true);
}

static void
walk_window(WindowDef *window, Walk *state)
{
	ShapePlace offset =
		state->values->kept ? SHAPE_PLACE_OPERAND : SHAPE_PLACE_KEEP;

	walk_list(window->partitionClause, state, SHAPE_PLACE_OPERAND);
	walk_list(window->orderClause, state, SHAPE_PLACE_OPERAND);
	walk_as(window->startOffset, state, offset);
	walk_as(window->endOffset, state, offset);
}

static void
walk_results(List *targets, Walk *state)
{
	ShapeValues *values = state->values;
	ListCell *cell;

	foreach(cell, targets)
	{
		ResTarget *target = lfirst(cell);
		int column = values->ncolumns;

		if (IsA(target->val, ColumnRef) && !column_name(target->val))
			continue;
		walk_expression(target->val, state, SHAPE_PLACE_RESULT, false);
		for (; target->name && column < values->ncolumns; column++)
			shape_values_rename(values, target->name, values->columns[column]);
	}
}

static void
walk_values(List *rows, Walk *state)
{
	ListCell *cell;

	if (state->place != SHAPE_PLACE_KEEP &&
		shape_values_rows(state->values, rows))
		return;
	foreach(cell, rows)
		walk_list(lfirst(cell), state, SHAPE_PLACE_OPERAND);
}

static void
walk_with(WithClause *with, Walk *state)
{
	ListCell *cell;

	if (with == NULL)
		return;
	foreach(cell, with->ctes)
	{
		CommonTableExpr *cte = lfirst(cell);
		Node *query = cte->ctequery;

		walk_new_names(cte->aliascolnames, state);
		if (IsA(query, SelectStmt))
			(void) walk(query, state);
		else
			state->tree.writes = true;
	}
}

static void
walk_select(SelectStmt *select, Walk *state)
{
	state->tree.into |= select->intoClause != NULL;
	state->tree.locks |= select->lockingClause != NIL;
	walk_with(select->withClause, state);
	if (select->op != SETOP_NONE)
	{
		int first = state->values->ncolumns;
		int middle;

		/* The columns of one are those of the other by their order alone. */
		walk_select(select->larg, state);
		middle = state->values->ncolumns;
		walk_select(select->rarg, state);
		link_columns(state->values, first, middle);
	}
	if (select->distinctClause != NIL && linitial(select->distinctClause))
		walk_list(select->distinctClause, state, SHAPE_PLACE_POSITION);
	walk_results(select->targetList, state);
	walk_list(select->fromClause, state, SHAPE_PLACE_OPERAND);
	if (select->whereClause)
		walk_expression(select->whereClause, state, SHAPE_PLACE_RESULT, true);
	walk_list(select->groupClause, state, SHAPE_PLACE_POSITION);
	if (select->havingClause)
		walk_expression(select->havingClause, state, SHAPE_PLACE_RESULT, true);
	walk_list(select->windowClause, state, SHAPE_PLACE_OPERAND);
	if (select->valuesLists != NIL)
		walk_values(select->valuesLists, state);
	walk_list(select->sortClause, state, SHAPE_PLACE_POSITION);
	walk_as(select->limitOffset, state, SHAPE_PLACE_PAGE);
	walk_as(select->limitCount, state, SHAPE_PLACE_PAGE);
	shape_twins_unify(select, select->groupClause, state->values);
	shape_twins_unify(select, select->sortClause, state->values);
	if (select->distinctClause != NIL && linitial(select->distinctClause))
		shape_twins_unify(select, select->distinctClause, state->values);
}

/* Walks an expression. Returns whether it is of a kind that has its own way. */
static bool
walk_special(Node *node, Walk *state)
{
	switch (nodeTag(node))
	{
		case T_A_Const:
			shape_values_constant(state->values, (A_Const *) node,
								  state->place);
			return true;
		case T_ParamRef:
			shape_values_param(state->values, (ParamRef *) node, state->place);
			return true;
		case T_ColumnRef:
			walk_column((ColumnRef *) node, state);
			return true;
		case T_A_Expr:
			walk_a_expr((A_Expr *) node, state);
			return true;
		case T_BoolExpr:
			walk_bool_expr((BoolExpr *) node, state);
			return true;
		case T_FuncCall:
			walk_function((FuncCall *) node, state);
			return true;
		case T_CaseExpr:
			walk_case((CaseExpr *) node, state);
			return true;
		case T_TypeCast:
			walk_type_cast((TypeCast *) node, state);
			return true;
		case T_A_ArrayExpr:
			walk_array((A_ArrayExpr *) node, state);
			return true;
		case T_RangeVar:
			walk_table((RangeVar *) node, state);
			return true;
		case T_JoinExpr:
			walk_join((JoinExpr *) node, state);
			return true;
		case T_WindowDef:
			walk_window((WindowDef *) node, state);
			return true;
		case T_SelectStmt:
			walk_select((SelectStmt *) node, state);
			return true;
		case T_Alias:
			walk_alias((Alias *) node, state);
			return true;
		case T_TypeName:
			return true;
		case T_A_Indirection:
			walk_attributes((A_Indirection *) node, state);
			return false;
		default:
			return false;
	}
}

/* Returns the place that the parts of a node have, if it is not special. */
static ShapePlace
place_within(const Node *node, ShapePlace place)
{
	switch (nodeTag(node))
	{
		case T_CoalesceExpr:
		case T_MinMaxExpr:
			return has_type((Node *) (IsA(node, CoalesceExpr)
										  ? ((const CoalesceExpr *) node)->args
										  : ((const MinMaxExpr *) node)->args))
					   ? SHAPE_PLACE_PEER
					   : SHAPE_PLACE_OPERAND;
		case T_NullTest:
		case T_BooleanTest:
			return SHAPE_PLACE_ANY_TYPE;
		case T_SubLink:
		case T_RangeSubselect:
		case T_RangeFunction:
		case T_RangeTableSample:
		case T_RangeTableFunc:
		case T_A_Indirection:
		case T_GroupingFunc:
			return SHAPE_PLACE_OPERAND;
		case T_List:
		case T_RowExpr:
		case T_GroupingSet:
		case T_SortBy:
		case T_CollateClause:
		case T_NamedArgExpr:
		case T_ResTarget:
			return place;
		default:
			return SHAPE_PLACE_KEEP;
	}
}

static bool
walk(Node *node, void *arg)
{
	Walk *state = arg;
	ShapePlace before = state->place;
	ShapePlace within;

	if (node == NULL)
		return false;
	check_stack_depth();
	if (walk_special(node, state))
		return false;
	within = place_within(node, before);
	state->place = before == SHAPE_PLACE_KEEP ? before : within;
	(void) raw_expression_tree_walker(node, walk, state);
	state->place = before;
	return false;
}

ShapeTree
shape_walk(SelectStmt *statement, ShapeValues *values)
{
	Walk state = {.values = values, .place = SHAPE_PLACE_RESULT};

	walk_select(statement, &state);
	return state.tree;
}
