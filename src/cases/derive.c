/*-------------------------------------------------------------------------
 *
 * derive.c
 *		Derives the cases of a query from the rows of its tables.
 *
 * The parameters are grouped into variables (variable.c), and each variable
 * gets a list of choices, the typical one first (look_up.c). The first
 * case takes the typical choice of every variable; each further case replaces
 * one of them, so that the number of cases grows with the sum of the choices,
 * not with their product (compose.c). All this runs in a sandbox of its own, so
 * that an error while values are looked up does not hide the cases that were
 * added. Settings that vary are put around it by settings_cases.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "access/transam.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"

#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/choices.h"
#include "cases/column_stats.h"
#include "cases/compose.h"
#include "cases/derive.h"
#include "cases/joined.h"
#include "cases/look_up.h"
#include "cases/paging.h"
#include "cases/reach.h"
#include "cases/settings_cases.h"
#include "cases/variable.h"
#include "contract/contract.h"
#include "contract/contract_cases.h"
#include "contract/contract_query.h"
#include "contract/permissions.h"
#include "contract/statement.h"
#include "query/operand.h"
#include "query/param_uses.h"
#include "query/tables.h"

/* Looking up the values of a query may take as long as this many cases of it. */
#define DERIVE_MOST_CASES 10

/* ---- tables ---- */

/* Row security may hide all rows from the user that the query runs as. */
static bool
derive_has_rows(Oid relid)
{
	if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return relation_looks_filled(relid);
	probe_select(
		psprintf("SELECT EXISTS (SELECT FROM %s)", relation_sql_name(relid)));
	return strcmp(probe_get(0, 1), "t") == 0;
}

/* May the current user read a column of the table? */
static bool
derive_may_read(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		   pg_attribute_aclcheck_all(relid, GetUserId(), ACL_SELECT,
									 ACLMASK_ANY) == ACLCHECK_OK;
}

List *
derive_empty_tables(const ContractStatement *statement)
{
	MemoryContext context = CurrentMemoryContext;
	List *tables = tables_list(statement->query);
	List *empty = NIL;
	int level = probe_open();
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);
		MemoryContext old;

		if (get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE ||
			!derive_may_read(relid) || derive_has_rows(relid))
			continue;
		old = MemoryContextSwitchTo(context);
		empty = lappend_oid(empty, relid);
		MemoryContextSwitchTo(old);
	}
	probe_close(level);
	return empty;
}

char *
derive_why_none(const ContractStatement *statement)
{
	List *empty = derive_empty_tables(statement);

	if (empty != NIL)
		return psprintf("no rows in %s", relation_names(empty));
	return pstrdup("no value can be derived from the rows (hint: Add cases "
				   "with perfcheck_add_case().)");
}

/*
 * Raises an error for a table without statistics, because its plans tell
 * nothing about those that the API will get. A table of one page or without
 * rows may lack them: they would not change its plans.
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
		int level;

		if (relid < FirstNormalObjectId || !column_stats_are_missing(relid) ||
			pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
			continue;
		level = probe_open();
		has_rows = derive_has_rows(relid);
		probe_close(level);
		if (has_rows)
			ereport(
				ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table \"%s\" has no statistics", get_rel_name(relid)),
				errhint("Run ANALYZE %s.", relation_sql_name(relid)));
	}
}

/* ---- choices for a variable ---- */

