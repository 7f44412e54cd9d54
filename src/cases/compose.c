/*-------------------------------------------------------------------------
 *
 * compose.c
 *		Puts the choices of a query's variables together to cases.
 *
 * The first case has the typical choice of every variable. Each further one
 * replaces one of them, or of several that are compared by equality (stale.c),
 * and the others then get values that go with it (agree.c). A case with the same
 * values as one before it is left out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "cases/agree.h"
#include "cases/choices.h"
#include "cases/compose.h"
#include "cases/stale.h"

/* ---- typical values ---- */

void
compose_put_typical(Composition *composition, const Variable *variable)
{
	const ValueChoice *typical = linitial(variable->choices);

	variable_put_values(variable, typical->values, composition->typical);
}

/* Returns the share of the rows that a variable selects with values of a case. */
static double
compose_share(const Variable *variable, char *const *args)
{
	const ValueVariable *params = &variable->variable;
	char *values[INDEX_MAX_KEYS];
	Lookup lookup;
	double share;

	if (!probe_has_rows(&params->uses[0]))
		return 1;
	for (int i = 0; i < params->nparams; i++)
		values[i] = args[params->params[i] - 1];
	probe_start(&lookup, params);
	share = probe_share(&lookup, values);
	/* The sample may have none of the rows. */
	return share == 0 ? 1 / Max(lookup.rows, 1) : share;
}

static bool
compose_has_values(const Variable *variable, char *const *args,
				   const ValueChoice *choice)
{
	for (int i = 0; i < variable->variable.nparams; i++)
	{
		const char *value = args[variable->variable.params[i] - 1];

		if (value == NULL || choice->values[i] == NULL
				? value != choice->values[i]
				: strcmp(value, choice->values[i]) != 0)
			return false;
	}
	return true;
}

void
compose_agree(Composition *composition)
{
	MemoryContext old;
	ListCell *cell;

	foreach(cell, composition->variables)
		if (!variable_is_late(lfirst(cell)))
			compose_put_typical(composition, lfirst(cell));
	composition->matches =
		agree_fit(composition->joined, NIL, composition->typical);
	foreach(cell, composition->variables)
	{
		const Variable *variable = lfirst(cell);
		ValueChoice *typical;

		if (variable_is_late(variable))
			continue;
		typical = linitial(variable->choices);
		if (compose_has_values(variable, composition->typical, typical))
			continue;
		typical->share = compose_share(variable, composition->typical);
		old = MemoryContextSwitchTo(composition->context);
		for (int i = 0; i < variable->variable.nparams; i++)
			typical->values[i] =
				pstrdup(composition->typical[variable->variable.params[i] - 1]);
		MemoryContextSwitchTo(old);
	}
}

/* Tells variables apart that have the same title, by their parameters. */
static void
compose_name_apart(const Composition *composition)
{
	ListCell *outer;
	ListCell *inner;

	foreach(outer, composition->variables)
	{
		Variable *variable = lfirst(outer);

		variable->suffix = "";
		foreach(inner, composition->variables)
		{
			const Variable *other = lfirst(inner);

			if (other == variable)
				break;
			if (other->title == NULL || variable->title == NULL
					? other->title != variable->title
					: strcmp(other->title, variable->title) != 0)
				continue;
			variable->suffix = MemoryContextStrdup(
				composition->context,
				psprintf(" ($%d)", variable->variable.params[0]));
			break;
		}
	}
}

/* ---- cases ---- */

/* Returns the label of cases in which one variable has values of some kind. */
static const char *
compose_label(const Variable *variable, const char *kind)
{
	return variable->title == NULL
			   ? psprintf("%s%s", kind, variable->suffix)
			   : psprintf("%s %s%s", variable->title, kind, variable->suffix);
}

/*
 * Makes a case with the values of args for the variables held, which select a
 * share of the rows, and for the others the typical values, or those that go with
 * the ones held (fits).
 */
static Case *
compose_make(const Composition *composition, const char *label, List *held,
			 char *const *args, double share, bool fits)
{
	int nparams = composition->statement->nparams;
	char **values = palloc0(Max(nparams, 1) * sizeof(char *));
	MemoryContext old = MemoryContextSwitchTo(composition->context);
	Case *one = case_make(pstrdup(label), nparams);
	ListCell *cell;

	MemoryContextSwitchTo(old);
	one->weighs = true;
	one->share = share;
	memcpy(values, composition->typical, nparams * sizeof(char *));
	foreach(cell, held)
	{
		const ValueVariable *variable = &((Variable *) lfirst(cell))->variable;

		for (int i = 0; i < variable->nparams; i++)
			values[variable->params[i] - 1] = args[variable->params[i] - 1];
	}
	if (fits)
		one->matches = agree_fit(composition->joined, held, values);
	foreach(cell, composition->variables)
	{
		const Variable *variable = lfirst(cell);
		const ValueChoice *typical = linitial(variable->choices);
		double other;

		if (list_member_ptr(held, variable))
			continue;
		other = compose_has_values(variable, values, typical)
					? typical->share
					: compose_share(variable, values);
		one->share = one->share < 0 || other < 0 ? -1 : one->share * other;
	}
	old = MemoryContextSwitchTo(composition->context);
	for (int i = 0; i < nparams; i++)
		one->args[i] = values[i] == NULL ? NULL : pstrdup(values[i]);
	MemoryContextSwitchTo(old);
	return one;
}

