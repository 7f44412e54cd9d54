/*-------------------------------------------------------------------------
 *
 * stale.c
 *		Finds frequent values whose rows all lie far back in the query's order.
 *
 * One query numbers the rows of the join, or of a sample of it, in the order of
 * the query's ORDER BY, and groups them by the values of all variables that are
 * compared by equality: the number of a group's first row tells how far a walk
 * goes. Values that are frequent enough for the planner to try the walk count.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "cases/stale.h"
#include "query/flat_sql.h"

/*
 * A value is frequent if it has a hundredth of the rows, or half as many as the
 * values have on average.
 */
#define STALE_FREQUENT 100

/* Combinations of values with fewer rows than this are as many as there are rows. */
#define STALE_FEW 10

/*
 * If rows are spread evenly, a page of so many rows has been found at the place
 * where the first row of a stale value comes.
 */
#define STALE_PAGE 10

/* A sample of fewer rows tells nothing about the first one of each value. */
#define STALE_SAMPLE_ROWS 1000

/* Values in an array. */
#define STALE_VALUES 3

typedef struct StaleSql
{
	List *variables; /* of the query; they are grouped by */
	List *order;     /* FlatOrder, by which the rows are numbered */
	int n;           /* how many groups to return */
} StaleSql;

/* ---- what is to be grouped and ordered ---- */

static bool
stale_is_equality(const Variable *variable)
{
	const ParamUse *use = &variable->variable.uses[0];

	return variable->allowed == NULL && !use->negated &&
		   (use->kind == USE_EQUAL || use->kind == USE_ANY ||
			use->kind == USE_LIST);
}

static List *
stale_variables(const JoinPart *part)
{
	List *variables = NIL;
	ListCell *cell;

	foreach(cell, part->variables)
		if (stale_is_equality(lfirst(cell)))
			variables = lappend(variables, lfirst(cell));
	return variables;
}

/* Whether an expression has one value for all rows of a group. */
static bool
stale_is_grouped(const JoinPart *part, List *variables, const Node *expr)
{
	ListCell *cell;

	foreach(cell, variables)
	{
		const ValueVariable *variable = &((Variable *) lfirst(cell))->variable;

		if (variable->uses[0].kind == USE_EQUAL &&
			equal(part->joined->homes[variable->params[0] - 1], expr))
			return true;
	}
	return false;
}

/*
 * Returns the first ORDER BY that begins with an expression over the part's
 * tables, without what is the same for all rows of a group.
 */
static List *
stale_order(const JoinPart *part, List *variables)
{
	ListCell *outer;
	ListCell *inner;

	foreach(outer, part->joined->flat->orders)
	{
		List *order = NIL;

		foreach(inner, (List *) lfirst(outer))
		{
			const FlatOrder *one = lfirst(inner);

			if (!bms_is_subset(one->tables, part->tables))
				break;
			if (!stale_is_grouped(part, variables, one->expr))
				order = lappend(order, lfirst(inner));
		}
		if (order != NIL)
			return order;
	}
	return NIL;
}

static List *
stale_columns(List *order)
{
	List *columns = NIL;
	ListCell *cell;

	foreach(cell, order)
	{
		FlatColumn *column = palloc(sizeof(*column));

		column->name = psprintf("o%d", foreach_current_index(cell) + 1);
		column->expr = ((FlatOrder *) lfirst(cell))->expr;
		columns = lappend(columns, column);
	}
	return columns;
}

/* ---- the query ---- */

