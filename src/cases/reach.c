/*-------------------------------------------------------------------------
 *
 * reach.c
 *		Ranks values by the rows that they lead to in the query's other tables.
 *
 * The rows of the query's join are counted by value, or a sample of its largest
 * table is. Where each other table adds at most one row to a row of the value's
 * own table, by a unique key, there is nothing to be counted. A sample shows the
 * values that lead to many rows; the ones that lead to few are looked for among
 * values of the table itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"

#include "base/compat.h"
#include "base/relation.h"
#include "cases/reach.h"

/* Values of the table itself that may lead to few rows. */
#define REACH_FEW 30

/* Joins of a value's table that are looked at in one query. */
#define REACH_MOST_JOINS 8

/* Rows of these are counted up to this many. */
#define REACH_FEW_ROWS 1000

/* ---- whether rows are multiplied ---- */

/* Returns the column of a table that a side of a comparison is, or 0. */
static AttrNumber
reach_column(Node *node, int table)
{
	while (IsA(node, RelabelType))
		node = (Node *) castNode(RelabelType, node)->arg;
	return IsA(node, Var) && castNode(Var, node)->varno == table
			   ? castNode(Var, node)->varattno
			   : 0;
}

/* Returns the columns of a table that are equal to what known tables hold. */
static Bitmapset *
reach_equal_columns(const JoinPart *part, int table, const Bitmapset *known)
{
	Bitmapset *columns = NULL;
	ListCell *cell;

	foreach(cell, part->conditions)
	{
		const FlatCondition *condition = lfirst(cell);
		OpExpr *op = (OpExpr *) condition->node;

		if (!IsA(op, OpExpr) || list_length(op->args) != 2 ||
			condition->params != NULL ||
			compat_btree_strategy(op->opno) != BTEqualStrategyNumber)
			continue;
		for (int side = 0; side < 2; side++)
		{
			AttrNumber column = reach_column(list_nth(op->args, side), table);

			if (column > 0 &&
				bms_is_subset(pull_varnos(NULL, list_nth(op->args, 1 - side)),
							  known))
				columns = bms_add_member(columns, column);
		}
	}
	return columns;
}

/* Whether a row of a table may stand in several rows of the join. */
static bool
reach_multiplies(const JoinPart *part, int home)
{
	Bitmapset *single = bms_make_singleton(home);
	bool more = true;

	while (more)
	{
		int table = -1;

		more = false;
		while ((table = bms_next_member(part->tables, table)) >= 0)
		{
			const FlatTable *found =
				list_nth(part->joined->flat->tables, table - 1);

			if (bms_is_member(table, single) ||
				!relation_has_unique_key(
					found->rte->relid,
					reach_equal_columns(part, table, single)))
				continue;
			single = bms_add_member(single, table);
			more = true;
		}
	}
	return !bms_equal(single, part->tables);
}

/* ---- counts ---- */

typedef struct ReachSql
{
	const Lookup *lookup;
	const char *column; /* of the join */
} ReachSql;

static const char *
reach_ranked_sql(const char *from, void *arg)
{
	const ReachSql *sql = arg;

	return frequency_ranked_sql(probe_text(sql->column, sql->lookup->type),
								sql->column, from);
}

static double
reach_number(const JoinRows *rows, int row, int column)
{
	return strtod(rows->values[row * rows->columns + column], NULL);
}

/* Takes the values and counts of a sample, of which factor times as many are. */
static Frequencies *
reach_take(const JoinRows *rows, double factor)
{
	Frequencies *found = palloc0(sizeof(*found));

	found->n = rows->n;
	found->values = palloc(rows->n * sizeof(char *));
	found->counts = palloc(rows->n * sizeof(double));
	found->rows = reach_number(rows, 0, 2) * factor;
	found->shared = found->rows;
	for (int i = 0; i < rows->n; i++)
	{
		found->values[i] = rows->values[i * rows->columns];
		found->counts[i] = reach_number(rows, i, 1) * factor;
		if (strcmp(rows->values[i * rows->columns + 3], "t") == 0)
			found->typical = i;
	}
	return found;
}

/* ---- values that lead to few rows ---- */

/* A value that leads to no row at all, where all values have been counted. */
static void
reach_find_unreached(const JoinPart *part, const ReachSql *sql,
					 Frequencies *found)
{
	const ParamUse *use = &sql->lookup->variable->uses[0];
	const char *expression = probe_expression(use);
	JoinRows *rows = joined_select(
		part->joined,
		psprintf("SELECT %s FROM (SELECT %s AS v FROM %s WHERE %s IS NOT NULL) "
				 "AS s WHERE NOT EXISTS (SELECT FROM %s WHERE %s %s v) "
				 "ORDER BY 1 LIMIT 1",
				 probe_text("v", sql->lookup->type), expression,
				 sql->lookup->sample, expression,
				 joined_sql(part, &part->joined->allowed, NIL, 0, 0),
				 sql->column, probe_equality(sql->lookup->type)),
		JOINED_MOST_COST, NULL);

	if (rows != NULL && rows->n > 0)
		found->unreached = rows->values[0];
}

/*
 * A value that leads to no row, and the one that leads to the fewest, among some
 * of the table itself.
 */
