/*-------------------------------------------------------------------------
 *
 * derive.c
 *		The values that a query is judged with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "cases/choices.h"
#include "cases/column_stats.h"
#include "cases/derive.h"
#include "cases/paging.h"
#include "cases/pattern.h"
#include "cases/sample.h"
#include "cases/variable.h"
#include "plan/plan_facts.h"
#include "query/param_uses.h"
#include "seed/events_table.h"
#include "work/measure.h"

/* ---- tables ---- */

static bool
cases_collect_tables(Node *node, void *arg)
{
	List **tables = arg;

	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *rte = castNode(RangeTblEntry, node);

		if (rte->rtekind == RTE_RELATION && rte->relkind != RELKIND_VIEW)
			*tables = list_append_unique_oid(*tables, rte->relid);
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), cases_collect_tables,
								 arg, QTW_EXAMINE_RTES_BEFORE);
	return expression_tree_walker(node, cases_collect_tables, arg);
}

static List *
cases_tables(const ContractStatement *statement)
{
	List *tables = NIL;

	cases_collect_tables((Node *) statement->query, &tables);
	return tables;
}

static bool
cases_has_rows(Oid relid)
{
	lookup_select(
		psprintf("SELECT EXISTS (SELECT FROM %s)", target_sql_name(relid)));
	return strcmp(lookup_get(0, 1), "t") == 0;
}

bool
cases_tables_are_empty(const ContractStatement *statement, bool any)
{
	List *tables = cases_tables(statement);
	int empty = 0;
	ListCell *cell;

	SPI_connect();
	foreach(cell, tables)
		if (!cases_has_rows(lfirst_oid(cell)))
			empty++;
	SPI_finish();
	return any ? empty > 0 : empty > 0 && empty == list_length(tables);
}

/*
 * Plans that are made without statistics say nothing of those that the API
 * will get. A table of one page, and an empty one, are judged all the same.
 */
static void
cases_check_statistics(const ContractStatement *statement)
{
	List *tables = cases_tables(statement);
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);
		bool has_rows;

		if (relid < FirstNormalObjectId || !statistics_are_missing(relid) ||
			pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			continue;
		SPI_connect();
		has_rows = cases_has_rows(relid);
		SPI_finish();
		if (has_rows)
			ereport(
				ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table \"%s\" has no statistics", get_rel_name(relid)),
				errhint("Run ANALYZE %s.", target_sql_name(relid)));
	}
}

/* ---- choices for a variable ---- */

/* The rows of the largest table, less what the typical values leave out. */
static double
cases_rows_to_page(const ContractStatement *statement, List *variables)
{
	List *tables = cases_tables(statement);
	double rows = 0;
	ListCell *cell;

	foreach(cell, tables)
		rows = Max(rows, plan_relation_rows(lfirst_oid(cell)));
	foreach(cell, variables)
	{
		const Variable *variable = lfirst(cell);
		const ValueChoice *typical;

		if (variable->choices == NIL)
			continue;
		typical = linitial(variable->choices);
		if (typical->share > 0)
			rows *= typical->share;
	}
	return rows;
}

static void
cases_find_choices(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;

	if (variable->is_range)
	{
		values_range(list);
		return;
	}
	switch (variable->uses[0].kind)
	{
		case USE_EQUAL:
		case USE_DIFFERENT:
			values_equal(list);
			break;
		case USE_LIST:
			values_list(list);
			break;
		case USE_ANY:
			values_any(list);
			break;
		case USE_LOWER:
		case USE_UPPER:
			values_bound(list);
			break;
		case USE_WINDOW:
			values_window(list);
			break;
		case USE_PATTERN:
			patterns_add(list);
			break;
		case USE_CURSOR:
			pages_add_cursor(list);
			break;
		case USE_LIMIT:
		case USE_OFFSET:
		case USE_NONE:
			break;
	}
}

/*
 * The typical values of the variables before this one that are compared with
 * the same table by equality, as a condition; NULL where there are none.
 */
static const char *
cases_given(List *variables, const Variable *before)
{
	StringInfoData given;
	ListCell *cell;

	initStringInfo(&given);
	foreach(cell, variables)
	{
		const Variable *variable = lfirst(cell);
		const ParamUse *use = &variable->variable.uses[0];
		const Lookup lookup = {.variable = &variable->variable};
		const char *condition;

		if (variable == before)
			break;
		if (use->kind != USE_EQUAL || variable->choices == NIL ||
			use->relid != before->variable.uses[0].relid)
			continue;
		condition = lookup_condition(
			&lookup, ((ValueChoice *) linitial(variable->choices))->values);
		if (condition != NULL)
			appendStringInfo(&given, "%s%s", given.len > 0 ? " AND " : "",
							 condition);
	}
	return given.len > 0 ? given.data : NULL;
}

