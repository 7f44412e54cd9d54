/*-------------------------------------------------------------------------
 *
 * choices.c
 *		Chooses values to compare with: common, typical, rare and absent ones.
 *
 * Equality (=, IN, ANY and their negations) asks frequency.c how often values
 * occur, and takes the typical value, the most and the least frequent one. A
 * value that no row has comes from absent.c. Ranges take the ends of the
 * column from the table itself, which an index answers at once, and the values
 * between from the histogram that ANALYZE stored. Counting the rows of a sample
 * gives the share of each choice; if one that must select rows finds none, the
 * histogram is out of date, and quantiles of the sample replace it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/absent.h"
#include "cases/choices.h"
#include "cases/column_stats.h"
#include "cases/frequency.h"
#include "cases/inverse.h"

/* Values in a long array: as many ids as an API allows in one request. */
#define CHOICES_MANY 100

/* The most that a label shows of a value. */
#define CHOICES_VALUE_BYTES 40

/* A range that leaves out less than a hundredth of the rows leaves out none. */
#define CHOICES_WHOLE 0.99

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

/* Converts a value of the expression to the type of parameter i. */
static char *
choices_of_param(const ValueList *list, const char *value, int i)
{
	return inverse_value(list->lookup, value, i);
}

/* ---- equality ---- */

/* Returns the share of rows that a use selects if count rows have the value. */
static double
choices_share(const ValueList *list, const Frequencies *frequencies,
			  double count)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	bool different = use->kind == USE_DIFFERENT || use->negated;
	/* For IS DISTINCT FROM, a null is one more value. */
	double compared = use->takes_null ? frequencies->shared : frequencies->rows;
	double selected = different ? compared - count : count;

	return frequencies->shared <= 0
			   ? 0
			   : Min(Max(selected / frequencies->shared, 0), 1);
}

static const Frequencies *
choices_frequencies(const ValueList *list)
{
	return list->reached != NULL ? list->reached : frequency_read(list->lookup);
}

void
choices_equal(ValueList *list)
{
	const Frequencies *found = choices_frequencies(list);
	const ParamUse *use = &list->lookup->variable->uses[0];
	int n = list->lookup->variable->nparams;
	const struct
	{
		const char *kind;
		int first;
	} places[] = {{"typical", found->typical},
				  {"common", 0},
				  {"rare", Max(found->n - n, 0)}};
	char *values[INDEX_MAX_KEYS];
	char *absent;

	if (found->n == 0)
		return;
	for (int place = 0; place < lengthof(places); place++)
	{
		double count = 0;

		/* A list takes the values from there on, and the first after the last. */
		for (int i = 0; i < n; i++)
		{
			int at = (places[place].first + i) % found->n;

			values[i] = choices_of_param(list, found->values[at], i);
			if (i < found->n)
				count += found->counts[at];
		}
		choices_add(list, places[place].kind, values,
					choices_share(list, found, count));
	}
	if (found->unreached != NULL && n == 1)
	{
		values[0] = choices_of_param(list, found->unreached, 0);
		choices_add(list, "unreached", values, 0)->weighs = false;
	}
	absent = absent_value(list->lookup);
	if (absent == NULL)
		return;
	for (int i = 0; i < n; i++)
		values[i] = choices_of_param(list, absent, i);
	choices_add(list, "absent", values, choices_share(list, found, 0))->weighs =
		use->kind == USE_DIFFERENT || use->negated;
}

/* Adds an array of those among n values that are not NULL. */
static ValueChoice *
choices_add_array(ValueList *list, const Frequencies *frequencies,
				  const char *kind, char *const *values, int n, double count)
{
	Oid element = get_base_element_type(list->lookup->variable->types[0]);
	List *elements = NIL;
	char *array;

	for (int i = 0; i < n; i++)
		if (values[i] != NULL)
			elements = lappend(
				elements, probe_cast(values[i], list->lookup->type,
									 OidIsValid(element) ? element : TEXTOID));
	array = probe_array(elements);
	return choices_add(list, kind, &array,
					   choices_share(list, frequencies, count));
}

