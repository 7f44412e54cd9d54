/*-------------------------------------------------------------------------
 *
 * choices.c
 *		Values of a column to compare with: common, typical, rare, absent.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "cases/absent.h"
#include "cases/choices.h"
#include "cases/column_stats.h"
#include "cases/frequency.h"

/* Values in a long array: a page of ids, as an API may be asked for. */
#define CHOICES_MANY 100

/* ---- choices ---- */

ValueChoice *
choices_add(ValueList *list, const char *kind, char *const *values,
			double share)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	ValueChoice *choice = palloc0(sizeof(*choice));
	int n = list->lookup->variable->nparams;

	choice->kind = kind;
	choice->required = true;
	choice->weighs = true;
	choice->share = share;
	choice->values = palloc(n * sizeof(char *));
	for (int i = 0; i < n; i++)
		choice->values[i] = values[i] == NULL ? NULL : pstrdup(values[i]);
	list->choices = lappend(list->choices, choice);
	MemoryContextSwitchTo(old);
	return choice;
}

/* A value of the expression as one of the type of parameter i. */
static char *
choices_of_param(const ValueList *list, const char *value, int i)
{
	return probe_cast(value, list->lookup->type,
					  list->lookup->variable->types[i]);
}

/* The largest (1) or smallest (-1) value that a row has; NULL if none has. */
static char *
choices_extreme(const Lookup *lookup, int direction)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);

	probe_select(psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL "
						  "ORDER BY %s %s LIMIT 1",
						  probe_text(expression, lookup->type), lookup->table,
						  expression, expression,
						  direction > 0 ? "DESC" : "ASC"));
	return SPI_processed == 0 ? NULL : probe_get(0, 1);
}

/* A value that no row has, or NULL where none can be told for the type. */
static char *
choices_absent(const Lookup *lookup)
{
	List *candidates = absent_candidates(
		lookup->type,
		absent_needs_largest(lookup->type) ? choices_extreme(lookup, 1) : NULL);
	ListCell *cell;

	foreach(cell, candidates)
		if (!probe_exists(lookup, frequency_equal(lookup, lfirst(cell))))
			return lfirst(cell);
	return NULL;
}

/* ---- equality ---- */

/* The share of rows that = or <> selects, where so many rows have the value. */
static double
choices_share(const ValueList *list, const Frequencies *frequencies,
			  double count)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	bool different = use->kind == USE_DIFFERENT || use->negated;
	/* To IS DISTINCT FROM a null is one more value. */
	double compared = use->takes_null ? frequencies->shared : frequencies->rows;
	double selected = different ? compared - count : count;

	return frequencies->shared <= 0
			   ? 0
			   : Min(Max(selected / frequencies->shared, 0), 1);
}

static ValueChoice *
choices_add_equal(ValueList *list, const Frequencies *frequencies,
				  const char *kind, const char *value, double count)
{
	char *converted = choices_of_param(list, value, 0);

	return choices_add(list, kind, &converted,
					   choices_share(list, frequencies, count));
}

void
choices_equal(ValueList *list)
{
	Frequencies *found = frequency_read(list->lookup);
	ValueChoice *choice;
	char *absent;

	if (found->n == 0)
		return;
	choices_add_equal(list, found, "typical", found->values[found->typical],
					  found->counts[found->typical]);
	choices_add_equal(list, found, "common", found->values[0],
					  found->counts[0]);
	choices_add_equal(list, found, "rare", found->values[found->n - 1],
					  found->counts[found->n - 1]);
	absent = choices_absent(list->lookup);
	if (absent == NULL)
		return;
	choice = choices_add_equal(list, found, "absent", absent, 0);
	choice->weighs = list->lookup->variable->uses[0].kind == USE_DIFFERENT;
}