static void
cases_look_up_variable(MemoryContext context, List *variables,
					   Variable *variable)
{
	const char *given = cases_given(variables, variable);
	Lookup lookup;
	ValueList list = {context, &lookup, NIL};

	CHECK_FOR_INTERRUPTS();
	lookup_start(&lookup, &variable->variable);
	variable->title =
		MemoryContextStrdup(context, lookup_title(&variable->variable.uses[0]));
	cases_find_choices(&list);
	if (given != NULL && variable->variable.uses[0].kind == USE_EQUAL)
		values_agree(&list, given);
	values_left_out(&list);
	variable->choices = list.choices;
}

static void
cases_look_up_page(MemoryContext context, Variable *variable, double rows)
{
	Lookup lookup = {.variable = &variable->variable};
	ValueList list = {context, &lookup, NIL};

	if (variable->variable.uses[0].kind == USE_LIMIT)
		pages_add_limit(&list);
	else
		pages_add_offset(&list, rows);
	variable->choices = list.choices;
}

/* perfcheck's own SQL, as it means the same in every session. */
static int
cases_enter_look_up(void)
{
	int level;

	SPI_connect();
	level = guard_enter_settings();
	/* To compile a query that runs once takes longer than to run it. */
	guard_set_local("jit", "off");
	guard_set_local("standard_conforming_strings", "on");
	return level;
}

static void
cases_leave_look_up(int level)
{
	guard_leave_settings(level);
	SPI_finish();
}

/* Looks up all choices; false when a variable has none: an empty table. */
static bool
cases_look_up(const ContractStatement *statement, List *variables)
{
	MemoryContext context = CurrentMemoryContext;
	bool found = true;
	int level = cases_enter_look_up();
	ListCell *cell;

	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);

		if (variables_is_page(variable))
			continue;
		cases_look_up_variable(context, variables, variable);
		found = found && variable->choices != NIL;
	}
	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);

		if (variables_is_page(variable))
			cases_look_up_page(context, variable,
							   cases_rows_to_page(statement, variables));
	}
	cases_leave_look_up(level);
	return found;
}

/* ---- cases ---- */

static void
cases_fill(ContractCase *one, const ValueVariable *variable, char **values)
{
	for (int i = 0; i < variable->nparams; i++)
	{
		Assert(variable->params[i] >= 1 && variable->params[i] <= one->nargs);
		one->args[variable->params[i] - 1] = values[i];
	}
}

static char *
cases_label(const Variable *variable, const ValueChoice *choice)
{
	switch (variable->variable.uses[0].kind)
	{
		case USE_CURSOR:
			return pstrdup(choice->kind);
		case USE_LIMIT:
			return psprintf("limit %s", choice->kind);
		case USE_OFFSET:
			return psprintf("offset %s", choice->kind);
		default:
			return psprintf("%s %s", variable->title, choice->kind);
	}
}

/* All variables typical but varied, which gets choice (NULL: all typical). */
static ContractCase *
cases_make(List *variables, int nparams, const Variable *varied,
		   const ValueChoice *choice)
{
	ContractCase *one = palloc0(sizeof(*one));
	ListCell *cell;

	one->nargs = nparams;
	one->args = palloc0(Max(nparams, 1) * sizeof(char *));
	one->required = true;
	one->weighs = true;
	one->share = 1;
	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);
		const ValueChoice *taken =
			variable == varied ? choice : linitial(variable->choices);

		cases_fill(one, &variable->variable, taken->values);
		one->share =
			one->share < 0 || taken->share < 0 ? -1 : one->share * taken->share;
		if (list_length(variables) == 1 || variable == varied)
			one->label = cases_label(variable, taken);
	}
	if (one->label == NULL)
		one->label = pstrdup(nparams == 0 ? "no values" : "typical");
	if (choice == NULL)
		return one;

	one->required = choice->required;
	one->weighs = choice->weighs;
	one->known_limit = choice->known_limit;
	one->known_limit_reason = choice->known_limit_reason;
	return one;
}

static bool
cases_same_args(const ContractCase *a, const ContractCase *b)
{
	for (int i = 0; i < a->nargs; i++)
		if ((a->args[i] == NULL) != (b->args[i] == NULL) ||
			(a->args[i] != NULL && strcmp(a->args[i], b->args[i]) != 0))
			return false;
	return true;
}

/* Few rows give the same value as common and as rare: one case is enough. */
static List *
cases_add_distinct(List *cases, ContractCase *one)
{
	ListCell *cell;

	foreach(cell, cases)
		if (cases_same_args(lfirst(cell), one))
			return cases;
	return lappend(cases, one);
}

static List *
cases_derive(const ContractQuery *query, const ContractStatement *statement)
{
	List *variables = variables_read(query, statement);
	List *cases = NIL;
	ListCell *outer;
	ListCell *inner;

	if (!cases_look_up(statement, variables))
		return NIL;
	cases = list_make1(cases_make(variables, statement->nparams, NULL, NULL));
	foreach(outer, variables)
	{
		Variable *variable = lfirst(outer);

		for_each_from(inner, variable->choices, 1)
			cases = cases_add_distinct(cases,
									   cases_make(variables, statement->nparams,
												  variable, lfirst(inner)));
	}
	return cases;
}

