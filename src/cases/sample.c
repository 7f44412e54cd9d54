/*-------------------------------------------------------------------------
 *
 * sample.c
 *		Draws the values of a query's parameters from the rows of its tables.
 *
 * The variables draw from rows of the query's join, which have values for all of
 * them: an equality takes the value of the row, a pattern a word of its text, a
 * range the bounds of a fiftieth of the rows, a list or an array single values. A
 * variable that is in no join draws from rows of its own table. Rows are taken
 * in the order of a hash of their ctids, which spreads them over the tables and is
 * the same every time. Case i gets draw i of every join and every table. What
 * runs out of draws starts over, shifted by its position among them, so that new
 * combinations arise. Each combination of values that the user has set has draws
 * of its own, from rows that have these values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/any_value.h"
#include "cases/inverse.h"
#include "cases/joined.h"
#include "cases/look_up.h"
#include "cases/paging.h"
#include "cases/pattern.h"
#include "cases/sample.h"
#include "cases/variable.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "query/flat_sql.h"

/* ---- the values of a variable by itself ---- */

/*
 * Returns SQL for one parameter of a variable, of which expression is the column
 * that it is compared with, as it is sent.
 */
static const char *
sample_value(const ValueVariable *variable, int i, const char *expression)
{
	const ParamUse *use = &variable->uses[i];
	Oid type = use->kind == USE_ANY ? get_base_element_type(variable->types[i])
									: variable->types[i];

	if (use->kind == USE_PATTERN)
		return pattern_word_of(use, expression);
	/* What it is compared with is made of the parameter: see sample_finish(). */
	if (use->operand != NULL && use->kind != USE_ANY)
		return expression;
	return probe_value(expression, exprType(use->expr),
					   OidIsValid(type) ? type : TEXTOID);
}

/* Makes what is sent of a value that was read by sample_value(). */
static char *
sample_finish(const ValueVariable *variable, int i, char *value)
{
	const ParamUse *use = &variable->uses[i];

	if (use->kind == USE_PATTERN)
		return pattern_for_word(use, value);
	if (use->kind == USE_ANY)
		return probe_array(list_make1(value));
	if (use->operand != NULL && use->kind != USE_SEARCH)
		return inverse_operand(use, use->operand, variable->params[i],
							   variable->types[i], value, exprType(use->expr));
	return value;
}

/*
 * Whether a variable draws from the choices that it is judged with: what is
 * searched for within values, and what is not compared with a table's.
 */
static bool
sample_is_chosen(const ParamUse *use)
{
	return use->kind == USE_SEARCH || use->kind == USE_WIDTH ||
		   use->source != NULL || !probe_has_rows(use);
}

/* Whether a variable draws by itself: see above, and lists other than arrays. */
static bool
sample_is_alone(const Variable *variable)
{
	const ParamUse *use = &variable->variable.uses[0];

	return sample_is_chosen(use) ||
		   (use->kind == USE_ANY && use->operand != NULL);
}

#define SAMPLE_SHUFFLED "md5(ctid::text)"

/* Returns SQL for the values of up to count rows, a column per parameter. */
static const char *
sample_sql(const Lookup *lookup, int count)
{
	const ValueVariable *variable = lookup->variable;
	StringInfoData columns;
	StringInfoData present;

	if (variable->is_range)
		return psprintf(
			"SELECT a::text, b::text FROM (SELECT ctid, a, "
			"lead(a, greatest(1, n / 50)::integer) OVER (ORDER BY a, ctid) "
			"AS b FROM (SELECT t.ctid, %s AS a, count(*) OVER () AS n "
			"FROM %s) AS r) AS s WHERE a IS NOT NULL AND b IS NOT NULL "
			"ORDER BY " SAMPLE_SHUFFLED " LIMIT %d",
			sample_value(variable, 0, probe_expression(&variable->uses[0])),
			lookup->sample, count);
	initStringInfo(&columns);
	initStringInfo(&present);
	for (int i = 0; i < variable->nparams; i++)
	{
		const char *value =
			sample_value(variable, i, probe_expression(&variable->uses[i]));

		appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "",
						 probe_text(value, lookup->type));
		appendStringInfo(&present, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
						 value);
	}
	return psprintf("SELECT %s FROM %s WHERE %s "
					"ORDER BY " SAMPLE_SHUFFLED " LIMIT %d",
					columns.data, lookup->sample, present.data, count);
}