void
choices_agree(ValueList *list, const char *given)
{
	const Lookup *lookup = list->lookup;
	const char *expression = probe_expression(&lookup->variable->uses[0]);
	ValueChoice *typical;
	const char *condition;
	char *value;

	if (list->choices == NIL)
		return;
	typical = linitial(list->choices);
	condition = probe_condition(lookup, typical->values);
	if (condition == NULL ||
		probe_exists(lookup, psprintf("%s AND %s", given, condition)))
		return;
	probe_select(
		psprintf("SELECT min(%s COLLATE \"C\"), count(*) FROM %s WHERE %s "
				 "AND %s IS NOT NULL GROUP BY %s ORDER BY 2 DESC, 1 LIMIT 1",
				 probe_text(expression, lookup->type), lookup->table, given,
				 expression, expression));
	if (SPI_processed == 0)
		return;
	value = choices_of_param(list, probe_get(0, 1), 0);
	typical->values[0] = MemoryContextStrdup(list->context, value);
	typical->share =
		probe_count(lookup, probe_condition(lookup, typical->values)) /
		Max(lookup->rows, 1);
}

/* n values from place first on, and round again where there are fewer. */
static void
choices_add_list(ValueList *list, const Frequencies *frequencies,
				 const char *kind, int first)
{
	int n = list->lookup->variable->nparams;
	char *values[INDEX_MAX_KEYS];
	double count = 0;

	for (int i = 0; i < n; i++)
	{
		int at = (first + i) % frequencies->n;

		values[i] = choices_of_param(list, frequencies->values[at], i);
		if (i < frequencies->n)
			count += frequencies->counts[at];
	}
	choices_add(list, kind, values, choices_share(list, frequencies, count));
}

void
choices_list(ValueList *list)
{
	Frequencies *found = frequency_read(list->lookup);
	int n = list->lookup->variable->nparams;
	char *values[INDEX_MAX_KEYS];
	char *absent;

	if (found->n == 0)
		return;
	choices_add_list(list, found, "typical", found->typical);
	choices_add_list(list, found, "common", 0);
	choices_add_list(list, found, "rare", Max(found->n - n, 0));
	absent = choices_absent(list->lookup);
	if (absent == NULL)
		return;
	for (int i = 0; i < n; i++)
		values[i] = choices_of_param(list, absent, i);
	choices_add(list, "absent", values, choices_share(list, found, 0))->weighs =
		list->lookup->variable->uses[0].negated;
}

/* An array of the type of the parameter; a NULL among the values is left out.
 */
static char *
choices_array(const ValueList *list, char *const *values, int n)
{
	Oid element = get_base_element_type(list->lookup->variable->types[0]);
	Datum *elements = palloc(Max(n, 1) * sizeof(Datum));
	int kept = 0;

	for (int i = 0; i < n; i++)
		if (values[i] != NULL)
			elements[kept++] = CStringGetTextDatum(
				probe_cast(values[i], list->lookup->type,
						   OidIsValid(element) ? element : TEXTOID));
	return OidOutputFunctionCall(
		F_ARRAY_OUT, PointerGetDatum(construct_array(elements, kept, TEXTOID,
													 -1, false, TYPALIGN_INT)));
}

static ValueChoice *
choices_add_array(ValueList *list, const Frequencies *frequencies,
				  const char *kind, char *const *values, int n, double count)
{
	char *array = choices_array(list, values, n);

	return choices_add(list, kind, &array,
					   choices_share(list, frequencies, count));
}

void
choices_any(ValueList *list)
{
	Frequencies *found = frequency_read(list->lookup);
	bool negated = list->lookup->variable->uses[0].negated;
	int many = Min(found->n, CHOICES_MANY);
	char *several[4] = {NULL};
	double counted = 0;

	if (found->n == 0)
		return;
	several[0] = found->values[found->typical];
	choices_add_array(list, found, "one", several, 1,
					  found->counts[found->typical]);
	counted = found->counts[found->typical];
	if (found->typical != 0)
	{
		several[1] = found->values[0];
		counted += found->counts[0];
	}
	if (found->n > 1 && found->typical != found->n - 1)
	{
		several[2] = found->values[found->n - 1];
		counted += found->counts[found->n - 1];
	}
	several[3] = choices_absent(list->lookup);
	choices_add_array(list, found, "several", several, 4, counted);
	counted = 0;
	for (int i = 0; i < many; i++)
		counted += found->counts[i];
	choices_add_array(list, found, "many", found->values, many, counted);
	if (several[3] != NULL)
		choices_add_array(list, found, "absent", &several[3], 1, 0)->weighs =
			negated;
	choices_add_array(list, found, "empty", NULL, 0, 0)->weighs = negated;
}