/* Returns the rows of the largest table that the typical values select. */
static double
derive_rows_to_page(const ContractStatement *statement, List *variables)
{
	List *tables = tables_list(statement->query);
	double rows = 0;
	ListCell *cell;

	foreach(cell, tables)
		rows = Max(rows, relation_rows(lfirst_oid(cell)));
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

static const char *
derive_title(MemoryContext context, const Variable *variable)
{
	const ParamUse *use = &variable->variable.uses[0];

	switch (use->kind)
	{
		case USE_CURSOR:
			if (variable->allowed == NULL)
				return NULL;
			break;
		case USE_LIMIT:
			return "limit";
		case USE_OFFSET:
			return "offset";
		default:
			break;
	}
	return MemoryContextStrdup(
		context, probe_has_rows(use)
					 ? probe_title(use)
					 : psprintf("$%d", variable->variable.params[0]));
}

static void
derive_look_up_variable(MemoryContext context, const Joined *joined,
						const OperandValues *known, Variable *variable)
{
	const ParamUse *use = &variable->variable.uses[0];
	Lookup lookup;
	ValueList list = {.context = context, .lookup = &lookup};

	CHECK_FOR_INTERRUPTS();
	if (probe_has_rows(use))
		probe_start_known(&lookup, &variable->variable, known);
	else
		lookup = (Lookup){.variable = &variable->variable};
	variable->title = derive_title(context, variable);
	if (variable->allowed != NULL)
	{
		choices_allowed(&list, variable->allowed->values,
						variable->allowed->nvalues);
		variable->choices = list.choices;
		return;
	}
	list.reached = reach_read(joined, variable, &lookup);
	look_up_choices(&list);
	choices_left_out(&list);
	variable->choices = list.choices;
}

/*
 * Gives a variable any value if its table is empty, and others are not: these may
 * be read whole all the same.
 */
static void
derive_take_any(MemoryContext context, const ContractStatement *statement,
				Variable *variable)
{
	List *empty = derive_empty_tables(statement);
	Lookup lookup = {.variable = &variable->variable};
	ValueList list = {.context = context, .lookup = &lookup};

	if (!list_member_oid(empty, variable->variable.uses[0].relid) ||
		list_length(empty) == list_length(tables_list(statement->query)))
		return;
	choices_of_type(&list);
	variable->choices = list.choices;
}

static void
derive_look_up_page(Composition *composition, Variable *variable)
{
	Lookup lookup = {.variable = &variable->variable};
	ValueList list = {.context = composition->context, .lookup = &lookup};

	variable->title = derive_title(composition->context, variable);
	if (variable->allowed != NULL)
		choices_allowed(&list, variable->allowed->values,
						variable->allowed->nvalues);
	else
		paging_add_number(&list, derive_rows_to_page(composition->statement,
													 composition->variables));
	variable->choices = list.choices;
	compose_put_typical(composition, variable);
}

/* Returns the typical values of the widths, or of all that are compared. */
static OperandValues
derive_known(const Composition *composition, bool widths)
{
	int nparams = Max(composition->statement->nparams, 1);
	int *params = palloc(nparams * sizeof(int));
	char **texts = palloc(nparams * sizeof(char *));
	OperandValues known = {0, params, texts};
	ListCell *cell;

	foreach(cell, composition->variables)
	{
		const Variable *variable = lfirst(cell);
		const ValueVariable *values = &variable->variable;

		if (variable->choices == NIL || variable_is_late(variable) ||
			(widths && values->uses[0].kind != USE_WIDTH))
			continue;
		for (int i = 0; i < values->nparams; i++)
		{
			params[known.n] = values->params[i];
			texts[known.n++] =
				((ValueChoice *) linitial(variable->choices))->values[i];
		}
	}
	return known;
}

/*
 * Looks up all choices; returns false if a variable has none (no rows). Widths of
 * ranges come first, because the conditions of columns need them; what the query
 * itself computes comes when the values of all columns are known.
 */
static bool
derive_look_up(Composition *composition)
{
	OperandValues known = {0};
	bool found = true;
	ListCell *cell;

	for (int turn = 0; turn < 2; turn++)
	{
		foreach(cell, composition->variables)
		{
			Variable *variable = lfirst(cell);
			bool width = variable->variable.uses[0].kind == USE_WIDTH;

			if (variable_is_late(variable) || width != (turn == 0))
				continue;
			derive_look_up_variable(composition->context, composition->joined,
									&known, variable);
			if (variable->choices == NIL)
				derive_take_any(composition->context, composition->statement,
								variable);
			found = found && variable->choices != NIL;
		}
		known = derive_known(composition, true);
	}
	if (!found)
		return false;
	compose_agree(composition);
	known = derive_known(composition, false);
	foreach(cell, composition->variables)
	{
		Variable *variable = lfirst(cell);

		if (variable_is_page(variable))
			derive_look_up_page(composition, variable);
		else if (variable_is_late(variable))
		{
			derive_look_up_variable(composition->context, composition->joined,
									&known, variable);
			if (variable->choices == NIL)
				return false;
			compose_put_typical(composition, variable);
		}
	}
	return true;
}

/* ---- cases ---- */

typedef struct DeriveContext
{
	const ContractQuery *query;
	const ContractStatement *statement;
	bool typical; /* the typical case is enough */
	List *cases;
} DeriveContext;

static void
derive_cases(void *arg)
{
	DeriveContext *context = arg;
	Composition composition = {.context = CurrentMemoryContext,
							   .statement = context->statement};
	int level;

	composition.variables = variable_read(context->query, context->statement);
	level = probe_open();
	composition.typical =
		palloc0(Max(context->statement->nparams, 1) * sizeof(char *));
	composition.joined = joined_read(context->statement, composition.variables);
	if (derive_look_up(&composition))
		context->cases = compose_cases(&composition, context->typical);
	probe_close(level);
}

/* Returns a case that was added, with the first page where it names none. */
static Case *
derive_take_added(const ContractQuery *query,
				  const ContractStatement *statement, const AddedCase *added)
{
	const ParamUse *uses =
		param_uses_find(statement->query, statement->nparams);
	AddedCase whole = *added;

	whole.args =
		palloc0(Max(Max(statement->nparams, added->nargs), 1) * sizeof(char *));
	if (added->nargs > 0)
		memcpy(whole.args, added->args, added->nargs * sizeof(char *));
	for (; whole.nargs < statement->nparams; whole.nargs++)
	{
		const ParamUse *use = &uses[whole.nargs];

		if (use->kind != USE_LIMIT && use->kind != USE_OFFSET)
			break;
		whole.args[whole.nargs] = paging_usual(use);
	}
	if (whole.nargs != statement->nparams)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("case \"%s\" supplies %d values, but query \"%s\" "
					   "requires %d",
					   added->label, added->nargs, query->name,
					   statement->nparams),
				errhint("Give one value for each parameter, starting with $1; "
						"a value may be NULL, and those of LIMIT and OFFSET "
						"at the end may be left out."));
	return case_from_added(&whole);
}