static void
cases_check_count(const ContractQuery *query,
				  const ContractStatement *statement, const ContractCase *one)
{
	if (one->nargs != statement->nparams)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("case \"%s\" has values: %d, query \"%s\" takes: %d",
					   one->label, one->nargs, query->name, statement->nparams),
				errhint("Give a value for each parameter, $1 first; NULL is "
						"one."));
}

typedef struct DeriveContext
{
	const ContractQuery *query;
	const ContractStatement *statement;
	int count; /* of draws */
	List *cases;
} DeriveContext;

static void
cases_derive_inside(void *arg)
{
	DeriveContext *context = arg;

	context->cases = cases_derive(context->query, context->statement);
}

/*
 * The derived cases. An expression of the query may fail on a row, or need
 * another search_path: that hides no added case.
 */
static List *
cases_derive_or(const ContractQuery *query, const ContractStatement *statement,
				bool may_fail)
{
	DeriveContext context = {.query = query, .statement = statement};
	ErrorData *error = guard_run(cases_derive_inside, &context, 0);

	if (error != NULL && !may_fail)
	{
		if (error->hint == NULL ||
			strstr(error->hint, "perfcheck_add_case") == NULL)
			error->hint =
				pstrdup("It arose while values were looked up: add cases with "
						"perfcheck_add_case(), or disable the query.");
		ReThrowError(error);
	}
	return error == NULL ? context.cases : NIL;
}

List *
cases_read(const ContractQuery *query, const ContractStatement *statement)
{
	List *added = contract_read_cases(query->name);
	ListCell *cell;

	foreach(cell, added)
		cases_check_count(query, statement, lfirst(cell));
	cases_check_statistics(statement);
	if (added != NIL && !variables_can_derive(statement))
		return added;
	return list_concat(cases_derive_or(query, statement, added != NIL), added);
}

typedef struct CasesContext
{
	const ContractQuery *query;
	List *cases;
} CasesContext;

static void
cases_list_inside(void *arg)
{
	CasesContext *context = arg;
	ContractStatement *statement = contract_analyze(context->query);

	guard_enter_search_path(context->query->search_path);
	context->cases = cases_read(context->query, statement);
}

List *
cases_list(const ContractQuery *query)
{
	CasesContext context = {.query = query};
	ErrorData *error = guard_run(cases_list_inside, &context, 0);

	if (error != NULL)
		ReThrowError(error);
	return context.cases;
}

void
cases_check_added(const ContractQuery *query, const ContractCase *added)
{
	ContractStatement *statement = contract_analyze(query);

	cases_check_count(query, statement, added);
	(void) work_params(statement, added);
}

/* ---- draws ---- */

static List *
cases_draw_variable(MemoryContext context, Variable *variable, int count)
{
	Lookup lookup;

	CHECK_FOR_INTERRUPTS();
	if (variables_is_page(variable))
	{
		const ValueChoice *typical;

		cases_look_up_page(context, variable, 0);
		typical = linitial(variable->choices);
		return list_make1(typical->values);
	}
	lookup_start(&lookup, &variable->variable);
	return draws_read(context, &lookup, count);
}

/* Case number i of those that are drawn; NULL where a variable has no value. */
static ContractCase *
cases_make_drawn(List *variables, int nparams, int i)
{
	ContractCase *one = palloc0(sizeof(*one));
	ListCell *cell;

	one->label = "drawn";
	one->nargs = nparams;
	one->args = palloc0(Max(nparams, 1) * sizeof(char *));
	one->required = true;
	one->share = -1;
	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);
		int draws = list_length(variable->draws);

		if (draws == 0)
			return NULL;
		/* Another step for each variable, so that pairs vary too. */
		cases_fill(
			one, &variable->variable,
			list_nth(variable->draws,
					 (i + i / draws * foreach_current_index(cell)) % draws));
	}
	return one;
}

static List *
cases_draw_from_rows(const ContractQuery *query,
					 const ContractStatement *statement, int count)
{
	MemoryContext context = CurrentMemoryContext;
	List *variables = variables_read(query, statement);
	List *cases = NIL;
	ListCell *cell;
	int level = cases_enter_look_up();

	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);
		List *draws = cases_draw_variable(context, variable, count);
		MemoryContext old = MemoryContextSwitchTo(context);

		variable->draws = list_copy(draws);
		MemoryContextSwitchTo(old);
	}
	cases_leave_look_up(level);

	for (int i = 0; i < count; i++)
	{
		ContractCase *one = cases_make_drawn(variables, statement->nparams, i);

		if (one == NULL)
			return NIL;
		cases = lappend(cases, one);
	}
	return cases;
}

static void
cases_draw_inside(void *arg)
{
	DeriveContext *context = arg;

	context->cases = cases_draw_from_rows(context->query, context->statement,
										  context->count);
}

List *
cases_draw(const ContractQuery *query, const ContractStatement *statement,
		   int count)
{
	DeriveContext context = {
		.query = query, .statement = statement, .count = count};

	/* What fails has failed in cases_read(), and was let pass there. */
	if (!variables_can_derive(statement) ||
		guard_run(cases_draw_inside, &context, 0) != NULL)
		return NIL;
	return context.cases;
}
