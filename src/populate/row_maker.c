/*-------------------------------------------------------------------------
 *
 * row_maker.c
 *		Makes the rows of a table, value by value.
 *
 * A value of a foreign key is that of its parent's row, which may be that of the
 * row's own parent, and so on. Keys that go round in a circle of tables, each by
 * its primary key, would never come to an end: their depth is limited.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "optimizer/optimizer.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "shared/splitmix64.h"

#include "populate/agree_index.h"
#include "populate/agree_weights.h"
#include "populate/datum_hash.h"
#include "populate/group_plan.h"
#include "populate/key_plan.h"
#include "populate/pattern.h"
#include "populate/range_plan.h"
#include "populate/row_choices.h"
#include "populate/row_maker.h"
#include "populate/unique_guard.h"

/* After so many, texts are made by the CHECK's regular expression. */
#define ATTEMPTS_BY_STATISTICS 1

/* Of so many rows it is found out how often they have what. */
#define AGREE_SAMPLE 10000

/* After so many attempts, all parents that agree are as likely. */
#define AGREE_WEIGHTED 30

static bool make_value(TableMaker *table, int64 row, AttrNumber attnum,
					   const uint8 *attempts, Datum *value);

/* ---- which parent ---- */

/* Puts the parent's rows in order by the values that must be equal. */
static void
build_agree(KeyPlan *plan)
{
	TableMaker *parent = plan->parent;
	int64 rows = parent->nheld + parent->rows;
	AgreeIndex *index = agree_index_create(rows);
	float *weights = agree_weights_make(plan);
	MemoryContext each = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck agree", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(each);

	for (int64 row = 0; row < rows; row++)
	{
		uint64 hash = 0;
		bool all = true;

		for (int i = 0; all && i < plan->nagree; i++)
		{
			const ModelColumn *column =
				table_model_column(parent->model, plan->agree_parent[i]);
			Datum value;

			all = row_maker_value(parent, row, plan->agree_parent[i], &value);
			if (all)
				hash = datum_hash(hash, column->type, column->collation, value);
		}
		if (all)
			agree_index_add(index, hash, row, weights[row]);
		if (row % 1024 == 0)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(each);
		}
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(each);
	pfree(weights);
	agree_index_sort(index);
	plan->agree = index;
}

/* The hash of what must be equal; false if a part of it is NULL. */
static bool
hash_of_row(KeyPlan *plan, int64 row, const uint8 *attempts, uint64 *hash)
{
	TableMaker *child = plan->child;

	*hash = 0;
	for (int i = 0; i < plan->nagree; i++)
	{
		const ModelColumn *column =
			table_model_column(child->model, plan->agree_child[i]);
		Datum value;

		if (!make_value(child, row, plan->agree_child[i], attempts, &value))
			return false;
		*hash = datum_hash(*hash, column->type, column->collation, value);
	}
	return true;
}

/* Weighs the parents by how often rows have what these have. */
static void
balance_agree(KeyPlan *plan)
{
	int n = (int) Min(plan->child->rows, AGREE_SAMPLE);
	uint64 *sought = palloc(Max(n, 1) * sizeof(uint64));
	int known = 0;

	for (int i = 0; i < n; i++)
		if (hash_of_row(plan, i * plan->child->rows / n, NULL, &sought[known]))
			known++;
	agree_index_balance(plan->agree, sought, known);
	pfree(sought);
}

static int64
find_agreeing(KeyPlan *plan, int64 row, const uint8 *attempts, int attempt)
{
	uint64 hash;
	int64 parent;

	if (!key_plan_has_parent(plan, row, attempt))
		return -1;
	if (plan->agree == NULL)
	{
		MemoryContext old =
			MemoryContextSwitchTo(GetMemoryChunkContext(plan->spread));

		build_agree(plan);
		balance_agree(plan);
		MemoryContextSwitchTo(old);
	}
	if (!hash_of_row(plan, row, attempts, &hash))
		return -1;
	parent = agree_index_find(plan->agree, hash,
							  splitmix64_number(plan->random + attempt, row),
							  attempt < AGREE_WEIGHTED);
	/* Of a copy that no parent has, the key is at least one of a parent. */
	return parent < 0 && plan->key->n == 1 ? key_plan_parent(plan, row, attempt)
										   : parent;
}