/* How long as many cases may take; 0: without an end. */
static int
derive_most_ms(int cases)
{
	return Min(perfcheck_statement_timeout, INT_MAX / cases) * cases;
}

/* The error of a look-up that took too long is the query's, and no cancel. */
static void
derive_tell_stop(ErrorData *error)
{
	if (error->sqlerrcode != ERRCODE_QUERY_CANCELED)
		return;
	error->sqlerrcode = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
	error->message =
		psprintf("looking up values for the parameters: %s", error->message);
}

/* Derives the cases under the settings that hold, and adds those added. */
static List *
derive_under_settings(const ContractQuery *query,
					  const ContractStatement *statement, bool typical)
{
	DeriveContext context = {
		.query = query, .statement = statement, .typical = typical};
	List *added = NIL;
	ErrorData *error;
	ListCell *cell;

	foreach(cell, contract_read_cases(query))
		added =
			lappend(added, derive_take_added(query, statement, lfirst(cell)));
	derive_check_statistics(statement);
	if (added != NIL && (!variable_can_derive(query, statement) ||
						 variable_is_guessed(query, statement)))
		return added;
	error =
		sandbox_run(derive_cases, &context, derive_most_ms(DERIVE_MOST_CASES));
	if (error == NULL)
	{
		compose_number_labels(context.cases, added);
		return list_concat(context.cases, added);
	}
	/*
	 * An expression of the query may fail on a row, or need another
	 * search_path. The query can be judged without derived cases if it has
	 * others.
	 */
	if (added != NIL)
		return added;
	derive_tell_stop(error);
	if (error->hint == NULL ||
		strstr(error->hint, "perfcheck_add_case") == NULL)
		error->hint =
			pstrdup("The error occurred while values for the parameters were "
					"looked up. Add cases with perfcheck_add_case(), or set "
					"enabled to false in perfcheck_query.");
	ReThrowError(error);
	return NIL; /* keep compiler quiet */
}

