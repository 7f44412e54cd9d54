/*-------------------------------------------------------------------------
 *
 * cases.c
 *		The values that a query is judged with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "cases.h"
#include "guard.h"
#include "uses.h"
#include "values.h"
#include "work.h"

/* A page as the API asks for it: 20 rows, and one to know of the next page. */
#define CASES_LIMIT "21"

/* Parameters that vary together: one comparison, a range, or a cursor. */
typedef struct CaseVariable
{
	char *column;
	int nparams;
	int params[INDEX_MAX_KEYS];
	ParamUse uses[INDEX_MAX_KEYS];
	bool is_range; /* params: the lower bound, the upper one */
	List *choices;
} CaseVariable;

/* ---- from uses to variables ---- */

static CaseVariable *
cases_find_cursor(List *variables, int cursor)
{
	ListCell *cell;

	foreach(cell, variables)
	{
		CaseVariable *variable = lfirst(cell);

		if (variable->uses[0].kind == USE_CURSOR &&
			variable->uses[0].cursor == cursor)
			return variable;
	}
	return NULL;
}

/* The other bound of the same column, not yet part of a range. */
static CaseVariable *
cases_find_other_bound(List *variables, const ParamUse *use)
{
	ListCell *cell;

	if (use->kind != USE_LOWER && use->kind != USE_UPPER)
		return NULL;
	foreach(cell, variables)
	{
		CaseVariable *variable = lfirst(cell);
		const ParamUse *other = &variable->uses[0];

		if (!variable->is_range && other->relid == use->relid &&
			other->attnum == use->attnum && other->kind != use->kind &&
			(other->kind == USE_LOWER || other->kind == USE_UPPER))
			return variable;
	}
	return NULL;
}

static void
cases_put(CaseVariable *variable, int place, int param, const ParamUse *use)
{
	variable->params[place] = param;
	variable->uses[place] = *use;
	variable->nparams = Max(variable->nparams, place + 1);
}

static List *
cases_add_variable(List *variables, int param, const ParamUse *use)
{
	CaseVariable *variable = NULL;

	if (use->kind == USE_CURSOR)
		variable = cases_find_cursor(variables, use->cursor);
	if (variable != NULL)
	{
		cases_put(variable, use->position, param, use);
		return variables;
	}
	variable = cases_find_other_bound(variables, use);
	if (variable != NULL)
	{
		int other = variable->params[0];
		ParamUse other_use = variable->uses[0];
		bool lower = use->kind == USE_LOWER;

		variable->is_range = true;
		cases_put(variable, lower ? 0 : 1, param, use);
		cases_put(variable, lower ? 1 : 0, other, &other_use);
		return variables;
	}
	variable = palloc0(sizeof(*variable));
	variable->uses[0] = *use;
	if (OidIsValid(use->relid))
		variable->column = get_attname(use->relid, use->attnum, false);
	cases_put(variable, use->kind == USE_CURSOR ? use->position : 0, param,
			  use);
	return lappend(variables, variable);
}

static List *
cases_variables(const ContractQuery *query, const ContractStatement *statement)
{
	ParamUse *uses = uses_find(statement->query, statement->nparams);
	List *variables = NIL;

	for (int i = 0; i < statement->nparams; i++)
	{
		if (uses[i].kind == USE_NONE)
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("no value can be derived for parameter $%d of "
						   "query \"%s\"",
						   i + 1, query->name),
					errdetail("It is not compared with a column of a table "
							  "in a way that perfcheck knows."),
					errhint("Add cases with perfcheck_add_case(), or disable "
							"the query."));
		variables = cases_add_variable(variables, i + 1, &uses[i]);
	}
	return variables;
}

/* ---- choices for a variable ---- */

static List *
cases_constant(MemoryContext context, const char *value)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	ValueChoice *choice = palloc0(sizeof(*choice));
	List *choices;

	choice->kind = "page";
	choice->required = true;
	choice->values = palloc(sizeof(char *));
	choice->values[0] = pstrdup(value);
	choices = list_make1(choice);
	MemoryContextSwitchTo(old);
	return choices;
}

static List *
cases_choices(MemoryContext context, const CaseVariable *variable)
{
	const ParamUse *use = &variable->uses[0];

	if (variable->is_range)
		return values_range(context, use);
	switch (use->kind)
	{
		case USE_EQUAL:
			return values_equal(context, use);
		case USE_LOWER:
		case USE_UPPER:
			return values_bound(context, use);
		case USE_PATTERN:
			return values_pattern(context, use);
		case USE_CURSOR:
			return values_cursor(context, variable->uses, variable->nparams);
		case USE_LIMIT:
			return cases_constant(context, CASES_LIMIT);
		case USE_OFFSET:
			return cases_constant(context, "0");
		case USE_NONE:
			break;
	}
	return NIL;
}

/* Looks up all choices; false when a variable has none: an empty table. */
static bool
cases_look_up(List *variables)
{
	MemoryContext context = CurrentMemoryContext;
	bool found = true;
	int level;
	ListCell *cell;

	SPI_connect();
	level = guard_enter_settings();
	foreach(cell, variables)
	{
		CaseVariable *variable = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		variable->choices = cases_choices(context, variable);
		found = found && variable->choices != NIL;
	}
	guard_leave_settings(level);
	SPI_finish();
	return found;
}

