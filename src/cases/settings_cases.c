/*-------------------------------------------------------------------------
 *
 * settings_cases.c
 *		Varies the settings that a query runs with, as cases vary its values.
 *
 * Each setting that varies gets a list of choices, the typical one first: the
 * values that the contract lists, those of a column that it names, or those of
 * the column that a policy compares the setting with. A value that the contract
 * or the session has given is the typical one then. Two settings that stand for
 * columns of one table fit each other: the second is that of most rows that have
 * the first. The cases of the query are derived under the typical settings; for
 * each other choice its typical case alone is derived again, because another user
 * has other rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/setting_values.h"
#include "cases/settings_cases.h"
#include "contract/contract_query.h"
#include "contract/query_settings.h"
#include "query/setting_uses.h"

/* Longer values are not part of a label. */
#define SETTINGS_CASES_LABEL 40

/* A setting that has one value, or varies. */
typedef struct SettingVariable
{
	const char *name;
	const char *given; /* its value by the contract or the session, or NULL */
	List *choices;     /* SettingChoice *, the typical one first */
	bool listed;       /* the contract lists them */
	/* Where the values come from, and what reads them; NULL for a list. */
	const ParamUse *column;
	const SettingUse *use;
} SettingVariable;

/* ---- what the contract says ---- */

static ParamUse *
settings_cases_column(const QuerySetting *setting)
{
	ParamUse *column = palloc0(sizeof(*column));
	Oid type;
	int32 typmod;
	Oid collation;

	get_atttypetypmodcoll(setting->relid, setting->attnum, &type, &typmod,
						  &collation);
	column->kind = USE_EQUAL;
	column->relid = setting->relid;
	column->attnum = setting->attnum;
	column->expr =
		(Node *) makeVar(1, column->attnum, type, typmod, collation, 0);
	return column;
}

static SettingChoice *
settings_cases_choice(const char *kind, const char *value)
{
	SettingChoice *choice = palloc0(sizeof(*choice));

	choice->kind = kind;
	choice->value = value;
	choice->share = -1;
	choice->weighs = true;
	return choice;
}

static SettingVariable *
settings_cases_find(List *variables, const char *name)
{
	ListCell *cell;

	foreach(cell, variables)
		if (pg_strcasecmp(((SettingVariable *) lfirst(cell))->name, name) == 0)
			return lfirst(cell);
	return NULL;
}

static SettingVariable *
settings_cases_of_contract(const QuerySetting *setting)
{
	SettingVariable *variable = palloc0(sizeof(*variable));
	ListCell *cell;

	variable->name = setting->name;
	variable->listed = setting->listed;
	if (OidIsValid(setting->relid))
		variable->column = settings_cases_column(setting);
	else if (!setting->listed)
		variable->given = linitial(setting->values);
	foreach(cell, setting->values)
	{
		const char *value = lfirst(cell);

		variable->choices = lappend(
			variable->choices,
			settings_cases_choice(
				!setting->listed ? "given"
				: strlen(value) <= SETTINGS_CASES_LABEL
					? value
					: psprintf("value %d", foreach_current_index(cell) + 1),
				value));
	}
	return variable;
}

/* ---- what the query compares ---- */

/* The one on the largest table first, policies before other conditions. */
static int
settings_cases_compare_uses(const ListCell *a, const ListCell *b)
{
	const SettingUse *of_a = lfirst(a);
	const SettingUse *of_b = lfirst(b);
	double rows_a = relation_rows(of_a->column.relid);
	double rows_b = relation_rows(of_b->column.relid);

	if (of_a->policy != of_b->policy)
		return of_a->policy ? -1 : 1;
	return rows_a > rows_b ? -1 : rows_a < rows_b ? 1 : 0;
}

/* The value that the session has for a setting, or NULL. */
static const char *
settings_cases_of_session(const char *name)
{
	const char *value = GetConfigOption(name, true, false);

	/* A custom setting stays as an empty one where it was set for a while. */
	return value == NULL || value[0] == '\0' ? NULL : pstrdup(value);
}