/* The attempt of a key is that of the first column it decides. */
static int
attempt_of_key(const KeyPlan *plan, const uint8 *attempts)
{
	if (attempts == NULL)
		return 0;
	for (int i = 0; i < plan->key->n; i++)
	{
		AttrNumber attnum = plan->key->child_columns[i];

		if (plan->child->columns[attnum - 1].key == plan)
			return attempts[attnum - 1];
	}
	return 0;
}

static int64
find_parent(KeyPlan *plan, int64 row, const uint8 *attempts)
{
	int attempt = attempt_of_key(plan, attempts);

	if (plan->nagree > 0)
		return find_agreeing(plan, row, attempts, attempt);
	return key_plan_parent(plan, row, attempt);
}

/* ---- values ---- */

static Datum
serial_value(const ColumnPlan *column, Oid type, int64 row)
{
	int64 number = column->first + row * column->step;

	switch (getBaseType(type))
	{
		case INT2OID:
			if (number != (int16) number)
				ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("smallint out of range"));
			return Int16GetDatum((int16) number);
		case INT4OID:
			if (number != (int32) number)
				ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("integer out of range"));
			return Int32GetDatum((int32) number);
		default:
			return Int64GetDatum(number);
	}
}

/* What the default of a column makes of a number of its sequence. */
static bool
numbered_value(ColumnPlan *column, const ModelColumn *model, int64 row,
			   Datum *value)
{
	ParamListInfo params = makeParamList(1);
	ExprContext *context = CreateStandaloneExprContext();
	ExprState *state;
	MemoryContext old;
	bool isnull;

	params->params[0].value = Int64GetDatum(column->first + row * column->step);
	params->params[0].isnull = false;
	params->params[0].pflags = PARAM_FLAG_CONST;
	params->params[0].ptype = INT8OID;
	context->ecxt_param_list_info = params;
	state = column->numbered;
	if (state == NULL)
	{
		old = MemoryContextSwitchTo(GetMemoryChunkContext((void *) model));
		state = ExecInitExprWithParams(
			expression_planner((Expr *) copyObject(model->numbered)), params);
		MemoryContextSwitchTo(old);
		column->numbered = state;
	}
	*value = ExecEvalExprSwitchContext(state, context, &isnull);
	if (!isnull)
		*value = datumCopy(*value, get_typbyval(model->type),
						   get_typlen(model->type));
	FreeExprContext(context, true);
	return !isnull;
}

/* Of a column beside another one: the item as far along as that one's. */
static bool
beside_value(TableMaker *table, const ColumnPlan *column, int64 row,
			 Datum *value)
{
	const RowsSpread *own = column->maker->spread;
	const RowsSpread *other = table->columns[column->beside - 1].maker->spread;
	int64 slots = rows_spread_rows(other) - rows_spread_nulls(other);
	int64 own_slots = rows_spread_rows(own) - rows_spread_nulls(own);
	int64 slot;
	bool isnull;
	Datum from;

	if (column->group != NULL &&
		value_maker_value(table->columns[column->beside - 1].maker, row, 0,
						  &from) &&
		group_plan_follow(column->group, from, value, &isnull))
		return !isnull;
	if (own_slots == 0 || !rows_spread_slot(other, row, &slot))
		return false;
	slot = (int64) ((uint64) slot * own_slots / slots);
	*value =
		value_maker_item(column->maker, rows_spread_slot_item(own, slot, NULL));
	return true;
}

/* A value of its own, or that goes with the one of another column. */
static bool
own_value(TableMaker *table, const ColumnPlan *column, int64 row, int attempt,
		  Datum *value)
{
	if (attempt > 0 || column->beside == 0)
		return value_maker_value(column->maker, row, attempt, value);
	return beside_value(table, column, row, value);
}

