/*-------------------------------------------------------------------------
 *
 * multicolumn.c
 *		Indexes on several columns that a query may lack.
 *
 * All columns that are compared by = come first, since among equal values the
 * column that follows is in order: then those of an order, so that the scan can
 * stop early; or nothing more; or one column that is compared with a range, or
 * all that an aggregate reads.
 *
 * A comparison with another table, or with a row of the query around a subquery,
 * gives one value in each loop of the join, as a parameter does for the whole
 * query. But it does so in one order of the join alone. So the comparisons that
 * are with the same table are one set of keys, and each such set is put behind
 * the keys that are compared with parameters, or left out.
 *
 * Conditions of an OR take no part: one value of theirs does not hold for all
 * rows; index_arms.c has them. An index that is there already is left out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type_d.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"

#include "advice/index_candidates.h"
#include "advice/index_cause.h"
#include "advice/index_columns.h"
#include "advice/index_sql.h"
#include "advice/multicolumn.h"

/* Of more tables than this that one is joined with, the first ones are tried. */
#define MULTICOLUMN_MOST_JOINS 2

/* Each candidate is tried by building it. */
#define MULTICOLUMN_MOST 8

/* An index that holds more columns than this for an aggregate is too wide. */
#define MULTICOLUMN_MOST_COVERED 4

typedef struct MulticolumnContext
{
	const QueryTable *table;
	const PlanFacts *facts;
	List *found; /* Candidate * */
} MulticolumnContext;

/* ---- candidates ---- */

static void
multicolumn_add(MulticolumnContext *context, Candidate *candidate)
{
	ListCell *cell;

	if (candidate == NULL)
		return;
	foreach(cell, context->found)
	{
		const Candidate *other = lfirst(cell);

		if (candidate->fix != NULL && other->fix != NULL &&
			strcmp(candidate->fix, other->fix) == 0)
			return;
	}
	context->found = lappend(context->found, candidate);
}

/* Adds an index on columns, of which some are compared by =. */
static Candidate *
multicolumn_make(const QueryTable *table, char *cause,
				 const IndexColumns *columns)
{
	Candidate *candidate = candidate_make(cause);

	candidate_add_index(candidate, table->relid, "btree", columns->sql.data,
						columns->expression);
	return candidate;
}

/* ---- an order ---- */

/* Keys, and then an order; then any, if it is not NULL. */
static void
multicolumn_add_order(MulticolumnContext *context, List *equal,
					  const TableOrder *order, const Condition *any)
{
	const QueryTable *table = context->table;
	IndexColumns columns = index_columns_start(table);
	List *keys;
	List *ordered;
	char *suggestion = NULL;
	char *cause;
	Candidate *candidate;

	index_columns_add_equal(&columns, equal);
	keys = list_copy(columns.keys);
	ordered = index_sql_order_columns(table, order->columns, keys);
	if (keys == NIL || ordered == NIL)
		return;
	index_columns_add_order(&columns, order->columns);
	if (any != NULL)
		index_columns_add_condition(&columns, any);
	if (index_columns_exist(&columns, list_length(keys), ordered))
		return;
	cause = index_cause_of_direction(table, keys, ordered, &suggestion);
	if (cause == NULL)
		cause = index_cause_of_order(table, context->facts, equal, order,
									 columns.sql.data);
	candidate = multicolumn_make(table, cause, &columns);
	candidate->suggestion = suggestion;
	multicolumn_add(context, candidate);
}

/* ---- no order ---- */

static void
multicolumn_add_together(MulticolumnContext *context, IndexColumns *columns,
						 int nequal)
{
	if (list_length(columns->keys) < 2 ||
		index_columns_exist(columns, nequal, NIL))
		return;
	multicolumn_add(context,
					multicolumn_make(context->table,
									 psprintf("no index holds %s together",
											  index_columns_names(columns)),
									 columns));
}

/* The first range of a column that holds for all rows, or prefix; or NULL. */
static const Condition *
multicolumn_range(const QueryTable *table, List *keys)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if ((condition->kind == CONDITION_RANGE ||
			 condition->kind == CONDITION_PREFIX) &&
			!condition->alternative && condition->partner == NULL &&
			!contain_mutable_functions(condition->key) &&
			!list_member(keys, condition->key))
			return condition;
	}
	return NULL;
}

