/*-------------------------------------------------------------------------
 *
 * joined.c
 *		Asks the rows of a query's own join which values go together.
 *
 * flat_join.c makes one join of a query. Its tables fall into parts: those that
 * conditions connect, or parameters that are compared with a column of each. A
 * part has what the query needs a row of, and of outer joins, NOT EXISTS and the
 * like those that a parameter is compared in, so that these find something, too.
 * If a part has no row, it is tried again with less: without what may be missing
 * and without columns in place of parameters, then table by table.
 *
 * Each query runs in a sandbox of its own with a timer. What a query of the
 * contract may take for all of them is limited as well.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "portability/instr_time.h"
#include "rewrite/rewriteManip.h"

#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/joined.h"
#include "query/flat_sql.h"
#include "query/operand.h"

/* All queries for the values of one query of the contract may take this long. */
#define JOINED_MOST_MS_IN_ALL 10000

/* How often a smaller sample is tried where a query costs too much. */
#define JOINED_ATTEMPTS 4

/* ---- parts ---- */

/* How much of the query a part has; see the head of this file. */
typedef enum JoinDepth
{
	JOIN_WHOLE,
	JOIN_REQUIRED,
	JOIN_TABLE
} JoinDepth;

int
joined_home(const Joined *joined, const Variable *variable)
{
	const RangeTblEntry *rte = variable->variable.uses[0].rte;

	return rte == NULL ? 0 : flat_join_find(joined->flat, rte);
}

static int
joined_group(const Joined *joined, int table)
{
	return ((FlatTable *) list_nth(joined->flat->tables, table - 1))->group;
}

static FlatKind
joined_kind(const Joined *joined, int group)
{
	return ((FlatGroup *) list_nth(joined->flat->groups, group))->kind;
}

/*
 * Adds the groups of the query itself and, unless there is to be no more of it
 * than that, those that it needs a row of with the groups that are there.
 */
static Bitmapset *
joined_add_needed(const Joined *joined, Bitmapset *groups, bool alone)
{
	ListCell *cell;

	/* A group comes after the one that it is in. */
	foreach(cell, joined->flat->groups)
	{
		const FlatGroup *group = lfirst(cell);

		if (group->kind == FLAT_QUERY ||
			(!alone && group->kind == FLAT_SEMI_JOIN &&
			 bms_is_member(group->parent, groups)))
			groups = bms_add_member(groups, foreach_current_index(cell));
	}
	return groups;
}

/* Returns the groups that a variable's table is in. */
static Bitmapset *
joined_groups(const Joined *joined, List *variables)
{
	Bitmapset *groups = NULL;
	ListCell *cell;

	foreach(cell, variables)
	{
		int home = joined_home(joined, lfirst(cell));
		int group = home == 0 ? -1 : joined_group(joined, home);

		while (group >= 0)
		{
			groups = bms_add_member(groups, group);
			group =
				((FlatGroup *) list_nth(joined->flat->groups, group))->parent;
		}
	}
	return groups;
}

/*
 * Whether a condition asks for a row that is missing: IS NULL of a column that
 * an outer join adds.
 */
static bool
joined_asks_missing(const Joined *joined, const FlatCondition *condition)
{
	int table = -1;

	if (!IsA(condition->node, NullTest) ||
		castNode(NullTest, condition->node)->nulltesttype != IS_NULL)
		return false;
	while ((table = bms_next_member(condition->tables, table)) >= 0)
	{
		int group = joined_group(joined, table);

		if (group != condition->group &&
			joined_kind(joined, group) == FLAT_OUTER_JOIN)
			return true;
	}
	return false;
}

static bool
joined_has_groups(const Joined *joined, const FlatCondition *condition,
				  const Bitmapset *groups)
{
	int table = -1;

	if (condition->tables == NULL || !bms_is_member(condition->group, groups))
		return false;
	while ((table = bms_next_member(condition->tables, table)) >= 0)
		if (!bms_is_member(joined_group(joined, table), groups))
			return false;
	return true;
}

/*
 * Returns the tables that a condition connects. A parameter stands for a column
 * of a table in the groups, and of the same arm of a set operation.
 */
