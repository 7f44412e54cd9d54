/*-------------------------------------------------------------------------
 *
 * search_values.c
 *		Chooses what to search for within values: common, rare and absent parts.
 *
 * The parts of the sample's rows (parts.c) are ranked by how many rows have them.
 * For a column whose statistics tell its most frequent elements, these are
 * candidates, too. How many rows each candidate finds is then counted with the
 * query's own condition, and decides what it is called: the condition may find
 * more or less than the rows that have the part, as a similarity does.
 *
 * A parameter may take a part as it is, or as an array of one element. Which of
 * them finds rows is tried.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/column_stats.h"
#include "cases/parts.h"
#include "cases/pattern.h"
#include "cases/search_values.h"
#include "cases/spans.h"

/* Rows that candidates are chosen by. */
#define SEARCH_ROWS 5000.0

/* The most frequent parts, and the least frequent ones, that are counted. */
#define SEARCH_COMMON 3
#define SEARCH_RARE 3

/* Candidates that are not parts of the sample's rows. */
#define SEARCH_OTHERS 3

#define SEARCH_MOST (1 + SEARCH_COMMON + SEARCH_RARE + SEARCH_OTHERS)

/* Values for all parameters of a variable, and what they find. */
typedef struct Candidate
{
	char **values;
	const char *condition; /* NULL if it is not known, or fails */
	double share;          /* of the rows; -1 if it is not known */
} Candidate;

typedef struct Candidates
{
	Candidate items[SEARCH_MOST]; /* the typical one first, rare ones last */
	int n;
	bool in_array; /* parameters take a part as an array */
} Candidates;

/* ---- parts of rows ---- */

/* SQL for keys of documents and their values; the key may be either parameter. */
static const char *
search_values_of_pairs(const Lookup *lookup)
{
	const ValueVariable *variable = lookup->variable;
	const ParamUse *use = &variable->uses[0];
	bool value_first = parts_key(variable) == 1;
	const char *x = psprintf("%s::jsonb", probe_expression(use));

	return psprintf(
		"SELECT ARRAY[%s] AS v FROM %s, jsonb_each_text(CASE "
		"jsonb_typeof(%s) WHEN 'object' THEN %s ELSE '{}' END) AS o "
		"(k, e) WHERE length(e) <= 100",
		value_first ? "e, k" : "k, e", lookup->sample, x, x);
}

/* SQL for the parts of several parameters that one row has. */
static const char *
search_values_of_row(const Lookup *lookup)
{
	const ValueVariable *variable = lookup->variable;
	int n = variable->nparams;
	StringInfoData rows;
	StringInfoData first;

	if (parts_key(variable) >= 0)
		return search_values_of_pairs(lookup);
	if (variable->uses[0].search->form != SEARCH_DOCUMENT)
		return psprintf(
			"SELECT ARRAY(SELECT a[1 + (i + k) %% cardinality(a)] "
			"FROM generate_series(0, %d) AS g (k)) AS v FROM (SELECT %s AS a "
			"FROM %s) AS s, generate_series(0, cardinality(a) - 1) AS h (i)",
			n - 1, parts_sql(variable, 0, probe_expression(&variable->uses[0])),
			lookup->sample);
	initStringInfo(&rows);
	initStringInfo(&first);
	for (int i = 0; i < n; i++)
	{
		const char *expression = probe_expression(&variable->uses[i]);

		appendStringInfo(&rows, "%s%s AS a%d", i > 0 ? ", " : "",
						 parts_sql(variable, i, expression), i);
		appendStringInfo(&first, "%sa%d[1]", i > 0 ? ", " : "", i);
	}
	return psprintf("SELECT v FROM (SELECT ARRAY[%s] AS v FROM (SELECT %s FROM "
					"%s) AS r) AS s WHERE array_position(v, NULL) IS NULL",
					first.data, rows.data, lookup->sample);
}

