/*-------------------------------------------------------------------------
 *
 * derive.c
 *		The values that a query is judged with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "executor/spi.h"
#include "miscadmin.h"
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
#include "query/tables.h"
#include "seed/events_table.h"
#include "work/measure.h"

/* ---- tables ---- */

static bool
derive_has_rows(Oid relid)
{
	probe_select(psprintf("SELECT EXISTS (SELECT FROM %s)",
						  events_table_sql_name(relid)));
	return strcmp(probe_get(0, 1), "t") == 0;
}

bool
derive_tables_are_empty(const ContractStatement *statement, bool any)
{
	List *tables = tables_list(statement->query);
	int empty = 0;
	ListCell *cell;

	SPI_connect();
	foreach(cell, tables)
		if (!derive_has_rows(lfirst_oid(cell)))
			empty++;
	SPI_finish();
	return any ? empty > 0 : empty > 0 && empty == list_length(tables);
}

/*
 * Plans that are made without statistics say nothing of those that the API
 * will get. A table of one page, and an empty one, are judged all the same.
 */
static void
derive_check_statistics(const ContractStatement *statement)
{
	List *tables = tables_list(statement->query);
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);
		bool has_rows;

		if (relid < FirstNormalObjectId || !column_stats_are_missing(relid) ||
			pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			continue;
		SPI_connect();
		has_rows = derive_has_rows(relid);
		SPI_finish();
		if (has_rows)
			ereport(
				ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table \"%s\" has no statistics", get_rel_name(relid)),
				errhint("Run ANALYZE %s.", events_table_sql_name(relid)));
	}
}

/* ---- choices for a variable ---- */

/* The rows of the largest table, less what the typical values leave out. */
static double
derive_rows_to_page(const ContractStatement *statement, List *variables)
{
	List *tables = tables_list(statement->query);
	double rows = 0;
	ListCell *cell;

	foreach(cell, tables)
		rows = Max(rows, plan_facts_relation_rows(lfirst_oid(cell)));
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
derive_find_choices(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;

	if (variable->is_range)
	{
		choices_range(list);
		return;
	}
	switch (variable->uses[0].kind)
	{
		case USE_EQUAL:
		case USE_DIFFERENT:
			choices_equal(list);
			break;
		case USE_LIST:
			choices_list(list);
			break;
		case USE_ANY:
			choices_any(list);
			break;
		case USE_LOWER:
		case USE_UPPER:
			choices_bound(list);
			break;
		case USE_WINDOW:
			choices_window(list);
			break;
		case USE_PATTERN:
			pattern_add(list);
			break;
		case USE_CURSOR:
			paging_add_cursor(list);
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
derive_given(List *variables, const Variable *before)
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
		condition = probe_condition(
			&lookup, ((ValueChoice *) linitial(variable->choices))->values);
		if (condition != NULL)
			appendStringInfo(&given, "%s%s", given.len > 0 ? " AND " : "",
							 condition);
	}
	return given.len > 0 ? given.data : NULL;
}

static void
derive_look_up_variable(MemoryContext context, List *variables,
						Variable *variable)
{
	const char *given = derive_given(variables, variable);
	Lookup lookup;
	ValueList list = {context, &lookup, NIL};

	CHECK_FOR_INTERRUPTS();
	probe_start(&lookup, &variable->variable);
	variable->title =
		MemoryContextStrdup(context, probe_title(&variable->variable.uses[0]));
	derive_find_choices(&list);
	if (given != NULL && variable->variable.uses[0].kind == USE_EQUAL)
		choices_agree(&list, given);
	choices_left_out(&list);
	variable->choices = list.choices;
}

static void
derive_look_up_page(MemoryContext context, Variable *variable, double rows)
{
	Lookup lookup = {.variable = &variable->variable};
	ValueList list = {context, &lookup, NIL};

	if (variable->variable.uses[0].kind == USE_LIMIT)
		paging_add_limit(&list);
	else
		paging_add_offset(&list, rows);
	variable->choices = list.choices;
}

/* perfcheck's own SQL, as it means the same in every session. */
static int
derive_enter_look_up(void)
{
	int level;

	SPI_connect();
	level = sandbox_enter_settings();
	/* To compile a query that runs once takes longer than to run it. */
	sandbox_set_local("jit", "off");
	sandbox_set_local("standard_conforming_strings", "on");
	return level;
}

static void
derive_leave_look_up(int level)
{
	sandbox_leave_settings(level);
	SPI_finish();
}

/* Looks up all choices; false when a variable has none: an empty table. */
static bool
derive_look_up(const ContractStatement *statement, List *variables)
{
	MemoryContext context = CurrentMemoryContext;
	bool found = true;
	int level = derive_enter_look_up();
	ListCell *cell;

	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);

		if (variable_is_page(variable))
			continue;
		derive_look_up_variable(context, variables, variable);
		found = found && variable->choices != NIL;
	}
	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);

		if (variable_is_page(variable))
			derive_look_up_page(context, variable,
								derive_rows_to_page(statement, variables));
	}
	derive_leave_look_up(level);
	return found;
}

/* ---- cases ---- */

static void
derive_fill(ContractCase *one, const ValueVariable *variable, char **values)
{
	for (int i = 0; i < variable->nparams; i++)
	{
		Assert(variable->params[i] >= 1 && variable->params[i] <= one->nargs);
		one->args[variable->params[i] - 1] = values[i];
	}
}