/*
 * May a comparison vary a setting? Where it has one value, others are tried if a
 * policy reads it.
 */
static bool
settings_cases_may_vary(const SettingVariable *variable, const SettingUse *use)
{
	if (variable->use != NULL || variable->listed)
		return false;
	return variable->given == NULL || use->policy;
}

/* Returns the choices without those that are there already, by value. */
static List *
settings_cases_add_new(List *choices, List *more)
{
	ListCell *cell;
	ListCell *old;

	foreach(cell, more)
	{
		const SettingChoice *choice = lfirst(cell);
		bool known = false;

		foreach(old, choices)
			known = known || strcmp(((SettingChoice *) lfirst(old))->value,
									choice->value) == 0;
		if (!known)
			choices = lappend(choices, lfirst(cell));
	}
	return choices;
}

/*
 * Takes a comparison as the source of a setting's values. Returns false if the
 * values of its column, as far as any can be read, do not fit the setting.
 */
static bool
settings_cases_take_use(SettingVariable *variable, const SettingUse *use,
						const Query *query)
{
	const ParamUse *column =
		variable->column != NULL ? variable->column : &use->column;
	List *found = setting_values_of_a_row(column);

	/* Most of those that do not fit are told apart by one value. */
	if (found == NIL ||
		!setting_values_fit(use, variable->name, variable->given, found))
		return false;
	found = setting_values_of_column(column, query);
	if (found == NIL ||
		!setting_values_fit(use, variable->name, variable->given, found))
		return false;
	variable->column = column;
	variable->use = use;
	if (variable->given != NULL)
	{
		const SettingChoice *typical = linitial(found);
		SettingChoice *given = settings_cases_choice("given", variable->given);

		if (strcmp(typical->value, typical->key) == 0)
			given->key = variable->given;
		variable->choices = list_make1(given);
		/* The typical one of the column is one more of many. */
		found = list_delete_first(found);
	}
	variable->choices = settings_cases_add_new(variable->choices, found);
	return true;
}

typedef struct UseTrial
{
	SettingVariable *variable;
	const SettingUse *use;
	const Query *query;
	bool taken;
} UseTrial;

static void
settings_cases_try_use(void *arg)
{
	UseTrial *trial = arg;

	trial->taken =
		settings_cases_take_use(trial->variable, trial->use, trial->query);
}

typedef struct UseSearch
{
	Query *query;
	List *uses; /* SettingUse * */
} UseSearch;

static void
settings_cases_find_uses(void *arg)
{
	UseSearch *search = arg;

	search->uses = setting_uses_find(search->query);
}

/*
 * Takes a comparison as the source of values for one of its settings: for one that
 * has a value if with_value is set, else for one that has none.
 */
static bool
settings_cases_take_name(List **variables, const SettingUse *use,
						 const Query *query, const char *name, bool with_value)
{
	SettingVariable *known = settings_cases_find(*variables, name);
	SettingVariable *variable = known;
	UseTrial trial = {.use = use, .query = query};

	if (known == NULL)
	{
		variable = palloc0(sizeof(*variable));
		variable->name = name;
		variable->given = settings_cases_of_session(name);
	}
	if (with_value != (known != NULL || variable->given != NULL) ||
		!settings_cases_may_vary(variable, use))
		return false;
	/* What cannot be read stays as it is. */
	trial.variable = variable;
	if (sandbox_run(settings_cases_try_use, &trial,
					perfcheck_statement_timeout) != NULL ||
		!trial.taken)
		return false;
	if (known == NULL)
		*variables = lappend(*variables, variable);
	return true;
}

/* Has one of the settings that a comparison reads a value? */
static bool
settings_cases_have_value(List *variables, const SettingUse *use)
{
	ListCell *cell;

	foreach(cell, use->names)
		if (settings_cases_find(variables, lfirst(cell)) != NULL ||
			settings_cases_of_session(lfirst(cell)) != NULL)
			return true;
	return false;
}