/* Draws the choices that find rows. */
static List *
sample_choices(const Lookup *lookup)
{
	ValueList list = {.context = CurrentMemoryContext, .lookup = lookup};
	List *draws = NIL;
	ListCell *cell;

	look_up_choices(&list);
	foreach(cell, list.choices)
	{
		ValueChoice *choice = lfirst(cell);

		if (choice->weighs)
			draws = lappend(draws, choice->values);
	}
	return draws;
}

/* Draws arrays of one value; the query may take them in another form. */
static List *
sample_arrays(const Lookup *lookup, List *draws)
{
	ValueList list = {.context = CurrentMemoryContext, .lookup = lookup};
	List *written = NIL;
	ListCell *cell;

	foreach(cell, draws)
		(void) choices_add(&list, "drawn", lfirst(cell), -1);
	any_value_put_lists(&list);
	foreach(cell, list.choices)
		written = lappend(written, ((ValueChoice *) lfirst(cell))->values);
	return written;
}

/*
 * Draws the values of up to count rows: a List of char **, one element for
 * each parameter of the variable.
 */
static List *
sample_variable(const Variable *variable, int count)
{
	Lookup lookup = {.variable = &variable->variable};
	List *draws = NIL;
	ListCell *cell;

	CHECK_FOR_INTERRUPTS();
	if (variable_is_page(variable))
	{
		ValueList list = {.context = CurrentMemoryContext, .lookup = &lookup};

		/* The first choice is the typical one, for which rows do not matter. */
		paging_add_number(&list, 0);
		return list_make1(((ValueChoice *) linitial(list.choices))->values);
	}
	if (probe_has_rows(&variable->variable.uses[0]))
		probe_start(&lookup, &variable->variable);
	if (sample_is_chosen(&variable->variable.uses[0]))
		return sample_choices(&lookup);
	probe_select(sample_sql(&lookup, count));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char **values = palloc(variable->variable.nparams * sizeof(char *));

		for (int i = 0; i < variable->variable.nparams; i++)
			values[i] = probe_get(row, i + 1);
		draws = lappend(draws, values);
	}
	foreach(cell, draws)
	{
		char **values = lfirst(cell);

		for (int i = 0; i < variable->variable.nparams; i++)
			values[i] = sample_finish(&variable->variable, i, values[i]);
	}
	return variable->variable.uses[0].kind == USE_ANY
			   ? sample_arrays(&lookup, draws)
			   : draws;
}

/* ---- the values of variables whose tables are joined ---- */

typedef struct SampleSql
{
	const JoinPart *part;
	List *variables; /* Variable, to be drawn */
	List *ids;       /* FlatColumn, of the rows of the tables */
	int count;
} SampleSql;

/* Returns the columns that tell the rows of a part's tables apart. */
static List *
sample_row_ids(const JoinPart *part)
{
	List *ids = NIL;
	int table = -1;

	while ((table = bms_next_member(part->tables, table)) >= 0)
	{
		const FlatTable *found =
			list_nth(part->joined->flat->tables, table - 1);
		FlatColumn *column;

		if (found->rte->relkind == RELKIND_FOREIGN_TABLE)
			continue;
		column = palloc(sizeof(*column));
		column->name = psprintf("k%d", table);
		column->expr = (Node *) makeVar(table, SelfItemPointerAttributeNumber,
										TIDOID, -1, InvalidOid, 0);
		ids = lappend(ids, column);
	}
	return ids;
}