/* Keys alone, and keys and then a range. */
static void
multicolumn_add_conditions(MulticolumnContext *context, List *equal)
{
	const QueryTable *table = context->table;
	IndexColumns columns = index_columns_start(table);
	const Condition *range;
	int nequal;

	index_columns_add_equal(&columns, equal);
	nequal = list_length(columns.keys);
	range = multicolumn_range(table, columns.keys);
	if (nequal > 0 && range != NULL)
	{
		IndexColumns with_range = index_columns_start(table);

		index_columns_add_equal(&with_range, equal);
		index_columns_add_condition(&with_range, range);
		multicolumn_add_together(context, &with_range, nequal);
	}
	multicolumn_add_together(context, &columns, nequal);
}

/*
 * All columns that an aggregate reads, those that are compared first, so that the
 * table itself is not read.
 */
static void
multicolumn_add_covering(MulticolumnContext *context, List *equal)
{
	const QueryTable *table = context->table;
	IndexColumns columns = index_columns_start(table);
	const Condition *range;
	int nequal;
	int compared;

	if (!table->aggregated || table->whole_row ||
		bms_num_members(table->columns) > MULTICOLUMN_MOST_COVERED)
		return;
	index_columns_add_equal(&columns, equal);
	nequal = list_length(columns.keys);
	range = multicolumn_range(table, columns.keys);
	if (range != NULL)
		index_columns_add_condition(&columns, range);
	compared = list_length(columns.keys);
	if (compared == 0 || columns.expression ||
		index_columns_are_covered(&columns, nequal, table->columns) ||
		!index_columns_add_attributes(&columns, table->columns) ||
		list_length(columns.keys) == compared)
		return;
	multicolumn_add(
		context,
		multicolumn_make(
			table,
			psprintf("each row of the table that matches is visited, since no "
					 "index holds %s",
					 index_columns_names(&columns)),
			&columns));
}

/* ---- partial indexes ---- */

/* Adds the primary key; without one, the first column that the query reads. */
static void
multicolumn_add_any_key(IndexColumns *columns)
{
	const QueryTable *table = columns->table;
	Oid constraint;
	Bitmapset *key = get_primary_key_attnos(table->relid, true, &constraint);
	Bitmapset *attnums = NULL;
	int member = -1;

	while ((member = bms_next_member(key, member)) >= 0)
		attnums = bms_add_member(attnums,
								 member + FirstLowInvalidHeapAttributeNumber);
	if (attnums == NULL && bms_next_member(table->columns, 0) > 0)
		attnums = bms_make_singleton(bms_next_member(table->columns, 0));
	(void) index_columns_add_attributes(columns, attnums);
}

/* Can an index be searched for each of the conditions? Then it needs no other key. */
static bool
multicolumn_are_searched(List *predicate)
{
	ListCell *cell;

	foreach(cell, predicate)
		if (!IsA(lfirst(cell), NullTest))
			return false;
	return true;
}

/* Is it a condition on a boolean, which the predicate of an index has as well? */
static bool
multicolumn_is_flag(const Condition *condition)
{
	return exprType(condition->key) == BOOLOID && condition->value != NULL &&
		   IsA(condition->value, Const);
}

/*
 * Keys that are compared by = and then the order, or a range, for the rows alone
 * that are of interest. Where nothing else is asked for, any key does.
 */