const char *
search_values_sql(const Lookup *lookup)
{
	const ValueVariable *variable = lookup->variable;
	const char *parts =
		parts_sql(variable, 0, probe_expression(&variable->uses[0]));

	if (parts == NULL)
		return NULL;
	if (variable->nparams > 1)
		return search_values_of_row(lookup);
	return psprintf("SELECT ARRAY[p] AS v FROM %s, unnest(%s) AS u (p) "
					"WHERE p IS NOT NULL",
					lookup->sample, parts);
}

/* ---- candidates ---- */

/* Takes a part for each parameter; texts has as many. */
static void
search_values_take(Candidates *found, char **texts)
{
	if (found->n < SEARCH_MOST)
		found->items[found->n++].values = texts;
}

static void
search_values_read(const Lookup *lookup, Candidates *found)
{
	int n = lookup->variable->nparams;
	const char *ranked = pattern_rank(
		psprintf("SELECT v::text FROM (%s) AS p", search_values_sql(lookup)),
		SEARCH_COMMON, SEARCH_RARE);
	StringInfoData columns;

	initStringInfo(&columns);
	for (int i = 0; i < n; i++)
		appendStringInfo(&columns, "%s(v::text[])[%d]", i > 0 ? ", " : "",
						 i + 1);
	probe_select(
		psprintf("SELECT %s FROM (%s) AS ranked", columns.data, ranked));
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char **texts = palloc(n * sizeof(char *));

		for (int i = 0; i < n; i++)
			texts[i] = probe_get(row, i + 1);
		search_values_take(found, texts);
	}
}

/* What the rows do not tell: elements that ANALYZE saw, and small numbers. */
static void
search_values_add_others(const Lookup *lookup, Candidates *found)
{
	static const char *const numbers[] = {"1", "2", "4"};
	const ValueVariable *variable = lookup->variable;
	const ParamUse *use = &variable->uses[0];
	SearchForm form = use->search->form;
	char *elements[SEARCH_OTHERS];
	int n = 0;

	if (variable->nparams > 1)
		return;
	if ((form == SEARCH_ARRAY && !parts_are_contained(use->search)) ||
		form == SEARCH_LEXEME)
		n = column_stats_elements(use->relid, use->attnum, elements,
								  SEARCH_OTHERS);
	else if (form == SEARCH_VALUE &&
			 TypeCategory(getBaseType(variable->types[0])) ==
				 TYPCATEGORY_NUMERIC)
		while (n < SEARCH_OTHERS)
		{
			elements[n] = pstrdup(numbers[n]);
			n++;
		}
	for (int i = 0; i < n; i++)
	{
		char **texts = palloc(sizeof(char *));

		texts[0] = elements[i];
		search_values_take(found, texts);
	}
}

/* ---- counting ---- */

typedef struct CountContext
{
	const Lookup *lookup;
	Candidate *items;
	int n;
} CountContext;

static void
search_values_count_inside(void *arg)
{
	CountContext *context = arg;
	const char **conditions = palloc(context->n * sizeof(char *));
	double *shares = palloc(context->n * sizeof(double));

	for (int i = 0; i < context->n; i++)
		conditions[i] =
			probe_condition(context->lookup, context->items[i].values);
	probe_shares(context->lookup, conditions, context->n, shares);
	for (int i = 0; i < context->n; i++)
	{
		context->items[i].condition = conditions[i];
		context->items[i].share = shares[i];
	}
}

/*
 * Counts what n candidates find. Those for which the condition fails are left
 * out; returns the number of the others.
 */
static int
search_values_count(const Lookup *lookup, Candidate *items, int n)
{
	CountContext all = {lookup, items, n};
	int kept = 0;

	if (n == 0 || sandbox_run(search_values_count_inside, &all,
							  perfcheck_statement_timeout) == NULL)
		return n;
	for (int i = 0; i < n; i++)
	{
		CountContext one = {lookup, &items[i], 1};

		if (sandbox_run(search_values_count_inside, &one,
						perfcheck_statement_timeout) == NULL)
			items[kept++] = items[i];
	}
	return kept;
}

