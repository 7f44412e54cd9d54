/*-------------------------------------------------------------------------
 *
 * variable.c
 *		Groups the parameters of a query into variables.
 *
 * param_uses.c tells what each parameter is compared with. Taken in order, a
 * parameter joins the variable of the same list or cursor (by the group number
 * of its use), or that of the other bound of the same expression; else it
 * begins a variable of its own. A parameter for which the user has set values
 * does so in any case.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "cases/variable.h"
#include "contract/contract.h"
#include "contract/contract_cases.h"
#include "contract/contract_query.h"
#include "contract/statement.h"

static bool
variable_is_grouped(const ParamUse *use)
{
	return use->kind == USE_CURSOR || use->kind == USE_LIST ||
		   use->kind == USE_SEARCH;
}

/*
 * Returns the variable of the list or cursor that a use belongs to, or that of
 * the other bound of the same expression, if it has no partner yet; else NULL.
 */
static Variable *
variable_find(List *variables, const ParamUse *use)
{
	bool grouped = variable_is_grouped(use);
	bool bound = use->kind == USE_LOWER || use->kind == USE_UPPER;
	ListCell *cell;

	foreach(cell, variables)
	{
		Variable *found = lfirst(cell);
		const ParamUse *other = &found->variable.uses[0];

		if (found->allowed != NULL)
			continue;
		if (grouped && other->kind == use->kind && other->group == use->group)
			return found;
		if (bound && !found->variable.is_range && other->relid == use->relid &&
			equal(other->expr, use->expr) &&
			equal(other->source, use->source) && other->kind != use->kind &&
			(other->kind == USE_LOWER || other->kind == USE_UPPER))
			return found;
	}
	return NULL;
}

static void
variable_put(ValueVariable *variable, int place, int param, Oid type,
			 const ParamUse *use)
{
	variable->params[place] = param;
	variable->types[place] = type;
	variable->uses[place] = *use;
	variable->nparams = Max(variable->nparams, place + 1);
}

static List *
variable_add(List *variables, int param, Oid type, const ParamUse *use)
{
	Variable *found = variable_find(variables, use);
	bool grouped = variable_is_grouped(use);

	if (found != NULL && !grouped)
	{
		ValueVariable other = found->variable;
		bool lower = use->kind == USE_LOWER;

		found->variable.is_range = true;
		variable_put(&found->variable, lower ? 0 : 1, param, type, use);
		variable_put(&found->variable, lower ? 1 : 0, other.params[0],
					 other.types[0], &other.uses[0]);
		return variables;
	}
	if (found == NULL)
	{
		found = palloc0(sizeof(*found));
		/*
		 * The member at position 0 of a group may come later. Until then this
		 * use identifies the group.
		 */
		found->variable.uses[0] = *use;
		variables = lappend(variables, found);
	}
	variable_put(&found->variable, grouped ? use->position : 0, param, type,
				 use);
	return variables;
}

static bool
variable_is_known(const ParamUse *use)
{
	return use->kind != USE_NONE && use->position < INDEX_MAX_KEYS;
}

/* A query may read through a view a table that its user may not read. */
static bool
variable_may_read(const ParamUse *use)
{
	return !OidIsValid(use->relid) ||
		   pg_class_aclcheck(use->relid, GetUserId(), ACL_SELECT) ==
			   ACLCHECK_OK ||
		   (use->attnum != 0 &&
			pg_attribute_aclcheck(use->relid, use->attnum, GetUserId(),
								  ACL_SELECT) == ACLCHECK_OK);
}

/* Returns the values that the user has set for a parameter, or NULL. */
static const ParamValues *
variable_allowed(List *values, int param)
{
	ListCell *cell;

	foreach(cell, values)
		if (((ParamValues *) lfirst(cell))->param == param)
			return lfirst(cell);
	return NULL;
}