static void
reach_find_few(const JoinPart *part, const ReachSql *sql, Frequencies *found)
{
	const ParamUse *use = &sql->lookup->variable->uses[0];
	const char *expression = probe_expression(use);
	const char *text = probe_text("v", sql->lookup->type);
	JoinRows *rows = joined_select(
		part->joined,
		psprintf("SELECT %s, (SELECT count(*) FROM (SELECT FROM %s WHERE %s %s "
				 "v LIMIT %d) AS r) FROM (SELECT v FROM (SELECT %s AS v FROM "
				 "%s) AS o WHERE v IS NOT NULL GROUP BY v ORDER BY md5(%s) "
				 "LIMIT %d) AS s ORDER BY 2, 1",
				 text, joined_sql(part, &part->joined->allowed, NIL, 0, 0),
				 sql->column, probe_equality(sql->lookup->type), REACH_FEW_ROWS,
				 expression, sql->lookup->sample, text, REACH_FEW),
		JOINED_MOST_COST, NULL);

	for (int i = 0; rows != NULL && i < rows->n; i++)
	{
		double count = reach_number(rows, i, 1);

		if (count == 0)
		{
			found->unreached = rows->values[i * rows->columns];
			continue;
		}
		if (count < REACH_FEW_ROWS && count < found->counts[found->n - 1])
		{
			found->values[found->n - 1] = rows->values[i * rows->columns];
			found->counts[found->n - 1] = count;
		}
		break;
	}
}

/* ---- the joins of a query ---- */

/*
 * Returns the groups that may be joined with a variable's tables, a List of
 * Bitmapset: all outer joins, and these with each subquery in turn.
 */
static List *
reach_groups(const FlatJoin *flat)
{
	Bitmapset *outer = NULL;
	List *all;
	ListCell *cell;

	foreach(cell, flat->groups)
		if (((FlatGroup *) lfirst(cell))->kind == FLAT_OUTER_JOIN)
			outer = bms_add_member(outer, foreach_current_index(cell));
	all = list_make1(outer);
	foreach(cell, flat->groups)
	{
		FlatKind kind = ((FlatGroup *) lfirst(cell))->kind;
		Bitmapset *groups = bms_copy(outer);
		int group = foreach_current_index(cell);

		if (kind != FLAT_SEMI_JOIN && kind != FLAT_SUBQUERY)
			continue;
		for (; group >= 0;
			 group = ((FlatGroup *) list_nth(flat->groups, group))->parent)
			groups = bms_add_member(groups, group);
		all = lappend(all, groups);
		if (list_length(all) == REACH_MOST_JOINS)
			break;
	}
	return all;
}

/* Ranks the values in one join; returns NULL if it tells nothing. */
static Frequencies *
reach_read_part(const JoinPart *part, const ReachSql *sql, int home)
{
	List *allowed = joined_allowed(part);
	bool multiplies = reach_multiplies(part, home);
	double percent;
	JoinRows *rows;
	Frequencies *found;

	/* Of values that go with those that the user has set, the join knows. */
	if (!multiplies && allowed == NIL)
		return NULL;
	rows = joined_select_bounded(part, &part->joined->allowed, NIL, home,
								 reach_ranked_sql, unconstify(ReachSql *, sql),
								 &percent);
	if (rows == NULL || rows->n == 0)
		return NULL;
	found = reach_take(rows, 100 / percent);
	/* A value that leads to half of the rows is the common one, not typical. */
	if (multiplies && found->typical == 0)
		found->typical = found->n / 2;
	if (multiplies && percent < 100)
		reach_find_few(part, sql, found);
	else if (multiplies)
		reach_find_unreached(part, sql, found);
	/* All values lead to as many rows. */
	if (allowed == NIL && found->unreached == NULL &&
		found->counts[0] == found->counts[found->n - 1])
		return NULL;
	return found;
}

static bool
reach_is_tried(List *tried, const JoinPart *part)
{
	ListCell *cell;

	foreach(cell, tried)
		if (bms_equal(((JoinPart *) lfirst(cell))->tables, part->tables))
			return true;
	return false;
}

Frequencies *
reach_read(const Joined *joined, const Variable *variable, const Lookup *lookup)
{
	const ParamUse *use = &variable->variable.uses[0];
	ReachSql sql = {lookup, psprintf("c%d", variable->variable.params[0])};
	const JoinPart *part = joined_find(joined, variable);
	Frequencies *most = NULL;
	List *variables;
	List *tried = NIL;
	ListCell *cell;

	if (part == NULL || use->negated ||
		(use->kind != USE_EQUAL && use->kind != USE_ANY &&
		 use->kind != USE_LIST))
		return NULL;
	variables = lcons(unconstify(Variable *, variable),
					  list_copy(joined_allowed(part)));
	foreach(cell, reach_groups(joined->flat))
	{
		const JoinPart *alone = joined_alone(joined, variables, lfirst(cell));
		Frequencies *found;

		/* Of the groups, those that do not hang together make no difference. */
		if (reach_is_tried(tried, alone))
			continue;
		tried = lappend(tried, unconstify(JoinPart *, alone));
		found = reach_read_part(alone, &sql, joined_home(joined, variable));
		if (found != NULL &&
			(most == NULL || found->counts[0] > most->counts[0]))
			most = found;
	}
	return most;
}