/* Writes the parts as values of the parameters, and counts what they find. */
static void
search_values_write_all(const Lookup *lookup, Candidates *found, bool in_array)
{
	const ValueVariable *variable = lookup->variable;

	for (int item = 0; item < found->n; item++)
	{
		char **values = palloc(variable->nparams * sizeof(char *));

		for (int i = 0; i < variable->nparams; i++)
			values[i] = parts_value(variable, i, found->items[item].values[i],
									in_array);
		found->items[item].values = values;
	}
	found->in_array = in_array;
	found->n = search_values_count(lookup, found->items, found->n);
}

/* Whether a candidate finds a row, or may. */
static bool
search_values_find(const Candidates *found)
{
	for (int i = 0; i < found->n; i++)
		if (found->items[i].share != 0)
			return true;
	return false;
}

/* ---- choices ---- */

static void
search_values_choose(ValueList *list, const char *kind, const Candidate *taken)
{
	const ParamUse *use = &list->lookup->variable->uses[0];
	double share = taken->share;

	/* An order alone leaves no row out. */
	if (use->search->condition == NULL)
		share = 1;
	choices_add(list, kind, taken->values, share);
}

static int
search_values_by_share(const void *a, const void *b)
{
	double first = (*(const Candidate *const *) a)->share;
	double second = (*(const Candidate *const *) b)->share;

	return (first > second) - (first < second);
}

/* The candidate in the middle of those that find rows. */
static const Candidate *
search_values_median(const Candidates *found)
{
	const Candidate *finding[SEARCH_MOST];
	int n = 0;

	for (int i = 0; i < found->n; i++)
		if (found->items[i].share > 0)
			finding[n++] = &found->items[i];
	qsort(finding, n, sizeof(*finding), search_values_by_share);
	return finding[n / 2];
}

/*
 * Adds the candidates that find most and fewest rows, and the typical one; counted
 * is the sample that they were counted in.
 */
static void
search_values_choose_all(ValueList *list, const Candidates *found,
						 const char *counted)
{
	SearchForm form = list->lookup->variable->uses[0].search->form;
	bool negated = list->lookup->variable->uses[0].search->negated;
	const Candidate *typical = &found->items[0];
	const Candidate *common = NULL;
	const Candidate *rare = NULL;
	Candidate chosen[3];

	for (int i = 0; i < found->n; i++)
	{
		const Candidate *one = &found->items[i];

		if (one->share == 0)
			continue;
		/* What NOT finds are the rows without it. */
		if (common == NULL ||
			(negated ? one->share < common->share : one->share > common->share))
			common = one;
		if (rare == NULL ||
			(negated ? one->share >= rare->share : one->share <= rare->share))
			rare = one;
	}
	if (common->share < 0)
	{
		/* Not counted: the order of the ranks is all there is. */
		common = &found->items[Min(1, found->n - 1)];
		rare = &found->items[found->n - 1];
	}
	/*
	 * The rank tells what a request would bring, unless the condition finds
	 * other rows than those that have the part.
	 */
	if (typical->share == 0 || (typical->share > 0 && (form == SEARCH_SIMILAR ||
													   form == SEARCH_VALUE)))
		typical = search_values_median(found);
	chosen[0] = *typical;
	chosen[1] = *common;
	chosen[2] = *rare;
	/* More rows than those that they were chosen by. */
	if (counted != list->lookup->sample)
		(void) search_values_count(list->lookup, chosen, lengthof(chosen));
	search_values_choose(list, "typical", &chosen[0]);
	search_values_choose(list, "common", &chosen[1]);
	search_values_choose(list, "rare", &chosen[2]);
}

/* Several parts in one array, and none: array && $1. */
static void
search_values_add_arrays(ValueList *list, char *const *parts, int n)
{
	const ValueVariable *variable = list->lookup->variable;
	const Search *search = variable->uses[0].search;
	List *elements = NIL;
	char *array;
	Candidate several = {.values = &array};

	if (variable->nparams > 1 || strcmp(search->name, "&&") != 0 ||
		!OidIsValid(get_base_element_type(variable->types[0])))
		return;
	for (int i = 0; i < n; i++)
		if (i == 0 || strcmp(parts[i], parts[0]) != 0)
			elements = lappend(elements, parts[i]);
	array = probe_array(elements);
	if (search_values_count(list->lookup, &several, 1) == 1)
		search_values_choose(list, "several", &several);
	array = probe_array(NIL);
	if (search_values_count(list->lookup, &several, 1) == 1)
		choices_add(list, "empty", &array, several.share)->weighs = false;
}

