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
#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/rel.h"

#include "shared/splitmix64.h"

#include "base/compat.h"
#include "base/subtransaction.h"
#include "populate/ordinal.h"
#include "populate/partition_route.h"
#include "populate/row_checks.h"

/* The values behind a bound are drawn from so many steps of the type. */
static const int64 near_steps[] = {1, 10, 1000};

/* A side of a comparison that is a column, and the other side. */
typedef struct Equation
{
	AttrNumber column;
	ExprState *other;
	int direction; /* 0: equal; above 0: the column is to be greater */
	bool strict;
} Equation;

typedef struct ReadyCheck
{
	const ModelCheck *check;
	ExprState *state;
	List *equations; /* Equation */
	bool may_fail;   /* an error of it refuses the row as well */
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
	bool computing_fails;  /* may raise an error */
	Bitmapset *computed_from;
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
add_equation(RowChecks *checks, ReadyCheck *ready, Node *side, Node *other,
			 int strategy, bool swapped)
{
	AttrNumber attnum = column_of_side(side);
	Form_pg_attribute attribute;
	Equation *equation;
	Node *value;
	int32 typmod;
	Oid type;

	if (attnum <= 0)
		return;
	attribute = TupleDescAttr(checks->model->desc, attnum - 1);
	if (attribute->attgenerated != '\0')
		return;
	/* Whether a domain has the value is asked of the whole row. */
	typmod = attribute->atttypmod;
	type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);
	value = coerce_to_target_type(NULL, copyObject(other), exprType(other),
								  type, typmod, COERCION_ASSIGNMENT,
								  COERCE_IMPLICIT_CAST, -1);
	if (value == NULL)
		return;
	equation = palloc0(sizeof(Equation));
	equation->column = attnum;
	equation->direction = strategy == BTEqualStrategyNumber  ? 0
						  : strategy > BTEqualStrategyNumber ? 1
															 : -1;
	if (swapped)
		equation->direction = -equation->direction;
	equation->strict =
		strategy == BTLessStrategyNumber || strategy == BTGreaterStrategyNumber;
	equation->other = ExecPrepareExpr((Expr *) value, checks->estate);
	ready->equations = lappend(ready->equations, equation);
}

static void
find_equations(RowChecks *checks, ReadyCheck *ready, Node *node)
{
	const OpExpr *expression = (const OpExpr *) node;
	int strategy;
	ListCell *cell;

	/* An AND, or one of "column IS NULL OR ..." */
	if (node != NULL && IsA(node, BoolExpr) &&
		((BoolExpr *) node)->boolop != NOT_EXPR)
		foreach(cell, ((BoolExpr *) node)->args)
			find_equations(checks, ready, lfirst(cell));
	if (node == NULL || !IsA(node, OpExpr) ||
		list_length(expression->args) != 2)
		return;
	strategy = compat_btree_strategy(expression->opno);
	if (strategy < BTLessStrategyNumber || strategy > BTGreaterStrategyNumber)
		return;
	add_equation(checks, ready, linitial(expression->args),
				 lsecond(expression->args), strategy, false);
	add_equation(checks, ready, lsecond(expression->args),
				 linitial(expression->args), strategy, true);
}

/* Conversions of text and functions of users raise errors for some values. */
static bool
may_fail(Node *node, void *context)
{
	Oid function = InvalidOid;

	if (node == NULL)
		return false;
	if (IsA(node, CoerceViaIO) || IsA(node, ArrayCoerceExpr))
		return true;
	if (IsA(node, FuncExpr))
		function = ((FuncExpr *) node)->funcid;
	else if (IsA(node, OpExpr))
	{
		char *name = get_opname(((OpExpr *) node)->opno);

		if (name != NULL && strpbrk(name, "/%^#@") != NULL)
			return true;
	}
	if (function >= FirstNormalObjectId ||
		(OidIsValid(function) &&
		 (strncmp(get_func_name(function), "to_", 3) == 0 ||
		  strncmp(get_func_name(function), "make_", 5) == 0 ||
		  strstr(get_func_name(function), "range") != NULL)))
		return true;
	return expression_tree_walker(node, may_fail, context);
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
	checks->checks[checks->n].may_fail = may_fail(check->expression, NULL);
	checks->n++;
}

static void
add_columns(Bitmapset **columns, Node *expression)
{
	Bitmapset *numbers = NULL;
	int number = -1;

	pull_varattnos(expression, 1, &numbers);
	while ((number = bms_next_member(numbers, number)) >= 0)
		if (number + FirstLowInvalidHeapAttributeNumber > 0)
			*columns = bms_add_member(
				*columns, number + FirstLowInvalidHeapAttributeNumber);
}

static void
ready_generated(RowChecks *checks, Relation relation)
{
	TupleDesc desc = RelationGetDescr(relation);

	checks->generated = palloc0(Max(desc->natts, 1) * sizeof(ExprState *));
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated == ATTRIBUTE_GENERATED_STORED)
		{
			Node *expression = build_column_default(relation, i + 1);

			checks->generated[i] =
				ExecPrepareExpr((Expr *) expression, checks->estate);
			checks->computes = true;
			checks->computing_fails =
				checks->computing_fails || may_fail(expression, NULL);
			add_columns(&checks->computed_from, expression);
		}
}

/* A generated column may have no value for some rows, as a range that is empty. */
static bool
has_generated(const TableModel *model)
{
	for (int i = 0; i < model->ncolumns; i++)
		if (!model->columns[i].dropped && model->columns[i].generated &&
			type_is_range(getBaseType(model->columns[i].type)))
			return true;
	return false;
}

