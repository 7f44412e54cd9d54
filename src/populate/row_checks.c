/*-------------------------------------------------------------------------
 *
 * row_checks.c
 *		Finds the constraint that a made row would break.
 *
 * Stored generated columns are computed first, since a CHECK may be about them. A
 * CHECK about a virtual one is left to the server.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/stratnum.h"
#include "catalog/pg_attribute.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "rewrite/rewriteHandler.h"
#include "utils/datum.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "populate/partition_route.h"
#include "populate/row_checks.h"

/* A side of an equation that is a column, and the other side. */
typedef struct Equation
{
	AttrNumber column;
	ExprState *other;
} Equation;

typedef struct ReadyCheck
{
	const ModelCheck *check;
	ExprState *state;
	List *equations; /* Equation */
} ReadyCheck;

struct RowChecks
{
	const TableModel *model;
	EState *estate;
	ExprContext *context;
	TupleTableSlot *slot;
	int n;
	ReadyCheck *checks;
	ExprState **generated; /* by attribute number - 1; NULL: not generated */
	bool computes;         /* any of them */
	PartitionRoute *route; /* NULL: not partitioned */
};

static bool
is_virtual(const TableModel *model, AttrNumber attnum)
{
	return TupleDescAttr(model->desc, attnum - 1)->attgenerated == 'v';
}

/* The column of a side, be it converted, as char(n) is to text. */
static AttrNumber
column_of_side(Node *side)
{
	while (side != NULL)
	{
		const FuncExpr *call = (const FuncExpr *) side;

		if (IsA(side, RelabelType))
			side = (Node *) ((RelabelType *) side)->arg;
		else if (IsA(side, FuncExpr) && list_length(call->args) > 0 &&
				 call->funcformat != COERCE_EXPLICIT_CALL)
			side = linitial(call->args);
		else
			break;
	}
	return side != NULL && IsA(side, Var) ? ((Var *) side)->varattno : 0;
}

/*
 * The sides are of one type, as the column stores it; of one with a length, what is
 * computed may not fit.
 */
static void
add_equation(RowChecks *checks, ReadyCheck *ready, Node *side, Node *other)
{
	AttrNumber attnum = column_of_side(side);
	Form_pg_attribute attribute;
	Equation *equation;
	Node *value;

	if (attnum <= 0)
		return;
	attribute = TupleDescAttr(checks->model->desc, attnum - 1);
	if (attribute->attgenerated != '\0')
		return;
	value = coerce_to_target_type(
		NULL, copyObject(other), exprType(other), attribute->atttypid,
		attribute->atttypmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
	if (value == NULL)
		return;
	equation = palloc0(sizeof(Equation));
	equation->column = attnum;
	equation->other = ExecPrepareExpr((Expr *) value, checks->estate);
	ready->equations = lappend(ready->equations, equation);
}

static void
find_equations(RowChecks *checks, ReadyCheck *ready, Node *node)
{
	const OpExpr *expression = (const OpExpr *) node;
	ListCell *cell;

	/* An AND, or one of "column IS NULL OR ..." */
	if (node != NULL && IsA(node, BoolExpr) &&
		((BoolExpr *) node)->boolop != NOT_EXPR)
		foreach(cell, ((BoolExpr *) node)->args)
			find_equations(checks, ready, lfirst(cell));
	if (node == NULL || !IsA(node, OpExpr) ||
		list_length(expression->args) != 2 ||
		compat_btree_strategy(expression->opno) != BTEqualStrategyNumber)
		return;
	add_equation(checks, ready, linitial(expression->args),
				 lsecond(expression->args));
	add_equation(checks, ready, lsecond(expression->args),
				 linitial(expression->args));
}

static void
ready_check(RowChecks *checks, const ModelCheck *check)
{
	int attnum = -1;

	while ((attnum = bms_next_member(check->columns, attnum)) >= 0)
		if (is_virtual(checks->model, attnum))
			return;
	checks->checks[checks->n].check = check;
	checks->checks[checks->n].state = ExecPrepareCheck(
		list_make1(copyObject(check->expression)), checks->estate);
	if (!contain_volatile_functions(check->expression))
		find_equations(checks, &checks->checks[checks->n], check->expression);
	checks->n++;
}

static void
ready_generated(RowChecks *checks, Relation relation)
{
	TupleDesc desc = RelationGetDescr(relation);

	checks->generated = palloc0(Max(desc->natts, 1) * sizeof(ExprState *));
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated == ATTRIBUTE_GENERATED_STORED)
		{
			checks->generated[i] = ExecPrepareExpr(
				(Expr *) build_column_default(relation, i + 1), checks->estate);
			checks->computes = true;
		}
}