/* Makes the case in which one variable has another choice than the typical one. */
static Case *
compose_make_varied(const Composition *composition, const Variable *variable,
					const ValueChoice *choice)
{
	int nparams = composition->statement->nparams;
	char **args = palloc0(Max(nparams, 1) * sizeof(char *));
	bool fits = (choice->share != 0 || variable->allowed != NULL) &&
				!variable_is_page(variable);
	Case *one;

	variable_put_values(variable, choice->values, args);
	/* A value that selects nothing goes with no other one, and a page with all. */
	one = compose_make(composition, compose_label(variable, choice->kind),
					   list_make1(unconstify(Variable *, variable)), args,
					   choice->share, fits);
	if (!fits)
		one->matches = choice->share == 0 ? 0 : composition->matches;
	/* Nor is one asked for that does not go with the values that are allowed. */
	one->required =
		choice->required &&
		!(choice->weighs && one->matches == 0 && variable->allowed == NULL &&
		  composition->joined->allowed.known != NULL);
	one->weighs = choice->weighs;
	one->known_limit = choice->known_limit;
	one->known_limit_reason = choice->known_limit_reason;
	one->offset_grows = choice->offset_grows;
	one->whole_range = choice->whole_range;
	return one;
}

/* Makes the first case, with the typical values of all variables. */
static Case *
compose_make_typical(const Composition *composition)
{
	List *variables = composition->variables;
	const char *label = variables == NIL ? "no values" : "typical";
	Case *one;

	if (list_length(variables) == 1)
	{
		const Variable *only = linitial(variables);

		label = compose_label(only,
							  ((ValueChoice *) linitial(only->choices))->kind);
	}
	one = compose_make(composition, label, NIL, NULL, 1, false);
	one->matches = composition->matches;
	return one;
}

/*
 * Adds a case unless another one has the same values: in a small table, the
 * common value may also be the rare one.
 */
static List *
compose_add_distinct(List *cases, Case *one)
{
	ListCell *cell;

	foreach(cell, cases)
	{
		const Case *other = lfirst(cell);
		int i = 0;

		while (i < one->nargs &&
			   (one->args[i] == NULL
					? other->args[i] == NULL
					: other->args[i] != NULL &&
						  strcmp(one->args[i], other->args[i]) == 0))
			i++;
		if (i == one->nargs)
			return cases;
	}
	return lappend(cases, one);
}

/*
 * Adds the cases of frequent values far back in the order. Those of one variable
 * are named after it.
 */
static List *
compose_add_stale(const Composition *composition, List *cases)
{
	List *found = stale_find(composition->joined);
	ListCell *cell;

	foreach(cell, found)
	{
		const StaleValues *stale = lfirst(cell);
		const char *label =
			list_length(stale->variables) == 1
				? compose_label(linitial(stale->variables), "stale")
				: "stale";

		cases = compose_add_distinct(
			cases, compose_make(composition, label, stale->variables,
								stale->args, stale->share, true));
	}
	return cases;
}

List *
compose_cases(const Composition *composition, bool typical)
{
	List *cases;
	MemoryContext old;
	ListCell *outer;
	ListCell *inner;

	compose_name_apart(composition);
	cases = list_make1(compose_make_typical(composition));
	foreach(outer, typical ? NIL : composition->variables)
	{
		const Variable *variable = lfirst(outer);

		for_each_from(inner, variable->choices, 1)
			cases = compose_add_distinct(
				cases,
				compose_make_varied(composition, variable, lfirst(inner)));
	}
	if (!typical)
		cases = compose_add_stale(composition, cases);
	old = MemoryContextSwitchTo(composition->context);
	cases = list_copy(cases);
	MemoryContextSwitchTo(old);
	return cases;
}

/* ---- labels ---- */

/* Whether one of the first n cases, or an added one, has a label. */
static bool
compose_label_is_taken(List *cases, int n, List *added, const char *label)
{
	ListCell *cell;

	foreach(cell, added)
		if (strcmp(((Case *) lfirst(cell))->label, label) == 0)
			return true;
	for (int i = 0; i < n; i++)
		if (strcmp(((Case *) list_nth(cases, i))->label, label) == 0)
			return true;
	return false;
}

void
compose_number_labels(List *cases, List *added)
{
	ListCell *cell;

	foreach(cell, cases)
	{
		Case *one = lfirst(cell);
		const char *label = one->label;

		for (int number = 2; compose_label_is_taken(
				 cases, foreach_current_index(cell), added, one->label);
			 number++)
			one->label = psprintf("%s (%d)", label, number);
	}
}