static Bitmapset *
joined_connected(const Joined *joined, const FlatCondition *condition,
				 const Bitmapset *groups)
{
	Bitmapset *tables = bms_copy(condition->tables);
	int root = flat_join_root(joined->flat, condition->group);
	int param = -1;

	while ((param = bms_next_member(condition->params, param)) >= 0)
	{
		int home;
		int group;

		if (!joined->equal[param - 1])
			continue;
		home =
			bms_singleton_member(pull_varnos(NULL, joined->homes[param - 1]));
		group = joined_group(joined, home);
		if (bms_is_member(group, groups) &&
			flat_join_root(joined->flat, group) == root)
			tables = bms_add_member(tables, home);
	}
	return tables;
}

/*
 * Returns the tables that conditions connect with one of them; groups are those
 * that parameters may stand for columns of.
 */
static Bitmapset *
joined_reach_from(const Joined *joined, int table, List *conditions,
				  const Bitmapset *groups)
{
	Bitmapset *tables = bms_make_singleton(table);
	bool more = true;
	ListCell *cell;

	while (more)
	{
		more = false;
		foreach(cell, conditions)
		{
			Bitmapset *connected =
				joined_connected(joined, lfirst(cell), groups);

			if (!bms_overlap(connected, tables) ||
				bms_is_subset(connected, tables))
				continue;
			tables = bms_add_members(tables, connected);
			more = true;
		}
	}
	return tables;
}

/*
 * Makes the part of a table, with those of the variables that are in it. more are
 * groups to be added; alone without those that the query needs besides.
 */
static JoinPart *
joined_make_part(Joined *joined, int table, List *variables, JoinDepth depth,
				 const Bitmapset *more, bool alone)
{
	JoinPart *part = palloc0(sizeof(*part));
	Bitmapset *groups = bms_copy(more);
	List *conditions = NIL;
	ListCell *cell;

	if (depth == JOIN_WHOLE || alone)
		groups = bms_add_members(groups, joined_groups(joined, variables));
	groups = bms_add_member(groups, joined_group(joined, table));
	if (depth != JOIN_TABLE)
		groups = joined_add_needed(joined, groups, alone);
	part->joined = joined;
	part->binds = depth == JOIN_WHOLE;
	part->depth = depth;
	foreach(cell, joined->flat->conditions)
		if (joined_has_groups(joined, lfirst(cell), groups) &&
			!joined_asks_missing(joined, lfirst(cell)))
			conditions = lappend(conditions, lfirst(cell));
	part->tables = depth == JOIN_TABLE
					   ? bms_make_singleton(table)
					   : joined_reach_from(joined, table, conditions,
										   part->binds ? groups : NULL);
	foreach(cell, conditions)
		if (bms_is_subset(((FlatCondition *) lfirst(cell))->tables,
						  part->tables))
			part->conditions = lappend(part->conditions, lfirst(cell));
	foreach(cell, variables)
		if (bms_is_member(joined_home(joined, lfirst(cell)), part->tables))
			part->variables = lappend(part->variables, lfirst(cell));
	return part;
}

static void
joined_add_parts(Joined *joined, List *variables, JoinDepth depth)
{
	List *left = list_copy(variables);

	while (left != NIL)
	{
		int home = joined_home(joined, linitial(left));
		JoinPart *part;
		JoinGiven none = {0};

		CHECK_FOR_INTERRUPTS();
		if (home == 0)
		{
			left = list_delete_first(left);
			continue;
		}
		part = joined_make_part(joined, home, left, depth, NULL, false);
		left = list_difference_ptr(left, part->variables);
		if (joined_exists(part, &none) == 1)
			joined->parts = lappend(joined->parts, part);
		else if (depth < JOIN_TABLE)
			joined_add_parts(joined, part->variables, depth + 1);
	}
}

/* ---- the join ---- */

/*
 * Notes what each parameter of a variable is compared with, over the join, and
 * the value that the user has set for it.
 */