/* ---- cases ---- */

static void
cases_fill(ContractCase *one, const CaseVariable *variable, char **values)
{
	for (int i = 0; i < variable->nparams; i++)
	{
		Assert(variable->params[i] >= 1 && variable->params[i] <= one->nargs);
		one->args[variable->params[i] - 1] = values[i];
	}
}

static char *
cases_label(const CaseVariable *variable, const ValueChoice *choice)
{
	if (variable->uses[0].kind == USE_CURSOR || variable->column == NULL)
		return pstrdup(choice->kind);
	return psprintf("%s %s", variable->column, choice->kind);
}

/* All variables typical but varied, which gets choice (NULL: all typical). */
static ContractCase *
cases_make(List *variables, int nparams, const CaseVariable *varied,
		   const ValueChoice *choice)
{
	ContractCase *one = palloc0(sizeof(*one));
	ListCell *cell;

	one->nargs = nparams;
	one->args = palloc0(Max(nparams, 1) * sizeof(char *));
	one->required = true;
	foreach(cell, variables)
	{
		CaseVariable *variable = lfirst(cell);
		const ValueChoice *typical = linitial(variable->choices);

		cases_fill(one, variable, typical->values);
		if (list_length(variables) == 1)
			one->label = cases_label(variable, typical);
	}
	if (one->label == NULL)
		one->label = pstrdup(nparams == 0 ? "no values" : "typical");
	if (choice == NULL)
		return one;

	cases_fill(one, varied, choice->values);
	one->required = choice->required;
	one->known_limit = choice->known_limit;
	one->known_limit_reason = choice->known_limit_reason;
	one->label = cases_label(varied, choice);
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
	List *variables = cases_variables(query, statement);
	List *cases = NIL;
	ListCell *outer;
	ListCell *inner;

	if (!cases_look_up(variables))
		return NIL;
	cases = list_make1(cases_make(variables, statement->nparams, NULL, NULL));
	foreach(outer, variables)
	{
		CaseVariable *variable = lfirst(outer);

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

/* Whether perfcheck knows what each parameter is compared with. */
static bool
cases_can_derive(const ContractStatement *statement)
{
	ParamUse *uses = uses_find(statement->query, statement->nparams);

	for (int i = 0; i < statement->nparams; i++)
		if (uses[i].kind == USE_NONE)
			return false;
	return true;
}

List *
cases_read(const ContractQuery *query, const ContractStatement *statement)
{
	List *added = contract_read_cases(query->name);
	ListCell *cell;

	foreach(cell, added)
		cases_check_count(query, statement, lfirst(cell));
	if (added != NIL && !cases_can_derive(statement))
		return added;
	return list_concat(cases_derive(query, statement), added);
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

/* ---- empty tables ---- */

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

bool
cases_tables_are_empty(const ContractStatement *statement, bool any)
{
	List *tables = NIL;
	int empty = 0;
	ListCell *cell;

	cases_collect_tables((Node *) statement->query, &tables);
	SPI_connect();
	foreach(cell, tables)
		if (!values_has_rows(lfirst_oid(cell)))
			empty++;
	SPI_finish();
	return any ? empty > 0 : empty > 0 && empty == list_length(tables);
}

/* ---- draws ---- */

static List *
cases_draw_variable(MemoryContext context, const CaseVariable *variable,
					int count)
{
	UseKind kind = variable->uses[0].kind;

	if (kind == USE_LIMIT || kind == USE_OFFSET)
	{
		ValueChoice *choice = linitial(cases_choices(context, variable));

		return list_make1(choice->values);
	}
	return values_draw(context, variable->uses,
					   variable->is_range ? 1 : variable->nparams,
					   variable->is_range, count);
}

List *
cases_draw(const ContractQuery *query, const ContractStatement *statement,
		   int count)
{
	MemoryContext context = CurrentMemoryContext;
	List *variables;
	List *cases = NIL;
	ListCell *cell;
	int level;

	if (!cases_can_derive(statement))
		return NIL;
	variables = cases_variables(query, statement);
	SPI_connect();
	level = guard_enter_settings();
	foreach(cell, variables)
	{
		CaseVariable *variable = lfirst(cell);
		List *draws;

		CHECK_FOR_INTERRUPTS();
		draws = cases_draw_variable(context, variable, count);
		MemoryContextSwitchTo(context);
		variable->choices = list_copy(draws);
	}
	guard_leave_settings(level);
	SPI_finish();

	for (int i = 0; i < count; i++)
	{
		ContractCase *one = palloc0(sizeof(*one));

		one->label = "drawn";
		one->nargs = statement->nparams;
		one->args = palloc0(Max(statement->nparams, 1) * sizeof(char *));
		one->required = true;
		foreach(cell, variables)
		{
			CaseVariable *variable = lfirst(cell);
			int draws = list_length(variable->choices);

			if (draws == 0)
				return NIL;
			/* Another step for each variable, so that pairs vary too. */
			cases_fill(one, variable,
					   list_nth(variable->choices,
								(i + i / draws * foreach_current_index(cell)) %
									draws));
		}
		cases = lappend(cases, one);
	}
	return cases;
}