RowChecks *
row_checks_create(const TableModel *model)
{
	RowChecks *checks;
	Relation relation;
	ListCell *cell;

	if (model->checks == NIL && !model->partitioned)
		return NULL;
	checks = palloc0(sizeof(RowChecks));
	relation = relation_open(model->relid, NoLock);
	checks->model = model;
	checks->estate = CreateExecutorState();
	checks->context = CreateExprContext(checks->estate);
	checks->slot = MakeSingleTupleTableSlot(model->desc, &TTSOpsVirtual);
	checks->checks =
		palloc0(Max(list_length(model->checks), 1) * sizeof(ReadyCheck));
	foreach(cell, model->checks)
		ready_check(checks, lfirst(cell));
	ready_generated(checks, relation);
	if (model->partitioned)
		checks->route = partition_route_create(model);
	relation_close(relation, NoLock);
	return checks;
}

const Bitmapset *
row_checks_routing(const RowChecks *checks)
{
	return checks->route == NULL ? NULL
								 : partition_route_columns(checks->route);
}

void
row_checks_close(RowChecks *checks)
{
	if (checks == NULL)
		return;
	ExecDropSingleTupleTableSlot(checks->slot);
	FreeExecutorState(checks->estate);
}

bool
row_checks_refuse(RowChecks *checks, const Datum *values, const bool *nulls,
				  BrokenCheck *broken)
{
	TupleTableSlot *slot = checks->slot;
	int natts = checks->model->ncolumns;

	ResetExprContext(checks->context);
	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, natts * sizeof(Datum));
	memcpy(slot->tts_isnull, nulls, natts * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	checks->context->ecxt_scantuple = slot;
	for (int i = 0; checks->computes && i < natts; i++)
		if (checks->generated[i] != NULL)
			slot->tts_values[i] = ExecEvalExprSwitchContext(
				checks->generated[i], checks->context, &slot->tts_isnull[i]);
	for (int i = 0; i < checks->n; i++)
		if (!ExecCheck(checks->checks[i].state, checks->context))
		{
			broken->name = checks->checks[i].check->name;
			broken->columns = checks->checks[i].check->columns;
			broken->number = i;
			return true;
		}
	if (checks->route != NULL &&
		!partition_route_fits(checks->route, slot->tts_values,
							  slot->tts_isnull))
	{
		broken->name = "of its partitions";
		broken->columns = partition_route_columns(checks->route);
		broken->number = -1;
		return true;
	}
	return false;
}

AttrNumber
row_checks_solve(RowChecks *checks, const BrokenCheck *broken,
				 const Bitmapset *settable, Datum *values, bool *nulls)
{
	ListCell *cell;

	if (broken->number < 0)
		return 0;
	/* The slot holds the row that was refused last. */
	foreach(cell, checks->checks[broken->number].equations)
	{
		const Equation *equation = lfirst(cell);
		const Form_pg_attribute attribute =
			TupleDescAttr(checks->model->desc, equation->column - 1);
		bool isnull;
		Datum value;

		if (!bms_is_member(equation->column, settable))
			continue;
		value = ExecEvalExpr(equation->other, checks->context, &isnull);
		if (isnull)
			continue;
		/* It may be a value of the slot, whose memory the next check reuses. */
		values[equation->column - 1] =
			datumCopy(value, attribute->attbyval, attribute->attlen);
		nulls[equation->column - 1] = false;
		return equation->column;
	}
	return 0;
}