static char *
derive_label(const Variable *variable, const ValueChoice *choice)
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
derive_make(List *variables, int nparams, const Variable *varied,
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

		derive_fill(one, &variable->variable, taken->values);
		one->share =
			one->share < 0 || taken->share < 0 ? -1 : one->share * taken->share;
		if (list_length(variables) == 1 || variable == varied)
			one->label = derive_label(variable, taken);
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
derive_same_args(const ContractCase *a, const ContractCase *b)
{
	for (int i = 0; i < a->nargs; i++)
		if ((a->args[i] == NULL) != (b->args[i] == NULL) ||
			(a->args[i] != NULL && strcmp(a->args[i], b->args[i]) != 0))
			return false;
	return true;
}

/* Few rows give the same value as common and as rare: one case is enough. */
static List *
derive_add_distinct(List *cases, ContractCase *one)
{
	ListCell *cell;

	foreach(cell, cases)
		if (derive_same_args(lfirst(cell), one))
			return cases;
	return lappend(cases, one);
}

static List *
derive_derive(const ContractQuery *query, const ContractStatement *statement)
{
	List *variables = variable_read(query, statement);
	List *cases = NIL;
	ListCell *outer;
	ListCell *inner;

	if (!derive_look_up(statement, variables))
		return NIL;
	cases = list_make1(derive_make(variables, statement->nparams, NULL, NULL));
	foreach(outer, variables)
	{
		Variable *variable = lfirst(outer);

		for_each_from(inner, variable->choices, 1)
			cases = derive_add_distinct(
				cases, derive_make(variables, statement->nparams, variable,
								   lfirst(inner)));
	}
	return cases;
}

static void
derive_check_count(const ContractQuery *query,
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
derive_derive_inside(void *arg)
{
	DeriveContext *context = arg;

	context->cases = derive_derive(context->query, context->statement);
}

/*
 * The derived cases. An expression of the query may fail on a row, or need
 * another search_path: that hides no added case.
 */
static List *
derive_derive_or(const ContractQuery *query, const ContractStatement *statement,
				 bool may_fail)
{
	DeriveContext context = {.query = query, .statement = statement};
	ErrorData *error = sandbox_run(derive_derive_inside, &context, 0);

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
derive_read(const ContractQuery *query, const ContractStatement *statement)
{
	List *added = contract_read_cases(query->name);
	ListCell *cell;

	foreach(cell, added)
		derive_check_count(query, statement, lfirst(cell));
	derive_check_statistics(statement);
	if (added != NIL && !variable_can_derive(statement))
		return added;
	return list_concat(derive_derive_or(query, statement, added != NIL), added);
}

typedef struct CasesContext
{
	const ContractQuery *query;
	List *cases;
} CasesContext;

static void
derive_list_inside(void *arg)
{
	CasesContext *context = arg;
	ContractStatement *statement = contract_analyze(context->query);

	sandbox_enter_search_path(context->query->search_path);
	context->cases = derive_read(context->query, statement);
}

List *
derive_list(const ContractQuery *query)
{
	CasesContext context = {.query = query};
	ErrorData *error = sandbox_run(derive_list_inside, &context, 0);

	if (error != NULL)
		ReThrowError(error);
	return context.cases;
}

void
derive_check_added(const ContractQuery *query, const ContractCase *added)
{
	ContractStatement *statement = contract_analyze(query);

	derive_check_count(query, statement, added);
	(void) measure_params(statement, added);
}

/* ---- draws ---- */

static List *
derive_draw_variable(MemoryContext context, Variable *variable, int count)
{
	Lookup lookup;

	CHECK_FOR_INTERRUPTS();
	if (variable_is_page(variable))
	{
		const ValueChoice *typical;

		derive_look_up_page(context, variable, 0);
		typical = linitial(variable->choices);
		return list_make1(typical->values);
	}
	probe_start(&lookup, &variable->variable);
	return sample_read(context, &lookup, count);
}

/* Case number i of those that are drawn; NULL where a variable has no value. */
static ContractCase *
derive_make_drawn(List *variables, int nparams, int i)
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
		derive_fill(
			one, &variable->variable,
			list_nth(variable->draws,
					 (i + i / draws * foreach_current_index(cell)) % draws));
	}
	return one;
}

static List *
derive_draw_from_rows(const ContractQuery *query,
					  const ContractStatement *statement, int count)
{
	MemoryContext context = CurrentMemoryContext;
	List *variables = variable_read(query, statement);
	List *cases = NIL;
	ListCell *cell;
	int level = derive_enter_look_up();

	foreach(cell, variables)
	{
		Variable *variable = lfirst(cell);
		List *draws = derive_draw_variable(context, variable, count);
		MemoryContext old = MemoryContextSwitchTo(context);

		variable->draws = list_copy(draws);
		MemoryContextSwitchTo(old);
	}
	derive_leave_look_up(level);

	for (int i = 0; i < count; i++)
	{
		ContractCase *one = derive_make_drawn(variables, statement->nparams, i);

		if (one == NULL)
			return NIL;
		cases = lappend(cases, one);
	}
	return cases;
}

static void
derive_draw_inside(void *arg)
{
	DeriveContext *context = arg;

	context->cases = derive_draw_from_rows(context->query, context->statement,
										   context->count);
}

List *
derive_draw(const ContractQuery *query, const ContractStatement *statement,
			int count)
{
	DeriveContext context = {
		.query = query, .statement = statement, .count = count};

	/* What fails has failed in derive_read(), and was let pass there. */
	if (!variable_can_derive(statement) ||
		sandbox_run(derive_draw_inside, &context, 0) != NULL)
		return NIL;
	return context.cases;
}