/* Raises an error if a table has rows, none of which shows a value. */
static void
settings_cases_refuse_unseen(const char *name, const ParamUse *column)
{
	if (!relation_looks_filled(column->relid) ||
		setting_values_of_a_row(column) != NIL)
		return;
	ereport(ERROR, errcode(ERRCODE_NO_DATA_FOUND),
			errmsg("no value can be derived for setting \"%s\"", name),
			errdetail("Its values are those of a column of table \"%s\", which "
					  "shows no row to role \"%s\".",
					  get_rel_name(column->relid),
					  GetUserNameFromId(sandbox_author(), true)),
			errhint("List values for it in the settings of the query."));
}

/* Adds the settings that the query compares with columns to variables. */
static List *
settings_cases_add_uses(List *variables, Query *query)
{
	UseSearch search = {query, NIL};
	ListCell *cell;
	ListCell *name;

	/* A constant that cannot be folded is an error of the plan, not of this. */
	if (sandbox_run(settings_cases_find_uses, &search,
					perfcheck_statement_timeout) != NULL)
		return variables;
	list_sort(search.uses, settings_cases_compare_uses);
	foreach(cell, search.uses)
	{
		bool taken = false;

		/* Those first that have a value: another one may not be in use. */
		for (int without = 0; without < 2; without++)
			foreach(name, ((SettingUse *) lfirst(cell))->names)
				taken = taken || settings_cases_take_name(
									 &variables, lfirst(cell), query,
									 lfirst(name), without == 0);
	}
	/* A user without a name sees nothing, which tells nothing about others. */
	foreach(cell, search.uses)
	{
		const SettingUse *use = lfirst(cell);

		if (use->policy && !use->indirect &&
			!settings_cases_have_value(variables, use))
			settings_cases_refuse_unseen(linitial(use->names), &use->column);
	}
	return variables;
}

/* Returns all SettingVariables of a query; those without choices are left out. */
static List *
settings_cases_read(const ContractQuery *query,
					const ContractStatement *statement)
{
	List *settings = query_settings_read(query);
	List *variables = NIL;
	List *found = NIL;
	ListCell *cell;

	foreach(cell, settings)
		variables =
			lappend(variables, settings_cases_of_contract(lfirst(cell)));
	variables = settings_cases_add_uses(variables, statement->query);
	foreach(cell, variables)
	{
		SettingVariable *variable = lfirst(cell);

		/* Nothing that is known of the query reads this one. */
		if (variable->column != NULL && variable->use == NULL)
		{
			settings_cases_refuse_unseen(variable->name, variable->column);
			variable->choices = settings_cases_add_new(
				NIL,
				setting_values_of_column(variable->column, statement->query));
		}
		if (variable->choices != NIL)
			found = lappend(found, variable);
	}
	return found;
}

/* ---- settings for a case ---- */

/*
 * The value of another setting for a choice of this one: where both are columns
 * of one table, that which most of the rows with the choice have. NULL if there
 * are none, or no choice was given at all.
 */
static const char *
settings_cases_partner(const SettingVariable *varied,
					   const SettingChoice *choice,
					   const SettingVariable *other)
{
	SettingChoice *partner;
	char *key;

	if (varied == NULL || choice->key == NULL || other->use == NULL ||
		varied->column->relid != other->column->relid)
		return NULL;
	key = setting_values_partner(varied->column, choice->key, other->column);
	if (key == NULL)
		return NULL;
	partner = settings_cases_choice("partner", NULL);
	partner->key = key;
	return setting_values_fit(other->use, other->name, other->given,
							  list_make1(partner))
			   ? partner->value
			   : NULL;
}

/*
 * Returns CaseSettings: choice for the setting varied, and for the others what
 * goes with it or is typical. Of the typical ones, those that were given stay.
 */
static List *
settings_cases_list(List *variables, const SettingVariable *varied,
					const SettingChoice *choice)
{
	bool typical = varied != NULL && choice == linitial(varied->choices);
	List *settings = NIL;
	ListCell *cell;

	foreach(cell, variables)
	{
		const SettingVariable *variable = lfirst(cell);
		CaseSetting *setting = palloc(sizeof(*setting));
		const char *partner = NULL;

		if (variable != varied && !(typical && variable->given != NULL))
			partner = settings_cases_partner(varied, choice, variable);
		setting->name = variable->name;
		setting->value =
			partner != NULL ? partner
			: variable == varied
				? choice->value
				: ((SettingChoice *) linitial(variable->choices))->value;
		settings = lappend(settings, setting);
	}
	return settings;
}