static void
joined_note_variable(Joined *joined, const Variable *variable)
{
	int home = joined_home(joined, variable);

	if (variable->allowed != NULL)
	{
		JoinGiven *allowed = &joined->allowed;

		allowed->args[variable->variable.params[0] - 1] =
			variable->allowed->values[0];
		allowed->known =
			bms_add_member(allowed->known, variable->variable.params[0]);
	}
	for (int i = 0;
		 variable_is_late(variable) && i < variable->variable.nparams; i++)
		joined->late =
			bms_add_member(joined->late, variable->variable.params[i]);
	for (int i = 0; home != 0 && i < variable->variable.nparams; i++)
	{
		const ParamUse *use = &variable->variable.uses[i];
		int at = variable->variable.params[i] - 1;

		joined->homes[at] = copyObject(use->expr);
		ChangeVarNodes(joined->homes[at], 1, home, 0);
		joined->equal[at] =
			use->kind == USE_EQUAL && !use->computed && !use->negated;
	}
}

Joined *
joined_read(const ContractStatement *statement, List *variables)
{
	Joined *joined = palloc0(sizeof(*joined));
	int n = Max(statement->nparams, 1);
	ListCell *cell;

	joined->statement = statement;
	joined->flat = flat_join_read(statement->query);
	joined->homes = palloc0(n * sizeof(Node *));
	joined->equal = palloc0(n * sizeof(bool));
	joined->allowed.args = palloc0(n * sizeof(char *));
	foreach(cell, variables)
		joined_note_variable(joined, lfirst(cell));
	joined_add_parts(joined, variables, JOIN_WHOLE);
	return joined;
}

JoinPart *
joined_find(const Joined *joined, const Variable *variable)
{
	ListCell *cell;

	foreach(cell, joined->parts)
		if (list_member_ptr(((JoinPart *) lfirst(cell))->variables, variable))
			return lfirst(cell);
	return NULL;
}

List *
joined_allowed(const JoinPart *part)
{
	List *allowed = NIL;
	ListCell *cell;

	foreach(cell, part->variables)
		if (((Variable *) lfirst(cell))->allowed != NULL)
			allowed = lappend(allowed, lfirst(cell));
	return allowed;
}

JoinPart *
joined_alone(const Joined *joined, List *variables, const Bitmapset *groups)
{
	const JoinPart *part = joined_find(joined, linitial(variables));

	return joined_make_part(part->joined,
							joined_home(joined, linitial(variables)), variables,
							part->depth, groups, true);
}

/* ---- SQL ---- */

typedef struct JoinPut
{
	const JoinPart *part;
	const JoinGiven *given;
	bool failed; /* a parameter is neither given nor stands for a column */
} JoinPut;

static Node *
joined_put(Node *node, void *arg)
{
	JoinPut *put = arg;
	const Joined *joined = put->part->joined;
	const Param *param;
	Node *home;
	int at;

	if (node == NULL)
		return NULL;
	if (!IsA(node, Param))
		return expression_tree_mutator(node, joined_put, arg);
	param = castNode(Param, node);
	at = param->paramid - 1;
	if (bms_is_member(param->paramid, put->given->known))
		return (Node *) operand_constant(param, put->given->args[at]);
	home = joined->homes[at];
	if (put->part->binds && joined->equal[at] &&
		bms_is_subset(pull_varnos(NULL, home), put->part->tables))
		home = coerce_to_target_type(NULL, home, exprType(home),
									 param->paramtype, -1, COERCION_EXPLICIT,
									 COERCE_EXPLICIT_CAST, -1);
	else
		home = NULL;
	put->failed = put->failed || home == NULL;
	return home == NULL ? node : home;
}

char *
joined_sql(const JoinPart *part, const JoinGiven *given, List *more,
		   int sampled, double percent)
{
	const Joined *joined = part->joined;
	List *conditions = NIL;
	List *columns = NIL;
	ListCell *cell;

	foreach(cell, part->conditions)
	{
		JoinPut put = {part, given, false};
		Node *condition =
			joined_put(((FlatCondition *) lfirst(cell))->node, &put);

		if (!put.failed)
			conditions = lappend(conditions, condition);
	}
	foreach(cell, part->variables)
	{
		const ValueVariable *variable = &((Variable *) lfirst(cell))->variable;

		for (int i = 0; i < variable->nparams; i++)
		{
			FlatColumn *column = palloc(sizeof(*column));

			column->name = psprintf("c%d", variable->params[i]);
			column->expr = joined->homes[variable->params[i] - 1];
			columns = lappend(columns, column);
		}
	}
	return psprintf("(%s) AS j",
					flat_sql(joined->flat, part->tables, conditions,
							 list_concat(columns, more), sampled, percent));
}

