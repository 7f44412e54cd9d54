/*-------------------------------------------------------------------------
 *
 * paging.c
 *		Chooses places to page from: cursors, LIMIT and OFFSET.
 *
 * The values of a cursor are those of one row, because only a row is a place
 * in the order. An end of the order is read as the query would, forward or
 * backward, over as many rows as lie before the place. The middle has no such
 * short cut: it is the middle row of the sample, or of the whole table if the
 * sample has no row without nulls.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"
#include "nodes/nodeFuncs.h"

#include "cases/inverse.h"
#include "cases/paging.h"

/* Rows of a page. The API asks for one more, to see if a next page exists. */
#define PAGING_ROWS 20

/* Rows of the largest page that APIs usually allow. */
#define PAGING_MOST_ROWS 100

/* ---- cursors ---- */

/*
 * Returns a list with an element for each column: format, which takes the
 * number of the column, after the column's expression if that is asked for.
 */
static char *
paging_list(const Lookup *lookup, const char *format, const char *separator,
			bool expressions)
{
	const ValueVariable *variable = lookup->variable;
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < variable->nparams; i++)
	{
		appendStringInfo(&list, "%s", i > 0 ? separator : "");
		if (expressions)
			appendStringInfoString(&list, probe_expression(&variable->uses[i]));
		appendStringInfo(&list, format, i + 1);
	}
	return list.data;
}

/* The columns c1 to cn as text. */
static const char *
paging_texts(const ValueVariable *variable)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < variable->nparams; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "",
						 probe_text(psprintf("c%d", i + 1),
									exprType(variable->uses[i].expr)));
	return list.data;
}

/* Adds the row that sql selects as a place; returns false if there is none. */
static bool
paging_add_place(ValueList *list, const char *kind, const char *sql,
				 double share)
{
	char *values[INDEX_MAX_KEYS];

	probe_select(sql);
	if (SPI_processed == 0)
		return false;
	for (int i = 0; i < list->lookup->variable->nparams; i++)
		values[i] = probe_get(0, i + 1);
	for (int i = 0; i < list->lookup->variable->nparams; i++)
		if (list->lookup->variable->uses[i].operand != NULL)
			values[i] = inverse_value(list->lookup, values[i], i);
	/* Conditions that are not known may select fewer rows. */
	if (probe_condition(list->lookup, values) == NULL)
		share = -1;
	choices_add(list, kind, values, share);
	return true;
}

void
paging_add_cursor(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	bool descending = lookup->variable->uses[0].descending;
	double rows = Max(lookup->rows, PAGING_ROWS);
	const char *const from[] = {lookup->sample, lookup->table};
	const char *columns = paging_list(lookup, " AS c%d", ", ", true);
	const char *texts = paging_texts(lookup->variable);
	/* A comparison with null is never true, so a null is not a place. */
	const char *places = paging_list(lookup, " IS NOT NULL", " AND ", true);
	const char *const orders[] = {paging_list(lookup, "c%d ASC", ", ", false),
								  paging_list(lookup, "c%d DESC", ", ", false)};
	bool found = false;

	for (int i = 0; i < lengthof(from) && !found; i++)
		found = paging_add_place(
			list, "middle page",
			psprintf("SELECT %s FROM (SELECT *, row_number() OVER (ORDER BY "
					 "%s) AS place, count(*) OVER () AS places FROM "
					 "(SELECT %s FROM %s WHERE %s) AS r) AS s "
					 "WHERE place = greatest(places / 2, 1)",
					 texts, orders[descending], columns, from[i], places),
			0.5);
	/* The last row of the first page, and the row before the last page. */
	for (int at_end = 0; found && at_end < 2; at_end++)
	{
		bool reverse = descending != (at_end == 1);

		(void) paging_add_place(
			list, at_end ? "last page" : "second page",
			psprintf("SELECT %s FROM (SELECT %s FROM %s WHERE %s ORDER BY %s "
					 "LIMIT %d) AS s ORDER BY %s LIMIT 1",
					 texts, columns, lookup->table, places, orders[reverse],
					 at_end ? PAGING_ROWS + 2 : PAGING_ROWS, orders[!reverse]),
			(at_end ? Min(PAGING_ROWS + 1, rows) : rows - PAGING_ROWS) / rows);
	}
}

/* ---- LIMIT and OFFSET ---- */

/* LIMIT $n + 1 adds the row of the next page itself. */
static int
paging_more(const ParamUse *use)
{
	return use->computed ? 0 : 1;
}

static double
paging_usual_number(const ParamUse *use)
{
	if (use->kind == USE_LIMIT)
		return PAGING_ROWS + paging_more(use);
	/* In OFFSET ($n - 1) * 20, the value is the number of a page. */
	return use->computed ? 1 : 0;
}

char *
paging_usual(const ParamUse *use)
{
	return psprintf("%.0f", paging_usual_number(use));
}

void
paging_add_number(ValueList *list, double rows)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	bool limit = use->kind == USE_LIMIT;
	const char *const kinds[] = {limit ? "typical" : "none",
								 limit ? "large" : "deep"};
	double numbers[] = {paging_usual_number(use), 0};

	if (limit)
		numbers[1] = PAGING_MOST_ROWS + paging_more(use);
	else
	{
		/* Half of the rows, as for the middle page of a cursor. */
		double deep = floor(rint(rows) / 2);

		numbers[1] = use->computed ? Max(floor(deep / PAGING_ROWS), 1) : deep;
	}
	for (int i = 0; i < lengthof(numbers); i++)
	{
		char *value = psprintf("%.0f", numbers[i]);

		if (i == 0 || numbers[i] > 0)
			choices_add(list, kinds[i], &value, 1)->offset_grows =
				!limit && i == 1;
	}
}