static const char *
stale_sql(const char *from, void *arg)
{
	const StaleSql *sql = arg;
	StringInfoData order;
	StringInfoData keys;
	StringInfoData texts;
	StringInfoData present;
	ListCell *cell;

	initStringInfo(&order);
	initStringInfo(&keys);
	initStringInfo(&texts);
	initStringInfo(&present);
	foreach(cell, sql->order)
	{
		const FlatOrder *one = lfirst(cell);

		appendStringInfo(&order, "%so%d %s %s", order.len > 0 ? ", " : "",
						 foreach_current_index(cell) + 1,
						 one->descending ? "DESC" : "ASC",
						 one->nulls_first ? "NULLS FIRST" : "NULLS LAST");
	}
	foreach(cell, sql->variables)
	{
		const ValueVariable *variable = &((Variable *) lfirst(cell))->variable;
		const char *key = psprintf("c%d", variable->params[0]);
		const char *comma = foreach_current_index(cell) > 0 ? ", " : "";

		appendStringInfo(&keys, "%s%s", comma, key);
		appendStringInfo(&texts, "%s%s AS t%d", comma,
						 probe_text(key, exprType(variable->uses[0].expr)),
						 foreach_current_index(cell) + 1);
		appendStringInfo(&present, "%s%s IS NOT NULL",
						 comma[0] == '\0' ? "" : " AND ", key);
	}
	return psprintf(
		"SELECT * FROM (SELECT %s, count(*) AS n, min(place) AS first, "
		"sum(count(*)) OVER () AS total, count(*) OVER () AS groups "
		"FROM (SELECT *, row_number() OVER (ORDER BY %s) AS place FROM %s) AS r "
		"WHERE %s GROUP BY %s) AS g "
		"WHERE n >= least(total / %d, greatest(total / groups / 2, %d)) "
		"AND first > least(%d * total / n, total / 2) AND first > 2 * total / n "
		"ORDER BY first DESC, t1 COLLATE \"C\" LIMIT %d",
		texts.data, order.data, from, present.data, keys.data, STALE_FREQUENT,
		STALE_FEW, STALE_PAGE, sql->n);
}

/* ---- values ---- */

/* The columns of the query, from the last one. */
#define STALE_COUNT 4
#define STALE_TOTAL 2

static double
stale_number(const JoinRows *rows, int row, int from_last)
{
	return strtod(rows->values[(row + 1) * rows->columns - from_last], NULL);
}

/* Puts the values in column of the rows into args, for a variable. */
static void
stale_put(const Variable *one, const JoinRows *rows, int column, char **args)
{
	const ValueVariable *variable = &one->variable;
	Oid type = exprType(variable->uses[0].expr);
	Oid element = get_base_element_type(variable->types[0]);
	List *elements = NIL;
	char *values[INDEX_MAX_KEYS];

	if (variable->uses[0].kind == USE_ANY)
	{
		for (int i = 0; i < Min(rows->n, STALE_VALUES); i++)
			elements = lappend(
				elements,
				probe_cast(rows->values[i * rows->columns + column], type,
						   OidIsValid(element) ? element : TEXTOID));
		values[0] = probe_array(elements);
	}
	else
		for (int i = 0; i < variable->nparams; i++)
			values[i] =
				probe_cast(rows->values[i % rows->n * rows->columns + column],
						   type, variable->types[i]);
	variable_put_values(one, values, args);
}

/* How many groups give values: one, or as many as a list or an array takes. */
static int
stale_groups(List *variables)
{
	const ValueVariable *variable =
		&((Variable *) linitial(variables))->variable;

	if (list_length(variables) > 1)
		return 1;
	return variable->uses[0].kind == USE_ANY ? STALE_VALUES : variable->nparams;
}

static StaleValues *
stale_find_in(const JoinPart *whole)
{
	List *variables = stale_variables(whole);
	const Joined *joined = whole->joined;
	const JoinPart *part;
	StaleSql sql;
	StaleValues *found;
	JoinRows *rows;
	double percent;
	ListCell *cell;

	if (variables == NIL || joined->flat->orders == NIL)
		return NULL;
	part = joined_alone(joined, variables, NULL);
	sql.variables = variables;
	sql.order = stale_order(part, variables);
	sql.n = stale_groups(variables);
	if (sql.order == NIL)
		return NULL;
	rows =
		joined_select_bounded(part, &joined->allowed, stale_columns(sql.order),
							  0, stale_sql, &sql, &percent);
	if (rows == NULL || rows->n == 0 ||
		(percent < 100 &&
		 stale_number(rows, 0, STALE_TOTAL) < STALE_SAMPLE_ROWS))
		return NULL;
	found = palloc0(sizeof(*found));
	found->variables = variables;
	found->args = palloc0(Max(joined->statement->nparams, 1) * sizeof(char *));
	foreach(cell, variables)
		stale_put(lfirst(cell), rows, foreach_current_index(cell), found->args);
	for (int i = 0; i < rows->n; i++)
		found->share += stale_number(rows, i, STALE_COUNT) /
						stale_number(rows, i, STALE_TOTAL);
	return found;
}

List *
stale_find(const Joined *joined)
{
	List *found = NIL;
	ListCell *cell;

	foreach(cell, joined->parts)
	{
		StaleValues *values = stale_find_in(lfirst(cell));

		if (values != NULL)
			found = lappend(found, values);
	}
	return found;
}