/* ---- ranges ---- */

/*
 * Values at fractions of the rows, as text; false when there is no row. From
 * pg_statistic where that is asked for and to be had, else from the sample.
 */
static bool
choices_quantiles(const Lookup *lookup, bool from_statistics,
				  const double *fractions, int n, char **values)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *expression = probe_expression(use);
	ColumnStatistics *statistics =
		from_statistics ? column_stats_read(use->relid, use->attnum) : NULL;
	Datum found[2];
	StringInfoData list;

	Assert(n <= lengthof(found));
	if (statistics != NULL)
	{
		column_stats_quantiles(statistics, fractions, n, found);
		for (int i = 0; i < n; i++)
			values[i] = column_stats_text(statistics, found[i]);
		return true;
	}
	initStringInfo(&list);
	for (int i = 0; i < n; i++)
		appendStringInfo(&list,
						 "%s(percentile_disc(%g) WITHIN GROUP "
						 "(ORDER BY %s))::text",
						 i > 0 ? ", " : "", fractions[i], expression);
	probe_select(psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL", list.data,
						  lookup->sample, expression));
	for (int i = 0; i < n; i++)
		values[i] = probe_get(0, i + 1);
	return values[0] != NULL;
}

/*
 * Adds the shares of all choices, counted in the sample. False when one that
 * should select rows selects none: what is known of the column is outdated.
 */
static bool
choices_add_shares(ValueList *list)
{
	int n = list_length(list->choices);
	const char **conditions = palloc(n * sizeof(char *));
	double *shares = palloc(n * sizeof(double));
	bool right = true;
	ListCell *cell;

	foreach(cell, list->choices)
		conditions[foreach_current_index(cell)] = probe_condition(
			list->lookup, ((ValueChoice *) lfirst(cell))->values);
	probe_shares(list->lookup, conditions, n, shares);
	foreach(cell, list->choices)
	{
		ValueChoice *choice = lfirst(cell);
		int i = foreach_current_index(cell);

		choice->share = shares[i];
		if (shares[i] != 0 || !choice->weighs)
			continue;
		/* Too few for the sample. */
		choice->share = 1 / Max(list->lookup->rows, 1);
		right = right && probe_exists(list->lookup, conditions[i]);
	}
	return right;
}

static void
choices_add_bound(ValueList *list, const char *kind, const char *value)
{
	char *converted = choices_of_param(list, value, 0);

	choices_add(list, kind, &converted, -1);
}

/* Adds values that are said to select nothing, if so: upper only for ranges. */
static void
choices_add_empty(ValueList *list, const char *lower, const char *upper)
{
	const char *bounds[2] = {lower, upper};
	char *values[2];
	const char *condition;

	if (lower == NULL)
		return;
	for (int i = 0; i < list->lookup->variable->nparams; i++)
		values[i] = choices_of_param(list, bounds[i], i);
	condition = probe_condition(list->lookup, values);
	if (condition != NULL && probe_exists(list->lookup, condition))
		return;
	choices_add(list, "empty", values, 0)->weighs = false;
}

/* The ends of a column, and what is between. */
typedef struct RangeValues
{
	char *smallest;
	char *largest;
	char *middle[2]; /* at the fractions asked for */
} RangeValues;

static bool
choices_read_range(const Lookup *lookup, bool from_statistics,
				   const double *fractions, RangeValues *found)
{
	found->smallest = choices_extreme(lookup, -1);
	if (found->smallest == NULL)
		return false;
	found->largest = choices_extreme(lookup, 1);
	return choices_quantiles(lookup, from_statistics, fractions, 2,
							 found->middle);
}

static bool
choices_range_from(ValueList *list, bool from_statistics)
{
	static const double fractions[] = {0.5, 0.51};
	const Lookup *lookup = list->lookup;
	RangeValues found;
	char *bounds[2];
	char *beyond;

	list->choices = NIL;
	if (!choices_read_range(lookup, from_statistics, fractions, &found))
		return true;
	for (int i = 0; i < 2; i++)
		bounds[i] = choices_of_param(list, found.middle[i], i);
	choices_add(list, "narrow", bounds, -1);
	bounds[0] = choices_of_param(list, found.smallest, 0);
	bounds[1] = choices_of_param(list, found.largest, 1);
	choices_add(list, "wide", bounds, -1);
	beyond = absent_beyond(lookup->type, found.largest, 1);
	if (beyond != NULL)
		choices_add_empty(list, beyond, beyond);
	else
		choices_add_empty(list, found.largest, found.smallest);
	return choices_add_shares(list);
}