/* Returns SQL for rows of a part, as sample_sql() does for those of a table. */
static const char *
sample_part_sql(const char *from, void *arg)
{
	const SampleSql *sql = arg;
	StringInfoData hash;
	StringInfoData bounds;
	StringInfoData columns;
	StringInfoData present;
	ListCell *cell;

	initStringInfo(&hash);
	initStringInfo(&bounds);
	initStringInfo(&columns);
	initStringInfo(&present);
	foreach(cell, sql->ids)
		appendStringInfo(&hash, "%s%s::text", hash.len > 0 ? " || " : "",
						 ((FlatColumn *) lfirst(cell))->name);
	foreach(cell, sql->variables)
	{
		const ValueVariable *variable = &((Variable *) lfirst(cell))->variable;

		for (int i = 0; i < variable->nparams; i++)
		{
			bool upper = variable->is_range && i == 1;
			const char *column =
				psprintf("%c%d", upper ? 'b' : 'c', variable->params[i]);
			const char *value = sample_value(variable, i, column);

			/* The other bound of a range is a fiftieth of the rows away. */
			if (upper)
				appendStringInfo(&bounds,
								 ", lead(c%d, greatest(1, n / 50)::integer) "
								 "OVER (ORDER BY c%d, h) AS %s",
								 variable->params[0], variable->params[0],
								 column);
			appendStringInfo(
				&columns, "%s%s", columns.len > 0 ? ", " : "",
				probe_text(value, exprType(variable->uses[i].expr)));
			appendStringInfo(&present, "%s%s IS NOT NULL",
							 present.len > 0 ? " AND " : "", value);
		}
	}
	return psprintf("SELECT %s FROM (SELECT *%s FROM (SELECT *, md5(%s) AS h, "
					"count(*) OVER () AS n FROM %s) AS r) AS s WHERE %s "
					"ORDER BY h LIMIT %d",
					columns.data, bounds.data, hash.len > 0 ? hash.data : "''",
					from, present.data, sql->count);
}

/*
 * Draws up to count rows of a part that have the values given: a List of char **,
 * one element for each parameter of the query.
 */
static List *
sample_part(const JoinPart *part, const JoinGiven *given, int count)
{
	SampleSql sql = {.part = part, .ids = sample_row_ids(part), .count = count};
	List *draws = NIL;
	JoinRows *rows;
	double percent;
	ListCell *cell;

	foreach(cell, part->variables)
		if (((Variable *) lfirst(cell))->allowed == NULL &&
			!sample_is_alone(lfirst(cell)))
			sql.variables = lappend(sql.variables, lfirst(cell));
	if (sql.variables == NIL)
		return NIL;
	rows = joined_select_bounded(part, given, sql.ids, 0, sample_part_sql, &sql,
								 &percent);
	for (int row = 0; rows != NULL && row < rows->n; row++)
	{
		char **args =
			palloc0(part->joined->statement->nparams * sizeof(char *));
		char **value = &rows->values[row * rows->columns];

		foreach(cell, sql.variables)
		{
			const ValueVariable *variable =
				&((Variable *) lfirst(cell))->variable;

			for (int i = 0; i < variable->nparams; i++)
				args[variable->params[i] - 1] =
					sample_finish(variable, i, *value++);
		}
		draws = lappend(draws, args);
	}
	return draws;
}

/* ---- cases ---- */

typedef struct SampleContext
{
	const ContractQuery *query;
	const ContractStatement *statement;
	int count;
	List *cases;
} SampleContext;

/* Returns how many combinations of values the user has set, up to most. */
static int
sample_combinations(List *variables, int most)
{
	double n = 1;
	ListCell *cell;

	foreach(cell, variables)
	{
		const Variable *variable = lfirst(cell);

		if (variable->allowed != NULL)
			n *= variable->allowed->nvalues;
	}
	return Max(Min(n, most), 1);
}

/* Returns one of the combinations of values that the user has set. */
static JoinGiven
sample_given(List *variables, int nparams, int combination)
{
	JoinGiven given = {palloc0(Max(nparams, 1) * sizeof(char *)), NULL};
	ListCell *cell;

	foreach(cell, variables)
	{
		const Variable *variable = lfirst(cell);
		const ParamValues *allowed = variable->allowed;
		int param = variable->variable.params[0];

		if (allowed == NULL)
			continue;
		given.args[param - 1] = allowed->values[combination % allowed->nvalues];
		given.known = bms_add_member(given.known, param);
		combination /= allowed->nvalues;
	}
	return given;
}