static Variable *
variable_with_values(int param, Oid type, const ParamUse *use,
					 const ParamValues *allowed)
{
	Variable *variable = palloc0(sizeof(*variable));

	variable_put(&variable->variable, 0, param, type, use);
	variable->allowed = allowed;
	/* Whoever may not read the column can name values for it. */
	if (!variable_may_read(use))
		variable->variable.uses[0] = (ParamUse){.kind = USE_NONE};
	return variable;
}

/*
 * Closes the gaps that parameters with values of their own leave in a list or a
 * cursor.
 */
static void
variable_compact(ValueVariable *variable)
{
	int n = 0;

	for (int i = 0; i < variable->nparams; i++)
		if (variable->params[i] != 0)
		{
			variable_put(variable, n, variable->params[i], variable->types[i],
						 &variable->uses[i]);
			n++;
		}
	variable->nparams = n;
}

static void
variable_check(const ContractQuery *query, int param, const ParamUse *use)
{
	if (!variable_is_known(use))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("no value can be derived for parameter $%d of query "
					   "\"%s\"",
					   param, query->name),
				errdetail("It is not compared with a column of a table in a "
						  "way that perfcheck recognizes."),
				errhint("Set its values with perfcheck_set_values(), add cases "
						"with perfcheck_add_case(), or set enabled to false in "
						"perfcheck_query."));
	if (!variable_may_read(use))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("the values of parameter $%d are in table %s, which the "
					   "query may read and its role may not",
					   param, get_rel_name(use->relid)),
				errdetail("Query \"%s\" reads it through a view.", query->name),
				errhint("Ask for SELECT on the table, or add cases with "
						"perfcheck_add_case()."));
}

List *
variable_read(const ContractQuery *query, const ContractStatement *statement)
{
	ParamUse *uses = param_uses_find(statement->query, statement->nparams);
	List *values = contract_read_values(query);
	List *variables = NIL;
	ListCell *cell;

	for (int i = 0; i < statement->nparams; i++)
	{
		const ParamValues *allowed = variable_allowed(values, i + 1);

		if (allowed != NULL)
		{
			variables =
				lappend(variables,
						variable_with_values(i + 1, statement->param_types[i],
											 &uses[i], allowed));
			continue;
		}
		variable_check(query, i + 1, &uses[i]);
		variables =
			variable_add(variables, i + 1, statement->param_types[i], &uses[i]);
	}
	foreach(cell, variables)
		variable_compact(&((Variable *) lfirst(cell))->variable);
	return variables;
}

bool
variable_can_derive(const ContractQuery *query,
					const ContractStatement *statement)
{
	ParamUse *uses = param_uses_find(statement->query, statement->nparams);
	List *values = contract_read_values(query);

	for (int i = 0; i < statement->nparams; i++)
		if (variable_allowed(values, i + 1) == NULL &&
			(!variable_is_known(&uses[i]) || !variable_may_read(&uses[i])))
			return false;
	return true;
}

bool
variable_is_guessed(const ContractQuery *query,
					const ContractStatement *statement)
{
	ParamUse *uses = param_uses_find(statement->query, statement->nparams);
	List *values = contract_read_values(query);

	for (int i = 0; i < statement->nparams; i++)
		if (uses[i].kind == USE_FREE && variable_allowed(values, i + 1) == NULL)
			return true;
	return false;
}

bool
variable_is_page(const Variable *variable)
{
	return variable->variable.uses[0].kind == USE_LIMIT ||
		   variable->variable.uses[0].kind == USE_OFFSET;
}

bool
variable_is_late(const Variable *variable)
{
	return variable_is_page(variable) ||
		   variable->variable.uses[0].source != NULL;
}

void
variable_put_values(const Variable *variable, char *const *values, char **args)
{
	for (int i = 0; i < variable->variable.nparams; i++)
		args[variable->variable.params[i] - 1] =
			values[i] == NULL ? NULL : pstrdup(values[i]);
}