static bool
choices_bound_from(ValueList *list, bool from_statistics)
{
	const Lookup *lookup = list->lookup;
	bool lower = lookup->variable->uses[0].kind == USE_LOWER;
	const double fractions[] = {0.5, lower ? 0.99 : 0.01};
	RangeValues found;

	list->choices = NIL;
	if (!choices_read_range(lookup, from_statistics, fractions, &found))
		return true;
	choices_add_bound(list, "typical", found.middle[0]);
	choices_add_bound(list, "wide", lower ? found.smallest : found.largest);
	choices_add_bound(list, "narrow", found.middle[1]);
	choices_add_empty(list,
					  lower ? absent_beyond(lookup->type, found.largest, 1)
							: absent_beyond(lookup->type, found.smallest, -1),
					  NULL);
	return choices_add_shares(list);
}

static bool
choices_window_from(ValueList *list, bool from_statistics)
{
	static const double fractions[] = {0.5, 0.5};
	const Lookup *lookup = list->lookup;
	RangeValues found;

	list->choices = NIL;
	if (!choices_read_range(lookup, from_statistics, fractions, &found))
		return true;
	choices_add_bound(list, "typical", found.middle[0]);
	choices_add_bound(list, "first", found.smallest);
	choices_add_bound(list, "last", found.largest);
	choices_add_empty(list, absent_beyond(lookup->type, found.largest, 1),
					  NULL);
	return choices_add_shares(list);
}

void
choices_range(ValueList *list)
{
	if (!choices_range_from(list, true))
		(void) choices_range_from(list, false);
}

void
choices_bound(ValueList *list)
{
	if (!choices_bound_from(list, true))
		(void) choices_bound_from(list, false);
}

void
choices_window(ValueList *list)
{
	if (!choices_window_from(list, true))
		(void) choices_window_from(list, false);
}

/* ---- values left out ---- */

/* The share of rows that the conditions select with these values. */
static double
choices_share_of(const ValueList *list, char *const *values)
{
	const char *condition = probe_condition(list->lookup, values);
	double share;

	probe_shares(list->lookup, &condition, 1, &share);
	return share;
}

/* A range with one of its bounds left out, where the query allows that. */
static void
choices_leave_out_bound(ValueList *list, const char *kind, int bound)
{
	const ValueChoice *typical = linitial(list->choices);
	char *values[2] = {typical->values[0], typical->values[1]};

	if (!list->lookup->variable->uses[bound].optional)
		return;
	values[bound] = NULL;
	choices_add(list, kind, values, choices_share_of(list, values));
}

/* A comparison with NULL selects no row, unless the query says otherwise. */
void
choices_left_out(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;
	const ParamUse *use = &variable->uses[0];
	bool is_cursor = use->kind == USE_CURSOR;
	char *nulls[INDEX_MAX_KEYS] = {NULL};
	bool selects = !is_cursor;
	ValueChoice *choice;

	if (list->choices == NIL)
		return;
	if (variable->is_range)
	{
		choices_leave_out_bound(list, "without lower bound", 0);
		choices_leave_out_bound(list, "without upper bound", 1);
	}
	if (variable->nparams == 1 && use->off != NULL)
		(void) choices_add(list, "off", &use->off, 1);
	/* A cursor is left out as a whole, though one column is asked for NULL. */
	for (int i = 0; i < variable->nparams; i++)
		selects = is_cursor ? selects || variable->uses[i].optional
							: selects && variable->uses[i].optional;
	selects = selects || use->takes_null;
	if (!selects && (is_cursor || use->kind == USE_LIST))
		return;
	choice = choices_add(list, is_cursor ? "first page" : "null", nulls,
						 use->takes_null ? choices_share_of(list, nulls)
						 : selects       ? 1
										 : 0);
	choice->required = selects;
	choice->weighs = selects;
}