/* The typical settings: one that was given, or else the first, leads the others. */
static List *
settings_cases_usual(List *variables)
{
	const SettingVariable *leader = NULL;
	ListCell *cell;

	foreach(cell, variables)
	{
		const SettingVariable *variable = lfirst(cell);

		if (variable->column != NULL &&
			(leader == NULL ||
			 (leader->given == NULL && variable->given != NULL)))
			leader = variable;
	}
	return settings_cases_list(
		variables, leader, leader == NULL ? NULL : linitial(leader->choices));
}

/* ---- cases ---- */

typedef struct DeriveAgain
{
	const ContractQuery *query;
	const ContractStatement *statement;
	SettingsCasesFunction derive;
	List *settings;
	List *cases;
} DeriveAgain;

static void
settings_cases_derive_inside(void *arg)
{
	DeriveAgain *again = arg;

	(void) case_enter_setting_list(again->settings);
	again->cases = again->derive(again->query, again->statement, true);
}

/* Returns the case of another choice of a setting; usual is the typical case. */
static Case *
settings_cases_make(DeriveAgain *again, const Case *usual,
					const SettingVariable *variable,
					const SettingChoice *choice)
{
	Case *one = palloc(sizeof(*one));

	*one = *usual;
	again->cases = NIL;
	/* Whoever has no rows asks for those of others. */
	if (usual->nargs > 0 &&
		sandbox_run(settings_cases_derive_inside, again, 0) == NULL &&
		again->cases != NIL)
		*one = *(const Case *) linitial(again->cases);
	else if (usual->nargs == 0)
		one->share = choice->share;
	one->label = psprintf("%s %s", variable->name, choice->kind);
	one->settings = again->settings;
	one->another_user = true;
	one->required = true;
	one->weighs = one->weighs && choice->weighs;
	one->known_limit = NULL;
	return one;
}

/* Names the typical case of a query in which nothing but settings varies. */
static const char *
settings_cases_usual_label(const Case *usual, List *variables)
{
	const char *label = usual->label;
	int varying = 0;
	ListCell *cell;

	foreach(cell, variables)
	{
		const SettingVariable *variable = lfirst(cell);
		const SettingChoice *typical = linitial(variable->choices);

		if (usual->nargs > 0 ||
			!(variable->listed || list_length(variable->choices) > 1))
			continue;
		label = varying++ > 0
					? "typical"
					: psprintf("%s %s", variable->name, typical->kind);
	}
	return label;
}

List *
settings_cases_derive(const ContractQuery *query,
					  const ContractStatement *statement,
					  SettingsCasesFunction derive)
{
	List *variables = settings_cases_read(query, statement);
	List *usual = settings_cases_usual(variables);
	DeriveAgain again = {query, statement, derive, NIL, NIL};
	int level = case_enter_setting_list(usual);
	List *cases = derive(query, statement, false);
	List *others = NIL;
	ListCell *outer;
	ListCell *inner;

	guc_scope_leave(level);
	if (cases == NIL || variables == NIL)
		return cases;
	foreach(outer, cases)
		((Case *) lfirst(outer))->settings = usual;
	((Case *) linitial(cases))->label =
		settings_cases_usual_label(linitial(cases), variables);
	foreach(outer, variables)
	{
		const SettingVariable *variable = lfirst(outer);

		for_each_from(inner, variable->choices, 1)
		{
			CHECK_FOR_INTERRUPTS();
			again.settings =
				settings_cases_list(variables, variable, lfirst(inner));
			others =
				lappend(others, settings_cases_make(&again, linitial(cases),
													variable, lfirst(inner)));
		}
	}
	return list_concat(cases, others);
}

List *
settings_cases_typical(const ContractQuery *query,
					   const ContractStatement *statement)
{
	return settings_cases_usual(settings_cases_read(query, statement));
}