RowChecks *
row_checks_create(const TableModel *model)
{
	RowChecks *checks;
	Relation relation;
	ListCell *cell;

	if (model->checks == NIL && !model->partitioned && !has_generated(model))
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
		checks->route = partition_route_create(model, checks->estate);
	relation_close(relation, NoLock);
	return checks;
}

const Bitmapset *
row_checks_routing(const RowChecks *checks)
{
	return checks->route == NULL ? NULL
								 : partition_route_columns(checks->route);
}

List *
row_checks_bounds(const RowChecks *checks)
{
	return checks->route == NULL ? NIL : partition_route_texts(checks->route);
}

void
row_checks_close(RowChecks *checks)
{
	if (checks == NULL)
		return;
	ExecDropSingleTupleTableSlot(checks->slot);
	FreeExecutorState(checks->estate);
}

/* ---- is a row refused? ---- */

typedef struct CheckCall
{
	const ReadyCheck *check;
	ExprContext *context;
	bool passes;
} CheckCall;

static void
call_check(void *arg)
{
	CheckCall *call = arg;

	call->passes = ExecCheck(call->check->state, call->context);
}

static bool
passes(const RowChecks *checks, const ReadyCheck *check)
{
	CheckCall call = {check, checks->context, false};
	ErrorData *error;

	if (!check->may_fail)
		return ExecCheck(check->state, checks->context);
	error = subtransaction_run(call_check, &call);
	if (error != NULL &&
		ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
		ReThrowError(error);
	return error == NULL && call.passes;
}

static void
compute(void *arg)
{
	RowChecks *checks = arg;
	TupleTableSlot *slot = checks->slot;

	for (int i = 0; i < checks->model->ncolumns; i++)
		if (checks->generated[i] != NULL)
			slot->tts_values[i] = ExecEvalExprSwitchContext(
				checks->generated[i], checks->context, &slot->tts_isnull[i]);
}

/* Returns false if a generated column has no value for the row. */
static bool
store_row(RowChecks *checks, const Datum *values, const bool *nulls)
{
	TupleTableSlot *slot = checks->slot;
	int natts = checks->model->ncolumns;

	ResetExprContext(checks->context);
	ExecClearTuple(slot);
	memcpy(slot->tts_values, values, natts * sizeof(Datum));
	memcpy(slot->tts_isnull, nulls, natts * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	checks->context->ecxt_scantuple = slot;
	if (checks->computes && checks->computing_fails)
	{
		ErrorData *error = subtransaction_run(compute, checks);

		if (error != NULL &&
			ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			ReThrowError(error);
		return error == NULL;
	}
	if (checks->computes)
		compute(checks);
	return true;
}

int
row_checks_count(RowChecks *checks, const Datum *values, const bool *nulls,
				 int most, BrokenCheck *broken)
{
	int n = 0;

	if (!store_row(checks, values, nulls))
	{
		broken->name = "of its generated columns";
		broken->columns = checks->computed_from;
		broken->number = -1;
		return most;
	}
	for (int i = 0; i < checks->n && n < most; i++)
		if (!passes(checks, &checks->checks[i]) && n++ == 0)
		{
			broken->name = checks->checks[i].check->name;
			broken->columns = checks->checks[i].check->columns;
			broken->number = i;
		}
	if (checks->route != NULL && n < most &&
		!partition_route_fits(checks->route, checks->context) && n++ == 0)
	{
		broken->name = "of its partitions";
		broken->columns = partition_route_columns(checks->route);
		broken->number = -1;
	}
	return n;
}

bool
row_checks_refuse(RowChecks *checks, const Datum *values, const bool *nulls,
				  BrokenCheck *broken)
{
	return row_checks_count(checks, values, nulls, 1, broken) > 0;
}

/* ---- comparisons that can be solved ---- */

/* Moves a value to one side of itself. Returns false if that is not known how. */
static bool
move_value(const Equation *equation, Oid type, uint64 random, Datum *value)
{
	int64 steps = near_steps[random % lengthof(near_steps)];
	int64 unit = type == TIMESTAMPOID || type == TIMESTAMPTZOID ? 60000000 : 1;
	int64 number;

	steps = (int64) (splitmix64_mix(random) % (uint64) steps) * unit;
	if (equation->strict)
		steps += unit;
	if (type == FLOAT8OID)
	{
		*value = Float8GetDatum(DatumGetFloat8(*value) +
								equation->direction * (double) steps);
		return true;
	}
	if ((type == NUMERICOID && (numeric_is_nan(DatumGetNumeric(*value)) ||
								numeric_is_inf(DatumGetNumeric(*value)))) ||
		!ordinal_known(type) || !ordinal_of(type, *value, &number))
		return false;
	/* The whole number below is not the value itself. */
	if (type == NUMERICOID && equation->direction > 0)
		number++;
	number += equation->direction * steps;
	if ((type == INT2OID && number != (int16) number) ||
		((type == INT4OID || type == DATEOID) && number != (int32) number))
		return false;
	*value = ordinal_value(type, number);
	return true;
}

AttrNumber
row_checks_solve(RowChecks *checks, const BrokenCheck *broken,
				 const Bitmapset *settable, uint64 random, Datum *values,
				 bool *nulls)
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

		if (!bms_is_member(equation->column, settable) ||
			(equation->direction != 0 && random == 0))
			continue;
		value = ExecEvalExpr(equation->other, checks->context, &isnull);
		if (isnull || (equation->direction != 0 &&
					   !move_value(equation, getBaseType(attribute->atttypid),
								   random, &value)))
			continue;
		/* It may be a value of the slot, whose memory the next check reuses. */
		values[equation->column - 1] =
			datumCopy(value, attribute->attbyval, attribute->attlen);
		nulls[equation->column - 1] = false;
		return equation->column;
	}
	return 0;
}