static void
multicolumn_add_partial(MulticolumnContext *context, List *equal)
{
	const QueryTable *table = context->table;
	IndexColumns columns = index_columns_start(table);
	List *predicate = index_columns_constant_filters(table);
	const TableOrder *order =
		table->orders == NIL ? NULL : linitial(table->orders);
	List *others = NIL;
	Candidate *candidate;
	char *condition;
	ListCell *cell;

	if (predicate == NIL)
		return;
	foreach(cell, equal)
		if (((const Condition *) lfirst(cell))->kind != CONDITION_NULL &&
			!multicolumn_is_flag(lfirst(cell)))
			others = lappend(others, lfirst(cell));
	index_columns_add_equal(&columns, others);
	if (order != NULL)
		index_columns_add_order(&columns, order->columns);
	else if (multicolumn_range(table, columns.keys) != NULL)
		index_columns_add_condition(&columns,
									multicolumn_range(table, columns.keys));
	if (columns.keys == NIL && !multicolumn_are_searched(predicate))
		multicolumn_add_any_key(&columns);
	if (columns.keys == NIL)
		return;
	condition =
		index_sql_expression(table, (Node *) make_ands_explicit(predicate));
	candidate = candidate_make(
		order == NULL || others == NIL
			? psprintf("no index holds the rows with %s alone by (%s)",
					   condition, columns.sql.data)
			: psprintf("%s of the rows with %s alone",
					   index_cause_of_order(table, context->facts, others,
											order, columns.sql.data),
					   condition));
	index_columns_add_partial_index(candidate, &columns, condition);
	multicolumn_add(context, candidate);
}

/* ---- all of a table ---- */

/* The first condition of the form key = ANY (values), or NULL. */
static const Condition *
multicolumn_any(const QueryTable *table)
{
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->kind == CONDITION_ANY && !condition->alternative &&
			condition->partner == NULL &&
			!contain_mutable_functions(condition->key))
			return condition;
	}
	return NULL;
}

/* What the table is joined with by =. */
static List *
multicolumn_partners(const QueryTable *table)
{
	List *partners = NIL;
	ListCell *cell;

	foreach(cell, table->conditions)
	{
		const Condition *condition = lfirst(cell);

		if (condition->partner != NULL && index_columns_is_equal(condition))
			partners = list_append_unique_ptr(
				partners, unconstify(void *, condition->partner));
	}
	return list_truncate(partners, MULTICOLUMN_MOST_JOINS);
}

/* Keys, and then each order; any has its place before and behind it. */
static void
multicolumn_add_orders(MulticolumnContext *context, List *equal,
					   const Condition *any)
{
	ListCell *cell;

	foreach(cell, context->table->orders)
	{
		multicolumn_add_order(context, equal, lfirst(cell), NULL);
		if (any == NULL)
			continue;
		multicolumn_add_order(context, equal, lfirst(cell), any);
		multicolumn_add_order(
			context, lappend(list_copy(equal), unconstify(Condition *, any)),
			lfirst(cell), NULL);
	}
}

/* What is compared with parameters, with the rows of partner, and both. */
static void
multicolumn_add_partner(MulticolumnContext *context, const void *partner)
{
	const QueryTable *table = context->table;
	List *all = index_columns_equal(table, true, partner);
	List *joined = index_columns_equal(table, false, partner);

	/* One row has any order. */
	if (!index_columns_are_unique(table, all))
		multicolumn_add_orders(context, all, NULL);
	multicolumn_add_conditions(context, all);
	multicolumn_add_partial(context, all);
	if (!index_columns_are_unique(table, joined))
		multicolumn_add_orders(context, joined, NULL);
}

List *
multicolumn_candidates(const QueryTable *table, const PlanFacts *facts)
{
	MulticolumnContext context = {.table = table, .facts = facts};
	List *filters = index_columns_equal(table, true, NULL);
	List *partners = multicolumn_partners(table);
	const Condition *any = multicolumn_any(table);
	ListCell *cell;

	if (index_columns_are_unique(table, filters))
		return NIL;
	if (partners != NIL)
		multicolumn_add_partner(&context, linitial(partners));
	multicolumn_add_orders(&context, filters, any);
	multicolumn_add_conditions(&context, filters);
	multicolumn_add_partial(&context, filters);
	if (any != NULL)
		multicolumn_add_conditions(
			&context,
			lappend(list_copy(filters), unconstify(Condition *, any)));
	multicolumn_add_covering(
		&context, partners == NIL
					  ? filters
					  : index_columns_equal(table, true, linitial(partners)));
	if (list_length(partners) > 1)
		multicolumn_add_partner(&context, lsecond(partners));
	context.found = list_truncate(context.found, MULTICOLUMN_MOST);
	/* An order alone may walk past any number of rows that do not match. */
	foreach(cell, table->orders)
		multicolumn_add(
			&context, index_candidates_any_order(
						  table, ((const TableOrder *) lfirst(cell))->columns));
	return context.found;
}