typedef struct ExistsContext
{
	const Lookup *lookup;
	char *const *values;
	bool exists;
} ExistsContext;

static void
search_values_exists_inside(void *arg)
{
	ExistsContext *context = arg;
	const char *condition = probe_condition(context->lookup, context->values);

	context->exists =
		condition == NULL || probe_exists(context->lookup, condition);
}

static void
search_values_add_absent(ValueList *list, bool in_array)
{
	const ValueVariable *variable = list->lookup->variable;
	const Search *search = variable->uses[0].search;
	/* All rows are found: by NOT, or since an order alone leaves none out. */
	bool all = search->condition == NULL || search->negated;
	List *absent[INDEX_MAX_KEYS];

	for (int i = 0; i < variable->nparams; i++)
		absent[i] = parts_absent(variable, i);
	for (int attempt = 0; attempt < list_length(absent[0]); attempt++)
	{
		char *values[INDEX_MAX_KEYS];
		ExistsContext context = {list->lookup, values, false};

		for (int i = 0; i < variable->nparams; i++)
			values[i] =
				absent[i] == NIL
					? NULL
					: parts_value(
						  variable, i,
						  list_nth(absent[i], attempt % list_length(absent[i])),
						  in_array);
		if (!all && (sandbox_run(search_values_exists_inside, &context,
								 perfcheck_statement_timeout) != NULL ||
					 context.exists))
			continue;
		choices_add(list, "absent", values, all ? 1 : 0)->weighs = all;
		return;
	}
}

/*
 * A smaller sample, to choose candidates by: taking a value apart, and comparing it
 * with many others, takes longer than reading a row.
 */
static Lookup
search_values_sample(const Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	Lookup few = *lookup;

	if (lookup->rows > 2 * SEARCH_ROWS && OidIsValid(use->relid) &&
		probe_can_sample(use->relid))
		/* Whole pages are enough of a table that has many of them. */
		few.sample =
			psprintf("%s TABLESAMPLE %s (%.3g) REPEATABLE (0)", lookup->table,
					 lookup->sampled ? "SYSTEM" : "BERNOULLI",
					 100 * SEARCH_ROWS / lookup->rows);
	return few;
}

static void
search_values_add_parts(ValueList *list)
{
	const Lookup *lookup = list->lookup;
	const ValueVariable *variable = lookup->variable;
	SearchForm form = variable->uses[0].search->form;
	Lookup few = search_values_sample(lookup);
	Candidates found = {.n = 0};
	Candidates written;
	char *parts[1 + SEARCH_COMMON];
	int nparts;

	search_values_read(&few, &found);
	if (found.n == 0 && few.sample != lookup->sample)
	{
		few = *lookup;
		search_values_read(&few, &found);
	}
	if (found.n == 0)
		return;
	search_values_add_others(lookup, &found);
	nparts = Min(found.n, lengthof(parts));
	for (int i = 0; i < nparts; i++)
		parts[i] = found.items[i].values[0];
	written = found;
	search_values_write_all(&few, &written, false);
	if (!search_values_find(&written) &&
		(form == SEARCH_ARRAY || form == SEARCH_KEY))
	{
		written = found;
		search_values_write_all(&few, &written, true);
	}
	if (!search_values_find(&written))
	{
		if (written.n > 0)
			choices_add(list, "absent", written.items[0].values, 0)->weighs =
				false;
		return;
	}
	search_values_choose_all(list, &written, few.sample);
	search_values_add_arrays(list, parts, nparts);
	search_values_add_absent(list, written.in_array);
}

void
search_values_add(ValueList *list)
{
	const ValueVariable *variable = list->lookup->variable;

	switch (variable->uses[0].search->form)
	{
		case SEARCH_RANGE:
		case SEARCH_WITHIN:
			spans_add_range(list);
			break;
		case SEARCH_SHAPE:
			spans_add_shape(list);
			break;
		default:
			search_values_add_parts(list);
			break;
	}
}