void
choices_any(ValueList *list)
{
	const Frequencies *found = choices_frequencies(list);
	char *unreached = found->unreached;
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
	several[3] = absent_value(list->lookup);
	choices_add_array(list, found, "several", several, 4, counted);
	counted = 0;
	for (int i = 0; i < many; i++)
		counted += found->counts[i];
	choices_add_array(list, found, "many", found->values, many, counted);
	if (unreached != NULL)
		choices_add_array(list, found, "unreached", &unreached, 1, 0)->weighs =
			false;
	if (several[3] != NULL)
		choices_add_array(list, found, "absent", &several[3], 1, 0)->weighs =
			negated;
	choices_add_array(list, found, "empty", NULL, 0, 0)->weighs = negated;
}

/* ---- ranges ---- */

/*
 * Stores the values at fractions of the rows, as text: from pg_statistic if
 * that is asked for and has them, else from the sample. Returns false if no
 * row has a value.
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
		appendStringInfo(
			&list, "%s%s", i > 0 ? ", " : "",
			probe_text(psprintf("(percentile_disc(%g) WITHIN GROUP "
								"(ORDER BY %s))",
								fractions[i], expression),
					   lookup->type));
	probe_select(psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL", list.data,
						  lookup->sample, expression));
	for (int i = 0; i < n; i++)
		values[i] = probe_get(0, i + 1);
	return values[0] != NULL;
}

/*
 * Stores the shares of all choices, as counted in the sample. Returns false if
 * one that should select rows selects none: the statistics are out of date.
 */
static bool
choices_add_shares(ValueList *list)
{
	int n = list_length(list->choices);
	const char **conditions = palloc(n * sizeof(char *));
	double *shares = palloc(n * sizeof(double));
	bool current = true;
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
		/* Too few rows to be in the sample, or none at all. */
		choice->share = 1 / Max(list->lookup->rows, 1);
		current = current && probe_exists(list->lookup, conditions[i]);
	}
	return current;
}

/* Adds values that should select no row, unless they do; upper for ranges. */
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

/* The ends of a column, and two values between them, at given fractions. */
typedef struct RangeValues
{
	char *smallest;
	char *largest;
	char *middle[2];
} RangeValues;

static void
choices_add_range(ValueList *list, const RangeValues *found)
{
	const char *beyond = absent_beyond(list->lookup->type, found->largest, 1);
	char *bounds[2];

	for (int i = 0; i < 2; i++)
		bounds[i] = choices_of_param(list, found->middle[i], i);
	choices_add(list, "narrow", bounds, -1);
	bounds[0] = choices_of_param(list, found->smallest, 0);
	bounds[1] = choices_of_param(list, found->largest, 1);
	choices_add(list, "wide", bounds, -1)->whole_range = true;
	if (beyond != NULL)
		choices_add_empty(list, beyond, beyond);
	else
		choices_add_empty(list, found->largest, found->smallest);
}

/* Adds the values of a single bound (USE_LOWER, USE_UPPER) or a USE_WINDOW. */
static void
choices_add_bounds(ValueList *list, const RangeValues *found)
{
	UseKind use = list->lookup->variable->uses[0].kind;
	bool upper = use == USE_UPPER;
	bool window = use == USE_WINDOW;
	const struct
	{
		const char *kind;
		const char *value;
	} bounds[] = {
		{"typical", found->middle[0]},
		{window ? "first" : "wide", upper ? found->largest : found->smallest},
		{window ? "last" : "narrow",
		 window ? found->largest : found->middle[1]},
	};

	for (int i = 0; i < lengthof(bounds); i++)
	{
		char *value = choices_of_param(list, bounds[i].value, 0);

		choices_add(list, bounds[i].kind, &value, -1);
	}
	choices_add_empty(
		list,
		upper ? absent_beyond(list->lookup->type, found->smallest, -1)
			  : absent_beyond(list->lookup->type, found->largest, 1),
		NULL);
}

/*
 * Of c > $1 the smallest value leaves out the rows that have it. Where these are many,
 * the widest choice begins before it, as the first page of a client does.
 */
static void
choices_widen(ValueList *list, const RangeValues *found)
{
	const Lookup *lookup = list->lookup;
	bool upper = lookup->variable->uses[0].kind == USE_UPPER;
	ValueChoice *wide = lsecond(list->choices);
	const char *beyond = absent_beyond(
		lookup->type, upper ? found->largest : found->smallest, upper ? 1 : -1);
	char *value;
	double share;

	if (lookup->variable->uses[0].kind == USE_WINDOW ||
		wide->share >= CHOICES_WHOLE)
		return;
	if (beyond == NULL && !upper &&
		TypeCategory(getBaseType(lookup->type)) == TYPCATEGORY_STRING)
		beyond = "";
	if (beyond == NULL)
		return;
	value = choices_of_param(list, beyond, 0);
	share = probe_share(lookup, &value);
	if (share <= wide->share)
		return;
	wide->values[0] =
		value == NULL ? NULL : MemoryContextStrdup(list->context, value);
	wide->share = share;
}