/* A text that a regular expression matches, as a value of the column's type. */
static bool
pattern_value(TableMaker *table, AttrNumber attnum, int64 row, int attempt,
			  Datum *value)
{
	const ModelColumn *model = table_model_column(table->model, attnum);
	const ColumnPlan *column = &table->columns[attnum - 1];
	uint64 random = splitmix64_number(column->random + attempt, row);
	Oid input;
	Oid ioparam;

	/* A tenth of what may be NULL is. */
	if (column->nullable && splitmix64_mix(random) % 10 == 0)
		return false;
	getTypeInputInfo(getBaseType(model->type), &input, &ioparam);
	*value = OidInputFunctionCall(input, pattern_make(column->pattern, random),
								  ioparam, model->typmod);
	return true;
}

static bool
key_value(TableMaker *table, const ColumnPlan *column, int64 row,
		  const uint8 *attempts, int attempt, Datum *value)
{
	int64 parent = find_parent(column->key, row, attempts);

	if (parent >= 0)
		return row_maker_value(column->key->parent, parent, column->parent,
							   value);
	if (column->second != NULL)
	{
		parent = find_parent(column->second, row, attempts);
		if (parent >= 0)
			return row_maker_value(column->second->parent, parent,
								   column->second_parent, value);
	}
	return column->maker != NULL &&
		   value_maker_value(column->maker, row, attempt, value);
}

static bool
make_value(TableMaker *table, int64 row, AttrNumber attnum,
		   const uint8 *attempts, Datum *value)
{
	ColumnPlan *column = &table->columns[attnum - 1];
	int attempt = attempts == NULL ? 0 : attempts[attnum - 1];
	int64 item;
	int64 occurrence;
	bool isnull;

	check_stack_depth();
	if (attempt > ROW_CHOICES_DRAWS && column->nchoices > 0)
		return row_choices_value(table, attnum, attempt - ROW_CHOICES_DRAWS - 1,
								 row, value);
	if (attempt > ATTEMPTS_BY_STATISTICS && column->pattern != NULL)
		return pattern_value(table, attnum, row, attempt, value);
	switch (column->source)
	{
		case COLUMN_LEFT:
			return false;
		case COLUMN_SERIAL:
			if (table_model_column(table->model, attnum)->numbered != NULL)
				return numbered_value(column,
									  table_model_column(table->model, attnum),
									  row, value);
			*value = serial_value(
				column, table_model_column(table->model, attnum)->type, row);
			return true;
		case COLUMN_MAKER:
			return value_maker_value(column->maker, row, attempt, value);
		case COLUMN_KEY:
			return key_value(table, column, row, attempts, attempt, value);
		case COLUMN_COUNT:
			if (!key_plan_occurrence(column->key, row, &item, &occurrence))
				occurrence = row;
			*value = serial_value(
				column, table_model_column(table->model, attnum)->type,
				occurrence + attempt);
			return true;
		case COLUMN_GROUP:
			if (attempt == 0 && group_plan_has(column->group, row,
											   column->member, value, &isnull))
				return !isnull;
			return own_value(table, column, row, attempt, value);
		case COLUMN_BESIDE:
			return own_value(table, column, row, attempt, value);
		case COLUMN_PATTERN:
			return pattern_value(table, attnum, row, attempt, value);
		case COLUMN_RANGE:
			return range_plan_value(column->range, row, column->part, value);
	}
	return false;
}

bool
row_maker_value(TableMaker *table, int64 row, AttrNumber attnum, Datum *value)
{
	if (row < table->nheld)
	{
		*value = table->held[attnum - 1][row];
		return !table->held_nulls[attnum - 1][row];
	}
	if (unique_guard_value(table->guard, row - table->nheld, attnum, value))
		return true;
	if (row < 0 || row - table->nheld >= table->rows)
		elog(ERROR, "there is no row " INT64_FORMAT " of table %s", row,
			 table->model->name);
	return make_value(table, row - table->nheld, attnum,
					  unique_guard_attempts(table->guard, row - table->nheld),
					  value);
}

bool
row_maker_makes(const TableMaker *table, AttrNumber attnum)
{
	return table->made == NULL || bms_is_member(attnum, table->made);
}

void
row_maker_row(TableMaker *table, int64 row, const uint8 *attempts,
			  Datum *values, bool *nulls)
{
	for (int i = 0; i < table->model->ncolumns; i++)
	{
		values[i] = (Datum) 0;
		nulls[i] = !row_maker_makes(table, i + 1) ||
				   !make_value(table, row, i + 1, attempts, &values[i]);
	}
}
