/*-------------------------------------------------------------------------
 *
 * sample.c
 *		Draws the values of a query's parameters from the rows of its tables.
 *
 * Each variable draws from rows of its own table: an equality the value of a
 * row, a pattern a word of its text, a range the bounds of a fiftieth of the
 * rows, a list or an array single values. Rows are taken in the order of a
 * hash of their ctid, which spreads them over the table and is the same every
 * time. Case i gets draw i of every variable. A variable that runs out of
 * draws starts over, shifted by its position among the variables, so that new
 * combinations arise.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "cases/paging.h"
#include "cases/pattern.h"
#include "cases/sample.h"
#include "cases/variable.h"
#include "contract/contract_query.h"
#include "contract/statement.h"

/* ---- the values of a variable ---- */

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
			probe_value(&variable->uses[0], variable->types[0]), lookup->sample,
			count);
	initStringInfo(&columns);
	initStringInfo(&present);
	for (int i = 0; i < variable->nparams; i++)
	{
		const ParamUse *use = &variable->uses[i];
		Oid type = use->kind == USE_ANY
					   ? get_base_element_type(variable->types[i])
					   : variable->types[i];
		const char *value =
			use->kind == USE_PATTERN
				? pattern_word(use)
				: probe_value(use, OidIsValid(type) ? type : TEXTOID);

		appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "",
						 probe_text(value, lookup->type));
		appendStringInfo(&present, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
						 value);
	}
	return psprintf("SELECT %s FROM %s WHERE %s "
					"ORDER BY " SAMPLE_SHUFFLED " LIMIT %d",
					columns.data, lookup->sample, present.data, count);
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

	CHECK_FOR_INTERRUPTS();
	if (variable_is_page(variable))
	{
		ValueList list = {CurrentMemoryContext, &lookup, NIL};

		/* The first choice is the typical one, for which rows do not matter. */
		paging_add_number(&list, 0);
		return list_make1(((ValueChoice *) linitial(list.choices))->values);
	}
	probe_start(&lookup, &variable->variable);
	probe_select(sample_sql(&lookup, count));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char **values = palloc(variable->variable.nparams * sizeof(char *));

		for (int i = 0; i < variable->variable.nparams; i++)
		{
			const ParamUse *use = &variable->variable.uses[i];

			values[i] = probe_get(row, i + 1);
			if (use->kind == USE_PATTERN)
				values[i] = pattern_for_word(use, values[i]);
			else if (use->kind == USE_ANY)
				values[i] = probe_array(list_make1(values[i]));
		}
		draws = lappend(draws, values);
	}
	return draws;
}

/* ---- cases ---- */

/* Makes case number i; draws is a List of the draws of each variable. */
static Case *
sample_make(List *variables, List *draws, int nparams, int i)
{
	Case *one = case_make("drawn", nparams);
	ListCell *variable;
	ListCell *drawn;

	forboth(variable, variables, drawn, draws)
	{
		List *values = lfirst(drawn);
		int n = list_length(values);
		int shift = i / n * foreach_current_index(variable);

		variable_put_values(lfirst(variable), list_nth(values, (i + shift) % n),
							one);
	}
	return one;
}

typedef struct SampleContext
{
	const ContractQuery *query;
	const ContractStatement *statement;
	int count;
	List *cases;
} SampleContext;

static void
sample_draw_inside(void *arg)
{
	SampleContext *context = arg;
	int nparams = context->statement->nparams;
	List *variables = variable_read(context->query, context->statement);
	List *draws = NIL;
	bool found = true;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext old;
	int level = probe_open();
	ListCell *cell;

	foreach(cell, variables)
	{
		draws = lappend(draws, sample_variable(lfirst(cell), context->count));
		found = found && llast(draws) != NIL;
	}
	/* The draws are in the memory of SPI, which probe_close() frees. */
	old = MemoryContextSwitchTo(caller);
	for (int i = 0; i < context->count && found; i++)
		context->cases =
			lappend(context->cases, sample_make(variables, draws, nparams, i));
	MemoryContextSwitchTo(old);
	probe_close(level);
}

List *
sample_draw(const ContractQuery *query, const ContractStatement *statement,
			int count)
{
	SampleContext context = {
		.query = query, .statement = statement, .count = count};

	if (!variable_can_derive(statement) ||
		sandbox_run(sample_draw_inside, &context, 0) != NULL)
		return NIL;
	return context.cases;
}