void
choices_range(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	const ValueVariable *variable = lookup->variable;
	double fractions[2] = {0.5, 0.5};
	RangeValues found;

	if (variable->is_range)
		fractions[1] = 0.51;
	else if (variable->uses[0].kind != USE_WINDOW)
		fractions[1] = variable->uses[0].kind == USE_LOWER ? 0.99 : 0.01;
	found.smallest = probe_extreme(lookup, -1);
	if (found.smallest == NULL)
		return;
	found.largest = probe_extreme(lookup, 1);
	/* If values in pg_statistic are out of date, the sample replaces them. */
	for (int attempt = 0; attempt < 2; attempt++)
	{
		list->choices = NIL;
		if (!choices_quantiles(lookup, attempt == 0, fractions, 2,
							   found.middle))
			return;
		if (variable->is_range)
			choices_add_range(list, &found);
		else
			choices_add_bounds(list, &found);
		if (!choices_add_shares(list))
			continue;
		if (!variable->is_range)
			choices_widen(list, &found);
		return;
	}
}

/* ---- any value ---- */

void
choices_of_type(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;
	char *values[INDEX_MAX_KEYS];

	for (int i = 0; i < variable->nparams; i++)
	{
		List *fixed = absent_fixed_values(variable->types[i]);

		values[i] = fixed == NIL ? NULL : linitial(fixed);
	}
	choices_add(list, "any", values, 0)->weighs = false;
}

/* ---- values that the user has set ---- */

void
choices_allowed(ValueList *list, char *const *values, int n)
{
	for (int i = 0; i < n; i++)
	{
		const char *value = values[i] == NULL ? "null" : values[i];
		int length = pg_mbcliplen(value, strlen(value), CHOICES_VALUE_BYTES);
		double share = probe_has_rows(&list->lookup->variable->uses[0])
						   ? probe_share(list->lookup, &values[i])
						   : 1;
		const char *kind =
			value[length] == '\0'
				? psprintf("= %s", value)
				: psprintf("= %.*s... (%d)", length, value, i + 1);

		choices_add(list, MemoryContextStrdup(list->context, kind), &values[i],
					share);
	}
}

/* ---- values left out ---- */

void
choices_left_out(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;
	const ParamUse *use = &variable->uses[0];
	bool is_cursor = use->kind == USE_CURSOR;
	char *nulls[INDEX_MAX_KEYS] = {NULL};
	/* Compared with NULL, no row is selected unless the query says so. */
	bool selects = !is_cursor;
	const ValueChoice *typical;
	ValueChoice *choice;

	if (list->choices == NIL || use->kind == USE_FREE ||
		use->kind == USE_SWITCH)
		return;
	typical = linitial(list->choices);
	for (int bound = 0; variable->is_range && bound < 2; bound++)
	{
		char *values[2] = {typical->values[0], typical->values[1]};

		if (!variable->uses[bound].optional)
			continue;
		values[bound] = NULL;
		choices_add(list,
					bound == 0 ? "without lower bound" : "without upper bound",
					values, probe_share(list->lookup, values));
	}
	if (variable->nparams == 1 && use->off != NULL)
		(void) choices_add(list, "off", &use->off, 1);
	/* A query tests one column of a cursor for NULL, and means all of them. */
	for (int i = 0; i < variable->nparams; i++)
		selects = is_cursor ? selects || variable->uses[i].optional
							: selects && variable->uses[i].optional;
	selects = selects || use->takes_null;
	if (!selects && (is_cursor || use->kind == USE_LIST ||
					 (use->kind == USE_SEARCH && variable->nparams > 1)))
		return;
	choice = choices_add(list, is_cursor ? "first page" : "null", nulls,
						 use->takes_null ? probe_share(list->lookup, nulls)
						 : selects       ? 1
						 /* A null is no bound for range($1, $2). */
						 : variable->is_range
							 ? Max(probe_share(list->lookup, nulls), 0)
							 : 0);
	choice->required = selects;
	choice->weighs = selects;
}