/* ---- queries ---- */

typedef struct JoinSelect
{
	MemoryContext context; /* that rows are allocated in */
	const char *sql;
	double most_cost;
	double cost;
	JoinRows *rows;
} JoinSelect;

static void
joined_take_rows(JoinSelect *select)
{
	MemoryContext old = MemoryContextSwitchTo(select->context);
	JoinRows *rows = palloc0(sizeof(*rows));

	rows->n = SPI_processed;
	rows->columns = SPI_tuptable->tupdesc->natts;
	rows->values = palloc(Max(rows->n * rows->columns, 1) * sizeof(char *));
	for (int i = 0; i < rows->n; i++)
		for (int j = 0; j < rows->columns; j++)
			rows->values[i * rows->columns + j] = probe_get(i, j + 1);
	select->rows = rows;
	MemoryContextSwitchTo(old);
}

static void
joined_select_inside(void *arg)
{
	JoinSelect *select = arg;

	SPI_connect();
	/* Whatever reads the rows in another order may find other ones first. */
	guc_scope_set("max_parallel_workers_per_gather", "0");
	guc_scope_set("synchronize_seqscans", "off");
	if (probe_select_below(select->sql, select->most_cost, &select->cost))
		joined_take_rows(select);
	SPI_finish();
}

JoinRows *
joined_select(Joined *joined, const char *sql, double most_cost, double *cost)
{
	JoinSelect select = {
		.context = CurrentMemoryContext, .sql = sql, .most_cost = most_cost};
	ErrorData *error;
	instr_time start;
	instr_time end;

	if (cost != NULL)
		*cost = 0;
	if (joined->ms > JOINED_MOST_MS_IN_ALL)
		return NULL;
	INSTR_TIME_SET_CURRENT(start);
	error = sandbox_run(joined_select_inside, &select,
						perfcheck_statement_timeout > 0
							? Min(perfcheck_statement_timeout, JOINED_MOST_MS)
							: JOINED_MOST_MS);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	joined->ms += INSTR_TIME_GET_MILLISEC(end);
	if (error == NULL && select.rows == NULL && cost != NULL)
		*cost = select.cost;
	return error == NULL ? select.rows : NULL;
}

/* Returns the number of the largest table that can be sampled, or 0. */
static int
joined_largest(const JoinPart *part, int kept)
{
	double most = 0;
	int largest = 0;
	int table = -1;

	while ((table = bms_next_member(part->tables, table)) >= 0)
	{
		const FlatTable *found =
			list_nth(part->joined->flat->tables, table - 1);
		double rows = relation_rows(found->rte->relid);

		if (table == kept || rows <= most ||
			!probe_can_sample(found->rte->relid))
			continue;
		most = rows;
		largest = table;
	}
	return largest;
}

JoinRows *
joined_select_bounded(const JoinPart *part, const JoinGiven *given, List *more,
					  int kept, JoinSqlFunction function, void *arg,
					  double *percent)
{
	int largest = joined_largest(part, kept);
	double cost;

	*percent = 100;
	for (int attempt = 1; attempt <= JOINED_ATTEMPTS; attempt++)
	{
		const char *from =
			joined_sql(part, given, more, attempt > 1 ? largest : 0, *percent);
		JoinRows *rows = joined_select(part->joined, function(from, arg),
									   JOINED_MOST_COST, &cost);

		if (rows != NULL || cost == 0 || largest == 0)
			return rows;
		/* A cost that does not come down with the sample needs a smaller one. */
		*percent *= Min(JOINED_MOST_COST / cost, 0.5) / attempt;
	}
	return NULL;
}

int
joined_exists(const JoinPart *part, const JoinGiven *given)
{
	JoinRows *rows = joined_select(
		part->joined,
		psprintf("SELECT FROM %s LIMIT 1", joined_sql(part, given, NIL, 0, 0)),
		0, NULL);

	return rows == NULL ? -1 : rows->n;
}