/* The draws of a variable as those of a part: by the parameters of the query. */
static List *
sample_alone(const Variable *variable, int nparams, int count)
{
	List *draws = sample_variable(variable, count);
	ListCell *cell;

	foreach(cell, draws)
	{
		char **args = palloc0(nparams * sizeof(char *));

		variable_put_values(variable, lfirst(cell), args);
		lfirst(cell) = args;
	}
	return draws;
}

/*
 * Returns the draws that go with the values given: for each part, and for each
 * variable that is in none or whose part has no row, a List of char **. Returns
 * false if a table has no value.
 */
static bool
sample_all(const Joined *joined, List *variables, const JoinGiven *given,
		   int count, List **sources)
{
	List *left = list_copy(variables);
	ListCell *cell;
	ListCell *inner;

	*sources = NIL;
	foreach(cell, joined->parts)
	{
		const JoinPart *part = lfirst(cell);
		List *draws = sample_part(part, given, count);

		if (draws == NIL)
			continue;
		*sources = lappend(*sources, draws);
		foreach(inner, part->variables)
			if (!sample_is_alone(lfirst(inner)))
				left = list_delete_ptr(left, lfirst(inner));
	}
	foreach(cell, left)
	{
		const Variable *variable = lfirst(cell);
		List *draws;

		if (variable->allowed != NULL)
			continue;
		draws = sample_alone(variable, joined->statement->nparams, count);
		if (draws == NIL)
			return false;
		*sources = lappend(*sources, draws);
	}
	return true;
}

/* Makes case number i of those with the values given. */
static Case *
sample_make(const JoinGiven *given, List *sources, int nparams, int i)
{
	Case *one = case_make("drawn", nparams);
	ListCell *cell;

	for (int param = 0; param < nparams; param++)
		if (given->args[param] != NULL)
			one->args[param] = pstrdup(given->args[param]);
	foreach(cell, sources)
	{
		List *draws = lfirst(cell);
		int n = list_length(draws);
		int shift = i / n * foreach_current_index(cell);
		char **args = list_nth(draws, (i + shift) % n);

		for (int param = 0; param < nparams; param++)
			if (args[param] != NULL)
				one->args[param] = pstrdup(args[param]);
	}
	return one;
}

static void
sample_draw_inside(void *arg)
{
	SampleContext *context = arg;
	int nparams = context->statement->nparams;
	List *variables = variable_read(context->query, context->statement);
	int combinations = sample_combinations(variables, context->count);
	int each = (context->count + combinations - 1) / combinations;
	MemoryContext caller = CurrentMemoryContext;
	int level = probe_open();
	Joined *joined = joined_read(context->statement, variables);
	List **sources = palloc0(combinations * sizeof(List *));
	JoinGiven *given = palloc0(combinations * sizeof(JoinGiven));
	bool found = true;
	MemoryContext old;

	for (int i = 0; i < combinations && found; i++)
	{
		CHECK_FOR_INTERRUPTS();
		given[i] = sample_given(variables, nparams, i);
		found = sample_all(joined, variables, &given[i], each, &sources[i]);
	}
	/* The draws are in the memory of SPI, which probe_close() frees. */
	old = MemoryContextSwitchTo(caller);
	for (int i = 0; i < context->count && found; i++)
	{
		int combination = i % combinations;

		context->cases =
			lappend(context->cases,
					sample_make(&given[combination], sources[combination],
								nparams, i / combinations));
	}
	MemoryContextSwitchTo(old);
	probe_close(level);
}

List *
sample_draw(const ContractQuery *query, const ContractStatement *statement,
			int count)
{
	SampleContext context = {
		.query = query, .statement = statement, .count = count};

	if (!variable_can_derive(query, statement) ||
		sandbox_run(sample_draw_inside, &context,
					perfcheck_statement_timeout) != NULL)
		return NIL;
	return context.cases;
}