/*
 * Raises an error where there are no cases because row security hides the rows:
 * the table is not empty, and the query has work to do on it.
 */
static void
derive_refuse_hidden(const ContractStatement *statement)
{
	List *tables = tables_list(statement->query);
	ListCell *cell;

	foreach(cell, tables)
	{
		Oid relid = lfirst_oid(cell);

		if (check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED &&
			derive_has_rows(relid))
			ereport(ERROR, errcode(ERRCODE_NO_DATA_FOUND),
					errmsg("no value can be derived: row security hides rows "
						   "of table \"%s\" from role \"%s\"",
						   get_rel_name(relid),
						   GetUserNameFromId(GetUserId(), true)),
					errhint("Name a role that sees rows, or the settings under "
							"which it does, in perfcheck_query; or add cases "
							"with perfcheck_add_case()."));
	}
}

typedef struct DeriveReading
{
	const ContractQuery *query;
	const ContractStatement *statement;
	List *cases;
} DeriveReading;

static void
derive_read_inside(void *arg)
{
	DeriveReading *reading = arg;

	reading->cases = settings_cases_derive(reading->query, reading->statement,
										   derive_under_settings);
}

List *
derive_read(const ContractQuery *query, const ContractStatement *statement)
{
	DeriveReading reading = {.query = query, .statement = statement};
	ErrorData *error;

	permissions_check(statement);
	/* Longer than the look-up under the settings that hold, whose end is told. */
	error = sandbox_run(derive_read_inside, &reading,
						derive_most_ms(2 * DERIVE_MOST_CASES));
	if (error != NULL)
	{
		derive_tell_stop(error);
		ReThrowError(error);
	}
	if (reading.cases == NIL)
		derive_refuse_hidden(statement);
	return reading.cases;
}

static void
derive_list_opened(const ContractStatement *statement, void *arg)
{
	DeriveContext *context = arg;

	context->cases = derive_read(context->query, statement);
}

List *
derive_list(const ContractQuery *query, ErrorData **error)
{
	DeriveContext context = {.query = query};

	*error = contract_open(query, derive_list_opened, &context, 0);
	return *error == NULL ? context.cases : NIL;
}

typedef struct CheckContext
{
	const ContractQuery *query;
	const AddedCase *added;
	const ParamValues *values;
} CheckContext;

static void
derive_check_opened(const ContractStatement *statement, void *arg)
{
	const CheckContext *context = arg;

	(void) case_params(statement, derive_take_added(context->query, statement,
													context->added));
}

void
derive_check_added(const ContractQuery *query, const AddedCase *added)
{
	CheckContext context = {.query = query, .added = added};
	ErrorData *error;

	if (added->label[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("label must not be empty"),
				errhint("It names the case in the reports."));
	if (!query->enabled)
		return;
	error = contract_open(query, derive_check_opened, &context, 0);
	if (error != NULL)
		ReThrowError(error);
}

static void
derive_check_values_opened(const ContractStatement *statement, void *arg)
{
	const CheckContext *context = arg;
	const ParamValues *values = context->values;

	if (values->param < 1 || values->param > statement->nparams)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("query \"%s\" has no parameter $%d", context->query->name,
				   values->param),
			statement->nparams == 0
				? errhint("It has no parameters.")
				: errhint("Its parameters are $1 to $%d.", statement->nparams));
	for (int i = 0; i < values->nvalues; i++)
		case_check_value(statement, values->param, values->values[i]);
}

void
derive_check_values(const ContractQuery *query, const ParamValues *values)
{
	CheckContext context = {.query = query, .values = values};
	ErrorData *error;

	if (values->values != NULL && values->nvalues == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("vals must not be empty"),
				errhint("Give NULL to have values derived again."));
	if (!query->enabled)
		return;
	error = contract_open(query, derive_check_values_opened, &context, 0);
	if (error != NULL)
		ReThrowError(error);
}
